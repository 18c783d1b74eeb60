"""What an endpoint decides by itself: conditions as people type them, and what follows from what was measured.

accuracy >= stable and p95 <= stable * 1.1          errors > 1%          p95 > 50 ms          differing <= 5
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NoReturn

import msgspec

from jupyter_mlops.domain.errors import InvalidOption, nearest
from jupyter_mlops.domain.orders import Gates
from jupyter_mlops.domain.quality import METRICS
from jupyter_mlops.domain.units import MINUS, THIN, format_metric

LEAST_REQUESTS = 50
"""So many requests of the canary are seen before live measures decide anything."""

TIMES, ERRORS, DIFFERING = ("p50", "p95", "p99"), "errors", "differing"
LIVE = (*TIMES, ERRORS)
"""What live requests tell; everything else comes from a replay."""

Decision = Literal["", "promote", "rollback"]

_OPS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_SIGNS = {">=": "≥", "<=": "≤", ">": ">", "<": "<"}
_TOKEN = re.compile(
    r"\s*(?:(?P<word>[A-Za-z_][\w-]*)|(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)\s*(?P<unit>%|ms\b|s\b)?"
    r"|(?P<op>>=|<=|==|!=|≥|≤|=|>|<)|(?P<sign>[*+/-]))"
)
_ALSO = {"≥": ">=", "≤": "<="}


class Condition(msgspec.Struct, frozen=True):
    """One comparison: ``p95 <= stable * 1.1``.

    Attributes:
        name: What is measured of the canary.
        op: ``>=``, ``<=``, ``>`` or ``<``.
        number: What it is held against; as a share where the text has a percent sign, in milliseconds of times.
        stable: Whether that is reckoned from what the stable revision has: ``*`` and ``+`` with the number.
        is_share: Whether rows that differ are told as a share of all; else they are counted.
        text: As it was typed.
    """

    name: str
    op: str
    number: float
    stable: Literal["", "*", "+"] = ""
    is_share: bool = False
    text: str = ""

    def against(self, stable: float | None) -> float | None:
        """Return what the canary is held against; None if the stable revision has no such measure."""
        if not self.stable:
            return self.number
        if stable is None:
            return None
        return stable * self.number if self.stable == "*" else stable + self.number


class Told(msgspec.Struct, frozen=True):
    """What was measured of the canary and of the stable revision, by name; None where it is not known.

    Attributes:
        rows: How many rows were replayed: what shares of differing rows are of.
    """

    canary: Mapping[str, float | None]
    stable: Mapping[str, float | None] = {}
    rows: int = 0


def parse_gate(option: str, text: str, metric: str = "") -> tuple[Condition, ...]:
    """Return the conditions that ``text`` holds, all of which must be met; an empty text holds none.

    Args:
        option: What the text was given for, such as ``promote_if``: the sentence names it.
        text: ``accuracy >= stable and errors < 1%``.
        metric: What the held-out rows measure; any metric that there is if it is empty.

    Raises:
        InvalidOption: it holds something else; a caret stands under what is wrong.
    """
    return _Reader(option, text, (metric,) if metric else tuple(METRICS)).conditions() if text.strip() else ()


def meets(conditions: tuple[Condition, ...], told: Told) -> tuple[bool | None, str]:
    """Say whether all conditions are met, and in words what was found; None if a measure is not known yet."""
    parts, result = [], True
    for condition in conditions:
        found = _value(condition, told.canary, told)
        limit = condition.against(_value(condition, told.stable, told))
        if found is None or limit is None:
            return None, f"{condition.name} is not known yet"
        is_met = _is_met(condition, found, limit)
        result = result and is_met
        if is_met:
            shown, held = told_value(condition, found), told_value(condition, limit)
            parts.append(f"{condition.name} {shown} {_SIGNS[condition.op]} {held}")
    return (result if conditions else None), " and ".join(parts)


def decide(gates: Gates, told: Told, canary: int) -> tuple[Decision, str]:
    """Return what is to be done with the canary by itself, and the sentence that says so; nothing is ``""``.

    Going back comes first: what is bad in one way is not promoted for being good in another.

    Args:
        gates: As people typed them.
        told: What was measured.
        canary: Number of its revision.
    """
    is_bad, why = meets(parse_gate("rollback_if", gates.rollback), told)
    if is_bad:
        return "rollback", f"r{canary} is rolled back by itself: {why}"
    is_good, why = meets(parse_gate("promote_if", gates.promote), told)
    if is_good:
        return "promote", f"r{canary} is promoted by itself: {why}"
    return "", ""


def told_value(condition: Condition, value: float) -> str:
    """Return a measure as sentences have it: ``3.1 %``, ``21.2 ms``, ``0.978``."""
    if condition.name == ERRORS or condition.is_share:
        return f"{100 * value:.3g}{THIN}%"
    if condition.name in TIMES:
        return f"{value:.3g}{THIN}ms"
    return f"{value:.0f}" if condition.name == DIFFERING else format_metric(value)


def words_of(condition: Condition, stable: int) -> str:
    """Return a condition as a scoreboard's column has it: ``at least r3``, ``under 1 %``."""
    word = {">=": "at least", "<=": "at most", ">": "over", "<": "under"}[condition.op]
    if not condition.stable:
        return f"{word} {told_value(condition, condition.number)}"
    if condition.stable == "*":
        return f"{word} {'' if condition.number == 1 else f'{condition.number:g} times '}r{stable}"
    sign = "+" if condition.number >= 0 else MINUS
    return f"{word} r{stable} {sign} {told_value(condition, abs(condition.number))}"


