"""How many replicas a revision should have, by the requests that are in flight."""

from __future__ import annotations

import math

BUSY = 4.0
"""Requests in flight for each ready replica above which one more is wanted."""
CALM_SECONDS = 60.0
"""How long fewer must have been enough before one is ended."""


class Scaler:
    """Decides for one revision: up at the second look in a row that asks for it, down after a calm time.

    Args:
        calm_seconds: How long fewer replicas must have been enough.
        busy: Requests in flight that a replica should have at most.
    """

    def __init__(self, calm_seconds: float = CALM_SECONDS, busy: float = BUSY) -> None:
        self._calm_seconds = calm_seconds
        self._busy = busy
        self._asked = 0
        self._calm: list[tuple[float, int]] = []

    def decide(self, now: float, in_flight: int, wanted: int, least: int, most: int) -> int:
        """Return how many replicas are wanted from now on.

        Args:
            now: Seconds of a clock that never goes back.
            in_flight: Requests that are being answered, or wait, right now.
            wanted: How many replicas were wanted so far.
            least: Bound.
            most: Bound.
        """
        needed = min(most, max(least, math.ceil(in_flight / self._busy)))
        self._calm.append((now, needed))
        # The last one before the calm time stays: it says what was needed at its beginning.
        while len(self._calm) > 1 and now - self._calm[1][0] >= self._calm_seconds:
            self._calm.pop(0)
        if needed > wanted:
            self._asked += 1
            return needed if self._asked > 1 else wanted
        self._asked = 0
        peak = max(number for _, number in self._calm)
        is_long = now - self._calm[0][0] >= self._calm_seconds
        return max(peak, least) if is_long and peak < wanted else wanted
