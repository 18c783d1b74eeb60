"""A sweep as a notebook holds it: what it says of a search that has ended."""

from __future__ import annotations

import pickle

import pytest

from jupyter_mlops import wire
from jupyter_mlops.domain.errors import Conflict, InvalidInput, NotFound, Uncapturable
from jupyter_mlops.domain.runs import Origin, RunSpec, State
from jupyter_mlops.domain.sweeps import Importance, Objective, trial_id
from tests.published import publish_sweep

SEVERAL = [Objective("accuracy"), Objective("latency", "minimize")]


@pytest.fixture
def make(workspace):
    def made(*told, **fields):
        return workspace.sweeps.get(publish_sweep(workspace.home, *told, **fields).id)

    return made


def test_the_best_trial_is_a_run(make):
    sweep = make(runs=3)
    assert (sweep.best.id, sweep.best.params) == (trial_id(sweep.id, 2), {"lr": 0.002})
    assert (sweep.best_value, sweep.best_params) == (0.9, {"lr": 0.002})
    assert sweep.front == [sweep.best]
    assert sweep[2] == sweep.best


def test_with_several_objectives_no_trial_is_the_best_and_the_front_is_told(make):
    sweep = make("digits", [[0.5, 1.0], [0.9, 2.0], [0.7, 2.5]], objectives=SEVERAL, runs=3)
    assert [run.spec.trial for run in sweep.front] == [1, 2]
    for look in ("best", "best_params", "best_value"):
        with pytest.raises(
            Conflict, match=r"is for accuracy and latency, so no single trial is the best; use \.front\.$"
        ):
            getattr(sweep, look)


def test_a_sweep_without_a_complete_trial_has_no_best(make):
    sweep = make("digits", [], state=State.FAILED)
    with pytest.raises(NotFound, match=r"No trial of the sweep .* is complete\.$"):
        sweep.best  # noqa: B018
    assert (sweep.front, sweep.trials) == ([], [])


def test_trials_are_runs_in_the_order_of_their_numbers(make):
    sweep = make("digits", [0.1] * 12, runs=12)
    assert [run.spec.trial for run in sweep.trials] == list(range(1, 13))
    assert all(run.spec.sweep == sweep.id for run in sweep)


@pytest.mark.parametrize(("number", "why"), [(0, "it has 3, from 1 on"), (4, "it has 3"), (3, "its run was deleted")])
def test_a_trial_that_cannot_be_had_says_why(make, number, why):
    sweep = make(runs=2)
    with pytest.raises(NotFound, match=f"has no trial {number} to show; {why}"):
        sweep[number]


def test_the_history_is_a_table_with_a_line_for_each_trial(make):
    frame = make(runs=3).history()
    assert list(frame.index) == [1, 2, 3]
    assert frame.index.name == "trial"
    assert list(frame.columns) == ["lr", "accuracy", "state", "why", "started", "duration"]
    assert list(frame["accuracy"]) == [0.5, 0.9, 0.7]
    assert set(frame["state"]) == {"complete"}


def test_columns_that_would_share_a_name_are_told_apart(make):
    frame = make(objectives=[Objective("lr")]).history()
    assert list(frame.columns[:2]) == ["params.lr", "metrics.lr"]


