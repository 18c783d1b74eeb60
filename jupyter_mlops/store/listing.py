"""Which rows of the index a question means: counted by state, put in order, and one page of them read whole.

SQLite narrows the search by what is a column, and ``Where`` decides. What is compared is read without what lists
draw, which is most of a row: ten thousand runs are looked through in a twentieth of a second.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple, cast

import msgspec

from jupyter_mlops.domain.errors import InvalidOption, nearest
from jupyter_mlops.domain.runs import Number, RunRow, State
from jupyter_mlops.domain.where import FIELDS, Where, has_field

_LATEST_FIRST = "ORDER BY created DESC, id DESC"


class Page(NamedTuple):
    """A page of rows.

    Attributes:
        total: How many rows there are on all pages.
        states: How many rows of each state would be there if no state were chosen.
    """

    rows: list[RunRow]
    total: int
    states: dict[State, int]


class _Last(msgspec.Struct, gc=False):
    last: Number


def read_page(connection: sqlite3.Connection, where: Where) -> Page:
    """Return the page that ``where`` describes.

    Raises:
        InvalidOption: a condition or the order names what no run has.
    """
    if not where.conditions and where.is_latest_first:
        return _plain_page(connection, where)
    found = list(_fitting(connection, where))
    rows = [row for row, _ in found]
    states = dict(Counter(row.state for row in rows))
    data = {row.id: data for row, data in found}
    chosen = where.page(row for row in rows if not where.states or row.state in where.states)
    return Page([decode_row(data[row.id]) for row in chosen], _total(where, states), states)


def decode_row(data: bytes) -> RunRow:
    """Return a row as it was stored."""
    return _row.decode(data)


def _plain_page(connection: sqlite3.Connection, where: Where) -> Page:
    """Return a page in the order of the table, which SQLite finds without looking at the others."""
    clauses, values = _columns(where)
    sql = f"SELECT state, count(*) FROM runs WHERE {clauses} GROUP BY state"
    states = {State(state): number for state, number in connection.execute(sql, values)}
    if where.states:
        clauses += f" AND state IN ({', '.join('?' * len(where.states))})"
        values += [state.value for state in where.states]
    limit = -1 if where.limit is None else where.limit
    # The rows that are passed over are not read: their index has all that is asked of them.
    ids = f"SELECT id FROM runs WHERE {clauses} {_LATEST_FIRST} LIMIT ? OFFSET ?"
    sql = f"SELECT row FROM runs WHERE id IN ({ids}) {_LATEST_FIRST}"
    rows = [decode_row(data) for (data,) in connection.execute(sql, (*values, limit, where.offset))]
    return Page(rows, _total(where, states), states)


def _fitting(connection: sqlite3.Connection, where: Where) -> Iterator[tuple[RunRow, bytes]]:
    """Yield the rows that fit, of whatever state, in whatever order."""
    clauses, values = _columns(where)
    for column in ("id", "name", "state"):
        if (text := where.equals(column)) is not None:
            clauses += f" AND {column} = ?"
            values.append(text)
    unknown = {where.sort, *(condition.field for condition in where.conditions)}.difference(FIELDS)
    has_seen, has_found = False, False
    for (data,) in connection.execute(f"SELECT row FROM runs WHERE {clauses}", values):
        row = _compared(data)
        has_seen = True
        if unknown:
            unknown = {field for field in unknown if not has_field(row, field)}
        if where.fits(row):
            has_found = True
            yield row, data
    # A condition that nothing meets is told from one that names what no run has.
    if has_found:
        unknown &= {where.sort}
    if has_seen and unknown:
        _refuse_unknown(connection, min(unknown))


def _columns(where: Where) -> tuple[str, list[Any]]:
    wanted = {"archived": where.archived, "sweep": where.sweep}
    meant = {column: value for column, value in wanted.items() if value is not None}
    return " AND ".join(["1", *(f"{column} = ?" for column in meant)]), [*meant.values()]


def _total(where: Where, states: dict[State, int]) -> int:
    return sum(number for state, number in states.items() if not where.states or state in where.states)


def _refuse_unknown(connection: sqlite3.Connection, field: str) -> None:
    """Refuse a field unless some run has it, though none of those that were looked at."""
    rows = [_compared(data) for (data,) in connection.execute("SELECT row FROM runs")]
    if not any(has_field(row, field) for row in rows):
        known = set(FIELDS).union(*((*row.params, *row.metrics) for row in rows))
        raise InvalidOption(f"No run has a parameter or a metric {field!r}{nearest(field, sorted(known)) or '.'}")


def _compared(data: bytes) -> RunRow:
    """Return a row without what only lists draw."""
    return cast(RunRow, _comparer.decode(data))


def _comparable() -> type[msgspec.Struct]:
    """Return a struct that is to a condition what a ``RunRow`` is, and that is decoded in a quarter of the time."""
    fields: list[Any] = []
    for field in msgspec.structs.fields(RunRow):
        kind = dict[str, _Last] if field.name == "metrics" else field.type
        told = {"default": field.default, "default_factory": field.default_factory}
        if field.name != "progress":
            fields.append((field.name, kind, msgspec.field(**told)))
    return msgspec.defstruct("Compared", fields, gc=False)


_row: msgspec.msgpack.Decoder[RunRow] = msgspec.msgpack.Decoder(RunRow)
_comparer = msgspec.msgpack.Decoder(_comparable())
