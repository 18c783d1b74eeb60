"""The notebooks of docs/examples do what they say, with two workers and with three, each in its framework's kernel."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

from jupyter_mlops.store.home import Home
from tests.frameworks.cells import EXAMPLES, python_of
from tests.frameworks.conftest import MADE

KIND_OF = {
    "pytorch-ddp": "pytorch",
    "tensorflow-multiworker": "tensorflow",
    "tensorflow-parameter-server": "tensorflow",
    "xgboost": "xgboost",
    "mpi": "mpi",
    "paddle": "paddle",
    "jax": "jax",
    "mxnet": "mxnet",
}


class Kernels(KernelSpecManager):
    """Knows one kernel: that of an interpreter."""

    python = ""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return it, whatever it is called."""
        argv = [self.python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name=kernel_name, language="python")


def test_every_notebook_is_run_here_and_kept_without_outputs() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.ipynb")} == set(KIND_OF)
    for path in EXAMPLES.glob("*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        assert not any(cell.outputs or cell.execution_count for cell in cells if cell.cell_type == "code"), path


@pytest.mark.timeout(400)
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", [name for name, kind in KIND_OF.items() if kind in MADE])
def test_the_notebook_runs_to_its_end(home: Home, tmp_path: Path, name: str, workers: int) -> None:
    notebook = nbformat.read(EXAMPLES / f"{name}.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.source = re.sub(r"--workers \d+", f"--workers {workers}", cell.source)
    kind = KIND_OF[name]
    # What MXNet needs is too old for a kernel with this package; its cells go there from this one.
    (home.path / "settings.json").write_text(json.dumps({"interpreters": {"mxnet": python_of("mxnet")}}))
    kernels = Kernels()
    kernels.python = sys.executable if kind == "mxnet" else python_of(kind)
    manager = AsyncKernelManager(kernel_spec_manager=kernels)
    client = NotebookClient(notebook, km=manager, timeout=300, resources={"metadata": {"path": str(tmp_path)}})
    client.owns_km = True

    client.execute()

    [check] = [cell for cell in notebook.cells if "assert" in cell.source and "%%train" not in cell.source]
    assert check.outputs[0].text.strip()
