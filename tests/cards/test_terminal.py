"""The card of one run as text."""

from __future__ import annotations

import pytest

from jupyter_mlops.cards import run_text
from jupyter_mlops.domain.runs import CellError, RunSnapshot, State
from tests.cards.conftest import NOW, Make, every_state, summary

STATES = every_state()


@pytest.mark.parametrize("run", STATES.values(), ids=STATES)
def test_the_first_line_says_state_name_and_place(run: RunSnapshot) -> None:
    first = run_text(run, NOW).splitlines()[0]
    assert first.split()[1] == "digits"
    assert first.split()[0].istitle()


@pytest.mark.parametrize("run", STATES.values(), ids=STATES)
def test_colours_come_only_when_asked_for(run: RunSnapshot) -> None:
    assert "\x1b" not in run_text(run, NOW)
    assert run_text(run, NOW, colour=True).startswith("\x1b[1;")


def test_a_running_run_lists_metrics_log_and_what_can_be_done() -> None:
    lines = run_text(STATES["running"], NOW).splitlines()
    assert lines[1].split() == ["metrics", "loss", "0.250", "█▄▂▁", "best", "0.250", "at", "epoch", "3"]
    assert [line.split()[-1] for line in lines[2:5]] == ["two", "three", "four"]
    assert lines[-1] == "  next      digits.wait() waits for its end, digits.stop() ends it"


def test_a_failed_run_shows_the_traceback() -> None:
    text = run_text(STATES["failed"], NOW)
    assert "error     ValueError: loss is not finite" in text
    assert "\nValueError: loss is not finite\n" in text
    assert "rank 0: stopped, as rank 1 had failed" in text


def test_without_a_traceback_the_cells_own_lines_stand_there(make: Make) -> None:
    error = CellError("ValueError", "loss is not finite", line=4)
    text = run_text(make({"state": State.FAILED}, error=error), NOW)
    assert "->    4     loss = fit(model)" in text


def test_the_reason_of_a_waiting_run_comes_first() -> None:
    assert run_text(STATES["waiting"], NOW).splitlines()[1] == "  why       2 of 2 slots are taken."


def test_metrics_beyond_a_few_are_counted(make: Make) -> None:
    metrics = {f"m{place}": summary([1.0, 2.0]) for place in range(200)}
    assert "and 196 more: digits.metrics" in run_text(make({"metrics": metrics}), NOW)
