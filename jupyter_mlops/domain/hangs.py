"""When a run is said to hang: a pure rule on what its ranks have printed and used."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

IDLE = 0.02
"""Share of a core below which a rank is idle: what waits for others still wakes now and then."""


class Quiet:
    """What is known of the time in which no rank has printed anything.

    Args:
        seconds: How long all must be silent and idle.
        now: When it begins; times are seconds from any time on.
    """

    def __init__(self, seconds: float, now: float) -> None:
        self.seconds = seconds
        self.since = now
        self._used: deque[tuple[float, Mapping[int, float]]] = deque()

    def heard(self, now: float) -> None:
        """Note that some rank has printed something."""
        self.since = now
        self._used.clear()

    def add(self, now: float, used: Mapping[int, float]) -> None:
        """Note how many seconds of CPU time each rank has used up to ``now``."""
        self._used.append((now, used))
        while len(self._used) > 1 and self._used[1][0] <= now - self.seconds:
            self._used.popleft()

    def is_hanging(self, now: float) -> bool:
        """Say whether all ranks have been silent and idle for long enough."""
        if now - self.since < self.seconds or not self._used:
            return False
        (then, before), (last, used) = self._used[0], self._used[-1]
        if last - then < self.seconds:
            return False
        # A rank that was started meanwhile has used what it has used since.
        return all(cpu - before.get(rank, 0.0) < IDLE * (last - then) for rank, cpu in used.items())
