"""What runs reported and used, thinned to what can be drawn."""

from __future__ import annotations

from itertools import pairwise

from jupyter_server.auth.decorator import authorized
from tornado import web

from jupyter_mlops.server.base import MlopsHandler, answers
from jupyter_mlops.server.replies import (
    AttemptQuery,
    Bands,
    BandsQuery,
    Metrics,
    Points,
    PointsQuery,
    Samples,
    SamplesQuery,
    Usage,
)
from jupyter_mlops.services.recorded import recorded
from jupyter_mlops.services.run import Run
from jupyter_mlops.store.records import Sample


class MetricsHandler(MlopsHandler):
    """A run's metrics."""

    @web.authenticated
    @authorized
    @answers(Metrics, query=AttemptQuery)
    async def get(self, run_id: str) -> None:
        """Return the summary of each metric."""
        query = self.question(AttemptQuery)
        self.reply(await self.read(run_id, lambda _, run: _metrics(run, query)))


class PointsHandler(MlopsHandler):
    """A run's curves."""

    @web.authenticated
    @authorized
    @answers(Points, query=PointsQuery)
    async def get(self, run_id: str) -> None:
        """Return points of metrics since a point; where there are many, with every peak and trough."""
        query = self.question(PointsQuery)
        self.reply(await self.read(run_id, lambda _, run: _points(run, query)))


class BandsHandler(MlopsHandler):
    """A run's curves, all ranks at once."""

    @web.authenticated
    @authorized
    @answers(Bands, query=BandsQuery)
    async def get(self, run_id: str) -> None:
        """Return the least, mean and greatest value over all ranks, by step."""
        query = self.question(BandsQuery)
        self.reply(await self.read(run_id, lambda _, run: _bands(run, query)))


class SamplesHandler(MlopsHandler):
    """What a run used."""

    @web.authenticated
    @authorized
    @answers(Samples, query=SamplesQuery)
    async def get(self, run_id: str) -> None:
        """Return processor and memory over time, by rank."""
        query = self.question(SamplesQuery)
        self.reply(await self.read(run_id, lambda _, run: _samples(run, query)))


def _metrics(run: Run, query: AttemptQuery) -> Metrics:
    attempt = query.attempt or run.folder.status().attempt
    with recorded(run.path) as database:
        metrics = database.metrics(attempt, query.rank)
        return Metrics(attempt, metrics, {name: database.ranks(name, attempt) for name in metrics})


def _points(run: Run, query: PointsQuery) -> Points:
    attempt = query.attempt or run.folder.status().attempt
    with recorded(run.path) as database:
        found = {
            name: database.series(name, query.since, query.most, attempt, query.rank, low=query.low, high=query.high)
            for name in query.name
        }
    return Points(attempt, query.rank, {name: series for name, series in found.items() if series is not None})


def _bands(run: Run, query: BandsQuery) -> Bands:
    attempt = query.attempt or run.folder.status().attempt
    with recorded(run.path) as database:
        found = {name: database.band(name, query.most, attempt) for name in query.name}
    return Bands(attempt, {name: band for name, band in found.items() if band is not None})


def _samples(run: Run, query: SamplesQuery) -> Samples:
    attempt = query.attempt or run.folder.status().attempt
    by_rank: dict[int, list[Sample]] = {}
    with recorded(run.path) as database:
        for sample in database.samples(attempt, query.rank, query.since):
            by_rank.setdefault(sample.rank, []).append(sample)
    return Samples(attempt, [_usage(rank, samples, query.most) for rank, samples in sorted(by_rank.items())])


def _usage(rank: int, samples: list[Sample], most: int) -> Usage:
    """Return one rank's samples; of each of equal parts the one with the most memory and the one with the most work."""
    if len(samples) > most:
        edges = [len(samples) * part // (most // 2) for part in range(most // 2 + 1)]
        chosen = {
            max(range(first, after), key=lambda at: samples[at][column])
            for first, after in pairwise(edges)
            for column in (3, 4)
        }
        samples = [samples[at] for at in sorted(chosen)]
    return Usage(
        rank,
        [sample.time for sample in samples],
        [sample.cpu for sample in samples],
        [sample.memory for sample in samples],
    )
