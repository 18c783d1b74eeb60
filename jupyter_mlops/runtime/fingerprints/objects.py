"""Python objects as bytes that say what they hold: the same for equal values, in every process and version."""

from __future__ import annotations

import datetime
import struct
from math import isnan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterable

_AS_TEXT = frozenset(
    ("Decimal", "Fraction", "UUID", "PurePath", "Interval", "Period", "timedelta", "timezone", "tzinfo", "DateOffset")
)
_DEEPEST = 32


class Unfit(Exception):
    """Something has no fingerprint; the message is the end of a sentence."""


def is_missing(value: Any) -> bool:
    """Say whether ``value`` stands for nothing: None, NaN, NaT, NA."""
    if value is None:
        return True
    kind = type(value)
    if kind is float:
        return isnan(value)
    if kind.__name__ in ("NAType", "NaTType"):
        return True
    if kind.__name__ in ("float64", "float32", "float16"):
        return isnan(value)
    return kind.__name__ in ("datetime64", "timedelta64") and str(value) == "NaT"


def canonical(value: Any, depth: int = 0) -> bytes:
    """Return bytes that are the same for equal values, and others for others.

    Raises:
        Unfit: ``value`` is, or holds, something that does not say what it is.
    """
    if depth > _DEEPEST:
        raise Unfit("it holds objects that are nested too deeply")
    if is_missing(value):
        return b"-"
    for kind in type(value).__mro__:
        make = _KINDS.get(kind)
        if make is not None:
            return make(value, depth)
        if kind.__name__ in _AS_TEXT and kind.__module__ != "__main__":
            return _tagged(kind.__name__.encode(), str(value).encode())
    return _foreign(value, depth)


def _foreign(value: Any, depth: int) -> bytes:
    names = {f"{kind.__module__.partition('.')[0]}.{kind.__name__}" for kind in type(value).__mro__}
    if "numpy.ndarray" in names:
        return _tagged(b"array", repr(value.shape).encode() + _many(value.ravel().tolist(), depth))
    if names & {"numpy.datetime64", "numpy.timedelta64"}:
        return _tagged(b"moment", str(value).encode())
    if "numpy.generic" in names:
        return canonical(value.item(), depth + 1)
    if "enum.Enum" in names:
        return _tagged(b"enum", f"{type(value).__qualname__}.{value.name}".encode())
    raise Unfit(f"it holds objects of type {type(value).__name__}, which do not say what they hold")


def _tagged(tag: bytes, content: bytes) -> bytes:
    return tag + b":%d:" % len(content) + content


def _many(values: Iterable[Any], depth: int) -> bytes:
    return b"".join(_tagged(b"", canonical(value, depth + 1)) for value in values)


def _int(value: Any, _: int) -> bytes:
    return _tagged(b"i", str(int(value)).encode())


def _float(value: Any, _: int) -> bytes:
    return _tagged(b"f", struct.pack("<d", float(value) + 0.0))


def _complex(value: Any, depth: int) -> bytes:
    return _tagged(b"c", _float(value.real, depth) + _float(value.imag, depth))


def _dict(value: Any, depth: int) -> bytes:
    pairs = sorted((canonical(key, depth + 1), canonical(item, depth + 1)) for key, item in value.items())
    return _tagged(b"d", b"".join(_tagged(b"", part) for pair in pairs for part in pair))


def _set(value: Any, depth: int) -> bytes:
    return _tagged(b"e", b"".join(_tagged(b"", part) for part in sorted(canonical(item, depth + 1) for item in value)))


def _sequence(value: Any, depth: int) -> bytes:
    return _tagged(b"l", _many(value, depth))


def _moment(value: Any, _: int) -> bytes:
    return _tagged(b"t", f"{value.isoformat()} {getattr(value, 'tzinfo', None) or ''}".encode())


_KINDS: dict[type, Callable[[Any, int], bytes]] = {
    bool: lambda value, _: b"b1" if value else b"b0",
    int: _int,
    float: _float,
    complex: _complex,
    str: lambda value, _: _tagged(b"s", value.encode("utf-8", "surrogatepass")),
    bytes: lambda value, _: _tagged(b"y", bytes(value)),
    bytearray: lambda value, _: _tagged(b"y", bytes(value)),
    list: _sequence,
    tuple: _sequence,
    dict: _dict,
    set: _set,
    frozenset: _set,
    datetime.datetime: _moment,
    datetime.date: _moment,
    datetime.time: _moment,
}
