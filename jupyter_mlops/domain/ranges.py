"""Ranges as people type them: ``1e-5..1e-1:log``, ``2..8``, ``16..256:16``; and what is wrong with what is none."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from jupyter_mlops.domain.errors import InvalidSpace, nearest

LARGEST = 2**53
"""Whole numbers up to here are exact as floats, which is what searches reckon with."""

_NUMBER = re.compile(r"[+-]?(\d+(_\d+)*(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


class Range(NamedTuple):
    """What was read; the fields are those of a dimension."""

    low: float | int
    high: float | int
    log: bool
    step: float | int | None
    whole: bool


@dataclass(frozen=True)
class Said:
    """What somebody typed for one parameter."""

    name: str
    text: str

    def refusal(self, sentence: str, start: int, end: int) -> InvalidSpace:
        """Return the error that points at ``text[start:end]``."""
        before = f"    {self.name}="
        shown = "".join(letter if letter.isprintable() else " " for letter in self.text)
        return InvalidSpace(f"{sentence}\n{before}{shown}\n{' ' * (len(before) + start)}{'^' * max(1, end - start)}")


def read_range(said: Said) -> Range:
    """Return the range that ``said`` means, which ends at the last value that its steps reach.

    Raises:
        InvalidSpace: it is no range.
    """
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
    return Range(low.value(whole), last.value(whole), log, None if step is None else step.value(whole), whole)


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


def _check_dots(said: Said, middle: int) -> None:
    if said.text.startswith("...", middle):
        sentence = f"The range of {said.name!r} has three dots; write two, and a zero before a fraction: 0..0.5."
        raise said.refusal(sentence, middle, middle + 3)
    again = said.text.find("..", middle + 2)
    if again >= 0:
        sentence = f"The range of {said.name!r} has two '..'; a step stands behind a colon: 0..10:2."
        raise said.refusal(sentence, again, again + 2)


def _bound(said: Said, start: int, end: int, which: str) -> _Bound:
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


def _suffixes(said: Said, colon: int) -> tuple[bool, _Bound | None]:
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


def _check_order(said: Said, low: _Bound, high: _Bound) -> None:
    if low.exact > high.exact:
        sentence = f"The range of {said.name!r} starts above its end; write {_led(high.text)}..{_led(low.text)}."
        raise said.refusal(sentence, low.start, high.end)
    if low.exact == high.exact:
        sentence = f"The range of {said.name!r} starts where it ends; a fixed value is written {said.name}={low.text}."
        raise said.refusal(sentence, low.start, high.end)


def _led(text: str) -> str:
    """Return a number with a digit before its point: beside two points a third one would be misread."""
    return re.sub(r"^(-?)\.", r"\g<1>0.", text)


def _check_size(said: Said, low: _Bound, high: _Bound, whole: bool) -> None:
    if whole and max(abs(low.exact), abs(high.exact)) > LARGEST:
        sentence = (
            f"The whole numbers of {said.name!r} go beyond 2**53, where floats skip some; write them with a point."
        )
        raise said.refusal(sentence, low.start, high.end)
    if float(high.text) - float(low.text) in (0.0, math.inf):
        wide = "narrow" if float(high.text) == float(low.text) else "wide"
        raise said.refusal(f"The range of {said.name!r} is too {wide} for a number.", low.start, high.end)


def _check_log(said: Said, low: _Bound) -> None:
    if float(low.text) <= 0:
        reason = "zero has no logarithm" if float(low.text) == 0 else "a number below zero has no logarithm"
        sentence = f"The range of {said.name!r} with :log starts at {low.text}, and {reason}; start above zero."
        raise said.refusal(sentence, low.start, low.end)


def _last(said: Said, low: _Bound, high: _Bound, step: _Bound) -> _Bound:
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
