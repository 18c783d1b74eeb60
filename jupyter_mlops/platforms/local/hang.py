"""Watches whether a run goes on: when all its ranks are silent and idle their stacks are taken, once, and recorded.

The run goes on whatever is found. Stacks are taken too when somebody asks for them.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable

from jupyter_mlops.domain.hangs import Quiet
from jupyter_mlops.domain.runs import Hung, RankStack, StacksTaken
from jupyter_mlops.domain.units import format_duration
from jupyter_mlops.platforms.local import sampling
from jupyter_mlops.platforms.local.stacks import Taking, stacks_path
from jupyter_mlops.store.folders import Request
from jupyter_mlops.store.keeping import RunKeeper

_LEAST_SECONDS, _MOST_SECONDS = 0.1, 5.0
_LOOKS = 8
"""How often at least CPU time is read in the time after which a run is said to hang."""


class HangWatch:
    """Watches one attempt.

    Args:
        run: Whose facts are written.
        folder: Of the attempt's logs.
        root: Returns the process below which a rank is; 0 if it is not known.
        pid: Returns the process of a rank that runs the cell; 0 if it is not there.
    """

    def __init__(self, run: RunKeeper, folder: str, root: Callable[[int], int], pid: Callable[[int], int]) -> None:
        self._run, self._folder = run, folder
        self._root, self._pid = root, pid
        seconds = run.spec.limits.hang
        self._quiet = Quiet(seconds, time.monotonic()) if seconds > 0 else None
        self._pause = min(_MOST_SECONDS, max(_LEAST_SECONDS, seconds / _LOOKS))
        self._due = 0.0
        self._is_hanging = False
        self._taking: Taking | None = None
        self._is_for_hang = False
        self._requests: dict[str, Request] = {}

    def turn(self, read: int, running: Iterable[int]) -> None:
        """Look once.

        Args:
            read: How many bytes the ranks have written since the last turn.
            running: The ranks that are there.
        """
        now, there = time.monotonic(), list(running)
        if self._quiet is not None:
            self._watch(self._quiet, now, read, there)
        if self._requests and self._taking is None:
            self._take(there)
        self._give()

    def ask(self, request: Request) -> None:
        """Take the stacks for somebody, who gets an answer in a later turn."""
        if request.id not in self._requests:
            self._requests[request.id] = request

    def words(self) -> str:
        """Return where the ranks stand, if they do, for the end of a sentence; else nothing."""
        hung = self._run.status.hung
        if hung is None:
            return ""
        first = next((stack for stack in hung.stacks if stack.line), None)
        at = f", rank {first.rank} at line {first.line}" if first is not None else ""
        return f"; all ranks had been silent and idle for {format_duration(time.time() - hung.time + hung.seconds)}{at}"

    def leave(self) -> None:
        """Watch no longer, and leave what was found as it is: the run comes to its end."""
        self._quiet = None

    def close(self, ranks: Iterable[int]) -> None:
        """Forget what was not answered, and take away what is recorded."""
        for rank in ranks:
            try:
                os.unlink(stacks_path(self._folder, rank))
            except OSError:
                pass

    def _watch(self, quiet: Quiet, now: float, read: int, running: list[int]) -> None:
        if read:
            quiet.heard(now)
        elif now >= self._due:
            self._due = now + self._pause
            quiet.add(now, {rank: sampling.tree_demand(self._root(rank)) for rank in running})
        is_hanging = bool(running) and quiet.is_hanging(now)
        if is_hanging and not self._is_hanging:
            self._take(running)
            self._is_for_hang = True
        elif self._is_hanging and not is_hanging:
            self._is_for_hang = False
            self._record([])
        self._is_hanging = is_hanging

    def _take(self, running: Iterable[int]) -> None:
        self._taking = self._taking or Taking(self._folder, {rank: self._pid(rank) for rank in running})

    def _give(self) -> None:
        found = self._taking.result() if self._taking is not None else None
        if found is None:
            return
        self._taking = None
        if self._is_for_hang:
            self._is_for_hang = False
            self._record(found)
        for request in self._requests.values():
            taken = StacksTaken(time=time.time(), attempt=self._run.status.attempt, request=request.id, stacks=found)
            self._run.record(taken)
            self._run.answer(request, "Taken.")
        self._requests.clear()

    def _record(self, stacks: list[RankStack]) -> None:
        now = time.time()
        silent = time.monotonic() - self._quiet.since if self._quiet is not None else 0.0
        attempt = self._run.status.attempt
        if stacks or self._run.status.hung is not None:
            self._run.record(Hung(time=now, attempt=attempt, seconds=silent if stacks else 0.0, stacks=stacks))
