"""Many runs as a table: what ``%runs`` shows."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from jupyter_mlops.cards import words
from jupyter_mlops.cards.charts import spark, spark_text
from jupyter_mlops.cards.icons import icon
from jupyter_mlops.cards.metrics import key_names
from jupyter_mlops.cards.parts import DOT, value
from jupyter_mlops.cards.style import framed
from jupyter_mlops.cards.terminal import painted
from jupyter_mlops.cards.text import code, html, one_line, sentence
from jupyter_mlops.domain.runs import RunRow, State
from jupyter_mlops.domain.units import format_age, format_duration, format_metric

_MOST_METRICS = 2
_BEGIN_WITH = "A cell that begins with %%train and a name becomes a run."
_MOST_TAGS = 4
_TELLING = (State.QUEUED, State.STARTING, State.FAILED)
EXAMPLE = """%%train hello steps=40
import time

steps = 20
for step in range(steps):
    time.sleep(0.25)
    print(f"{step=} loss={1 / (step + 1):.4f}")"""
"""A cell that runs as it is wherever the magics are loaded."""


def runs_html(rows: Sequence[RunRow], now: float, where: str = "") -> str:
    """Return runs as a table, in the order given.

    Args:
        rows: Whatever they hold may be hostile.
        now: Seconds since the epoch.
        where: What the rows were filtered by, in words; empty if nothing was left out.
    """
    if not rows:
        return framed("runs", _nothing_html(where))
    headings = "".join(f'<th scope="col"{paint}>{title}</th>' for title, paint in _COLUMNS)
    body = "".join(_row_html(row, now) for row in rows)
    table = f'<table class="j-table"><thead><tr>{headings}</tr></thead><tbody>{body}</tbody></table>'
    table = f'<div class="j-scroll">{table}</div>'
    hints = f"<span>{html(_summary(rows, where), 200)}</span>{DOT}<span>{_open_hint(rows)}</span>"
    return framed("runs", f'{table}<div class="j-caption">{hints}</div>')


def runs_text(rows: Sequence[RunRow], now: float, where: str = "", *, colour: bool = False) -> str:
    """Return runs as aligned lines of text; a reason stands on a line of its own."""
    if not rows:
        return _nothing_text(where)
    cells = [_cells(row, now) for row in rows]
    titles = ["state", "run", "kind", "metrics", "parameters", "took", "age"]
    widths = [max(len(line[column]) for line in [titles, *cells]) for column in range(len(titles))]
    lines = [_aligned(titles, widths)]
    for row, line in zip(rows, cells, strict=True):
        text = _aligned(line, widths)
        word = words.state_word(row)
        lines.append(painted(word, words.tone(row), colour) + text[len(word) :])
        reason = _reason(row)
        lines += [f"{'':<{widths[0]}}  {one_line(reason, 200)}"] if reason else []
    return "\n".join([*lines, _summary(rows, where)])


_RIGHT = ' class="r"'
_COLUMNS = (("State", ""), ("Run", ""), ("Metrics", ""), ("Parameters", ""), ("Took", _RIGHT), ("Age", _RIGHT))


def _row_html(row: RunRow, now: float) -> str:
    tone = words.tone(row)
    cells = [
        f'<td><b class="j-state">{icon(tone)}{words.state_word(row)}</b></td>',
        f'<th scope="row">{_name_html(row)}</th>',
        f"<td>{_metrics_html(row)}</td>",
        f'<td class="j-params">{_parameters_html(row)}</td>',
        f'<td class="r">{_took(row, now)}</td>',
        f'<td class="r j-muted">{_age(row, now)}</td>',
    ]
    return f'<tr class="j-{tone}">{"".join(cells)}</tr>'


def _name_html(row: RunRow) -> str:
    chips = [] if row.broken else [words.kind(row)]
    chips += row.tags[:_MOST_TAGS]
    shown = "".join(f' <span class="j-chip">{html(chip, 20)}</span>' for chip in chips)
    tail = f'<span class="j-muted j-small" title="{escape(one_line(row.id, 140))}">{html(_tail(row), 12)}</span>'
    reason = _reason(row)
    below = f'<div class="j-why">{sentence(reason, 240)}</div>' if reason else ""
    below += f'<div class="j-small j-muted j-cut">{html(row.note, 80)}</div>' if row.note else ""
    return f"<b>{html(row.name, 40)}</b> {tail}{shown}{below}"


def _metrics_html(row: RunRow) -> str:
    names = key_names(row.metrics, _MOST_METRICS)
    shown = [value(name, row) for name in names]
    curve = f" {spark(row.metrics[names[0]].recent)}" if names else ""
    return " &nbsp;".join(shown) + curve


def _parameters_html(row: RunRow) -> str:
    shown = [f"{html(name, 24)}={html(value, 24)}" for name, value in words.parameters(row)[:6]]
    more = len(row.params) - len(shown)
    return " ".join(shown) + (f" and {more} more" if more > 0 else "")


def _cells(row: RunRow, now: float) -> list[str]:
    names = key_names(row.metrics, _MOST_METRICS)
    metrics = "  ".join(f"{one_line(name, 20)} {format_metric(float(row.metrics[name].last))}" for name in names)
    curve = spark_text(row.metrics[names[0]].recent, 8) if names else ""
    params = " ".join(f"{name}={value}" for name, value in words.parameters(row, 20)[:4])
    return [
        words.state_word(row),
        f"{one_line(row.name, 30)} {one_line(_tail(row), 12)}",
        "" if row.broken else words.kind(row),
        f"{metrics}  {curve}".strip(),
        params,
        _took(row, now),
        _age(row, now),
    ]


def _took(row: RunRow, now: float) -> str:
    return "" if row.broken else format_duration(words.duration(row, now))


def _age(row: RunRow, now: float) -> str:
    return format_age(max(now - row.created, 0.0)) if row.created else ""


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()


def _reason(row: RunRow) -> str:
    """Return why a run is not what one hopes for."""
    return row.broken or (row.why if row.state in _TELLING else "")


def _tail(row: RunRow) -> str:
    """Return the last part of an id, which tells runs of one name apart."""
    return row.id.rsplit("-", 1)[-1]


def _summary(rows: Sequence[RunRow], where: str) -> str:
    by_word: dict[str, int] = {}
    for row in rows:
        by_word[words.state_word(row)] = by_word.get(words.state_word(row), 0) + 1
    parts = ", ".join(f"{words.count(number)} {word.lower()}" for word, number in by_word.items())
    total = f"{words.count(len(rows))} run{'' if len(rows) == 1 else 's'}"
    return f"{total}{f' {where}' if where else ''}: {parts}"


def _open_hint(rows: Sequence[RunRow]) -> str:
    line = f'connect().runs.get("{rows[0].id}")'
    return f"{code(line)} shows the first"


def _nothing_html(where: str) -> str:
    if where:
        return (
            f'<div class="j-empty"><b>No run {sentence(where, 120)}.</b><span>{code("%runs")} shows all.</span></div>'
        )
    said = f"{escape(_BEGIN_WITH)} This one runs as it is:"
    return (
        f'<div class="j-empty"><b>No runs yet.</b><span>{said}</span><pre class="j-line">{escape(EXAMPLE)}</pre></div>'
    )


def _nothing_text(where: str) -> str:
    if where:
        return f"No run {one_line(where, 120)}. %runs shows all."
    indented = "\n".join(f"    {line}".rstrip() for line in EXAMPLE.splitlines())
    return f"No runs yet. {_BEGIN_WITH} This one runs as it is:\n\n{indented}"
