"""What users mean when they say run: submit, get, list, stop, retry, delete, close."""

from __future__ import annotations

import os

import msgspec
import pytest

from jupyter_mlops import wire
from jupyter_mlops.domain.errors import (
    Conflict,
    InvalidName,
    InvalidOption,
    InvalidParameter,
    NotFound,
    Uncapturable,
    Unsupported,
)
from jupyter_mlops.domain.runs import Origin, State
from jupyter_mlops.domain.sweeps import trial_id
from jupyter_mlops.services.submission import Cell
from jupyter_mlops.store.home import Home
from jupyter_mlops.testing.launcher_contract import publish_only
from jupyter_mlops.testing.memory import MemoryLauncher
from jupyter_mlops.workspace import Workspace
from tests.published import publish_sweep

LONG = "import time\nwhile True:\n    time.sleep(0.05)\n"


def drafts(workspace):
    return os.listdir(workspace.home.tmp)


def test_a_submitted_run_is_listed_at_once_and_runs_to_its_end(workspace):
    run = workspace.runs.submit("print('loss=0.5')", name="first")
    assert [listed.id for listed in workspace.runs.list()] == [run.id]
    assert run.wait() == "succeeded"
    assert run.metrics == {"loss": 0.5}


def test_a_list_knows_how_far_a_run_means_to_go_whoever_says_so(workspace):
    code = "from jupyter_mlops import report\nepochs = 3\nreport(epoch=2, loss=1.0)\n"
    for params, total in ({}, 3), ({"epochs": 5}, 5):
        run = workspace.runs.submit(code, name="planned", params=params)
        assert run.wait() == "succeeded"
        row = workspace.index.get(run.id)
        assert (row.progress.done, row.progress.total) == (2, total)


def test_keywords_are_the_names_of_the_options(workspace):
    run = workspace.runs.submit(
        "epochs = 3",
        name="all-options",
        params={"epochs": 5},
        workers="2",
        keep=["epochs"],
        timeout="5m",
        retries=1,
        cpus=1,
        memory="1GB",
        gpus=0,
        kind="python",
        on="local",
        log_limit="10MB",
        log_full="stop",
    )
    spec = run.spec
    assert (spec.workers, spec.keep, spec.params) == (2, ["epochs"], {"epochs": 5})
    assert (spec.limits.timeout, spec.limits.retries, spec.limits.log, spec.limits.full) == (300, 1, 10_000_000, "stop")
    assert (spec.resources.cpus, spec.resources.memory) == (1, 1_000_000_000)
    assert run.wait() is State.SUCCEEDED


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"name": "1st"}, InvalidName),
        ({"workers": 0}, InvalidOption),
        ({"on": "mars"}, InvalidOption),
        ({"kind": "fortran"}, InvalidOption),
        ({"params": {"epoch": 1}}, InvalidParameter),
        ({"params": {"epochs": "many"}}, InvalidParameter),
        ({"keep": "nothing"}, InvalidOption),
        ({"code": "def f(:"}, SyntaxError),
        ({"code": Cell("print(lock)", {"lock": __import__("threading").Lock()})}, Uncapturable),
    ],
)
def test_what_makes_no_sense_is_refused_and_leaves_nothing(workspace, asked, error):
    with pytest.raises(error):
        workspace.runs.submit(**{"code": "epochs = 3", "name": "digits", **asked})
    assert workspace.runs.list() == []
    assert drafts(workspace) == []


def test_an_interrupt_while_values_are_written_cancels(workspace):
    def interrupt(done, name):
        raise KeyboardInterrupt

    cell = Cell("print(len(values))", {"values": [bytes([n % 256]) * 3_000_000 for n in range(4)]}, progress=interrupt)
    with pytest.raises(KeyboardInterrupt):
        workspace.runs.submit(cell, "digits")
    assert workspace.runs.list() == []
    assert drafts(workspace) == []


def test_a_run_cannot_start_runs(workspace, monkeypatch):
    monkeypatch.setenv("JUPYTER_MLOPS_RUN_DIR", "/anywhere")
    with pytest.raises(Unsupported, match="A run cannot start runs"):
        workspace.runs.submit("x = 1", name="digits")


