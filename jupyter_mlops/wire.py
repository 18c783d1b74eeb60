"""Domain structs to JSON and back: the one encoding of files, REST and messages."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_encode = msgspec.json.Encoder().encode


def encode(value: Any) -> bytes:
    """Return ``value`` as compact JSON in UTF-8."""
    return _encode(value)


def encode_line(value: Any) -> bytes:
    """Return ``value`` as one line of JSON, line feed included."""
    return _encode(value) + b"\n"


def encode_pretty(value: Any) -> bytes:
    """Return ``value`` as JSON for people to read, line feed included."""
    return msgspec.json.format(_encode(value), indent=2) + b"\n"


def decode(data: bytes, kind: type[T]) -> T:
    """Return the ``kind`` that ``data`` holds.

    Raises:
        msgspec.DecodeError: it is no JSON, or JSON of another shape.
    """
    return msgspec.json.decode(data, type=kind)
