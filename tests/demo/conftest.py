"""Notebooks, made and executed as people do it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

Execute = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def notebook(tmp_path: Path) -> Callable[..., Path]:
    """Writes a notebook of code cells, and returns its path. A cell that begins with ``# parameters`` is tagged so."""

    def write(*sources: str) -> Path:
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        for cell in cells:
            if cell.source.startswith("# parameters"):
                cell.metadata["tags"] = ["parameters"]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        path = tmp_path / "small.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
        return path

    return write


@pytest.fixture
def command(home: Path, tmp_path: Path) -> Execute:
    """Runs a command of this environment in an empty folder, with an empty home."""

    def run(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        program = Path(sys.executable).with_name(name)
        return subprocess.run(
            [program, *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=280, check=False
        )

    return run
