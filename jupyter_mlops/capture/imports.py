"""Which modules of installed packages a cell will import, so that a template may have imported them before."""

from __future__ import annotations

import ast
import functools
import os
import sys
from collections.abc import Collection, Iterable, Iterator
from importlib.machinery import ModuleSpec, PathFinder, all_suffixes
from pathlib import Path

from jupyter_mlops.capture.modules import OURS, is_installed

_LATER = {"torch": ("torch._dynamo",)}
"""What a library imports only when it is used, by nearly everybody: a second of each run that makes an optimizer."""


def installed_imports(written: Collection[str], met: Collection[str], local: dict[str, Path]) -> list[str]:
    """Return dotted names, sorted; never a module of the notebook's own folder, nor of the standard library.

    Args:
        written: What the cell's import statements say: ``from a import b`` is ``a`` and ``a.b``.
        met: Modules of what the cell uses of the notebook.
        local: The notebook's own modules by name, each a file or a package's folder; what they import counts too.
    """
    asked = {name for name in written if not _is_attribute(name, written)}
    asked.update(filter(None, map(_public, met)))
    for path in local.values():
        asked.update(_imports_of(path))
    asked.update(*(_LATER.get(name, ()) for name in asked))
    return sorted(name for name in asked if _is_of_a_package(name.partition(".")[0], local))


def _is_attribute(name: str, written: Collection[str]) -> bool:
    """Say whether ``from a import b`` means something that ``a`` has, and no module below it."""
    parent, _, last = name.rpartition(".")
    if parent not in written or name in sys.modules:
        return False
    return not any(_is_module(folder, last) for folder in _folders(parent))


def _is_module(folder: str, name: str) -> bool:
    path = os.path.join(folder, name)
    return os.path.isfile(os.path.join(path, "__init__.py")) or any(
        os.path.isfile(path + suffix) for suffix in all_suffixes()
    )


def _folders(package: str) -> list[str]:
    """Return where modules of a package are, without importing it."""
    loaded = sys.modules.get(package)
    if loaded is not None:
        return list(getattr(loaded, "__path__", ()))
    top, *inner = package.split(".")
    spec = _spec(top)
    places = list(spec.submodule_search_locations or ()) if spec is not None else []
    return [os.path.join(place, *inner) for place in places]


def _public(name: str) -> str:
    """Return the part of a module's name that people would import."""
    parts = name.split(".")
    hidden = next((at for at, part in enumerate(parts) if part.startswith("_")), len(parts))
    return ".".join(parts[:hidden])


def _is_of_a_package(top: str, local: Collection[str]) -> bool:
    if top in sys.stdlib_module_names or top in OURS or top in local:
        return False
    path = _place(top)
    # What is not here may be in the interpreter of the ranks; a template leaves out what it has not.
    return path is None or is_installed(os.path.realpath(path))


def _place(top: str) -> str | None:
    loaded = sys.modules.get(top)
    if loaded is not None:
        return next(iter(getattr(loaded, "__path__", ())), None) or getattr(loaded, "__file__", None)
    spec = _spec(top)
    return None if spec is None else spec.origin or next(iter(spec.submodule_search_locations or ()), None)


def _spec(top: str) -> ModuleSpec | None:
    try:
        return PathFinder.find_spec(top)
    except (ImportError, ValueError, AttributeError):
        return None


def _imports_of(path: Path) -> set[str]:
    files = sorted(path.glob("*.py")) if path.is_dir() else [path]
    found: set[str] = set()
    for file in files:
        if file.suffix == ".py":
            found |= _imports_in(str(file), file.stat().st_mtime_ns)
    return found


@functools.lru_cache(maxsize=1024)
def _imports_in(file: str, _changed: int) -> frozenset[str]:
    """Return what a file imports absolutely when it is imported itself."""
    try:
        tree = ast.parse(Path(file).read_bytes())
    except (SyntaxError, ValueError, OSError):
        return frozenset()
    found: set[str] = set()
    for node in _statements(tree.body):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return frozenset(found)


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that run when a module is imported, in functions none."""
    for node in body:
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for inner in ("body", "orelse", "finalbody"):
                yield from _statements(getattr(node, inner, ()))
            for handler in getattr(node, "handlers", ()):
                yield from _statements(handler.body)
