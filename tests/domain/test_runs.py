"""Which states follow which, and what a run's events come to."""

from __future__ import annotations

import itertools

from jupyter_mlops.domain.runs import (
    CellEnded,
    CellError,
    CellFailed,
    Logged,
    Made,
    Noted,
    RankExited,
    RankStarted,
    RunNotes,
    RunSpec,
    State,
    StateChanged,
    fold,
    is_legal,
    row_of,
)
from jupyter_mlops.testing.launcher_contract import make_spec

Q, S, R = State.QUEUED, State.STARTING, State.RUNNING


def spec(workers: int = 2) -> RunSpec:
    return make_spec(workers=workers)


def test_a_run_goes_from_queued_over_starting_and_running_to_its_end():
    ends = [State.SUCCEEDED, State.FAILED, State.STOPPED]
    legal = {(before, after) for before, after in itertools.product(State, State) if is_legal(before, after)}

    assert {(Q, S), (S, R), (Q, ends[1]), (Q, ends[2]), (R, S)} <= legal
    assert {(S, end) for end in ends} | {(R, end) for end in ends} <= legal
    assert (Q, R) not in legal
    assert (Q, ends[0]) not in legal
    assert [pair for pair in legal if pair[0].is_finished] == []


def test_a_state_is_shown_as_the_word_that_it_equals():
    assert all(state == state.value for state in State)
    assert (repr(State.FAILED), str(State.FAILED)) == ("'failed'", "failed")


def test_the_same_unfinished_state_again_is_a_new_reason():
    assert is_legal(Q, Q)
    assert not is_legal(State.FAILED, State.FAILED)


def test_a_new_attempt_begins_anew_and_events_of_the_old_one_no_longer_count():
    status = fold(
        spec(),
        [
            StateChanged(time=1, state=S, attempt=1),
            RankStarted(time=1, rank=0, attempt=1, pid=7),
            StateChanged(time=2, state=R, attempt=1),
            CellFailed(time=3, rank=0, attempt=1, error=CellError("ValueError", "boom")),
            RankExited(time=3, rank=0, attempt=1, code=1),
            StateChanged(time=4, state=S, why="Attempt 1 failed: ValueError: boom", attempt=2),
            RankExited(time=4, rank=1, attempt=1, signal=15),
        ],
    )

    assert (status.state, status.attempt, status.error, status.started) == (S, 2, None, None)
    assert [(rank.pid, rank.code, rank.signal) for rank in status.ranks] == [(0, None, None)] * 2


def test_the_end_keeps_what_was_made_and_said():
    made = Made("model", "Net", 12)
    status = fold(
        spec(1),
        [
            StateChanged(time=1, state=S, attempt=1),
            StateChanged(time=2, state=R, attempt=1),
            Noted(time=2, text="Careful."),
            CellEnded(time=3, attempt=1, made=[made]),
            StateChanged(time=4, state=State.SUCCEEDED),
        ],
    )

    assert (status.state, status.started, status.ended) == (State.SUCCEEDED, 2, 4)
    assert (status.made, status.notes) == ([made], ["Careful."])


def test_what_was_set_stands_before_what_was_logged_and_wins():
    asked = make_spec(params={"lr": 0.1})
    status = fold(
        asked,
        [
            StateChanged(time=1, state=State.STARTING),
            Logged(time=2, attempt=1, tags={"team": "vision", "depth": "deep"}),
            Logged(time=3, attempt=1, params={"lr": 9, "depth": 3}),
        ],
    )
    params = row_of(asked, status, {}, None, RunNotes()).params
    assert list(params.items()) == [("lr", 0.1), ("depth", 3), ("team", "vision")]
    again = fold(
        asked, [Logged(time=1, attempt=1, params={"a": 1}), StateChanged(time=2, state=State.STARTING, attempt=2)]
    )
    assert row_of(asked, again, {}, None, RunNotes()).params == {"lr": 0.1}
