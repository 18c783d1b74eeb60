from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_mlops import wire
from jupyter_mlops.domain.errors import Conflict, InvalidOption, NotFound
from jupyter_mlops.domain.runs import Answered, RunNotes, RunSpec, State, StateChanged
from jupyter_mlops.domain.sweeps import (
    Extended,
    Importance,
    Objective,
    SweepEvent,
    SweepSpec,
    TrialAsked,
    TrialFact,
    TrialTold,
    trial_id,
)
from jupyter_mlops.domain.where import Where, parse_where
from jupyter_mlops.store import bundles, locks
from jupyter_mlops.store.home import Home, publish_folder
from jupyter_mlops.store.index import Index
from jupyter_mlops.store.runs import RunFolder
from jupyter_mlops.store.sweepkeeping import SweepKeeper
from jupyter_mlops.store.sweeps import SweepFolder, delete

from .conftest import MakeRun

MakeSweep = Callable[..., SweepFolder]
BEGUN = StateChanged(time=10.0, state=State.RUNNING)


@pytest.fixture
def make_sweep(home: Home) -> MakeSweep:
    """Return what publishes a sweep: ``make_sweep("digits", 3, event, ..., trials=5)``."""

    def make(name: str = "digits", number: int = 0, *events: SweepEvent, **fields: object) -> SweepFolder:
        sweep_id = f"{name}-20261124-0000{number:02d}-7f3k"
        run = RunSpec(id=sweep_id, name=name, code_hash="", created=1_000_000.0, python="python", cwd="/")
        told = {"created": 1_000_000.0 + number, "objectives": [Objective("accuracy")], "trials": 3} | fields
        draft = home.draft()
        spec = SweepSpec(id=sweep_id, name=name, run=run, **told)  # type: ignore[arg-type]
        (draft / "spec.json").write_bytes(wire.encode_pretty(spec))
        write_events(draft, *events)
        publish_folder(draft, home.sweeps / sweep_id)
        return SweepFolder(home.sweeps / sweep_id)

    return make


def write_events(folder: Path, *events: SweepEvent) -> None:
    with open(folder / "events.jsonl", "ab") as file:
        file.writelines(map(wire.encode_line, events))


def asked(trial: int, **params: float) -> TrialAsked:
    return TrialAsked(time=20.0 + trial, trial=trial, run=f"run{trial}", params=dict(params))


def told(trial: int, value: float) -> TrialTold:
    return TrialTold(time=30.0 + trial, trial=trial, result="complete", values=[value])


# The folder


def test_a_sweep_is_what_its_events_come_to(make_sweep: MakeSweep) -> None:
    sweep = make_sweep("digits", 0, BEGUN, asked(1, lr=0.1), told(1, 0.5), asked(2, lr=0.2), Extended(40.0, 2))
    status = sweep.status()
    assert (status.state, status.leg, status.wanted, status.told) == (State.RUNNING, 1, 5, [1])
    assert status.trials == [
        TrialFact(1, "run1", {"lr": 0.1}, "complete", [0.5], asked=21.0, told=31.0),
        TrialFact(2, "run2", {"lr": 0.2}, asked=22.0),
    ]
    row = sweep.row()
    assert (row.state, row.wanted, row.going, row.complete, row.best, row.best_params) == (
        State.RUNNING, 5, 1, 1, 1, {"lr": 0.1},
    )  # fmt: skip


def test_a_status_that_was_handed_out_stays_as_it_was(make_sweep: MakeSweep) -> None:
    sweep = make_sweep("digits", 0, BEGUN, asked(1))
    before = sweep.status()
    write_events(sweep.path, told(1, 0.5))
    assert (before.trials[0].result, before.told) == ("", [])
    assert (sweep.status().trials[0].result, sweep.status().told) == ("complete", [1])


def test_only_trials_that_have_changed_are_told_again(make_sweep: MakeSweep) -> None:
    sweep = make_sweep("digits", 0, BEGUN, asked(1), asked(2))
    trials, position = sweep.changed_since(0)
    assert [trial.trial for trial in trials] == [1, 2]
    assert sweep.changed_since(position) == ([], position)
    write_events(sweep.path, told(2, 0.5), asked(3))
    trials, position = sweep.changed_since(position)
    assert [(trial.trial, trial.result) for trial in trials] == [(2, "complete"), (3, "")]
    # Who knows more than there is has seen another life of the folder, and hears everything.
    assert len(sweep.changed_since(1000)[0]) == 3


def test_events_out_of_turn_make_the_sweep_broken_and_say_which(make_sweep: MakeSweep) -> None:
    sweep = make_sweep("digits", 0, BEGUN, told(1, 0.5))
    row = sweep.row()
    assert (row.state, row.name) == (State.FAILED, "digits")
    assert row.broken == row.why
    assert row.broken.startswith(f"The sweep {sweep.id} cannot be read: event 2 in its events.jsonl is damaged")


