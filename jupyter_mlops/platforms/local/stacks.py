"""Asks ranks where they are, and reads what they say: see ``runtime/stacks.py``.

Nothing here waits: a keeper looks again in its next turn.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from jupyter_mlops.domain.frames import stacks
from jupyter_mlops.domain.runs import RankStack
from jupyter_mlops.platforms.local import processes
from jupyter_mlops.runtime.stacks import SIGNAL

_PATIENCE_SECONDS = 2.0
_MOST_BYTES = 1 << 18
_LONGEST, _SHORTEST = 12_000, 1_500
_MOST_TEXT = 64_000
"""Characters of the stacks of all ranks, which become an event."""


class _Asked(NamedTuple):
    """A rank that was asked.

    Attributes:
        pid: Its process.
        path: Where it writes.
        start: Where in that file its answer begins.
        silence: Why it cannot answer, if it cannot.
    """

    pid: int
    path: str
    start: int
    silence: str = ""


class Taking:
    """Takes the stacks of some ranks once.

    Args:
        folder: Of the attempt's logs.
        pids: The process of each rank that is asked.
        clock: Seconds from any time on.
    """

    def __init__(self, folder: str, pids: Mapping[int, int], clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until = clock() + _PATIENCE_SECONDS
        self._sizes: dict[int, int] = {}
        self._asked = {rank: _ask(pid, stacks_path(folder, rank)) for rank, pid in sorted(pids.items())}

    def result(self) -> list[RankStack] | None:
        """Return the stacks; None while ranks are still writing them."""
        sizes = {rank: _size(asked.path) for rank, asked in self._asked.items()}
        # A list of frames has no end mark: it is whole when it has not grown since the last look.
        is_done = all(
            asked.silence or (sizes[rank] > asked.start and sizes[rank] == self._sizes.get(rank))
            for rank, asked in self._asked.items()
        )
        self._sizes = sizes
        if not is_done and self._clock() < self._until:
            return None
        longest = max(_SHORTEST, min(_LONGEST, _MOST_TEXT // max(1, len(self._asked))))
        return [_stack_of(rank, asked, longest) for rank, asked in self._asked.items()]


def stacks_path(folder: str, rank: int) -> str:
    """Return where a rank writes its stacks."""
    return f"{folder}/{rank}.stacks"


def _ask(pid: int, path: str) -> _Asked:
    silence = _silence(pid, path)
    asked = _Asked(pid, path, _size(path), silence)
    if not silence:
        processes.kill(pid, SIGNAL)
    return asked


def _silence(pid: int, path: str) -> str:
    """Return why a process must not be asked: the signal would kill it, or its words would go anywhere."""
    if not pid:
        return "It has not started yet."
    if not _catches(pid):
        return (
            f"It is `{_command(pid)}`, which tells no stack: Python has not begun there, or another program took over."
        )
    if not _holds(pid, path):
        return "It has closed the file that takes its stack."
    return ""


def _catches(pid: int) -> bool:
    """Say whether a process has a handler for the signal."""
    caught = _status(pid).get("SigCgt", "0")
    return bool(int(caught, 16) >> (SIGNAL - 1) & 1)


def _holds(pid: int, path: str) -> bool:
    folder = f"/proc/{pid}/fd"
    try:
        return any(_target(f"{folder}/{fd}") == path for fd in os.listdir(folder))
    except OSError:
        return False


def _stack_of(rank: int, asked: _Asked, longest: int) -> RankStack:
    line, text = (0, "") if asked.silence else stacks(_read(asked.path, asked.start))
    if len(text) > longest:
        text = f"{text[:longest].rpartition(chr(10))[0]}\n…"
    return RankStack(rank=rank, text=text or asked.silence or _without_answer(asked.pid), line=line)


def _without_answer(pid: int) -> str:
    state = _status(pid).get("State", "").partition(" ")[0]
    if state in ("T", "t"):
        return "It is stopped (SIGSTOP, or a debugger) and cannot answer."
    if state == "D":
        return "It waits in the system, as for a disk or a file system that does not answer, and cannot answer."
    return "It is gone." if not state else "It gave no answer."


def _status(pid: int) -> dict[str, str]:
    try:
        with open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as file:
            pairs = (line.partition(":") for line in file)
            return {name: value.strip() for name, _, value in pairs}
    except OSError:
        return {}


def _command(pid: int) -> str:
    return _status(pid).get("Name", "gone")


def _target(link: str) -> str:
    try:
        return os.readlink(link)
    except OSError:
        return ""


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def _read(path: str, start: int) -> str:
    try:
        with open(path, "rb") as file:
            file.seek(start)
            return file.read(_MOST_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
