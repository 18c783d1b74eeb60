"""What a run's database says, for those who look at it from outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_mlops.domain.runs import RankUsage

if TYPE_CHECKING:
    from jupyter_mlops.store.records import HistoryPoint, RunDatabase, Sample

Curve = list[tuple[float, float]]

_BAND_STEPS = 120
_BAND_POINTS = 20 * 128
"""A card is drawn four times a second: of longer curves blocks are enough."""


@contextmanager
def recorded(run: Path) -> Iterator[RunDatabase]:
    """Open the database of the run in ``run`` for reading; one that is not there yet is empty."""
    # SQLite is loaded by the first run that is looked at, not by the extension.
    from jupyter_mlops.store.records import RunDatabase

    database = RunDatabase(run / "run.db")
    try:
        yield database
    finally:
        database.close()


def points(run: Path, name: str, attempt: int, rank: int = 0) -> list[HistoryPoint]:
    """Return every point of one metric in the order in which they came."""
    with recorded(run) as database:
        return database.history(name, attempt, rank)


def curves(database: RunDatabase, names: Iterable[str], attempt: int) -> dict[str, Curve]:
    """Return steps and values of rank 0 to draw, by name."""
    found = {name: database.curve(name, attempt=attempt) for name in names}
    return {name: curve for name, curve in found.items() if curve}


def bands(database: RunDatabase, names: Iterable[str], attempt: int) -> dict[str, list[tuple[float, float, float]]]:
    """Return step, least and greatest value over all ranks to draw, by name, of what several ranks report."""
    found: dict[str, list[tuple[float, float, float]]] = {}
    for name in names:
        band = database.band(name, _BAND_STEPS, attempt, exact=_BAND_POINTS)
        if band is not None and band.ranks > 1:
            cells = zip(band.steps, map(float, band.low), map(float, band.high), strict=True)
            found[name] = [cell for cell in cells if isfinite(cell[1]) and isfinite(cell[2])]
    return {name: cells for name, cells in found.items() if cells}


def usage(database: RunDatabase, attempt: int) -> list[RankUsage]:
    """Return what each rank used when it was last sampled, those apart that ended long ago, and how fast it goes."""
    latest = {sample.rank: sample for sample in database.latest_samples(attempt)}
    rates = database.rates(attempt)
    return [_used(rank, latest.get(rank), rates.get(rank)) for rank in sorted({*latest, *rates})]


def _used(rank: int, sample: Sample | None, rate: float | None) -> RankUsage:
    if sample is None:
        return RankUsage(rank, rate=rate)
    return RankUsage(rank, sample.cpu * 100, sample.memory, rate)
