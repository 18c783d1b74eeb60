"""``%%train``, ``%runs`` and ``%mlops``: each parses a line, calls one service, and returns one object.

What is imported here is paid for by every notebook that loads the extension, so it is next to nothing: what the
magics need is imported when they are first used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jupyter_mlops_magics.completion import complete
from jupyter_mlops_magics.mlops import mlops
from jupyter_mlops_magics.runs import runs, train

_CELL_MAGICS: dict[str, Callable[..., Any]] = {"train": train}
_LINE_MAGICS: dict[str, Callable[..., Any]] = {"runs": runs, "mlops": mlops}


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
