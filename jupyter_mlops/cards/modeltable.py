"""Many models as a table: what ``%models`` shows."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from jupyter_mlops.cards import words
from jupyter_mlops.cards.style import framed
from jupyter_mlops.cards.text import code, html, one_line, sentence
from jupyter_mlops.domain.models import ModelRow
from jupyter_mlops.domain.units import format_age, format_metric, format_size

EXAMPLE = "%register digits --as digits --alias champion"
_COLUMNS = ("Model", "Latest", "Aliases", "Flavor", "Metrics", "Serves", "Size", "Changed")
_METRICS = 3


def models_html(rows: Sequence[ModelRow], now: float, where: str = "") -> str:
    """Return models as a table, in the order given.

    Args:
        rows: Whatever they hold may be hostile.
        now: Seconds since the epoch.
        where: What the rows were filtered by, in words; empty if nothing was left out.
    """
    if not rows:
        return framed("models", _nothing_html(where))
    headings = "".join(f'<th scope="col">{title}</th>' for title in _COLUMNS)
    body = "".join(_row_html(row, now) for row in rows)
    table = f'<table class="j-table"><thead><tr>{headings}</tr></thead><tbody>{body}</tbody></table>'
    hint = code(f'connect().models.get("{one_line(rows[0].id)}")')
    caption = f"<span>{html(_summary(rows, where), 200)}</span> <span>{hint} shows the first</span>"
    return framed("models", f'<div class="j-scroll">{table}</div><div class="j-caption">{caption}</div>')


def models_text(rows: Sequence[ModelRow], now: float, where: str = "") -> str:
    """Return models as aligned lines of text; what is broken stands on a line of its own."""
    if not rows:
        return f"No model {one_line(where, 120)}. %models shows all." if where else _nothing_text()
    cells = [_cells(row, now) for row in rows]
    titles = [title.lower() for title in _COLUMNS]
    widths = [max(len(line[column]) for line in [titles, *cells]) for column in range(len(titles))]
    lines = [_aligned(titles, widths)]
    for row, line in zip(rows, cells, strict=True):
        lines.append(_aligned(line, widths))
        lines += [f"{'':<{widths[0]}}  {one_line(row.broken, 200)}"] if row.broken else []
    return "\n".join([*lines, _summary(rows, where)])


def _row_html(row: ModelRow, now: float) -> str:
    name, *others = _cells(row, now)
    below = f'<div class="j-why">{sentence(row.broken, 240)}</div>' if row.broken else ""
    below += f'<div class="j-small j-muted j-cut">{html(row.note, 80)}</div>' if row.note else ""
    cells = "".join(f"<td>{html(cell, 120)}</td>" for cell in others)
    return f'<tr><th scope="row"><b>{html(name, 60)}</b>{below}</th>{cells}</tr>'


def _cells(row: ModelRow, now: float) -> list[str]:
    return [
        one_line(row.name, 40),
        f"v{row.latest}" if row.latest else "no version",
        " ".join(f"@{one_line(alias, 24)} v{version}" for alias, version in row.aliases.items()),
        one_line(row.flavor, 20),
        "  ".join(
            f"{one_line(name, 20)} {format_metric(float(row.metrics[name]))}" for name in [*row.metrics][:_METRICS]
        ),
        ", ".join(dict.fromkeys(use.endpoint for one in row.recent for use in one.uses if use.role != "kept")),
        format_size(row.size),
        format_age(max(now - row.updated, 0.0)) if row.updated else "",
    ]


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()


def _summary(rows: Sequence[ModelRow], where: str) -> str:
    count = f"{words.count(len(rows))} model{'' if len(rows) == 1 else 's'}"
    return f"{count} {one_line(where, 120)}" if where else count


def _nothing_html(where: str) -> str:
    if where:
        return f'<div class="j-body"><p>No model {html(where, 120)}. {code("%models")} shows all.</p></div>'
    return f'<div class="j-body"><p>No model yet. What a run kept becomes one:</p><pre>{escape(EXAMPLE)}</pre></div>'


def _nothing_text() -> str:
    return f"No model yet. What a run kept becomes one: {EXAMPLE}"
