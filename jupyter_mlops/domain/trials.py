"""What a conductor decides: which trials may begin, what came of one, and when the search is over. Pure rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from jupyter_mlops.domain.errors import nearest
from jupyter_mlops.domain.parameters import hash_as_before, parameters, substitute
from jupyter_mlops.domain.plans import planned
from jupyter_mlops.domain.runs import MetricSummary, Number, RunRow, RunSpec, State
from jupyter_mlops.domain.sweeps import (
    Objective,
    Result,
    SweepSpec,
    SweepStatus,
    TrialFact,
    is_better,
)
from jupyter_mlops.domain.units import format_duration

FAILURES = 5
"""How many trials may fail in a row, if so many are wanted."""

PRUNED = "pruned at step "
"""How the ``why`` of a run begins that was stopped because it fell behind."""

DELETED = "Its run was deleted."
_LACKS = "It did not report "


class Outcome(NamedTuple):
    """What came of a trial."""

    result: Result
    values: list[Number]
    why: str


class Ending(NamedTuple):
    """Why a search comes to its end."""

    state: State
    why: str


def trial_run(spec: SweepSpec, fact: TrialFact, cell: str, created: float) -> tuple[RunSpec, str]:
    """Return what the run of a trial is, and its cell.

    Args:
        spec: The sweep's.
        fact: The trial, with its parameters.
        cell: The cell of all trials.
        created: When it is submitted.

    Raises:
        InvalidParameter: the cell has no such parameter, or one of another type.
    """
    text = substitute(cell, fact.params)
    run = msgspec.structs.replace(
        spec.run,
        id=fact.run,
        name=spec.name,
        created=created,
        params={**spec.run.params, **fact.params},
        code_hash=hash_as_before(cell, spec.run.code_hash, text),
        plan=planned(parameters(text)),
        sweep=spec.id,
        trial=fact.trial,
    )
    return run, text


def outcome_of(objectives: list[Objective], row: RunRow) -> Outcome:
    """Return what came of a trial whose run has ended as ``row`` says."""
    if row.broken:
        return Outcome("failed", [], row.broken)
    values = [row.metrics[each.metric].last for each in objectives if each.metric in row.metrics]
    if row.state is State.STOPPED and row.why.startswith(PRUNED):
        return Outcome("pruned", values[:1], row.why)
    if row.state is not State.SUCCEEDED:
        return Outcome("stopped" if row.state is State.STOPPED else "failed", [], row.why)
    if lacks := _lacking(objectives, row.metrics):
        return Outcome("failed", [], lacks)
    return Outcome("complete", values, "")


def may_begin(spec: SweepSpec, status: SweepStatus) -> bool:
    """Say whether one more trial is wanted, and may go beside those that go."""
    return len(status.trials) < status.wanted and len(going(status)) < spec.parallel


def going(status: SweepStatus) -> list[TrialFact]:
    """Return the trials of which nothing was told yet."""
    return [fact for fact in status.trials if not fact.result]


def ending_of(spec: SweepSpec, status: SweepStatus, now: float) -> Ending | None:
    """Return how the present leg ends, if what is known ends it; trials that still go are then stopped.

    Args:
        spec: The sweep's.
        status: What has happened.
        now: Seconds since the epoch.
    """
    told = _told_in_leg(status)
    return (
        _asked(status)
        or _no_objective(status, told)
        or _reached(spec, told)
        or _failures(status, told)
        or _all_done(status)
        or _out_of_time(spec, status, now)
    )


def seconds_left(spec: SweepSpec, status: SweepStatus, now: float) -> float | None:
    """Return how long the present leg may still go; None if nothing limits it."""
    if spec.timeout is None or status.started is None:
        return None
    return max(0.0, status.started + spec.timeout - now)


def _lacking(objectives: list[Objective], metrics: Mapping[str, MetricSummary]) -> str:
    """Return in one sentence which objective was not reported, and what was; empty if all were."""
    lacking = next((each.metric for each in objectives if each.metric not in metrics), None)
    if lacking is None:
        return ""
    if not metrics:
        return f"{_LACKS}{lacking!r}, nor anything else; write report({_keyword(lacking)}=...) in the cell."
    hint = nearest(lacking, metrics) or "."
    return f"{_LACKS}{lacking!r}; it reported {_listed(sorted(metrics))}{hint}"


def _asked(status: SweepStatus) -> Ending | None:
    if status.stopping is None:
        return None
    return Ending(State.STOPPED, f"Stopped by {status.stopping}." if status.stopping else "Stopped.")


def _no_objective(status: SweepStatus, told: list[TrialFact]) -> Ending | None:
    """Nobody learns anything from trials that do not say what is searched for."""
    if any(fact.result == "complete" for fact in status.trials):
        return None
    found = next((fact for fact in told if fact.result == "failed" and fact.why.startswith(_LACKS)), None)
    if found is None:
        return None
    return Ending(State.FAILED, f"Trial {found.trial} did not report {found.why.removeprefix(_LACKS)}")


def _reached(spec: SweepSpec, told: list[TrialFact]) -> Ending | None:
    if spec.stop_at is None:
        return None
    objective = spec.objectives[0]
    for fact in told:
        if fact.result != "complete":
            continue
        value = float(fact.values[0])
        if value == spec.stop_at or is_better(value, spec.stop_at, objective.direction):
            goal = f"{value:g}, and {spec.stop_at:g} was enough"
            return Ending(State.SUCCEEDED, f"Trial {fact.trial} reached {objective.metric} {goal}.")
    return None


def _failures(status: SweepStatus, told: list[TrialFact]) -> Ending | None:
    wanted = status.wanted - (len(status.trials) - len(told) - len(going(status)))
    limit = min(FAILURES, wanted)
    last = told[-limit:] if limit > 0 else []
    if len(last) < limit or limit <= 0 or any(fact.result != "failed" for fact in last):
        return None
    how_many = "Its only trial" if limit == 1 else f"{limit} trials in a row"
    return Ending(State.FAILED, f"{how_many} failed; the last one: {last[-1].why}")


def _all_done(status: SweepStatus) -> Ending | None:
    if len(status.trials) < status.wanted or going(status):
        return None
    return Ending(State.SUCCEEDED, "")


def _out_of_time(spec: SweepSpec, status: SweepStatus, now: float) -> Ending | None:
    if spec.timeout is None or seconds_left(spec, status, now) != 0.0:
        return None
    done = sum(bool(fact.result) for fact in status.trials)
    why = f"Its limit of {format_duration(spec.timeout)} (--timeout) came after {done} of {status.wanted} trials."
    return Ending(State.SUCCEEDED if any(fact.result == "complete" for fact in status.trials) else State.FAILED, why)


def _told_in_leg(status: SweepStatus) -> list[TrialFact]:
    return [status.trials[trial - 1] for trial in status.told]


def _keyword(metric: str) -> str:
    return metric if metric.isidentifier() else f"**{{{metric!r}: ...}}"


def _listed(names: list[str]) -> str:
    shown = names[:8]
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return ", ".join(shown) + more
