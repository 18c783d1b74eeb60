"""Searches with the real conductor and real trials: from a cell, from a run, and from a server without Optuna."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_mlops.domain.errors import Conflict, InvalidParameter, InvalidSpace, NotFound, Unsupported
from jupyter_mlops.services import interpreters
from jupyter_mlops.services.interpreters import Interpreter
from jupyter_mlops.services.submission import Cell
from jupyter_mlops.workspace import Workspace, open_workspace

CELL = "x = 0.5\nkind = 'a'\nprint(f'score={1 - (x - 0.3) ** 2 - (kind == \"b\")}')"
SLOW = "x = 0.5\nimport time\nprint(f'score={x}', flush=True)\ntime.sleep(60)"
SPACE = {"x": "0.0..1.0", "kind": "a|b"}


@pytest.fixture
def workspace(home: Path) -> Iterator[Workspace]:
    """This machine."""
    opened = open_workspace(home)
    yield opened
    for sweep in opened.sweeps.list(archived=None):
        sweep.stop()
    opened.close()


def test_a_search_ends_with_a_best_run_and_knows_all_its_trials(workspace):
    sweep = workspace.sweeps.submit(
        CELL, "digits", space=SPACE, objective="score:maximize", trials=4, algorithm="random", seed=1
    )
    assert sweep.wait(60) == "succeeded", sweep.why
    trials = sweep.trials
    assert [run.spec.trial for run in trials] == [1, 2, 3, 4]
    scores = [run.metrics["score"] for run in trials]
    assert sweep.best_value == max(scores)
    assert sweep.best == trials[scores.index(max(scores))]
    assert list(sweep.history()["score"]) == pytest.approx(scores)
    assert [trial.state.name for trial in sweep.study().trials] == ["COMPLETE"] * 4
    assert workspace.runs.get("digits/2") == trials[1]
    assert workspace.runs.list() == []


def test_a_run_is_searched_with_its_code_values_and_options_as_they_were(workspace):
    cell = Cell(f"{CELL}\nbonus = 1\nprint(f'total={{offset + bonus}}')", {"offset": 41})
    run = workspace.runs.submit(cell, "digits", params={"kind": "a"}, keep="bonus", retries=1)
    run.wait()
    sweep = workspace.sweeps.submit(
        run, space={"x": "0.2..0.4:0.1", "bonus": 2}, objective="score:maximize", algorithm="grid"
    )
    assert sweep.wait(60) == "succeeded", sweep.why
    trials = sweep.trials
    assert sorted(run.params["x"] for run in trials) == pytest.approx([0.2, 0.3, 0.4])
    assert {run.metrics["total"] for run in trials} == {43}
    assert trials[0].values["bonus"] == 2
    assert trials[0].spec.limits.retries == 1
    assert (sweep.spec.base, sweep.name) == (run.id, "digits")
    assert workspace.runs.get("digits") == run
    # The run's own cell is shared by links, and must not have changed.
    assert "bonus = 1" in run.code


def test_a_function_says_the_space(workspace):
    def space(trial):
        return {"x": trial.suggest_float("x", 0.25, 0.35)}

    sweep = workspace.sweeps.submit(
        CELL, "digits", space=space, objective="score:maximize", trials=2, algorithm="random"
    )
    assert sweep.wait(60) == "succeeded", sweep.why
    assert all(0.25 <= run.params["x"] <= 0.35 for run in sweep.trials)


def test_a_function_that_says_what_the_cell_does_not_have_or_fails_starts_nothing(workspace):
    def unknown(trial):
        return {"y": trial.suggest_float("y", 0.0, 1.0)}

    def failing(trial):
        return {"x": 1 / 0}

    with pytest.raises(InvalidParameter, match="The cell has no parameter 'y'"):
        workspace.sweeps.submit(CELL, "digits", space=unknown, objective="score:maximize")
    with pytest.raises(InvalidSpace, match=r"The function 'failing', .* failed in its line .*: ZeroDivisionError"):
        workspace.sweeps.submit(CELL, "digits", space=failing, objective="score:maximize")
    assert list(workspace.home.sweeps.iterdir()) == []


def test_a_stopped_search_goes_on_with_more_trials(workspace):
    sweep = workspace.sweeps.submit(
        SLOW, "slow", space={"x": "0.0..1.0"}, objective="score:maximize", trials=2, parallel=1, algorithm="random"
    )
    while not sweep.trials:
        sweep.is_finished_within(0.05)
    assert sweep.stop().state == "stopped"
    assert [run.state for run in sweep.trials] == ["stopped"]
    assert sweep.stop().state == "stopped"
    again = sweep.resume(trials=1)
    assert again == sweep
    assert not sweep.state.is_finished
    assert sweep.row.wanted == 3
    sweep.stop()


def test_a_sweep_that_goes_is_deleted_only_with_the_word_to_stop_it(workspace):
    sweep = workspace.sweeps.submit(
        SLOW, "slow", space={"x": "0.0..1.0"}, objective="score:maximize", algorithm="random"
    )
    with pytest.raises(Conflict, match="stop it first"):
        workspace.sweeps.delete(sweep)
    assert workspace.sweeps.delete(sweep, stop=True) > 0
    assert workspace.sweeps.list() == workspace.runs.list(sweep=None) == []


def test_a_trial_is_stopped_and_deleted_as_a_run(workspace):
    sweep = workspace.sweeps.submit(
        SLOW, "slow", space={"x": "0.0..1.0"}, objective="score:maximize", trials=2, parallel=1, algorithm="random"
    )
    while len(sweep.trials) < 1:
        sweep.is_finished_within(0.05)
    workspace.runs.stop("slow/1")
    while len(sweep.trials) < 2:
        sweep.is_finished_within(0.05)
    assert sweep.folder.status().trials[0].result == "stopped"
    sweep.stop()
    workspace.runs.delete("slow/1")
    with pytest.raises(NotFound, match="has no trial 1 to show; its run was deleted"):
        sweep[1]
    assert [run.spec.trial for run in sweep.trials] == [2]


def test_what_makes_no_sense_leaves_nothing(workspace, no_leak):
    with pytest.raises(InvalidParameter, match="The cell has no parameter 'y'"):
        workspace.sweeps.submit(CELL, "digits", space={"y": "0..1"}, objective="score:maximize")
    with pytest.raises(SyntaxError):
        workspace.sweeps.submit("x = (", "digits", space={"x": "0..1"}, objective="score:maximize")
    assert list(workspace.home.sweeps.iterdir()) == list(workspace.home.tmp.iterdir()) == []
    no_leak()


def test_a_plan_starts_nothing(workspace, no_leak):
    plan = workspace.sweeps.plan(CELL, "digits", space=SPACE, objective="score:maximize", trials=4)
    assert plan.command == "%tune digits x=0.0..1.0 kind=a|b --objective score:maximize --trials 4"
    assert list(workspace.home.sweeps.iterdir()) == list(workspace.home.tmp.iterdir()) == []
    no_leak()


def without_optuna() -> Interpreter:
    return Interpreter("/a/servers/python", [], lambda module: False)


def test_the_runs_own_interpreter_keeps_the_search_where_this_one_lacks_optuna(workspace, monkeypatch):
    run = workspace.runs.submit(CELL, "digits")
    run.wait()
    monkeypatch.setattr(interpreters, "this", without_optuna)
    sweep = workspace.sweeps.submit(run, space=SPACE, objective="score:maximize", trials=1, algorithm="random")
    assert sweep.spec.python == sys.executable
    assert any("site-packages" in entry for entry in sweep.spec.path)
    assert sweep.wait(60) == "succeeded", sweep.why


def test_a_missing_package_is_told_with_the_command_that_installs_it(workspace, monkeypatch):
    monkeypatch.setattr(interpreters, "this", without_optuna)
    with pytest.raises(
        Unsupported, match=r'needs the package optuna, .*; %pip install "jupyter-mlops\[tune\]" installs'
    ):
        workspace.sweeps.submit(CELL, "digits", space=SPACE, objective="score:maximize", algorithm="random")
    assert list(workspace.home.sweeps.iterdir()) == []


def test_an_interpreter_that_does_not_answer_is_said(tmp_path):
    from jupyter_mlops.domain.errors import Unavailable

    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho it is broken >&2\nexit 3\n")
    broken.chmod(0o700)
    with pytest.raises(Unavailable, match=r"does not answer \(it is broken\)"):
        interpreters.ask(str(broken), {}, frozenset({"optuna"}))


def test_an_interpreter_says_what_it_has_and_where():
    found = interpreters.ask(sys.executable, {}, frozenset({"optuna", "no_such_module"}))
    assert found.has("optuna")
    assert not found.has("no_such_module")
    assert "" not in found.path
