"""Bayesian optimisation on scikit-learn, for where Optuna's own, which needs torch, is not.

A Gaussian process says what to expect of a point and how sure that is; the next trial is where most improvement can be
expected over the best so far (Jones et al., "Efficient Global Optimization", 1998).
"""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from optuna import Study
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers import BaseSampler, RandomSampler
from optuna.search_space import IntersectionSearchSpace
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState
from scipy.optimize import minimize
from scipy.stats import norm
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel
from threadpoolctl import threadpool_limits

from jupyter_mlops.tuning.dimensions import from_unit, to_unit

STARTUP = 10
"""So many trials are random: before them a model would know nothing."""

MOST = 120
"""The model is fitted to so many trials, since its cost grows with their third power: the best, and the latest."""

_CANDIDATES = 1000
_SCALE = 0.8
_NOISE = 1e-3
_WIDTHS = (0.2, 0.05, 0.01)

Array = NDArray[np.float64]


class GaussianSampler(BaseSampler):
    """Samples where a Gaussian process expects the most improvement.

    Args:
        seed: Decides all that is random in it.
    """

    def __init__(self, seed: int) -> None:
        self._random = np.random.RandomState(seed)
        self._independent = RandomSampler(seed=seed)

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        del trial
        common = IntersectionSearchSpace().calculate(study)
        return {name: each for name, each in common.items() if not each.single()}

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        complete = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
        if not search_space or len(complete) < STARTUP:
            return {}
        cube = _Cube(search_space)
        sign = -1.0 if study.direction is StudyDirection.MAXIMIZE else 1.0
        chosen = _chosen(complete, sign)
        seen = cube.encode(cube.units([each.params for each in chosen]))
        losses = _standard(np.array([sign * (each.value or 0.0) for each in chosen]))
        going = [
            each.params
            for each in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))
            if each.number != trial.number and search_space.keys() <= each.params.keys()
        ]
        # With matrices this small several threads wait for each other, and take the cores that the trials need.
        with threadpool_limits(1), warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model = _fit(seen, losses)
            if going:
                model, seen = _believe(model, seen, losses, cube.encode(cube.units(going)))
            return cube.values(self._most_promising(cube, model, seen))

    def sample_independent(self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: Any) -> Any:
        return self._independent.sample_independent(study, trial, param_name, param_distribution)

    def _most_promising(self, cube: _Cube, model: GaussianProcessRegressor, seen: Array) -> Array:
        """Return the point of the unit cube with the largest expected improvement that was found."""
        expected = model.predict(seen)
        best = float(expected.min())
        points = self._random.uniform(size=(_CANDIDATES, cube.size))
        # Around the best points there is more to find than anywhere else.
        points = np.vstack([points, self._around(cube.decode(seen[np.argsort(expected)[:5]]), _WIDTHS[0])])
        for width in (*_WIDTHS, None):
            encoded = cube.encode(points)
            gains = _expected_improvement(model, encoded, best)
            gains[_are_known(encoded, seen)] = -1.0
            order = np.argsort(-gains)
            if width is not None:
                top = points[order[:10]]
                points = np.vstack([top, self._around(top, width)])
        first: Array = points[order[0]]
        return first

    def _around(self, points: Array, width: float) -> Array:
        """Return points near each of ``points``: some coordinates moved, a few put anywhere."""
        many = np.repeat(points, 40, axis=0)
        moved = many + self._random.normal(scale=width, size=many.shape)
        anywhere = self._random.uniform(size=many.shape)
        choice = self._random.uniform(size=many.shape)
        near = np.where(choice < 0.6, moved, np.where(choice < 0.68, anywhere, many))
        return np.clip(near, 0.0, 1.0)


class _Cube:
    """A space as the unit cube, and as the columns that the model sees: options are a column each."""

    def __init__(self, space: dict[str, BaseDistribution]) -> None:
        self.space = space
        self.size = len(space)

    def units(self, params: list[dict[str, Any]]) -> Array:
        """Return where the parameters of some trials stand in the cube."""
        columns = [[_unit(each, one[name]) for one in params] for name, each in self.space.items()]
        return np.array(columns, dtype=float).T

    def values(self, point: Array) -> dict[str, Any]:
        """Return the parameters at a point of the cube."""
        return {name: from_unit(each, float(at)) for (name, each), at in zip(self.space.items(), point, strict=True)}

    def encode(self, points: Array) -> Array:
        """Return the columns of some points, moved to the values that the space has."""
        columns: Array = np.hstack([_columns(each, points[:, at]) for at, each in enumerate(self.space.values())])
        return columns

    def decode(self, columns: Array) -> Array:
        """Return points of the cube that have these columns."""
        found, at = [], 0
        for each in self.space.values():
            if isinstance(each, CategoricalDistribution):
                count = len(each.choices)
                found.append((columns[:, at : at + count].argmax(axis=1) + 0.5) / count)
                at += count
            else:
                found.append(columns[:, at])
                at += 1
        return np.array(found).T


