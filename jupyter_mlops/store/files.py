"""Files that survive being cut off anywhere. Standard library only."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


def write_atomic(path: str | Path, data: bytes, mode: int = 0o600) -> None:
    """Let ``path`` hold ``data``, or what it held before: never a part."""
    path = os.fspath(path)
    draft = f"{path}.{os.getpid()}.{os.urandom(4).hex()}.tmp"
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(data)
        os.replace(draft, path)
    except BaseException:
        try:
            os.unlink(draft)
        except FileNotFoundError:
            pass
        raise


def append_line(path: str | Path, line: bytes) -> None:
    """Append ``line``, which ends in a line feed, in one write. The file must have a single writer."""
    fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        before = os.fstat(fd).st_size
        if os.write(fd, line) != len(line):
            # A full disk takes a part of the line; what is left of it would spoil the next one.
            os.ftruncate(fd, before)
            raise OSError(28, "No space left on device", os.fspath(path))
    finally:
        os.close(fd)


RESERVE = "reserve"
"""A file in a folder whose blocks are free again when its keeper must write and the disk is full."""
RESERVE_BYTES = 1 << 18


def hold_reserve(folder: str | Path) -> None:
    """Take some room of the disk, for the words that must be written when it is full."""
    try:
        with open(f"{folder}/{RESERVE}", "wb") as file:
            file.write(bytes(RESERVE_BYTES))
    except OSError:
        # The disk is full already: what can be written without it will be.
        pass


def complete_lines(data: bytes) -> list[bytes]:
    """Return the finished, non-empty lines of ``data`` without their line feeds.

    What follows the last line feed is being written, or was cut off; a block of NULs is what some file systems
    leave of writes that a power cut took away. Neither is a line.
    """
    body, _, _ = data.rpartition(b"\n")
    lines = (line.strip(b"\0") for line in body.split(b"\n"))
    return [line for line in lines if line]


def repair_tail(path: str | Path) -> None:
    """Cut off what follows the last finished line. Only the holder of the folder's lock may do this."""
    try:
        fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        end = os.fstat(fd).st_size
        data = os.pread(fd, end, 0)
        keep = data.rfind(b"\n") + 1
        if keep != end:
            os.ftruncate(fd, keep)
    finally:
        os.close(fd)
