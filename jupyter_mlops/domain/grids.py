"""All points of a space, for a search that leaves none out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

from jupyter_mlops.domain.errors import InvalidSpace
from jupyter_mlops.domain.runs import Scalar
from jupyter_mlops.domain.spaces import Dimension, text_of

MOST_POINTS = 10_000
_TIMES = " \u00d7 "


def grid_size(space: Sequence[Dimension]) -> int:
    """Return how many points a grid over ``space`` has.

    Raises:
        InvalidSpace: a range has no steps; or there are more than 10,000 points.
    """
    counts = [_count(dimension) for dimension in space]
    size = math.prod(counts)
    if size > MOST_POINTS:
        product = f" ({_TIMES.join(f'{count:,}' for count in counts)})" if len(counts) > 1 else ""
        raise InvalidSpace(
            f"The grid has {size:,} points{product}, and at most {MOST_POINTS:,} are tried; "
            f"use wider steps or fewer options, or --algorithm random."
        )
    return size


def grid_point(space: Sequence[Dimension], at: int) -> dict[str, Scalar]:
    """Return one point of the grid, counted from 0; the last parameter changes first."""
    point: dict[str, Scalar] = {}
    for dimension in reversed(space):
        values = values_of(dimension)
        at, place = divmod(at, len(values))
        point[dimension.name] = values[place]
    return {dimension.name: point[dimension.name] for dimension in space}


def values_of(dimension: Dimension) -> list[Scalar]:
    """Return all values of a dimension that has options, steps or whole numbers, in their order."""
    if dimension.options:
        return list(dimension.options)
    low, step = Decimal(str(dimension.low)), Decimal(str(dimension.step or 1))
    values = (low + at * step for at in range(_count(dimension)))
    return [int(value) if dimension.whole else float(value) for value in values]


def _count(dimension: Dimension) -> int:
    if dimension.options:
        return len(dimension.options)
    if dimension.step is None and not dimension.whole:
        raise InvalidSpace(
            f"A grid cannot try all of {dimension.name}={text_of(dimension)}, which has no steps; "
            f"write {_offer(dimension)}."
        )
    length = Decimal(str(dimension.high)) - Decimal(str(dimension.low))
    return int(length / Decimal(str(dimension.step or 1)) + Decimal("1e-9")) + 1


def _offer(dimension: Dimension) -> str:
    """Return what may be written instead of a range without steps: options for a factor, else steps."""
    low, high = float(dimension.low or 0), float(dimension.high or 0)
    if not dimension.log:
        step = float(f"{(high - low) / 10:.0e}")
        return f"a step, such as {dimension.name}={text_of(dimension)}:{text_of(step)}"
    ratio = high / low
    values = [float(f"{low * ratio ** (at / 4):.1g}") for at in range(5)]
    return (
        f"options, such as {dimension.name}={text_of(Dimension(dimension.name, options=list(dict.fromkeys(values))))}"
    )
