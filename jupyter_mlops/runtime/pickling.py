"""Functions and classes of the notebook between the processes of a rank.

The standard library sends them by name, and a child that was not forked has no cell in which to look names up: it
never runs the cell again. So here they travel by value, as cloudpickle does it, with three differences:

* Functions of the cell have the receiver's ``__main__`` as their globals, so that what a pool's initializer puts
  there is what its tasks find.
* What every child knows from its fork travels as a number: a task does not carry the tables that it reads.
* A class is one class: what comes back is an instance of the class that was sent.
"""

from __future__ import annotations

import io
import marshal
import os
import sys
import types
import weakref

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FunctionType, ModuleType
    from typing import Any

_MAIN = ("__main__", "__mp_main__")


def teach(pickler: Any) -> None:
    """Let a subclass of the standard library's C pickler send what the notebook defines."""
    if "reducer_override" not in vars(pickler):
        pickler.reducer_override = _reduce


def teach_reduction(reduction: ModuleType) -> None:
    """Teach ``multiprocessing`` as soon as it can pickle, and follow its forks."""
    teach(reduction.ForkingPickler)
    os.register_at_fork(before=_kin.meet, after_in_child=_kin.be_child)


def teach_spawn(spawn: ModuleType) -> None:
    """Notice that a child is started that knows nothing."""
    original = spawn.get_preparation_data

    def get_preparation_data(name: str) -> Any:
        _kin.part()
        return original(name)

    spawn.get_preparation_data = get_preparation_data  # type: ignore[attr-defined]


def part() -> None:
    """Say that this process was not forked from the rank."""
    _kin.part()


class _Kin:
    """What this process and all its forked relatives know in common, numbered alike."""

    def __init__(self) -> None:
        self.objects: list[object] = []
        self.numbers: dict[int, int] = {}
        self.known: dict[str, object] = {}
        self._is_alone = True
        self._root = os.getpid()
        self.family = os.urandom(8)

    def meet(self) -> None:
        """Number what the notebook has defined, right before a fork."""
        # A child that lives already would not know the new numbers.
        if not self._is_alone or os.getpid() != self._root or _has_children():
            return
        for value in list(_main().values()):
            if _is_of_main(value) and id(value) not in self.numbers:
                self.numbers[id(value)] = len(self.objects)
                self.objects.append(value)

    def be_child(self) -> None:
        """Remember, right after a fork, what the parent had."""
        self.known = dict(_main())

    def part(self) -> None:
        """Give up numbers: there are relatives that were not forked."""
        self._is_alone = False

    def reference(self, value: object) -> tuple[bytes, int, str] | None:
        """Return what stands for ``value``, if every process that may read it knows it."""
        number = self.numbers.get(id(value)) if self._is_alone else None
        return None if number is None else (self.family, number, value.__qualname__)  # type: ignore[attr-defined]

    def adopt(self, arrived: dict[str, object]) -> None:
        """Take globals of a function that came from another process into ``__main__``.

        What this process has bound itself stays: an initializer, say, has put its worker's state there.
        """
        own = _main()
        for name, value in arrived.items():
            if name not in own or (name in self.known and own[name] is self.known[name]):
                own[name] = self.known[name] = value


_kin = _Kin()
_settled: weakref.WeakSet[type] = weakref.WeakSet()


def _reduce(_pickler: object, value: object) -> Any:
    """Be the ``reducer_override`` of a pickler that knows nothing of notebooks."""
    if not _is_of_main(value):
        return NotImplemented
    reference = _kin.reference(value)
    if reference is not None:
        return _by_reference, reference
    file = io.BytesIO()
    _make_pickler(file).dump(value)
    return _by_value, (file.getvalue(),)


def _is_of_main(value: object) -> bool:
    return isinstance(value, (types.FunctionType, type)) and value.__module__ in _MAIN


def _by_reference(family: bytes, number: int, name: str) -> object:
    if family == _kin.family:
        return _kin.objects[number]
    # It comes from a process that only runs the same cell, such as another rank.
    return _main()[name]


def _by_value(data: bytes) -> object:
    import pickle

    return pickle.loads(data)


def _make_pickler(file: io.BytesIO) -> Any:
    import cloudpickle

    class Pickler(cloudpickle.Pickler):  # type: ignore[misc,name-defined,unused-ignore]
        def reducer_override(self, value: Any) -> Any:
            reference = _kin.reference(value) if _is_of_main(value) else None
            if reference is not None:
                return _by_reference, reference
            if isinstance(value, types.CodeType):
                # All these processes are one interpreter, and cloudpickle forgets the name of the cell.
                return marshal.loads, (marshal.dumps(value),)
            reduced = super().reducer_override(value)
            if isinstance(value, type) and isinstance(reduced, tuple) and len(reduced) == 6:
                _settled.add(value)
                return (*reduced[:5], _set_class_state)
            return reduced

        def _dynamic_function_reduce(self, function: FunctionType) -> Any:
            if function.__globals__ is not _main():
                return super()._dynamic_function_reduce(function)
            code, _, _, _, closure = self._function_getnewargs(function)
            state, slots = super()._dynamic_function_reduce(function)[2]
            return _make_function, (code, closure), (state, slots), None, None, _set_function_state

    return Pickler(file, protocol=4)


def _make_function(code: Any, closure: Any) -> FunctionType:
    return types.FunctionType(code, _main(), None, None, closure)


def _set_function_state(function: FunctionType, state: Any) -> None:
    fields, slots = state
    own = _main()
    builtins = own.get("__builtins__")
    _kin.adopt(slots["__globals__"])
    _setter("_function_setstate")(function, (fields, {**slots, "__globals__": {}}))
    # cloudpickle puts its own view of the builtins there.
    own["__builtins__"] = builtins


def _set_class_state(kind: Any, state: Any) -> None:
    # This process has the class already: it came from here, or came before.
    if kind in _settled:
        return
    _settled.add(kind)
    _setter("_class_setstate")(kind, state)


def _setter(name: str) -> Any:
    import cloudpickle

    # Before cloudpickle 3 these were in another of its modules: the one that defines the pickler.
    return getattr(sys.modules[cloudpickle.Pickler.__module__], name)


def _main() -> dict[str, Any]:
    return sys.modules["__main__"].__dict__


def _has_children() -> bool:
    process = sys.modules.get("multiprocessing.process")
    return process is not None and bool(process.active_children())
