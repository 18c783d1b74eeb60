"""``%%train``, ``%%tune``, ``%runs``, ``%compare``, ...: each parses a line and calls one service.

What is imported here is paid for by every notebook that loads the extension, so it is next to nothing: what the
magics need is imported when they are first used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jupyter_mlops_magics.compare import compare as compare_magic
from jupyter_mlops_magics.completion import complete
from jupyter_mlops_magics.endpoints import deploy as deploy_magic
from jupyter_mlops_magics.endpoints import endpoints as endpoints_magic
from jupyter_mlops_magics.mlops import mlops as home_magic
from jupyter_mlops_magics.models import models as models_magic
from jupyter_mlops_magics.models import register as register_magic
from jupyter_mlops_magics.runs import runs as runs_magic
from jupyter_mlops_magics.runs import train as train_magic
from jupyter_mlops_magics.sweeps import sweeps as sweeps_magic
from jupyter_mlops_magics.sweeps import tune_cell, tune_run

_CELL_MAGICS: dict[str, Callable[..., Any]] = {"train": train_magic, "tune": tune_cell}
_LINE_MAGICS: dict[str, Callable[..., Any]] = {
    "tune": tune_run,
    "runs": runs_magic,
    "sweeps": sweeps_magic,
    "compare": compare_magic,
    "register": register_magic,
    "models": models_magic,
    "deploy": deploy_magic,
    "endpoints": endpoints_magic,
    "mlops": home_magic,
}


def register(shell: Any) -> None:
    """Give ``shell``, an IPython shell, the magics and their completion. Idempotent."""
    for name, function in _CELL_MAGICS.items():
        shell.register_magic_function(function, "cell", name)
    for name, function in _LINE_MAGICS.items():
        shell.register_magic_function(function, "line", name)
    if complete not in shell.Completer.custom_matchers:
        shell.Completer.custom_matchers.append(complete)


def unregister(shell: Any) -> None:
    """Take magics and completion away again."""
    for name in _CELL_MAGICS:
        shell.magics_manager.magics["cell"].pop(name, None)
    for name in _LINE_MAGICS:
        shell.magics_manager.magics["line"].pop(name, None)
    if complete in shell.Completer.custom_matchers:
        shell.Completer.custom_matchers.remove(complete)
