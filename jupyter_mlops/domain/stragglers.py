"""Which rank is slower than the others: pure rules on the pace of ranks, and on the work that a step is for each.

Ranks that do not wait for each other show it by their pace. Those that do, as in synchronous training, all have the
pace of the slowest; the slowest then is the one that works while the others wait.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

LEAST_STEPS = 5
"""How many steps each rank must have done: the first ones are often slow."""
SLOW, FINE = 1.5, 1.3
"""From which ratio on a rank is slower than the others, and below which it is so no more."""
_ALIKE = 1.2
_LEAST_CORES = 0.25
_TELLING = 0.2


class Straggler(NamedTuple):
    """A rank that is slower than the others.

    Attributes:
        rank: Which.
        ratio: How many times longer its steps take than those of the median of the others.
    """

    rank: int
    ratio: float


def find(rates: Mapping[int, float], cores: Mapping[int, float], known: Straggler | None = None) -> Straggler | None:
    """Return the rank that is slower than the others; None if none is.

    Args:
        rates: Steps a second of each rank that trains.
        cores: How many cores each of them has used meanwhile, where that was sampled.
        known: What was found the last time: it stays until it is clearly over.
    """
    if len(rates) < 2 or min(rates.values()) <= 0:
        return None
    found = _slowest({rank: 1 / rate for rank, rate in rates.items()})
    if max(rates.values()) / min(rates.values()) < _ALIKE and cores.keys() >= rates.keys():
        working = _slowest({rank: max(cores[rank], 1e-3) for rank in rates})
        if cores[working.rank] >= _LEAST_CORES:
            found = working
    is_known = known is not None and known.rank == found.rank
    return found if found.ratio >= (FINE if is_known else SLOW) else None


def is_news(found: Straggler | None, known: Straggler | None) -> bool:
    """Say whether what was found tells something that was not known."""
    if found is None or known is None:
        return found is not known
    return found.rank != known.rank or abs(found.ratio - known.ratio) > _TELLING * known.ratio


def sentence(rank: int, ratio: float, of: int) -> str:
    """Return who is how much slower than whom.

    Args:
        rank: Which rank.
        ratio: How many times longer its steps take.
        of: How many ranks train.
    """
    times = f"{ratio:.1f}" if ratio < 10 else f"{ratio:.0f}"
    return f"Rank {rank} is {times} times slower than the other{'s' if of > 2 else ''}."


def _slowest(burdens: Mapping[int, float]) -> Straggler:
    slowest = max(burdens, key=lambda rank: burdens[rank])
    return Straggler(slowest, burdens[slowest] / _median(burden for rank, burden in burdens.items() if rank != slowest))


def _median(values: Iterable[float]) -> float:
    # ``statistics`` loads decimal, fractions and random, a tenth of what a keeper has in memory.
    ordered = sorted(values)
    return ordered[len(ordered) // 2]
