"""Tables with a row an epoch, as fastai, skorch and scikit-learn print them, and tables of two cells."""

from __future__ import annotations

import re

from jupyter_mlops.domain.formats.names import is_metric, is_wanted
from jupyter_mlops.domain.formats.reading import NUMBER, Context, Reading

TABLE = re.compile(r"(?i)\s*(?:epoch|iter)\s\s+\S")
# What callbacks and warnings may print between two rows.
_MOST_BETWEEN = 8
# skorch marks there with a + that it saved the model, and leaves other rows blank.
_MARKED = "cp"


def read_table_head(text: str, context: Context) -> Reading | None:
    """Read the names above the rows that follow."""
    columns = re.split(r"\s\s+", text.strip())
    if len(columns) < 2 or any(re.match(NUMBER, column) for column in columns):
        return None
    context.columns = ["_".join(column.split()) for column in columns if column != _MARKED]
    context.between = 0
    return Reading()


def read_row(text: str, context: Context) -> Reading | None:
    """Read a row of the table whose head was last seen; many other lines end the table."""
    cells = [cell for cell in text.split() if cell != "+"]
    if len(cells) != len(context.columns) or not re.fullmatch(r"\d{1,12}", cells[0]):
        if cells and not set("".join(cells)) <= set("-+|= "):
            context.between += 1
            if context.between > _MOST_BETWEEN:
                context.columns = []
        return None
    context.between = 0
    values = [
        (name, float(cell))
        for name, cell in zip(context.columns[1:], cells[1:], strict=True)
        if re.fullmatch(NUMBER, cell) and is_wanted(name)
    ]
    axis = "epoch" if context.columns[0].lower() == "epoch" else "iteration"
    return Reading(axis, float(cells[0]), values)


TWO_CELLS = re.compile(rf"(?:│|\s{{4}})\s*(\S+)\s+│?\s*({NUMBER})\s*│?\s*")


def read_two_cells(text: str, _context: Context) -> Reading | None:
    """Read a name and a number in columns, as Lightning prints what a test came to."""
    name, value = TWO_CELLS.fullmatch(text).groups()  # type: ignore[union-attr]  # It looked like one.
    return Reading(values=[(name, float(value))]) if is_metric(name) else None
