"""What the ranks of one attempt use, read now and then, and what their memory says of their end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from jupyter_mlops.domain.units import format_size
from jupyter_mlops.platforms.local import sampling
from jupyter_mlops.platforms.local.shortage import Shortage, available_memory

_OFTEN_SECONDS, _SOON_SECONDS, _LATER_SECONDS = 0.2, 1.0, 5.0
_MINUTE = 60.0


class Meter:
    """Samples what the ranks of one attempt use.

    Every second in the first minute, later every five; five times a second where a limit is to be enforced.

    Args:
        root: Returns the process below which a rank is.
        limit: Bytes that a rank may have; None is no limit.
    """

    def __init__(self, root: Callable[[int], int], limit: int | None) -> None:
        self._root, self._limit = root, limit
        self._shortage = Shortage()
        self._began = time.monotonic()
        self._due = self._began + 0.5
        self._last: dict[int, tuple[float, sampling.Use]] = {}
        self._over: dict[int, int] = {}

    def read(self, running: Iterable[int]) -> list[tuple[int, sampling.Use]]:
        """Return the use of each rank if a sample is due: ``cpu`` in cores, ``memory`` in bytes; else nothing."""
        now = time.monotonic()
        if now < self._due:
            return []
        self._due = now + self._pause(now)
        return [(rank, self._rate(rank, now)) for rank in sorted(running)]

    def is_over(self, rank: int) -> bool:
        """Say whether a rank has been seen to have more memory than it may."""
        return rank in self._over

    def forget(self, rank: int) -> None:
        """Let the next process of a rank begin from nothing."""
        self._over.pop(rank, None)
        self._last.pop(rank, None)

    def words(self, rank: int, peak: int) -> str:
        """Return why a rank was killed, as far as its memory tells it.

        Args:
            rank: The rank.
            peak: The largest memory of one of its processes, in bytes.
        """
        used = max(self._over.get(rank, 0), self._last[rank][1].memory if rank in self._last else 0, peak)
        if self._limit and rank in self._over:
            return f"its memory was at {format_size(used)}, over its limit of {format_size(self._limit)} (--memory)"
        total = available_memory()
        if self._shortage.has_killed():
            return f"the system was out of memory and killed it; its memory was at {_of(used, total)}"
        if self._limit and used > 0.9 * self._limit:
            return f"its memory was at {_of(used, self._limit)}"
        if used > 0.6 * total:
            return f"its memory was at {_of(used, total)}"
        return f"somebody killed it, or the system was out of memory; its memory was at {format_size(used)}"

    def _pause(self, now: float) -> float:
        if self._limit is not None:
            return _OFTEN_SECONDS
        return _SOON_SECONDS if now - self._began < _MINUTE else _LATER_SECONDS

    def _rate(self, rank: int, now: float) -> sampling.Use:
        use = sampling.tree_use(self._root(rank))
        if self._limit is not None and use.memory > self._limit:
            self._over[rank] = use.memory
        then, before = self._last.get(rank, (self._began, sampling.Use(0.0, 0)))
        self._last[rank] = (now, use)
        return sampling.Use(max(0.0, use.cpu - before.cpu) / max(now - then, 1e-3), use.memory)


def _of(used: int, limit: int) -> str:
    """Return ``3.9 of 4 GB``: both in the unit of the limit."""
    unit, size = next((u, s) for u, s in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3), ("B", 1)) if limit >= s)
    return f"{min(used, limit) / size:.3g} of {limit / size:.3g} {unit}"
