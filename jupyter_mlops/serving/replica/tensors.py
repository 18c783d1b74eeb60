"""Tensors as the Open Inference Protocol writes them, in JSON and in binary, to arrays and back."""

from __future__ import annotations

import math
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .refusals import Refused, shown

Array = NDArray[Any]

NUMBERS = {
    "BOOL": np.dtype("?"),
    "UINT8": np.dtype("u1"),
    "UINT16": np.dtype("<u2"),
    "UINT32": np.dtype("<u4"),
    "UINT64": np.dtype("<u8"),
    "INT8": np.dtype("i1"),
    "INT16": np.dtype("<i2"),
    "INT32": np.dtype("<i4"),
    "INT64": np.dtype("<i8"),
    "FP16": np.dtype("<f2"),
    "FP32": np.dtype("<f4"),
    "FP64": np.dtype("<f8"),
}
TEXT = "BYTES"
DATATYPES = [*NUMBERS, TEXT]

_NAMES = {dtype: name for name, dtype in NUMBERS.items()}
_LENGTH = struct.Struct("<I")


def datatype(array: Array) -> str:
    """Return what the protocol calls an array's type; ``BYTES`` for text, and an empty string for anything else."""
    if array.dtype.kind in "OUS":
        return TEXT
    return _NAMES.get(array.dtype.newbyteorder("<"), "")


def size_of(shape: Any, name: str) -> int:
    """Return how many elements a shape has; refuse what is none."""
    count = 1
    if not isinstance(shape, list):
        raise Refused(f"The shape of {name!r} is a list of whole numbers, and got {shown(shape)}.")
    for length in shape:
        if not isinstance(length, int) or isinstance(length, bool) or length < 0:
            raise Refused(f"The shape of {name!r} is a list of whole numbers from 0, and got {shown(shape)}.")
        count *= length
    if len(shape) > 32:
        raise Refused(f"{name!r} has {len(shape)} dimensions, and no more than 32 can be had.")
    return count


def from_json(values: Any, kind: str, name: str, shape: list[int] | None = None) -> Array:
    """Return values that stand in a JSON document, nested or in a row, as an array of a type.

    Args:
        values: What ``data`` says.
        kind: Of the protocol's types; numbers that it cannot hold are refused.
        name: How sentences call it.
        shape: What it must come to; None takes it as it is nested.
    """
    if not isinstance(values, list):
        raise Refused(f"The data of {name!r} is a list, and got {shown(values)}.")
    count = None if shape is None else size_of(shape, name)
    array = _texts(values, name) if kind == TEXT else _numbers(values, kind, name)
    if count is None or shape is None:
        return array
    if array.size != count:
        raise Refused(f"{name!r} has {_values(array.size)}, and shape {shape} needs {count:,}.")
    if array.ndim > 1 and count and list(array.shape) != shape:
        raise Refused(f"The data of {name!r} is nested as {list(array.shape)}, and its shape says {shape}.")
    return array.reshape(shape)


def from_binary(raw: memoryview, kind: str, shape: list[int], name: str) -> Array:
    """Return what the binary tensor extension has put behind the JSON, as an array of its own memory."""
    count = size_of(shape, name)
    if kind == TEXT:
        return _unpacked(raw, count, name).reshape(shape)
    dtype = NUMBERS[kind]
    if len(raw) != count * dtype.itemsize:
        needed = f"{kind} of shape {shape} needs {count * dtype.itemsize:,}"
        raise Refused(f"{name!r} has {len(raw):,} bytes of data, and {needed}.")
    # A copy: some models write into what they are given, and a view of the request could not be written to.
    return np.frombuffer(raw, dtype).reshape(shape).copy()


def to_binary(array: Array, kind: str) -> bytes:
    """Return an array's elements, in row-major order, as the binary tensor extension wants them."""
    if kind != TEXT:
        return array.astype(NUMBERS[kind], copy=False).tobytes()
    parts = []
    for value in array.ravel():
        text = as_bytes(value)
        parts += [_LENGTH.pack(len(text)), text]
    return b"".join(parts)


def as_bytes(value: Any) -> bytes:
    """Return an element of a text as bytes; a missing one is empty."""
    return value if isinstance(value, bytes) else b"" if value is None else str(value).encode()


