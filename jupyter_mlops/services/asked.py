"""Which runs a comparison means."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from functools import partial
from typing import NamedTuple

from jupyter_mlops.domain.comparison import Compared
from jupyter_mlops.domain.errors import InvalidOption, nearest
from jupyter_mlops.domain.runs import RunRow
from jupyter_mlops.domain.where import RUNS, Condition, Where, has_field, parse_where
from jupyter_mlops.services.facts import FactsReader
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.rows import Rows

LIMIT = 1000

LOOKED_AT = 10_000
"""How many runs, the latest first, are held against a condition on parameters or metrics."""


class Asked(NamedTuple):
    """Which runs are meant: those that are named, and those that fit name, sweep and conditions where there are any.

    Nothing at all is all runs that are no trials.

    Attributes:
        runs: Ids.
        name: All runs of a name.
        sweep: All trials of a sweep, by its id.
        where: Conditions as people type them; a parameter need not have been set to be met.
        limit: How many at most, the latest first.
        is_narrowed: Whether the conditions are for those that are named, to which nothing is added.
    """

    runs: Sequence[str] = ()
    name: str = ""
    sweep: str = ""
    where: str = ""
    limit: int = LIMIT
    is_narrowed: bool = False


def find(home: Home, index: Rows[RunRow], asked: Asked, now: float) -> tuple[list[Compared], int]:
    """Return the runs that are meant, those that are named first, and how many more were left out.

    Raises:
        InvalidOption: a condition makes no sense.
    """
    reader = FactsReader()
    complete = partial(_complete, home, reader)
    first = [complete(row) for row in named(index, asked.runs)]
    conditions = parse_where(asked.where, now)
    if asked.is_narrowed:
        first, total = _fitting(first, conditions), 0
        others: list[Compared] = []
    elif asked.runs and not (asked.name or asked.sweep or asked.where):
        others, total = [], 0
    else:
        others, total = _others(index, asked, conditions, {run.row.id for run in first}, complete)
    found = [*first, *others][: asked.limit]
    return found, len(first) + total - len(found)


def _complete(home: Home, reader: FactsReader, row: RunRow) -> Compared:
    facts = reader.read(home.runs / row.id, row)
    row.params = facts.params
    return Compared(row, facts.code, facts.data, facts.commit)


def _others(
    index: Rows[RunRow],
    asked: Asked,
    conditions: Sequence[Condition],
    known: Container[str],
    complete: Callable[[RunRow], Compared],
) -> tuple[list[Compared], int]:
    """Return the runs that fit and are not known already, and how many there would be without a limit."""
    if asked.name:
        conditions = (Condition("name", "=", asked.name), *conditions)
    # What a cell has but nobody set is not in the index: conditions on it are looked at here.
    plain = tuple(condition for condition in conditions if condition.field in RUNS.names)
    others = tuple(condition for condition in conditions if condition not in plain)
    limit = LOOKED_AT if others else asked.limit
    page = index.page(Where(conditions=plain, archived=False, sweep=asked.sweep, limit=limit))
    new = [complete(row) for row in page.rows if row.id not in known]
    if others:
        new = _fitting(new, others)
        return new, len(new)
    return new, page.total - (len(page.rows) - len(new))


def _fitting(runs: Sequence[Compared], conditions: Sequence[Condition]) -> list[Compared]:
    """Return the runs that meet all conditions.

    Raises:
        InvalidOption: a condition names what no run has; one that no run meets is no mistake.
    """
    for condition in conditions:
        if runs and not any(has_field(run.row, condition.field) for run in runs):
            known = set(RUNS.names).union(*((*run.row.params, *run.row.metrics) for run in runs))
            close = nearest(condition.field, sorted(known)) or "."
            raise InvalidOption(f"No run has a parameter or a metric {condition.field!r}{close}")
    return [run for run in runs if all(condition.fits(run.row) for condition in conditions)]


def named(index: Rows[RunRow], runs: Iterable[str]) -> list[RunRow]:
    """Return the rows of ids, each once; those that are not there any more are left out."""
    rows = (index.get(run_id) for run_id in dict.fromkeys(runs))
    return [row for row in rows if row is not None]
