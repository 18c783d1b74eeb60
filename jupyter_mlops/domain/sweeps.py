"""What a sweep is: what was asked for, what happened, and what follows from both.

A sweep is a search that makes runs, its trials. It is kept by its *conductor*, which decides what to try next and is
told each result exactly once. Its states are those of a run, with one difference: a finished sweep that is given more
trials runs again, in a new *leg*.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import Literal

import msgspec

from jupyter_mlops.domain.runs import (
    Answered,
    Launched,
    Noted,
    Number,
    RunNotes,
    RunSpec,
    Scalar,
    State,
    StateChanged,
)
from jupyter_mlops.domain.spaces import Dimension

FORMAT = 1
"""Number of the folder's format; a newer one is refused in one sentence."""

Direction = Literal["maximize", "minimize"]
Result = Literal["", "complete", "pruned", "failed", "stopped"]
"""What came of a trial; empty while it goes. Only what is ``complete`` can be the best."""

RECENT = 40
"""How many points the line of a row has at most."""


class Objective(msgspec.Struct, frozen=True, omit_defaults=True):
    """A metric, and which way is better.

    Attributes:
        guessed: Whether the direction was told by the metric's name.
    """

    metric: str
    direction: Direction = "maximize"
    guessed: bool = False


class SweepSpec(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was asked for: ``spec.json``, written once by the submitter.

    Attributes:
        run: What each trial is, but for its id, its number and the parameters that are searched for.
        space: What is searched; empty where a function says it.
        function: Name of the notebook's function that says it, in Optuna's define-by-run form; empty if none does.
        algorithm: One of ``domain.algorithms``.
        prune: ``none``, ``median`` or ``hyperband``.
        trials: How many were asked for at first; the events say how many more.
        parallel: How many trials may be unfinished at once.
        stop_at: Value of the (only) objective with which the search is content.
        timeout: Seconds from the start of a leg after which no trial begins and those that go are stopped.
        python: Interpreter of the conductor.
        path: Where that interpreter finds modules.
        base: Id of the run whose cell and values are used as they were; empty if they were captured.
        base_params: All parameters of the cell with the values that the search does not change.
        command: The line that asked for it; empty if none did.
    """

    id: str
    name: str
    created: float
    run: RunSpec
    objectives: list[Objective]
    space: list[Dimension] = []
    function: str = ""
    algorithm: str = "tpe"
    prune: str = "none"
    trials: int = 20
    parallel: int = 1
    seed: int | None = None
    stop_at: float | None = None
    timeout: float | None = None
    python: str = ""
    path: list[str] = []
    base: str = ""
    base_params: dict[str, Scalar] = {}
    command: str = ""
    format: int = FORMAT


class TrialAsked(msgspec.Struct, frozen=True, tag="asked", tag_field="type", omit_defaults=True):
    """A trial has its parameters; it is submitted after this is written.

    Attributes:
        trial: Its number, from 1, without gaps.
        run: Id of its run.
    """

    time: float
    trial: int
    run: str
    params: dict[str, Scalar]


class TrialTold(msgspec.Struct, frozen=True, tag="told", tag_field="type", omit_defaults=True):
    """The search has been told what came of a trial, which happens once.

    Attributes:
        values: One of each objective if it is complete; the last reported one if it was pruned and there is one.
        why: One sentence where one is needed: ``pruned at step 12: 0.71, the median is 0.83``.
    """

    time: float
    trial: int
    result: Result
    values: list[Number] = []
    why: str = ""


class Extended(msgspec.Struct, frozen=True, tag="extended", tag_field="type", omit_defaults=True):
    """More trials were asked for.

    Attributes:
        request: Id of the request, which counts once.
    """

    time: float
    trials: int
    who: str = ""
    request: str = ""


SweepEvent = Launched | StateChanged | TrialAsked | TrialTold | Extended | Answered | Noted
"""In ``StateChanged``, ``attempt`` is the leg."""


class TrialFact(msgspec.Struct, omit_defaults=True):
    """One trial as the search knows it; its run has the rest.

    Attributes:
        run: Id of its run.
        asked: When it was asked for, in seconds since the epoch.
        told: When its result was told.
    """

    trial: int
    run: str
    params: dict[str, Scalar] = {}
    result: Result = ""
    values: list[Number] = []
    why: str = ""
    asked: float = 0.0
    told: float | None = None


class SweepStatus(msgspec.Struct, omit_defaults=True):
    """What the events of a sweep come to.

    Attributes:
        leg: How often it has begun: 1, and one more for each time that it was resumed after its end.
        started: When its present leg began.
        wanted: How many trials are wanted in all.
        launches: How many conductors have taken it.
        told: Numbers of the trials that came to their end in the present leg, in that order.
        stopping: Who asked for the end of the present leg; None if nobody did.
    """

    wanted: int
    state: State = State.QUEUED
    why: str = ""
    leg: int = 1
    started: float | None = None
    ended: float | None = None
    launches: int = 0
    told: list[int] = []
    stopping: str | None = None
    trials: list[TrialFact] = []
    notes: list[str] = []


class Importance(msgspec.Struct, frozen=True):
    """What a search has learnt about which parameters matter for one objective.

    Attributes:
        evaluator: Who says so: ``fANOVA``, ``PED-ANOVA``.
        trials: From how many trials.
        shares: Share of each parameter in the variance explained, the largest first; they sum to 1.
    """

    metric: str
    evaluator: str
    trials: int
    shares: dict[str, float]


class SweepRow(msgspec.Struct, omit_defaults=True):
    """A sweep as lists show it: one row of the index, derived from the folder alone.

    Attributes:
        wanted: How many trials are wanted in all.
        going: How many are not finished.
        best: Number of the best trial; None with several objectives, or while none is complete.
        best_values: What the best trial reached.
        front: Numbers of the trials that no other one surpasses, with several objectives.
        first: What the first complete trial reached, of the first objective.
        recent: Best so far of the first objective, over all trials: enough for a sparkline.
        broken: Why the folder cannot be read; empty if it can.
    """

    id: str
    name: str
    state: State = State.QUEUED
    why: str = ""
    algorithm: str = "tpe"
    platform: str = "local"
    kind: str = "python"
    workers: int = 1
    objectives: list[Objective] = []
    parallel: int = 1
    wanted: int = 0
    going: int = 0
    complete: int = 0
    pruned: int = 0
    failed: int = 0
    stopped: int = 0
    best: int | None = None
    best_run: str = ""
    best_values: list[Number] = []
    best_params: dict[str, Scalar] = {}
    front: list[int] = []
    first: Number | None = None
    recent: list[float] = []
    leg: int = 1
    created: float = 0.0
    started: float | None = None
    ended: float | None = None
    host: str = ""
    notebook: str = ""
    note: str = ""
    tags: list[str] = []
    archived: bool = False
    broken: str = ""


class SweepSnapshot(msgspec.Struct, omit_defaults=True):
    """A sweep as its card and its page show it: the row, and what only they need.

    Attributes:
        trials: All trials, in the order of their numbers; a saved card has the last ones only.
        importance: One for each objective, where it is known.
        code: The cell, before parameters are put in.
        captured: One line of the receipt.
        variable: The notebook variable that carries the sweep; empty if it is the one that the name gives.
        detached: Whether the cell that asked for it no longer waits.
        elsewhere: A sentence if nobody here can say how it stands; ``notes`` has it too.
        home: Id of the home that holds it.
        prompt: The number in the cell's ``[n]``; 0 if there is none.
    """

    row: SweepRow
    space: list[Dimension] = []
    function: str = ""
    prune: str = "none"
    seed: int | None = None
    stop_at: float | None = None
    timeout: float | None = None
    base: str = ""
    base_params: dict[str, Scalar] = {}
    command: str = ""
    trials: list[TrialFact] = []
    importance: list[Importance] = []
    notes: list[str] = []
    code: str = ""
    captured: str = ""
    variable: str = ""
    detached: bool = False
    elsewhere: str = ""
    home: str = ""
    prompt: int = 0


def trial_id(sweep_id: str, trial: int) -> str:
    """Return the id of a trial's run, which sweep and number alone decide: nothing is submitted twice."""
    return f"{sweep_id}t{trial}"


def is_trial_of(run_id: str, sweep_id: str) -> bool:
    """Say whether a run's id is one that ``trial_id`` makes for the sweep."""
    head, tail = run_id[: len(sweep_id) + 1], run_id[len(sweep_id) + 1 :]
    return head == f"{sweep_id}t" and tail.isdecimal() and tail[0] != "0"


def fold(spec: SweepSpec, events: Iterable[SweepEvent]) -> SweepStatus:
    """Return what ``events``, in the order they were written, come to."""
    status = SweepStatus(wanted=spec.trials)
    for event in events:
        apply(status, event)
    return status


def apply(status: SweepStatus, event: SweepEvent) -> None:
    """Bring ``status`` up to date with one more event.

    Raises:
        LookupError: it speaks of a trial out of turn.
    """
    match event:
        case Launched():
            status.launches += 1
        case StateChanged():
            _apply_state(status, event)
        case TrialAsked():
            if event.trial != len(status.trials) + 1:
                raise LookupError(f"trial {event.trial} is asked after {len(status.trials)}")
            fact = TrialFact(trial=event.trial, run=event.run, params=event.params, asked=event.time)
            status.trials.append(fact)
        case TrialTold():
            fact = fact_of(status, event.trial)
            fact.result, fact.values, fact.why, fact.told = event.result, event.values, event.why, event.time
            status.told.append(event.trial)
        case Extended():
            status.wanted += event.trials
        case Answered(verb="stop"):
            status.stopping = event.who
        case Noted():
            status.notes.append(event.text)
        case _:
            pass


def fact_of(status: SweepStatus, trial: int) -> TrialFact:
    """Return what is known of a trial.

    Raises:
        LookupError: it was never asked.
    """
    if not 0 < trial <= len(status.trials):
        raise LookupError(f"there is no trial {trial}")
    return status.trials[trial - 1]


def _apply_state(status: SweepStatus, event: StateChanged) -> None:
    if event.attempt != status.leg or status.started is None:
        status.started, status.told, status.stopping = event.time, [], None
    status.state, status.why, status.leg = event.state, event.why, event.attempt
    status.ended = event.time if event.state.is_finished else None


def is_legal(before: State, after: State) -> bool:
    """Say whether a sweep may go from one state to the other; the same unfinished state again is a new reason."""
    if before is after:
        return not after.is_finished
    if before.is_finished:
        return after is State.RUNNING
    return after in (State.RUNNING, State.SUCCEEDED, State.FAILED, State.STOPPED)


def is_better(value: float, than: float, direction: Direction) -> bool:
    """Say whether ``value`` is better; what is no number is worse than anything."""
    if math.isnan(value):
        return False
    return math.isnan(than) or (value > than if direction == "maximize" else value < than)


def row_of(spec: SweepSpec, status: SweepStatus, notes: RunNotes) -> SweepRow:
    """Return the index row of a sweep: a pure function of what its folder says."""
    complete = [fact for fact in status.trials if fact.result == "complete"]
    best = _best(spec, complete)
    counts = Counter(fact.result for fact in status.trials)
    return SweepRow(
        id=spec.id,
        name=spec.name,
        state=status.state,
        why=status.why,
        algorithm=spec.algorithm,
        platform=spec.run.platform,
        kind=spec.run.kind,
        workers=spec.run.workers,
        objectives=spec.objectives,
        parallel=spec.parallel,
        wanted=status.wanted,
        going=counts[""],
        complete=len(complete),
        pruned=counts["pruned"],
        failed=counts["failed"],
        stopped=counts["stopped"],
        best=best.trial if best else None,
        best_run=best.run if best else "",
        best_values=best.values if best else [],
        best_params=best.params if best else {},
        front=[fact.trial for fact in front(spec.objectives, complete)] if len(spec.objectives) > 1 else [],
        first=complete[0].values[0] if complete else None,
        recent=_recent(best_so_far(spec.objectives[0], complete)),
        leg=status.leg,
        created=spec.created,
        started=status.started,
        ended=status.ended,
        host=spec.run.origin.host,
        notebook=spec.run.origin.notebook,
        note=notes.note,
        tags=notes.tags,
        archived=notes.archived,
    )


def front(objectives: list[Objective], complete: list[TrialFact]) -> list[TrialFact]:
    """Return the complete trials that no other one surpasses: the Pareto front, in the order of their numbers."""
    ways = [1.0 if objective.direction == "maximize" else -1.0 for objective in objectives]
    points = {
        fact.trial: [way * float(value) for way, value in zip(ways, fact.values, strict=True)] for fact in complete
    }
    sound = [fact for fact in complete if not any(map(math.isnan, points[fact.trial]))]
    found: list[TrialFact] = []
    # What surpasses a point stands before it in this order, so each is held against the front so far only.
    for fact in sorted(sound, key=lambda fact: points[fact.trial], reverse=True):
        if not any(_surpasses(points[other.trial], points[fact.trial]) for other in found):
            found.append(fact)
    return sorted(found, key=lambda fact: fact.trial)


def best_so_far(objective: Objective, complete: list[TrialFact]) -> list[float]:
    """Return the best value after each complete trial, in the order in which they ended."""
    found: list[float] = []
    for fact in sorted(complete, key=lambda fact: fact.told or 0.0):
        value = float(fact.values[0])
        if found and not is_better(value, found[-1], objective.direction):
            value = found[-1]
        if not math.isnan(value):
            found.append(value)
    return found


def _best(spec: SweepSpec, complete: list[TrialFact]) -> TrialFact | None:
    if len(spec.objectives) > 1:
        return None
    best: TrialFact | None = None
    for fact in complete:
        value = float(fact.values[0])
        if not math.isnan(value) and (
            best is None or is_better(value, float(best.values[0]), spec.objectives[0].direction)
        ):
            best = fact
    return best


def _surpasses(one: list[float], other: list[float]) -> bool:
    pairs = list(zip(one, other, strict=True))
    return all(a >= b for a, b in pairs) and any(a > b for a, b in pairs)


def _recent(values: list[float]) -> list[float]:
    sound = [value for value in values if abs(value) < float("inf")]
    if len(sound) <= RECENT:
        return sound
    return [sound[round(at * (len(sound) - 1) / (RECENT - 1))] for at in range(RECENT)]
