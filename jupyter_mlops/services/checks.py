"""Values of options: the text of a line and the values of a script mean the same, and nonsense gets one sentence."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

from jupyter_mlops.domain.errors import InvalidOption, nearest
from jupyter_mlops.domain.units import parse_duration, parse_size

_WORDS = {"on": True, "true": True, "yes": True, "1": True, "off": False, "false": False, "no": False, "0": False}


def whole(option: str, value: Any, *, least: int) -> int:
    """Return ``value`` as a whole number of at least ``least``."""
    try:
        number = int(value) if isinstance(value, str) else value
    except ValueError:
        number = None
    if isinstance(number, bool) or not isinstance(number, int):
        raise InvalidOption(f"{written(option)} is a whole number, not {value!r}.")
    if number < least:
        raise InvalidOption(f"{written(option)} must be at least {least}, not {number}.")
    return number


def flag(option: str, value: Any) -> bool:
    """Return ``value`` as yes or no; it may be text such as ``on``."""
    known = value if isinstance(value, bool) else _WORDS.get(value.strip().lower()) if isinstance(value, str) else None
    if known is None:
        raise InvalidOption(f"{written(option)} is there or not: True or False, not {value!r}.")
    return known


def duration(option: str, value: Any) -> float:
    """Return ``value`` as seconds; it may be text such as ``5m``."""
    seconds = parse_duration(value) if isinstance(value, str) else plain_number(value)
    if not seconds:
        raise InvalidOption(f"{written(option)} is a time such as 90s, 5m or 2h, not {value!r}.")
    return seconds


def size(option: str, value: Any) -> int:
    """Return ``value`` as bytes; it may be text such as ``4GB``."""
    found = parse_size(value) if isinstance(value, str) else plain_number(value)
    if not found:
        raise InvalidOption(f"{written(option)} is a size such as 500MB or 4GB, not {value!r}.")
    return int(found)


def one_of(option: str, value: Any, known: Collection[str]) -> str:
    """Return ``value`` if it is one of the words in ``known``, which are listed only if it is not."""
    if isinstance(value, str) and value in known:
        return value
    words = list(known)
    hint = nearest(str(value), words) or f"; there is {listed(words)}."
    raise InvalidOption(f"{written(option)} cannot be {value!r}{hint}")


def plain_number(value: Any) -> float | None:
    """Return a positive, finite number; None if ``value`` is anything else."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 < value < math.inf else None


def written(option: str) -> str:
    """Return an option as it stands on a line."""
    return "--" + option.replace("_", "-")


def listed(words: list[str]) -> str:
    """Return ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else "none"
