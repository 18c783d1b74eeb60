"""The demo notebook, executed once; then read, and turned into a page."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbconvert import HTMLExporter

import jupyter_mlops.demo

SHIPPED = Path(jupyter_mlops.demo.__file__).with_name("digits.ipynb")


@pytest.fixture(scope="module")
def executed() -> Iterator[nbformat.NotebookNode]:
    """The demo notebook after Run All, in a home of its own."""
    folder = Path(tempfile.mkdtemp(prefix="mlops-"))
    manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=KernelSpecManager(kernel_dirs=[]))
    notebook = nbformat.read(SHIPPED, as_version=4)
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(notebook, km=manager, timeout=100, resources=resources)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_MLOPS_HOME", str(folder / "home"))
        yield client.execute(env=dict(os.environ))
    shutil.rmtree(folder, ignore_errors=True)


def test_it_is_shipped_without_outputs():
    cells = nbformat.read(SHIPPED, as_version=4).cells

    assert [cell.outputs for cell in cells if cell.cell_type == "code"] == [[]] * sum(
        cell.cell_type == "code" for cell in cells
    )


def test_each_training_cell_ends_with_the_card_of_a_run_that_succeeded(executed):
    for cell in _cells(executed, "%%train"):
        assert "Succeeded" in _html(cell)


def test_the_card_shows_what_the_cell_drew(executed):
    first = _cells(executed, "%%train digits epochs=5")[0]

    assert "data:image/png;base64," in _html(first)


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
