"""Cells without the values of their parameters, read many at once: most cells of a comparison are one cell."""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import msgspec

from jupyter_mlops.domain.parameters import without_values
from jupyter_mlops.domain.runs import Scalar

_MAGIC = re.compile(r"# %%\w")
_ASSIGNED = re.compile(r"([^\W\d]\w*)\s*(?::[^=]*)?=\s*")
_GAP = "..."
"""What ``without_values`` puts in the place of a value."""

_MOST = 8
_LONGEST = 200

Params = dict[str, Scalar]


class Cell(msgspec.Struct, frozen=True):
    """What a cell is.

    Attributes:
        params: Its parameters.
        text: The cell below the magic's line, with an ellipsis in the place of each parameter's value.
        hash: SHA-256 of ``text``; empty if there is none.
    """

    params: Params = {}
    text: str = ""
    hash: str = ""


class CellReader:
    """Reads cells. One that has the form of an earlier one, other values apart, need not be parsed."""

    def __init__(self) -> None:
        self._forms: list[_Form] = []

    def read(self, source: str, params: Mapping[str, Scalar]) -> Cell:
        """Return what the cell ``source`` is.

        Args:
            source: The cell as it ran.
            params: The values of those parameters that are known already.
        """
        body = below_magic(source)[0]
        lines = body.split("\n")
        for form in self._forms:
            found = form.fill(lines, params)
            if found is not None:
                return Cell(found, form.cell.text, form.cell.hash)
        cell = read_cell(source)
        made = _form_of(body, cell)
        if made is not None:
            self._forms = [made, *self._forms[: _MOST - 1]]
        return cell


def read_cell(source: str) -> Cell:
    """Return what the cell ``source`` is; one that is no Python has no parameters."""
    body = below_magic(source)[0]
    if not body:
        return Cell()
    params: Params
    try:
        text, params = without_values(body)
    except (SyntaxError, ValueError, RecursionError):
        text, params = body, {}
    return Cell(params, text, hashlib.sha256(text.encode("utf-8", "replace")).hexdigest())


def below_magic(source: str) -> tuple[str, int]:
    """Return a cell without the comment that its magic's line became, and the number of its first line then."""
    head, _, rest = source.partition("\n")
    return (rest, 2) if _MAGIC.match(head) else (source, 1)


class _Gap(NamedTuple):
    """A line that assigns a value to one parameter and does nothing else."""

    line: int
    name: str
    before: str
    after: str


class _Form(NamedTuple):
    """A cell with gaps where the values of its parameters stood."""

    cell: Cell
    lines: list[str]
    gaps: list[_Gap]

    def fill(self, lines: list[str], params: Mapping[str, Scalar]) -> Params | None:
        """Return the parameters of a cell that has this form; None if it has not."""
        if len(lines) != len(self.lines):
            return None
        lines = [*lines]
        found: Params = {}
        for line, name, before, after in self.gaps:
            text = lines[line]
            if not (text.startswith(before) and text.endswith(after) and len(text) > len(before) + len(after)):
                return None
            value = _value(text[len(before) : len(text) - len(after)], params.get(name))
            if value is _NONE:
                return None
            found[name] = value  # type: ignore[assignment]
            lines[line] = self.lines[line]
        # All other lines are the same, and each value is whole by itself: so is the tree, but for the values.
        return found if lines == self.lines else None


_NONE = object()


def _form_of(body: str, cell: Cell) -> _Form | None:
    """Return the form of a cell; None where its parameters do not stand on lines of their own."""
    lines = cell.text.split("\n")
    gaps = []
    for number, (before, after) in enumerate(zip(body.split("\n"), lines, strict=True)):
        if before == after:
            continue
        head, _, tail = after.partition(_GAP)
        assigned = _ASSIGNED.fullmatch(head)
        if assigned is None or not before.endswith(tail) or _GAP in tail:
            return None
        gaps.append(_Gap(number, assigned[1], head, tail))
    # A parameter that is assigned twice has the last value, and one beside another on a line has no gap of its own.
    names = {gap.name for gap in gaps}
    return _Form(cell, lines, gaps) if len(names) == len(gaps) == len(cell.params) else None


def _value(text: str, known: Scalar) -> object:
    """Return the value that ``text`` is; a sentinel if it is no plain value by itself."""
    if repr(known) == text:
        return known
    return _literal(text) if len(text) <= _LONGEST else _NONE


@lru_cache(maxsize=4096)
def _literal(text: str) -> object:
    # Brackets and blanks around a value are no part of it: the cell would come to another text.
    if text != text.strip() or text.startswith("("):
        return _NONE
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return _NONE
    return value if isinstance(value, bool | int | float | str | None) else _NONE