def as_text(value: Any) -> str | None:
    """Return an element of a text as JSON can carry it."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def _values(count: int) -> str:
    return "1 value" if count == 1 else f"{count:,} values"


def _numbers(values: list[Any], kind: str, name: str) -> Array:
    dtype = NUMBERS[kind]
    try:
        array = np.array(values)
    except (ValueError, OverflowError):
        raise Refused(f"The rows of {name!r} are not equally long.") from None
    if array.dtype == dtype:
        return array
    if array.size == 0:
        return array.astype(dtype)
    if array.dtype.kind == "O":
        array = _objects(array, name, kind)
    if array.dtype.kind not in "biuf":
        raise Refused(f"{name!r} is {kind}, and got {shown(_first_text(values))}.")
    return cast(array, kind, name)


def cast(array: Array, kind: str, name: str) -> Array:
    """Return numbers as another type; refuse what it cannot hold."""
    dtype = NUMBERS[kind]
    if array.dtype == dtype:
        return array
    if array.dtype.kind == "b":
        return array.astype(dtype)
    if dtype.kind == "f":
        # What is too large for a short float is infinite in it, as everywhere.
        with np.errstate(over="ignore"):
            return array.astype(dtype)
    if array.dtype.kind == "f":
        _refuse(np.isnan(array), array, f"{name!r} is {kind}, which knows no missing values, and one is missing")
        _refuse(array != np.floor(array), array, f"{name!r} is {kind}, and got {{}}")
    if dtype.kind == "b":
        _refuse((array != 0) & (array != 1), array, f"{name!r} is {kind}, and got {{}}")
    else:
        limits: Any = np.iinfo(str(dtype))
        # Compared as they are, not as the other type: 2**63 is a float that no INT64 holds.
        wrong = (array < limits.min) | (array > limits.max)
        if array.dtype.kind == "f":
            wrong |= array >= float(limits.max) + (0 if dtype.itemsize == 8 else 1)
        _refuse(wrong, array, f"{name!r} is {kind}, which cannot hold {{}}")
    return array.astype(dtype)


def _refuse(wrong: Array, array: Array, sentence: str) -> None:
    if wrong.any():
        place = np.unravel_index(int(np.argmax(wrong)), wrong.shape)
        where = f" in row {place[0]}" if place and array.shape[0] > 1 else ""
        raise Refused(sentence.format(array[place].item()) + where + ".")


def _objects(array: Array, name: str, kind: str) -> Array:
    """Return numbers among which some are missing, or too large for any type."""
    flat = array.ravel()
    for value in flat:
        if value is not None and not isinstance(value, (int, float)):
            if isinstance(value, list):
                raise Refused(f"The rows of {name!r} are not equally long.")
            raise Refused(f"{name!r} is {kind}, and got {shown(value)}.")
    try:
        return np.array([float("nan") if value is None else float(value) for value in flat]).reshape(array.shape)
    except OverflowError:
        raise Refused(f"{name!r} is {kind}, and a number in it is too large.") from None


def _first_text(values: Any) -> Any:
    while isinstance(values, list) and values:
        texts = [value for value in values if not isinstance(value, (int, float, list))]
        values = texts[0] if texts else values[0]
    return values


def _texts(values: list[Any], name: str) -> Array:
    shape, level = [len(values)], values
    while level and isinstance(level[0], list):
        width = len(level[0])
        if any(not isinstance(row, list) or len(row) != width for row in level):
            raise Refused(f"The rows of {name!r} are not equally long.")
        shape.append(width)
        level = [value for row in level for value in row]
    for value in level:
        if value is not None and not isinstance(value, str):
            raise Refused(f"{name!r} is text (BYTES), and got {shown(value)}.")
    array = np.empty(len(level), object)
    array[:] = level
    return array.reshape(shape)


def _unpacked(raw: memoryview, count: int, name: str) -> Array:
    """Return texts of which each stands behind its length."""
    if count * _LENGTH.size > len(raw):
        raise Refused(f"{name!r} has {len(raw):,} bytes of data, which cannot be {count:,} texts.")
    array = np.empty(count, object)
    place = 0
    for index in range(count):
        if place + _LENGTH.size > len(raw):
            raise Refused(f"The data of {name!r} ends within text {index}.")
        (length,) = _LENGTH.unpack_from(raw, place)
        place += _LENGTH.size
        if place + length > len(raw):
            raise Refused(f"The data of {name!r} ends within text {index}.")
        try:
            array[index] = str(raw[place : place + length], "utf-8")
        except UnicodeDecodeError:
            array[index] = bytes(raw[place : place + length])
        place += length
    if place != len(raw):
        raise Refused(f"{name!r} has {len(raw) - place:,} bytes of data more than its {count:,} texts.")
    return array