def test_an_id_that_is_taken_is_given_up_for_another(workspace):
    first = workspace.runs.submit("x = 1", name="digits")
    ids = iter([first.id])
    fresh = workspace.runs.submission.new_id
    workspace.runs.submission.new_id = lambda name: next(ids, None) or fresh(name)
    second = workspace.runs.submit("x = 1", name="digits")
    assert second.id != first.id
    assert second.spec.id == second.path.name == second.id


def test_a_name_means_its_latest_run(workspace):
    first = workspace.runs.submit("x = 1", name="digits")
    first.wait()
    second = workspace.runs.submit("x = 2", name="digits")
    assert workspace.runs.get("digits") == second
    assert workspace.runs.get(first.id) == first


def test_a_name_that_nobody_has_is_answered_with_the_nearest(workspace):
    workspace.runs.submit("x = 1", name="digits").wait()
    with pytest.raises(NotFound, match=r"No run has the name or id 'digit'; did you mean 'digits'\?$"):
        workspace.runs.get("digit")


def test_runs_are_listed_by_conditions(workspace):
    for lr in (0.1, 0.5):
        workspace.runs.submit("lr = 0.1", name="digits", params={"lr": lr}).wait()
    workspace.runs.submit("x = 1", name="other").wait()
    assert [run.params["lr"] for run in workspace.runs.list("digits lr > 0.2")] == [0.5]
    assert [run.name for run in workspace.runs.list(limit=1)] == ["other"]


def test_stopping_returns_when_the_run_is_stopped_and_a_second_time_changes_nothing(workspace):
    run = workspace.runs.submit(LONG, name="long")
    assert run.stop().state == "stopped"
    why = run.why
    assert run.stop().why == why


def test_a_retry_is_a_new_run_of_the_same_bundle(workspace):
    first = workspace.runs.submit("epochs = 3\nprint(f'{epochs=}')", name="digits", params={"epochs": 7})
    first.wait()
    again = first.retry()
    assert again.wait() == "succeeded"
    assert (again.spec.retry_of, again.params, again.name) == (first.id, {"epochs": 7}, "digits")
    assert again.id != first.id
    assert os.stat(again.path / "bundle/cell.py").st_ino == os.stat(first.path / "bundle/cell.py").st_ino


def test_deleting_needs_a_finished_run_or_the_word_to_stop_it(workspace):
    run = workspace.runs.submit(LONG, name="long")
    with pytest.raises(Conflict):
        workspace.runs.delete(run)
    assert workspace.runs.delete(run, stop=True) > 0
    assert workspace.runs.list() == []
    assert not run.path.exists()


def test_a_run_that_still_goes_here_is_not_closed_by_hand(workspace):
    run = workspace.runs.submit(LONG, name="long")
    with pytest.raises(Conflict, match="%runs stop"):
        workspace.runs.close(run)
    run.stop()
    with pytest.raises(Conflict, match="nothing to close"):
        workspace.runs.close(run)


def test_a_run_of_another_machine_says_when_it_was_last_seen_and_is_closed_by_hand(workspace, capsys):
    origin = Origin(host="elsewhere", machine="another machine", boot="another boot")
    folder = publish_only(workspace.home, "x = 1", name="far", platform="local", origin=origin)
    workspace.reindex()
    run = workspace.runs.get("far")
    assert run.wait(timeout=0.2) == "queued"
    said = capsys.readouterr().out
    assert "far was last seen" in said
    assert f"on elsewhere; if that is gone for good, %runs close {folder.id} ends it." in said
    assert said.strip() in run.snapshot().notes
    workspace.runs.close(run)
    assert (run.state, workspace.runs.list("far").rows[0].state) == ("stopped", "stopped")
    assert run.why.startswith("Closed by hand by ")


def test_a_trial_is_meant_by_name_and_number_and_never_by_the_name_alone(workspace):
    sweep = publish_sweep(workspace.home, "digits", runs=3)
    trials = workspace.runs.list(sweep=None)
    assert workspace.runs.get("digits/3").id == trial_id(sweep.id, 3)
    assert len(trials) == 3
    assert workspace.runs.list() == []
    with pytest.raises(NotFound, match="No run has the name or id 'digits'"):
        workspace.runs.get("digits")
    with pytest.raises(NotFound, match=rf"The latest sweep of 'digits', {sweep.id}, has no trial 4\.$"):
        workspace.runs.get("digits/4")
    for word in ("digits/x", "other/3"):
        with pytest.raises(NotFound):
            workspace.runs.get(word)


