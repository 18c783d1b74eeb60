"""What searches on this machine do beyond what every platform promises."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from jupyter_mlops.capture.bundle import capture
from jupyter_mlops.domain.errors import InvalidOption, Unavailable
from jupyter_mlops.domain.runs import State
from jupyter_mlops.platforms.local import processes
from jupyter_mlops.platforms.local.launcher import LocalLauncher
from jupyter_mlops.platforms.local.tuner import LocalTuner
from jupyter_mlops.store import runs, sweeps
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.runs import RunFolder
from jupyter_mlops.store.sweeps import SweepFolder
from jupyter_mlops.testing.launcher_contract import PATIENCE_SECONDS, await_state, await_that, log_lines, make_spec
from jupyter_mlops.testing.tuner_contract import (
    FOREVER,
    SCORE,
    await_going,
    check_sweep,
    make_sweep_spec,
    publish_sweep_only,
    submit_sweep,
    trial_run,
    write_sweep,
)


@pytest.fixture
def tuner(home: Home) -> LocalTuner:
    return LocalTuner(home, LocalLauncher(home))


def finish(tuner: LocalTuner, sweep: SweepFolder) -> None:
    assert tuner.wait(sweep.path, PATIENCE_SECONDS)


def going(home: Home, sweep: SweepFolder) -> list[RunFolder]:
    return [trial_run(home, fact) for fact in sweep.status().trials if not fact.result]


def submit_defined(home: Home, tuner: LocalTuner, function: Callable[[Any], Any], **namespace: Any) -> SweepFolder:
    """Submit a search whose space a function says, captured as a notebook's is."""
    spec = msgspec.structs.replace(make_sweep_spec(trials=4), space=[], function="space")
    draft = home.draft()
    prepared = tuner.prepare(draft)
    write_sweep(draft, spec, f"m = 1\n{SCORE}")
    capture("space", {"space": function, **namespace}, draft / "space")
    prepared.publish(home.sweeps / spec.id)
    return SweepFolder(home.sweeps / spec.id)


# Who keeps it


def test_nothing_but_its_trials_takes_a_place_in_the_queue(home: Home, tuner: LocalTuner) -> None:
    home.change(slots=1)
    sweep = submit_sweep(home, tuner, FOREVER, parallel=2)
    await_going(home, sweep, 1)
    await_that(lambda: len(going(home, sweep)) == 2)
    waiting = next(run for run in going(home, sweep) if run.status().state is State.QUEUED)
    await_that(lambda: "Next in line" in LocalLauncher(home).place(waiting.path))
    tuner.stop(sweep.path, "a test")
    check_sweep(home, sweep)


