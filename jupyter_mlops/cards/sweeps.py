"""The card of one sweep, as HTML, as text and as a MIME bundle; see ``runs``, whose parts it shares."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import msgspec

from jupyter_mlops._version import __version__
from jupyter_mlops.cards import sweepwords, words
from jupyter_mlops.cards.charts import Series, chart, spark
from jupyter_mlops.cards.icons import icon
from jupyter_mlops.cards.parts import DOT, dotted, foot_row, notes, pairs, subtitle
from jupyter_mlops.cards.style import framed
from jupyter_mlops.cards.sweeptext import sweep_text
from jupyter_mlops.cards.text import code, html, one_line, sentence
from jupyter_mlops.cards.transport import encoded
from jupyter_mlops.domain.runs import State
from jupyter_mlops.domain.sweeps import Importance, SweepSnapshot, TrialFact, best_so_far
from jupyter_mlops.domain.units import format_metric

__all__ = ["SWEEP_MIME_TYPE", "sweep_html", "sweep_mimebundle", "sweep_text"]

SWEEP_MIME_TYPE = "application/vnd.jupyter-mlops.sweep+json"
SAVED_TRIALS = 150
"""How many trials a saved notebook keeps; the live card reads them all from the server."""

_ROWS = 5
_BARS = 4


def sweep_html(snapshot: SweepSnapshot, now: float, *, is_tall: bool = False) -> str:
    """Return a sweep's card as HTML that stands by itself, with no script, fetching nothing.

    Args:
        snapshot: The sweep; whatever it holds may be hostile.
        now: Seconds since the epoch.
        is_tall: Whether the card keeps its height at the end: it replaces one that was tall.
    """
    label = f"sweep {snapshot.row.name}: {sweepwords.state_word(snapshot.row, snapshot.detached)}"
    return framed(escape(one_line(label, 120)), _card(snapshot, now, is_tall))


def sweep_mimebundle(snapshot: SweepSnapshot, now: float, *, is_tall: bool = False) -> dict[str, Any]:
    """Return a sweep's card in every form: facts for the live card, HTML, and text."""
    facts = {"id": snapshot.row.id, "home": snapshot.home, "version": __version__, "time": round(now, 3)}
    return {
        SWEEP_MIME_TYPE: {**facts, "snapshot": _small(snapshot)},
        "text/html": sweep_html(snapshot, now, is_tall=is_tall),
        "text/plain": sweep_text(snapshot, now),
    }


def _small(snapshot: SweepSnapshot) -> Any:
    """Return a snapshot as JSON values, short enough to be saved in every notebook that shows the sweep."""
    trials = [msgspec.structs.replace(fact, why=fact.why[:200]) for fact in snapshot.trials[-SAVED_TRIALS:]]
    cut = msgspec.structs.replace(
        snapshot,
        trials=trials,
        code=snapshot.code if len(snapshot.code) <= 8_000 else "",
        notes=[note[:1_000] for note in snapshot.notes[-8:]],
        row=msgspec.structs.replace(snapshot.row, note=snapshot.row.note[:1_000], why=snapshot.row.why[:2_000]),
    )
    return msgspec.json.decode(encoded(cut))


def _card(snapshot: SweepSnapshot, now: float, is_tall: bool) -> str:
    row = snapshot.row
    if row.broken:
        said = f"This sweep's folder cannot be read: {sentence(words.said(row.broken), 300)}"
        return _strip(snapshot, now, said, f"{code(f'%sweeps delete {row.id}')} removes it")
    again = "" if row.state is State.SUCCEEDED else f"go on: {_do(snapshot, 'resume()')}"
    if row.state.is_finished and not is_tall:
        return _over(snapshot, now, again)
    if snapshot.detached and not is_tall:
        return _strip(snapshot, now, _goes_on(snapshot), _best_in_short(snapshot))
    body = f'<div class="j-body j-sweep">{_best(snapshot)}{_history(snapshot)}{_side(snapshot)}</div>'
    right = again if row.state.is_finished else _way_out(snapshot)
    return _head(snapshot, now) + _progress(snapshot) + body + _foot(snapshot, right) + notes(snapshot.notes)


