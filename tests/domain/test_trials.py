from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlops.domain import trials as rules
from jupyter_mlops.domain.runs import Answered, MetricSummary, Number, RunNotes, RunRow, RunSpec, State, StateChanged
from jupyter_mlops.domain.sweeps import (
    Extended,
    Objective,
    Result,
    SweepEvent,
    SweepSpec,
    SweepStatus,
    TrialAsked,
    TrialFact,
    TrialTold,
    fold,
    front,
    is_trial_of,
    row_of,
    trial_id,
)
from jupyter_mlops.domain.trials import Ending, Outcome

ID = "digits-20261124-063012-7f3k"
FAILED: list[Result] = ["failed"] * 5
RUN = RunSpec(id=ID, name="digits", code_hash="", created=1.0, python="python", cwd="/")


def make_spec(**values: Any) -> SweepSpec:
    told: dict[str, Any] = {"objectives": [Objective("accuracy")], "trials": 10, "parallel": 2} | values
    return SweepSpec(id=ID, name="digits", created=1.0, run=RUN, **told)


def begun(time: float = 100.0, leg: int = 1) -> StateChanged:
    return StateChanged(time=time, state=State.RUNNING, attempt=leg)


def asked(trial: int) -> TrialAsked:
    return TrialAsked(time=100.0 + trial, trial=trial, run=trial_id(ID, trial), params={"lr": trial / 10})


def told(trial: int, result: Result = "complete", value: float = 0.5, why: str = "") -> TrialTold:
    values: list[Number] = [value] if result == "complete" else []
    return TrialTold(time=200.0 + trial, trial=trial, result=result, values=values, why=why)


def came_to(*results: Result, spec: SweepSpec | None = None) -> SweepStatus:
    """Return the status of a leg in which trials came to these results; ``""`` is one that goes."""
    events: list[SweepEvent] = [begun()]
    for trial, result in enumerate(results, 1):
        events.append(asked(trial))
        if result:
            events.append(told(trial, result, why=f"why {trial}"))
    return fold(spec or make_spec(), events)


def run_row(state: State, why: str = "", /, **metrics: float) -> RunRow:
    made = {name: MetricSummary(value, 1.0, value, 1.0, value, 1.0, 1) for name, value in metrics.items()}
    return RunRow(id=trial_id(ID, 1), name="digits", state=state, why=why, metrics=made)


# What came of a trial


def test_a_trial_is_complete_with_the_last_value_of_every_objective() -> None:
    objectives = [Objective("loss", "minimize"), Objective("accuracy")]
    row = run_row(State.SUCCEEDED, accuracy=0.9, loss=0.1, other=3.0)
    assert rules.outcome_of(objectives, row) == Outcome("complete", [0.1, 0.9], "")


def test_what_is_no_number_is_a_value_too() -> None:
    result, values, _ = rules.outcome_of([Objective("loss")], run_row(State.SUCCEEDED, loss=math.nan))
    assert result == "complete"
    assert math.isnan(float(values[0]))


def test_a_failed_trial_keeps_its_reason() -> None:
    row = run_row(State.FAILED, "ValueError: seven (line 3)", accuracy=0.9)
    assert rules.outcome_of([Objective("accuracy")], row) == Outcome("failed", [], row.why)


def test_a_run_that_was_pruned_is_told_from_one_that_was_stopped() -> None:
    pruned = run_row(State.STOPPED, "pruned at step 12: 0.71, the median is 0.83", accuracy=0.71)
    assert rules.outcome_of([Objective("accuracy")], pruned) == Outcome("pruned", [0.71], pruned.why)
    stopped = run_row(State.STOPPED, "Stopped by anna.", accuracy=0.71)
    assert rules.outcome_of([Objective("accuracy")], stopped) == Outcome("stopped", [], stopped.why)


@pytest.mark.parametrize(
    ("metrics", "why"),
    [
        ({"acuracy": 1.0}, "It did not report 'accuracy'; it reported acuracy; did you mean 'acuracy'?"),
        ({"loss": 1.0, "f1": 0.5}, "It did not report 'accuracy'; it reported f1, loss."),
        ({}, "It did not report 'accuracy', nor anything else; write report(accuracy=...) in the cell."),
    ],
)
def test_a_trial_that_does_not_report_the_objective_says_what_it_did(metrics: dict[str, float], why: str) -> None:
    row = run_row(State.SUCCEEDED, "", **metrics)
    assert rules.outcome_of([Objective("accuracy")], row) == Outcome("failed", [], why)


