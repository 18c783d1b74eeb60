"""What a run's database says, for those who look at it from outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_mlops.domain.runs import RankUsage

if TYPE_CHECKING:
    from jupyter_mlops.store.records import HistoryPoint, RunDatabase

Curve = list[tuple[float, float]]


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


def usage(database: RunDatabase, attempt: int) -> list[RankUsage]:
    """Return what each rank used when it was last sampled, those apart that ended long ago."""
    latest = {sample.rank: sample for sample in database.latest_samples(attempt)}
    return [RankUsage(rank, sample.cpu * 100, sample.memory) for rank, sample in sorted(latest.items())]
