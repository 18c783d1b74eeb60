"""A keeper's side of guardians: they are forked here, and leave how their pods ended.

Standard library only, and light: a keeper starts its pods before it imports anything else.
"""

from __future__ import annotations

import os

from jupyter_mlops.platforms.local.guarded import Guarded
from jupyter_mlops.runtime import guardian
from jupyter_mlops.runtime.guardian import RankCommand
from jupyter_mlops.store import plainjson

__all__ = ["RankCommand", "RankEnd", "read_end", "start"]


class RankEnd:
    """How a rank ended.

    Attributes:
        pid: The rank's pid.
        time: When it ended, in seconds since the epoch.
        code: Its exit code, where it ended itself.
        signal: The signal that killed it, else.
        peak: Largest resident memory of one of its processes, in bytes.
        cut: Whether its guardian killed it because the keeper was gone.
    """

    def __init__(
        self, pid: int, time: float, code: int | None, signal: int | None, *, peak: int = 0, cut: bool = False
    ) -> None:
        self.pid, self.time = pid, time
        self.code, self.signal = code, signal
        self.peak, self.cut = peak, cut


def start(command: RankCommand, lifeline: int) -> Guarded:
    """Fork a guardian with its rank and return them.

    Args:
        command: What becomes the rank.
        lifeline: Read end of a pipe whose only write end is the keeper's.
    """
    before = guardian.block()
    pid = os.fork()
    if pid:
        guardian.unblock(before)
        return Guarded(pid, os.pidfd_open(pid))
    try:
        guardian.guard(command, lifeline)
        guardian.become(command)
    finally:
        os._exit(70)


def read_end(path: str) -> RankEnd | None:
    """Return how the rank ended that left ``path``; None if it left nothing."""
    try:
        with open(path, "rb") as file:
            return RankEnd(**plainjson.loads(file.read()))
    except (FileNotFoundError, ValueError, TypeError):
        return None