def test_a_request_carries_what_it_asks_for(make_sweep: MakeSweep) -> None:
    sweep = make_sweep()
    first = sweep.request("resume", "anna", trials=5)
    sweep.request("stop", "ben", "it is late")
    assert [(each.verb, each.who, each.why, each.trials) for each in sweep.unanswered()] == [
        ("resume", "anna", "", 5),
        ("stop", "ben", "it is late", 0),
    ]
    write_events(sweep.path, Answered(time=1.0, request=first, verb="resume"))
    assert [each.verb for each in sweep.unanswered()] == ["stop"]


def test_importance_that_cannot_be_read_is_unknown(make_sweep: MakeSweep) -> None:
    sweep = make_sweep()
    assert sweep.importance() == []
    (sweep.path / "importance.json").write_bytes(b"[{]")
    assert sweep.importance() == []


# Its keeper


def test_a_keeper_writes_what_readers_read(home: Home, index: Index, make_sweep: MakeSweep) -> None:
    sweep = make_sweep()
    keeper = SweepKeeper(home, sweep.path, lambda: 50.0)
    keeper.begin()
    fact = keeper.asked({"lr": 0.1})
    assert (fact.trial, fact.run) == (1, trial_id(sweep.id, 1))
    keeper.told(1, "complete", [float("inf")])
    keeper.publish_row()
    assert sweep.status() == keeper.status
    assert sweep.status().trials[0].values == ["Infinity"]
    assert index.sweeps.get(sweep.id) == sweep.row()
    keeper.write_importance([Importance("accuracy", "fANOVA", 1, {"lr": 1.0})])
    assert sweep.importance() == [Importance("accuracy", "fANOVA", 1, {"lr": 1.0})]
    keeper.close()


def test_a_trial_is_told_once_and_asked_in_turn(home: Home, make_sweep: MakeSweep) -> None:
    keeper = SweepKeeper(home, make_sweep("digits", 0, BEGUN, asked(1), told(1, 0.5)).path)
    with pytest.raises(ValueError, match="told of trial 1 before"):
        keeper.told(1, "failed")
    with pytest.raises(ValueError, match="cannot ask for trial 3"):
        keeper.record(asked(3))
    keeper.close()


def test_the_end_leaves_no_trial_and_no_request_but_that_to_go_on(home: Home, make_sweep: MakeSweep) -> None:
    sweep = make_sweep("digits", 0, BEGUN, asked(1))
    sweep.request("stop", "anna")
    sweep.request("resume", "ben", trials=2)
    keeper = SweepKeeper(home, sweep.path)
    keeper.finish(State.FAILED, "The study is gone.")
    assert [(fact.result, fact.why) for fact in sweep.status().trials] == [("stopped", "The search ended before.")]
    assert [request.verb for request in sweep.unanswered()] == ["resume"]
    (request,) = keeper.requests()
    keeper.extend(request)
    keeper.begin()
    assert (sweep.status().leg, sweep.status().wanted, sweep.status().state) == (2, 5, State.RUNNING)
    keeper.close()


def test_a_request_for_more_counts_once_though_its_answer_was_cut_off(home: Home, make_sweep: MakeSweep) -> None:
    sweep = make_sweep("digits", 0, BEGUN)
    request_id = sweep.request("resume", "anna", trials=2)
    write_events(sweep.path, Extended(20.0, 2, "anna", request_id))
    keeper = SweepKeeper(home, sweep.path)
    keeper.extend(keeper.requests()[0])
    assert (sweep.status().wanted, sweep.unanswered()) == (5, [])
    keeper.close()


# The index


def test_the_index_lists_sweeps_beside_runs(index: Index, make_sweep: MakeSweep, make_run: MakeRun) -> None:
    run = make_run()
    sweep = make_sweep("digits", 1, BEGUN)
    index.refresh(run)
    generation, seq = index.position()
    assert index.sweeps.refresh(sweep.id) == sweep.row() == index.sweeps.latest("digits")
    assert index.changes(generation, seq).changed == [("sweeps", sweep.id)]
    assert index.sweeps.unfinished() == [sweep.id]
    assert (index.sweeps.names(), index.count(), index.sweeps.count()) == (["digits"], 1, 1)


