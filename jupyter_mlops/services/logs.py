"""A rank's log as a terminal would show it: the raw bytes stay on disk, records of ours are hidden."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

from jupyter_mlops.domain.terminal import fold
from jupyter_mlops.domain.units import format_size

TAIL_BYTES = 64 << 10
SHORT_TAIL_BYTES = 4 << 10


def read_log(path: Path) -> str:
    """Return all of a log, line by line; empty if there is none yet. A line says where bytes were cut out."""
    try:
        return "\n".join(_lines(path))
    except FileNotFoundError:
        return ""


def read_tail(path: Path, lines: int) -> list[str]:
    """Return the last lines of a log that hold something, read from its end only."""
    found: list[str] = []
    # Folding is what takes time, and mostly a little is enough. Twice the lines: a bar may go back and draw over some.
    for most in (SHORT_TAIL_BYTES, TAIL_BYTES):
        data, is_whole = _last_bytes(path, most)
        found = [line for line in fold(data) if line.strip()]
        if is_whole or len(found) >= 2 * lines:
            break
    return found[-lines:]


def _last_bytes(path: Path, most: int) -> tuple[bytes, bool]:
    """Return the end of a log from a line's start on, and whether that is all of it."""
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(max(0, size - most))
            data = file.read()
    except FileNotFoundError:
        return b"", True
    return (data, True) if size <= most else (_without_cut_line(data), False)


def _lines(path: Path) -> Iterator[str]:
    end = 0
    with open(path, "rb") as file:
        for start, after in written_parts(path):
            file.seek(start)
            data = file.read(after - start)
            if start > end:
                yield f"[{format_size(start - end)} are missing here: the log was longer than its limit (--log-limit)]"
                data = _without_cut_line(data)
            yield from fold(data)
            end = after


def written_parts(path: Path) -> list[tuple[int, int]]:
    """Return the first offset, and the one after the last, of each part that is there.

    The holes between them are asked of the file itself: a keeper may die after it has cut one, before it writes so.
    """
    parts, end = [], 0
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        size = os.fstat(fd).st_size
        while end < size:
            start = os.lseek(fd, end, os.SEEK_DATA)
            end = os.lseek(fd, start, os.SEEK_HOLE)
            parts.append((start, end))
    except OSError as error:
        # ENXIO: nothing but a hole is left. Else the file system knows no holes, so nobody has cut one.
        return parts if error.errno == errno.ENXIO else [(0, size)]
    finally:
        os.close(fd)
    return parts


def _without_cut_line(data: bytes) -> bytes:
    """Return ``data`` from its second line on: the first is cut somewhere, perhaps inside a character or a record."""
    return data.partition(b"\n")[2] or data
