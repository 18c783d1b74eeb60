"""Algorithms as Optuna knows them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from optuna import Study
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler, CmaEsSampler, GPSampler, QMCSampler, RandomSampler, TPESampler
from optuna.trial import FrozenTrial, TrialState

from jupyter_mlops.domain.algorithms import find_algorithm
from jupyter_mlops.domain.sweeps import SweepSpec
from jupyter_mlops.tuning.planned import PlannedSampler, planned_point, sobol_point


def make_sampler(spec: SweepSpec, trial: int) -> BaseSampler:
    """Return a new sampler for one trial, counted from 1.

    What it gives follows from the sweep's seed, the trial's number and what the study knows of other trials, so that a
    conductor which takes over in the middle decides as the one before it would have.
    """
    return _NamedSampler(spec, trial)


def _make(spec: SweepSpec, trial: int, seed: int) -> BaseSampler:
    match find_algorithm(spec.algorithm).name:
        case "random":
            return RandomSampler(seed=seed)
        case "grid":
            return PlannedSampler(spec.space, planned_point(spec.space, _base(spec), trial))
        case "sobol" if spec.function:
            # The dimensions are known only when a trial has gone through the function.
            return QMCSampler(
                scramble=True,
                seed=_seed(spec, 0),
                independent_sampler=RandomSampler(seed=seed),
                warn_independent_sampling=False,
            )
        case "sobol":
            return PlannedSampler(spec.space, sobol_point(spec.space, _seed(spec, 0), trial))
        case "multivariate-tpe":
            # Groups are parameters that occur together; without them conditions would make all independent.
            return TPESampler(multivariate=True, group=bool(spec.function), seed=seed)
        case "cmaes":
            discrete = any(each.whole or each.step is not None for each in spec.space)
            return CmaEsSampler(
                seed=seed,
                with_margin=discrete,
                independent_sampler=RandomSampler(seed=seed),
                warn_independent_sampling=False,
            )
        case "bayesianoptimization":
            return _gaussian(seed)
        case _:
            return TPESampler(multivariate=False, seed=seed)


class _NamedSampler(BaseSampler):
    """Gives each parameter that is chosen for itself a sampler that is seeded by its name.

    With one for all, what the last parameter gets would hang on whether the first ones were chosen by this process.
    """

    def __init__(self, spec: SweepSpec, trial: int) -> None:
        self._spec = spec
        self._trial = trial
        self._together = _make(spec, trial, _seed(spec, trial))

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        return self._together.infer_relative_search_space(study, trial)

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        return self._together.sample_relative(study, trial, search_space)

    def sample_independent(self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: Any) -> Any:
        alone = _make(self._spec, self._trial, _seed(self._spec, self._trial, param_name))
        return alone.sample_independent(study, trial, param_name, param_distribution)

    def after_trial(self, study: Study, trial: FrozenTrial, state: TrialState, values: Sequence[float] | None) -> None:
        self._together.after_trial(study, trial, state, values)


def notes_on(spec: SweepSpec) -> list[str]:
    """Return what is worth knowing of how the sweep's trials are chosen, a sentence each."""
    algorithm = find_algorithm(spec.algorithm)
    notes = []
    if algorithm.name == "bayesianoptimization":
        notes.append(_gaussian_note())
    if algorithm.name == "cmaes":
        notes.extend(_cmaes_notes(spec))
    if algorithm.name == "sobol" and spec.function:
        notes.append(f"sobol spreads what all trials have in common; the rest of {spec.function} is chosen at random.")
    return notes


def has_torch() -> bool:
    """Say whether torch, which Optuna's Gaussian process needs, can be imported here."""
    return find_spec("torch") is not None


def _gaussian(seed: int) -> BaseSampler:
    if has_torch():
        return GPSampler(seed=seed, independent_sampler=RandomSampler(seed=seed), warn_independent_sampling=False)
    # It imports scikit-learn.
    from jupyter_mlops.tuning.gaussian import GaussianSampler

    return GaussianSampler(seed)


def _gaussian_note() -> str:
    if has_torch():
        return "bayesianoptimization uses Optuna's Gaussian process, on torch."
    return "bayesianoptimization uses scikit-learn's Gaussian process; Optuna's own needs torch, not installed here."


def _cmaes_notes(spec: SweepSpec) -> list[str]:
    if spec.function:
        return [f"cmaes moves the numbers that all trials have; the rest of {spec.function} is chosen at random."]
    options = [each.name for each in spec.space if each.options]
    if not options:
        return []
    return [
        f"cmaes moves numbers only; {' and '.join(options)} {'is' if len(options) == 1 else 'are'} chosen at random."
    ]


def _base(spec: SweepSpec) -> str:
    # Without a seed the id is one: a conductor that takes over decides as the one before.
    return spec.id if spec.seed is None else str(spec.seed)


def _seed(spec: SweepSpec, trial: int, name: str = "") -> int:
    return random.Random(f"{_base(spec)}/{trial}/{name}").getrandbits(32)
