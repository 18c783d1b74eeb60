"""How fast each rank goes: steps a second over the last minute, from when its points came."""

from __future__ import annotations

from typing import NamedTuple

from jupyter_mlops.store.blocks import Rows

SECONDS = 60.0

# Of the columns that stand beside a maximum SQLite returns those of its row.
_LONGEST = "SELECT rank, id, max(count) FROM series WHERE attempt = ? GROUP BY rank HAVING max(count) > 1 ORDER BY rank"
_LAST = "SELECT series, number, axis, step, time FROM points WHERE series = ? ORDER BY number DESC LIMIT 1"
_TIME = "SELECT time FROM points WHERE series = ? AND number >= ? ORDER BY number LIMIT 1"
_SAMPLED = "SELECT time FROM samples WHERE attempt = ? ORDER BY rowid DESC LIMIT 1"
_FROM = "SELECT step, time FROM points WHERE series = ? AND number >= ? AND axis = ? ORDER BY number LIMIT 1"


class _Point(NamedTuple):
    series: int
    number: int
    axis: int
    step: float
    time: float


def rates(rows: Rows, attempt: int, seconds: float = SECONDS, least: float = 0) -> dict[int, float]:
    """Return the steps a second of each rank that reports some, by its metric with the most points.

    Args:
        rows: Asks the database.
        attempt: Of which attempt.
        seconds: How far back from the newest point or sample of all ranks it is looked.
        least: How many steps a rank must have done in that time.
    """
    last = {rank: _Point(*rows(_LAST, series)[0]) for rank, series, _ in rows(_LONGEST, attempt)}
    # Samples go on where no rank says anything any more.
    sampled = [time or 0.0 for (time,) in rows(_SAMPLED, attempt)]
    since = max([*sampled, *(point.time for point in last.values())], default=0.0) - seconds
    found = {rank: _rate(rows, point, since, least) for rank, point in last.items()}
    return {rank: rate for rank, rate in found.items() if rate is not None}


def _rate(rows: Rows, last: _Point, since: float, least: float) -> float | None:
    [(step, time)] = rows(_FROM, last.series, _first_since(rows, last, since), last.axis)
    # Of a cell that counts anew in each epoch nobody knows the pace where it does.
    done = last.step - step
    return done / (last.time - time) if done > 0 and done >= least and last.time > time else None


def _first_since(rows: Rows, last: _Point, since: float) -> int:
    """Return the number of the first point that came at or after ``since``; the last one's where none did."""
    low, high = 0, last.number
    while low < high:
        middle = (low + high) // 2
        [(time,)] = rows(_TIME, last.series, middle)
        low, high = (middle + 1, high) if time < since else (low, middle)
    return low
