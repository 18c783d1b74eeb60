"""A sweep in words: what both the HTML and the text of its card say."""

from __future__ import annotations

from collections.abc import Mapping

from jupyter_mlops.cards import words
from jupyter_mlops.cards.text import one_line
from jupyter_mlops.domain.errors import InvalidName
from jupyter_mlops.domain.names import check_label, variable_for
from jupyter_mlops.domain.runs import State
from jupyter_mlops.domain.sweeps import Objective, SweepRow, SweepSnapshot, TrialFact
from jupyter_mlops.domain.units import THIN, format_duration, format_left, format_metric

ENDING = "_sweep"
_RESULTS = {"complete": "Succeeded", "pruned": "Pruned", "failed": "Failed", "stopped": "Stopped", "": "Running"}


def state_word(row: SweepRow, detached: bool = False) -> str:
    """Return the word that stands for a sweep's state on screen."""
    if row.broken:
        return "Broken"
    if detached and row.state is State.RUNNING:
        return "Detached"
    return words.STATE_WORDS[row.state]


def tone(row: SweepRow, detached: bool = False) -> str:
    """Return the name of a state's shape and colour."""
    return state_word(row, detached).lower()


def result_word(fact: TrialFact) -> str:
    """Return the word that stands for what came of a trial."""
    return _RESULTS[fact.result]


def handle(snapshot: SweepSnapshot) -> str:
    """Return the expression by which a notebook reaches the sweep."""
    try:
        return snapshot.variable or variable_for(check_label(snapshot.row.name), ENDING)
    except InvalidName:
        return f'connect().sweeps.get("{one_line(snapshot.row.id)}")'


def facts(row: SweepRow, now: float) -> list[str]:
    """Return what stands at the right of a card's head: how many trials, how long, how long still."""
    if row.broken:
        return []
    elapsed = format_duration(duration(row, now))
    if row.state is State.QUEUED:
        return [f"for {elapsed}", f"as of {words.clock(now)}"]
    if row.state.is_finished:
        return [progress(row), elapsed]
    left = seconds_left(row, now)
    estimate = [f"≈{THIN}{format_left(left)} left"] if left is not None else []
    return [progress(row), elapsed, *estimate, f"as of {words.clock(now)}"]


def progress(row: SweepRow) -> str:
    """Return ``36 of 60 trials``."""
    return f"{words.count(done(row))} of {words.count(row.wanted)} trial{'' if row.wanted == 1 else 's'}"


def done(row: SweepRow) -> int:
    """Return how many trials have an end."""
    return row.complete + row.pruned + row.failed + row.stopped


def share(row: SweepRow) -> float:
    """Return how much is done, from 0 to 1."""
    return min(done(row) / row.wanted, 1.0) if row.wanted else 0.0


def counts(row: SweepRow) -> str:
    """Return how the trials ended, such as ``26 succeeded, 7 pruned, 3 failed``."""
    named = (
        (row.complete, "succeeded"),
        (row.pruned, "pruned"),
        (row.failed, "failed"),
        (row.stopped, "stopped"),
        (row.going, "not finished"),
    )
    return ", ".join(f"{words.count(number)} {word}" for number, word in named if number) or "no trial yet"


def seconds_left(row: SweepRow, now: float) -> float | None:
    """Return an estimate of what remains, once there is enough to judge by."""
    passed = duration(row, now)
    if row.leg > 1 or row.started is None or done(row) < max(2, row.parallel) or passed < 2:
        return None
    return passed * (row.wanted - done(row)) / done(row)


def duration(row: SweepRow, now: float) -> float:
    """Return for how long a sweep ran, has been running, or has been waiting; never less than nothing."""
    begin = row.started if row.started is not None else row.created
    end = row.ended if row.ended is not None else now
    return max(end - begin, 0.0)


def best_values(row: SweepRow) -> list[str]:
    """Return what the best trial reached."""
    return [format_metric(float(value)) for value in row.best_values]


def aim(objectives: list[Objective]) -> str:
    """Return ``maximize accuracy``, or several of that kind."""
    return words.joined(f"{each.direction} {one_line(each.metric, 40)}" for each in objectives)


def search(snapshot: SweepSnapshot) -> list[tuple[str, str]]:
    """Return how it searches, as names and values."""
    row = snapshot.row
    rows = [("objective", aim(row.objectives)), ("algorithm", row.algorithm)]
    rows += [("pruning", snapshot.prune)] if snapshot.prune != "none" else []
    rows += [("at once", words.count(row.parallel))]
    rows += [("seed", str(snapshot.seed))] if snapshot.seed is not None else []
    rows += [("stops at", format_metric(snapshot.stop_at))] if snapshot.stop_at is not None else []
    rows += [("ends itself after", format_duration(snapshot.timeout))] if snapshot.timeout is not None else []
    return rows


def params(values: Mapping[str, object], most: int = 24) -> list[tuple[str, str]]:
    """Return parameters as (name, value) to show."""
    return [(one_line(name, most), one_line(_value(value), most)) for name, value in values.items()]


def _value(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