def test_the_history_is_a_list_where_pandas_is_not(make, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    history = make().history()
    assert [(trial.trial, trial.params, trial.values, trial.state) for trial in history] == [
        (1, {"lr": 0.001}, {"accuracy": 0.5}, "complete"),
        (2, {"lr": 0.002}, {"accuracy": 0.9}, "complete"),
        (3, {"lr": 0.003}, {"accuracy": 0.7}, "complete"),
    ]
    assert history[0].duration == 0.5


def test_importance_names_who_says_so_and_shows_the_largest_share_first(make):
    sweep = make()
    found = [Importance("accuracy", "fANOVA", 40, {"depth": 0.25, "lr": 0.75})]
    (sweep.path / "importance.json").write_bytes(wire.encode(found))
    importance = sweep.importance()
    assert importance == {"lr": 0.75, "depth": 0.25}
    assert importance.evaluator == "fANOVA"
    assert repr(importance).splitlines() == [
        "accuracy, by fANOVA of 40 trials",
        "  lr      75.0%  ██████████████████",
        "  depth   25.0%  ██████",
    ]


def test_importance_is_by_objective_where_there_are_several(make):
    sweep = make("digits", [], objectives=SEVERAL)
    (sweep.path / "importance.json").write_bytes(wire.encode([Importance("latency", "PED-ANOVA", 9, {"lr": 1.0})]))
    importance = sweep.importance()
    assert importance["latency"]["lr"] == 1.0
    assert importance["accuracy"] == {}
    assert "accuracy: too few trials are complete to tell which parameters matter." in repr(importance)


def test_notes_and_tags_are_written_where_lists_find_them(make, workspace):
    sweep = make()
    sweep.note, sweep.tags = "wide", ["a", "b", "a"]
    assert (sweep.note, sweep.tags) == ("wide", ("a", "b"))
    assert workspace.sweeps.list("tag = b") == [sweep]
    workspace.sweeps.archive(sweep)
    assert workspace.sweeps.list() == []
    assert workspace.sweeps.list(archived=True) == [sweep]


def test_a_name_means_its_latest_sweep(workspace):
    older = publish_sweep(workspace.home, "digits")
    latest = publish_sweep(workspace.home, "digits", number=60)
    assert workspace.sweeps.get("digits").id == latest.id
    assert workspace.sweeps.get(older.id).id == older.id
    with pytest.raises(NotFound, match=r"No sweep has the name or id 'digit'; did you mean 'digits'\?$"):
        workspace.sweeps.get("digit")
    with pytest.raises(InvalidInput, match="digits/3 is a trial, which is a run: %runs show digits/3 shows it"):
        workspace.sweeps.get("digits/3")


def test_sweeps_are_listed_by_what_they_are_and_reached(make, workspace):
    make("digits")
    make("faces", [0.3])
    assert [sweep.name for sweep in workspace.sweeps.list("best > 0.5")] == ["digits"]
    assert [sweep.name for sweep in workspace.sweeps.list(sort="best", descending=False)] == ["faces", "digits"]
    assert "faces" in repr(workspace.sweeps.list())


def test_a_sweep_cannot_travel(make):
    with pytest.raises(Uncapturable, match="A sweep cannot travel into a cell or a file"):
        pickle.dumps(make())


def test_its_card_is_what_a_notebook_shows(make):
    sweep = make()
    bundle = sweep._repr_mimebundle_()
    payload = bundle["application/vnd.jupyter-mlops.sweep+json"]
    assert (payload["id"], payload["snapshot"]["row"]["best"]) == (sweep.id, 2)
    assert len(payload["snapshot"]["trials"]) == 3
    assert "digits" in repr(sweep)


def test_a_sweep_that_cannot_be_read_says_so_and_can_be_deleted(make, workspace):
    sweep = make(runs=2)
    (sweep.path / "spec.json").write_text("{")
    assert "cannot be read" in workspace.sweeps.snapshot(sweep).row.broken
    assert workspace.sweeps.delete(sweep) > 0
    assert workspace.sweeps.list() == workspace.runs.list(sweep=None) == []


def test_a_trial_that_cannot_be_read_goes_with_its_sweep(make, workspace):
    sweep = make(runs=2)
    (sweep[1].path / "spec.json").write_text("{")
    workspace.reindex()
    assert [row.broken != "" for row in sweep.trials.rows] == [True, False]
    assert workspace.runs.list() == []
    workspace.sweeps.delete(sweep)
    assert workspace.runs.list(sweep=None) == []


def test_what_deleting_a_sweep_frees_is_told_with_its_trials(make, workspace):
    sweep = make(runs=3)
    told = sweep.frees()
    assert told > sweep.folder.frees()
    assert workspace.sweeps.delete(sweep) == told


def test_deleting_a_sweep_takes_its_trials_along_and_leaves_other_runs(make, workspace):
    other = workspace.runs.submit("x = 1", name="digits")
    other.wait()
    sweep = make(runs=3)
    workspace.sweeps.delete(sweep)
    assert workspace.sweeps.list() == []
    assert workspace.runs.list(sweep=None) == [other]
    assert not sweep.path.exists()


def test_a_sweep_of_another_machine_says_when_it_was_last_seen_and_is_closed_by_hand(workspace, capsys):
    origin = Origin(host="elsewhere", machine="another machine", boot="another boot")
    run = RunSpec(id="far", name="far", code_hash="", created=0.0, python="python", cwd="/", origin=origin)
    published = publish_sweep(workspace.home, "far", state=State.RUNNING, run=run)
    sweep = workspace.sweeps.get(published.id)
    assert sweep.wait(timeout=0.2) == "running"
    said = capsys.readouterr().out.strip()
    assert "far was last seen" in said
    assert f"on elsewhere; if that is gone for good, %sweeps close {sweep.id} ends it." in said
    assert sweep.snapshot().elsewhere in said
    assert workspace.sweeps.close(sweep).state == "stopped"
    assert sweep.why.startswith("Closed by hand by ")
    assert workspace.sweeps.list("far").rows[0].state == "stopped"
    with pytest.raises(Conflict, match="nothing to close"):
        workspace.sweeps.close(sweep)
