"""A metric's points as they are drawn: few of many, with every peak and trough."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from math import isfinite
from operator import attrgetter, itemgetter
from typing import NamedTuple

from jupyter_mlops.store import blocks
from jupyter_mlops.store.blocks import Block, Rows, Span

_WHERE = "FROM points WHERE series = ? AND axis = ? AND step BETWEEN ? AND ? AND number >= ? AND number < ?"
_FINITE = " AND value BETWEEN -1.7976931348623157e308 AND 1.7976931348623157e308"
_POINT = "number, step, value, time"
_VALUE = itemgetter(2)
_LOW, _HIGH = attrgetter("low"), attrgetter("high")
_ENDS = 4
"""Of as many points as this, two are the first and the last."""
_SHORT = 256


class Point(NamedTuple):
    """A point; the value is None if it is no number."""

    number: int
    step: float
    value: float | None
    time: float


class Drawn(NamedTuple):
    """Points to draw, in the order in which they came."""

    points: list[Point]
    is_thinned: bool


def draw(rows: Rows, span: Span, most: int, *, only_finite: bool = False) -> Drawn:
    """Return the points of ``span``, or about ``most`` of them: extremes, both ends, and some that are no number."""
    finite = _FINITE if only_finite else ""
    whole, rest = blocks.read(rows, span)
    parts = max((most - 2 if most >= _ENDS else most) // 2, 1)
    if len(whole) * 3 >= parts and len(whole) * blocks.SIZE > most:
        groups = [whole[len(whole) * part // parts : len(whole) * (part + 1) // parts] for part in range(parts)]
        points = [point for group in filter(None, groups) for point in _of_group(rows, span, group, finite)]
        for first, after in rest:
            for low in range(first, after, blocks.SIZE):
                piece = span._replace(first=low, after=min(low + blocks.SIZE, after))
                points += _telling(rows, piece, finite)
        return Drawn(_in_order(chain(_ends(rows, span, finite), points)), True)
    span = _narrowed(span, whole, rest)
    first, last, total = rows(f"SELECT min(number), max(number), count(*) {_WHERE}{finite}", *span)[0]
    if total <= most:
        return Drawn(_points(rows(f"SELECT {_POINT} {_WHERE}{finite} ORDER BY number", *span)), False)
    inside = span._replace(first=first, after=last + 1)
    found = _many_parts(rows, inside, parts, finite)
    return Drawn(_in_order(chain(_ends(rows, inside, finite) if most >= _ENDS else (), found)), True)


def _narrowed(span: Span, whole: list[Block], rest: list[tuple[int, int]]) -> Span:
    """Return the span without the numbers that lie outside of its steps."""
    ranges = [*rest, *((block.number * blocks.SIZE, (block.number + 1) * blocks.SIZE) for block in whole)]
    if not ranges:
        return span._replace(after=span.first)
    return span._replace(first=min(first for first, _ in ranges), after=max(after for _, after in ranges))


def _many_parts(rows: Rows, span: Span, parts: int, finite: str) -> Iterator[Point]:
    """Yield the telling points of equal parts."""
    edges = [span.first + (span.after - span.first) * part // parts for part in range(parts + 1)]
    if (span.after - span.first) // parts > _SHORT:
        for low, high in pairwise(edges):
            yield from _telling(rows, span._replace(first=low, after=high), finite)
        return
    # Short parts are read at once: a statement takes longer than they do.
    found = rows(f"SELECT {_POINT} {_WHERE}{finite} ORDER BY number", *span)
    numbers = [row[0] for row in found]
    for low, high in pairwise(edges):
        yield from _telling_of(found[bisect_left(numbers, low) : bisect_left(numbers, high)])


def _of_group(rows: Rows, span: Span, group: list[Block], finite: str) -> Iterator[Point]:
    """Yield the extremes of blocks that follow each other, and one point that is no number."""
    range_ = span._replace(first=group[0].number * blocks.SIZE, after=(group[-1].number + 1) * blocks.SIZE)
    valued = [block for block in group if block.low is not None and block.high is not None]
    if valued:
        low, high = min(valued, key=_LOW), max(valued, key=_HIGH)
        if finite and not (isfinite(_LOW(low)) and isfinite(_HIGH(high))):
            yield from _telling(rows, range_, finite)
            return
        yield Point(low.low_number, low.low_step, low.low, low.low_time)
        yield Point(high.high_number, high.high_step, high.high, high.high_time)
    if not finite and any(block.count < blocks.SIZE for block in group):
        yield from _points(rows(f"SELECT {_POINT} {_WHERE} AND value IS NULL LIMIT 1", *range_))


def _telling(rows: Rows, span: Span, finite: str) -> Iterator[Point]:
    """Yield the least and the greatest point and one that is no number."""
    # A part at a time: SQLite sorts what it groups, which takes three times as long as to read it.
    least = rows(f"SELECT number, step, min(value), time, count(*) - count(value) {_WHERE}{finite}", *span)[0]
    greatest = rows(f"SELECT number, step, max(value), time {_WHERE}{finite}", *span)[0]
    yield from (Point(*row[:4]) for row in (least, greatest) if row[2] is not None)
    if least[4]:
        yield from _points(rows(f"SELECT {_POINT} {_WHERE} AND value IS NULL LIMIT 1", *span))


def _telling_of(part: list[tuple[int, float, float | None, float]]) -> Iterator[Point]:
    """Yield of points that were read what ``_telling`` does."""
    valued = [point for point in part if point[2] is not None]
    if valued:
        yield Point(*min(valued, key=_VALUE))
        yield Point(*max(valued, key=_VALUE))
    if len(valued) < len(part):
        yield Point(*next(point for point in part if point[2] is None))


def _ends(rows: Rows, span: Span, finite: str) -> Iterator[Point]:
    for order in ("", " DESC"):
        yield from _points(rows(f"SELECT {_POINT} {_WHERE}{finite} ORDER BY number{order} LIMIT 1", *span))


def _points(rows: Iterable[tuple[int, float, float | None, float]]) -> list[Point]:
    return [Point(*row) for row in rows]


def _in_order(points: Iterable[Point]) -> list[Point]:
    return [point for _, point in sorted({point.number: point for point in points}.items())]
