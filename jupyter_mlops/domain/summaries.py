"""What is kept of a metric when its points are too many to look at: the same, however they were batched."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from math import isfinite, isnan, nan

import msgspec

from jupyter_mlops.domain.metrics import Column
from jupyter_mlops.domain.runs import MetricSummary, Number

MOST_RECENT = 48
"""Values of a sparkline."""


class Summary(msgspec.Struct):
    """A metric of one rank in one attempt, brought up to date column by column.

    Attributes:
        last: NaN, like ``min`` and ``max``, where there is no number.
        stride: A power of two: ``recent`` holds the values whose number is a multiple of it.
    """

    axis: str = "step"
    count: int = 0
    last: float = nan
    step: float = 0.0
    min: float = nan
    min_step: float = 0.0
    max: float = nan
    max_step: float = 0.0
    stride: int = 1
    recent: array[float] = msgspec.field(default_factory=lambda: array("d"))

    def add(self, column: Column) -> None:
        """Take in points that follow those that are in."""
        values, steps = column.values, column.steps
        self._add_extremes(values, steps)
        self._add_recent(values)
        self.count += len(values)
        self.axis, self.last, self.step = column.axis, values[-1], steps[-1]

    def shown(self) -> MetricSummary:
        """Return it as others see it."""
        values = [*self.recent, self.last] if (self.count - 1) % self.stride else self.recent
        return MetricSummary(
            last=_number(self.last),
            step=self.step,
            min=_number(self.min),
            min_step=self.min_step,
            max=_number(self.max),
            max_step=self.max_step,
            count=self.count,
            axis=self.axis,
            recent=[value for value in values if isfinite(value)],
        )

    def _add_extremes(self, values: Sequence[float], steps: Sequence[float]) -> None:
        # The sum is NaN if a value is, and min() and max() can be trusted if it is not.
        if isnan(sum(values)):
            kept = [(value, step) for value, step in zip(values, steps, strict=True) if not isnan(value)]
            if not kept:
                return
            values, steps = [value for value, _ in kept], [step for _, step in kept]
        low, high = min(values), max(values)
        if not self.min <= low:
            self.min, self.min_step = low, steps[values.index(low)]
        if not self.max >= high:
            self.max, self.max_step = high, steps[values.index(high)]

    def _add_recent(self, values: Sequence[float]) -> None:
        self.recent.extend(values[-self.count % self.stride :: self.stride])
        while len(self.recent) > MOST_RECENT:
            self.recent = self.recent[::2]
            self.stride *= 2


def _number(value: float) -> Number:
    if isfinite(value):
        return value
    if isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"