def _value(condition: Condition, measures: Mapping[str, float | None], told: Told) -> float | None:
    value = measures.get(condition.name)
    if value is None or condition.name != DIFFERING or not condition.is_share:
        return value
    return value / told.rows if told.rows else None


def _is_met(condition: Condition, found: float, limit: float) -> bool:
    # A sum of floats may differ in its last digit between two revisions that are equally good.
    if abs(found - limit) <= 1e-12 * max(1.0, abs(limit)):
        return condition.op in (">=", "<=")
    return _OPS[condition.op](found, limit)


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int
    unit: str = ""


class _Reader:
    """Reads one text, token by token."""

    def __init__(self, option: str, text: str, metrics: tuple[str, ...]) -> None:
        self._option = option
        self._text = text
        self._names = (*metrics, *LIVE, DIFFERING)
        self._tokens = list(self._read())
        self._at = 0

    def conditions(self) -> tuple[Condition, ...]:
        found = [self._condition()]
        while (token := self._next()) is not None:
            if token.kind == "word" and token.text.lower() == "or":
                self._refuse("knows no 'or': all conditions must be met", token)
            if token.kind != "word" or token.text.lower() != "and":
                self._refuse("joins its conditions with 'and'", token)
            found.append(self._condition())
        return tuple(found)

    def _read(self) -> list[_Token]:
        found, at = [], 0
        while self._text[at:].strip():
            match = _TOKEN.match(self._text, at)
            if match is None or match.lastgroup is None:
                at += len(self._text[at:]) - len(self._text[at:].lstrip())
                self._refuse("cannot be read here; write it as in: errors > 1%", _Token("", "", at, at + 1))
            kind = next(name for name in ("word", "number", "op", "sign") if match[name] is not None)
            start = match.start(kind)
            end = start + len(self._text[start : match.end()].rstrip())
            found.append(_Token(kind, match[kind], start, end, match["unit"] or ""))
            at = match.end()
        return found

    def _condition(self) -> Condition:
        name = self._name()
        start = self._tokens[self._at - 1].start
        op = self._op(name)
        first = self._next()
        if first is None:
            self._refuse(f"does not say what {name} is held against, such as stable or {_example(name)}")
        if first.kind == "number":
            condition = self._of_number(name, op, first)
        elif first.kind == "word" and first.text.lower() == "stable":
            condition = self._of_stable(name, op, first)
        else:
            self._refuse(f"holds {name} against stable or a number, such as {_example(name)}", first)
        end = self._tokens[self._at - 1].end
        return msgspec.structs.replace(condition, text=self._text[start:end].strip())

    def _name(self) -> str:
        token = self._next()
        if token is None:
            self._refuse("ends where a condition should follow")
        if token.kind != "word":
            self._refuse(f"begins a condition with what is measured: {', '.join(self._names)}", token)
        plain = token.text.lower().replace("-", "_")
        if plain in self._names:
            return plain
        if token.text in self._names:
            return token.text
        if plain in METRICS:
            self._refuse(f"asks for {plain}, and the held-out rows measure {self._names[0]}", token)
        hint = nearest(plain, self._names) or f"; there is {', '.join(self._names)}."
        raise self._refusal(f"knows no measure {token.text!r}{hint}", token)

    def _op(self, name: str) -> str:
        token = self._next()
        if token is None or token.kind != "op":
            self._refuse(f"has no comparison behind {name}; write >=, <=, > or <", token)
        if token.text in ("=", "==", "!="):
            self._refuse(f"compares with >=, <=, > or <, not with {token.text}", token)
        return _ALSO.get(token.text, token.text)

    def _of_number(self, name: str, op: str, number: _Token) -> Condition:
        if self._peek("sign") == "*":
            self._next()
            word = self._next()
            if word is None or word.kind != "word" or word.text.lower() != "stable":
                self._refuse("multiplies only what stable has: stable * 1.1", word)
            self._check_factor(name, number)
            return self._in_stable(name, op, "*", self._plain(number), word)
        return Condition(name, op, self._number(name, number), is_share=number.unit == "%")

    def _of_stable(self, name: str, op: str, word: _Token) -> Condition:
        sign = self._peek("sign")
        if sign is None:
            return self._in_stable(name, op, "*", 1.0, word)
        self._next()
        number = self._next()
        if number is None or number.kind != "number":
            self._refuse(f"has no number behind stable {sign}", number)
        if sign in ("*", "/"):
            self._check_factor(name, number)
            factor = self._plain(number)
            if sign == "/" and not factor:
                self._refuse("divides by zero", number)
            return self._in_stable(name, op, "*", 1 / factor if sign == "/" else factor, word)
        amount = self._number(name, number)
        return self._in_stable(name, op, "+", amount if sign == "+" else -amount, word)

    def _in_stable(self, name: str, op: str, how: Literal["*", "+"], number: float, word: _Token) -> Condition:
        if name == DIFFERING:
            self._refuse("counts rows that differ from stable's already: differing <= 5, or differing < 1%", word)
        return Condition(name, op, number, how)

    def _check_factor(self, name: str, number: _Token) -> None:
        if number.unit in ("ms", "s"):
            self._refuse(f"multiplies {name} by a bare number, such as 1.1", number)

    def _plain(self, number: _Token) -> float:
        return float(number.text) / (100 if number.unit == "%" else 1)

    def _number(self, name: str, number: _Token) -> float:
        value, unit = float(number.text), number.unit
        if unit in ("ms", "s") and name not in TIMES:
            self._refuse(f"gives {name} as a time, which it is not; write it as in: {name} < {_example(name)}", number)
        if unit == "%" and name in TIMES:
            self._refuse(f"gives {name} as a share, and it is a time; write {_example(name)}, or stable * 1.1", number)
        return value / 100 if unit == "%" else 1000 * value if unit == "s" else value

    def _next(self) -> _Token | None:
        if self._at >= len(self._tokens):
            return None
        self._at += 1
        return self._tokens[self._at - 1]

    def _peek(self, kind: str) -> str | None:
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        return token.text if token is not None and token.kind == kind else None

    def _refuse(self, what: str, token: _Token | None = None) -> NoReturn:
        raise self._refusal(f"{what}.", token)

    def _refusal(self, what: str, token: _Token | None) -> InvalidOption:
        start = len(self._text.rstrip()) if token is None else token.start
        end = start + 1 if token is None else token.end
        option = f"--{self._option.replace('_', '-')}"
        shown = "".join(letter if letter.isprintable() else " " for letter in self._text)
        caret = " " * (4 + start) + "^" * max(1, end - start)
        return InvalidOption(f"{option} {what}\n    {shown}\n{caret}")


def _example(name: str) -> str:
    return "20ms" if name in TIMES else "1%" if name == ERRORS else "5" if name == DIFFERING else "0.9"
