"""One column: its name, its type, and a word for each of its cells."""

from __future__ import annotations

import numpy as np

from jupyter_mlops.runtime.fingerprints import objects, texts
from jupyter_mlops.runtime.fingerprints.mixing import mix

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Union

    from jupyter_mlops.runtime.fingerprints.mixing import Words

    Array = np.ndarray[Any, Any]
    Rows = Union[slice, np.ndarray[Any, Any]]

ALL = slice(None)
_NAN = np.uint64(texts.MISSING)
_NOT_A_TIME = np.iinfo(np.int64).min
_PARTS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
"""Of a second."""


class Column:
    """A column of a table.

    Args:
        name: What it is called.
        kind: Its type in words that all libraries and versions share.
        words: Returns new words for the rows that a slice or an array of numbers names.
        type_name: Its type as its library calls it; as ``kind`` if that is empty.
    """

    def __init__(self, name: object, kind: str, words: Callable[[Rows], Words], type_name: str = "") -> None:
        self.name, self.kind, self.words = name, kind, words
        self.type = type_name or kind

    def renamed(self, name: object, type_name: str = "") -> Column:
        """Return the same column under another name."""
        return Column(name, self.kind, self.words, type_name or self.type)


def column_of(array: Array, missing: Array | None = None) -> Column:
    """Return a column without a name for an array of one dimension.

    Args:
        array: Of any type.
        missing: True where there is no value, whatever stands in ``array``.

    Raises:
        Unfit: it holds objects that do not say what they hold.
    """
    kind, words = _column(array)
    if missing is None or not missing.any():
        return Column("", kind, words)
    gone = missing
    return Column("", kind, lambda rows: without(words(rows), gone[rows]))


def category_column(codes: Array, categories: Column, *, is_ordered: bool = False) -> Column:
    """Return a column of categories: what counts is what a code stands for; codes below 0 stand for nothing."""
    table = np.append(categories.words(ALL), _NAN)
    order = " in order " + f"{int(np.add.reduce(_positions(table[:-1]))):x}" if is_ordered else ""
    return Column("", f"category of {categories.kind}{order}", lambda rows: table[codes[rows]])


def moment_column(values: Array, unit: str, kind: str, missing: Array | None = None) -> Column:
    """Return a column of moments or durations: 64-bit numbers that count ``unit``; the unit is no part of the value."""
    parts = _PARTS[unit]

    def words(rows: Rows) -> Words:
        chosen = values[rows]
        return _moments(chosen, parts, chosen == _NOT_A_TIME if missing is None else missing[rows])

    return Column("", kind, words)


def without(words: Words, missing: Array) -> Words:
    """Let ``words`` be those of nothing where ``missing`` says so."""
    words[missing] = _NAN
    return words


def floats(array: Array) -> Array:
    """Return real numbers of which equal ones have equal bits: one zero, and one NaN. The result is new."""
    # Adding zero makes 0.0 of -0.0.
    plain: Array = array.astype(array.dtype.newbyteorder("="), copy=False) + array.dtype.type(0)
    unclear = np.isnan(plain)
    if unclear.any():
        plain[unclear] = np.nan
    return plain


def _column(array: Array) -> tuple[str, Callable[[Rows], Words]]:
    kind = array.dtype.kind
    if kind in "biu":
        name = array.dtype.newbyteorder("=").name
        return name, lambda rows: array[rows].astype(np.uint64 if kind == "u" else np.int64).view(np.uint64)
    if kind == "f":
        return array.dtype.newbyteorder("=").name, lambda rows: _real(array[rows])
    if kind == "c":
        return array.dtype.newbyteorder("=").name, lambda rows: mix(_real(array.real[rows])) + _real(array.imag[rows])
    if kind in "mM":
        unit = np.datetime_data(array.dtype)[0]
        unit = unit if unit in _PARTS else "s" if unit in ("Y", "M", "W", "D", "h", "m") else "ns"
        plain = array.astype(f"{kind}8[{unit}]").view(np.int64)
        return ("datetime" if kind == "M" else "duration"), moment_column(plain, unit, "").words
    if kind == "U":
        return "string", lambda rows: texts.text_words(array[rows].tolist())
    if kind == "S":
        return "bytes", lambda rows: texts.byte_words(array[rows].tolist())
    if kind == "O":
        return _objects(array)
    raise objects.Unfit(f"it holds values of type {array.dtype}, which do not say what they hold")


def _objects(array: Array) -> tuple[str, Callable[[Rows], Words]]:
    if _is_text(array):
        return "string", lambda rows: texts.text_words(array[rows].tolist())
    return "object", lambda rows: texts.object_words(array[rows].tolist())


def _is_text(array: Array) -> bool:
    """Say whether all objects are texts, or missing, and there is a text."""
    values = array.tolist()
    kinds = set(map(type, values))
    others = {kind for kind in kinds if not issubclass(kind, str)}
    if len(others) == len(kinds):
        return False
    return not others or all(isinstance(value, str) or objects.is_missing(value) for value in values)


def _real(array: Array) -> Words:
    if array.dtype.itemsize <= 8:
        wide = array.astype(np.float64)
        return floats(wide).view(np.uint64)
    # What is left behind a float64 makes the difference of longer ones.
    near = array.astype(np.float64)
    with np.errstate(invalid="ignore"):
        rest = np.where(np.isfinite(near), array - near, 0)
    return mix(floats(near).view(np.uint64)) + floats(rest.astype(np.float64)).view(np.uint64)


def _moments(values: Array, parts: int, missing: Array) -> Words:
    seconds = values // parts
    rest = (values - seconds * parts) * (10**9 // parts)
    return without(mix(seconds.astype(np.int64).view(np.uint64)) + rest.astype(np.int64).view(np.uint64), missing)


def _positions(words: Words) -> Words:
    return mix(words.copy()) * (np.arange(len(words), dtype=np.uint64) * np.uint64(2) + np.uint64(1))
