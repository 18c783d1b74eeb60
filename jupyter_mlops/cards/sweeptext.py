"""The card of one sweep as a few aligned lines of text."""

from __future__ import annotations

from collections.abc import Mapping

from jupyter_mlops.cards import sweepwords, words
from jupyter_mlops.cards.charts import spark_text
from jupyter_mlops.cards.terminal import labelled, painted
from jupyter_mlops.cards.text import one_line
from jupyter_mlops.domain.runs import State
from jupyter_mlops.domain.sweeps import SweepSnapshot, TrialFact
from jupyter_mlops.domain.units import format_metric

_TRIALS = 5


def sweep_text(snapshot: SweepSnapshot, now: float, *, colour: bool = False) -> str:
    """Return a sweep's card as lines of text.

    Args:
        snapshot: The sweep; terminal sequences in what it holds are taken out.
        now: Seconds since the epoch.
        colour: Whether the word for the state is coloured.
    """
    row = snapshot.row
    word = painted(sweepwords.state_word(row, snapshot.detached), sweepwords.tone(row, snapshot.detached), colour)
    facts = " · ".join(sweepwords.facts(row, now))
    head = f"{word}  {one_line(row.name, 60)}  sweep, {one_line(row.algorithm, 24)}  {facts}".rstrip()
    if row.broken:
        removal = f"%sweeps delete {one_line(row.id)} removes it"
        return "\n".join([head, *labelled("why", [one_line(words.said(row.broken), 300), removal])])
    body = labelled("why", [one_line(words.said(row.why), 300)] if row.why else [])
    body += labelled("search", [f"{sweepwords.aim(row.objectives)}, {row.parallel} at once"])
    body += labelled("trials", [sweepwords.counts(row)])
    body += labelled("best", _best(snapshot)) + labelled("front", _front(snapshot))
    body += labelled("matters", _matters(snapshot))
    body += labelled("last", _last(snapshot)) if not row.state.is_finished else []
    body += labelled("note", [one_line(note, 300) for note in snapshot.notes[:4]])
    return "\n".join([head, *body, *labelled("next", [_next(snapshot)])])


def _best(snapshot: SweepSnapshot) -> list[str]:
    row = snapshot.row
    if row.best is None or not row.objectives:
        return []
    metric = one_line(row.objectives[0].metric, 24)
    shown = f"{metric} {sweepwords.best_values(row)[0]}  {spark_text(row.recent)}  trial {row.best}"
    return [shown.rstrip(), _in_short(row.best_params)]


def _front(snapshot: SweepSnapshot) -> list[str]:
    facts = [fact for fact in snapshot.trials if fact.trial in snapshot.row.front]
    return [f"trial {fact.trial}: {_reached(fact)}  {_in_short(fact.params)}" for fact in facts[:8]]


def _reached(fact: TrialFact) -> str:
    return ", ".join(format_metric(float(value)) for value in fact.values)


def _matters(snapshot: SweepSnapshot) -> list[str]:
    return [
        ", ".join(f"{one_line(name, 24)} {share:.2f}" for name, share in list(each.shares.items())[:6])
        + f"  ({each.evaluator}{f' for {each.metric}' if len(snapshot.importance) > 1 else ''}, {each.trials} trials)"
        for each in snapshot.importance
    ]


def _last(snapshot: SweepSnapshot) -> list[str]:
    lines = []
    for fact in snapshot.trials[-_TRIALS:]:
        value = format_metric(float(fact.values[0])) if fact.values else ""
        about = one_line(fact.why, 120) or _in_short(fact.params)
        lines.append(f"{fact.trial:>4}  {sweepwords.result_word(fact):<9}  {value:>8}  {about}")
    return lines


def _in_short(values: Mapping[str, object]) -> str:
    return " ".join(f"{name}={value}" for name, value in sweepwords.params(values))


def _next(snapshot: SweepSnapshot) -> str:
    row, me = snapshot.row, sweepwords.handle(snapshot)
    if not row.state.is_finished:
        return f"{me}.wait() waits for its end, {me}.stop() ends it"
    if row.best is None and not row.front:
        return f"{me}.trials are its runs, {me}.resume(trials=20) goes on"
    if row.state is State.SUCCEEDED:
        found = "front" if row.front else "best"
        return f"{me}.{found} is what it found, {me}.resume(trials=20) goes on"
    return f"{me}.resume() goes on"
