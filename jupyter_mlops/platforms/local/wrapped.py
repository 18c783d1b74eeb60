"""Ranks that something else than a guardian has started: ``torchrun``, Paddle's launcher, ``mpirun``.

Each runs under ``runtime/wrapper.py``, which leaves two files beside its log: who it is, and how it ended.
"""

from __future__ import annotations


def pid(folder: str, attempt: int, rank: int) -> int:
    """Return the wrapper of a rank; 0 while it has not begun."""
    try:
        with open(f"{folder}/logs/{attempt}/{rank}.pid", "rb") as file:
            return int(file.read() or 0)
    except FileNotFoundError:
        return 0
