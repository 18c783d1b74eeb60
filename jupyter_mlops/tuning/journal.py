"""The file that a study is kept in: Optuna's journal, which plain Optuna and its dashboard read as it is."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from typing import Any

from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.storages.journal._file import BaseJournalFileLock

from jupyter_mlops.domain.errors import Broken


def open_storage(path: Path) -> tuple[Journal, JournalStorage]:
    """Return the journal in ``path`` and the storage on it.

    The file is made if it is missing, and a torn last line is taken away.

    Raises:
        Broken: there is something in the middle of it that no study wrote.
    """
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        _repair(file.fileno())
    try:
        journal = Journal(path)
        return journal, JournalStorage(journal)
    except (ValueError, KeyError, AssertionError) as error:
        raise Broken(f"The study in {path} cannot be read: {error}.") from error


class KernelLock(BaseJournalFileLock):
    """A lock on the file itself.

    Optuna's own locks are files that a killed process leaves behind, for which all others then wait 30 seconds. The
    kernel releases this one with its holder.
    """

    def __init__(self, path: Path) -> None:
        self.fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def acquire(self) -> bool:
        fcntl.flock(self.fd, fcntl.LOCK_EX)
        return True

    def release(self) -> None:
        fcntl.flock(self.fd, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give the file back. Idempotent."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1


class Journal(JournalFileBackend):
    """Optuna's journal under a lock of the kernel, each entry in one write."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = KernelLock(path)
        super().__init__(str(path), lock_obj=self.lock)

    def append_logs(self, logs: list[dict[str, Any]]) -> None:
        # What was written outlives the process; only a crash of the machine could take it, and then the sweep's events
        # say what is missing. So nothing waits for the disk, which may take longer than all the rest of a trial.
        data = "".join(json.dumps(log, separators=(",", ":")) + "\n" for log in logs).encode()
        self.lock.acquire()
        try:
            while data:
                data = data[os.write(self.lock.fd, data) :]
        finally:
            self.lock.release()


def _repair(fd: int) -> None:
    """Cut off what stands behind the last entry that can be read."""
    size = os.fstat(fd).st_size
    end = size
    while end:
        start, line = _last_line(fd, end)
        if line.endswith(b"\n") and _is_entry(line):
            break
        end = start
    if end < size:
        os.ftruncate(fd, end)


def _last_line(fd: int, end: int) -> tuple[int, bytes]:
    """Return where the last line before ``end`` begins, and the line."""
    start, data = end, b""
    while start:
        part = min(1 << 16, start)
        start -= part
        data = os.pread(fd, part, start) + data
        feed = data.rfind(b"\n", 0, len(data) - 1)
        if feed >= 0:
            return start + feed + 1, data[feed + 1 :]
    return 0, data


def _is_entry(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False
