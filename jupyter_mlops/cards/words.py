"""A run in words: what both the HTML and the text of a card say."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from jupyter_mlops.cards.metrics import best
from jupyter_mlops.cards.text import one_line
from jupyter_mlops.domain.errors import InvalidName
from jupyter_mlops.domain.exits import describe_exit
from jupyter_mlops.domain.names import check_label, variable_for
from jupyter_mlops.domain.runs import MetricSummary, Progress, RankStatus, RunRow, RunSnapshot, State
from jupyter_mlops.domain.trials import PRUNED
from jupyter_mlops.domain.units import THIN, format_duration, format_left, format_metric, format_size

STATE_WORDS = {
    State.QUEUED: "Waiting",
    State.STARTING: "Starting",
    State.RUNNING: "Running",
    State.SUCCEEDED: "Succeeded",
    State.FAILED: "Failed",
    State.STOPPED: "Stopped",
}
_RESTARTS = {"on-failure": "after a failure", "exit-code": "after a code from 128 on"}
TIMES = "\N{MULTIPLICATION SIGN}"
_TO = "\N{EN DASH}"
# Roles of which a run has one, so that their names need no number.
_ALONE = ("chief", "evaluator", "launcher", "scheduler")
_DETACH_WORD, _BROKEN_WORD, _PRUNED_WORD = "Detached", "Broken", "Pruned"


def state_word(row: RunRow, detached: bool = False) -> str:
    """Return the word that stands for a run's state on screen."""
    if row.broken:
        return _BROKEN_WORD
    if detached and not row.state.is_finished and row.state is not State.QUEUED:
        return _DETACH_WORD
    if row.state is State.STOPPED and row.sweep and row.why.startswith(PRUNED):
        return _PRUNED_WORD
    return STATE_WORDS[row.state]


def tone(row: RunRow, detached: bool = False) -> str:
    """Return the name of a state's shape and colour."""
    return state_word(row, detached).lower()


def handle(snapshot: RunSnapshot) -> str:
    """Return the expression by which a notebook reaches the run."""
    try:
        return snapshot.variable or variable_for(check_label(snapshot.row.name))
    except InvalidName:
        return f'connect().runs.get("{one_line(snapshot.row.id)}")'


def kind(row: RunRow) -> str:
    """Return kind and number of processes."""
    return f"{one_line(row.kind, 20)} {TIMES}{row.workers}"


def facts(snapshot: RunSnapshot, now: float) -> list[str]:
    """Return what stands at the right of a card's head: how far, how long, how long still."""
    row = snapshot.row
    if row.broken:
        return []
    return _progress_facts(snapshot, now) + ([] if row.state.is_finished else [f"as of {clock(now)}"])


def clock(now: float) -> str:
    """Return a time of day on a 24 hour clock, of where this runs."""
    return time.strftime("%H:%M:%S", time.localtime(now))


def _progress_facts(snapshot: RunSnapshot, now: float) -> list[str]:
    row = snapshot.row
    elapsed = format_duration(duration(row, now))
    attempt = [f"attempt {row.attempt}"] if row.attempt > 1 else []
    if row.state is State.QUEUED:
        place = [f"{ordinal(snapshot.place)} in line"] if snapshot.place else []
        return [f"for {elapsed}", *place]
    if row.state is State.SUCCEEDED or row.progress is None:
        return [*attempt, elapsed]
    if row.state is not State.RUNNING:
        return [*attempt, *_done(row.progress), elapsed]
    left = seconds_left(row, now)
    estimate = [f"≈{THIN}{format_left(left)} left"] if left is not None else []
    return [*attempt, *_done(row.progress), *_percent(row.progress), elapsed, *estimate]


def duration(row: RunRow, now: float) -> float:
    """Return for how long a run ran, has been running, or has been waiting; never less than nothing."""
    begin = row.started if row.started is not None else row.created
    end = row.ended if row.ended is not None else now
    return max(end - begin, 0.0)


def share(progress: Progress | None) -> float | None:
    """Return how much is done, from 0 to 1; None if no end is known."""
    if progress is None or not progress.total or not 0 <= progress.done < float("inf"):
        return None
    return min(max(progress.done / progress.total, 0.0), 1.0)


def seconds_left(row: RunRow, now: float) -> float | None:
    """Return an estimate of what remains, once there is enough to judge by."""
    done, passed = share(row.progress), duration(row, now)
    if row.started is None or not done or done >= 1 or passed < 2:
        return None
    return passed * (1 - done) / done


