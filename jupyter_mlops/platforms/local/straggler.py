"""Watches whether one rank is slower than the others, by what they report and use."""

from __future__ import annotations

import time
from collections.abc import Callable

from jupyter_mlops.domain.errors import MlopsError
from jupyter_mlops.domain.kinds import training_count
from jupyter_mlops.domain.runs import Straggling
from jupyter_mlops.domain.stragglers import LEAST_STEPS, Straggler, find, is_news
from jupyter_mlops.store.keeping import RunKeeper

_SECONDS = 5.0
_LEAST_SAMPLES = 3


class StragglerWatch:
    """Watches one attempt.

    Args:
        run: Whose facts are read and written.
        clock: Seconds from any time on.
    """

    def __init__(self, run: RunKeeper, clock: Callable[[], float] = time.monotonic) -> None:
        self._run, self._clock = run, clock
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
        return find(rates, self._cores(attempt), self._known) if len(rates) > 1 else None

    def _cores(self, attempt: int) -> dict[int, float]:
        used: dict[int, list[float]] = {}
        for sample in self._run.database.samples(attempt, since=time.time() - 60):
            used.setdefault(sample.rank, []).append(sample.cpu)
        return {rank: sum(cores) / len(cores) for rank, cores in used.items() if len(cores) >= _LEAST_SAMPLES}
