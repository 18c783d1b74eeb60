"""Many endpoints as a table: what ``%endpoints`` shows."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from jupyter_mlops.cards import endpointwords, words
from jupyter_mlops.cards.charts import spark
from jupyter_mlops.cards.icons import icon
from jupyter_mlops.cards.style import framed
from jupyter_mlops.cards.text import code, html, one_line, sentence
from jupyter_mlops.domain.endpoints import EndpointRow
from jupyter_mlops.domain.runs import State
from jupyter_mlops.domain.units import format_age

EXAMPLE = "%deploy digits@champion"
_BEGIN_WITH = "A version of a model is served by one line:"
_COLUMNS = ("State", "Endpoint", "Serves", "Traffic", "Requests", "Replicas", "Age")


def endpoints_html(rows: Sequence[EndpointRow], now: float, where: str = "") -> str:
    """Return endpoints as a table, in the order given.

    Args:
        rows: Whatever they hold may be hostile.
        now: Seconds since the epoch.
        where: What the rows were filtered by, in words; empty if nothing was left out.
    """
    if not rows:
        return framed("endpoints", _nothing_html(where))
    headings = "".join(f'<th scope="col">{title}</th>' for title in _COLUMNS)
    body = "".join(_row_html(row, now) for row in rows)
    table = f'<table class="j-table"><thead><tr>{headings}</tr></thead><tbody>{body}</tbody></table>'
    hint = code(f'connect().endpoints.get("{one_line(rows[0].name)}")')
    caption = f"<span>{html(_summary(rows, where), 200)}</span> <span>{hint} is the first</span>"
    return framed("endpoints", f'<div class="j-scroll">{table}</div><div class="j-caption">{caption}</div>')


def endpoints_text(rows: Sequence[EndpointRow], now: float, where: str = "") -> str:
    """Return endpoints as aligned lines of text; a reason stands on a line of its own."""
    if not rows:
        said = f"No endpoint {one_line(where, 120)}. %endpoints shows all."
        return said if where else f"No endpoints yet. {_BEGIN_WITH}\n\n    {EXAMPLE}"
    cells = [[title.lower() for title in _COLUMNS], *(_cells(row, now) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(_COLUMNS))]
    lines = ["  ".join(f"{cell:<{wide}}" for cell, wide in zip(line, widths, strict=True)).rstrip() for line in cells]
    shown = lines[:1]
    for row, line in zip(rows, lines[1:], strict=True):
        reason = _reason(row)
        shown += [line, *([f"{'':<{widths[0]}}  {one_line(reason, 200)}"] if reason else [])]
    return "\n".join([*shown, _summary(rows, where)])


def _row_html(row: EndpointRow, now: float) -> str:
    tone = endpointwords.tone(row)
    state, name, serves, traffic, requests, replicas, age = _cells(row, now)
    reason = _reason(row)
    below = f'<div class="j-why">{sentence(reason, 240)}</div>' if reason else ""
    below += f'<div class="j-small j-muted j-cut">{html(row.note, 80)}</div>' if row.note else ""
    cells = [
        f'<td><b class="j-state">{icon(tone)}{state}</b></td>',
        f'<th scope="row"><b>{html(name, 40)}</b>{below}</th>',
        f"<td>{html(serves, 40)}</td>",
        f"<td>{html(traffic, 60)}</td>",
        f"<td>{html(requests, 60)} {spark(row.recent)}</td>",
        f"<td>{html(replicas, 40)}</td>",
        f'<td class="j-muted">{age}</td>',
    ]
    return f'<tr class="j-{tone}">{"".join(cells)}</tr>'


def _cells(row: EndpointRow, now: float) -> list[str]:
    return [
        endpointwords.state_word(row),
        one_line(row.name, 40),
        f"{one_line(row.model, 30)} v{row.version}" if row.model else "",
        ", ".join(f"r{each.revision} {endpointwords.role(each)}" for each in row.revisions if each.role != "kept"),
        ", ".join(endpointwords.pace(row)),
        endpointwords.replicas(row) if row.wanted else "",
        format_age(max(now - row.created, 0.0)) if row.created else "",
    ]


def _reason(row: EndpointRow) -> str:
    if row.broken:
        return row.broken
    drifts = f"{', '.join(row.drifting[:3])} moved away from the training data" if row.drifting else ""
    return row.why or drifts


def _summary(rows: Sequence[EndpointRow], where: str) -> str:
    total = f"{words.count(len(rows))} endpoint{'' if len(rows) == 1 else 's'}"
    ready = sum(row.state is State.RUNNING for row in rows)
    return f"{total}{f' {where}' if where else ''}, {words.count(ready)} ready"


def _nothing_html(where: str) -> str:
    if where:
        shown = f"<b>No endpoint {sentence(where, 120)}.</b><span>{code('%endpoints')} shows all.</span>"
    else:
        shown = f'<b>No endpoints yet.</b><span>{escape(_BEGIN_WITH)}</span><pre class="j-line">{escape(EXAMPLE)}</pre>'
    return f'<div class="j-empty">{shown}</div>'
