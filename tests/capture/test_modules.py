from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_mlops.capture import modules
from tests.capture.conftest import Notebook


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Yield the notebook's folder, from which it imports."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(str(folder))
    before = set(sys.modules)
    yield folder
    for name in set(sys.modules) - before:
        file = getattr(sys.modules[name], "__file__", None) or ""
        if file.startswith(str(tmp_path)):
            del sys.modules[name]


def elsewhere(tmp_path: Path) -> Path:
    """Return a folder from which nothing can be imported by accident."""
    path = tmp_path / "elsewhere"
    path.mkdir()
    return path


def test_a_module_beside_the_notebook_travels_as_source(notebook: Notebook, beside: Path, tmp_path: Path) -> None:
    (beside / "helpers.py").write_text("import shapes\ndef area(n): return shapes.square(n)\n")
    (beside / "shapes.py").write_text("def square(n): return n * n\n")
    notebook.run("from helpers import area")
    captured = notebook.capture("print(area(3))")
    assert captured.receipt.sources == ["helpers.py", "shapes.py"]
    (beside / "shapes.py").write_text("broken")
    assert notebook.rank(cwd=elsewhere(tmp_path)).out.strip() == "9"


def test_a_module_that_only_the_cell_imports_travels(notebook: Notebook, beside: Path, tmp_path: Path) -> None:
    (beside / "late.py").write_text("value = 4\n")
    notebook.capture("from late import value\nprint(value)")
    assert notebook.rank(cwd=elsewhere(tmp_path)).out.strip() == "4"


def test_a_package_travels_with_its_small_data(notebook: Notebook, beside: Path, tmp_path: Path) -> None:
    package = beside / "mypack"
    (package / "sub" / "__pycache__").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "sub" / "__init__.py").write_text("from ..core import C\n")
    (package / "core.py").write_text(
        "from pathlib import Path\nclass C:\n    text = Path(__file__).with_name('data.txt').read_text()\n"
    )
    (package / "data.txt").write_text("data")
    notebook.run("import mypack.sub\nc = mypack.sub.C()")
    captured = notebook.capture("print(c.text, isinstance(c, mypack.sub.C))")
    assert captured.receipt.sources == [
        "mypack/__init__.py",
        "mypack/core.py",
        "mypack/data.txt",
        "mypack/sub/__init__.py",
    ]
    assert {item.name: item.travels for item in captured.receipt.items} == {"c": "value", "mypack": "source"}
    assert notebook.rank(cwd=elsewhere(tmp_path)).out.strip() == "data True"


def test_large_data_of_a_package_is_linked_with_a_note(
    notebook: Notebook, beside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(modules, "SMALL", 10)
    (beside / "mypack").mkdir()
    (beside / "mypack" / "__init__.py").write_text("x = 1")
    (beside / "mypack" / "weights.bin").write_bytes(bytes(100))
    captured = notebook.capture("import mypack")
    assert (notebook.bundle / "sources" / "mypack" / "weights.bin").is_symlink()
    assert captured.receipt.notes == ["`mypack/weights.bin` is too large to copy: the run reads it in place."]


def test_a_file_that_a_single_module_reads_from_its_folder_travels(
    notebook: Notebook, beside: Path, tmp_path: Path
) -> None:
    (beside / "conf.py").write_text("from pathlib import Path\nt = (Path(__file__).parent / 'conf.txt').read_text()\n")
    (beside / "conf.txt").write_text("hello")
    (beside / "other.txt").write_text("no")
    notebook.run("import conf")
    captured = notebook.capture("print(conf.t)")
    assert captured.receipt.sources == ["conf.py", "conf.txt"]


def test_a_module_from_a_folder_that_the_notebook_put_on_its_path_travels(
    notebook: Notebook, beside: Path, tmp_path: Path
) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "faraway.py").write_text("def f(): return 8\n")
    notebook.run(f"import sys\nsys.path.append({str(tmp_path / 'lib')!r})\nimport faraway")
    notebook.run("def go():\n    import faraway as far\n    return far.f()")
    notebook.capture("print(faraway.f(), go())")
    assert notebook.rank(cwd=elsewhere(tmp_path)).out.strip() == "8 8"


def test_installed_and_standard_modules_go_by_name(notebook: Notebook, beside: Path) -> None:
    notebook.run("import numpy, json, jupyter_mlops")
    captured = notebook.capture("numpy, json, jupyter_mlops")
    assert captured.receipt.sources == []
    assert {item.travels for item in captured.receipt.items} == {"name"}


def test_a_virtual_environment_beside_the_notebook_is_not_taken(notebook: Notebook, beside: Path) -> None:
    package = beside / "mypack"
    (package / "env").mkdir(parents=True)
    (package / "env" / "pyvenv.cfg").write_text("")
    (package / "env" / "big.py").write_text("")
    (package / "__init__.py").write_text("")
    assert notebook.capture("import mypack").receipt.sources == ["mypack/__init__.py"]
