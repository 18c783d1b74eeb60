"""Many models as a table: what ``%models`` shows."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from jupyter_mlops.cards import modelwords, words
from jupyter_mlops.cards.style import framed
from jupyter_mlops.cards.text import code, html, one_line, sentence
from jupyter_mlops.domain.models import ModelRow
from jupyter_mlops.domain.units import format_age, format_metric, format_size

EXAMPLE = "%register digits --as digits --alias champion"
_BEGIN_WITH = "What a run kept becomes a version of a model:"
_COLUMNS = ("Model", "Versions", "Aliases", "Metrics", "Kind", "Size", "Changed")


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
    hint = code(f'connect().models.get("{one_line(rows[0].name)}")')
    caption = f"<span>{html(_summary(rows, where), 200)}</span> <span>{hint} has the first one's versions</span>"
    return framed("models", f'<div class="j-scroll">{table}</div><div class="j-caption">{caption}</div>')


def models_text(rows: Sequence[ModelRow], now: float, where: str = "") -> str:
    """Return models as aligned lines of text."""
    if not rows:
        said = f"No model {one_line(where, 120)}. %models shows all."
        return said if where else f"No models yet. {_BEGIN_WITH}\n\n    {EXAMPLE}"
    cells = [[title.lower() for title in _COLUMNS], *(_cells(row, now) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(_COLUMNS))]
    lines = ["  ".join(f"{cell:<{wide}}" for cell, wide in zip(line, widths, strict=True)).rstrip() for line in cells]
    return "\n".join([*lines, _summary(rows, where)])


def _row_html(row: ModelRow, now: float) -> str:
    name, *rest = _cells(row, now)
    below = f'<div class="j-why">{sentence(row.broken, 240)}</div>' if row.broken else ""
    below += f'<div class="j-small j-muted j-cut">{html(row.note, 80)}</div>' if row.note else ""
    tags = "".join(f' <span class="j-chip">{html(tag, 20)}</span>' for tag in row.tags[:4])
    cells = "".join(f"<td>{html(cell, 80)}</td>" for cell in rest)
    return f'<tr><th scope="row"><b>{html(name, 40)}</b>{tags}{below}</th>{cells}</tr>'


def _cells(row: ModelRow, now: float) -> list[str]:
    names = modelwords.key_metrics(row.metrics, 2)
    return [
        one_line(row.name, 40),
        words.count(row.versions),
        " ".join(f"@{one_line(alias, 24)} v{version}" for alias, version in list(row.aliases.items())[:4]),
        "  ".join(f"{one_line(name, 20)} {format_metric(float(row.metrics[name]))}" for name in names),
        row.flavor,
        format_size(row.size) if row.size else "",
        format_age(max(now - row.updated, 0.0)) if row.updated else "",
    ]


def _summary(rows: Sequence[ModelRow], where: str) -> str:
    total = f"{words.count(len(rows))} model{'' if len(rows) == 1 else 's'}"
    versions = sum(row.versions for row in rows)
    return f"{total}{f' {where}' if where else ''}, {words.count(versions)} version{'' if versions == 1 else 's'}"


def _nothing_html(where: str) -> str:
    if where:
        shown = f"<b>No model {sentence(where, 120)}.</b><span>{code('%models')} shows all.</span>"
    else:
        shown = f'<b>No models yet.</b><span>{escape(_BEGIN_WITH)}</span><pre class="j-line">{escape(EXAMPLE)}</pre>'
    return f'<div class="j-empty">{shown}</div>'
