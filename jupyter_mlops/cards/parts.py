"""The pieces that several cards share: head, progress, metrics, log, ranks, foot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from jupyter_mlops.cards import words
from jupyter_mlops.cards.charts import Series, chart, spark
from jupyter_mlops.cards.icons import icon
from jupyter_mlops.cards.metrics import groups, key_names, short
from jupyter_mlops.cards.text import ansi_html, code, html, plain, sentence
from jupyter_mlops.domain.runs import MetricSummary, RunRow, RunSnapshot, State
from jupyter_mlops.domain.units import format_metric

MOST_NOTES = 4

DOT = '<span class="j-vh"> · </span>'
"""A separator that only shows where the style sheet is taken out."""


def head(snapshot: RunSnapshot, now: float, middle: str = "") -> str:
    """Return the first row: what state, which run, where, how far."""
    row = snapshot.row
    word, tone = words.state_word(row, snapshot.detached), words.tone(row, snapshot.detached)
    right = dotted(words.facts(snapshot, now))
    about = "" if row.broken else chips(row)
    return (
        f'<div class="j-head"><b class="j-state j-{tone}">{icon(tone)}{word}</b> '
        f'<b class="j-name j-cut">{html(row.name, 60)}</b> {about} {middle}'
        f'{DOT}<span class="j-facts">{right}</span></div>'
    )


def chips(row: RunRow) -> str:
    """Return kind and workers, and the platform."""
    return (
        f'<span class="j-chip">{html(words.kind(row))}</span><span class="j-vh">, </span> '
        f'<span class="j-chip">{icon("laptop", 11) if row.platform == "local" else ""}{html(row.platform, 20)}</span>'
    )


def dotted(facts: Iterable[str]) -> str:
    """Return facts with dots between them."""
    return "<i> · </i>".join(html(fact, 60) for fact in facts)


def progress(snapshot: RunSnapshot) -> str:
    """Return the line below the head that shows how much is done."""
    tone = words.tone(snapshot.row, snapshot.detached)
    done = None if snapshot.row.state is State.QUEUED else words.share(snapshot.row.progress)
    bar = "" if done is None else f'<i style="width:{100 * done:.1f}%"></i>'
    return f'<div class="j-progress j-{tone}">{bar}</div>'


def figure(names: Sequence[str], snapshot: RunSnapshot, place: int) -> str:
    """Return one chart with its last and best value above it.

    Args:
        snapshot: The run.
        names: One or two metrics of the same family; the first is the one in question.
        place: Which chart of the card it is, from 0.
    """
    name, metrics = names[0], snapshot.row.metrics
    summary = metrics.get(name)
    axis = summary.axis if summary else "step"
    paints = (f"j-c{1 + place}", "j-c3")
    series = [
        Series(plain(short(each), 12) if len(names) > 1 else "", snapshot.curves.get(each, []), paint, dashed=order > 0)
        for order, (each, paint) in enumerate(zip(names, paints, strict=False))
    ]
    title = figure_title(name, snapshot)
    drawing = chart(
        series, figure_sentence(names, snapshot), plain(axis, 12), planned(snapshot, axis), snapshot.bands.get(name, ())
    )
    return f'<div class="j-figure">{title}{drawing}</div>'


def figure_title(name: str, snapshot: RunSnapshot) -> str:
    """Return a metric's name, its last value and its best."""
    summary = snapshot.row.metrics.get(name)
    named = f'<span class="j-muted j-cut">{html(name, 40)}</span>'
    if summary is None:
        return f'<p class="j-title">{named} <span class="j-muted j-small">no value yet</span></p>'
    note = f'<span class="j-muted j-small j-cut">{html(words.best_words(name, summary))}</span>'
    return f'<p class="j-title">{named} <b>{format_metric(float(summary.last))}</b> {note}</p>'


def figure_sentence(names: Sequence[str], snapshot: RunSnapshot) -> str:
    """Return what a chart shows, in a sentence."""
    said = [_said(plain(name, 60), snapshot.row.metrics.get(name)) for name in names]
    return " ".join(said)


def _said(name: str, summary: MetricSummary | None) -> str:
    if summary is None:
        return f"{name}: no value yet."
    note = words.best_words(name, summary)
    now = f"now {format_metric(float(summary.last))} at {words.step_text(summary.step)}"
    return f"{name} by {plain(summary.axis, 20)}: {now}{', ' + note if note else ''}."


def planned(snapshot: RunSnapshot, axis: str) -> float | None:
    """Return the last planned step on an axis, if the progress counts that axis."""
    progress_ = snapshot.row.progress
    if progress_ is None or not progress_.total or snapshot.row.state is State.SUCCEEDED:
        return None
    return progress_.total if progress_.unit.rstrip("s") == axis.rstrip("s") else None


