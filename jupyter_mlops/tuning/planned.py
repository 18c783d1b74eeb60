"""Samplers that know each trial from its number alone, so that it is the same whatever else happens."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from optuna import Study
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler
from optuna.trial import FrozenTrial

from jupyter_mlops.domain.grids import grid_point, grid_size
from jupyter_mlops.domain.spaces import Dimension
from jupyter_mlops.tuning.dimensions import distributions_of, from_unit


class PlannedSampler(BaseSampler):
    """Gives a trial the parameters that were planned for it."""

    def __init__(self, space: Sequence[Dimension], planned: dict[str, Any]) -> None:
        self._distributions = distributions_of(space)
        self._planned = planned

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        del study, trial
        return self._distributions

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        del study, trial, search_space
        return self._planned

    def sample_independent(self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: Any) -> Any:
        del study, trial, param_distribution
        raise AssertionError(f"{param_name} is not in the space")


def planned_point(space: Sequence[Dimension], seed: str, trial: int) -> dict[str, Any]:
    """Return the grid's point for a trial, counted from 1; the grid begins again when it has been used up.

    The order is that of the seed: who stops early has then seen all of the space, and not one corner of it.
    """
    order = _order(grid_size(space), seed)
    return grid_point(space, order[(trial - 1) % len(order)])


def sobol_point(space: Sequence[Dimension], seed: int, trial: int) -> dict[str, Any]:
    """Return the point of a scrambled Sobol sequence for a trial, counted from 1."""
    # Its import costs a third of a second, and only this needs it.
    from scipy.stats.qmc import Sobol

    sequence = Sobol(len(space), scramble=True, seed=seed)
    if trial > 1:
        sequence.fast_forward(trial - 1)
    row = sequence.random(1)[0]
    return {
        name: from_unit(each, float(at)) for (name, each), at in zip(distributions_of(space).items(), row, strict=True)
    }


@lru_cache(maxsize=1)
def _order(size: int, seed: str) -> list[int]:
    order = list(range(size))
    random.Random(seed).shuffle(order)
    return order
