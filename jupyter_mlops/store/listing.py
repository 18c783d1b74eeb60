"""Which rows of a table a question means: counted by state, put in order, and one page of them read whole.

SQLite narrows the search by what is a column, and ``Where`` decides. What is compared stands beside each row, without
what only lists draw, which is most of a row: ten thousand runs are looked through in a twentieth of a second.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from typing import Any, Generic, NamedTuple

from jupyter_mlops.domain.errors import InvalidOption, nearest
from jupyter_mlops.domain.runs import State
from jupyter_mlops.domain.where import Row, Where, has_field
from jupyter_mlops.store.nouns import Noun

_LATEST_FIRST = "ORDER BY created DESC, id DESC"
_AT_ONCE = 500
"""How many values a statement names; some builds of SQLite allow only 999."""


class Page(NamedTuple, Generic[Row]):
    """A page of rows.

    Attributes:
        total: How many rows there are on all pages.
        states: How many rows of each state would be there if no state were chosen.
    """

    rows: list[Row]
    total: int
    states: dict[State, int]


def read_page(connection: sqlite3.Connection, noun: Noun[Row], where: Where) -> Page[Row]:
    """Return the page that ``where`` describes.

    Raises:
        InvalidOption: a condition or the order names what no row has.
    """
    if not where.conditions and where.is_latest_first:
        return _plain_page(connection, noun, where)
    # One snapshot: the rows that are read whole must be the ones that were compared.
    connection.execute("BEGIN")
    try:
        found = list(_fitting(connection, noun, where))
        states = dict(Counter(row.state for row in found))
        chosen = where.page((row for row in found if not where.states or row.state in where.states), noun.fields)
        rows = _whole(connection, noun, [row.id for row in chosen])
    finally:
        connection.execute("COMMIT")
    return Page(rows, _total(where, states), states)


def _plain_page(connection: sqlite3.Connection, noun: Noun[Row], where: Where) -> Page[Row]:
    """Return a page in the order of the table, which SQLite finds without looking at the others."""
    clauses, values = _columns(where)
    sql = f"SELECT state, count(*) FROM {noun.table} WHERE {clauses} GROUP BY state"
    states = {State(state): number for state, number in connection.execute(sql, values)}
    if where.states:
        clauses += f" AND state IN ({_marks(len(where.states))})"
        values += [state.value for state in where.states]
    limit = -1 if where.limit is None else where.limit
    # The rows that are passed over are not read: their index has all that is asked of them.
    ids = f"SELECT id FROM {noun.table} WHERE {clauses} {_LATEST_FIRST} LIMIT ? OFFSET ?"
    sql = f"SELECT row FROM {noun.table} WHERE id IN ({ids}) {_LATEST_FIRST}"
    rows = [noun.row.decode(data) for (data,) in connection.execute(sql, (*values, limit, where.offset))]
    return Page(rows, _total(where, states), states)


def _whole(connection: sqlite3.Connection, noun: Noun[Row], ids: list[str]) -> list[Row]:
    """Return the rows of ``ids``, in that order."""
    found: dict[str, bytes] = {}
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        found.update(connection.execute(f"SELECT id, row FROM {noun.table} WHERE id IN ({_marks(len(part))})", part))
    return [noun.row.decode(found[an_id]) for an_id in ids]


def _fitting(connection: sqlite3.Connection, noun: Noun[Row], where: Where) -> Iterator[Row]:
    """Yield what is compared of the rows that fit, of whatever state, in whatever order."""
    clauses, values = _columns(where)
    for column in ("id", "name", "state"):
        if (text := where.equals(column)) is not None:
            clauses += f" AND {column} = ?"
            values.append(text)
    fields, compare = noun.fields, noun.compare()
    unknown = {where.sort, *(condition.field for condition in where.conditions)}.difference(fields.names)
    has_seen, has_found = False, False
    for (data,) in connection.execute(f"SELECT compared FROM {noun.table} WHERE {clauses}", values):
        row = compare(data)
        has_seen = True
        if unknown:
            unknown = {field for field in unknown if not has_field(row, field, fields)}
        if where.fits(row, fields):
            has_found = True
            yield row
    # A condition that nothing meets is told from one that names what no row has.
    if has_found:
        unknown &= {where.sort}
    if has_seen and unknown:
        _refuse_unknown(connection, noun, min(unknown))


def _columns(where: Where) -> tuple[str, list[Any]]:
    wanted = {"archived": where.archived, "sweep": where.sweep}
    meant = {column: value for column, value in wanted.items() if value is not None}
    return " AND ".join(["1", *(f"{column} = ?" for column in meant)]), [*meant.values()]


def _marks(number: int) -> str:
    return ", ".join("?" * number)


def _total(where: Where, states: dict[State, int]) -> int:
    return sum(number for state, number in states.items() if not where.states or state in where.states)


def _refuse_unknown(connection: sqlite3.Connection, noun: Noun[Any], field: str) -> None:
    """Refuse a field unless some row has it, though none of those that were looked at."""
    fields, compare = noun.fields, noun.compare()
    rows = [compare(data) for (data,) in connection.execute(f"SELECT compared FROM {noun.table}")]
    if not any(has_field(row, field, fields) for row in rows):
        known = set(fields.names).union(*((*fields.parameters(row), *fields.metrics(row)) for row in rows))
        hint = nearest(field, sorted(known)) or "."
        raise InvalidOption(f"No {fields.noun} has a parameter or a metric {field!r}{hint}")
