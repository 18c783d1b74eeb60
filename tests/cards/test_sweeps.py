"""Cards and tables of sweeps: what they say in each state, that hostile text stays text, and that they are small."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from jupyter_mlops.cards.sweeps import SWEEP_MIME_TYPE, sweep_html, sweep_mimebundle, sweep_text
from jupyter_mlops.cards.sweeptable import sweeps_html, sweeps_text
from jupyter_mlops.domain.runs import State
from jupyter_mlops.domain.spaces import Dimension
from jupyter_mlops.domain.sweeps import Importance, Objective, SweepRow, SweepSnapshot, TrialFact

NOW = 1_732_459_272.0


def trials(number: int) -> list[TrialFact]:
    """Return trials of which every third was pruned and the fourth failed."""
    found = []
    for trial in range(1, number + 1):
        result = "failed" if trial == 4 else "pruned" if trial % 3 == 0 else "complete"
        why = {"failed": "ValueError: lr is too large", "pruned": "pruned at step 2: 0.71, the median is 0.83"}
        found.append(
            TrialFact(
                trial=trial,
                run=f"digits-20261124-144053-7f3kt{trial}",
                params={"lr": 0.1 / trial, "depth": trial},
                result=result,  # type: ignore[arg-type]
                values=[] if result == "failed" else [0.9 + trial / 1000],
                why=why.get(result, ""),
                asked=NOW - 100 + trial,
                told=NOW - 99 + trial,
            )
        )
    return found


def snapshot(row: dict[str, Any] | None = None, **changes: Any) -> SweepSnapshot:
    told = trials(10)
    shown = SweepRow(
        id="digits-20261124-144053-7f3k",
        name="digits",
        state=State.RUNNING,
        objectives=[Objective("accuracy", "maximize", True)],
        parallel=2,
        wanted=20,
        complete=6,
        pruned=3,
        failed=1,
        best=10,
        best_run=told[-1].run,
        best_values=[0.91],
        best_params={"lr": 0.01, "depth": 10},
        first=0.901,
        recent=[0.901, 0.902, 0.905, 0.91],
        created=NOW - 112,
        started=NOW - 100,
    )
    found = SweepSnapshot(
        row=msgspec.structs.replace(shown, **(row or {})),
        space=[Dimension("lr", low=1e-4, high=0.1, log=True), Dimension("depth", low=2, high=8, whole=True)],
        trials=told,
        importance=[Importance("accuracy", "fANOVA", 6, {"lr": 0.8, "depth": 0.2})],
        captured="X, y (92 kB)",
        home="h1",
    )
    return msgspec.structs.replace(found, **changes)


def test_a_running_sweep_says_what_is_best_and_what_remains():
    text = sweep_text(snapshot(), NOW)
    assert text.startswith("Running  digits  sweep, tpe  10 of 20 trials · 1\u202fmin 40\u202fs")
    assert "accuracy 0.910" in text
    assert "trial 10" in text
    assert "6 succeeded, 3 pruned, 1 failed" in text
    assert "lr 0.80, depth 0.20  (fANOVA, 6 trials)" in text
    assert "pruned at step 2: 0.71, the median is 0.83" in text
    assert "digits_sweep.wait()" in text


def test_a_finished_sweep_says_how_to_go_on():
    text = sweep_text(snapshot({"state": State.SUCCEEDED, "ended": NOW, "wanted": 10}), NOW)
    assert "Succeeded  digits  sweep, tpe  10 of 10 trials · 1\u202fmin 40\u202fs\n" in text
    assert "digits_sweep.best is what it found, digits_sweep.resume(trials=20) goes on" in text


@pytest.mark.parametrize(
    ("row", "changes", "says"),
    [
        ({}, {}, "Best so far"),
        (
            {"state": State.QUEUED, "best": None, "best_values": [], "complete": 0, "pruned": 0, "failed": 0},
            {"trials": []},
            "No trial has ended yet",
        ),
        ({"best": None, "best_values": []}, {}, "No trial has ended with a number"),
        ({"state": State.FAILED, "why": "No trial reports acc", "ended": NOW}, {}, "No trial reports acc."),
        ({"state": State.STOPPED, "why": "Stopped by ada.", "ended": NOW}, {}, "resume()"),
        ({"state": State.SUCCEEDED, "ended": NOW}, {}, "is trial 10"),
        ({}, {"detached": True}, "goes on without this cell"),
        ({"broken": "its spec.json is missing"}, {}, "cannot be read"),
        ({"front": [1, 2], "best": None, "objectives": [Objective("a"), Objective("b")]}, {}, "none surpasses"),
    ],
)
def test_each_state_is_told(row, changes, says):
    shown = sweep_html(snapshot(row, **changes), NOW)
    assert says in shown
    assert "None" not in shown
    assert "undefined" not in shown


def test_a_card_that_was_tall_stays_tall():
    finished = snapshot({"state": State.SUCCEEDED, "ended": NOW})
    assert '<div class="j-body' not in sweep_html(finished, NOW)
    assert '<div class="j-body' in sweep_html(finished, NOW, is_tall=True)


def test_hostile_text_stays_text():
    evil = "<img src=x onerror=alert(1)>\x1b[2J"
    row = {
        "name": evil,
        "why": evil,
        "state": State.FAILED,
        "objectives": [Objective(evil)],
        "best_params": {evil: evil},
    }
    facts = [msgspec.structs.replace(fact, why=evil, params={evil: evil}) for fact in trials(3)]
    shown = sweep_html(snapshot(row, trials=facts, captured=evil, notes=[evil]), NOW, is_tall=True)
    assert "<img" not in shown
    assert "\x1b" not in shown
    assert "<img" not in sweeps_html([snapshot(row).row], NOW)
    assert "\x1b" not in sweep_text(snapshot(row), NOW)


def test_the_saved_snapshot_is_small_with_a_thousand_trials():
    bundle = sweep_mimebundle(snapshot(trials=trials(1000)), NOW)
    payload = bundle[SWEEP_MIME_TYPE]
    assert payload["id"] == "digits-20261124-144053-7f3k"
    assert payload["snapshot"]["trials"][-1]["trial"] == 1000
    assert len(json.dumps(payload, allow_nan=False)) < 50_000


def test_half_of_a_surrogate_pair_is_shown_and_saved():
    payload = sweep_mimebundle(snapshot({"name": "half \ud83d"}), NOW)
    json.dumps(payload).encode()


def test_a_table_has_a_line_for_each_sweep():
    rows = [snapshot().row, snapshot({"state": State.FAILED, "why": "Five trials in a row failed."}).row]
    text = sweeps_text(rows, NOW)
    assert "accuracy 0.910" in text
    assert "10/20" in text
    assert "Five trials in a row failed." in text
    assert text.endswith("2 sweeps: 1 running, 1 failed")
    assert sweeps_html(rows, NOW).count("<tr") == 3


def test_no_sweeps_teach_how_to_make_one():
    assert "%%tune digits lr=1e-4..1e-1:log" in sweeps_text([], NOW)
    assert "No sweep state = failed. %sweeps shows all." in sweeps_text([], NOW, "state = failed")
