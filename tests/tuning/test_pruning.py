"""Trials that fall behind are given up, and the reason can be read."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from jupyter_mlops.domain.sweeps import Objective
from jupyter_mlops.tuning.study import Study
from tests.tuning.conftest import make_spec


def train(study: Study, trial: int, values: list[float], complete: bool = True) -> str:
    """Report what a trial comes to step by step, from 1, and return why it was given up."""
    study.ask(trial)
    for step, value in enumerate(values, start=1):
        study.report(trial, step, value)
        if why := study.prune(trial):
            study.tell(trial, "pruned")
            return why
    if complete:
        study.tell(trial, "complete", [values[-1]])
    return ""


def test_a_trial_below_the_median_is_pruned_with_what_it_was_compared_with(tmp_path: Path) -> None:
    study = Study.open(tmp_path, make_spec(prune="median", objectives=[Objective("accuracy")]))
    for trial, level in enumerate([0.81, 0.82, 0.83, 0.84, 0.85], start=1):
        assert train(study, trial, [level - 0.1, level]) == ""
    assert train(study, 6, [0.75, 0.71]) == "pruned at step 2: at best 0.75, the median is 0.83"
    assert train(study, 7, [0.75, 0.76, 0.9]) == "pruned at step 2: 0.76, the median is 0.83"
    assert train(study, 8, [0.8, 0.9]) == ""
    assert study.told()[6] == ("pruned", [0.71])


def test_what_is_smaller_is_better_where_a_loss_is_minimized(tmp_path: Path) -> None:
    study = Study.open(tmp_path, make_spec(prune="median"))
    for trial in range(1, 6):
        assert train(study, trial, [0.5, 0.1]) == ""
    assert train(study, 6, [0.4, 0.3]) == "pruned at step 2: 0.3, the median is 0.1"


def test_the_first_trials_are_not_pruned(tmp_path: Path) -> None:
    study = Study.open(tmp_path, make_spec(prune="median"))
    for trial in range(1, 5):
        assert train(study, trial, [0.1]) == ""
    assert train(study, 5, [100.0]) == ""


def test_a_value_that_is_no_number_is_a_reason(tmp_path: Path) -> None:
    study = Study.open(tmp_path, make_spec(prune="median"))
    for trial in range(1, 6):
        train(study, trial, [0.1])
    assert train(study, 6, [math.nan]) == "pruned at step 1: it reported no number"
    assert study.told()[6] == ("pruned", [])


def test_steps_may_be_fractions_of_an_epoch(tmp_path: Path) -> None:
    study = Study.open(tmp_path, make_spec(prune="median"))
    for trial in range(1, 6):
        study.ask(trial)
        study.report(trial, 0.5, 0.1)
        study.tell(trial, "complete", [0.1])
    study.close()
    study = Study.open(tmp_path, make_spec(prune="median"))
    study.ask(6)
    study.report(6, 0.5, 0.2)
    assert study.prune(6) == "pruned at step 0.5: 0.2, the median is 0.1"


def test_a_step_that_was_reported_keeps_its_first_value(tmp_path: Path) -> None:
    study = Study.open(tmp_path, make_spec(prune="median"))
    study.ask(1)
    study.report(1, 3, 0.1)
    study.report(1, 3.0, 0.9)
    study.tell(1, "pruned")
    study.report(1, 4, 0.9)
    assert study.told() == {1: ("pruned", [0.1])}


def test_without_a_pruner_every_trial_goes_on(tmp_path: Path) -> None:
    study = Study.open(tmp_path, make_spec())
    for trial in range(1, 12):
        assert train(study, trial, [float(trial)]) == ""


@pytest.mark.parametrize(("algorithm", "prune"), [("hyperband", "none"), ("random", "hyperband")])
def test_hyperband_says_in_which_rung_a_trial_fell_behind(tmp_path: Path, algorithm: str, prune: str) -> None:
    study = Study.open(tmp_path, make_spec(algorithm, prune=prune))
    reasons = [train(study, trial, [1.0 + trial / 10] * 27) for trial in range(1, 31)]
    pruned = [reason for reason in reasons if reason]
    assert reasons[0] == ""
    assert len(pruned) > 10
    for reason in pruned:
        assert reason.startswith("pruned at step ")
        assert " is not in the best third of rung " in reason
    # Each rung comes three times later than the one before, and each bracket begins with the next of them.
    assert {reason.split(":")[0] for reason in pruned} <= {f"pruned at step {3**power}" for power in range(4)}
    assert any(reason.endswith("rung 1 of bracket 1") for reason in pruned)


def test_a_pruner_goes_on_where_the_one_before_it_was_killed(tmp_path: Path) -> None:
    study = Study.open(tmp_path, make_spec(prune="median"))
    for trial in range(1, 6):
        train(study, trial, [0.5, 0.1])
    train(study, 6, [0.5], complete=False)
    study.close()
    study = Study.open(tmp_path, make_spec(prune="median"))
    study.report(6, 1, 0.5)
    study.report(6, 2, 0.2)
    assert study.prune(6) == "pruned at step 2: 0.2, the median is 0.1"
