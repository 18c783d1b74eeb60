"""What a search may choose from: one dimension for each parameter, as people type them and as lists show them.

1e-5..1e-1:log    a range in which a factor counts          2..8         whole numbers
0.0..1.0          a range                                   16..256:16   with a step
relu|tanh         options                                   5            a fixed value, which is no dimension
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import msgspec

from jupyter_mlops.domain.errors import InvalidSpace, nearest
from jupyter_mlops.domain.parameters import check_value, parse_value
from jupyter_mlops.domain.runs import Scalar

LARGEST = 2**53
"""Whole numbers up to here are exact as floats, which is what searches reckon with."""

_NUMBER = re.compile(r"[+-]?(\d+(_\d+)*(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_PART = re.compile(
    r"""\s*(?:(?P<quoted>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\s*(?=\||\Z)|(?P<plain>[^|]*))""", re.DOTALL
)
_PATH = re.compile(r"(?:.*/)?\.\.(?:/.*)?", re.DOTALL)
_LIST = re.compile(r"[\[(]?\s*[^\s,|()\[\]]+(\s*,\s*[^\s,|()\[\]]+)+\s*[\])]?")
_BARE = re.compile(r"[\w+./@%-]+")


class Dimension(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one parameter may be: a range, or one of some options.

    Attributes:
        name: The parameter.
        low: The smallest value of a range.
        high: The largest value of a range, which may be reached.
        log: Whether a factor counts, not a difference.
        step: The distance between two values, counted from ``low``; None where every value is allowed.
        whole: Whether all values are whole numbers.
        options: What may be chosen where it is no range, in the order given.
    """

    name: str
    low: float | int | None = None
    high: float | int | None = None
    log: bool = False
    step: float | int | None = None
    whole: bool = False
    options: list[Scalar] = []


def parse_dimension(name: str, text: str) -> Dimension | Scalar:
    """Return what the parameter ``name`` may be, or its value where ``text`` leaves no choice.

    A range with a step ends at the last value that its steps reach.

    Raises:
        InvalidSpace: it is no space; the message is one sentence, and the text with a caret under what is wrong.
    """
    said = _Said(name, text)
    if not text.strip():
        raise said.refusal(f"The parameter {name!r} has no space; write one, such as {name}=1..10.", 0, len(text))
    parts = list(_parts(text))
    if len(parts) > 1:
        return _options(said, parts)
    if parts[0].quoted or _PATH.fullmatch(text.strip()):
        return parse_value(text.strip())
    if ".." in text:
        return _range(said)
    _check_list(said)
    return parse_value(text.strip())


def text_of(dimension: Dimension | Scalar) -> str:
    """Return what people type for ``dimension``: ``parse_dimension`` reads it as the same."""
    if not isinstance(dimension, Dimension):
        return _option_text(dimension)
    if dimension.options:
        return "|".join(map(_option_text, dimension.options))
    text = f"{_number_text(dimension.low)}..{_number_text(dimension.high)}"
    if dimension.log:
        return text + ":log"
    return text if dimension.step is None else f"{text}:{_number_text(dimension.step)}"


def check_space(parameters: Mapping[str, Scalar], space: Iterable[Dimension]) -> None:
    """Refuse a space that the parameters of a cell cannot take.

    Args:
        parameters: What the cell assigns, with its values.
        space: What a search wants to put in their place; a range of any numbers may stand for a whole number.

    Raises:
        InvalidParameter: the cell has no such parameter, or one of another type.
    """
    for dimension in space:
        for value in dimension.options or [dimension.low]:
            check_value(dimension.name, value, parameters)


@dataclass(frozen=True)
class _Said:
    """What somebody typed for one parameter."""

    name: str
    text: str

    def refusal(self, sentence: str, start: int, end: int) -> InvalidSpace:
        """Return the error that points at ``text[start:end]``."""
        before = f"    {self.name}="
        shown = "".join(letter if letter.isprintable() else " " for letter in self.text)
        return InvalidSpace(f"{sentence}\n{before}{shown}\n{' ' * (len(before) + start)}{'^' * max(1, end - start)}")


@dataclass(frozen=True)
class _Part:
    """One option: where it stands, and whether it stands in quotes."""

    start: int
    end: int
    quoted: bool


def _parts(text: str) -> Iterator[_Part]:
    at = 0
    while at <= len(text):
        match = _PART.match(text, at)
        assert match is not None
        kind = "plain" if match["quoted"] is None else "quoted"
        start, end = match.span(kind)
        end = start + len(text[start:end].rstrip())
        yield _Part(start, end, kind == "quoted")
        at = match.end() + 1


def _options(said: _Said, parts: list[_Part]) -> Dimension:
    found: list[Scalar] = []
    for part in parts:
        value = _option(said, part)
        if value in found:
            twice = said.text[part.start : part.end]
            raise said.refusal(
                f"The option {twice} stands twice for {said.name!r}; leave one out.", part.start, part.end
            )
        found.append(value)
    return Dimension(said.name, options=found)


def _option(said: _Said, part: _Part) -> Scalar:
    text = said.text[part.start : part.end]
    if part.quoted:
        return _unquoted(text)
    if not text:
        sentence = f"An option of {said.name!r} is empty; an empty text is written ''."
        raise said.refusal(sentence, part.start, part.end)
    if text[0] in "\"'":
        sentence = f"An option of {said.name!r} begins with a quote that does not end it; put quotes around all of it."
        raise said.refusal(sentence, part.start, part.end)
    if ".." in text and not _PATH.fullmatch(text):
        sentence = f"{said.name!r} is either a range or options; an option with '..' in it is written '{text}'."
        raise said.refusal(sentence, part.start, part.end)
    value = parse_value(text)
    if isinstance(value, float) and not math.isfinite(value):
        raise said.refusal(f"The option {text} of {said.name!r} is too large for a number.", part.start, part.end)
    return value


def _unquoted(text: str) -> str:
    try:
        return str(ast.literal_eval(text))
    except (ValueError, SyntaxError):
        return text[1:-1]


@dataclass(frozen=True)
class _Bound:
    """A number of a range, as it was typed."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def is_whole(self) -> bool:
        return not set(self.text) & set(".eE")

    @property
    def exact(self) -> Decimal:
        return Decimal(self.text)

    def value(self, whole: bool) -> float | int:
        return int(self.text) if whole else float(self.text)


def _range(said: _Said) -> Dimension:
    middle = said.text.index("..")
    _check_dots(said, middle)
    colon = said.text.find(":", middle)
    colon = len(said.text) if colon < 0 else colon
    low = _bound(said, 0, middle, "start")
    high = _bound(said, middle + 2, colon, "end")
    log, step = _suffixes(said, colon)
    whole = low.is_whole and high.is_whole and (step is None or step.is_whole)
    _check_order(said, low, high)
    _check_size(said, low, high, whole)
    if log:
        _check_log(said, low)
    last = high if step is None else _last(said, low, high, step)
    return Dimension(
        said.name,
        low=low.value(whole),
        high=last.value(whole),
        log=log,
        step=None if step is None else step.value(whole),
        whole=whole,
    )


def _check_dots(said: _Said, middle: int) -> None:
    if said.text.startswith("...", middle):
        sentence = f"The range of {said.name!r} has three dots; write two, and a zero before a fraction: 0..0.5."
        raise said.refusal(sentence, middle, middle + 3)
    again = said.text.find("..", middle + 2)
    if again >= 0:
        sentence = f"The range of {said.name!r} has two '..'; a step stands behind a colon: 0..10:2."
        raise said.refusal(sentence, again, again + 2)


def _bound(said: _Said, start: int, end: int, which: str) -> _Bound:
    raw = said.text[start:end]
    text = raw.strip()
    if not text:
        sentence = f"The range of {said.name!r} has no {which}; write both ends, such as 1..10."
        raise said.refusal(sentence, start, end)
    found = _Bound(text, start + len(raw) - len(raw.lstrip()))
    if _is_number(text):
        return found
    if _NUMBER.fullmatch(text):
        raise said.refusal(f"The {which} of the range of {said.name!r} is too large.", found.start, found.end)
    sentence = (
        f"The {which} of the range of {said.name!r} is no number: {text}; "
        f"options are written a|b, and a text with '..' in it stands in quotes."
    )
    raise said.refusal(sentence, found.start, found.end)


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None and math.isfinite(float(text))


def _suffixes(said: _Said, colon: int) -> tuple[bool, _Bound | None]:
    log, step = False, None
    at = colon
    while at < len(said.text):
        end = said.text.find(":", at + 1)
        end = len(said.text) if end < 0 else end
        raw = said.text[at + 1 : end]
        word = raw.strip()
        if log or step is not None:
            both = "both 'log' and a step" if log != (word.lower() == "log") else "two of the same"
            sentence = f"Behind the range of {said.name!r} stands {both}; leave one out."
            raise said.refusal(sentence, at, end)
        if word.lower() == "log":
            log = True
        elif _is_number(word):
            step = _Bound(word, at + 1 + len(raw) - len(raw.lstrip()))
        else:
            hint = nearest(word, ["log"]) or "; write :log or a number."
            sentence = f"Behind the range of {said.name!r} stands {word!r}, which is neither log nor a step{hint}"
            raise said.refusal(sentence, at + 1, end)
        at = end
    return log, step


def _check_order(said: _Said, low: _Bound, high: _Bound) -> None:
    if low.exact > high.exact:
        sentence = f"The range of {said.name!r} starts above its end; write {high.text}..{low.text}."
        raise said.refusal(sentence, low.start, high.end)
    if low.exact == high.exact:
        sentence = f"The range of {said.name!r} starts where it ends; a fixed value is written {said.name}={low.text}."
        raise said.refusal(sentence, low.start, high.end)


def _check_size(said: _Said, low: _Bound, high: _Bound, whole: bool) -> None:
    if whole and max(abs(low.exact), abs(high.exact)) > LARGEST:
        sentence = (
            f"The whole numbers of {said.name!r} go beyond 2**53, where floats skip some; write them with a point."
        )
        raise said.refusal(sentence, low.start, high.end)
    if float(high.text) - float(low.text) in (0.0, math.inf):
        wide = "narrow" if float(high.text) == float(low.text) else "wide"
        raise said.refusal(f"The range of {said.name!r} is too {wide} for a number.", low.start, high.end)


def _check_log(said: _Said, low: _Bound) -> None:
    if float(low.text) <= 0:
        reason = "zero has no logarithm" if float(low.text) == 0 else "a number below zero has no logarithm"
        sentence = f"The range of {said.name!r} with :log starts at {low.text}, and {reason}; start above zero."
        raise said.refusal(sentence, low.start, low.end)


def _last(said: _Said, low: _Bound, high: _Bound, step: _Bound) -> _Bound:
    """Return the last value that the steps reach."""
    if step.exact <= 0:
        raise said.refusal(f"The step of {said.name!r} is {step.text}; it must be above zero.", step.start, step.end)
    length = high.exact - low.exact
    if step.exact > length:
        sentence = f"The step of {said.name!r} is larger than its range, which is {length:f} long."
        raise said.refusal(sentence, step.start, step.end)
    if length / step.exact > LARGEST:
        sentence = f"The step of {said.name!r} is too fine; leave it out, and any number is allowed."
        raise said.refusal(sentence, step.start, step.end)
    if length % step.exact == 0:
        return high
    return _Bound(str(low.exact + length // step.exact * step.exact), high.start)


def _check_list(said: _Said) -> None:
    """Refuse ``1,2,4``, which looks like options and would be a text."""
    text = said.text.strip()
    parts = [part.strip() for part in text.strip("[]()").split(",")]
    if _LIST.fullmatch(text) and all(isinstance(parse_value(part), int | float) for part in parts):
        start = said.text.index(text)
        sentence = f"The options of {said.name!r} are written {'|'.join(parts)}; a text with commas stands in quotes."
        raise said.refusal(sentence, start, start + len(text))


def _number_text(value: float | int | None) -> str:
    text = repr(value)
    if "e" in text or (isinstance(value, float) and 0 < abs(value) < 1e-3):
        text = f"{Decimal(text):e}".replace("e+", "e")
    return text


def _option_text(value: Scalar) -> str:
    if isinstance(value, str):
        is_plain = _BARE.fullmatch(value) and ".." not in value and parse_value(value) == value
        return value if is_plain else repr(value)
    if value is None or isinstance(value, bool):
        return str(value).lower()
    return _number_text(value)
