from __future__ import annotations

import hashlib
import io
import json
import os
import stat
import threading
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyter_mlops.capture.bundle import capture
from jupyter_mlops.domain.errors import InvalidCell, InvalidOption, InvalidParameter, MlopsError, Uncapturable
from tests.capture.conftest import Notebook


def names(notebook: Notebook) -> list[str]:
    receipt = json.loads((notebook.bundle / "receipt.json").read_text())
    return [item["name"] for item in receipt["items"]]


def test_a_cell_runs_with_what_it_uses(notebook: Notebook) -> None:
    notebook.run("rows = [1, 2, 3]\nother = 5")
    assert notebook.output_of("print(sum(rows))") == "6"
    assert names(notebook) == ["rows"]


def test_a_cell_that_uses_nothing_carries_nothing(notebook: Notebook) -> None:
    captured = notebook.capture("print(1)")
    assert sorted(entry.name for entry in notebook.bundle.iterdir()) == ["cell.json", "cell.py", "receipt.json"]
    assert captured.summary == ""


def test_what_functions_use_travels_under_its_own_name(notebook: Notebook) -> None:
    notebook.run("scale = 2\ndef inner(x):\n    return x * scale\ndef outer(x):\n    return inner(x) + 1")
    assert notebook.output_of("print(outer(3), scale)") == "7 2"
    assert set(names(notebook)) == {"outer", "inner", "scale"}


def test_a_global_that_the_cell_assigns_is_seen_by_the_notebooks_functions(notebook: Notebook) -> None:
    notebook.run("lr = 1\ndef show():\n    return lr")
    assert notebook.output_of("print(show())\nlr = 5\nprint(show())").split() == ["1", "5"]


def test_a_global_that_the_notebooks_function_assigns_is_seen_by_the_cell(notebook: Notebook) -> None:
    notebook.run("count = 0\ndef add():\n    global count\n    count += 1")
    assert notebook.output_of("add(); add()\nprint(count)") == "2"


def test_what_a_function_finds_in_the_cell_is_not_taken_from_the_notebook(notebook: Notebook) -> None:
    notebook.run("import threading\nlock = threading.Lock()\ndef use():\n    return lock")
    assert notebook.output_of("lock = 3\nprint(use())") == "3"
    assert names(notebook) == ["use"]


def test_objects_stay_the_same_across_names(notebook: Notebook) -> None:
    notebook.run(
        "class P: pass\nweight = P()\nmodel = [weight]\noptimizer = {'params': [weight]}\ndef get():\n    return weight"
    )
    cell = "print(model[0] is optimizer['params'][0], get() is model[0], isinstance(weight, P))"
    assert notebook.output_of(cell) == "True True True"


def test_closures_decorators_defaults_and_partials_travel(notebook: Notebook) -> None:
    notebook.run(
        "import functools\n"
        "def twice(f):\n    @functools.wraps(f)\n    def wrapped(*a):\n        return 2 * f(*a)\n    return wrapped\n"
        "step = 3\n"
        "@twice\ndef go(x, y=step):\n    return x + y + offset\n"
        "offset = 10\n"
        "part = functools.partial(go, 1)\n"
        "class Box:\n    def get(self): return offset\n"
        "bound = Box().get"
    )
    assert notebook.output_of("print(go(1), part(), bound())") == "28 28 10"


def test_recursive_functions_and_classes_that_know_each_other_travel(notebook: Notebook) -> None:
    notebook.run(
        "def fact(n):\n    return 1 if n < 2 else n * fact(n - 1)\n"
        "class A:\n    def other(self): return B()\n"
        "class B(A):\n    def go(self): return super().other()"
    )
    assert notebook.output_of("print(fact(5), type(B().go()).__name__, isinstance(B(), A))") == "120 B True"


def test_dataclasses_enums_and_generics_travel(notebook: Notebook) -> None:
    notebook.run(
        "from dataclasses import dataclass\nfrom enum import Enum\nfrom typing import Generic, TypeVar\n"
        "T = TypeVar('T')\n"
        "@dataclass\nclass Point:\n    x: int = 1\n"
        "class Color(Enum):\n    RED = 1\n"
        "class Box(Generic[T]):\n    pass\n"
        "value = (Point(2), Color.RED)"
    )
    cell = "print(value[0] == Point(2), value[1] is Color.RED, Box[int]() is not None)"
    assert notebook.output_of(cell) == "True True True"


def test_builtins_that_the_notebook_has_replaced_travel(notebook: Notebook) -> None:
    notebook.run("def len(x):\n    return 42")
    assert notebook.output_of("print(len([]))") == "42"


def test_submodules_that_the_notebook_has_imported_are_there(notebook: Notebook) -> None:
    notebook.run("import xml.dom.minidom")
    assert notebook.output_of("print(xml.dom.minidom.parseString('<a/>').documentElement.tagName)") == "a"


def test_names_inside_a_pandas_query_travel(notebook: Notebook) -> None:
    notebook.run("import pandas as pd\ndf = pd.DataFrame({'a': [1, 2, 3]})\nlimit = 2")
    assert notebook.output_of("print(len(df.query('a >= @limit')))") == "2"


