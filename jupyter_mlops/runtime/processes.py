"""Processes as ``/proc`` shows them: who descends from whom, and how to end them. Standard library only, and light."""

from __future__ import annotations

import ctypes
import os
import sys
from _signal import SIGKILL  # type: ignore[import-not-found]  # typeshed does not know it; ``signal`` imports enum

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36

_libc = ctypes.CDLL(None, use_errno=True)


def fork() -> int:
    """Fork; what loaded libraries would warn of does not hold for a process that runs nothing."""
    warnings = sys.modules.get("warnings")
    if warnings is None:
        return os.fork()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return os.fork()


def adopt_orphans() -> None:
    """Make this process the parent of whatever its descendants leave behind (Linux: a child subreaper)."""
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def die_with_parent(parent: int) -> None:
    """Let the system kill this process when its parent ends. ``parent`` is who the parent was before the fork."""
    _libc.prctl(_PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


def children(pid: int) -> list[int]:
    """Return the direct children of ``pid``; none if it is gone."""
    found: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children", "rb") as file:
                found += map(int, file.read().split())
    except (FileNotFoundError, ProcessLookupError):
        pass
    return found


def descendants(pid: int) -> list[int]:
    """Return everything below ``pid``, parents before children."""
    found = children(pid)
    for each in found:
        found += children(each)
    return found


def kill(pid: int, number: int = SIGKILL) -> None:
    """Send a signal; a process that is gone is no error."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def end_children() -> None:
    """Kill everything below this process and reap it; return when nothing is left."""
    me = os.getpid()
    while True:
        below = descendants(me)
        for pid in below:
            kill(pid)
        _reap()
        if not below:
            return


def _reap() -> None:
    try:
        os.waitpid(-1, 0)
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass
