"""Numbers of 64 bits that are mixed and added: what makes a fingerprint fast, and blind to the order of rows.

A cell is a word. ``mix`` is a bijection of words, so no two cells of a column meet. A row is the sum of its mixed
cells, each times a number of its column; a table is the sum of its mixed rows. Sums know no order. All of it is done
twice, with different numbers, and what comes out goes into BLAKE2b. This finds every accident; it does not withstand
somebody who makes two tables alike on purpose.

Nothing here may ever change: fingerprints of years are compared with each other.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Tuple

    Words = np.ndarray[Any, np.dtype[np.uint64]]
    Lanes = Tuple[Words, Words]

MASK = (1 << 64) - 1
_BEGIN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_THIRD = np.uint64(0xD6E8FEB86659FD93)
_HALF = np.uint64(32)
_LESS = np.uint64(29)


def mix(words: Words) -> Words:
    """Change ``words`` in place so that each bit depends on all, and return them. No two become the same."""
    words += _BEGIN
    words *= _FIRST
    spare = words >> _HALF
    words ^= spare
    words *= _SECOND
    np.right_shift(words, _LESS, out=spare)
    words ^= spare
    return words


def second(mixed: Words) -> Words:
    """Return other words for mixed ones: those of the second lane."""
    other = mixed * _THIRD
    other ^= other >> _HALF
    return other


def finish(first: Words, other: Words) -> Lanes:
    """Return the two lanes of rows from their sums over columns."""
    other ^= first >> _HALF
    return mix(first), mix(other)


def total(words: Words) -> int:
    """Return the sum of all ``words``, in 64 bits."""
    return int(np.add.reduce(words, axis=None))


@lru_cache(maxsize=None)
def key(number: int) -> Any:
    """Return the odd number of column ``number`` in the first lane."""
    return np.uint64(_splitmix(2 * number + 1) | 1)


@lru_cache(maxsize=None)
def other_key(number: int) -> Any:
    """Return the odd number of column ``number`` in the second lane."""
    return np.uint64(_splitmix(2 * number + 2) | 1)


def keys(first: int, count: int, lane: int) -> Words:
    """Return the odd numbers of ``count`` columns from ``first`` on, in lane 0 or 1."""
    numbers = np.arange(first, first + count, dtype=np.uint64) * np.uint64(2) + np.uint64(1 + lane)
    return _splitmixed(numbers) | np.uint64(1)


def _splitmixed(numbers: Words) -> Words:
    words = numbers * _BEGIN
    words ^= words >> np.uint64(30)
    words *= _FIRST
    words ^= words >> np.uint64(27)
    words *= _SECOND
    words ^= words >> np.uint64(31)
    return words


def _splitmix(number: int) -> int:
    return int(_splitmixed(np.array([number], dtype=np.uint64))[0])
