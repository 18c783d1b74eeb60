"""What can be set for a home: ``settings.json`` holds only what was set, the defaults are here."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from jupyter_mlops.domain.errors import InvalidOption, nearest
from jupyter_mlops.domain.units import parse_size

_WORDS = {"on": True, "true": True, "yes": True, "1": True, "off": False, "false": False, "no": False, "0": False}
_UNSET = ("auto", "none", "")
_LABEL = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
INTERPRETER = "interpreter."
"""What stands before the name of an interpreter where one is set: ``interpreter.mxnet=/opt/mxnet/bin/python``."""


class Settings(msgspec.Struct, frozen=True, omit_defaults=True):
    """The settings of a home.

    Attributes:
        slots: How many runs go at once; None is one a core, at least 2.
        capture: Largest size of what a cell may take with it, in bytes.
        detach: Whether cells return at once instead of waiting for their run.
        gpus: How many devices there are to lease; None is as many as are found.
        warm: Whether runs may start from processes that have imported what cells import.
        interpreters: Paths of interpreters by the names that ``--python`` takes.
    """

    slots: int | None = None
    capture: int = 1 << 30
    detach: bool = False
    gpus: int | None = None
    warm: bool = True
    interpreters: dict[str, str] = {}

    def slot_count(self, cores: int) -> int:
        """Return how many runs go at once on a machine with so many cores."""
        return max(cores, 2) if self.slots is None else self.slots


def checked(**values: Any) -> dict[str, Any]:
    """Return settings as they are stored, from values or from text as people type it (``capture="2GiB"``).

    ``interpreter.NAME`` is one of the ``interpreters``; a value of None takes it away.

    Raises:
        InvalidOption: a name is unknown, or a value has another type or makes no sense.
    """
    plain = {name: _checked(name, value) for name, value in values.items() if not name.startswith(INTERPRETER)}
    named = {name: value for name, value in values.items() if name.startswith(INTERPRETER)}
    if named:
        found = dict(_interpreter(name.removeprefix(INTERPRETER), value) for name, value in named.items())
        plain["interpreters"] = {**plain.get("interpreters", {}), **found}
    return plain


def merged(known: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is stored when ``wanted`` is set where ``known`` was; interpreters come to those that are there."""
    both = {**known, **wanted}
    if "interpreters" in wanted:
        together = {**known.get("interpreters", {}), **wanted["interpreters"]}
        both["interpreters"] = {name: path for name, path in together.items() if path is not None}
    return both


def program_at(place: str | os.PathLike[str]) -> str | None:
    """Return the absolute path of an interpreter; None if there is none.

    Args:
        place: Its path, its command, or the folder of its environment.
    """
    path = os.path.expanduser(os.fspath(place))
    if os.path.isdir(path):
        path = os.path.join(path, "bin", "python")
    found = shutil.which(path)
    # Not realpath: a virtual environment's interpreter is known by the name of its link.
    return None if found is None else os.path.abspath(found)


def _checked(name: str, value: Any) -> Any:
    if name not in _CHECKS:
        hint = nearest(name, NAMES) or f"; there are {', '.join(NAMES)}."
        raise InvalidOption(f"There is no setting {name!r}{hint}")
    return _CHECKS[name](name, value)


def _size(name: str, value: Any) -> int:
    if isinstance(value, str):
        return parse_size(value)
    return _whole(name, value, least=0)


def _flag(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    known = _WORDS.get(value.strip().lower()) if isinstance(value, str) else None
    if known is None:
        raise InvalidOption(f"The setting {name!r} is on or off, not {value!r}.")
    return known


def _count(least: int) -> Callable[[str, Any], int | None]:
    def check(name: str, value: Any) -> int | None:
        if value is None or (isinstance(value, str) and value.strip().lower() in _UNSET):
            return None
        return _whole(name, value, least)

    return check


def _whole(name: str, value: Any, least: int) -> int:
    number = _as_int(value)
    if number is None or number < least:
        raise InvalidOption(f"The setting {name!r} is a whole number from {least} on, not {value!r}.")
    return number


def _as_int(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        return int(value)
    except ValueError:
        return None


def _interpreter(name: str, value: Any) -> tuple[str, str | None]:
    if not _LABEL.fullmatch(name):
        raise InvalidOption(f"{name!r} is no name of an interpreter; write %mlops set interpreter.mxnet=PATH.")
    if value is None or (isinstance(value, str) and value.strip().lower() in _UNSET):
        return name, None
    found = program_at(value)
    if found is None:
        raise InvalidOption(f"The setting {INTERPRETER + name!r}: {value} is no program; give the path of a Python.")
    return name, found


def _interpreters(name: str, value: Any) -> dict[str, str | None]:
    if not isinstance(value, Mapping):
        raise InvalidOption(f"The setting {name!r} has names and paths of interpreters, not {value!r}.")
    # A path that is gone makes no other setting unreadable: who names the interpreter is told.
    return {str(each): None if path is None else os.fspath(path) for each, path in value.items()}


_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "slots": _count(least=1),
    "capture": _size,
    "detach": _flag,
    "gpus": _count(least=0),
    "warm": _flag,
    "interpreters": _interpreters,
}

NAMES = (*(name for name in _CHECKS if name != "interpreters"), INTERPRETER + "NAME")
"""What can be set, as people write it."""