def test_large_arrays_stand_outside_the_pickle_and_can_be_written(notebook: Notebook) -> None:
    notebook.run("import numpy as np\nbig = np.zeros(300_000)\nagain = big\nsmall = np.zeros(3)")
    assert notebook.output_of("big[0] = small[0] = 7\nprint(again[0], small[0], again is big)") == "7.0 7.0 True"
    assert (notebook.bundle / "values.pickle").stat().st_size < 4000
    stored = (notebook.bundle / "buffers" / "0").read_bytes()
    assert stored == bytes(2_400_000)


def test_stored_buffers_are_linked(notebook: Notebook, tmp_path: Path) -> None:
    def put(buffer: memoryview) -> Path:
        path = tmp_path / hashlib.sha256(buffer).hexdigest()
        path.write_bytes(buffer)
        return path

    notebook.run("import numpy as np\nbig = np.ones(300_000)")
    notebook.capture("big", put=put)
    assert (notebook.bundle / "buffers" / "0").stat().st_nlink == 2


def test_parameters_are_substituted_in_the_text(notebook: Notebook) -> None:
    captured = notebook.capture("lr = 0.1  # rate\nprint(lr)", overrides={"lr": 2}, magic="%%train digits lr=2")
    assert (notebook.bundle / "cell.py").read_text() == "# %%train digits lr=2\nlr = 2.0  # rate\nprint(lr)"
    assert captured.code_hash == hashlib.sha256(b"lr = 2.0  # rate\nprint(lr)").hexdigest()
    assert captured.params == {"lr": 2.0}


def test_an_unknown_parameter_is_refused(notebook: Notebook) -> None:
    with pytest.raises(InvalidParameter, match="did you mean 'epochs'"):
        notebook.capture("epochs = 1", overrides={"epoch": 2})
    assert not notebook.bundle.exists()


def test_an_unknown_name_to_keep_is_refused_with_the_nearest(notebook: Notebook) -> None:
    with pytest.raises(InvalidOption, match="did you mean 'model'"):
        notebook.capture("model = 1", keep=["modle"])


def test_a_name_that_the_cell_only_reads_may_be_kept(notebook: Notebook) -> None:
    notebook.run("model = []")
    notebook.capture("model.append(1)", keep=["model"])


@pytest.mark.parametrize("name", ["get_ipython", "In", "Out"])
def test_what_belongs_to_the_notebook_is_refused(notebook: Notebook, name: str) -> None:
    with pytest.raises(InvalidCell, match=name):
        notebook.capture(f"print({name})")


def test_display_is_the_ranks_own(notebook: Notebook) -> None:
    notebook.capture("display(1)")
    assert names(notebook) == []


class Guarded:
    def __init__(self) -> None:
        self.lock = threading.Lock()


def _generator() -> Any:
    yield 1


def _open_file() -> Any:
    return open(os.devnull)  # it is the open file that is tested


def _closure() -> Any:
    file = _open_file()
    return lambda: file


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (_open_file, r"`thing` is an open file and cannot travel to a rank; open it inside the cell\."),
        (threading.Lock, r"`thing` is a lock"),
        (_generator, r"`thing` is a generator .* turn it into a list"),
        (Guarded, r"`thing\.lock` is a lock"),
        (lambda: {"a": [1, Guarded()]}, r"`thing\['a'\]\[1\]\.lock` is a lock"),
        (lambda: threading.Thread(target=print), r"`thing` is a thread"),
        (_closure, r"`file` inside `thing` is an open file"),
    ],
)
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_what_cannot_travel_is_refused_with_its_place(
    notebook: Notebook, make: Callable[[], Any], sentence: str
) -> None:
    notebook.namespace["thing"] = make()
    with pytest.raises(Uncapturable, match=sentence) as caught:
        notebook.capture("print(thing)")
    assert "\n" not in str(caught.value)
    assert not notebook.bundle.exists()


def test_connections_and_pools_are_named(notebook: Notebook) -> None:
    notebook.run("import sqlite3\ndb = sqlite3.connect(':memory:')")
    with pytest.raises(Uncapturable, match=r"`db` is a database connection .* connect inside the cell"):
        notebook.capture("db.execute('select 1')")
    notebook.run("db.close()\nfrom concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor(1)")
    with pytest.raises(Uncapturable, match="`pool` is a pool of workers"):
        notebook.capture("pool.submit(print)")


def test_the_function_that_needs_it_is_named(notebook: Notebook) -> None:
    notebook.run("import threading\nlock = threading.Lock()\ndef use():\n    return lock")
    with pytest.raises(Uncapturable, match="`lock`, which `use` uses, is a lock"):
        notebook.capture("use()")


def test_a_value_whose_own_code_refuses_is_named_with_its_reason(notebook: Notebook) -> None:
    notebook.run("class Odd:\n    def __reduce__(self): raise ValueError('never me')\nbox = {'odd': Odd()}")
    with pytest.raises(Uncapturable, match=r"`box\['odd'\]` is of type Odd, .*never me"):
        notebook.capture("box")


