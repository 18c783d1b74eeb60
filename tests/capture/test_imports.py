"""What a template may import for a cell: modules of installed packages, and none of the notebook's own."""

from __future__ import annotations

import sys
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import joblib
import pytest

from jupyter_mlops.capture.bundle import capture


def imports(tmp_path: Path, cell: str, namespace: Mapping[str, Any] | None = None) -> list[str]:
    return capture(cell, namespace or {}, tmp_path / "bundle", cwd=tmp_path).imports


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("x = 1", []),
        ("import os, json, sys\nfrom collections import abc", []),
        ("import joblib", ["joblib"]),
        ("import sklearn.svm as svm", ["sklearn.svm"]),
        ("from sklearn import svm", ["sklearn", "sklearn.svm"]),
        ("from sklearn.svm import SVC", ["sklearn.svm"]),
        ("from joblib import *", ["joblib"]),
        ("try:\n    import joblib\nexcept ImportError:\n    joblib = None", ["joblib"]),
        ("def work():\n    import joblib\nwork()", ["joblib"]),
        ("from jupyter_mlops import report\nreport(loss=1)", []),
        # It may be in the interpreter of the ranks.
        ("import no_such_package", ["no_such_package"]),
    ],
)
def test_the_cells_statements_are_read(tmp_path: Path, cell: str, expected: list[str]) -> None:
    assert imports(tmp_path, cell) == expected


def test_a_submodule_that_is_not_loaded_here_is_told_from_an_attribute(tmp_path: Path) -> None:
    assert "joblib.test" not in sys.modules
    assert imports(tmp_path, "from joblib import test, Parallel") == ["joblib", "joblib.test"]


def test_packages_of_what_the_cell_uses_count(tmp_path: Path) -> None:
    namespace = {"jl": joblib, "memory": joblib.Memory(None)}
    assert {"joblib", "joblib.memory"} <= set(imports(tmp_path, "print(jl, memory)", namespace))


def test_a_local_module_is_none_but_what_it_imports_counts(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("import json, joblib\ndef late():\n    import sklearn\n")
    assert imports(tmp_path, "import mine") == ["joblib"]


def test_a_local_module_with_a_packages_name_is_the_local_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "somelibrary.py").write_text("")
    monkeypatch.setitem(sys.modules, "somelibrary", module_in(tmp_path / "somelibrary.py"))
    assert imports(tmp_path, "import somelibrary") == []


def module_in(file: Path) -> types.ModuleType:
    module = types.ModuleType(file.stem)
    module.__file__ = str(file)
    return module
