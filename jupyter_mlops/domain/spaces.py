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

from jupyter_mlops.domain.parameters import check_value, parse_value
from jupyter_mlops.domain.ranges import Said, read_range
from jupyter_mlops.domain.runs import Scalar

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
    said = Said(name, text)
    if not text.strip():
        raise said.refusal(f"The parameter {name!r} has no space; write one, such as {name}=1..10.", 0, len(text))
    parts = list(_parts(text))
    if len(parts) > 1:
        return _options(said, parts)
    if parts[0].quoted or _PATH.fullmatch(text.strip()):
        return parse_value(text.strip())
    if ".." in text:
        return Dimension(name, *read_range(said))
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


def fitted(dimension: Dimension, value: Scalar) -> Dimension:
    """Return the dimension of a parameter that is ``value`` in the cell.

    ``0..1`` means whole numbers, but not where the cell has 0.5: there it is the range between the two.
    """
    if not dimension.whole or not isinstance(value, float) or dimension.low is None or dimension.high is None:
        return dimension
    step = None if dimension.step is None else float(dimension.step)
    return msgspec.structs.replace(
        dimension, whole=False, low=float(dimension.low), high=float(dimension.high), step=step
    )


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


def _options(said: Said, parts: list[_Part]) -> Dimension:
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


def _option(said: Said, part: _Part) -> Scalar:
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


def _check_list(said: Said) -> None:
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
