"""Pruners as Optuna knows them, and why one of them gave a trial up."""

from __future__ import annotations

import math
from statistics import median

from optuna import Study
from optuna.pruners import BasePruner, HyperbandPruner, MedianPruner, NopPruner
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState

FACTOR = 3
"""Hyperband lets one in so many go on."""

_RUNG = "completed_rung_"


def make_pruner(name: str) -> BasePruner:
    """Return the pruner of that name."""
    if name == "median":
        return MedianPruner()
    if name == "hyperband":
        return HyperbandPruner(reduction_factor=FACTOR)
    return NopPruner()


def why_prune(study: Study, pruner: BasePruner, trial: FrozenTrial) -> str:
    """Return why ``trial`` is given up at the last step it reported, in one sentence; empty if it goes on."""
    step = trial.last_step
    if step is None or not pruner.prune(study, trial):
        return ""
    value = trial.intermediate_values[step]
    at = f"pruned at step {step:g}: "
    if math.isnan(value):
        return f"{at}it reported no number"
    if isinstance(pruner, HyperbandPruner):
        return at + _behind_its_rung(study, pruner, trial, value)
    return at + _behind_the_median(study, trial, step)


def _behind_the_median(study: Study, trial: FrozenTrial, step: int) -> str:
    values = [value for value in trial.intermediate_values.values() if not math.isnan(value)]
    # A trial is judged by its best so far, others by where they were at this step.
    best = max(values) if study.direction is StudyDirection.MAXIMIZE else min(values)
    complete = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    others = [each.intermediate_values.get(step, math.nan) for each in complete]
    at_best = "" if best == trial.intermediate_values[step] else "at best "
    middle = median(other for other in others if not math.isnan(other))
    return f"{at_best}{best:.4g}, the median is {middle:.4g}"


def _behind_its_rung(study: Study, pruner: HyperbandPruner, trial: FrozenTrial, value: float) -> str:
    # Optuna keeps a trial's rungs as attributes, which it sets while it decides.
    attributes = study.get_trials(deepcopy=False)[trial.number].system_attrs
    rung = sum(name.startswith(_RUNG) for name in attributes)
    bracket = pruner._get_bracket_id(study, trial) + 1
    return f"{value:.4g} is not in the best third of rung {rung} of bracket {bracket}"
