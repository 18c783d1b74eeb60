"""Train, watch and keep models from ordinary notebook cells.

Everything here is imported when it is first used: ``%load_ext jupyter_mlops`` and the start of a rank pay for nothing
that they do not need.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from jupyter_mlops._version import __version__ as __version__
    from jupyter_mlops.runtime import distributed
    from jupyter_mlops.runtime.display import clear_output, display, update_display
    from jupyter_mlops.runtime.ranks import is_chief, local_rank, rank, world_size
    from jupyter_mlops.runtime.report import report
    from jupyter_mlops.workspace import connect

    out_dir: Path

_WHERE = {
    "__version__": "_version",
    "connect": "workspace",
    "report": "runtime.report",
    "display": "runtime.display",
    "update_display": "runtime.display",
    "clear_output": "runtime.display",
    "rank": "runtime.ranks",
    "world_size": "runtime.ranks",
    "local_rank": "runtime.ranks",
    "is_chief": "runtime.ranks",
    "out_dir": "runtime.ranks",
}

__all__ = [
    "clear_output",
    "connect",
    "display",
    "distributed",
    "is_chief",
    "local_rank",
    "out_dir",
    "rank",
    "report",
    "update_display",
    "world_size",
]


def load_ipython_extension(shell: Any) -> None:
    """Give a notebook ``%%train``, ``%runs`` and ``%mlops``."""
    from jupyter_mlops_magics import register

    register(shell)


def unload_ipython_extension(shell: Any) -> None:
    """Take them away again. Runs go on."""
    from jupyter_mlops_magics import unregister

    unregister(shell)


def _jupyter_server_extension_points() -> list[dict[str, object]]:
    """Tell a Jupyter server what to load."""
    from jupyter_mlops.server.app import MlopsServer

    return [{"module": "jupyter_mlops.server.app", "app": MlopsServer}]


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name == "distributed":
        return import_module(f"{__name__}.runtime.distributed")
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
    if name == "out_dir":
        # The name stands for the folder itself, which is there once somebody asks for it.
        return found()  # type: ignore[operator]
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