# When the search is over


def test_a_search_that_has_just_begun_goes_on() -> None:
    assert rules.ending_of(make_spec(), came_to(), 100.0) is None
    assert rules.may_begin(make_spec(), came_to())


def test_no_more_trials_go_than_may_and_no_more_are_made_than_are_wanted() -> None:
    spec = make_spec(trials=3, parallel=2)
    assert rules.may_begin(spec, came_to("", spec=spec))
    assert not rules.may_begin(spec, came_to("", "", spec=spec))
    assert rules.may_begin(spec, came_to("complete", "", spec=spec))
    assert not rules.may_begin(spec, came_to("complete", "complete", "", spec=spec))


def test_it_succeeds_when_the_last_trial_has_its_end() -> None:
    spec = make_spec(trials=2)
    assert rules.ending_of(spec, came_to("complete", "", spec=spec), 100.0) is None
    assert rules.ending_of(spec, came_to("complete", "failed", spec=spec), 100.0) == Ending(State.SUCCEEDED, "")


def test_who_asks_for_the_end_is_named_though_all_is_done() -> None:
    spec = make_spec(trials=1)
    stop = Answered(time=300.0, request="r", verb="stop", who="anna")
    status = fold(spec, [begun(), asked(1), told(1), stop])
    assert rules.ending_of(spec, status, 300.0) == Ending(State.STOPPED, "Stopped by anna.")


def test_a_new_leg_forgets_who_stopped_the_one_before() -> None:
    stop = Answered(time=300.0, request="r", verb="stop", who="anna")
    over = StateChanged(time=301.0, state=State.STOPPED)
    status = fold(make_spec(), [begun(), asked(1), told(1), stop, over, begun(400.0, leg=2)])
    assert rules.ending_of(make_spec(), status, 400.0) is None


def test_five_failures_in_a_row_are_the_end() -> None:
    assert rules.ending_of(make_spec(), came_to(*FAILED[:4]), 100.0) is None
    ending = rules.ending_of(make_spec(), came_to(*FAILED[:5]), 100.0)
    assert ending == Ending(State.FAILED, "5 trials in a row failed; the last one: why 5")


def test_any_other_end_breaks_the_row() -> None:
    status = came_to("failed", "failed", "failed", "failed", "stopped", "failed", "failed")
    assert rules.ending_of(make_spec(), status, 100.0) is None


def test_where_fewer_trials_are_wanted_all_of_them_are_a_row() -> None:
    spec = make_spec(trials=2)
    ending = rules.ending_of(spec, came_to("failed", "failed", spec=spec), 100.0)
    assert ending == Ending(State.FAILED, "2 trials in a row failed; the last one: why 2")
    spec = make_spec(trials=1)
    ending = rules.ending_of(spec, came_to("failed", spec=spec), 100.0)
    assert ending == Ending(State.FAILED, "Its only trial failed; the last one: why 1")


def test_failures_of_the_leg_before_do_not_count() -> None:
    spec = make_spec(trials=5)
    events: list[SweepEvent] = [begun()]
    for trial in range(1, 6):
        events += [asked(trial), told(trial, "failed")]
    events += [StateChanged(time=300.0, state=State.FAILED), Extended(time=301.0, trials=3), begun(302.0, leg=2)]
    assert rules.ending_of(spec, fold(spec, events), 302.0) is None
    events += [asked(6), told(6, "failed"), asked(7), told(7, "failed")]
    assert rules.ending_of(spec, fold(spec, events), 302.0) is None
    events += [asked(8), told(8, "failed", why="again")]
    ending = rules.ending_of(spec, fold(spec, events), 302.0)
    assert ending == Ending(State.FAILED, "3 trials in a row failed; the last one: again")


def test_the_first_trial_that_lacks_the_objective_is_the_end() -> None:
    why = "It did not report 'accuracy'; it reported acuracy; did you mean 'acuracy'?"
    status = fold(make_spec(), [begun(), asked(1), told(1, "failed", why=why)])
    ending = rules.ending_of(make_spec(), status, 100.0)
    assert ending == Ending(
        State.FAILED, "Trial 1 did not report 'accuracy'; it reported acuracy; did you mean 'acuracy'?"
    )


def test_a_later_trial_that_lacks_the_objective_is_a_failed_one() -> None:
    why = "It did not report 'accuracy'; it reported loss."
    status = fold(make_spec(), [begun(), asked(1), told(1), asked(2), told(2, "failed", why=why)])
    assert rules.ending_of(make_spec(), status, 100.0) is None


