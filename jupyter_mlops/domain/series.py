"""Points of metrics as they travel."""

from __future__ import annotations

from math import inf, isfinite

import msgspec

from jupyter_mlops.domain.runs import Number


class Series(msgspec.Struct, frozen=True):
    """Points of one metric, column by column.

    Attributes:
        axis: What the steps count.
        steps: One for each value.
        values: Numbers; ``"NaN"``, ``"Infinity"`` and ``"-Infinity"`` where they are not finite.
        times: Seconds since the epoch.
        next: The number of points that there are; ``since`` of the next question.
        thinned: Whether points were left out; no peak and no trough was.
    """

    axis: str
    steps: list[float]
    values: list[Number]
    times: list[float]
    next: int
    thinned: bool = False


class Band(msgspec.Struct, frozen=True):
    """What all ranks say of one metric, column by column.

    Attributes:
        axis: What the steps count.
        steps: In order; where there are many, one stands for several that follow each other.
        low: The least value there.
        mean: The mean of the numbers there.
        high: The greatest value there.
        ranks: How many ranks have the metric.
        thinned: Whether a step stands for several.
    """

    axis: str
    steps: list[float]
    low: list[Number]
    mean: list[Number]
    high: list[Number]
    ranks: int
    thinned: bool = False


def travelling(value: float) -> Number:
    """Return a value as it travels."""
    if isfinite(value):
        return value
    return {inf: "Infinity", -inf: "-Infinity"}.get(value, "NaN")  # type: ignore[return-value]
