"""Which runs, sweeps, models or endpoints are meant: conditions as people type them, an order, and a page."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeVar

import msgspec

from jupyter_mlops.domain.endpoints import EndpointRow
from jupyter_mlops.domain.errors import InvalidOption, nearest
from jupyter_mlops.domain.models import ModelRow
from jupyter_mlops.domain.names import LABEL
from jupyter_mlops.domain.runs import RunRow, State
from jupyter_mlops.domain.sweeps import SweepRow
from jupyter_mlops.domain.units import parse_duration

Value = bool | float | str | None
Op = Literal["=", "!=", "<", "<=", ">", ">=", "~"]


class AnyRow(Protocol):
    """What rows of all nouns have."""

    id: str
    name: str
    state: State
    created: float
    tags: list[str]
    archived: bool


Row = TypeVar("Row", bound=AnyRow)


@dataclass(frozen=True)
class Fields:
    """What a condition may name of the rows of one noun.

    Attributes:
        noun: What a sentence calls one of them.
        columns: Fields of a row.
        parameters: Returns the parameters of a row.
        metrics: Returns the metrics of a row: summaries, whose last values are meant, or values.
        reckoned: What else a row has: its name, and what returns it, or None where a row lacks it.
    """

    noun: str
    columns: tuple[str, ...]
    parameters: Callable[[Any], Mapping[str, Any]]
    metrics: Callable[[Any], Mapping[str, Any]]
    reckoned: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """All that a condition may name of every row, besides parameters and metrics."""
        return (*self.columns, "tag", *self.reckoned)


def _duration(row: Any) -> float | None:
    return None if row.started is None or row.ended is None else row.ended - row.started


def _best(row: Any) -> Any:
    return row.best_values[0] if row.best_values else None


RUNS = Fields(
    "run",
    tuple(name for name in RunRow.__struct_fields__ if name not in ("params", "metrics", "progress", "tags")),
    parameters=lambda row: row.params,
    metrics=lambda row: row.metrics,
    reckoned={"duration": _duration},
)

_LISTS = ("objectives", "best", "best_values", "best_params", "front", "recent", "tags")
SWEEPS = Fields(
    "sweep",
    tuple(name for name in SweepRow.__struct_fields__ if name not in _LISTS),
    parameters=lambda row: row.best_params,
    metrics=lambda row: {goal.metric: value for goal, value in zip(row.objectives, row.best_values, strict=False)},
    reckoned={"duration": _duration, "best": _best},
)
"""Parameters and metrics are those of the best trial; ``best`` is what it reached of the first objective."""

_OF_MODELS = ("aliases", "metrics", "recent", "tags", "state")
MODELS = Fields(
    "model",
    tuple(name for name in ModelRow.__struct_fields__ if name not in _OF_MODELS),
    parameters=lambda row: {f"@{alias}": version for alias, version in row.aliases.items()},
    metrics=lambda row: row.metrics,
)
"""Metrics are those of the champion, else of the latest version; ``@alias`` is the version that an alias points at."""

_OF_ENDPOINTS = ("drifting", "recent", "revisions", "tags")
ENDPOINTS = Fields(
    "endpoint",
    tuple(name for name in EndpointRow.__struct_fields__ if name not in _OF_ENDPOINTS),
    parameters=lambda row: {},
    metrics=lambda row: {},
    reckoned={"drifting": lambda row: len(row.drifting)},
)
"""``drifting`` is how many input columns have moved."""

COLUMNS, FIELDS = RUNS.columns, RUNS.names

_ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_SAME = {"==": "=", "=": "="}
_WORDS: dict[str, Value] = {"true": True, "false": False, "none": None}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_MISSING = object()

_CONDITION = re.compile(
    r"""\s*(?:,|\band\b)?\s*
    (?P<field>"[^"]*"|'[^']*'|[^\s=<>!~,"']+)
    (?:\s*(?P<op>==|!=|<=|>=|=|<|>|~)\s*(?P<value>"[^"]*"|'[^']*'|[^\s,=<>!~"']+))?
    (?=[\s,]|$)""",
    re.VERBOSE,
)


class Condition(msgspec.Struct, frozen=True):
    """One comparison: ``lr > 0.01``.

    Attributes:
        field: A column, ``tag``, ``duration``, a parameter or a metric, which is looked for in this order;
            ``params.x`` and ``metrics.x`` say which of the two is meant.
        op: ``~`` is "contains", whatever the case.
        value: What the field is compared with.
    """

    field: str
    op: Op
    value: Value

    def fits(self, row: AnyRow, fields: Fields = RUNS) -> bool:
        """Say whether ``row`` meets the condition; one that lacks the field meets only ``!=``."""
        if self.field == "tag":
            return any(_compare("=" if self.op == "!=" else self.op, tag, self.value) for tag in row.tags) is (
                self.op != "!="
            )
        value = value_of(row, self.field, fields)
        return self.op == "!=" if value is _MISSING else _compare(self.op, value, self.value)


class Where(msgspec.Struct, frozen=True):
    """Which runs, or sweeps, are meant, in which order, and which page of them.

    Attributes:
        conditions: All must be met.
        archived: Whether archived ones are meant: None is both.
        sweep: Trials of this sweep; empty means runs that are no trials, None both.
        states: Which states are meant besides; empty is all. ``fits`` does not ask for them: they are counted.
        sort: A column, ``duration``, a parameter or a metric; of sweeps ``best`` too. What lacks it comes last.
        descending: Whether the largest, or the latest, comes first.
        limit: Largest number; None is all.
        offset: How many are passed over.
    """

    conditions: tuple[Condition, ...] = ()
    archived: bool | None = None
    sweep: str | None = None
    states: frozenset[State] = frozenset()
    sort: str = "created"
    descending: bool = True
    limit: int | None = None
    offset: int = 0

    def fits(self, row: AnyRow, fields: Fields = RUNS) -> bool:
        """Say whether ``row`` is meant, pages apart."""
        if self.archived is not None and row.archived != self.archived:
            return False
        if self.sweep is not None and getattr(row, "sweep", "") != self.sweep:
            return False
        return all(condition.fits(row, fields) for condition in self.conditions)

    def page(self, rows: Iterable[Row], fields: Fields = RUNS) -> list[Row]:
        """Return ``rows``, all of which fit, in order, and of them the page."""
        rows = sorted(rows, key=lambda row: (row.created, row.id), reverse=True)
        if self.sort != "created" or not self.descending:
            keyed = [(order_key(row, self.sort, fields), row) for row in rows]
            with_it = [(key, row) for key, row in keyed if key is not None]
            without = [row for key, row in keyed if key is None]
            with_it.sort(key=lambda pair: pair[0], reverse=self.descending)
            rows = [row for _, row in with_it] + without
        end = None if self.limit is None else self.offset + self.limit
        return rows[self.offset : end]

    @property
    def is_latest_first(self) -> bool:
        """Say whether the order is the default one."""
        return self.sort == "created" and self.descending

    def equals(self, field: str) -> str | None:
        """Return the text that ``field`` must equal, if a condition says so."""
        for condition in self.conditions:
            if condition.field == field and condition.op == "=" and isinstance(condition.value, str):
                return condition.value
        return None


def parse_where(text: str, now: float) -> tuple[Condition, ...]:
    """Return the conditions that ``text`` holds: ``digits lr > 0.01, state = failed tag=best age < 2d``.

    Conditions are parted by blanks, commas or ``and``. A state or a name alone means itself.

    Args:
        text: What stands behind ``%runs``.
        now: Seconds since the epoch, for ``age``.

    Raises:
        InvalidOption: it holds something else.
    """
    found, at = [], 0
    text = text.strip()
    while at < len(text):
        match = _CONDITION.match(text, at)
        if match is None:
            raise InvalidOption(
                f"{text[at:].strip()!r} is not a condition; write them as in: lr > 0.01 state = failed tag = best."
            )
        found.append(_condition(match, now))
        at = match.end()
    return tuple(found)


def value_of(row: AnyRow, field: str, fields: Fields = RUNS) -> Any:
    """Return what ``field`` is in ``row``; a sentinel if the row lacks it."""
    if field in fields.columns:
        value = getattr(row, field)
    elif field in fields.reckoned:
        value = fields.reckoned[field](row)
    else:
        return _parameter_or_metric(row, field, fields)
    return _MISSING if value is None else value


def has_field(row: AnyRow, field: str, fields: Fields = RUNS) -> bool:
    """Say whether a condition on ``field`` makes sense for ``row``."""
    return field in fields.names or value_of(row, field, fields) is not _MISSING


def order_key(row: AnyRow, field: str, fields: Fields = RUNS) -> tuple[int, Any] | None:
    """Return a key by which rows are ordered: numbers before text; None for a row that lacks the field."""
    value = value_of(row, field, fields)
    if value is _MISSING or (isinstance(value, float) and math.isnan(value)):
        return None
    return (0, value) if isinstance(value, int | float) else (1, str(value))


def _parameter_or_metric(row: AnyRow, field: str, fields: Fields) -> Any:
    kind, _, rest = field.partition(".")
    if kind != "metrics":
        found = fields.parameters(row).get(rest if kind == "params" else field, _MISSING)
        if found is not _MISSING or (kind == "params" and rest):
            return found
    metric = fields.metrics(row).get(rest if kind == "metrics" else field, _MISSING)
    return getattr(metric, "last", metric)


def _condition(match: re.Match[str], now: float) -> Condition:
    field, op, value = _unquoted(match["field"]), match["op"], match["value"]
    if op is None:
        return _by_word(field)
    if field == "age":
        if op not in _TURNED:
            raise InvalidOption(f"'age' is compared with <, <=, > or >=, not with {op!r}.")
        return Condition("created", _TURNED[op], now - parse_duration(_unquoted(value)))  # type: ignore[arg-type]
    parsed = _parsed(value)
    if field == "state" and op != "~":
        _check_state(op, parsed)
    elif op in _ORDERED and not _is_number(parsed) and value[:1] not in ("'", '"'):
        parsed = _measured(field, op, value)
    return Condition(field, _SAME.get(op, op), parsed)  # type: ignore[arg-type]


def _check_state(op: str, value: Value) -> None:
    if op in _ORDERED:
        raise InvalidOption(f"A state is compared with =, != or ~, not with {op!r}.")
    known = tuple(state.value for state in State)
    if value not in known:
        close = nearest(str(value), known)
        raise InvalidOption(f"No state is called {value!r}{close or f'; there is {_listed(known)}.'}")


def _measured(field: str, op: str, value: str) -> Value:
    """Return the number that ``value``, which is none as it stands, means."""
    if field == "duration":
        return parse_duration(value)
    raise InvalidOption(f"{value!r} is no number; write it as in: {field} {op} 0.5, or 1e-3, or -2.")


def _listed(words: tuple[str, ...]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _by_word(word: str) -> Condition:
    if word in State.__members__.values():
        return Condition("state", "=", word)
    if LABEL.fullmatch(word):
        return Condition("name", "=", word)
    raise InvalidOption(f"{word!r} is neither a state, a name nor a condition such as lr > 0.01.")


def _unquoted(text: str) -> str:
    return text[1:-1] if text[:1] in ("'", '"') else text


def _parsed(text: str) -> Value:
    if text[:1] in ("'", '"'):
        return text[1:-1]
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    try:
        return float(text)
    except ValueError:
        return text


def _compare(op: str, left: Any, right: Value) -> bool:
    if op == "~":
        return _words_of(right).lower() in _words_of(left).lower()
    if op in ("=", "!="):
        return _is_equal(left, right) is (op == "=")
    if _is_number(left) and _is_number(right):
        return _ORDERED[op](left, right)
    return isinstance(left, str) and isinstance(right, str) and _ORDERED[op](left, right)


def _is_equal(left: Any, right: Value) -> bool:
    if _is_number(left) and _is_number(right):
        return bool(left == right)
    # ``name = 7`` is read as a number, and a parameter may be the text "7".
    return _words_of(left) == _words_of(right)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _words_of(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).lower() if isinstance(value, bool) or value is None else str(value)
