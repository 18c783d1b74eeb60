"""Ranks that something else than a guardian has started: ``torchrun``, Paddle's launcher, ``mpirun``.

Each runs under ``runtime/wrapper.py``, which leaves two files beside its log: who it is, and how it ended. What has
started them says what it says elsewhere, so that a rank's log is the rank's.
"""

from __future__ import annotations

import os

_TAIL_BYTES = 1 << 16


def pid(folder: str, attempt: int, rank: int) -> int:
    """Return the wrapper of a rank; 0 while it has not begun."""
    try:
        with open(pid_path(folder, attempt, rank), "rb") as file:
            return int(file.read() or 0)
    except FileNotFoundError:
        return 0


def pid_path(folder: str, attempt: int, rank: int) -> str:
    """Return where the wrapper of a rank says who it is."""
    return f"{folder}/logs/{attempt}/{rank}.pid"


def starter_log(folder: str, attempt: int, first: int) -> str:
    """Return where the process that starts rank ``first`` and its siblings writes both its streams."""
    return f"{folder}/logs/{attempt}/{first}.starter"


def starter_exit(folder: str, attempt: int, first: int) -> str:
    """Return where the guardian of that process tells how it ended."""
    return f"{folder}/logs/{attempt}/{first}.starter.exit"


def tell(folder: str, attempt: int, first: int) -> None:
    """Let the log of rank ``first`` say what its starter said, which has failed while its ranks had not."""
    try:
        with open(starter_log(folder, attempt, first), "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL_BYTES))
            said = file.read()
        with open(f"{folder}/logs/{attempt}/{first}.log", "ab", buffering=0) as log:
            log.write(said)
    except OSError:
        # Nothing was said, or the disk is full.
        pass
