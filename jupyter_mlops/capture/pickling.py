"""Values of a notebook, to one stream of pickles that share their objects.

Each name is two pickles of one pickler: the name, then the object. So identity holds across names, the size of each is
known, and what fails has a name. Functions of the notebook are not given copies of their globals: in the rank their
globals are ``__main__``, and what they need travels under its own name.
"""

from __future__ import annotations

import pickle
import sys
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import cloudpickle
from cloudpickle import cloudpickle as internals

from jupyter_mlops.capture.obstacles import Obstacle, obstacle
from jupyter_mlops.domain.errors import Uncapturable
from jupyter_mlops.domain.receipts import size_text

OUT_OF_BAND = 1 << 20
"""Buffers of this many bytes or more stand in files of their own."""

Progress = Callable[[int, str], None]
Put = Callable[[memoryview], Path]


class Sink(Protocol):
    """What a pickle is written to."""

    def write(self, data: Any, /) -> int:
        """Take ``data``."""
        ...


class MainGlobals:
    """Stands for the notebook's namespace; in the rank it is the namespace of ``__main__``."""


@dataclass(frozen=True)
class _Imported:
    """Stands for the rank's module of that name, whatever the notebook has under it."""

    name: str


class Writer:
    """Counts what goes into the bundle, and stops at the limit.

    Attributes:
        sizes: Bytes by name, in the order of writing.
    """

    def __init__(self, file: Sink, store: Callable[[int, memoryview], None], limit: int, progress: Progress | None):
        self._file, self._store, self._limit, self._progress = file, store, limit, progress
        self.sizes: dict[str, int] = {}
        self.total = 0
        self.buffers = 0
        self.name = ""

    def begin(self, name: str) -> None:
        """Count what follows for ``name``."""
        self.name = name
        self.sizes[name] = 0

    def write(self, data: Any) -> int:
        """Take bytes of the pickle itself."""
        size = memoryview(data).nbytes
        self._count(size)
        return self._file.write(data)

    def take(self, buffer: pickle.PickleBuffer) -> bool:
        """Take a buffer; True leaves it in the pickle."""
        try:
            raw = buffer.raw()
        except BufferError:
            return True
        if raw.nbytes < OUT_OF_BAND:
            return True
        self._count(raw.nbytes)
        self._store(self.buffers, raw)
        self.buffers += 1
        return False

    def _count(self, size: int) -> None:
        self.total += size
        self.sizes[self.name] += size
        if self.total > self._limit:
            largest = max(self.sizes, key=self.sizes.__getitem__)
            raise Uncapturable(
                f"What the cell uses is larger than {size_text(self._limit)}, most of it `{largest}` "
                f"({size_text(self.sizes[largest])} when this was noticed); load it inside the cell, "
                "or raise the setting `capture`."
            )
        if self._progress is not None:
            self._progress(self.total, self.name)


class NotebookPickler(cloudpickle.Pickler):  # type: ignore[misc]  # cloudpickle has no types
    """Pickles by value what the notebook defines, and tells what that needs.

    Attributes:
        needs: Called with the names of the globals that a function of the notebook uses, and the function.
        definitions: Functions and classes of the notebook that were met at its top level, by name: the variable that
            was being written, and the object.
        modules: Modules of which something was met.
        last: The object that was being looked at, for the message where it fails.
    """

    def __init__(
        self,
        writer: Writer,
        namespace: Mapping[str, Any],
        needs: Callable[[list[str], types.FunctionType], None],
        label: Callable[[types.CodeType], str],
    ) -> None:
        super().__init__(writer, protocol=5, buffer_callback=writer.take)
        self.writer = writer
        self.needs = needs
        self.label = label
        self.definitions: dict[str, list[tuple[str, type | types.FunctionType]]] = {}
        self.modules: set[str] = set()
        self.last: Any = None
        main = sys.modules["__main__"].__dict__
        self._home = {id(namespace), id(main)}
        marker = MainGlobals()
        # cloudpickle gives functions whose globals have one id one dict in the rank: here, the rank's own.
        self.globals_ref.update(dict.fromkeys(self._home, marker))

    def reducer_override(self, value: Any) -> Any:
        """Reduce what pickle cannot, or should not, do by itself."""
        self.last = value
        kind = type(value)
        if kind is types.CodeType:
            return self._reduce_code(value)
        if isinstance(value, types.ModuleType) and value.__name__ in sys.modules:
            self.modules.add(value.__name__)
            # Also for modules of a class of their own, which load themselves late.
            return internals.subimport, (value.__name__,)
        if isinstance(value, type) or kind is types.FunctionType:
            self._notice(value)
        elif kind is MainGlobals:
            return vars, (_Imported("__main__"),)
        elif kind is _Imported:
            return internals.subimport, (value.name,)
        elif value is sys.stdout or value is sys.stderr:
            return getattr, (sys, "stdout" if value is sys.stdout else "stderr")
        else:
            found = obstacle(kind)
            if found is not None:
                raise Blocked(value, found)
        return super().reducer_override(value)

    def _notice(self, value: Any) -> None:
        module = getattr(value, "__module__", None)
        if module == "__main__" and "." not in value.__qualname__:
            self.definitions.setdefault(value.__qualname__, []).append((self.writer.name, value))
        elif isinstance(module, str):
            self.modules.add(module)

    def _dynamic_function_reduce(self, function: types.FunctionType) -> Any:
        reduced = super()._dynamic_function_reduce(function)
        if id(function.__globals__) in self._home:
            # What the function uses travels under its own name, so that the cell and all functions share it.
            globals_used = reduced[2][1]["__globals__"]
            self.needs(list(globals_used), function)
            globals_used.clear()
        return reduced

    def _reduce_code(self, code: types.CodeType) -> Any:
        self.modules.update(name for name in code.co_names if name in sys.modules)
        make, arguments = internals._code_reduce(code)
        # cloudpickle drops the file's name; tracebacks need it.
        label = self.label(code)
        return make, tuple(label if part == "<dynamic-code>" else part for part in arguments)


class Blocked(Exception):
    """Pickling met something that cannot leave its process."""

    def __init__(self, value: Any, reason: Obstacle) -> None:
        super().__init__(reason.what)
        self.value, self.reason = value, reason


def submodules(chains: set[tuple[str, ...]], namespace: Mapping[str, Any]) -> list[types.ModuleType]:
    """Return the imported submodules that dotted names such as ``concurrent.futures`` reach."""
    found: dict[str, types.ModuleType] = {}
    for root, *rest in chains:
        module = namespace.get(root)
        if not isinstance(module, types.ModuleType):
            continue
        path = module.__name__
        for part in rest:
            path = f"{path}.{part}"
            if not isinstance(sys.modules.get(path), types.ModuleType):
                break
            found[path] = sys.modules[path]
    return [found[path] for path in sorted(found)]