def _head(snapshot: SweepSnapshot, now: float, middle: str = "") -> str:
    row = snapshot.row
    word, tone = sweepwords.state_word(row, snapshot.detached), sweepwords.tone(row, snapshot.detached)
    chips = (
        "" if row.broken else f'<span class="j-chip">sweep</span> <span class="j-chip">{html(row.algorithm, 24)}</span>'
    )
    return (
        f'<div class="j-head"><b class="j-state j-{tone}">{icon(tone)}{word}</b> '
        f'<b class="j-name j-cut">{html(row.name, 60)}</b> {chips} {middle}'
        f'{DOT}<span class="j-facts">{dotted(sweepwords.facts(row, now))}</span></div>'
    )


def _progress(snapshot: SweepSnapshot) -> str:
    tone = sweepwords.tone(snapshot.row, snapshot.detached)
    return f'<div class="j-progress j-{tone}"><i style="width:{100 * sweepwords.share(snapshot.row):.1f}%"></i></div>'


def _strip(snapshot: SweepSnapshot, now: float, said: str, right: str) -> str:
    end = f'<span class="j-muted">{right}</span>' if right else ""
    bar = "" if snapshot.row.broken else _progress(snapshot)
    return f'{_head(snapshot, now)}{bar}<div class="j-strip"><span>{said}</span> {end}</div>{notes(snapshot.notes)}'


def _over(snapshot: SweepSnapshot, now: float, again: str) -> str:
    """Return the card of a sweep that is over: what it found, how its trials ended, and what to do with it."""
    row = snapshot.row
    keys = (
        f'{DOT}<span class="j-keys"><span>{_best_in_short(snapshot)}{spark(row.recent, "j-c1", 84, 20)}</span></span>'
    )
    why = f'<div class="j-strip"><span>{sentence(words.said(row.why), 300)}</span></div>' if row.why else ""
    left = [html(sweepwords.counts(row), 120)]
    if row.best is not None:
        left += [f"{_do(snapshot, 'best')} is trial {row.best}: {html(_in_short(row.best_params), 120)}"]
    elif row.front:
        left += [f"{_do(snapshot, 'front')} has {len(row.front)} trials that none surpasses"]
    return _head(snapshot, now, keys) + why + foot_row(left, again) + notes(snapshot.notes)


def _best_in_short(snapshot: SweepSnapshot) -> str:
    row = snapshot.row
    if row.best is None or not row.objectives:
        return html(sweepwords.aim(row.objectives), 60)
    value = sweepwords.best_values(row)[0]
    return f'<span class="j-muted">best {html(row.objectives[0].metric, 24)}</span> <b>{value}</b> '


def _best(snapshot: SweepSnapshot) -> str:
    """Return the column that tells what is best so far."""
    row = snapshot.row
    if row.front:
        shown = pairs([_front_row(fact) for fact in snapshot.trials if fact.trial in row.front], 8)
        return f"<div>{subtitle(f'{len(row.front)} trials that none surpasses')}{shown}</div>"
    if row.best is None or not row.objectives:
        missing = "No trial has ended with a number" if sweepwords.done(row) else "No trial has ended yet"
        said = sentence(words.said(row.why or missing), 200)
        return f'<div>{subtitle("Best so far")}<p class="j-small j-muted">{said}</p>{pairs(_space(snapshot), 8)}</div>'
    first = "" if row.first is None or row.complete < 2 else f"; the first had {format_metric(float(row.first))}"
    told = f"{html(row.objectives[0].metric, 24)}, trial {row.best}{first}"
    return (
        f'<div><p class="j-best">{icon("star")}Best{"" if row.state.is_finished else " so far"}</p>'
        f'<p class="j-large">{sweepwords.best_values(row)[0]}</p><p class="j-small j-muted">{told}</p>'
        f"{pairs(sweepwords.params(row.best_params), 7)}</div>"
    )


def _front_row(fact: TrialFact) -> tuple[str, str]:
    return f"trial {fact.trial}", ", ".join(format_metric(float(value)) for value in fact.values)


def _space(snapshot: SweepSnapshot) -> list[tuple[str, str]]:
    from jupyter_mlops.domain.spaces import text_of

    return [(one_line(each.name, 24), one_line(text_of(each), 24)) for each in snapshot.space]


