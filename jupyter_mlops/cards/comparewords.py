"""What cards and text say alike of runs beside each other: which columns and rows are shown, and how values read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from jupyter_mlops.cards.metrics import Points
from jupyter_mlops.cards.text import one_line
from jupyter_mlops.domain.columns import DATA, ranked, value_of
from jupyter_mlops.domain.comparison import Compared, ComparedColumn, Comparison, Differences
from jupyter_mlops.domain.labels import labels
from jupyter_mlops.domain.units import MINUS, MISSING, format_count, format_duration, format_metric

_LONGEST = 32


class Shown(msgspec.Struct, frozen=True):
    """A comparison with what only its card needs.

    Attributes:
        curves: Steps and values of its metric, by run, for the best runs.
        axis: What their steps count.
        differences: Of the two runs, if there are two.
        home: Id of the home that holds the runs.
    """

    comparison: Comparison
    curves: Mapping[str, Points] = {}
    axis: str = "step"
    differences: Differences | None = None
    home: str = ""


def parameters(comparison: Comparison, most: int) -> list[ComparedColumn]:
    """Return the parameters that vary, and the data that does, as far as there is room."""
    found = [column for column in comparison.columns if column.part == "parameter" and column.varies]
    data = [column for column in comparison.columns if column.name.startswith(DATA) and column.varies]
    return [*found[: max(most - len(data[:2]), 1)], *data[:2]]


def metrics(comparison: Comparison, most: int) -> list[ComparedColumn]:
    """Return metrics as far as there is room, the most telling first."""
    found = [column for column in comparison.columns if column.part == "metric"]
    return sorted(found, key=lambda column: column.name != comparison.metric)[:most]


def rows(comparison: Comparison, most: int, differences: Differences | None = None) -> list[tuple[str, Compared]]:
    """Return labels and runs as far as there is room: the best first if somebody knows which way is better.

    Two whose differences are shown stand in the order of these.
    """
    if differences is not None:
        order = sorted(comparison.runs, key=lambda run: run.row.id != differences.a.id)
    else:
        order = ranked(comparison.runs, comparison.metric, comparison.better)
    named = {
        run.row.id: label
        for run, label in zip(comparison.runs, labels([run.row for run in comparison.runs]), strict=True)
    }
    return [(named[run.row.id], run) for run in order[:most]]


def cell(run: Compared, column: ComparedColumn) -> str:
    """Return what stands in a cell, on one line; a dash where a run has nothing there."""
    value = value_of(run, column)
    if column.part == "metric":
        return format_metric(value)
    if value is not None and column.key == "fact:duration":
        return format_duration(float(value))
    return scalar(value)


def scalar(value: Any, longest: int = _LONGEST) -> str:
    """Return a value as people write it."""
    if value is None:
        return MISSING
    if isinstance(value, float):
        return f"{value:.6g}".replace("-", MINUS)
    if isinstance(value, int) and not isinstance(value, bool):
        return format_count(value) if abs(value) >= 10_000 else str(value).replace("-", MINUS)
    return one_line(str(value), longest)


def summary(comparison: Comparison) -> str:
    """Return how many runs there are and what varies: ``3 runs; lr and depth vary``."""
    count = len(comparison.runs)
    names = [column.name for column in comparison.columns if column.part == "parameter" and column.varies]
    names += [column.name for column in comparison.columns if column.name.startswith(DATA) and column.varies]
    names += ["code" for column in comparison.columns if column.key == "fact:code" and column.varies]
    if count == 1:
        return "1 run; there is nothing beside it"
    if not names:
        return f"{format_count(count)} runs; no parameter varies"
    shown = [one_line(name, 24) for name in names[:4]]
    more = len(names) - len(shown)
    shown += [f"{more} more"] if more else []
    listed = f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else shown[0]
    return f"{format_count(count)} runs; {listed} {'varies' if len(names) == 1 else 'vary'}"


def same(comparison: Comparison) -> list[tuple[str, str]]:
    """Return what is the same in all runs, by name."""
    if len(comparison.runs) < 2:
        return []
    first = comparison.runs[0]
    return [
        (one_line(column.name, 24), cell(first, column))
        for column in comparison.columns
        if not column.varies and (column.part == "parameter" or column.key in ("fact:kind", "fact:workers"))
    ]


def delta(value: Any) -> str:
    """Return a change with its sign."""
    if value is None:
        return ""
    text = format_metric(float(value))
    return text if text.startswith(MINUS) or text == "0" else f"+{text}"


def groups(found: Differences) -> Sequence[tuple[str, Sequence[Any]]]:
    """Return what differs, code and metrics apart, under its headings; what does not differ is left out."""
    every = (
        ("parameter", found.parameters),
        ("data", found.data),
        ("captured", found.values),
        ("option", found.options),
        ("environment", found.environment),
        ("git", found.git),
    )
    return [(title, differences) for title, differences in every if differences]


def same_words(found: Differences) -> str:
    """Return how much is the same, in words; empty if nothing is."""
    counts = (
        (found.same.parameters, "parameter"),
        (found.same.values, "captured value"),
        (found.same.datasets, "dataset"),
        (found.same.packages, "package"),
    )
    return ", ".join(f"{format_count(count)} {word}{'' if count == 1 else 's'}" for count, word in counts if count)