def test_a_trial_is_one_of_the_latest_sweep_even_if_an_older_one_has_more(workspace):
    older = publish_sweep(workspace.home, "digits", runs=3)
    latest = publish_sweep(workspace.home, "digits", [0.5], number=60, runs=1)
    assert workspace.runs.get("digits/1").id == trial_id(latest.id, 1)
    with pytest.raises(NotFound):
        workspace.runs.get("digits/3")
    assert workspace.runs.get(trial_id(older.id, 3)).spec.trial == 3


def test_a_trial_is_repeated_as_a_run_of_its_own(workspace):
    run = workspace.runs.submit("lr = 0.1", name="digits", params={"lr": 0.5})
    run.wait()
    spec = msgspec.structs.replace(run.spec, sweep="digits-20261124-063012-7f3k", trial=3)
    (run.path / "spec.json").write_bytes(wire.encode_pretty(spec))
    again = workspace.runs.get(run.id).retry()
    again.wait()
    assert (again.spec.sweep, again.spec.trial, again.params) == ("", None, {"lr": 0.5})
    assert workspace.runs.get("digits") == again


def test_a_second_workspace_sees_and_finishes_what_a_vanished_one_began(workspace, launcher, home):
    run = workspace.runs.submit(LONG, name="long")
    while run.folder.status().state != "running":
        run.is_finished_within(0.01)
    launcher.vanish()
    other = Workspace(Home.open(home), {"local": MemoryLauncher(Home.open(home))})
    assert other.runs.get(run.id).wait(timeout=20) == "failed"
    assert "keeper" in other.runs.get(run.id).why


def test_an_earlier_run_of_the_name_that_still_goes_is_named_with_the_line_that_stops_it(workspace):
    first = workspace.runs.submit(LONG, name="digits")
    second = workspace.runs.submit(LONG, name="digits")
    assert any(f"%runs stop {first.id}" in note for note in second.snapshot().notes)
    assert not any("%runs stop" in note for note in first.snapshot().notes)
    first.stop()
    assert not any("%runs stop" in note for note in second.snapshot().notes)


def test_the_end_of_a_pod_is_mentioned_once(workspace, monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_USER", "ann")
    first = workspace.runs.submit(LONG, name="first")
    second = workspace.runs.submit(LONG, name="second")
    assert any("pod of a hub" in note for note in first.snapshot().notes)
    assert not any("pod of a hub" in note for note in second.snapshot().notes)
    assert first.spec.origin.pod


def test_secrets_of_the_environment_are_not_written_down(workspace, monkeypatch):
    monkeypatch.setenv("MY_API_TOKEN", "swordfish")
    run = workspace.runs.submit("x = 1", name="digits")
    assert b"swordfish" not in (run.path / "spec.json").read_bytes()
    assert "MY_API_TOKEN" in run.spec.withheld


def test_a_broken_run_among_good_ones_is_listed_as_broken(workspace):
    good = workspace.runs.submit("x = 1", name="good")
    bad = workspace.runs.submit("x = 1", name="bad")
    good.wait()
    bad.wait()
    (bad.path / "spec.json").write_text("{")
    workspace.reindex()
    broken = {row.id: row.broken for row in workspace.runs.list().rows}
    assert not broken[good.id]
    assert "spec.json" in broken[bad.id]
    assert "spec.json" in workspace.runs.get(bad.id).snapshot().row.broken
    assert workspace.runs.delete(bad.id) > 0


def test_archived_runs_leave_the_list_and_come_back(workspace):
    run = workspace.runs.submit("x = 1", name="digits")
    run.wait()
    workspace.runs.archive(run)
    assert workspace.runs.list() == []
    assert workspace.runs.list(archived=True) == [run]
    workspace.runs.archive(run, archived=False)
    assert workspace.runs.list() == [run]


def test_old_runs_are_those_that_ended_before(workspace):
    run = workspace.runs.submit("x = 1", name="digits")
    run.wait()
    assert workspace.runs.older("1h") == []
    assert workspace.runs.older(0) == [run]
