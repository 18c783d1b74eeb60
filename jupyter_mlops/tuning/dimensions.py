"""Dimensions as Optuna knows them, and as the unit interval, in which all are alike."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution

from jupyter_mlops.domain.runs import Scalar
from jupyter_mlops.domain.spaces import Dimension


def distributions_of(space: Sequence[Dimension]) -> dict[str, BaseDistribution]:
    """Return what Optuna calls each dimension."""
    return {dimension.name: _distribution(dimension) for dimension in space}


def exact(dimension: Dimension, value: Scalar) -> Scalar:
    """Return ``value`` as people write it: 0.3 where floats reckon 0.30000000000000004 for three steps of 0.1."""
    if dimension.step is None or dimension.whole or not isinstance(value, float):
        return value
    low, step = Decimal(str(dimension.low)), Decimal(str(dimension.step))
    return float(low + round((Decimal(value) - low) / step) * step)


def from_unit(distribution: BaseDistribution, at: float) -> Scalar:
    """Return the value at ``at`` in [0, 1]: every option and every step has the same share."""
    if isinstance(distribution, CategoricalDistribution):
        count = len(distribution.choices)
        return distribution.choices[min(int(at * count), count - 1)]
    assert isinstance(distribution, FloatDistribution | IntDistribution)
    low, high, step = distribution.low, distribution.high, distribution.step
    if distribution.log:
        edge = 0.5 if isinstance(distribution, IntDistribution) else 0.0
        start, end = math.log(low - edge), math.log(high + edge)
        value = min(max(math.exp(start + at * (end - start)), low), high)
        return round(value) if edge else value
    if step is None:
        return min(low + at * (high - low), high)
    count = round((high - low) / step) + 1
    value = low + min(int(at * count), count - 1) * step
    return value if isinstance(distribution, IntDistribution) else min(value, high)


def to_unit(distribution: FloatDistribution | IntDistribution, value: float) -> float:
    """Return where ``value`` stands in [0, 1]; the middle of its share if it has one."""
    low, high, step = distribution.low, distribution.high, distribution.step
    if distribution.log:
        edge = 0.5 if isinstance(distribution, IntDistribution) else 0.0
        start, end = math.log(low - edge), math.log(high + edge)
        return (math.log(value) - start) / (end - start)
    if step is None:
        return (value - low) / (high - low)
    count = round((high - low) / step) + 1
    return (round((value - low) / step) + 0.5) / count


def _distribution(dimension: Dimension) -> BaseDistribution:
    if dimension.options:
        return CategoricalDistribution(dimension.options)
    assert dimension.low is not None
    assert dimension.high is not None
    if dimension.whole:
        step = int(dimension.step or 1)
        return IntDistribution(int(dimension.low), int(dimension.high), log=dimension.log, step=step)
    return FloatDistribution(dimension.low, dimension.high, log=dimension.log, step=dimension.step)
