"""What is said of several runs beside each other: one table, and their curves."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import NamedTuple

from jupyter_mlops.cards.metrics import in_order
from jupyter_mlops.domain.columns import columns, telling
from jupyter_mlops.domain.comparison import Compared, Comparison, Differences
from jupyter_mlops.domain.directions import direction
from jupyter_mlops.domain.errors import MlopsError
from jupyter_mlops.domain.runs import Number
from jupyter_mlops.domain.series import Series, travelling
from jupyter_mlops.domain.sweeps import Objective
from jupyter_mlops.services.asked import Asked, find, named
from jupyter_mlops.services.differences import between
from jupyter_mlops.services.recorded import recorded
from jupyter_mlops.services.side import Side
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.index import Index
from jupyter_mlops.store.runs import RunFolder
from jupyter_mlops.store.sweeps import SweepFolder

_NAMED = 3
"""How many names a title has."""


class Curve(NamedTuple):
    """Points of a run's metric to draw, and when the run reached its cell, in seconds since the epoch."""

    series: Series
    start: float


class Comparisons:
    """Compares the runs of one home. Use it from one thread at a time.

    Args:
        home: Where runs are kept.
        index: The home's index.
    """

    def __init__(self, home: Home, index: Index) -> None:
        self.home = home
        self.index = index

    def of(self, asked: Asked) -> Comparison:
        """Return the runs that are meant beside each other; those that are not there any more are left out.

        Raises:
            InvalidOption: a condition makes no sense.
        """
        # Looked at before the rows are: what changes in between is then asked for once more, not missed.
        generation, seq = self.index.position()
        runs, left_out = find(self.home, self.index.without_curves, asked, time.time())
        objective = self._objective(asked.sweep or _shared_sweep(runs))
        made = columns(runs, lambda name: _way(name, objective), in_order)
        told = telling(made, objective.metric if objective else "")
        return Comparison(
            title=_title(asked, runs),
            runs=runs,
            columns=made,
            left_out=left_out,
            metric=told.name if told else "",
            better=told.better if told else 0,
            generation=generation,
            seq=seq,
        )

    def between(self, a: RunFolder, b: RunFolder) -> Differences:
        """Return what differs between two runs.

        Raises:
            Broken: the spec of one of them cannot be read.
        """
        return between(Side(a, a.row()), Side(b, b.row()))

    def at_step(self, runs: Iterable[str], metric: str, step: float) -> dict[str, Number]:
        """Return the value of a metric that each run reported last at or before a step; others are left out."""
        found: dict[str, Number] = {}
        for row in named(self.index.without_curves, runs):
            summary = row.metrics.get(metric)
            if summary is None or summary.step <= step:
                found |= {row.id: summary.last} if summary else {}
                continue
            with suppress(MlopsError), recorded(self.home.runs / row.id) as database:
                value = database.value_at(metric, step, row.attempt)
                found |= {row.id: travelling(value)} if value is not None else {}
        return found

    def overlay(self, runs: Iterable[str], metric: str, most: int = 300) -> dict[str, Curve]:
        """Return about ``most`` points of one metric, every extreme among them, by run; others are left out."""
        found: dict[str, Curve] = {}
        for row in named(self.index.without_curves, runs):
            if metric not in row.metrics:
                continue
            with suppress(MlopsError), recorded(self.home.runs / row.id) as database:
                series = database.series(metric, 0, most, row.attempt)
                if series is not None and series.values:
                    found[row.id] = Curve(series, row.started or series.times[0])
        return found

    def _objective(self, sweep: str) -> Objective | None:
        """Return what a sweep is for; None where there is no sweep, or it cannot be read."""
        if sweep:
            with suppress(MlopsError, OSError):
                return SweepFolder(self.home.sweeps / sweep).spec().objectives[0]
        return None


def _way(name: str, objective: Objective | None) -> int:
    if objective is not None and objective.metric == name:
        return 1 if objective.direction == "maximize" else -1
    return direction(name)


def _shared_sweep(runs: Iterable[Compared]) -> str:
    """Return the sweep of all runs; empty if they are of several, or of none."""
    sweeps = {run.row.sweep for run in runs}
    return sweeps.pop() if len(sweeps) == 1 else ""


def _title(asked: Asked, runs: Sequence[Compared]) -> str:
    """Return what was asked for, in words; of runs that were named one by one, their names."""
    if asked.runs:
        names = list(dict.fromkeys(run.row.name for run in runs))
        more = [f"{len(names) - _NAMED} more"] if len(names) > _NAMED else []
        *first, last = [*names[:_NAMED], *more] or [""]
        about = f"{', '.join(first)} and {last}" if first else last
    else:
        about = (
            asked.name
            or (asked.sweep and f"trials of {_name_of(asked.sweep, runs)}")
            or ("" if asked.where else "all runs")
        )
    return f"{about} {asked.where}".strip()


def _name_of(sweep: str, trials: Sequence[Compared]) -> str:
    return trials[0].row.name if trials else sweep
