"""What an interpreter is asked before a cell goes there: what it cannot import, and which values it cannot load.

It is run as a program, with the folder of a bundle and the names of modules as its arguments, and imports nothing of
ours: whatever is installed there, the question is the same. Each answer is one line: the record separator, a JSON text.
"""

from __future__ import annotations

import importlib.util
import json
import mmap
import os
import pickle
import sys
import types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_OUT_OF_BAND = 1 << 20
_HERE = "{}.{}".format(*sys.version_info)


class ForeignCode(Exception):
    """Code of another version of Python, which means nothing to this one."""


def main(bundle: str, modules: list[str]) -> None:
    """Answer, and end the process."""
    _say(python="{}.{}.{}".format(*sys.version_info))
    with open(os.path.join(bundle, "cell.json"), encoding="utf-8") as file:
        about = json.load(file)
    if about.get("sources"):
        sys.path.insert(0, os.path.join(bundle, "sources"))
    _say(missing=[name for name in modules if not _is_there(name)])
    if os.path.exists(os.path.join(bundle, "values.pickle")):
        _load_all(bundle, about.get("python", _HERE))
    _say(done=True)


def _load_all(bundle: str, python: str) -> None:
    with open(os.path.join(bundle, "values.pickle"), "rb") as file:
        loading = _Loading(file, buffers=_buffers(os.path.join(bundle, "buffers")))
        loading.is_foreign = python != _HERE
        while True:
            try:
                name = loading.load()
            except EOFError:
                return
            _say(loading=name)
            try:
                loading.load()
            except Exception as error:
                _say(**_why_not(name, error, loading.package))
                return


class _Loading(pickle.Unpickler):
    """Loads as a rank does, but imports no module that only stands for itself: that it could be imported is enough."""

    is_foreign = False
    package = ""

    def find_class(self, module: str, name: str) -> Any:
        self.package = module.partition(".")[0]
        try:
            found = super().find_class(module, name)
        except ModuleNotFoundError:
            if not module.startswith("numpy._core"):
                raise
            found = super().find_class(module.replace("numpy._core", "numpy.core", 1), name)
        if module.startswith("cloudpickle"):
            if name == "subimport":
                return _module
            if name == "_builtin_type" and self.is_foreign:
                return _type_here
        return found


def _module(name: str) -> types.ModuleType:
    if name in sys.modules:
        return sys.modules[name]
    if not _is_there(name):
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    return types.ModuleType(name)


def _type_here(name: str) -> Any:
    if name == "CodeType":
        raise ForeignCode
    return getattr(types, name)


def _why_not(name: str, error: Exception, package: str) -> dict[str, object]:
    if isinstance(error, ForeignCode):
        return {"value": name, "foreign": True}
    lines = str(error).strip().splitlines()
    said = "{}: {}".format(type(error).__name__, lines[0] if lines else "").rstrip(": ")
    if isinstance(error, ModuleNotFoundError) and error.name and not _is_there(error.name):
        return {"value": name, "needs": error.name.partition(".")[0]}
    return {"value": name, "error": said, "package": package, "version": _version(package)}


def _version(package: str) -> str:
    return str(getattr(sys.modules.get(package), "__version__", ""))


def _is_there(name: str) -> bool:
    top = name.partition(".")[0]
    if top in sys.modules:
        return True
    try:
        return importlib.util.find_spec(top) is not None
    except (ImportError, ValueError):
        return False


def _buffers(folder: str) -> Iterator[bytearray | mmap.mmap]:
    number = 0
    while True:
        path = os.path.join(folder, str(number))
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size < _OUT_OF_BAND:
                yield bytearray(file.read())
            else:
                yield mmap.mmap(file.fileno(), size, access=mmap.ACCESS_COPY)
        number += 1


def _say(**answer: object) -> None:
    # Whatever prints while values load, this is a line of its own.
    os.write(1, b"\n\x1e" + json.dumps(answer).encode() + b"\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
