"""Files that are read again only when they have changed: whole ones, and events of which only the new ones are."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from jupyter_mlops.domain.errors import Broken
from jupyter_mlops.store.files import complete_lines

T = TypeVar("T")
Spec = TypeVar("Spec")
Event = TypeVar("Event")
Status = TypeVar("Status")

Stamp = tuple[int, int, int]
"""Time of the last change, size and inode: a file with the same ones has not changed."""

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Cached(Generic[T]):
    """One whole file, decoded again only when it has changed."""

    def __init__(self, path: Path, decode: Callable[[Path, bytes], T]) -> None:
        self._path = path
        self._decode = decode
        self._stamp: Stamp | None = None
        self._value: T | None = None

    def read(self) -> T | None:
        """Return the decoded file, or None if it is missing."""
        try:
            stamp = stamp_of(os.stat(self._path))
            if stamp != self._stamp:
                self._value = self._decode(self._path, self._path.read_bytes())
                self._stamp = stamp
        except (FileNotFoundError, NotADirectoryError):
            self._stamp = self._value = None
        return self._value


class Events(Generic[Spec, Event, Status]):
    """The events of a folder, of which only what was appended is read again, and what they come to.

    Args:
        path: The file.
        decode: Reads one line.
        begin: Returns the status before the first event.
        apply: Brings a status up to date with one more event.
        label: What a sentence calls the folder: ``run digits-…``.
    """

    def __init__(
        self,
        path: Path,
        decode: Callable[[bytes], Event],
        begin: Callable[[Spec], Status],
        apply: Callable[[Spec, Status, Event], None],
        label: str,
    ) -> None:
        self._path = path
        self._decode = decode
        self._begin = begin
        self._apply = apply
        self._label = label
        self._stamp: Stamp | None = None
        self._offset = 0
        self._events: list[Event] = []
        self._status: Status | None = None

    def read(self, spec: Spec) -> tuple[list[Event], Status]:
        """Return the events and the status as they are now. Both are the reader's own and grow with the next call.

        Raises:
            Broken: an event is damaged.
        """
        try:
            fd = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError):
            self._forget()
        else:
            try:
                stamp = stamp_of(os.fstat(fd))
                if stamp != self._stamp:
                    self._read_more(fd, stamp, spec)
            finally:
                os.close(fd)
        if self._status is None:
            self._status = self._begin(spec)
        return self._events, self._status

    def _forget(self) -> None:
        self._stamp, self._offset = None, 0
        self._events, self._status = [], None

    def _read_more(self, fd: int, stamp: Stamp, spec: Spec) -> None:
        _, size, inode = stamp
        if self._stamp is None or inode != self._stamp[2] or size < self._offset:
            self._forget()
        if self._status is None:
            self._status = self._begin(spec)
        data = os.pread(fd, size - self._offset, self._offset)
        try:
            for line in complete_lines(data):
                self._take(spec, self._status, line)
        except Broken:
            self._forget()
            raise
        self._offset += data.rfind(b"\n") + 1
        self._stamp = stamp

    def _take(self, spec: Spec, status: Status, line: bytes) -> None:
        try:
            event = self._decode(line)
            self._apply(spec, status, event)
        except (*UNREADABLE, LookupError) as error:
            number = len(self._events) + 1
            raise Broken(
                f"The {self._label} cannot be read: event {number} in its events.jsonl is damaged ({error})."
            ) from error
        self._events.append(event)


def stamp_of(status: os.stat_result) -> Stamp:
    """Return what tells whether a file has changed."""
    return status.st_mtime_ns, status.st_size, status.st_ino
