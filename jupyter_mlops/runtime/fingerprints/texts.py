"""Texts and other objects as words: one 64-bit hash each, of what they say."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np

from jupyter_mlops.runtime.fingerprints import objects
from jupyter_mlops.runtime.fingerprints.mixing import key, mix

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Sequence

    from jupyter_mlops.runtime.fingerprints.mixing import Words

    Numbers = np.ndarray[Any, np.dtype[np.int64]]

MISSING = 0x7FF8000000000000
"""The word of a value that is missing: that of NaN, so that both are the same."""
_LONG = 256
_LENGTH = np.uint64(0xFF51AFD7ED558CCD)
_MASKS = np.array([(1 << (8 * count)) - 1 for count in range(9)], dtype=np.uint64)


def text_words(texts: Sequence[Any]) -> Words:
    """Return a word for each text; what is no text is missing."""
    texts = list(texts)
    try:
        whole = "".join(texts)
    except TypeError:
        gone = np.array([not isinstance(text, str) for text in texts])
        words = text_words([text if isinstance(text, str) else "" for text in texts])
        words[gone] = MISSING
        return words
    if whole.isascii():
        lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
        return _in_row(whole.encode(), lengths)
    return byte_words([text.encode("utf-8", "surrogatepass") for text in texts])


def byte_words(pieces: list[bytes]) -> Words:
    """Return a word for each of ``pieces``, the same as for the text that it encodes."""
    lengths = np.fromiter(map(len, pieces), dtype=np.int64, count=len(pieces))
    return _in_row(b"".join(pieces), lengths)


def object_words(values: Sequence[Any]) -> Words:
    """Return a word for each value, of any type that says what it is.

    Raises:
        Unfit: one of them does not.
    """
    found = [MISSING if objects.is_missing(value) else _short_hash(objects.canonical(value)) for value in values]
    return np.array(found, dtype=np.uint64)


def piece_words(data: Any, starts: Numbers, lengths: Numbers) -> Words:
    """Return a word for each piece of ``data``, bytes that go on for 8 more than the last piece."""
    words: Words = np.zeros(len(starts), dtype=np.uint64)
    is_short = lengths <= _LONG
    # Eight bytes from any place on, as one number.
    eights: Any = np.ndarray(shape=(len(data) - 7,), dtype="<u8", buffer=data, strides=(1,))
    live = np.flatnonzero(is_short & (lengths > 0))
    number = 0
    while len(live):
        left = lengths[live] - 8 * number
        part = eights[starts[live] + 8 * number].astype(np.uint64, copy=False)
        part &= _MASKS[np.minimum(left, 8)]
        part += key(number)
        words[live] += mix(part)
        live = live[left > 8]
        number += 1
    for index in np.flatnonzero(~is_short).tolist():
        begin = int(starts[index])
        words[index] = _short_hash(bytes(data[begin : begin + int(lengths[index])]))
    words ^= lengths.astype(np.uint64) * _LENGTH
    return mix(words)


def _in_row(data: bytes, lengths: Numbers) -> Words:
    padded = np.frombuffer(data + bytes(8), dtype=np.uint8)
    starts = np.cumsum(lengths) - lengths
    return piece_words(padded, starts, lengths)


def _short_hash(data: bytes) -> int:
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "little")