def _unit(distribution: BaseDistribution, value: Any) -> float:
    if isinstance(distribution, CategoricalDistribution):
        return (distribution.to_internal_repr(value) + 0.5) / len(distribution.choices)
    assert isinstance(distribution, FloatDistribution | IntDistribution)
    return to_unit(distribution, value)


def _columns(distribution: BaseDistribution, at: Array) -> Array:
    if isinstance(distribution, CategoricalDistribution):
        count = len(distribution.choices)
        # So two options are as far from each other as the ends of a range are.
        options: Array = np.eye(count)[np.minimum((at * count).astype(int), count - 1)] / math.sqrt(2)
        return options
    assert isinstance(distribution, FloatDistribution | IntDistribution)
    return _settle(distribution, at)[:, None]


def _settle(distribution: FloatDistribution | IntDistribution, at: Array) -> Array:
    """Return the places in [0, 1] of the values that are nearest to ``at``."""
    low, high, step = distribution.low, distribution.high, distribution.step
    if distribution.log and isinstance(distribution, IntDistribution):
        start, end = math.log(low - 0.5), math.log(high + 0.5)
        whole = np.clip(np.round(np.exp(start + at * (end - start))), low, high)
        settled: Array = (np.log(whole) - start) / (end - start)
        return settled
    if step is None or distribution.log:
        return at
    count = round((high - low) / step) + 1
    middles: Array = (np.minimum((at * count).astype(int), count - 1) + 0.5) / count
    return middles


def _chosen(complete: list[FrozenTrial], sign: float) -> list[FrozenTrial]:
    if len(complete) <= MOST:
        return complete
    latest = complete[-MOST // 2 :]
    best = sorted(complete[: -MOST // 2], key=lambda each: sign * (each.value or 0.0))[: MOST // 2]
    return sorted([*best, *latest], key=lambda each: each.number)


def _standard(losses: Array) -> Array:
    """Return the losses around zero; those far worse than most are brought near, which would else hide all others."""
    finite = losses[np.isfinite(losses)]
    if not len(finite):
        return np.zeros_like(losses)
    low, middle, high = np.percentile(finite, [0, 50, 75])
    ceiling = high + 3 * (high - low)
    clipped = np.clip(np.nan_to_num(losses, nan=ceiling, posinf=ceiling, neginf=low), low, max(ceiling, middle))
    spread = clipped.std()
    standard: Array = (clipped - clipped.mean()) / (spread if spread > 0 else 1.0)
    return standard


def _fit(columns: Array, losses: Array) -> GaussianProcessRegressor:
    scales = np.full(columns.shape[1], _SCALE)
    kernel = ConstantKernel(1.0, (0.05, 20.0)) * Matern(scales, (0.05, 20.0), nu=2.5)
    noisy = kernel + WhiteKernel(_NOISE, (1e-6, 1.0))
    return GaussianProcessRegressor(noisy, optimizer=_optimize, alpha=1e-8).fit(columns, losses)


def _optimize(loss: Any, start: Array, bounds: Array) -> tuple[Array, float]:
    """Return the kernel's parameters, as logarithms, that explain the trials and are not unlikely in themselves.

    A dozen trials are explained as well by absurd ones: by noise alone, or by one parameter that decides everything.
    """
    likely = np.log([1.0, *[_SCALE] * (len(start) - 2), _NOISE])
    spread = np.array([1.0, *[1.0] * (len(start) - 2), 2.0])

    def penalized(at: Array) -> tuple[float, Array]:
        value, slope = loss(at)
        distance = (at - likely) / spread
        return value + 0.5 * float(distance @ distance), slope + distance / spread

    found = minimize(penalized, start, method="L-BFGS-B", jac=True, bounds=bounds, options={"maxiter": 25})
    return found.x, float(found.fun)


def _believe(
    model: GaussianProcessRegressor, seen: Array, losses: Array, going: Array
) -> tuple[GaussianProcessRegressor, Array]:
    """Return the model with the trials that go taken as if they came to what is expected, so that others are tried."""
    both = np.vstack([seen, going])
    expected = np.concatenate([losses, model.predict(going)])
    return GaussianProcessRegressor(model.kernel_, optimizer=None, alpha=1e-8).fit(both, expected), both


def _expected_improvement(model: GaussianProcessRegressor, columns: Array, best: float) -> Array:
    mean, spread = model.predict(columns, return_std=True)
    spread = np.maximum(spread, 1e-9)
    ratio = (best - mean) / spread
    gain: Array = (best - mean) * norm.cdf(ratio) + spread * norm.pdf(ratio)
    return gain


def _are_known(columns: Array, seen: Array) -> NDArray[np.bool_]:
    """Say of each point whether it was tried before."""
    known = {row.tobytes() for row in np.round(seen, 9)}
    return np.array([row.tobytes() in known for row in np.round(columns, 9)])
