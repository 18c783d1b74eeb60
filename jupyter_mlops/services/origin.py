"""Who asks for a run, and from where: read from this process, never needed to run it."""

from __future__ import annotations

import getpass
import os
import socket
import sys
from typing import Any

from jupyter_mlops.domain.errors import Unsupported
from jupyter_mlops.domain.runs import Origin

POD_SENTENCE = (
    "This notebook runs in a pod of a hub: the run ends when the pod ends, so keep the server running until it is done."
)


_NO_RUNS = "A run cannot start runs: this code is itself inside one; submit from the notebook instead."


def refuse_inside_a_rank(sentence: str = _NO_RUNS) -> None:
    """Refuse what a run cannot do, such as to start a run.

    Args:
        sentence: What is said.

    Raises:
        Unsupported: this process is a rank.
    """
    if os.environ.get("JUPYTER_MLOPS_RUN_DIR"):
        raise Unsupported(sentence)


def read_origin(machine: str, boot: str, *, cell: str = "", notebook: str = "", prompt: int = 0) -> Origin:
    """Return who asks, and from where.

    Args:
        machine: The machine's id.
        boot: The boot's id.
        cell: Id of the notebook's cell, if it is known.
        notebook: Path of the notebook, if the caller knows it better than the environment does.
        prompt: The number in the cell's ``[n]``.
    """
    return Origin(
        user=_user(),
        host=socket.gethostname(),
        machine=machine,
        boot=boot,
        pid=os.getpid(),
        notebook=notebook or os.environ.get("JPY_SESSION_NAME", ""),
        cell=cell,
        prompt=prompt,
        pod=is_hub_pod(),
    )


def is_hub_pod() -> bool:
    """Say whether this process runs in a pod that a hub started, with which everything on it ends."""
    if "NB_PREFIX" in os.environ:
        return True
    return any(name.startswith("JUPYTERHUB_") for name in os.environ)


def notebook_cell(shell: Any) -> str:
    """Return the id of the cell that ``shell``, an IPython shell, is running; empty where nobody told it."""
    parent = getattr(shell, "get_parent", None)
    header = parent() if parent is not None else {}
    return str((header or {}).get("metadata", {}).get("cellId", ""))


def notebook_path(shell: Any) -> str:
    """Return the notebook's path where the front end left it in the namespace, as VS Code does."""
    return str(shell.user_ns.get("__vsc_ipynb_file__", ""))


def current_shell() -> Any | None:
    """Return the IPython shell of this process, None in a plain script; never imports IPython."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container's user may have no name at all.
        return str(os.getuid())