def said(reason: str) -> str:
    """Return a reason as a sentence: a capital at its head, a full stop at its end."""
    text = one_line(reason)
    end = "" if text[-1:] in ("", ".", "!", "?", "…", ":") else "."
    # A file or a variable at the head keeps its spelling.
    is_word = text.split(" ", 1)[0].rstrip(",:;").isalpha()
    return (text[:1].upper() + text[1:] if is_word else text) + end


def count(number: float) -> str:
    """Return a count with its thousands apart."""
    return f"{number:,.0f}".replace(",", THIN) if abs(number) < 1e15 else f"{number:.2g}"


def ordinal(number: int) -> str:
    """Return ``1st``, ``2nd``, ``3rd``, ..."""
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def best_words(name: str, summary: MetricSummary) -> str:
    """Return ``best 0.964 at epoch 3``; empty where no way is better or the last point is the only one."""
    found = best(name, summary)
    if found is None:
        return ""
    return f"best {format_metric(found[0])} at {one_line(summary.axis, 20)} {step_text(found[1])}"


def step_text(step: float) -> str:
    """Return a step as people count: no decimals where it has none."""
    return count(step) if step == round(step) else f"{step:.1f}"


def exit_words(rank: RankStatus) -> str:
    """Return how a rank ended, to be read after its name."""
    return one_line(rank.why, 300) if rank.why else describe_exit(rank.code, rank.signal)


def rank_name(rank: RankStatus) -> str:
    """Return ``rank 2``, with the role where the number alone does not say it: ``rank 2 (ps 0)``."""
    return f"rank {rank.rank}" + ("" if is_plain(rank) else f" ({role_name(rank)})")


def name_of(number: int, ranks: Iterable[RankStatus]) -> str:
    """Return the name of a rank of which but the number is at hand."""
    return next((rank_name(rank) for rank in ranks if rank.rank == number), f"rank {number}")


def role_name(rank: RankStatus) -> str:
    """Return ``worker 1``, ``chief``, ``ps 0``: the role of a rank, with its pod's number where there may be more."""
    role = one_line(rank.role, 20)
    is_alone = role in _ALONE or (role == "master" and rank.index == 0)
    return role if is_alone or not role else f"{role} {rank.index}"


def is_plain(rank: RankStatus) -> bool:
    """Say whether a rank is one of workers that are all alike, whose number says everything."""
    return not rank.role or (rank.role == "worker" and rank.index == rank.rank)


def has_several(snapshot: RunSnapshot) -> bool:
    """Say whether a run has more than one rank, so that it must be said whose log or end it is."""
    return max(len(snapshot.ranks), snapshot.row.workers) > 1


def straggler(snapshot: RunSnapshot) -> str:
    """Return which rank is how much slower than the others, as a sentence; empty if none is."""
    slow = snapshot.straggler
    if slow is None:
        return ""
    name = name_of(slow.rank, snapshot.ranks)
    return f"{name[:1].upper()}{name[1:]} is {slow.ratio:.1f} times slower than the others."


def warmth(snapshot: RunSnapshot) -> tuple[str, str]:
    """Return one word for how the ranks began, and why; both empty where nobody would expect anything else."""
    if snapshot.warm:
        return "warm", "Its ranks began in a process that had imported what the cell imports."
    return ("cold", one_line(snapshot.cold, 400)) if snapshot.warm is False and snapshot.cold else ("", "")


def rank_tone(rank: RankStatus, snapshot: RunSnapshot) -> str:
    """Return the name of the shape and colour of one rank."""
    if rank.ended is None:
        return "waiting" if rank.started is None else ("running" if snapshot.row.state is State.RUNNING else "starting")
    if rank.rank == snapshot.row.failed_rank:
        return "failed"
    if rank.code == 0:
        return "succeeded"
    return "failed" if snapshot.row.failed_rank is None and snapshot.row.state is State.FAILED else "stopped"


def numbers(ranks: Sequence[int]) -> str:
    """Return ``rank 2`` or ``ranks 0, 1 and 3``, runs of numbers by their ends."""
    spans: list[list[int]] = []
    for rank in sorted(ranks):
        if spans and rank == spans[-1][-1] + 1:
            spans[-1][1:] = [rank]
        else:
            spans.append([rank])
    words = [word for span in spans for word in _span(span)]
    if len(words) > 6:
        words = [*words[:5], f"{len(words) - 5} more"]
    return ("rank " if len(ranks) == 1 else "ranks ") + joined(words)


