"""When a run is said to hang: a pure rule on what its ranks have printed and used."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import NamedTuple

IDLE = 0.02
"""Share of a core below which a rank is idle: what waits for others still wakes now and then."""
WANTING = 0.5
"""Share of a core from which on a rank is not idle, got or not: on a busy machine what computes may get nearly none."""


class Demand(NamedTuple):
    """Seconds of CPU time, from any time on.

    Attributes:
        used: What the processes of a rank have used.
        delayed: For how long they could have run, and others did.
    """

    used: float
    delayed: float = 0.0


class Quiet:
    """What is known of the time in which no rank has printed anything.

    Args:
        seconds: How long all must be silent and idle.
        now: When it begins; times are seconds from any time on.
    """

    def __init__(self, seconds: float, now: float) -> None:
        self.seconds = seconds
        self.since = now
        self._used: deque[tuple[float, Mapping[int, Demand]]] = deque()

    def heard(self, now: float) -> None:
        """Note that some rank has printed something."""
        self.since = now
        self._used.clear()

    def add(self, now: float, used: Mapping[int, Demand]) -> None:
        """Note how much CPU time each rank has used, or wanted, up to ``now``."""
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
        return all(_is_idle(before.get(rank, Demand(0.0)), demand, last - then) for rank, demand in used.items())


def _is_idle(before: Demand, after: Demand, seconds: float) -> bool:
    used = after.used - before.used
    return used < IDLE * seconds and used + after.delayed - before.delayed < WANTING * seconds
