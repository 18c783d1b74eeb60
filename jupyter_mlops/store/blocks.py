"""What ``SIZE`` points that follow each other come to, kept beside them: long curves are drawn from few rows.

The writer makes a block's row with the block's last point. A reader takes the points where a row is missing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from math import isnan, nan
from typing import Any, NamedTuple

from jupyter_mlops.domain.metrics import Column

SIZE = 128

Rows = Callable[..., list[Any]]
"""What runs a statement with its values."""

TABLE = """
CREATE TABLE IF NOT EXISTS blocks (
    series INTEGER, block INTEGER, axis INTEGER, first REAL NOT NULL, last REAL NOT NULL,
    low_number INTEGER, low_step REAL, low REAL, low_time REAL,
    high_number INTEGER, high_step REAL, high REAL, high_time REAL, total REAL, count INTEGER NOT NULL,
    PRIMARY KEY (series, block)) WITHOUT ROWID
"""

_OF = "FROM points WHERE series = ?1 AND number >= ?3 AND number < ?4"
_MAKE = f"""
INSERT OR REPLACE INTO blocks SELECT ?1, ?2, axis, first, last, low.*, high.*, total, count FROM
(SELECT CASE WHEN min(axis) = max(axis) THEN axis END axis, min(step) first, max(step) last, sum(value) total,
    count(value) count {_OF}),
(SELECT number, step, min(value), time {_OF}) low, (SELECT number, step, max(value), time {_OF}) high
"""


class Span(NamedTuple):
    """Points of one series on one axis: those with a step from ``low`` to ``high`` and the numbers of a range."""

    series: int
    axis: int
    low: float
    high: float
    first: int
    after: int


class Block(NamedTuple):
    """A block: its steps from ``first`` to ``last``, its extremes, and how many of its values are numbers."""

    series: int
    number: int
    axis: int | None
    first: float
    last: float
    low_number: int
    low_step: float
    low: float | None
    low_time: float
    high_number: int
    high_step: float
    high: float | None
    high_time: float
    total: float | None
    count: int  # type: ignore[assignment]  # a tuple counts too, which nobody asks of a block


def write(connection: sqlite3.Connection, series: int, axis: int, column: Column) -> None:
    """Make the rows of the blocks that became full by a column's points, which are stored."""
    made = []
    for number in range(column.first // SIZE, (column.first + len(column.values)) // SIZE):
        at = number * SIZE - column.first
        total = sum(column.values[at : at + SIZE]) if at >= 0 else nan
        if isnan(total):
            # Begun by an earlier column, or with what is no number: SQLite, which is slower, looks at the points.
            connection.execute(_MAKE, (series, number, number * SIZE, (number + 1) * SIZE))
        else:
            made.append((series, number, axis, *_summary(column, at), total, SIZE))
    connection.executemany(f"INSERT OR REPLACE INTO blocks VALUES ({', '.join('?' * 15)})", made)


def _summary(column: Column, at: int) -> tuple[float, ...]:
    """Return first and last step, and number, step, value and time of the least and of the greatest value."""
    steps, values = column.steps[at : at + SIZE], column.values[at : at + SIZE]
    low, high = min(values), max(values)
    lowest, highest = at + values.index(low), at + values.index(high)
    return (
        min(steps),
        max(steps),
        *(column.first + lowest, column.steps[lowest], low, column.times[lowest]),
        *(column.first + highest, column.steps[highest], high, column.times[highest]),
    )


def read(rows: Rows, span: Span) -> tuple[list[Block], list[tuple[int, int]]]:
    """Return the blocks that lie in ``span``, and the ranges of numbers that may hold the rest of its points."""
    begin, end = -(-span.first // SIZE), span.after // SIZE
    if begin >= end or not rows("SELECT 1 FROM sqlite_master WHERE name = 'blocks'"):
        return [], [(span.first, span.after)]
    sql = "SELECT * FROM blocks WHERE series = ? AND block >= ? AND block < ? ORDER BY block"
    known = rows(sql, span.series, begin, end)
    if len(known) == end - begin and all(
        row[2] == span.axis and row[3] >= span.low and row[4] <= span.high for row in known
    ):
        ends = [(span.first, begin * SIZE), (end * SIZE, span.after)]
        return [*map(Block._make, known)], [(first, after) for first, after in ends if first < after]
    return _sorted_out(map(Block._make, known), span)


def _sorted_out(known: Iterable[Block], span: Span) -> tuple[list[Block], list[tuple[int, int]]]:
    found: list[Block] = []
    rest: list[tuple[int, int]] = []
    at = span.first
    for block in known:
        is_inside = block.first >= span.low and block.last <= span.high
        is_outside = block.last < span.low or block.first > span.high
        if block.axis is None or (block.axis == span.axis and not (is_inside or is_outside)):
            continue
        if block.number * SIZE > at:
            rest.append((at, block.number * SIZE))
        at = (block.number + 1) * SIZE
        if is_inside and block.axis == span.axis:
            found.append(block)
    if at < span.after:
        rest.append((at, span.after))
    return found, rest