def key_metrics(snapshot: RunSnapshot, most: int, has_rest: bool = False) -> str:
    """Return the most telling metrics with their last values, and the first one's curve; empty where there are none.

    Args:
        snapshot: The run.
        most: How many metrics are shown.
        has_rest: Whether those that are not shown are counted.
    """
    row = snapshot.row
    names = key_names(row.metrics, most)
    if not names:
        return ""
    more = len(row.metrics) - len(names)
    rest = [f'<span class="j-muted j-rest">and {more} more</span>'] if more > 0 and has_rest else []
    curve = spark(row.metrics[names[0]].recent, "j-c1", 84, 20)
    shown = [f"<span>{value(name, row)}</span>" for name in names]
    shown[-1] += curve
    return f'{DOT}<span class="j-keys">{DOT.join(shown + rest)}</span>'


def value(name: str, row: RunRow) -> str:
    """Return a metric's name and its last value."""
    last = format_metric(float(row.metrics[name].last))
    return f'<span class="j-muted">{html(name, 24)}</span> <b>{last}</b>'


def subtitle(text: str) -> str:
    """Return the muted line above a column."""
    return f'<p class="j-title"><span class="j-muted">{text}</span></p>'


def log_tail(snapshot: RunSnapshot, lines: int, only: int | None = None, paint: str = "") -> str:
    """Return the last lines of the log; the rank stands before each where there are several.

    Args:
        snapshot: The run.
        lines: How many lines there is room for.
        only: The rank whose lines are shown; None shows all.
        paint: More classes for the block.
    """
    chosen = words.last_lines([line for line in snapshot.log if only is None or line[0] == only], lines)
    if not chosen:
        return ""
    has_gutter = words.has_several(snapshot)
    rows = "".join(_log_row(rank, text, has_gutter) for rank, text in chosen)
    return f'<pre class="j-log {paint}">{rows}</pre>'


def _log_row(rank: int, text: str, has_gutter: bool) -> str:
    gutter = f'<span class="j-gutter">r{rank} </span>' if has_gutter else ""
    return f'<span class="j-row">{gutter}<bdi>{ansi_html(text.rstrip().expandtabs(4), 300)}</bdi>\n</span>'


def pairs(rows: Sequence[tuple[str, str]], most: int) -> str:
    """Return names and values as a small table; what finds no room is counted."""
    shown = "".join(
        f'<tr class="j-kv-row"><th scope="row">{html(name, 40)}</th><td>{html(value, 40)}</td></tr>'
        for name, value in rows[:most]
    )
    more = len(rows) - most
    rest = f'<p class="j-small j-muted">and {more} more</p>' if more > 0 else ""
    return f'<table class="j-kv">{shown}</table>{rest}' if rows else ""


def foot(snapshot: RunSnapshot, right: str) -> str:
    """Return the last row: what travelled, which code, and what can be done.

    Args:
        snapshot: The run.
        right: HTML that stands at the right end.
    """
    captured = f"captured <b>{html(snapshot.captured, 90)}</b>" if snapshot.captured else ""
    return foot_row([captured, code_words(snapshot), warmth(snapshot)], right)


def warmth(snapshot: RunSnapshot) -> str:
    """Return one word for how the ranks began, whose title says why; empty where nothing need be said."""
    word, why = words.warmth(snapshot)
    return f'<span title="{escape(why)}">{word}</span>' if word else ""


def foot_row(left: Sequence[str], right: str) -> str:
    """Return a last row of pieces of HTML; the empty ones are left out."""
    shown = [f'<span class="j-cut">{part}</span>' for part in left if part]
    shown += [f'<span class="j-last">{right}</span>'] if right else []
    return f'<div class="j-foot">{DOT.join(shown)}</div>'


def code_words(snapshot: RunSnapshot) -> str:
    """Return which cell the code is from and which code it is."""
    where = words.origin(snapshot)
    return f"code <b>{html(where, 40)}</b>" if where else ""


def notes(sentences: Sequence[str]) -> str:
    """Return the first of the sentences that are worth showing, a row each, and how many more there are."""
    shown = [f"{icon('warning')}<span>{sentence(note, 400)}</span>" for note in sentences[:MOST_NOTES]]
    more = len(sentences) - len(shown)
    shown += [f'<span class="j-muted">and {more} more</span>'] if more > 0 else []
    return "".join(f'<div class="j-note">{note}</div>' for note in shown)


def figures(snapshot: RunSnapshot) -> list[str]:
    """Return up to two charts."""
    drawn = groups([name for name, curve in snapshot.curves.items() if curve], 2)
    return [figure(names, snapshot, place) for place, names in enumerate(drawn)]


def do(snapshot: RunSnapshot, call: str) -> str:
    """Return the line of code that acts on the run, as HTML."""
    return code(f"{words.handle(snapshot)}.{call}")