def test_what_the_cell_probably_makes_itself_stays_if_it_cannot_travel(notebook: Notebook) -> None:
    notebook.run("import threading\nbatch = threading.Lock()")
    captured = notebook.capture("for batch in [1]:\n    pass\nprint(batch)")
    assert [left.name for left in captured.receipt.left] == ["batch"]
    assert notebook.rank().out.strip() == "1"


def test_a_limit_names_the_largest(notebook: Notebook) -> None:
    notebook.run("import numpy as np\nsmall = np.ones(1000)\nlarge = np.ones(1_000_000)")
    with pytest.raises(Uncapturable, match=r"larger than 1.0 MB, most of it `large` \(8.0 MB"):
        notebook.capture("small, large", limit=1_000_000)
    assert not notebook.bundle.exists()


def test_progress_is_told_and_can_be_interrupted(notebook: Notebook) -> None:
    notebook.run("texts = ['x' * 1000 + str(i) for i in range(5000)]")
    told: list[tuple[int, str]] = []

    def progress(done: int, name: str) -> None:
        told.append((done, name))
        if done > 1_000_000:
            raise KeyboardInterrupt

    notebook.bundle.mkdir()
    with pytest.raises(KeyboardInterrupt):
        notebook.capture("texts", progress=progress)
    assert told[-1][1] == "texts"
    assert list(notebook.bundle.iterdir()) == []


def test_files_are_for_their_owner_alone(notebook: Notebook) -> None:
    notebook.run("import numpy as np\nbig = np.ones(300_000)")
    notebook.capture("big")
    for folder, _, files in os.walk(notebook.bundle):
        assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
        assert all(stat.S_IMODE(os.stat(os.path.join(folder, file)).st_mode) == 0o600 for file in files)


def test_a_traceback_shows_the_notebooks_cell_and_line(notebook: Notebook) -> None:
    notebook.run("def fail():\n    raise ValueError('here')")
    shown = notebook.output_of(
        "import traceback\ntry:\n    fail()\nexcept ValueError:\n    traceback.print_exc(file=__import__('sys').stdout)"
    )
    assert 'File "Cell [1]", line 2, in fail\n    raise ValueError' in shown


def test_a_missing_package_is_one_sentence(notebook: Notebook, tmp_path: Path) -> None:
    (tmp_path / "site-packages").mkdir()
    (tmp_path / "site-packages" / "onlyhere.py").write_text("def f(): pass")
    notebook.run(f"import sys; sys.path.insert(0, {str(tmp_path / 'site-packages')!r})\nfrom onlyhere import f")
    notebook.capture("f()")
    assert "`f` needs the package 'onlyhere', which" in notebook.rank().err


def test_a_script_without_a_notebook_can_capture(tmp_path: Path) -> None:
    captured = capture("print(x)", {"x": 3}, tmp_path / "bundle", name="digits")
    assert [(item.name, item.what) for item in captured.receipt.items] == [("x", "int")]


def test_a_run_object_is_refused_with_what_to_do(notebook: Notebook) -> None:
    run = type("Run", (), {"__module__": "jupyter_mlops.services.runs"})
    notebook.namespace["digits"] = [run()]
    with pytest.raises(Uncapturable, match=r"`digits\[0\]` is a run, .* `.metrics`"):
        notebook.capture("digits")


def test_receipts_describe_without_showing(notebook: Notebook) -> None:
    notebook.run("import pandas as pd, numpy as np\ndf = pd.DataFrame(np.zeros((1797, 65)))\ntext = 'secret words'")
    captured = notebook.capture("df, text, pd, np")
    what = {item.name: (item.what, item.travels) for item in captured.receipt.items}
    assert what["df"] == ("DataFrame 1\u202f797 \u00d7 65", "value")
    assert what["pd"] == ("module pandas", "name")
    assert what["text"] == ("str of length 12", "value")
    assert b"secret words" not in (notebook.bundle / "receipt.json").read_bytes()
    assert captured.summary == "df, text (935 kB)"


def test_errors_are_one_sentence_of_ours(notebook: Notebook) -> None:
    notebook.namespace["thing"] = io.TextIOWrapper(io.BytesIO())
    with pytest.raises(MlopsError):
        notebook.capture("thing")


def test_a_module_that_loads_itself_late_goes_by_name(notebook: Notebook) -> None:
    late = type("Late", (types.ModuleType,), {})("json")
    notebook.namespace["lazy"] = late
    assert notebook.output_of("print(lazy.dumps([1]))") == "[1]"


def test_what_ipython_puts_in_the_place_of_builtins_stays(notebook: Notebook) -> None:
    notebook.capture("open(__import__('os').devnull).close()\nexit")
    assert names(notebook) == []


def test_submodules_that_a_notebooks_function_uses_are_there(notebook: Notebook) -> None:
    notebook.run("import concurrent.futures\ndef go():\n    return concurrent.futures.ThreadPoolExecutor")
    assert notebook.output_of("print(go().__name__)") == "ThreadPoolExecutor"
