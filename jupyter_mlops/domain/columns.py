"""The columns of a comparison: which there are, which vary, who is best where, and which tells most."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from jupyter_mlops.domain.comparison import Compared, ComparedColumn, Part
from jupyter_mlops.domain.runs import MetricSummary, RunRow

FACTS = ("state", "created", "duration", "workers", "kind", "code", "commit", "note", "tags")
"""Facts of every run, in the order in which they are shown; the data of each variable comes before the commit."""

DATA = "data "
"""What stands before the variable in the name of a column of data: ``data train``."""

Way = Callable[[str], int]
"""Of a metric's name: 1 if more is better, -1 if less is, 0 if the name does not say."""

Order = Callable[[Iterable[str]], list[str]]
"""Of names of metrics: the most telling first."""


_MISSING = object()


class _Column(NamedTuple):
    """One column before it is looked at: a value for each run, ``_MISSING`` where a run has none."""

    part: Part
    name: str
    values: list[Any]
    better: int = 0


def columns(runs: Sequence[Compared], way: Way, in_order: Order) -> list[ComparedColumn]:
    """Return the columns that some run fills: parameters and metrics, what varies first, then facts.

    Args:
        runs: Those that are compared.
        way: Which way each metric is better.
        in_order: The order of the metrics.
    """
    ids = [run.row.id for run in runs]
    params = [run.row.params for run in runs]
    metrics = [run.row.metrics for run in runs]
    facts = [facts_of(run) for run in runs]
    return [
        *_varying_first(_column(ids, _Column("parameter", name, _values(params, name))) for name in _names(params)),
        *_varying_first(
            _column(ids, _Column("metric", name, _lasts(metrics, name), way(name)))
            for name in in_order(_names(metrics))
        ),
        *(_column(ids, _Column("fact", name, _values(facts, name))) for name in sorted(_names(facts), key=_place)),
    ]


def key_of(part: Part, name: str) -> str:
    """Return the key of a column: ``parameter:lr``."""
    return f"{part}:{name}"


def value_of(run: Compared, column: ComparedColumn) -> Any:
    """Return what a run has in a column, a metric being its last value; None if it has nothing there."""
    if column.part == "parameter":
        return run.row.params.get(column.name)
    if column.part == "metric":
        metric = run.row.metrics.get(column.name)
        return None if metric is None else float(metric.last)
    return facts_of(run).get(column.name)


def facts_of(run: Compared) -> dict[str, Any]:
    """Return what is known of a run besides parameters and metrics, by the name of its column."""
    row = run.row
    known = {
        "state": row.state.value,
        "created": row.created,
        "duration": duration(row),
        "workers": row.workers,
        "kind": row.kind,
        "code": run.code,
        **{DATA + name: digest for name, digest in run.data.items()},
        "commit": run.commit,
        "note": row.note,
        "tags": ", ".join(row.tags),
    }
    return {name: value for name, value in known.items() if value not in (None, "")}


def duration(row: RunRow) -> float | None:
    """Return how many seconds a finished run took; None where nobody knows."""
    return None if row.started is None or row.ended is None else row.ended - row.started


def telling(found: Sequence[ComparedColumn], objective: str = "") -> ComparedColumn | None:
    """Return the metric that tells most: the first of those that most runs share, one whose direction is known first.

    None if no metric is there.

    Args:
        found: All columns.
        objective: What a search is for, which tells most if any run has it.
    """
    metrics = [column for column in found if column.part == "metric"]
    sought = next((column for column in metrics if column.name == objective), None)
    if sought is not None:
        return sought
    most = max((column.filled for column in metrics), default=0)
    shared = [column for column in metrics if 2 * column.filled >= most]
    return min(shared, key=lambda column: (column.better == 0, not column.varies), default=None)


def ranked(runs: Sequence[Compared], metric: str, better: int) -> list[Compared]:
    """Return runs, the best first; those without a finite value come last, and otherwise the order stays.

    Args:
        runs: Those that are compared.
        metric: What decides.
        better: 1 if more is better, -1 if less is; 0 leaves the order.
    """
    if not better:
        return list(runs)
    return sorted(runs, key=lambda run: _rank(run, metric, better))


def _rank(run: Compared, metric: str, better: int) -> tuple[bool, float]:
    found = run.row.metrics.get(metric)
    value = math.nan if found is None else float(found.last)
    return (False, -better * value) if math.isfinite(value) else (True, 0.0)


def identity(value: Any) -> tuple[str, Any]:
    """Return what two values share if they are the same: ``1`` and ``1.0`` are, ``1`` and ``True`` are not."""
    if isinstance(value, bool) or value is None:
        return "word", value
    if isinstance(value, int | float):
        # Nothing equals what is no number, not even itself; here two of them are the same.
        return ("number", "NaN") if math.isnan(value) else ("number", value)
    return "text", value


def _names(found: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return all names, in the order in which they first come."""
    names: dict[str, Any] = {}
    for each in found:
        names |= each
    return list(names)


def _values(found: Sequence[Mapping[str, Any]], name: str) -> list[Any]:
    return [each.get(name, _MISSING) for each in found]


def _lasts(found: Sequence[Mapping[str, MetricSummary]], name: str) -> list[Any]:
    return [_MISSING if (metric := each.get(name)) is None else metric.last for each in found]


def _column(ids: Sequence[str], told: _Column) -> ComparedColumn:
    there = [value for value in told.values if value is not _MISSING]
    first = identity(there[0])
    differ = any(value is not there[0] and identity(value) != first for value in there)
    return ComparedColumn(
        key=key_of(told.part, told.name),
        name=told.name,
        part=told.part,
        varies=differ or len(there) < len(ids),
        filled=len(there),
        better=told.better,
        best=_best(ids, told) if told.better and differ else [],
    )


def _best(ids: Sequence[str], told: _Column) -> list[str]:
    """Return the ids of those that have the best finite value."""
    values = [math.nan if value is _MISSING else told.better * float(value) for value in told.values]
    best = max(filter(math.isfinite, values), default=None)
    return [run_id for run_id, value in zip(ids, values, strict=True) if value == best]


def _varying_first(made: Iterable[ComparedColumn]) -> list[ComparedColumn]:
    return sorted(made, key=lambda column: not column.varies)


def _place(name: str) -> tuple[float, str]:
    return (FACTS.index("code") + 0.5, name) if name.startswith(DATA) else (FACTS.index(name), name)