def _history(snapshot: SweepSnapshot) -> str:
    """Return the chart of all trials: what each reached, and the best so far."""
    row = snapshot.row
    if not row.objectives:
        return "<div></div>"
    objective = row.objectives[0]
    complete = [fact for fact in snapshot.trials if fact.result == "complete" and fact.values]
    pruned = [fact for fact in snapshot.trials if fact.result == "pruned" and fact.values]
    ordered = sorted(complete, key=lambda fact: fact.trial)
    best = best_so_far(objective, [msgspec.structs.replace(fact, told=float(fact.trial)) for fact in ordered])
    reached = ", ".join(sweepwords.best_values(row)) or "none yet"
    said = f"{objective.metric} of each trial, and the best so far: {reached}."
    label = f"{sweepwords.best_values(row)[0]} best" if row.best is not None else ""
    series = [
        Series(label, list(zip([float(fact.trial) for fact in ordered], best, strict=False)), "j-c2"),
        Series("", [(float(fact.trial), float(fact.values[0])) for fact in complete], "j-c1", loose=True),
        Series("", [(float(fact.trial), float(fact.values[0])) for fact in pruned], "j-pruned", loose=True),
    ]
    title = f'{html(objective.metric, 40)} <span class="j-small">by trial{_legend(bool(pruned))}</span>'
    drawing = chart(series, one_line(said, 300), "trial", float(row.wanted) if not row.state.is_finished else None)
    return f'<div class="j-figure">{subtitle(title)}{drawing}</div>'


def _legend(has_pruned: bool) -> str:
    return "; brown were pruned" if has_pruned else ""


def _side(snapshot: SweepSnapshot) -> str:
    matters = _matters(snapshot.importance[0]) if snapshot.importance else ""
    room = _ROWS if matters else _ROWS + 4
    return f"<div>{matters}{subtitle('Last trials')}{_trials(snapshot, room)}</div>"


def _matters(importance: Importance) -> str:
    """Return which parameters matter, as bars."""
    rows = "".join(
        f'<tr><td>{html(name, 24)}</td><td><span class="j-meter"><i style="width:{100 * share:.0f}%"></i></span></td>'
        f'<td class="r">{share:.2f}</td></tr>'
        for name, share in list(importance.shares.items())[:_BARS]
    )
    title = f'What matters <span class="j-small">{html(importance.evaluator, 24)} of {importance.trials} trials</span>'
    return f'{subtitle(title)}<table class="j-ranks j-trials">{rows}</table>'


def _trials(snapshot: SweepSnapshot, room: int) -> str:
    rows = "".join(_trial(fact) for fact in reversed(snapshot.trials[-room:]))
    return f'<table class="j-ranks j-trials">{rows}</table>' if rows else '<p class="j-small j-muted">none yet</p>'


def _trial(fact: TrialFact) -> str:
    word = sweepwords.result_word(fact)
    value = format_metric(float(fact.values[0])) if fact.values else ""
    about = fact.why or _in_short(fact.params)
    return (
        f'<tr class="j-{word.lower()}"><td style="width:52px">{icon(word.lower(), 12)} {fact.trial}</td>'
        f'<td style="width:54px" class="r">{value}</td><td>&nbsp; {html(about, 60)}</td></tr>'
    )


def _in_short(values: Mapping[str, object]) -> str:
    return " ".join(f"{name}={value}" for name, value in sweepwords.params(values))


def _foot(snapshot: SweepSnapshot, right: str) -> str:
    captured = f"captured <b>{html(snapshot.captured, 60)}</b>" if snapshot.captured else ""
    how = f"{html(sweepwords.aim(snapshot.row.objectives), 60)}, {snapshot.row.parallel} at once"
    return foot_row([how, captured], right)


def _goes_on(snapshot: SweepSnapshot) -> str:
    return (
        f"The search goes on without this cell, the kernel or the browser: {_do(snapshot, 'wait()')} shows it live "
        f"again, {_do(snapshot, 'stop()')} ends it."
    )


def _way_out(snapshot: SweepSnapshot) -> str:
    if snapshot.detached:
        return f"goes on; {_do(snapshot, 'wait()')} shows it live again, {_do(snapshot, 'stop()')} ends it"
    return f"interrupt the kernel to detach; then {_do(snapshot, 'stop()')} ends it"


def _do(snapshot: SweepSnapshot, call: str) -> str:
    return code(f"{sweepwords.handle(snapshot)}.{call}")
