"""Which parameters matter is reckoned beside the search, and only where something can be said."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from jupyter_mlops.domain.sweeps import Objective, SweepSpec
from jupyter_mlops.tuning import evaluation
from jupyter_mlops.tuning.importance import FEWEST, Question
from jupyter_mlops.tuning.study import JOURNAL, Study
from tests.tuning.conftest import make_spec

SPACE = "depth=1..9 drop=0.0..1.0 act=relu|tanh"


def searched(folder: Path, spec: SweepSpec, trials: int) -> Study:
    study = Study.open(folder, spec)
    for trial in range(1, trials + 1):
        params = study.ask(trial)
        depth, drop = float(params["depth"] or 0), float(params["drop"] or 0)
        study.tell(trial, "complete", [depth + drop / 10, drop][: len(spec.objectives)])
    return study


def test_the_parameter_that_makes_the_difference_comes_first(tmp_path: Path) -> None:
    (found,) = searched(tmp_path, make_spec("random", SPACE), 30).importance()
    assert (found.metric, found.trials) == ("loss", 30)
    assert found.evaluator in ("fANOVA", "PED-ANOVA")
    assert next(iter(found.shares)) == "depth"
    assert list(found.shares.values()) == sorted(found.shares.values(), reverse=True)
    assert sum(found.shares.values()) == pytest.approx(1.0)


def test_each_objective_has_its_own(tmp_path: Path) -> None:
    spec = make_spec("random", SPACE, objectives=[Objective("loss", "minimize"), Objective("accuracy")])
    loss, accuracy = searched(tmp_path, spec, 30).importance()
    assert (loss.metric, next(iter(loss.shares))) == ("loss", "depth")
    assert (accuracy.metric, next(iter(accuracy.shares))) == ("accuracy", "drop")


def test_with_few_trials_or_without_a_difference_nothing_is_said(tmp_path: Path) -> None:
    study = searched(tmp_path, make_spec("random", SPACE), FEWEST - 1)
    assert study.importance() == []
    (tmp_path / "same").mkdir()
    study = Study.open(tmp_path / "same", make_spec("random", SPACE))
    for trial in range(1, 20):
        study.ask(trial)
        study.tell(trial, "complete", [1.0])
    assert study.importance() == []


def test_no_more_trials_are_looked_at_than_are_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "MOST", 20)
    searched(tmp_path, make_spec("random", SPACE), 60)
    question = Question(str(tmp_path / JOURNAL), "digits", ["loss"], [])
    (found,) = evaluation.answer(question)
    assert found.trials == 20
    assert next(iter(found.shares)) == "depth"


def test_it_ends_when_nobody_waits_for_it(tmp_path: Path) -> None:
    program = "from jupyter_mlops.tuning import evaluation; evaluation.answer = lambda _: input(); evaluation.main()"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(msgspec.json.encode(Question("", "", [], [])) + b"\n")
        process.stdin.close()
        assert process.wait(30) == 1
