"""Parameters of a cell: the literals that it assigns to names at top level."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jupyter_mlops.domain.errors import InvalidParameter, nearest
from jupyter_mlops.domain.runs import Scalar

_WORDS: dict[str, Scalar] = {"true": True, "false": False, "none": None, "null": None}


@dataclass(frozen=True)
class _Place:
    """One literal that is assigned to a parameter."""

    name: str
    value: Scalar
    node: ast.expr


def parameters(source: str) -> dict[str, Scalar]:
    """Return each name to which ``source`` assigns a literal at top level, with the last value.

    Raises:
        SyntaxError: it is no Python.
    """
    return {place.name: place.value for place in _places(source)}


def substitute(source: str, overrides: Mapping[str, Scalar]) -> str:
    """Return ``source`` with the literals of the parameters in ``overrides`` replaced.

    Every top-level literal assignment of a name is replaced. All other text, and the number of every line, stays.

    Raises:
        InvalidParameter: the cell has no such parameter, or one of another type.
    """
    places = list(_places(source))
    known = {place.name: place.value for place in places}
    for name, value in overrides.items():
        check_value(name, value, known)
    lines = source.encode().split(b"\n")
    # From the end, so that earlier places keep their columns.
    for place in sorted(places, key=lambda place: (place.node.lineno, place.node.col_offset), reverse=True):
        if place.name in overrides:
            _replace(lines, place.node, literal(overrides[place.name], place.value))
    return b"\n".join(lines).decode()


def hash_as_before(before: str, hash_before: str, source: str) -> str:
    """Return the hash of ``source``, which was made from ``before``, taken from the same line on as that one's."""
    # What is hashed is the body, and a bundle does not say whether the magic's line stands above it.
    has_head = hash_before == _sha256(before.partition("\n")[2])
    return _sha256(source.partition("\n")[2] if has_head else source)


def without_values(source: str) -> tuple[str, dict[str, Scalar]]:
    """Return ``source`` with an ellipsis in the place of every parameter's literal, and the parameters.

    Two cells that differ only in the values of their parameters come to the same text. The number of every line stays.

    Raises:
        SyntaxError: it is no Python.
    """
    places = list(_places(source))
    lines = source.encode().split(b"\n")
    for place in sorted(places, key=lambda place: (place.node.lineno, place.node.col_offset), reverse=True):
        _replace(lines, place.node, "...")
    return b"\n".join(lines).decode(), {place.name: place.value for place in places}


def check_value(name: str, value: Scalar, known: Mapping[str, Scalar]) -> None:
    """Refuse a value that a parameter cannot take; a number of any kind may stand for a whole one.

    Args:
        name: The parameter.
        value: What is to stand for it.
        known: The cell's parameters with their values.

    Raises:
        InvalidParameter: the cell has no such parameter, or one of another type.
    """
    if name not in known:
        has = f"it has {', '.join(sorted(known))}" if known else "it assigns no plain value to a name at top level"
        raise InvalidParameter(f"The cell has no parameter {name!r}{nearest(name, known)} ({has}).")
    before = known[name]
    if not _fits(value, before):
        raise InvalidParameter(
            f"The parameter {name!r} is {before!r} in the cell, {_kind(before)}; {value!r} is {_kind(value)}."
        )


def literal(value: Scalar, before: Scalar) -> str:
    """Return ``value`` as Python writes it; a whole number for what was a float is written as a float."""
    if isinstance(before, float) and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if isinstance(value, float) and value - value != 0:
        return f'float("{value}")'
    return repr(value)


def parse_value(text: str) -> Scalar:
    """Return the value that a magic's line means: a number, a truth value, None, else a text."""
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
    return value if isinstance(value, bool | int | float | str | None) else text


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _places(source: str) -> Iterator[_Place]:
    for statement in ast.parse(source).body:
        for target, value in _assignments(statement):
            if isinstance(target, ast.Name) and _is_scalar(value):
                yield _Place(target.id, ast.literal_eval(value), value)
            elif isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
                yield from _pairs(target, value)


def _assignments(statement: ast.stmt) -> Iterator[tuple[ast.expr, ast.expr]]:
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            yield target, statement.value
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        yield statement.target, statement.value


def _pairs(targets: ast.Tuple | ast.List, values: ast.Tuple | ast.List) -> Iterator[_Place]:
    """Yield the parameters of ``lr, epochs = 0.1, 5``."""
    if len(targets.elts) != len(values.elts) or any(isinstance(part, ast.Starred) for part in targets.elts):
        return
    for target, value in zip(targets.elts, values.elts, strict=True):
        if isinstance(target, ast.Name) and _is_scalar(value):
            yield _Place(target.id, ast.literal_eval(value), value)


def _is_scalar(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        inner = node.operand
        return isinstance(inner, ast.Constant) and type(inner.value) in (int, float)
    return isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float | str | None)


def _fits(value: Scalar, before: Scalar) -> bool:
    if value is None or before is None:
        return True
    if isinstance(value, bool) or isinstance(before, bool):
        return type(value) is type(before)
    if isinstance(before, int | float):
        return isinstance(value, int | float)
    return isinstance(value, str)


def _kind(value: Scalar) -> str:
    words = {bool: "a truth value", int: "a whole number", float: "a number", str: "a text", type(None): "nothing"}
    return words[type(value)]


def _replace(lines: list[bytes], node: ast.expr, text: str) -> None:
    """Put ``text`` in the place of ``node``; a literal over several lines leaves its line feeds behind."""
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    first, last = node.lineno - 1, node.end_lineno - 1
    head, tail = lines[first][: node.col_offset], lines[last][node.end_col_offset :]
    if first == last:
        lines[first] = head + text.encode() + tail
        return
    # Brackets let the statement go on over the lines that the literal leaves.
    lines[first] = head + b"(" + text.encode()
    lines[first + 1 : last] = [b""] * (last - first - 1)
    lines[last] = b")" + tail
