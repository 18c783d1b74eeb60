from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_mlops.capture.restore import restore
from jupyter_mlops.domain.errors import Broken, NotFound, Unavailable
from tests.capture.conftest import Notebook

NET = "class Net:\n    def __init__(self, n=1): self.n = n\n    def double(self): return self.n * 2\n"


def test_a_kept_value_comes_back(notebook: Notebook) -> None:
    notebook.capture("history = [1, 2]", keep=["history"])
    assert notebook.rank("history").made == [{"name": "history", "type": "list", "size": pytest.approx(20, abs=10)}]
    assert notebook.kept("history") == [1, 2]


def test_an_instance_of_a_notebook_class_is_an_instance_of_the_notebooks_class(notebook: Notebook) -> None:
    notebook.run(NET)
    notebook.capture("model = Net(5)", keep=["model"])
    notebook.rank("model")
    notes: list[str] = []
    model = notebook.kept("model", notes)
    assert type(model) is notebook.namespace["Net"]
    assert (model.double(), notes) == (10, [])


def test_a_class_that_only_was_run_again_is_the_same(notebook: Notebook) -> None:
    notebook.run(NET)
    notebook.capture("model = Net(5)", keep=["model"])
    notebook.rank("model")
    notebook.run("# again\n" + NET)
    assert type(notebook.kept("model")) is notebook.namespace["Net"]


def test_a_class_that_has_changed_since_comes_as_the_runs_own_copy_with_a_note(notebook: Notebook) -> None:
    notebook.run(NET)
    notebook.capture("model = [Net(5), Net(6)]", keep=["model"])
    notebook.rank("model")
    notebook.run(NET.replace("* 2", "* 3"))
    notes: list[str] = []
    model = notebook.kept("model", notes)
    assert type(model[0]) is not notebook.namespace["Net"]
    assert type(model[0]) is type(model[1])
    assert model[0].double() == 10
    assert notes == ["The class `Net` has changed since the run: `model` comes with the run's own copy of it."]


def test_a_class_that_the_cell_defines_comes_back_whole(notebook: Notebook) -> None:
    notebook.capture("factor = 3\n" + NET.replace("* 2", "* factor") + "model = Net(5)", keep=["model"])
    notebook.rank("model")
    assert notebook.kept("model").double() == 15


def test_a_class_that_cell_and_notebook_define_alike_is_the_notebooks(notebook: Notebook) -> None:
    notebook.capture("x = 1\n" + NET + "model = Net(5)", keep=["model"])
    notebook.rank("model")
    notebook.run(NET)
    assert type(notebook.kept("model")) is notebook.namespace["Net"]


def test_dataclasses_without_methods_are_known_by_their_cell(notebook: Notebook) -> None:
    notebook.run("from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\n")
    notebook.capture("p = P(1)", keep=["p"])
    notebook.rank("p")
    assert type(notebook.kept("p")) is notebook.namespace["P"]
    notebook.run("@dataclass\nclass P:\n    x: int\n    y: int = 0\n")
    assert type(notebook.kept("p")) is not notebook.namespace["P"]


def test_nested_classes_come_back(notebook: Notebook) -> None:
    notebook.run("class Outer:\n    class Inner:\n        pass\n    def go(self): pass\n")
    notebook.capture("v = Outer.Inner()", keep=["v"])
    notebook.rank("v")
    assert type(notebook.kept("v")) is notebook.namespace["Outer"].Inner


def test_exceptions_and_subclasses_of_notebook_classes_come_back(notebook: Notebook) -> None:
    notebook.run("class Oops(ValueError):\n    def __init__(self, a): super().__init__(a)\n")
    notebook.capture("class Worse(Oops): pass\ne = [Oops(1), Worse(2)]", keep=["e"])
    notebook.rank("e")
    first, second = notebook.kept("e")
    assert isinstance(first, notebook.namespace["Oops"])
    assert isinstance(second, notebook.namespace["Oops"])


def test_kept_functions_do_not_touch_the_notebooks_variables(notebook: Notebook) -> None:
    notebook.run("rate = 1")
    notebook.capture("rate = 5\nf = lambda: rate", keep=["f"])
    notebook.rank("f")
    assert notebook.kept("f")() == 5
    assert notebook.namespace["rate"] == 1


def test_large_arrays_come_back_writable(notebook: Notebook) -> None:
    notebook.capture("import numpy as np\nbig = [np.zeros(300_000), np.ones(3)]", keep=["big"])
    assert notebook.rank("big").made[0]["size"] > 2_400_000
    big = notebook.kept("big")
    big[0][0] = 1
    assert notebook.kept("big")[0][0] == 0
    assert sorted(path.name for path in (notebook.folder / "values" / "1").iterdir()) == ["big.0.buffer", "big.pickle"]


def test_what_cannot_be_kept_is_told_and_the_rest_is_kept(notebook: Notebook) -> None:
    notebook.capture("import threading\nlock = threading.Lock()\nx = 1", keep=["lock", "x"])
    lock, x = notebook.rank("lock", "x").made
    assert lock["why"].startswith("cannot pickle")
    assert x["size"] > 0
    assert [path.name for path in (notebook.folder / "values" / "1").iterdir()] == ["x.pickle"]


def test_a_name_that_was_not_made_is_told(notebook: Notebook) -> None:
    notebook.capture("if False:\n    x = 1", keep=["x"])
    assert notebook.rank("x").made == [{"name": "x", "type": "", "why": "The cell made no `x`."}]


def test_a_value_that_was_not_kept_is_not_found(notebook: Notebook) -> None:
    with pytest.raises(NotFound, match="--keep"):
        notebook.kept("model")


def test_a_cut_off_value_is_broken(notebook: Notebook) -> None:
    notebook.capture("x = list(range(1000))", keep=["x"])
    notebook.rank("x")
    path = notebook.folder / "values" / "1" / "x.pickle"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(Broken):
        notebook.kept("x")


def test_a_missing_package_is_one_sentence(notebook: Notebook, tmp_path: Path) -> None:
    (tmp_path / "onlythere.py").write_text("class A: pass")
    notebook.capture(
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\nimport onlythere\na = onlythere.A()", keep=["a"]
    )
    notebook.rank("a")
    with pytest.raises(Unavailable, match="'a' needs the package 'onlythere', which is not installed here"):
        notebook.kept("a")


def test_a_script_without_the_class_gets_the_runs_copy(notebook: Notebook) -> None:
    notebook.run(NET)
    notebook.capture("model = Net(5)", keep=["model"])
    notebook.rank("model")
    script = (
        "from pathlib import Path\nfrom jupyter_mlops.capture.restore import restore\n"
        f"print(restore(Path({str(notebook.folder)!r}), 1, 'model').double())"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout == "10\n"


def test_anyone_may_unpickle_a_kept_value(notebook: Notebook) -> None:
    notebook.run(NET)
    notebook.capture("model = Net(5)", keep=["model"])
    notebook.rank("model")
    script = (
        f"import pickle; print(pickle.load(open({str(notebook.folder / 'values/1/model.pickle')!r}, 'rb')).double())"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout == "10\n"


def test_a_method_that_uses_what_cannot_be_pickled_leaves_the_class_to_the_notebook(notebook: Notebook) -> None:
    notebook.run(NET.replace("self.n * 2", "lock and self.n"))
    notebook.capture("import threading\nlock = threading.Lock()\nmodel = Net(5)", keep=["model"])
    assert "size" in notebook.rank("model").made[0]
    assert type(notebook.kept("model")) is notebook.namespace["Net"]
    with pytest.raises(Unavailable, match="needs the class `Net`"):
        restore(notebook.folder, 1, "model", {})
