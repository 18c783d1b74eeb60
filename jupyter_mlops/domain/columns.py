"""The columns of a comparison: which there are, which vary, who is best where, and which tells most."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from jupyter_mlops.domain.comparison import Compared, ComparedColumn, Part
from jupyter_mlops.domain.runs import RunRow

FACTS = ("state", "created", "duration", "workers", "kind", "code", "commit", "note", "tags")
"""Facts of every run, in the order in which they are shown; the data of each variable comes before the commit."""

DATA = "data "
"""What stands before the variable in the name of a column of data: ``data train``."""

Way = Callable[[str], int]
"""Of a metric's name: 1 if more is better, -1 if less is, 0 if the name does not say."""

Order = Callable[[Iterable[str]], list[str]]
"""Of names of metrics: the most telling first."""


class _Column(NamedTuple):
    part: Part
    name: str
    found: list[tuple[str, Any]]
    better: int = 0


def columns(runs: Sequence[Compared], way: Way, in_order: Order) -> list[ComparedColumn]:
    """Return the columns that some run fills: parameters and metrics, what varies first, then facts.

    Args:
        runs: Those that are compared.
        way: Which way each metric is better.
        in_order: The order of the metrics.
    """
    ids = [run.row.id for run in runs]
    params = _gathered(ids, [run.row.params for run in runs])
    metrics = _gathered(ids, [{name: m.last for name, m in run.row.metrics.items()} for run in runs])
    facts = _gathered(ids, [facts_of(run) for run in runs])
    return [
        *_varying_first([_column(len(runs), _Column("parameter", name, found)) for name, found in params.items()]),
        *_varying_first(
            [_column(len(runs), _Column("metric", name, metrics[name], way(name))) for name in in_order(metrics)]
        ),
        *(_column(len(runs), _Column("fact", name, facts[name])) for name in sorted(facts, key=_place)),
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


def _gathered(ids: Sequence[str], found: Iterable[dict[str, Any]]) -> dict[str, list[tuple[str, Any]]]:
    """Return ids and values of each name, names in the order in which they first come."""
    by_name: dict[str, list[tuple[str, Any]]] = {}
    for run_id, values in zip(ids, found, strict=True):
        for name, value in values.items():
            by_name.setdefault(name, []).append((run_id, value))
    return by_name


def _column(runs: int, told: _Column) -> ComparedColumn:
    identities = {identity(value) for _, value in told.found}
    varies = len(identities) > 1 or len(told.found) < runs
    return ComparedColumn(
        key=key_of(told.part, told.name),
        name=told.name,
        part=told.part,
        varies=varies,
        filled=len(told.found),
        better=told.better,
        best=_best(told) if told.better and len(identities) > 1 else [],
    )


def _best(told: _Column) -> list[str]:
    """Return the ids of those that have the best finite value."""
    values = [(run_id, told.better * float(value)) for run_id, value in told.found]
    best = max((value for _, value in values if math.isfinite(value)), default=None)
    return [run_id for run_id, value in values if value == best]


def _varying_first(made: list[ComparedColumn]) -> list[ComparedColumn]:
    return sorted(made, key=lambda column: not column.varies)


def _place(name: str) -> tuple[float, str]:
    return (FACTS.index("code") + 0.5, name) if name.startswith(DATA) else (FACTS.index(name), name)
