"""Times of requests as a histogram: quantiles of counts that anybody can add up."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from jupyter_mlops.domain.observed import BUCKETS


def histogram(milliseconds: Iterable[float]) -> list[int]:
    """Return how many of some times fall into each of ``BUCKETS``, and beyond the last."""
    counts = [0] * (len(BUCKETS) + 1)
    for time in milliseconds:
        counts[bisect_left(BUCKETS, time)] += 1
    return counts


def added(one: Sequence[int], other: Sequence[int]) -> list[int]:
    """Return the sum of two histograms, either of which may be empty."""
    if not one or not other:
        return list(one or other)
    return [a + b for a, b in zip(one, other, strict=True)]


def quantile(counts: Sequence[int], share: float) -> float | None:
    """Return the milliseconds that ``share`` of the requests took at most; None if there were none.

    Between two bounds the requests are taken to lie evenly; what is beyond the last bound is told as that bound.
    """
    whole = sum(counts)
    if not whole:
        return None
    wanted, below = share * whole, 0
    for at, count in enumerate(counts):
        if count and below + count >= wanted:
            if at >= len(BUCKETS):
                break
            low = BUCKETS[at - 1] if at else 0.0
            return round(low + (BUCKETS[at] - low) * (wanted - below) / count, 3)
        below += count
    return float(BUCKETS[-1])


def exact_quantile(milliseconds: Sequence[float], share: float) -> float | None:
    """Return the same of times that are all known; None if there are none."""
    if not milliseconds:
        return None
    ordered = sorted(milliseconds)
    place = share * (len(ordered) - 1)
    at = int(place)
    after = ordered[min(at + 1, len(ordered) - 1)]
    return round(ordered[at] + (after - ordered[at]) * (place - at), 3)
