"""Keeps a run's logs within their limit: the middle of a log is given back to the disk, or the run is ended."""

from __future__ import annotations

import ctypes
import os
import time
from pathlib import Path

from jupyter_mlops.domain.units import format_size
from jupyter_mlops.store.keeping import RunKeeper

_KEEP_SIZE, _PUNCH_HOLE = 1, 2
_BLOCK = 4096
_CHECK_SECONDS = 0.2


class LogLimit:
    """Watches the logs of one run."""

    def __init__(self, run: RunKeeper) -> None:
        self._run = run
        self._due = 0.0

    def enforce(self, *, at_the_end: bool = False) -> str:
        """Make room if the logs are over their limit; return a sentence if the run must end instead."""
        now = time.monotonic()
        if now < self._due and not at_the_end:
            return ""
        self._due = now + _CHECK_SECONDS
        logs = sorted(self._run.path.glob("logs/*/*.log"))
        limit = self._run.spec.limits.log
        if sum(map(_disk_bytes, logs)) <= limit:
            return ""
        if self._run.spec.limits.full == "stop":
            return f"Its logs grew over their limit of {format_size(limit)} (--log-limit)."
        self._cut(logs, limit // max(1, len(logs)))
        return ""

    def _cut(self, logs: list[Path], share: int) -> None:
        for log in logs:
            attempt, rank = int(log.parent.name), int(log.stem)
            if _disk_bytes(log) <= share:
                continue
            # Half of the share stays: a quarter at the start, a quarter at the end; what is not read yet is never cut.
            start = _round_up(share // 4)
            end = min(log.stat().st_size - share // 4, self._run.database.offset(attempt, rank)) // _BLOCK * _BLOCK
            if end > start and punch_hole(log, start, end):
                self._run.database.add_gap(attempt, rank, start, end)
        self._run.note(f"The logs grew over {format_size(self._run.spec.limits.log)}: their middle was cut out.")


def punch_hole(path: Path, start: int, end: int) -> bool:
    """Give the bytes from ``start`` to ``end`` back to the disk; the file's size and offsets stay. False if refused."""
    libc = ctypes.CDLL(None, use_errno=True)
    fd = os.open(path, os.O_WRONLY)
    try:
        done = libc.fallocate(fd, _KEEP_SIZE | _PUNCH_HOLE, ctypes.c_long(start), ctypes.c_long(end - start))
    finally:
        os.close(fd)
    return bool(done == 0)


def _disk_bytes(path: Path) -> int:
    return path.stat().st_blocks * 512


def _round_up(size: int) -> int:
    return -(-size // _BLOCK) * _BLOCK
