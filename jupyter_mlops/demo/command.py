"""``jupyter mlops demo``: put the demo notebook into a folder, and open or execute it."""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_mlops.domain.errors import MlopsError, Unavailable, Unsupported

if TYPE_CHECKING:
    from jupyter_mlops.workspace import Workspace

NOTEBOOK = "digits.ipynb"
FOLDER = "jupyter-mlops-demo"


def main(arguments: Sequence[str]) -> int:
    """Do what ``jupyter mlops demo`` with ``arguments`` asks for, and return the exit code."""
    options, rest = _parser().parse_known_args(arguments)
    if options.execute and rest:
        print(f"--execute opens no JupyterLab, so it has no use for {rest[0]}; leave it out.", file=sys.stderr)
        return 2
    try:
        notebook = place(Path(options.folder))
        return execute(notebook.parent) if options.execute else open_lab(notebook, options.no_browser, rest)
    except MlopsError as error:
        print(error, file=sys.stderr)
        return 1


def place(folder: Path) -> Path:
    """Return the demo notebook in ``folder``; one that is there already, edited or not, is left as it is.

    Raises:
        Unavailable: the folder cannot be written.
    """
    notebook = folder.resolve() / NOTEBOOK
    if not notebook.exists():
        try:
            notebook.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(Path(__file__).with_name(NOTEBOOK), notebook)
        except OSError as error:
            raise Unavailable(
                f"The demo cannot be put into {folder} ({error.strerror}); name another folder with --folder."
            ) from error
    return notebook


def open_lab(notebook: Path, no_browser: bool, rest: Sequence[str]) -> int:
    """Become JupyterLab with ``notebook`` open.

    Raises:
        Unsupported: JupyterLab is not installed.
    """
    _need("jupyterlab", "lab")
    print(f"The notebook is {notebook}: change it as you like.", flush=True)
    os.execve(sys.executable, lab_command(notebook, no_browser, rest), lab_environment())


def lab_command(notebook: Path, no_browser: bool, rest: Sequence[str]) -> list[str]:
    """Return the command that opens ``notebook`` in JupyterLab; ``rest`` goes to JupyterLab as it is."""
    command = [sys.executable, "-m", "jupyterlab", str(notebook), f"--ServerApp.root_dir={notebook.parent}"]
    if no_browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return [*command, *rest]


def lab_environment() -> dict[str, str]:
    """Return the environment of JupyterLab: a demo begins without questions about news and updates.

    These are defaults; what somebody has set in JupyterLab counts.
    """
    path = [str(Path(__file__).parent), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    return {**os.environ, "JUPYTER_CONFIG_PATH": os.pathsep.join(path)}


def execute(folder: Path) -> int:
    """Run the demo notebook as it is shipped, in a fresh kernel, and print what it made.

    Returns:
        0 if every cell and every run succeeded, else 1.

    Raises:
        Unsupported: something that the demo needs is not installed.
    """
    for module in ("matplotlib", "mlflow", "nbclient", "optuna", "pandas", "sklearn", "uvicorn"):
        _need(module, "demo")
    from jupyter_mlops.workspace import connect

    workspace = connect()
    before = {made.id for made in (*workspace.runs.list(), *workspace.sweeps.list())}
    print("Running the demo notebook in a fresh kernel ...", flush=True)
    began = time.monotonic()
    trouble = _execute_cells(folder)
    states = _print_runs(workspace, before)
    if trouble:
        print(trouble, file=sys.stderr)
    states += _print_sweeps(workspace, before)
    is_served = _print_served(workspace)
    kinds = "`jupyter mlops runs`, `sweeps`, `models` and `endpoints`"
    print(f"Took {time.monotonic() - began:.0f} s; {kinds} list what is kept.")
    return 0 if not trouble and is_served and states and set(states) == {"succeeded"} else 1


def _execute_cells(folder: Path) -> str:
    import nbformat
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    notebook = nbformat.read(Path(__file__).with_name(NOTEBOOK), as_version=4)
    # A kernel of the same name that somebody installed for all environments would hide this interpreter's own.
    manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=KernelSpecManager(kernel_dirs=[]))
    client = NotebookClient(
        notebook,
        km=manager,
        timeout=300,
        # A kernel warns that it talks over loopback; that is all right for one that lives for a minute.
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
    )
    try:
        client.execute()
    except CellExecutionError as error:
        return f"A cell failed: {error.ename}: {error.evalue}"
    return ""


def _print_runs(workspace: Workspace, before: set[str]) -> list[str]:
    from jupyter_mlops import cards

    rows = [row for row in workspace.runs.list(sort="created", descending=False).rows if row.id not in before]
    print(cards.runs_text(rows, time.time()) if rows else "The notebook made no run.")
    return [str(row.state) for row in rows]


def _print_sweeps(workspace: Workspace, before: set[str]) -> list[str]:
    from jupyter_mlops.cards.sweeptable import sweeps_text

    rows = [row for row in workspace.sweeps.list().rows if row.id not in before]
    print(sweeps_text(rows, time.time()) if rows else "The notebook made no sweep.")
    return [str(row.state) for row in rows] or ["missing"]


def _print_served(workspace: Workspace) -> bool:
    """Print models and endpoints, and say whether there are some."""
    from jupyter_mlops.cards.endpointtable import endpoints_text
    from jupyter_mlops.cards.modeltable import models_text

    models, endpoints = workspace.models.list().rows, workspace.endpoints.list().rows
    print(models_text(models, time.time()))
    print(endpoints_text(endpoints, time.time()))
    return bool(models and endpoints)


def _need(module: str, extra: str) -> None:
    if importlib.util.find_spec(module) is None:
        raise Unsupported(f'The demo needs {module}, which is not installed; run: pip install "jupyter-mlops[{extra}]"')


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="jupyter mlops demo",
        description="Open the demo notebook in JupyterLab. Options that are not listed here go to JupyterLab.",
        allow_abbrev=False,
    )
    parser.add_argument("--folder", default=FOLDER, help=f"where the notebook is put ({FOLDER})")
    parser.add_argument("--no-browser", action="store_true", help="print the address, open no browser")
    parser.add_argument("--execute", action="store_true", help="run it headless and print tables of what it made")
    return parser
