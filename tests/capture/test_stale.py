from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from tests.capture.conftest import Notebook
from tests.capture.test_modules import beside  # noqa: F401  # a fixture


def save(path: Path, *cells: str) -> Path:
    content = [{"cell_type": "code", "source": cell.splitlines(True), "outputs": [{"x": 1}]} for cell in cells]
    path.write_text(json.dumps({"cells": content, "nbformat": 4, "metadata": {}}))
    return path


def test_a_function_that_was_edited_after_it_ran_is_told(notebook: Notebook, tmp_path: Path) -> None:
    notebook.run("def f():\n    return 1")
    file = save(tmp_path / "a.ipynb", "def f():\n    return 2", "f()")
    captured = notebook.capture("f()", notebook=file)
    assert captured.receipt.stale == [
        "`f` was edited after it last ran: the run uses the version that ran; run its cell again to use the new one."
    ]


def test_a_function_that_is_as_it_ran_is_not_told(notebook: Notebook, tmp_path: Path) -> None:
    notebook.run("x = 1\ndef f():\n    return 1  \n")
    file = save(tmp_path / "a.ipynb", "def f():\n    return 1")
    assert notebook.capture("f()", notebook=file).receipt.stale == []


def test_a_notebook_that_was_not_saved_since_is_not_believed(notebook: Notebook, tmp_path: Path) -> None:
    notebook.run("def f():\n    return 1")
    notebook.run("def f():\n    return 2")
    file = save(tmp_path / "a.ipynb", "def f():\n    return 1")
    assert notebook.capture("f()", notebook=file).receipt.stale == []


def test_an_instance_of_an_older_class_is_told(notebook: Notebook) -> None:
    notebook.run("class Net:\n    def go(self): return 1\nnet = Net()")
    notebook.run("class Net:\n    def go(self): return 2")
    (sentence,) = notebook.capture("net.go(), Net").receipt.stale
    assert sentence.startswith("`net` holds an older `Net` than the one that the notebook defines now")


def test_an_unreadable_notebook_is_left_alone(notebook: Notebook, tmp_path: Path) -> None:
    notebook.run("def f():\n    return 1")
    (tmp_path / "a.ipynb").write_text("{")
    assert notebook.capture("f()", notebook=tmp_path / "a.ipynb").receipt.stale == []


@pytest.mark.usefixtures("beside")
@pytest.mark.parametrize(
    ("after", "is_stale"),
    [
        ("LR = 1\ndef f(): return 1\n", False),
        ("LR = 1\n# a comment\ndef f():\n    return 1\n", False),
        ("LR = 1\ndef f(): return 2\n", True),
        ("LR = 2\ndef f(): return 1\n", True),
        ("LR = 1\ndef f(): return 1\ndef g(): pass\n", False),
    ],
)
def test_a_module_that_was_changed_after_its_import_is_told(notebook: Notebook, after: str, is_stale: bool) -> None:
    Path("mod.py").write_text("LR = 1\ndef f(): return 1\n")
    notebook.run("import mod")
    Path("mod.py").write_text(after)
    os.utime("mod.py", (time.time() + 5, time.time() + 5))
    stale = notebook.capture("mod.f()").receipt.stale
    assert bool(stale) is is_stale
    assert all("`mod` was changed on disk" in sentence for sentence in stale)
