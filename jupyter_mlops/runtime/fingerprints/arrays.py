"""Arrays and sparse matrices: the first axis is rows, all others are what stands in a row."""

from __future__ import annotations

import numpy as np

from jupyter_mlops.runtime.fingerprints import columns
from jupyter_mlops.runtime.fingerprints.mixing import finish, keys, mix, second
from jupyter_mlops.runtime.fingerprints.tables import Total, add_up, digest, table_fingerprint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from jupyter_mlops.runtime.fingerprints.columns import Array, Rows
    from jupyter_mlops.runtime.fingerprints.mixing import Lanes, Words

_WORDS = 1 << 14
"""Words that are mixed together; with what comes of them they stay in the cache."""
_FEW = 16


def array_fingerprint(array: Array, what: str = "array", large: int | None = None) -> dict[str, Any]:
    """Return the fields of a fingerprint, without the name.

    Args:
        array: With at least one axis.
        what: What it is called.
        large: Cells above which a part of the rows must do.

    Raises:
        Unfit: it holds objects that do not say what they hold.
    """
    if array.dtype.names is not None and array.ndim == 1:
        fields = [columns.column_of(array[name]).renamed(name) for name in array.dtype.names]
        return table_fingerprint(what, fields, len(array), array.nbytes, large)
    matrix = _Matrix(array)
    counted = add_up(matrix, large, max(1, _WORDS // max(1, matrix.width)))
    return _fields(what, array.shape, array.nbytes, matrix.kind, counted)


def sparse_fingerprint(matrix: Any) -> dict[str, Any]:
    """Return the fields of a fingerprint of a matrix of SciPy, without the name: zeros count as not being there."""
    # A copy: these bring what is there twice, or is zero, into order.
    plain = matrix.tocsr(copy=True)
    plain.sum_duplicates()
    plain.eliminate_zeros()
    values = columns.column_of(plain.data)
    words = values.words(columns.ALL)
    places = np.asarray(plain.indices, dtype=np.int64).view(np.uint64)
    mixed = mix(mix(words) ^ mix(places.copy()))
    lanes = finish(_by_row(mixed, plain.indptr), _by_row(second(mixed), plain.indptr))
    size = int(plain.data.nbytes + plain.indices.nbytes + plain.indptr.nbytes)
    text = " ".join(f"{int(np.add.reduce(lane)):016x}" for lane in lanes)
    return _fields(f"sparse matrix ({matrix.format})", matrix.shape, size, f"sparse {values.kind}", Total(text, 0))


def _by_row(words: Words, starts: Array) -> Words:
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(words, dtype=np.uint64)])
    rows: Words = sums[starts[1:]] - sums[starts[:-1]]
    return rows


def _fields(what: str, shape: Any, size: int, kind: str, counted: Total) -> dict[str, Any]:
    schema = digest("array", kind, list(shape[1:]))
    return {
        "what": what,
        "rows": int(shape[0]),
        "shape": [int(length) for length in shape],
        "schema": schema,
        "digest": digest(schema, int(shape[0]), counted.text),
        "sampled": counted.sampled,
        "size": int(size),
    }


class _Matrix:
    """An array as rows of words. Numbers are packed; of anything else each element is a word."""

    def __init__(self, array: Array) -> None:
        self.rows = len(array)
        self._array = array
        row = int(np.prod(array.shape[1:], dtype=np.int64))
        self._is_packed = array.dtype.kind in "biufc" and array.dtype.itemsize <= 16 and not _is_masked(array)
        if self._is_packed and array.dtype.kind in "fc" and array.dtype.itemsize > 8 * (1 + (array.dtype.kind == "c")):
            # The bytes of a long double are not all part of its value.
            self._is_packed = False
        self._elements = None if self._is_packed else _elements(array)
        self.kind = array.dtype.newbyteorder("=").name if self._elements is None else self._elements.kind
        self._row = row
        self.width = -(-row * array.dtype.itemsize // 8) if self._is_packed else row

    def lanes(self, rows: Rows, width: int | None = None) -> Lanes:
        """Return both lanes of some rows; of their first ``width`` words, or of all."""
        count = len(range(*rows.indices(self.rows))) if isinstance(rows, slice) else len(rows)
        first, other = np.zeros(count, np.uint64), np.zeros(count, np.uint64)
        words = self._words(rows, count)[:, :width]
        for start in range(0, words.shape[1], _WORDS):
            _add(words[:, start : start + _WORDS], start, first, other)
        return finish(first, other)

    def _words(self, rows: Rows, count: int) -> Words:
        if self._elements is not None:
            numbers = np.arange(self.rows * self._row).reshape(self.rows, self._row)[rows].ravel()
            return self._elements.words(numbers).reshape(count, self._row)
        chosen = np.ascontiguousarray(self._array[rows]).reshape(count, self._row)
        return _packed(chosen, self.width)


def _elements(array: Array) -> columns.Column:
    if _is_masked(array):
        return columns.column_of(np.asarray(array.data).ravel(), np.ma.getmaskarray(array).ravel())
    return columns.column_of(np.asarray(array).ravel())


def _is_masked(array: Array) -> bool:
    return isinstance(array, np.ma.MaskedArray)


def _packed(chosen: Array, width: int) -> Words:
    """Return rows of numbers as words, padded with zeros; equal rows become equal words."""
    if chosen.dtype.kind == "f":
        plain = columns.floats(chosen)
    elif chosen.dtype.kind == "c":
        plain = columns.floats(chosen.view(chosen.real.dtype))
    else:
        plain = chosen.astype(chosen.dtype.newbyteorder("<"), copy=False)
    parts = np.ascontiguousarray(plain.astype(plain.dtype.newbyteorder("<"), copy=False)).view(np.uint8)
    parts = parts.reshape(len(chosen), -1)
    if parts.shape[1] % 8:
        padded = np.zeros((len(chosen), 8 * width), np.uint8)
        padded[:, : parts.shape[1]] = parts
        parts = padded
    return parts.view("<u8").astype(np.uint64, copy=False)


def _add(words: Words, start: int, first: Words, other: Words) -> None:
    """Add a block of words to the lanes of its rows."""
    count, width = words.shape
    lane, lane_again = keys(start, width, 0), keys(start, width, 1)
    if count < _FEW:
        mixed = mix(words.copy())
        other += np.add.reduce(second(mixed) * lane_again, axis=1)
        first += np.add.reduce(mixed * lane, axis=1)
        return
    # Words of one place stand together, so that adding up rows means adding long vectors.
    mixed = mix(words.T.copy())
    again = second(mixed)
    again *= lane_again[:, None]
    other += np.add.reduce(again, axis=0)
    mixed *= lane[:, None]
    first += np.add.reduce(mixed, axis=0)
