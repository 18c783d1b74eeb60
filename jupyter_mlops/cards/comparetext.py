"""Runs beside each other as aligned lines of text."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_mlops.cards import comparewords, words
from jupyter_mlops.cards.comparewords import Shown
from jupyter_mlops.cards.diff import differences_text
from jupyter_mlops.cards.text import one_line
from jupyter_mlops.domain.comparison import Compared, ComparedColumn

_ROWS = 20
_WIDE = 110


def compare_text(shown: Shown) -> str:
    """Return runs as a table, the best first, ``*`` at the best of each metric; of two runs then what differs."""
    comparison = shown.comparison
    columns = [*comparewords.parameters(comparison, 6), *comparewords.metrics(comparison, 5)]
    columns += [column for column in comparison.columns if column.key == "fact:duration"]
    rows = comparewords.rows(comparison, _ROWS, shown.differences)
    table = [["run", "state", *(one_line(column.name, 20) for column in columns)]]
    table += [_row(label, run, columns) for label, run in rows]
    lines = _aligned(table)
    more = len(comparison.runs) + comparison.left_out - len(rows)
    lines += [f"and {words.count(more)} more"] if more > 0 else []
    lines.append(f"{one_line(comparison.title, 60)}: {comparewords.summary(comparison)}")
    if shown.differences is not None:
        lines += ["", differences_text(shown.differences)]
    return "\n".join(lines)


def _row(label: str, run: Compared, columns: Sequence[ComparedColumn]) -> list[str]:
    cells = [f"{'*' if run.row.id in column.best else ''}{comparewords.cell(run, column)}" for column in columns]
    return [one_line(label, 40), words.state_word(run.row), *cells]


def _aligned(table: Sequence[Sequence[str]]) -> list[str]:
    """Return lines whose numbers end below each other; columns that find no room are left out."""
    widths = [max(map(len, cells)) for cells in zip(*table, strict=True)]
    kept = next(count for count in range(len(widths), 0, -1) if sum(widths[:count]) + 2 * count <= _WIDE or count == 2)
    lines = []
    for cells in table:
        left = [f"{cell:<{width}}" for cell, width in zip(cells[:2], widths, strict=False)]
        right = [f"{cell:>{width}}" for cell, width in zip(cells[2:kept], widths[2:kept], strict=True)]
        lines.append("  ".join([*left, *right]).rstrip())
    return lines
