"""What travels with a model: the classes and functions of its own modules, which no other interpreter can import."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

_OURS = ("jupyter_mlops", "jupyter_mlops_magics")


@contextmanager
def local_modules_by_value() -> Iterator[None]:
    """Let cloudpickle store what modules beside the notebook define as it stores what the notebook itself defines."""
    import cloudpickle

    before = cloudpickle.list_registry_pickle_by_value()
    added = [module for module in _local_modules() if module.__name__ not in before]
    for module in added:
        cloudpickle.register_pickle_by_value(module)
    try:
        yield
    finally:
        for module in added:
            cloudpickle.unregister_pickle_by_value(module)


def _local_modules() -> list[ModuleType]:
    """Return the modules that are neither Python's own nor installed."""
    paths = sysconfig.get_paths()
    installed = tuple({os.path.join(os.path.realpath(paths[kind]), "") for kind in ("stdlib", "purelib", "platlib")})
    found = []
    for name, module in list(sys.modules.items()):
        path = getattr(module, "__file__", None)
        # A module may call itself otherwise than it is known.
        is_itself = getattr(module, "__name__", "") == name
        if not is_itself or not path or name == "__main__" or name.partition(".")[0] in _OURS:
            continue
        if not os.path.realpath(path).startswith(installed) and "site-packages" not in path:
            found.append(module)
    return found
