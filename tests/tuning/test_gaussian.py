"""Where little can be tried, the Gaussian process finds more than chance does, with a margin."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
import optuna
import pytest
from optuna.samplers import BaseSampler, RandomSampler

from jupyter_mlops.tuning.gaussian import MOST, GaussianSampler, _chosen, _standard

optuna.logging.set_verbosity(optuna.logging.WARNING)


def branin(trial: optuna.Trial) -> float:
    x, y = trial.suggest_float("x", -5, 10), trial.suggest_float("y", 0, 15)
    bowl = (y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6) ** 2
    return bowl + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def hartmann(trial: optuna.Trial) -> float:
    """Six dimensions; the minimum is -3.32."""
    heights = np.array([1, 1.2, 3, 3.2])
    widths = np.array(
        [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
    )
    centres = 1e-4 * np.array(
        [
            [1312, 1696, 5569, 124, 8283, 5886],
            [2329, 4135, 8307, 3736, 1004, 9991],
            [2348, 1451, 3522, 2883, 3047, 6650],
            [4047, 8828, 8732, 5743, 1091, 381],
        ]
    )
    x = np.array([trial.suggest_float(f"x{at}", 0, 1) for at in range(6)])
    return -float((heights * np.exp(-(widths * (x - centres) ** 2).sum(axis=1))).sum())


def mixed(trial: optuna.Trial) -> float:
    """Every kind of dimension; the minimum is 0."""
    lr = trial.suggest_float("lr", 1e-5, 1, log=True)
    depth = trial.suggest_int("depth", 1, 16)
    act = trial.suggest_categorical("act", ["relu", "tanh", "elu"])
    width = trial.suggest_int("width", 8, 512, log=True)
    drop = trial.suggest_float("drop", 0.0, 0.5, step=0.1)
    worst = {"relu": 1, "tanh": 0, "elu": 2}[act] + abs(math.log2(width) - 6) / 2 + drop
    return (math.log10(lr) + 2) ** 2 + (depth - 7) ** 2 / 10 + worst


def best_of(objective: Callable[[optuna.Trial], float], make: Callable[[int], BaseSampler], trials: int) -> float:
    found = []
    for seed in range(3):
        study = optuna.create_study(sampler=make(seed))
        study.optimize(objective, n_trials=trials)
        found.append(study.best_value)
    return median(found)


@pytest.mark.parametrize(("objective", "goal"), [(branin, 0.6), (hartmann, -2.0), (mixed, 0.5)])
def test_it_beats_chance_with_half_the_trials(objective: Any, goal: float) -> None:
    found = best_of(objective, GaussianSampler, 30)
    assert found < goal
    assert found < best_of(objective, lambda seed: RandomSampler(seed=seed), 50)


def test_it_maximizes_as_well() -> None:
    study = optuna.create_study(direction="maximize", sampler=GaussianSampler(1))
    study.optimize(lambda trial: -((trial.suggest_float("x", 0, 1) - 0.3) ** 2), n_trials=20)
    assert study.best_params["x"] == pytest.approx(0.3, abs=0.02)


def test_trials_at_once_are_not_the_same() -> None:
    study = optuna.create_study(sampler=GaussianSampler(1))
    study.optimize(branin, n_trials=12)
    going = [study.ask() for _ in range(4)]
    points = [(trial.suggest_float("x", -5, 10), trial.suggest_float("y", 0, 15)) for trial in going]
    distances = [math.dist(one, other) for at, one in enumerate(points) for other in points[:at]]
    assert min(distances) > 0.05


def test_a_point_is_not_tried_twice_while_others_are_left() -> None:
    study = optuna.create_study(sampler=GaussianSampler(1))
    study.sampler = RandomSampler(seed=1)
    study.optimize(lambda trial: trial.suggest_int("n", 1, 40), n_trials=12)
    study.sampler = GaussianSampler(1)
    study.optimize(lambda trial: trial.suggest_int("n", 1, 40), n_trials=6)
    later = [trial.params["n"] for trial in study.trials[12:]]
    assert len(set(later)) == 6
    assert not set(later) & {trial.params["n"] for trial in study.trials[:12]}


def test_values_that_are_endless_or_all_the_same_do_no_harm() -> None:
    study = optuna.create_study(sampler=GaussianSampler(1))
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1) * 0, n_trials=12)
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1) + math.inf, n_trials=3)
    assert np.isfinite(_standard(np.array([1.0, math.inf, -math.inf, 2.0]))).all()


def test_many_trials_are_looked_at_by_their_best_and_latest() -> None:
    trials = [optuna.trial.create_trial(value=float(at), params={}, distributions={}) for at in range(2 * MOST)]
    for at, trial in enumerate(trials):
        trial.number = at
    chosen = [trial.number for trial in _chosen(trials, 1.0)]
    assert chosen == [*range(MOST // 2), *range(2 * MOST - MOST // 2, 2 * MOST)]