def joined(words: Iterable[str], last: str = "and") -> str:
    """Return ``a, b and c``."""
    *first, end = list(words) or [""]
    return f"{', '.join(first)} {last} {end}" if first else end


def restarted(rank: RankStatus) -> str:
    """Return how often the pod of a rank was started again."""
    return f"started again {'once' if rank.restarts == 1 else f'{rank.restarts} times'}"


def last_lines(log: Sequence[tuple[int, str]], most: int) -> list[tuple[int, str]]:
    """Return the last lines of a log; where it stands rank by rank, each rank has its share.

    Args:
        log: (rank, text), either in the order of time or rank by rank.
        most: How many lines there is room for.
    """
    of_rank: dict[int, list[tuple[int, str]]] = {}
    for line in log:
        of_rank.setdefault(line[0], []).append(line)
    if len(of_rank) < 2 or [rank for rank, _ in log] != sorted(rank for rank, _ in log):
        return list(log[-most:])
    room = dict.fromkeys(of_rank, 0)
    for place in range(most):
        rank = list(of_rank)[place % len(of_rank)]
        room[rank] += 1
    return [line for rank, lines in of_rank.items() for line in lines[len(lines) - min(room[rank], len(lines)) :]]


def asked(snapshot: RunSnapshot) -> list[tuple[str, str]]:
    """Return what the run asked for, beside its parameters."""
    resources, limits = snapshot.resources, snapshot.limits
    found = [("kind", one_line(snapshot.row.kind, 20)), ("workers", count(snapshot.row.workers)), *_processes(snapshot)]
    if resources.cpus is not None:
        found.append(("CPUs each", f"{resources.cpus:g}"))
    if resources.memory is not None:
        found.append(("memory each", format_size(resources.memory)))
    if resources.gpus:
        found.append(("GPUs each", count(resources.gpus)))
    if limits.timeout is not None:
        found.append(("ends itself after", format_duration(limits.timeout)))
    if limits.retries:
        found.append(("retries", count(limits.retries)))
    if limits.restart != "never":
        found.append(("started again alone", _RESTARTS[limits.restart]))
    return found


def _processes(snapshot: RunSnapshot) -> list[tuple[str, str]]:
    asked_for = snapshot.processes
    found = [("processes in each", count(asked_for.slots))] if asked_for.slots > 1 else []
    found += [("chief", "the first worker")] if asked_for.chief else []
    found += [("parameter servers", count(asked_for.ps))] if asked_for.ps else []
    found += [("servers", count(asked_for.servers))] if snapshot.row.kind == "mxnet" else []
    return found + ([("evaluator", "1")] if asked_for.evaluator else [])


def parameters(row: RunRow, longest: int = 40) -> list[tuple[str, str]]:
    """Return the parameters as (name, value) to show."""
    return [(one_line(name, longest), one_line(_value(value), longest)) for name, value in row.params.items()]


def origin(snapshot: RunSnapshot) -> str:
    """Return ``cell 4 · 3f9a1c``: where the code comes from and which code it is."""
    cell = f"cell {snapshot.prompt}" if snapshot.prompt else ""
    return " · ".join(part for part in (cell, one_line(snapshot.code_hash)[:6]) if part)


def restore_lines(snapshot: RunSnapshot) -> tuple[list[str], list[str]]:
    """Return the names a succeeded run kept, and the names it made that ``--keep`` would bring back."""
    kept = [made.name for made in snapshot.made if made.size is not None]
    offered = [made.name for made in snapshot.made if made.size is None and not made.why]
    return kept, offered


def _span(ends: Sequence[int]) -> list[str]:
    return [f"{ends[0]}{_TO}{ends[1]}"] if ends[-1] - ends[0] > 1 else [str(end) for end in ends]


def _done(progress: Progress) -> list[str]:
    unit = one_line(progress.unit, 20) + " " if progress.unit else ""
    total = "" if progress.total is None else f"/{count(progress.total)}"
    return [f"{unit}{count(progress.done)}{total}"] if abs(progress.done) < float("inf") else []


def _percent(progress: Progress) -> list[str]:
    done = share(progress)
    return [] if done is None else [f"{done * 100:.0f}{THIN}%"]


def _value(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
