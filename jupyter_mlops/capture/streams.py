"""What the pickles of a bundle hold, told without loading them: a digest of each value, and plain values themselves.

The opcodes of a pickle are only read. Two values with one digest are the same; two with different digests differ,
unless they hold what is written differently each time: code of the notebook, or a set.
"""

from __future__ import annotations

import hashlib
import os
import pickletools
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from jupyter_mlops.domain.runs import Scalar

MOST_OPCODES = 100_000
"""How many opcodes are read of a bundle: a list of a million numbers is not worth the time that it takes."""

_LARGEST_HASHED = 64 << 20
_SILENT = frozenset({"PROTO", "FRAME", "STOP"})
_TEXTS = frozenset({"SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8"})
_NUMBERS = frozenset({"BININT", "BININT1", "BININT2", "LONG1", "LONG4", "BINFLOAT"})
_WORDS: dict[str, Scalar] = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_UNORDERED = frozenset({"ADDITEMS", "FROZENSET"})
# cloudpickle's names for what makes functions and classes, and the mark that it gives each class anew.
_CODE = frozenset({"_make_function", "_make_skeleton_class", "_make_skeleton_enum"})
_MARK = re.compile(r"[0-9a-f]{32}")
_LABEL = re.compile(r"Cell \[\d+\]")


class Told(msgspec.Struct, frozen=True):
    """What is known of one captured value.

    Attributes:
        digest: Hexadecimal; empty if it is not known.
        is_exact: Whether another digest means another value.
        is_plain: Whether it is a number, a text, a truth value or None, which ``value`` then is.
    """

    digest: str = ""
    is_exact: bool = True
    is_plain: bool = False
    value: Scalar = None


def read_values(bundle: Path) -> dict[str, Told]:
    """Return what is known of each value of a bundle, by name; what cannot be read is left out."""
    found: dict[str, Told] = {}
    # A stream may end amidst, or be of another format: what came before is kept.
    with suppress(OSError, ValueError, IndexError, RecursionError), open(bundle / "values.pickle", "rb") as file:
        found.update(_Stream(file, bundle / "buffers").pairs())
    return found


@dataclass
class _Value:
    """One pickle while it is read."""

    name: str
    sum: Any = field(default_factory=hashlib.sha256)
    plain: list[Scalar] = field(default_factory=list)
    count: int = 0
    is_exact: bool = True

    def add(self, *parts: object) -> None:
        for part in parts:
            data = part if isinstance(part, bytes) else repr(part).encode("utf-8", "backslashreplace")
            self.sum.update(b"%d:" % len(data))
            self.sum.update(data)
        self.count += 1

    def told(self) -> Told:
        is_plain = self.count == 1 and len(self.plain) == 1
        value = self.plain[0] if is_plain else None
        return Told(self.sum.hexdigest(), self.is_exact, is_plain, value)


class _Stream:
    """Pickles that share what they remember: a name, its value, the next name, ..."""

    def __init__(self, file: BinaryIO, buffers: Path) -> None:
        self._file, self._buffers = file, buffers
        self._memo: list[object] = []
        """Of each remembered object the text that it is, else which pickle made it and as how many-th."""
        self._opcodes = 0
        self._buffer = 0

    def pairs(self) -> Iterator[tuple[str, Told]]:
        """Yield name and value until the file ends, or enough was read."""
        while self._opcodes < MOST_OPCODES and self._file.peek(1):  # type: ignore[attr-defined]
            name = self._read("").plain
            if not name or not isinstance(name[0], str):
                return
            value = self._read(name[0])
            if self._opcodes >= MOST_OPCODES:
                return
            yield name[0], value.told()

    def _read(self, name: str) -> _Value:
        value = _Value(name)
        first, last = len(self._memo), ""
        texts: list[str] = []
        for opcode, told, _ in pickletools.genops(self._file):
            argument: Any = told
            self._opcodes += 1
            if self._opcodes >= MOST_OPCODES:
                break
            kind = opcode.name
            if kind == "MEMOIZE":
                self._memo.append(texts[-1] if last in _TEXTS else (name, len(self._memo) - first))
            elif kind in ("BINGET", "LONG_BINGET"):
                self._recall(value, self._memo[argument], texts)
            elif kind in ("BINPUT", "LONG_BINPUT", "PUT", "GET"):
                raise ValueError(kind)
            elif kind not in _SILENT:
                self._take(value, kind, argument, texts)
            last = kind
        return value

    def _take(self, value: _Value, kind: str, argument: Any, texts: list[str]) -> None:
        if kind in _TEXTS:
            texts.append(argument)
            value.plain.append(argument)
            value.add("text", _LABEL.sub("", _MARK.sub("", argument)))
            return
        if kind in _NUMBERS or kind in _WORDS:
            value.plain.append(_WORDS.get(kind, argument))
            # A number has several opcodes, by its size.
            value.add(_WORDS.get(kind, argument))
            return
        if kind in _UNORDERED or (kind == "STACK_GLOBAL" and not _CODE.isdisjoint(texts[-2:])):
            value.is_exact = False
        if kind == "NEXT_BUFFER":
            value.add(kind, self._next_buffer())
        else:
            value.add(kind, argument)

    def _recall(self, value: _Value, remembered: object, texts: list[str]) -> None:
        # One text that stands for two and two texts that are equal are the same value.
        if isinstance(remembered, str):
            self._take(value, "BINUNICODE", remembered, texts)
        else:
            value.add("same as", remembered)

    def _next_buffer(self) -> str:
        path = self._buffers / str(self._buffer)
        self._buffer += 1
        about = os.stat(path)
        if about.st_nlink > 1:
            # A link to the home's only copy of that content.
            return f"{about.st_dev}:{about.st_ino}"
        if about.st_size > _LARGEST_HASHED:
            raise ValueError("too large to be hashed")
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
