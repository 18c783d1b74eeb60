"""A scoreboard, as HTML and as text: what stable and canary made of the same held-out rows."""

from __future__ import annotations

from jupyter_mlops.cards import endpointwords
from jupyter_mlops.cards.icons import icon
from jupyter_mlops.cards.style import framed
from jupyter_mlops.cards.text import html, one_line, sentence
from jupyter_mlops.domain.observed import Measure, Scoreboard
from jupyter_mlops.domain.runs import Number
from jupyter_mlops.domain.units import MINUS, format_metric


def scoreboard_html(board: Scoreboard) -> str:
    """Return a scoreboard as HTML that stands by itself."""
    headings = "".join(f'<th scope="col">{title}</th>' for title in _titles(board))
    rows = "".join(
        f'<tr><th scope="row">{html(cells[0], 30)}</th>{"".join(f"<td>{html(cell, 40)}</td>" for cell in cells[1:-1])}'
        f"<td>{_gate(measure)}</td></tr>"
        for measure in board.measures
        for cells in [_cells(measure, board)]
    )
    table = f'<table class="j-table"><thead><tr>{headings}</tr></thead><tbody>{rows}</tbody></table>'
    return framed("scoreboard", f'{table}<div class="j-caption"><span>{sentence(_caption(board), 300)}</span></div>')


def scoreboard_text(board: Scoreboard) -> str:
    """Return a scoreboard as aligned lines of text."""
    lines = [_titles(board), *(_cells(measure, board) for measure in board.measures)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    shown = ["  ".join(f"{cell:<{wide}}" for cell, wide in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([*shown, one_line(_caption(board), 300)])


def _titles(board: Scoreboard) -> list[str]:
    canary = [f"r{board.canary} canary", "change"] if board.canary else []
    return ["measure", f"r{board.stable} stable", *canary, "gate"]


def _cells(measure: Measure, board: Scoreboard) -> list[str]:
    canary = [_value(measure.canary, measure.unit), _change(measure)] if board.canary else []
    gate = "" if measure.passed is None else f"{'passes' if measure.passed else 'fails'}: {measure.gate}"
    return [measure.name, _value(measure.stable, measure.unit), *canary, gate]


def _value(value: Number | None, unit: str) -> str:
    if value is None:
        return ""
    if unit == "ms":
        return endpointwords.milliseconds(float(value))
    return endpointwords.percent(float(value)) if unit == "share" else format_metric(float(value))


def _change(measure: Measure) -> str:
    if measure.stable is None or measure.canary is None:
        return ""
    change = float(measure.canary) - float(measure.stable)
    if not change:
        return "same"
    return f"{'+' if change > 0 else MINUS}{_value(abs(change), measure.unit)}"


def _gate(measure: Measure) -> str:
    if measure.passed is None:
        return ""
    return f"{icon('check' if measure.passed else 'failed', 12)} {html(measure.gate, 40)}"


def _caption(board: Scoreboard) -> str:
    rows = board.data or f"{board.rows:,} held-out rows"
    differ = f", {board.differing} answered differently" if board.canary else ""
    return f"{board.sentence} ({rows}{differ})"
