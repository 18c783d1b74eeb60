"""Finds out which rank of an attempt failed first, once one has failed: see ``domain/causes.py``.

A rank that seems to have lost another one is not believed at once: the other may need a moment to end.
"""

from __future__ import annotations

import os
import time
from collections.abc import Container, Iterable, Iterator

from jupyter_mlops.domain.causes import NEAR_SECONDS, Cause, Death, cause, first, is_crash
from jupyter_mlops.domain.kinds import MPIRUN, pods
from jupyter_mlops.domain.runs import RankStatus
from jupyter_mlops.store.keeping import RunKeeper

PATIENCE_SECONDS = 1.0
"""For how long the end of another rank is waited for that may be the cause."""
TEARDOWN_SECONDS = 15.0
"""How long a rank whose cell has failed may take to end while others wait for it: their libraries may wait too."""
_TAIL_BYTES = 8192


class Blame:
    """The failures of one attempt.

    Args:
        run: Whose facts are read.
        folder: Of the attempt's logs.
    """

    def __init__(self, run: RunKeeper, folder: str) -> None:
        self._run, self._folder = run, folder
        self._suspect: int | None = None
        self._since = 0.0

    @property
    def is_pending(self) -> bool:
        """Whether a rank has failed, and it is not said yet which was the first."""
        return self._suspect is not None

    def suspect(self, rank: int) -> None:
        """Note that a rank has failed."""
        if self._suspect is None:
            self._suspect, self._since = rank, time.monotonic()

    def verdict(self, *, can_wait: bool) -> int | None:
        """Return the rank that failed first, if one has failed and it is sure, or nothing more can be waited for."""
        if self._suspect is None:
            return None
        found = list(self._deaths())
        rank = first(found)
        if rank is None:
            return self._suspect
        is_sure = any(death.rank == rank and cause(death) is Cause.OWN for death in found)
        if is_sure or not can_wait or time.monotonic() - self._since > PATIENCE_SECONDS:
            return rank
        return None

    def revised(self, rank: int, told: float) -> int:
        """Return who failed first when all have ended.

        Args:
            rank: Who was said to.
            told: When the others were told to end, in seconds since the epoch: what came of that does not count.
        """
        # A crash that writes the memory to the disk first ends long after it began.
        until = told + NEAR_SECONDS
        known = [d for d in self._deaths() if d.time <= told or (is_crash(d.signal) and d.time <= until)]
        found = first(known)
        return rank if found is None else found

    def first_of(self, ranks: Container[int]) -> int | None:
        """Return which of some ranks, all of which have ended, failed first; None if none did."""
        return first(death for death in self._deaths() if death.rank in ranks)

    def stuck(self, running: Iterable[int]) -> int | None:
        """Return a rank whose cell failed long ago, whose process still goes, while other ranks may wait for it."""
        if self._run.spec.rank_count == 1:
            return None
        before = time.time() - TEARDOWN_SECONDS
        failures = self._run.failures
        return next((rank for rank in running if rank in failures and failures[rank].time < before), None)

    def _deaths(self) -> Iterator[Death]:
        status = {rank.rank: rank for rank in self._run.status.ranks}
        dead = [death for rank in status.values() if (death := self._death(rank)) is not None]
        # What starts the ranks of MPI ends when one of them has.
        launchers = {pod.first for pod in pods(self._run.spec.shape) if pod.starts == MPIRUN}
        yield from [death for death in dead if death.rank not in launchers] or dead

    def _death(self, rank: RankStatus) -> Death | None:
        failure = self._run.failures.get(rank.rank)
        has_ended = rank.ended is not None
        if (has_ended and rank.code == 0) or (not has_ended and failure is None):
            return None
        return Death(
            rank.rank,
            ended=rank.ended,
            failed=failure.time if failure else None,
            signal=rank.signal,
            error=failure.error if failure else None,
            tail="" if failure else self._tail(rank.rank),
        )

    def _tail(self, rank: int) -> str:
        try:
            with open(f"{self._folder}/{rank}.log", "rb") as file:
                file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL_BYTES))
                return file.read().decode("utf-8", "replace")
        except OSError:
            return ""
