"""Watches whether one rank is slower than the others, by what they report and use."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable

from jupyter_mlops.domain.errors import MlopsError
from jupyter_mlops.domain.kinds import training_count
from jupyter_mlops.domain.runs import Straggling
from jupyter_mlops.domain.stragglers import LEAST_STEPS, Straggler, find, is_news
from jupyter_mlops.platforms.local import sampling
from jupyter_mlops.store.keeping import RunKeeper

_SECONDS = 5.0
_LOOKS = 12
"""From how many looks back on the work of ranks is compared: a minute."""


class StragglerWatch:
    """Watches one attempt.

    Args:
        run: Whose facts are read and written.
        root: Returns the process below which a rank is; 0 if it is not known.
        clock: Seconds from any time on.
    """

    def __init__(self, run: RunKeeper, root: Callable[[int], int], clock: Callable[[], float] = time.monotonic) -> None:
        self._run, self._root, self._clock = run, root, clock
        self._demands: deque[tuple[float, dict[int, float]]] = deque([(clock(), {})], _LOOKS)
        self._training = training_count(run.spec.shape)
        self._known: Straggler | None = None
        self._due = clock() + _SECONDS

    def turn(self) -> None:
        """Look once; what it costs is spent every few seconds only."""
        if self._training < 2 or self._clock() < self._due:
            return
        self._due = self._clock() + _SECONDS
        try:
            found = self._find()
        except MlopsError:
            # A full disk: the next look may find what this one cannot read.
            return
        if is_news(found, self._known):
            self._known = found
            rank, ratio = found or (0, 0.0)
            attempt = self._run.status.attempt
            self._run.record(Straggling(time=time.time(), attempt=attempt, rank=rank, ratio=ratio))

    def _find(self) -> Straggler | None:
        database, attempt = self._run.database, self._run.status.attempt
        rates = {
            rank: rate
            for rank, rate in database.rates(attempt, least=LEAST_STEPS).items()
            if rank < self._training and self._run.status.ranks[rank].ended is None
        }
        return find(rates, self._cores(rates), self._known) if len(rates) > 1 else None

    def _cores(self, ranks: Iterable[int]) -> dict[int, float]:
        """Return how many cores ranks use, or would use: on a busy machine what works may get little of them."""
        now, demands = self._clock(), {rank: sum(sampling.tree_demand(self._root(rank))) for rank in ranks}
        then, before = self._demands[0]
        self._demands.append((now, demands))
        return {rank: (demand - before.get(rank, 0.0)) / max(now - then, 1e-3) for rank, demand in demands.items()}
