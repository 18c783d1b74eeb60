"""Locks that die with their holder. Standard library only: a keeper takes its lock before it imports anything else.

A lock is ``flock`` on an open file description. Whoever forks without exec must close it in the child first,
or the lock stays held by the orphan.
"""

from __future__ import annotations

import fcntl
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType


class Lock:
    """A held lock. Made by ``try_lock``; released by ``release``, ``with`` or the end of the process."""

    def __init__(self, fd: int) -> None:
        self.fd = fd

    def write(self, text: str) -> None:
        """Let the lock's file say ``text``, for people and for whoever asks who holds it."""
        data = text.encode()
        os.pwrite(self.fd, data, 0)
        os.ftruncate(self.fd, len(data))

    def renew(self) -> None:
        """Set the file's time to now, so that other machines see when the holder was last alive."""
        os.utime(self.fd)

    def release(self) -> None:
        """Give the lock up. Idempotent."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def __enter__(self) -> Lock:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self.release()


def try_lock(path: str | Path) -> Lock | None:
    """Return the lock of ``path``, whose file is made if missing, or None if somebody holds it.

    Raises:
        OSError: the folder is missing or not writable, or the file system refuses locks (ENOLCK).
    """
    while True:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            return None
        except BaseException:
            os.close(fd)
            raise
        if _is_same_file(fd, path):
            return Lock(fd)
        # The file was removed or replaced between open and flock: that lock protects nothing.
        os.close(fd)


def is_held(path: str | Path) -> bool:
    """Say whether somebody holds the lock of ``path`` now. A missing file is a free lock."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        # Shared, so that two who look at once do not take each other for a holder.
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(fd)


def _is_same_file(fd: int, path: str | Path) -> bool:
    try:
        there = os.stat(path)
    except FileNotFoundError:
        return False
    here = os.fstat(fd)
    return (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino)
