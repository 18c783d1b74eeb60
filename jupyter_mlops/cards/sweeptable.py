"""Many sweeps as a table: what ``%sweeps`` shows."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from jupyter_mlops.cards import sweepwords, words
from jupyter_mlops.cards.charts import spark, spark_text
from jupyter_mlops.cards.icons import icon
from jupyter_mlops.cards.style import framed
from jupyter_mlops.cards.terminal import painted
from jupyter_mlops.cards.text import code, html, one_line, sentence
from jupyter_mlops.domain.runs import State
from jupyter_mlops.domain.sweeps import SweepRow
from jupyter_mlops.domain.units import format_age, format_duration

EXAMPLE = "%%tune digits lr=1e-4..1e-1:log --objective accuracy --trials 20"
_BEGIN_WITH = "A training cell becomes a search when a value on its line is a range:"
_COLUMNS = ("State", "Sweep", "Best", "Trials", "Parameters", "Took", "Age")


def sweeps_html(rows: Sequence[SweepRow], now: float, where: str = "") -> str:
    """Return sweeps as a table, in the order given.

    Args:
        rows: Whatever they hold may be hostile.
        now: Seconds since the epoch.
        where: What the rows were filtered by, in words; empty if nothing was left out.
    """
    if not rows:
        return framed("sweeps", _nothing_html(where))
    headings = "".join(f'<th scope="col">{title}</th>' for title in _COLUMNS)
    body = "".join(_row_html(row, now) for row in rows)
    table = f'<table class="j-table"><thead><tr>{headings}</tr></thead><tbody>{body}</tbody></table>'
    hint = code(f'connect().sweeps.get("{one_line(rows[0].id)}")')
    caption = f"<span>{html(_summary(rows, where), 200)}</span> <span>{hint} shows the first</span>"
    return framed("sweeps", f'<div class="j-scroll">{table}</div><div class="j-caption">{caption}</div>')


def sweeps_text(rows: Sequence[SweepRow], now: float, where: str = "", *, colour: bool = False) -> str:
    """Return sweeps as aligned lines of text; a reason stands on a line of its own."""
    if not rows:
        return f"No sweep {one_line(where, 120)}. %sweeps shows all." if where else _nothing_text()
    cells = [_cells(row, now) for row in rows]
    titles = [title.lower() for title in _COLUMNS]
    widths = [max(len(line[column]) for line in [titles, *cells]) for column in range(len(titles))]
    lines = [_aligned(titles, widths)]
    for row, line in zip(rows, cells, strict=True):
        word = sweepwords.state_word(row)
        lines.append(painted(word, sweepwords.tone(row), colour) + _aligned(line, widths)[len(word) :])
        reason = _reason(row)
        lines += [f"{'':<{widths[0]}}  {one_line(reason, 200)}"] if reason else []
    return "\n".join([*lines, _summary(rows, where)])


def _row_html(row: SweepRow, now: float) -> str:
    tone = sweepwords.tone(row)
    name = f'<b>{html(row.name, 40)}</b> <span class="j-muted j-small">{html(_tail(row), 12)}</span>'
    reason = _reason(row)
    below = f'<div class="j-why">{sentence(reason, 240)}</div>' if reason else ""
    below += f'<div class="j-small j-muted j-cut">{html(row.note, 80)}</div>' if row.note else ""
    cells = [
        f'<td><b class="j-state">{icon(tone)}{sweepwords.state_word(row)}</b></td>',
        f'<th scope="row">{name} <span class="j-chip">{html(row.algorithm, 24)}</span>{below}</th>',
        f"<td>{html(_best(row), 60)} {spark(row.recent)}</td>",
        f"<td>{html(_trials(row), 40)}</td>",
        f'<td class="j-params">{html(_parameters(row), 120)}</td>',
        f"<td>{_took(row, now)}</td>",
        f'<td class="j-muted">{format_age(max(now - row.created, 0.0))}</td>',
    ]
    return f'<tr class="j-{tone}">{"".join(cells)}</tr>'


def _cells(row: SweepRow, now: float) -> list[str]:
    return [
        sweepwords.state_word(row),
        f"{one_line(row.name, 30)} {_tail(row)}",
        f"{_best(row)}  {spark_text(row.recent, 8)}".strip(),
        _trials(row),
        _parameters(row),
        _took(row, now),
        format_age(max(now - row.created, 0.0)) if row.created else "",
    ]


def _best(row: SweepRow) -> str:
    if row.front:
        return f"{len(row.front)} on the front"
    if row.best is None or not row.objectives:
        return ""
    return f"{one_line(row.objectives[0].metric, 20)} {sweepwords.best_values(row)[0]}"


def _trials(row: SweepRow) -> str:
    return "" if row.broken else f"{words.count(sweepwords.done(row))}/{words.count(row.wanted)}"


def _parameters(row: SweepRow) -> str:
    return " ".join(f"{name}={value}" for name, value in sweepwords.params(row.best_params, 20)[:6])


def _took(row: SweepRow, now: float) -> str:
    return "" if row.broken else format_duration(sweepwords.duration(row, now))


def _tail(row: SweepRow) -> str:
    return one_line(row.id.rsplit("-", 1)[-1], 12)


def _reason(row: SweepRow) -> str:
    return row.broken or ("" if row.state in (State.RUNNING, State.SUCCEEDED) else row.why)


def _summary(rows: Sequence[SweepRow], where: str) -> str:
    by_word: dict[str, int] = {}
    for row in rows:
        by_word[sweepwords.state_word(row)] = by_word.get(sweepwords.state_word(row), 0) + 1
    parts = ", ".join(f"{words.count(number)} {word.lower()}" for word, number in by_word.items())
    total = f"{words.count(len(rows))} sweep{'' if len(rows) == 1 else 's'}"
    return f"{total}{f' {where}' if where else ''}: {parts}"


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()


def _nothing_html(where: str) -> str:
    if where:
        shown = f"<b>No sweep {sentence(where, 120)}.</b><span>{code('%sweeps')} shows all.</span>"
    else:
        shown = f'<b>No sweeps yet.</b><span>{escape(_BEGIN_WITH)}</span><pre class="j-line">{escape(EXAMPLE)}</pre>'
    return f'<div class="j-empty">{shown}</div>'


def _nothing_text() -> str:
    return f"No sweeps yet. {_BEGIN_WITH}\n\n    {EXAMPLE}"