@pytest.mark.parametrize(("direction", "value", "is_over"), [
    ("maximize", 0.89, False), ("maximize", 0.9, True), ("minimize", 0.91, False), ("minimize", 0.9, True),
    ("minimize", 0.1, True), ("maximize", math.nan, False),
])  # fmt: skip
def test_a_value_that_is_good_enough_is_the_end(direction: Any, value: float, is_over: bool) -> None:
    spec = make_spec(objectives=[Objective("accuracy", direction)], stop_at=0.9)
    ending = rules.ending_of(spec, fold(spec, [begun(), asked(1), told(1, value=value)]), 100.0)
    assert (ending is not None) == is_over
    if ending is not None:
        assert ending == Ending(State.SUCCEEDED, f"Trial 1 reached accuracy {value:g}, and 0.9 was enough.")


def test_the_time_limit_counts_from_the_beginning_of_the_leg() -> None:
    spec = make_spec(timeout=60.0)
    status = came_to("complete", "", spec=spec)
    assert rules.seconds_left(spec, status, 130.0) == 30.0
    assert rules.ending_of(spec, status, 159.9) is None
    why = "Its limit of 1\u202fmin (--timeout) came after 1 of 10 trials."
    assert rules.ending_of(spec, status, 160.0) == Ending(State.SUCCEEDED, why)
    ending = rules.ending_of(spec, came_to("", spec=spec), 160.0)
    assert ending == Ending(State.FAILED, "Its limit of 1\u202fmin (--timeout) came after 0 of 10 trials.")


# The run of a trial


def test_the_run_of_a_trial_has_its_parameters_in_its_cell() -> None:
    cell = "# %%tune digits lr=0.1..1.0\nlr = 0.1\nepochs = 5\n"
    spec = make_spec()
    first, text = rules.trial_run(spec, TrialFact(3, trial_id(ID, 3), {"lr": 0.25}), cell, 9.0)
    assert text == cell.replace("lr = 0.1", "lr = 0.25")
    assert (first.id, first.sweep, first.trial, first.created) == (f"{ID}t3", ID, 3, 9.0)
    assert (first.params, first.plan) == ({"lr": 0.25}, {"epochs": 5})


def test_the_hash_of_a_trial_does_not_hang_on_the_line_of_the_magic() -> None:
    from hashlib import sha256

    body = "lr = 0.1\n"
    fact = TrialFact(1, trial_id(ID, 1), {"lr": 0.25})
    wanted = sha256(b"lr = 0.25\n").hexdigest()
    import msgspec

    run = msgspec.structs.replace(RUN, code_hash=sha256(body.encode()).hexdigest())
    spec = msgspec.structs.replace(make_spec(), run=run)
    for cell in (body, f"# %%tune digits\n{body}"):
        assert rules.trial_run(spec, fact, cell, 1.0)[0].code_hash == wanted


# What all trials come to


def test_a_trial_is_known_by_its_id() -> None:
    assert is_trial_of(f"{ID}t12", ID)
    assert not any(is_trial_of(f"{ID}{tail}", ID) for tail in ("", "t", "t0", "t01", "tx", "x1", "t1x"))


def test_events_out_of_turn_are_refused() -> None:
    for event in (asked(2), told(1)):
        with pytest.raises(LookupError):
            fold(make_spec(), [begun(), event])


def test_a_row_counts_every_trial_once() -> None:
    status = came_to("complete", "failed", "pruned", "stopped", "complete", "")
    row = row_of(make_spec(), status, RunNotes())
    assert (row.complete, row.failed, row.pruned, row.stopped, row.going) == (2, 1, 1, 1, 1)
    assert (row.best, row.best_run, row.best_params) == (1, trial_id(ID, 1), {"lr": 0.1})


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=30))
def test_the_front_is_what_nothing_surpasses(points: list[tuple[int, int]]) -> None:
    objectives = [Objective("gain"), Objective("cost", "minimize")]
    facts = [
        TrialFact(number, f"r{number}", result="complete", values=[float(gain), float(cost)])
        for number, (gain, cost) in enumerate(points, 1)
    ]
    wanted = [
        number
        for number, (gain, cost) in enumerate(points, 1)
        if not any(g >= gain and c <= cost and (g, c) != (gain, cost) for g, c in points)
    ]
    assert [fact.trial for fact in front(objectives, facts)] == wanted
