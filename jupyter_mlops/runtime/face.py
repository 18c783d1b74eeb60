"""What a cell imports from jupyter_mlops where only its runtime travelled to; the installed package comes first.

This file is ``jupyter_mlops/__init__.py`` there.
"""

from __future__ import annotations

_HOMES = {
    "report": "report",
    "display": "display",
    "update_display": "display",
    "clear_output": "display",
    "rank": "ranks",
    "world_size": "ranks",
    "local_rank": "ranks",
    "is_chief": "ranks",
    "out_dir": "ranks",
    "distributed": "",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(
            f"jupyter_mlops has no {name!r} inside this run, whose interpreter has only what cells need of it: "
            f"{', '.join(__all__)}."
        )
    from importlib import import_module

    if name == "distributed":
        # A module of its own, not a name in one.
        return import_module("jupyter_mlops.runtime.distributed")
    found: object = getattr(import_module("jupyter_mlops.runtime." + _HOMES[name]), name)
    if name == "out_dir":
        return found()  # type: ignore[operator]  # The name stands for the folder; it is there once somebody asks.
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