def test_sweeps_are_narrowed_and_sorted_by_what_their_best_trial_is(index: Index, make_sweep: MakeSweep) -> None:
    for number, (value, lr) in enumerate([(0.5, 0.3), (0.9, 0.1), (0.7, 0.2)]):
        index.sweeps.refresh(make_sweep(f"s{number}", number, BEGUN, asked(1, lr=lr), told(1, value)))
    index.sweeps.refresh(make_sweep("none", 5))

    def names(where: str, **values: object) -> list[str]:
        return [row.name for row in index.sweeps.list(Where(parse_where(where, 0.0), **values))]  # type: ignore[arg-type]

    assert names("", sort="best") == ["s1", "s2", "s0", "none"]
    assert names("best > 0.6") == ["s2", "s1"]
    assert names("accuracy < 0.8", sort="accuracy", descending=False) == ["s0", "s2"]
    assert names("lr > 0.15 state = running") == ["s2", "s0"]
    assert names("queued") == ["none"]
    with pytest.raises(InvalidOption, match=r"No sweep has a parameter or a metric 'acuracy'; did you mean 'accuracy'"):
        names("acuracy > 1")


def test_a_rebuild_and_a_new_index_have_the_sweeps_that_are_there(
    home: Home, index: Index, make_sweep: MakeSweep
) -> None:
    sweep = make_sweep("digits", 0, BEGUN, asked(1), told(1, 0.5))
    assert index.reconcile() == [sweep.id]
    assert index.rebuild() == 1
    assert index.sweeps.list() == [sweep.row()]
    index.close()
    home.index.unlink()
    with Index(home) as again:
        assert again.sweeps.list() == [sweep.row()]
        os.rename(sweep.path, home.tmp / "gone")
        assert again.reconcile() == [sweep.id]
        assert again.sweeps.list() == []


def test_notes_are_a_part_of_the_row(index: Index, make_sweep: MakeSweep) -> None:
    sweep = make_sweep()
    sweep.write_notes(RunNotes(note="gut", tags=["beste"], archived=True))
    index.sweeps.refresh(sweep)
    assert index.sweeps.list(Where(archived=False)) == []
    (row,) = index.sweeps.list(Where(parse_where("tag = beste", 0.0)))
    assert (row.note, row.archived) == ("gut", True)


# Deletion


def with_trials(home: Home, sweep: SweepFolder, make_run: MakeRun, *states: State) -> list[RunFolder]:
    trials = []
    for trial, state in enumerate(states, 1):
        made = make_run("trial", trial, state, sweep=sweep.id, trial=trial)
        os.rename(made.path, home.runs / trial_id(sweep.id, trial))
        trials.append(RunFolder(home.runs / trial_id(sweep.id, trial)))
    return trials


def test_a_sweep_is_deleted_with_its_trials_and_leaves_others(
    home: Home, make_sweep: MakeSweep, make_run: MakeRun
) -> None:
    sweep = make_sweep("digits", 0, StateChanged(time=1.0, state=State.STOPPED))
    trials = with_trials(home, sweep, make_run, *[State.SUCCEEDED] * 11)
    assert [trial.id for trial in sweep.trials(home)] == [trial.id for trial in trials]
    other = make_run("other")
    assert delete(home, sweep) > 0
    assert [path.name for path in home.runs.iterdir()] == [other.id]
    assert not sweep.path.exists()
    with pytest.raises(NotFound):
        delete(home, sweep)


def test_a_sweep_with_a_trial_that_goes_is_not_deleted_and_keeps_all(
    home: Home, make_sweep: MakeSweep, make_run: MakeRun
) -> None:
    sweep = make_sweep("digits", 0, StateChanged(time=1.0, state=State.STOPPED))
    trials = with_trials(home, sweep, make_run, State.SUCCEEDED, State.RUNNING)
    with pytest.raises(Conflict, match="has not finished"):
        delete(home, sweep)
    assert [trial.id for trial in sweep.trials(home)] == [trial.id for trial in trials]


def test_a_sweep_that_goes_or_is_kept_is_not_deleted(home: Home, make_sweep: MakeSweep) -> None:
    with pytest.raises(Conflict, match="has not finished"):
        delete(home, make_sweep("going", 0, BEGUN))
    sweep = make_sweep("kept", 0, StateChanged(time=1.0, state=State.STOPPED))
    lock = locks.try_lock(sweep.path / "keeper.lock")
    assert lock is not None
    with lock, pytest.raises(Conflict, match="is being kept"):
        delete(home, sweep)


# Bundles


def test_a_bundle_is_linked_with_another_cell(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "sources" / "pkg").mkdir(parents=True)
    for name in ("cell.py", "values.pickle", "sources/pkg/cell.py"):
        (source / name).write_text(f"text of {name}")
    bundles.link(source, tmp_path / "same")
    bundles.link(source, tmp_path / "other", "lr = 0.2\n")
    assert bundles.cell_of(tmp_path / "same") == "text of cell.py"
    assert bundles.cell_of(tmp_path / "other") == "lr = 0.2\n"
    assert (tmp_path / "other" / "sources" / "pkg" / "cell.py").read_text() == "text of sources/pkg/cell.py"
    assert (tmp_path / "other" / "values.pickle").samefile(source / "values.pickle")
    assert bundles.cell_of(source) == "text of cell.py"
