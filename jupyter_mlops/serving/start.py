"""The first file of a router's or replica's process: ``python start.py router|replica CONFIG.json``.

A replica runs in the interpreter that trained, which need not have this package. So the folder of this file becomes a
package of its own, ``jupyter_mlops_serving``, and nothing else of ours can be imported, not even by accident.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys

PACKAGE = "jupyter_mlops_serving"
ROLES = ("router", "replica")

_FOLDER = os.path.dirname(os.path.abspath(__file__))


def main(words: list[str]) -> int:
    """Run a role until it ends, and return its exit code."""
    if len(words) != 2 or words[0] not in ROLES:
        print(f"usage: start.py {'|'.join(ROLES)} CONFIG.json", file=sys.stderr)
        return 2
    role, config = words
    code: int = importlib.import_module(f"{PACKAGE}.{role}.main").main(os.path.abspath(config))
    return code


def load_package() -> None:
    """Make the folder of this file importable by the package's name, and by that alone."""
    # Python puts a script's folder on the path, where `replica` or `loading` would hide what a model calls so.
    sys.path[:] = [path for path in sys.path if not path or os.path.abspath(path) != _FOLDER]
    spec = importlib.util.spec_from_file_location(
        PACKAGE, os.path.join(_FOLDER, "__init__.py"), submodule_search_locations=[_FOLDER]
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"{_FOLDER} is no package.")
    package = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = package
    spec.loader.exec_module(package)


# A process that a model starts by multiprocessing's `spawn` runs this file too, and may need what it is sent.
if __name__ in {"__main__", "__mp_main__"}:
    load_package()

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
