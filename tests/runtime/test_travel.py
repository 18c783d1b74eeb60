"""The runtime goes where jupyter_mlops is not: old interpreters, the standard library only."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import jupyter_mlops.runtime
from jupyter_mlops.platforms.local.shim import shim_dir

RUNTIME = Path(jupyter_mlops.runtime.__file__).parent
FILES = sorted(RUNTIME.glob("*.py"))
OPTIONAL = {"cloudpickle", "matplotlib", "IPython", "pygments"}


def interpreters():
    found = {Path(python).resolve() for name in range(8, 15) if (python := shutil.which(f"python3.{name}"))}
    found |= {
        path.resolve()
        for path in Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser().glob("versions/3.*/bin/python")
    }
    return sorted(path for path in found if _is_plain(path))


def _is_plain(python):
    check = "import sys, importlib.util as u; print(sys.version_info > (3, 8) and not u.find_spec('jupyter_mlops'))"
    return subprocess.run([python, "-c", check], capture_output=True, text=True, cwd="/").stdout.strip() == "True"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_runtime_is_written_for_python_3_8(path):
    ast.parse(path.read_text(), feature_version=(3, 8))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_runtime_imports_the_standard_library_and_itself(path):
    for node in ast.walk(ast.parse(path.read_text())):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            top = name.split(".")[0]
            assert top in sys.stdlib_module_names or top in OPTIONAL or name.startswith("jupyter_mlops.runtime")


def test_the_folder_is_made_once_and_names_its_content(tmp_path):
    first = shim_dir(tmp_path)
    before = first.stat().st_mtime_ns
    assert shim_dir(tmp_path) == first
    assert first.stat().st_mtime_ns == before
    assert [path.name for path in (tmp_path / "runtime").iterdir()] == [first.name]
    assert (first / "jupyter_mlops" / "runtime" / "bootstrap.py").exists()
    assert (first / "cloudpickle" / "__init__.py").exists()


@pytest.mark.parametrize("python", interpreters(), ids=lambda path: path.parent.parent.name)
def test_a_rank_runs_where_jupyter_mlops_is_not(run, tmp_path, python):
    ended = run(
        "import multiprocessing\nimport jupyter_mlops\nfrom jupyter_mlops import display, is_chief, out_dir, report\n"
        "class Net:\n    n = 3\ndef make(i):\n    return Net()\n"
        "for method in ('fork', 'spawn', 'forkserver'):\n"
        "    with multiprocessing.get_context(method).Pool(2) as pool:\n"
        "        assert all(type(net) is Net for net in pool.map(make, range(3)))\n"
        "(out_dir / 'file').write_text('x')\nreport(loss=1)\ndisplay('shown')\nprint(is_chief())\nmodel = [1]\n"
        "async def nothing():\n    return 5\nawait nothing()\n",
        {"keep": ["model"]},
        python=python,
        shim=shim_dir(tmp_path / "home"),
    )
    assert ended.code == 0, ended.text
    assert ended.text == "True\n"
    assert ended.only("report") == [{"loss": 1}]
    assert [item["data"]["text/plain"] for item in ended.shown] == ["'shown'", "5"]
    assert (ended.folder / "files" / "file").exists()
    assert (ended.folder / "values" / "1" / "model.pickle").exists()
    failed = run("def f():\n    1/0\nf()", python=python, shim=shim_dir(tmp_path / "home"))
    assert failed.error["line"] == 3
    assert "----> 4 f()" in failed.text


def test_the_installed_package_comes_first(run, tmp_path):
    ended = run("import jupyter_mlops\nprint(jupyter_mlops.__file__)", shim=shim_dir(tmp_path / "home"))
    assert str(tmp_path) not in ended.text


def test_a_name_that_did_not_travel_gets_one_sentence(run, tmp_path):
    names = interpreters()
    if not names:
        pytest.skip("no interpreter without jupyter_mlops here")
    ended = run("from jupyter_mlops import connect", python=names[0], shim=shim_dir(tmp_path / "home"))
    assert ended.error["type"] == "ImportError"
    ended = run("import jupyter_mlops\njupyter_mlops.connect", python=names[0], shim=shim_dir(tmp_path / "home"))
    assert "only what cells need of it" in ended.error["message"]


def test_nothing_is_imported_before_the_cell_asks(run):
    heavy = {"json", "re", "asyncio", "threading", "ctypes", "linecache", "inspect", "typing", "pathlib", "cloudpickle"}
    ended = run("import sys\nprint(sorted(sys.modules))")
    assert not heavy & set(ast.literal_eval(ended.text))
