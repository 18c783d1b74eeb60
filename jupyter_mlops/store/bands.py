"""What several ranks say of one metric: the least, mean and greatest value over all of them, by step."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import inf, nan
from typing import NamedTuple

from jupyter_mlops.store import blocks
from jupyter_mlops.store.blocks import Rows, Span

EXACT = 60 * blocks.SIZE
"""From so many points of one rank on, blocks of them are enough."""

_EXACT = (
    "SELECT step, step, min(value), max(value), total(value), count(value) FROM points"
    " WHERE series IN ({}) AND axis = ? AND value IS NOT NULL GROUP BY step ORDER BY step"
)
_PIECE = (
    "SELECT min(step), max(step), min(value), max(value), total(value), count(value) FROM points"
    " WHERE series = ? AND axis = ? AND step BETWEEN ? AND ? AND number >= ? AND number < ? AND value IS NOT NULL"
)


class Cell(NamedTuple):
    """Values of steps that follow each other; ``size`` of them, which come to ``total``."""

    first: float
    last: float
    low: float
    high: float
    total: float
    size: int


def draw(rows: Rows, series: list[int], axis: int, most: int, exact: int = EXACT) -> tuple[list[Cell], bool]:
    """Return what the series, one of each rank, come to at about ``most`` steps, and whether these are not all."""
    shared = _blocks(rows, series, axis, exact // blocks.SIZE)
    if shared is None:
        marks = ", ".join("?" * len(series))
        cells = [Cell(*row) for row in rows(_EXACT.format(marks), *series, axis)]
        return _joined(cells, most), len(cells) > most
    cells, longest = shared
    return _by_step(cells, min(most, longest)), True


def mean(cell: Cell) -> float:
    """Return the mean of a cell's values."""
    return cell.total / cell.size if cell.size else nan


def _blocks(rows: Rows, series: list[int], axis: int, enough: int) -> tuple[list[Cell], int] | None:
    """Return the blocks of all series and how many the longest has; None if it is short enough to be read whole."""
    cells: list[Cell] = []
    rests: list[tuple[int, list[tuple[int, int]]]] = []
    longest = 0
    for one in series:
        after = rows("SELECT max(number) + 1 FROM points WHERE series = ?", one)[0][0] or 0
        whole, rest = blocks.read(rows, Span(one, axis, -inf, inf, 0, after))
        longest = max(longest, len(whole))
        for block in whole:
            if block.low is not None and block.high is not None:
                total = nan if block.total is None else block.total
                cells.append(Cell(block.first, block.last, block.low, block.high, total, block.count))
        rests.append((one, rest))
    if longest < enough:
        return None
    for one, rest in rests:
        cells += _pieces(rows, Span(one, axis, -inf, inf, 0, 0), rest)
    return cells, longest


def _pieces(rows: Rows, span: Span, rest: list[tuple[int, int]]) -> Iterator[Cell]:
    for first, after in rest:
        for low in range(first, after, blocks.SIZE):
            found = rows(_PIECE, *span._replace(first=low, after=min(low + blocks.SIZE, after)))[0]
            if found[5]:
                yield Cell(*found)


def _joined(cells: list[Cell], most: int) -> list[Cell]:
    """Return cells that follow each other in at most ``most`` groups."""
    if len(cells) <= most:
        return cells
    edges = [len(cells) * part // most for part in range(most + 1)]
    return [_sum(cells[first:after]) for first, after in pairwise(edges)]


def _by_step(cells: list[Cell], parts: int) -> list[Cell]:
    """Return cells in at most ``parts`` groups of equal width: what the ranks say of about the same steps."""
    start, end = min(cell.first for cell in cells), max(cell.last for cell in cells)
    scale = parts / (end - start) if end > start else 0.0
    groups: dict[int, list[Cell]] = {}
    for cell in cells:
        middle = (cell.first + cell.last) / 2
        groups.setdefault(min(parts - 1, int((middle - start) * scale)), []).append(cell)
    return [_sum(group) for _, group in sorted(groups.items())]


def _sum(cells: list[Cell]) -> Cell:
    first, last, low, high, total, size = zip(*cells, strict=True)
    return Cell(min(first), max(last), min(low), max(high), sum(total), sum(size))
