"""What another interpreter cannot run is known before anything starts; what stays here is not asked for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from jupyter_mlops.domain.errors import Uncapturable, Unsupported
from jupyter_mlops.services import probing
from jupyter_mlops.services.submission import Cell, write_captured
from jupyter_mlops.testing.launcher_contract import make_spec
from jupyter_mlops.workspace import Workspace, connect


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An interpreter of its own that has the standard library and nothing else."""
    folder = tmp_path_factory.mktemp("bare")
    base = os.path.realpath(sys.executable)
    subprocess.run([base, "-m", "venv", "--without-pip", "--symlinks", str(folder)], check=True)
    return str(folder / "bin" / "python")


def nothing_is_left(workspace: Workspace) -> bool:
    return not list(workspace.home.runs.iterdir()) and not os.listdir(workspace.home.tmp)


class Reduced:
    """A value that is made by a call when it is loaded."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.made_by = function, arguments

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return self.made_by


def test_a_cell_with_values_functions_and_a_module_runs_in_an_interpreter_that_has_nothing_of_ours(
    home, bare, tmp_path, monkeypatch
):
    (tmp_path / "beside.py").write_text("def twice(x):\n    return 2 * x\n")
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {"__name__": "__main__", "numbers": [1, 2, 3]}
    exec("def total(x):\n    return sum(x) + len(numbers)\n", namespace)
    code = (
        "import sys, beside\nfrom jupyter_mlops import distributed, report\n"
        "report(step=1, total=beside.twice(total(numbers)), rank=distributed.rank())\nprint(sys.executable)"
    )

    run = connect(home).runs.submit(Cell(code, namespace), "elsewhere", python=bare)

    assert run.wait() == "succeeded", run.logs()
    assert run.metrics["total"] == 18
    assert bare in str(run.logs())


def test_a_package_that_the_cell_imports_and_that_is_not_there_is_named(workspace, bare):
    with pytest.raises(Unsupported, match=rf"^The cell imports `numpy`, which {bare} does not have"):
        workspace.runs.submit("import os, numpy.linalg\nfrom json import loads", "digits", python=bare)

    assert nothing_is_left(workspace)


def test_what_a_cell_imports_only_where_it_can_is_its_own_affair(workspace, bare):
    code = "try:\n    import numpy\nexcept ImportError:\n    numpy = None\nif False:\n    import pandas"

    assert workspace.runs.submit(code, "digits", python=bare).wait() == "succeeded"


def test_a_value_whose_package_is_not_there_is_named_with_it(workspace, bare):
    cell = Cell("print(fine, table)", {"fine": 1, "table": np.zeros(3)})

    with pytest.raises(Uncapturable, match=rf"^`table` needs the package `numpy`, which {bare} does not have"):
        workspace.runs.submit(cell, "digits", python=bare)

    assert nothing_is_left(workspace)


def test_a_module_of_the_notebook_that_is_not_there_is_named(workspace, bare):
    with pytest.raises(Uncapturable, match=r"^`np` needs the package `numpy`"):
        workspace.runs.submit(Cell("print(np)", {"np": np}), "digits", python=bare)


def test_a_value_that_raises_when_it_is_loaded_is_named_with_what_it_raises(workspace, bare):
    cell = Cell("print(odd)", {"odd": Reduced(int, "seven")})

    with pytest.raises(Uncapturable, match=r"^`odd` cannot be loaded by .* \(ValueError: invalid .*\); make it"):
        workspace.runs.submit(cell, "digits", python=bare)


def test_a_value_that_ends_the_interpreter_is_named_with_how(workspace, bare):
    cell = Cell("print(odd)", {"odd": Reduced(os._exit, 7)})

    with pytest.raises(Uncapturable, match="ended with code 7 while it loaded `odd`; make it inside the cell"):
        workspace.runs.submit(cell, "digits", python=bare)


def bundle_of(workspace: Workspace, folder: Path, code: str, namespace: dict[str, Any]) -> Path:
    write_captured(workspace.home, Cell(code, namespace), {})(folder, make_spec())
    return folder / "bundle"


def answer(workspace: Workspace, bundle: Path, python: str, seconds: float = 30.0) -> probing.Answer:
    spec = msgspec.structs.replace(make_spec(), python=python, cwd="/")
    return probing.ask(workspace.home, spec, bundle, [], seconds)


def test_code_of_another_version_is_not_loaded(workspace, bare, tmp_path):
    namespace: dict[str, Any] = {"__name__": "__main__", "numbers": [1]}
    exec("def total(x):\n    return sum(x)\n", namespace)
    bundle = bundle_of(workspace, tmp_path, "total(numbers)", namespace)
    # No second version of Python need be here: the bundle says that it comes from one.
    facts = json.loads((bundle / "cell.json").read_text())
    (bundle / "cell.json").write_text(json.dumps({**facts, "python": "3.7"}))

    found = answer(workspace, bundle, bare)

    assert (found.value, found.foreign, found.done) == ("total", True, True)
    assert probing._why_not(bare, found).startswith("`total` is, or holds, a function or class of Python 3.")


def test_plain_values_go_to_any_version(workspace, bare, tmp_path):
    bundle = bundle_of(workspace, tmp_path, "print(numbers)", {"numbers": [1, {"a": 2.5}]})
    facts = json.loads((bundle / "cell.json").read_text())
    (bundle / "cell.json").write_text(json.dumps({**facts, "python": "3.7"}))

    assert probing._why_not(bare, answer(workspace, bundle, bare)) == ""


def test_a_value_that_takes_too_long_is_believed(workspace, bare, tmp_path):
    bundle = bundle_of(workspace, tmp_path, "print(slow)", {"slow": Reduced(time.sleep, 600)})

    found = answer(workspace, bundle, bare, seconds=0.5)

    assert not found.done
    assert probing._why_not(bare, found) == ""


@pytest.mark.parametrize("program", ["/bin/sh", "/bin/cat"])
def test_a_program_that_is_no_python_is_refused(workspace, program):
    with pytest.raises(Unsupported, match=f"--python {program} is no Python that can run cells: it ended with code"):
        workspace.runs.submit("1", "digits", python=program)

    assert nothing_is_left(workspace)


def test_the_notebooks_own_interpreter_is_not_asked(home):
    code = (
        "import sys\nfrom jupyter_mlops import connect\nconnect().runs.submit('1', 'own').wait()\n"
        "print('jupyter_mlops.services.probing' in sys.modules)"
    )

    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert asked.stdout.strip() == "False"


@pytest.fixture
def older(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A numpy as it was before version 2, as far as arrays need it, for interpreters that are started from here on."""
    package = tmp_path / "older" / "numpy"
    (package / "core").mkdir(parents=True)
    (package / "__init__.py").write_text(
        "__version__ = '1.23.5'\nclass dtype:\n    def __init__(self, *_): pass\n    def __setstate__(self, _): pass\n"
    )
    (package / "core" / "__init__.py").touch()
    (package / "core" / "numeric.py").write_text(
        "def _frombuffer(data, dtype, shape, order):\n    return 'an array of', shape\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(package.parent))


def test_an_array_goes_to_a_numpy_that_calls_its_parts_otherwise(home, bare, older):
    run = connect(home).runs.submit(Cell("print(*table)", {"table": np.zeros(3)}), "digits", python=bare)

    assert run.wait() == "succeeded", run.logs()
    assert run.logs().strip() == "an array of (3,)"


def test_a_value_that_another_version_cannot_load_is_named_with_both_versions(workspace, bare, older):
    cell = Cell("print(draws)", {"draws": np.random.default_rng(0)})

    with pytest.raises(Uncapturable, match=rf"; it is of numpy {np.__version__}, and there is 1\.23\.5\)"):
        workspace.runs.submit(cell, "digits", python=bare)


def test_what_was_found_to_be_there_is_not_asked_for_again(workspace, bare):
    probing._fine.clear()
    first = workspace.runs.submit("import json, sqlite3", "digits", python=bare)
    known = set(probing._fine)
    again = workspace.runs.submit("import json, sqlite3\nprint(2)", "digits", python=bare)

    assert [each[3:] for each in known if each[0] == bare] == [("json", "sqlite3")]
    assert probing._fine == known
    assert (first.wait(), again.wait()) == ("succeeded", "succeeded")
