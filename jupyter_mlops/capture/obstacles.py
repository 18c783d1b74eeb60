"""What cannot leave its process, and where inside a value it sits."""

from __future__ import annotations

import functools
import io
import mmap
import socket
import threading
import types
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

_INSIDE = "make it inside the cell"
_LOOKED_AT = 200_000
_OURS = ("jupyter_mlops", "jupyter_mlops_magics")


@dataclass(frozen=True)
class Obstacle:
    """Why a value cannot travel.

    Attributes:
        what: With its article: ``an open file``.
        remedy: What to do instead, as an imperative.
    """

    what: str
    remedy: str = _INSIDE


_BY_TYPE: dict[type, Obstacle] = {
    types.GeneratorType: Obstacle("a generator", "make it inside the cell, or turn it into a list"),
    types.AsyncGeneratorType: Obstacle("an asynchronous generator"),
    types.CoroutineType: Obstacle("a coroutine", "call and await it inside the cell"),
    types.FrameType: Obstacle("a stack frame", "leave it out"),
    types.TracebackType: Obstacle("a traceback", "keep its text instead"),
    type(threading.Lock()): Obstacle("a lock"),
    type(threading.RLock()): Obstacle("a lock"),
    socket.socket: Obstacle("a network connection", "connect inside the cell"),
    threading.Thread: Obstacle("a thread", "start it inside the cell"),
    mmap.mmap: Obstacle("a mapped file", "open it inside the cell"),
}
_BY_NAME: dict[tuple[str, str], Obstacle] = {
    ("sqlite3", "Connection"): Obstacle("a database connection", "connect inside the cell"),
    ("sqlite3", "Cursor"): Obstacle("a database cursor", "connect inside the cell"),
    ("subprocess", "Popen"): Obstacle("a running program", "start it inside the cell"),
    ("multiprocessing.process", "BaseProcess"): Obstacle("a running process", "start it inside the cell"),
    ("multiprocessing.connection", "_ConnectionBase"): Obstacle("a connection", "make it inside the cell"),
    ("multiprocessing.pool", "Pool"): Obstacle("a pool of processes"),
    ("concurrent.futures._base", "Executor"): Obstacle("a pool of workers"),
    ("concurrent.futures._base", "Future"): Obstacle("a result that is not there yet", "take its result() before"),
    ("_asyncio", "Future"): Obstacle("a task that is still going", "await it before, or inside the cell"),
    ("asyncio.events", "AbstractEventLoop"): Obstacle("an event loop", "leave it out"),
    ("IPython.core.interactiveshell", "InteractiveShell"): Obstacle("the notebook itself", "leave it out"),
    ("duckdb", "DuckDBPyConnection"): Obstacle("a database connection", "connect inside the cell"),
    ("_duckdb", "DuckDBPyConnection"): Obstacle("a database connection", "connect inside the cell"),
    ("sqlalchemy.engine.base", "Engine"): Obstacle("a database connection", "connect inside the cell"),
    ("psycopg", "Connection"): Obstacle("a database connection", "connect inside the cell"),
}


_known: WeakKeyDictionary[type, Obstacle | None] = WeakKeyDictionary()


def obstacle(kind: type) -> Obstacle | None:
    """Return why no value of class ``kind`` can travel; None if it may."""
    if kind not in _known:
        _known[kind] = _find(kind)
    return _known[kind]


def _find(kind: type) -> Obstacle | None:
    for base in kind.__mro__:
        found = _BY_TYPE.get(base) or _BY_NAME.get((base.__module__, base.__name__))
        if found is not None:
            return found
    if issubclass(kind, io.IOBase) and not issubclass(kind, io.BytesIO | io.StringIO):
        return Obstacle("an open file", "open it inside the cell")
    if kind.__module__.partition(".")[0] in _OURS and not issubclass(kind, BaseException):
        return _of_ours(kind)
    return None


def _of_ours(kind: type) -> Obstacle | None:
    # Plain facts, such as a metric's summary, are structs without a way back to the home.
    if hasattr(kind, "__struct_fields__"):
        return None
    if kind.__name__ == "Run":
        return Obstacle(
            "a run, which belongs to the notebook",
            "take out of it what the cell needs, such as `.metrics`, in a cell before",
        )
    return Obstacle(
        "an object of jupyter-mlops, which belongs to the notebook", "take out of it what the cell needs before"
    )


def path_to(root: str, value: Any, is_it: Callable[[Any], bool]) -> str | None:
    """Return where the first object that ``is_it`` accepts stands within ``value``, nearest first.

    Args:
        root: The variable that holds ``value``.
        value: Where to begin.
        is_it: Says whether an object is the one that is looked for.

    Returns:
        Words such as "`loader.lock`" or "`file` inside `callback`"; None if it is not found.
    """
    seen = {id(value)}
    # What is looked at must stay alive, or the id of a new object could be one that was seen.
    alive: list[Any] = []
    queue = deque([(_Place(root), value)])
    while queue and len(alive) < _LOOKED_AT:
        place, current = queue.popleft()
        alive.append(current)
        if is_it(current):
            return str(place)
        for step, inner in _inside(current):
            if id(inner) not in seen:
                seen.add(id(inner))
                queue.append((place.after(step), inner))
    return None


@dataclass(frozen=True)
class _Place:
    expression: str
    within: str = ""

    def after(self, step: str) -> _Place:
        if step.isidentifier():
            return _Place(step, f" inside {self}")
        return _Place(self.expression + step, self.within)

    def __str__(self) -> str:
        return f"`{self.expression}`{self.within}"


def _inside(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield what ``value`` holds, with what reaches it: a piece of Python, or the name of a function's variable."""
    if isinstance(value, str | bytes | int | float | type | types.ModuleType | None):
        return
    if isinstance(value, dict):
        yield from ((f"[{key!r}]", inner) for key, inner in list(value.items()))
    elif isinstance(value, list | tuple | deque):
        yield from ((f"[{index}]", inner) for index, inner in enumerate(value))
    elif isinstance(value, set | frozenset):
        yield from (("{…}", inner) for inner in value)
    elif isinstance(value, types.MethodType):
        yield ".__self__", value.__self__
    elif isinstance(value, types.FunctionType):
        yield from _inside_function(value)
    elif isinstance(value, functools.partial):
        yield from ((f".args[{index}]", inner) for index, inner in enumerate(value.args))
        yield from ((f".keywords[{key!r}]", inner) for key, inner in value.keywords.items())
        yield ".func", value.func
    yield from _attributes(value)


def _inside_function(function: types.FunctionType) -> Iterator[tuple[str, Any]]:
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=False):
        try:
            inner = cell.cell_contents
        except ValueError:
            continue
        yield name, inner
    yield from ((f".__defaults__[{index}]", inner) for index, inner in enumerate(function.__defaults__ or ()))
    yield from ((f".__kwdefaults__[{key!r}]", inner) for key, inner in (function.__kwdefaults__ or {}).items())


def _attributes(value: Any) -> Iterator[tuple[str, Any]]:
    own = getattr(value, "__dict__", None)
    if isinstance(own, dict):
        yield from ((f".{name}", inner) for name, inner in list(own.items()))
    for kind in type(value).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            member = kind.__dict__.get(name)
            if isinstance(member, types.MemberDescriptorType):
                try:
                    yield f".{name}", member.__get__(value, type(value))
                except AttributeError:
                    continue
