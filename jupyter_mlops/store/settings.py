"""What can be set for a home: ``settings.json`` holds only what was set, the defaults are here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from jupyter_mlops.domain.errors import InvalidOption, nearest
from jupyter_mlops.domain.units import parse_size

_WORDS = {"on": True, "true": True, "yes": True, "1": True, "off": False, "false": False, "no": False, "0": False}
_UNSET = ("auto", "none", "")


class Settings(msgspec.Struct, frozen=True, omit_defaults=True):
    """The settings of a home.

    Attributes:
        slots: How many runs go at once; None is one a core, at least 2.
        capture: Largest size of what a cell may take with it, in bytes.
        detach: Whether cells return at once instead of waiting for their run.
        gpus: How many devices there are to lease; None is as many as are found.
    """

    slots: int | None = None
    capture: int = 1 << 30
    detach: bool = False
    gpus: int | None = None

    def slot_count(self, cores: int) -> int:
        """Return how many runs go at once on a machine with so many cores."""
        return max(cores, 2) if self.slots is None else self.slots


def checked(**values: Any) -> dict[str, Any]:
    """Return settings as they are stored, from values or from text as people type it (``capture="2GiB"``).

    Raises:
        InvalidOption: a name is unknown, or a value has another type or makes no sense.
    """
    return {name: _checked(name, value) for name, value in values.items()}


def _checked(name: str, value: Any) -> Any:
    if name not in _CHECKS:
        hint = nearest(name, _CHECKS) or f"; there are {', '.join(_CHECKS)}."
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


_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "slots": _count(least=1),
    "capture": _size,
    "detach": _flag,
    "gpus": _count(least=0),
}