def test_a_conductor_that_hangs_is_ended_by_who_asks_it_and_the_next_one_answers(
    home: Home, tuner: LocalTuner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jupyter_mlops.platforms.local.tuner._HANG_SECONDS", 1.0)
    impatient = LocalTuner(home, LocalLauncher(home))
    sweep = submit_sweep(home, tuner, FOREVER)
    await_going(home, sweep, 2)
    conductor = sweep.keeper()
    assert conductor is not None
    os.kill(conductor.pid, signal.SIGSTOP)
    impatient.stop(sweep.path, "a test")
    assert (sweep.status().state, sweep.status().why) == (State.STOPPED, "Stopped by a test.")
    check_sweep(home, sweep)


def test_a_conductor_that_is_told_to_end_leaves_its_trials_to_the_next(home: Home, tuner: LocalTuner) -> None:
    sweep = submit_sweep(home, tuner, FOREVER)
    await_going(home, sweep, 2)
    conductor = sweep.keeper()
    assert conductor is not None
    os.kill(conductor.pid, signal.SIGTERM)
    await_that(lambda: not sweep.is_kept())
    assert all(run.is_kept() for run in going(home, sweep))
    tuner.settle(sweep.path)
    assert sweep.is_kept()
    tuner.stop(sweep.path, "a test")
    check_sweep(home, sweep)


def test_a_sweep_whose_folder_vanishes_ends_its_trials_and_its_conductor(home: Home, tuner: LocalTuner) -> None:
    sweep = submit_sweep(home, tuner, FOREVER)
    await_going(home, sweep, 2)
    trials = going(home, sweep)
    gone = SweepFolder(home.path / "gone")
    sweep.path.rename(gone.path)
    for run in trials:
        await_that(lambda run=run: run.status().state.is_finished)  # type: ignore[misc]  # bound now
        assert run.status().why == "Its sweep was deleted."
    await_that(lambda: not gone.is_kept())


def test_an_interpreter_that_is_gone_fails_the_sweep_in_one_sentence(
    home: Home, tuner: LocalTuner, tmp_path: Path
) -> None:
    python = str(tmp_path / "gone")
    sweep = publish_sweep_only(home, SCORE, python=python)
    finish(tuner, sweep)
    assert sweep.status().state is State.FAILED
    assert sweep.status().why == f"Its conductor could not start: {python}: No such file or directory."
    with pytest.raises(InvalidOption, match="is not a program"):
        tuner.check(make_sweep_spec(python=python))


def test_a_conductor_that_fails_ends_its_trials_and_says_why(home: Home, tuner: LocalTuner) -> None:
    sweep = submit_sweep(home, tuner, FOREVER)
    await_going(home, sweep, 2)
    conductor = sweep.keeper()
    assert conductor is not None
    processes.kill(conductor.pid)
    await_that(lambda: not sweep.is_kept())
    sweep.journal.write_text('{"op_code": "nonsense"}\n')
    finish(tuner, sweep)
    assert sweep.status().state is State.FAILED
    assert str(sweep.journal) in sweep.status().why
    assert "Traceback" in (sweep.path / "keeper.log").read_text()
    check_sweep(home, sweep)
    # Who asks for more is told the same again.
    tuner.resume(sweep.path, 1, "a test")
    finish(tuner, sweep)
    assert (sweep.status().state, sweep.status().leg) == (State.FAILED, 2)


def test_a_keeper_that_never_answers_is_told_of(home: Home, tuner: LocalTuner, monkeypatch: pytest.MonkeyPatch) -> None:
    sweep = submit_sweep(home, tuner, SCORE)
    finish(tuner, sweep)
    await_that(lambda: not sweep.is_kept())
    monkeypatch.setattr(LocalTuner, "launch", lambda *_: None)
    monkeypatch.setattr("jupyter_mlops.platforms.local.keepers.Keepers.launch", lambda *_: None)
    with pytest.raises(Unavailable, match=r"No keeper of test-\S+ answers"):
        tuner.resume(sweep.path, 1, "a test")


# Its trials


def test_a_trial_that_somebody_stops_counts_as_stopped_and_the_search_goes_on(home: Home, tuner: LocalTuner) -> None:
    cell = f"{SCORE}if n == 1:\n    import time\n    time.sleep(1000)\n"
    sweep = submit_sweep(home, tuner, cell, "n=1..3", algorithm="grid", trials=3)
    await_that(lambda: any(fact.params == {"n": 1} for fact in sweep.status().trials))
    fact = next(fact for fact in sweep.status().trials if fact.params == {"n": 1})
    await_that(lambda: trial_run(home, fact).path.exists())
    await_state(trial_run(home, fact), State.RUNNING)
    LocalLauncher(home).stop(trial_run(home, fact).path, "anna")
    finish(tuner, sweep)
    assert sweep.status().state is State.SUCCEEDED
    told = sweep.status().trials[fact.trial - 1]
    assert (told.result, told.why) == ("stopped", "Stopped by anna.")
    check_sweep(home, sweep)


def test_a_trial_that_somebody_deletes_counts_as_stopped_and_the_search_goes_on(home: Home, tuner: LocalTuner) -> None:
    sweep = submit_sweep(home, tuner, FOREVER, parallel=1, trials=2)
    await_going(home, sweep, 1)
    (first,) = going(home, sweep)
    shutil.rmtree(first.path)
    await_going(home, sweep, 1)
    told = sweep.status().trials[0]
    assert (told.result, told.why) == ("stopped", "Its run was deleted.")
    tuner.stop(sweep.path, "a test")
    assert [fact.result for fact in sweep.status().trials] == ["stopped", "stopped"]


def test_a_deleted_trial_stays_a_fact_of_its_sweep(home: Home, tuner: LocalTuner) -> None:
    sweep = submit_sweep(home, tuner, SCORE, trials=2, parallel=1)
    finish(tuner, sweep)
    before = sweep.status().trials
    first = trial_run(home, before[0])
    await_that(lambda: not first.is_kept() and not sweep.is_kept())
    runs.delete(home, first)
    assert sweep.status().trials == before
    tuner.resume(sweep.path, 1, "a test")
    finish(tuner, sweep)
    assert [fact.result for fact in sweep.status().trials] == ["complete"] * 3
    await_that(lambda: not sweep.is_kept())
    sweeps.delete(home, sweep)
    assert list(home.runs.iterdir()) == []


def test_values_that_were_not_written_down_come_from_where_the_search_was_started(
    home: Home, tuner: LocalTuner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_SECRET", "swordfish")
    run = make_spec(withheld=["MY_SECRET"], env={"PATH": os.environ["PATH"]})
    cell = f"{SCORE}import os\nprint(os.environ['MY_SECRET'])\n"
    sweep = submit_sweep(home, tuner, cell, run=run, trials=1)
    finish(tuner, sweep)
    assert "swordfish" in log_lines(trial_run(home, sweep.status().trials[0]))
    assert b"swordfish" not in b"".join(path.read_bytes() for path in home.path.rglob("*.json*"))


def test_what_is_left_of_a_search_is_nothing_but_its_folders(home: Home, tuner: LocalTuner) -> None:
    sweep = submit_sweep(home, tuner, SCORE)
    finish(tuner, sweep)
    await_that(lambda: not sweep.is_kept())
    await_that(lambda: not list(home.tmp.iterdir()))
    written = {path.name: path.stat().st_mode & 0o077 for path in sweep.path.iterdir() if path.name != "spec.json"}
    assert set(written.values()) == {0}, written


# A function that says the space


def test_a_function_of_the_notebook_says_the_space(home: Home, tuner: LocalTuner) -> None:
    bounds = {"low": 3, "high": 5}

    def space(trial: Any) -> dict[str, Any]:
        print("nobody sees this")
        found = {"n": trial.suggest_int("n", bounds["low"], bounds["high"])}
        if found["n"] > 3:
            found["m"] = trial.suggest_categorical("m", [7, 8])
        return found

    sweep = submit_defined(home, tuner, space)
    finish(tuner, sweep)
    assert sweep.status().state is State.SUCCEEDED, sweep.status().why
    for fact in sweep.status().trials:
        assert fact.params["n"] in (3, 4, 5)
        assert ("m" in fact.params) == (fact.params["n"] != 3)
    check_sweep(home, sweep)


def test_a_function_that_fails_ends_the_sweep_in_one_sentence(home: Home, tuner: LocalTuner) -> None:
    def space(trial: Any) -> dict[str, Any]:
        raise KeyError("depth")

    sweep = submit_defined(home, tuner, space)
    finish(tuner, sweep)
    assert sweep.status().state is State.FAILED
    assert "The function 'space', which says the space, failed" in sweep.status().why
    assert "KeyError: 'depth'" in sweep.status().why
    check_sweep(home, sweep)


def test_a_parameter_that_the_cell_does_not_have_ends_the_sweep_in_one_sentence(home: Home, tuner: LocalTuner) -> None:
    sweep = submit_defined(home, tuner, lambda trial: {"o": trial.suggest_int("o", 1, 3)})
    finish(tuner, sweep)
    assert sweep.status().state is State.FAILED
    assert "The cell has no parameter 'o'" in sweep.status().why


# What it learns


def test_importance_is_reckoned_after_the_end_for_which_nobody_waits(home: Home, tuner: LocalTuner) -> None:
    cell = "a = 1\nb = 1\nfrom jupyter_mlops import report\nreport(accuracy=a * 100 + b)\n"
    sweep = submit_sweep(home, tuner, cell, "a=1..9", "b=1..9", trials=12)
    finish(tuner, sweep)
    while sweep.is_kept() or [found.trials for found in sweep.importance()] != [12]:
        time.sleep(0.02)
    (found,) = sweep.importance()
    assert (found.metric, found.trials) == ("accuracy", 12)
    assert list(found.shares) == ["a", "b"]
