"""``%%tune``, ``%tune`` and ``%sweeps`` in an IPython shell, with the real conductor and real trials."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_mlops import workspace as composition
from jupyter_mlops.domain.errors import (
    InvalidInput,
    InvalidName,
    InvalidOption,
    InvalidParameter,
    SweepFailed,
    Unsupported,
)
from jupyter_mlops.workspace import Workspace, open_workspace

CELL = "x = 0.5\nkind = 'a'\nprint(f'score={1 - (x - 0.3) ** 2 - (kind == \"b\")}')"


@pytest.fixture
def workspace(home: Path) -> Iterator[Workspace]:
    """What ``connect()`` returns in this test: this machine."""
    opened = open_workspace(home)
    composition._open[(home, os.getpid())] = opened
    yield opened
    for sweep in opened.sweeps.list(archived=None):
        sweep.stop()
    opened.close()
    del composition._open[(home, os.getpid())]


def test_a_cell_becomes_a_search(shell):
    said = shell(f"%%tune digits x=0.0..1.0 kind=a|b --objective score --trials 6 --algorithm random --seed 1\n{CELL}")
    assert shell.error is None, said
    sweep = shell.ip.user_ns["digits_sweep"]
    assert sweep.state == "succeeded"
    assert [run.spec.trial for run in sweep.trials] == [1, 2, 3, 4, 5, 6]
    assert sweep.best.metrics["score"] == max(run.metrics["score"] for run in sweep.trials)
    assert sweep.best_params["kind"] == "a"
    assert "Succeeded  digits  sweep, random  6 of 6 trials" in said
    assert "maximize" in said


def test_a_run_is_searched_as_it_was(shell):
    shell("offset = 0.1\n%load_ext jupyter_mlops")
    shell(f"%%train digits kind=a\n{CELL}\nprint(f'bonus={{offset}}')")
    shell("offset = 99")
    said = shell("%tune digits x=0.2..0.4:0.1 --objective score --algorithm grid")
    assert shell.error is None, said
    sweep = shell.ip.user_ns["digits_sweep"]
    assert sorted(run.params["x"] for run in sweep.trials) == pytest.approx([0.2, 0.3, 0.4])
    assert {run.metrics["bonus"] for run in sweep.trials} == {0.1}
    assert sweep.best.params["x"] == pytest.approx(0.3)
    assert shell.ip.user_ns["digits"].name == "digits"


def test_a_function_of_the_notebook_says_the_space(shell):
    shell(
        "def space(trial):\n"
        "    kind = trial.suggest_categorical('kind', ['a', 'b'])\n"
        "    return {'kind': kind, 'x': trial.suggest_float('x', 0, 1)} if kind == 'a' else {'kind': kind}"
    )
    said = shell(f"%%tune digits --space space --objective score --trials 4 --seed 3 --algorithm random\n{CELL}")
    assert shell.error is None, said
    assert {run.params["kind"] for run in shell.ip.user_ns["digits_sweep"].trials} <= {"a", "b"}


def test_an_objective_that_nobody_reports_ends_the_search_at_once(shell):
    said = shell(f"%%tune digits x=0.0..1.0 --objective scor --direction maximize --trials 50\n{CELL}")
    assert isinstance(shell.error, SweepFailed)
    assert "did you mean 'score'" in said
    assert shell.ip.user_ns["digits_sweep"].state == "failed"
    assert len(shell.ip.user_ns["digits_sweep"].trials) <= 4


def test_a_detached_search_is_stopped_and_resumed_by_a_line(shell):
    shell(f"%%tune digits x=0.0..1.0 --objective score --trials 200 --detach\n{CELL}\nimport time; time.sleep(0.2)")
    assert "is now stopped" in shell("%sweeps stop digits")
    sweep = shell.ip.user_ns["digits_sweep"]
    before = len(sweep.trials)
    assert before < 200
    assert "stopped" in shell("%sweeps").lower()
    shell("%sweeps resume digits")
    assert sweep.state == "running"
    shell("%sweeps stop digits")
    assert len(sweep.trials) >= before


@pytest.mark.parametrize(
    ("line", "error", "says"),
    [
        ("%%tune x=0..1 --objective score", InvalidName, "%%tune needs a name"),
        ("%%tune digits x=0.0..1.0", InvalidOption, "add --objective METRIC"),
        ("%%tune digits x=1.0..0.0 --objective score", InvalidParameter, "^"),
        ("%%tune digits x=0.0..1.0:log --objective score", InvalidParameter, "log"),
        ("%%tune digits x=0..oops --objective score", InvalidInput, "^"),
        ("%%tune digits z=0..1 --objective score", InvalidParameter, "no parameter 'z'"),
        ("%%tune digits x=0.0..1.0 --objective score --algorithm tpee", InvalidOption, "did you mean 'tpe'?"),
        ("%%tune digits x=0.0..1.0:0.00001 --objective score --algorithm grid", InvalidInput, "100"),
        ("%%tune digits x=0.0..1.0 --objective nobodyknows", InvalidOption, "nobodyknows:maximize"),
        ("%%tune digits --space nothing --objective score", InvalidOption, "no function of that name"),
        ("%%tune digits x=0.5 --objective score", InvalidInput, "nothing to search"),
        ("%%tune digits x=0.0..1.0 --objective score --trials 0", InvalidOption, "--trials"),
        ("%%tune digits x=0.0..1.0 --objective score,other:minimize --prune median", Unsupported, "leave --prune out"),
    ],
)
def test_bad_input_is_one_sentence_and_starts_nothing(shell, workspace, line, error, says):
    said = shell(f"{line}\n{CELL}")
    assert isinstance(shell.error, error), said
    assert says in said
    assert "Traceback" not in said
    assert workspace.sweeps.list(archived=None) == []
    assert "digits_sweep" not in shell.ip.user_ns


def test_a_variable_of_somebody_else_is_not_taken(shell):
    shell("digits_sweep = 5")
    assert "`digits_sweep` is your int" in shell(f"%%tune digits x=0.0..1.0 --objective score\n{CELL}")
    assert isinstance(shell.error, InvalidName)


def test_whole_numbers_over_a_number_with_a_point_are_a_range(shell):
    shell(f"%%tune digits x=0..1 --objective score --trials 4 --algorithm random --seed 1\n{CELL}")
    assert any(run.params["x"] not in (0, 1) for run in shell.ip.user_ns["digits_sweep"].trials)


def test_a_grid_is_not_tried_again(shell):
    shell(f"%%tune digits kind=a|b --objective score --algorithm grid\n{CELL}")
    assert "has 2 points, of which 0 are left" in shell("%sweeps resume digits --trials 1")


def test_numbers_that_are_none_are_no_best(shell):
    said = shell("%%tune digits x=0..1 --objective score --trials 2\nx = 0.5\nprint('score=nan')")
    assert "digits_sweep.best" not in said


def test_trials_have_the_processes_that_the_line_asks_for(shell):
    code = "from jupyter_mlops import distributed\nx = 1\nprint(f'score={x + distributed.world_size()}')"
    said = shell(f"%%tune digits x=1|2 --kind jax --workers 2 --objective score --algorithm grid\n{code}")
    assert shell.error is None, said
    sweep = shell.ip.user_ns["digits_sweep"]
    assert {(run.kind, run.spec.workers) for run in sweep.trials} == {("jax", 2)}
    assert sweep.best.metrics["score"] == 4
