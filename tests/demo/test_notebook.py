"""The demo notebook, executed once; then read, and turned into a page."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter

import jupyter_mlops.demo

SHIPPED = Path(jupyter_mlops.demo.__file__).with_name("digits.ipynb")


@pytest.fixture(scope="module")
def executed() -> Iterator[nbformat.NotebookNode]:
    """The demo notebook after Run All, in a home of its own."""
    folder = Path(tempfile.mkdtemp(prefix="mlops-"))
    program = Path(sys.executable).with_name("jupyter")
    arguments = ["nbconvert", "--execute", "--to", "notebook", "--output-dir", str(folder), str(SHIPPED)]
    environment = {**os.environ, "JUPYTER_MLOPS_HOME": str(folder / "home")}
    done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    yield nbformat.read(folder / "digits.ipynb", as_version=4)
    shutil.rmtree(folder, ignore_errors=True)


def test_it_is_shipped_without_outputs():
    cells = nbformat.read(SHIPPED, as_version=4).cells

    assert [cell.outputs for cell in cells if cell.cell_type == "code"] == [[]] * sum(
        cell.cell_type == "code" for cell in cells
    )


def test_each_training_cell_ends_with_the_card_of_a_run_that_succeeded(executed):
    for cell in _cells(executed, "%%train"):
        assert "Succeeded" in _html(cell)


def test_what_the_cell_drew_stands_below_its_card(executed):
    card, *drawn = _cells(executed, "%%train digits epochs=5")[0].outputs

    assert "Succeeded" in card.data["text/html"]
    assert ["image/png" in output.data for output in drawn] == [True]


def test_the_kept_model_is_an_instance_of_the_notebooks_class(executed):
    (cell,) = _cells(executed, 'digits.values["model"]')

    assert "True" in cell.outputs[0].text


def test_the_parameter_on_the_line_sets_the_number_of_epochs(executed):
    (cell,) = _cells(executed, 'digits.history("loss")')

    assert "5 rows" in _text(cell) or len(_text(cell).splitlines()) == 6


def test_a_page_made_of_it_shows_the_card(executed):
    page, _ = HTMLExporter().from_notebook_node(executed)

    assert "Succeeded" in page
    assert "halves" in page


def _cells(notebook: nbformat.NotebookNode, text: str) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code" and text in cell.source]


def _html(cell: nbformat.NotebookNode) -> str:
    return "".join(output.data.get("text/html", "") for output in cell.outputs if "data" in output)


def _text(cell: nbformat.NotebookNode) -> str:
    return "".join(output.data.get("text/plain", "") for output in cell.outputs if "data" in output)
