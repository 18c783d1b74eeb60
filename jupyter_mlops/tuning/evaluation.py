"""The process that reckons which parameters matter: one question on standard input, one answer, and it ends."""

from __future__ import annotations

import math
import os
import resource
import sys
import threading
import warnings
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

import msgspec
import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, TrialState

from jupyter_mlops.domain.sweeps import Importance
from jupyter_mlops.tuning.importance import FEWEST, PATIENCE_SECONDS, Question

MOST = 300
"""fANOVA's cost grows with the square of the trials, and from so many on its answer stays the same."""

TREES = 32


def main() -> None:
    """Answer the question that stands on standard input."""
    warnings.simplefilter("ignore")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_CPU, (int(PATIENCE_SECONDS), int(PATIENCE_SECONDS) + 1))
    question = msgspec.json.decode(sys.stdin.buffer.readline(), type=Question)
    # Nobody waits for an answer once the asker is gone.
    threading.Thread(target=_end_with_the_asker, daemon=True).start()
    sys.stdout.buffer.write(msgspec.json.encode(answer(question)) + b"\n")
    sys.stdout.buffer.flush()


def answer(question: Question) -> list[Importance]:
    """Return the importance for each objective of which something can be said."""
    storage = JournalStorage(JournalFileBackend(question.journal))
    study = optuna.load_study(study_name=question.study, storage=storage)
    trials = _spread([each for each in study.get_trials(deepcopy=False) if _is_sound(each)])
    if len(trials) < FEWEST:
        return []
    part = optuna.create_study(directions=study.directions)
    part.add_trials(trials)
    found = [_of_objective(part, trials, at, metric) for at, metric in enumerate(question.metrics)]
    return [each for each in found if each is not None]


def _of_objective(study: optuna.Study, trials: Sequence[FrozenTrial], at: int, metric: str) -> Importance | None:
    def value(trial: FrozenTrial) -> float:
        return float((trial.values or [0.0])[at])

    if len({value(trial) for trial in trials}) == 1:
        return None
    # It imports scikit-learn where that is installed, which is most of the time that an answer takes.
    from optuna.importance import get_param_importances

    name, evaluator = _evaluator()
    try:
        shares = get_param_importances(study, evaluator=evaluator, target=value)
    except (ValueError, RuntimeError):
        # Nothing varies that all trials have in common.
        return None
    total = sum(float(share) for share in shares.values())
    if not shares or not math.isfinite(total) or total <= 0:
        return None
    ordered = sorted(shares.items(), key=lambda item: -float(item[1]))
    return Importance(metric, name, len(trials), {each: float(share) / total for each, share in ordered})


def _evaluator() -> tuple[str, Any]:
    from optuna.importance import FanovaImportanceEvaluator, PedAnovaImportanceEvaluator

    if find_spec("sklearn") is not None:
        return "fANOVA", FanovaImportanceEvaluator(n_trees=TREES, seed=0)
    return "PED-ANOVA", PedAnovaImportanceEvaluator()


def _spread(trials: list[FrozenTrial]) -> list[FrozenTrial]:
    """Return the trials, or as many of them as are looked at, from the first to the last."""
    if len(trials) <= MOST:
        return trials
    return [trials[round(at * (len(trials) - 1) / (MOST - 1))] for at in range(MOST)]


def _is_sound(trial: FrozenTrial) -> bool:
    return trial.state is TrialState.COMPLETE and all(map(math.isfinite, trial.values or []))


def _end_with_the_asker() -> None:
    sys.stdin.buffer.read()
    os._exit(1)
