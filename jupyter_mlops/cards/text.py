"""Text of others, made fit to be shown: what a cell printed, raised or named is hostile until it went through here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

_SEQUENCE = re.compile(
    r"\x1b\[([0-?]*)[ -/]*([@-~])"  # control sequences; only those that end in m are colours
    r"|\x1b[\]PX^_].*?(?:\x07|\x1b\\|$)"  # titles, links and the like, up to their terminator
    r"|\x1b[ -/]*[0-~]?",
    re.DOTALL,
)
# Controls but tab and line feed, halves of surrogate pairs, and the marks that turn the direction of what follows.
_UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
# Not the narrow space between a number and its unit.
_SPACES = re.compile("[ \t\n\r\u2028\u2029]+")
_CODE = re.compile(r"`([^`]+)`")
_COLOURS = {1: "red", 2: "green", 3: "yellow", 4: "blue", 5: "magenta", 6: "cyan"}
_GREY = "gray"


def plain(text: str, longest: int = 0) -> str:
    """Return ``text`` without terminal sequences and without characters that have no shape or turn others around.

    Args:
        text: Anything.
        longest: How many characters are shown before an ellipsis; 0 shows all.
    """
    # A cell may print megabytes without a line feed: what cannot be shown need not be looked at.
    if longest and len(text) > 8 * longest + 200:
        text = text[: 8 * longest + 200]
    return shorten(_UNSHOWABLE.sub("", _SEQUENCE.sub("", text)), longest)


def one_line(text: str, longest: int = 0) -> str:
    """Return ``plain`` text in which every run of white space is one space."""
    if longest:
        text = text[: 8 * longest + 200]
    return shorten(_SPACES.sub(" ", plain(text)).strip(), longest)


def shorten(text: str, longest: int) -> str:
    """Return ``text`` cut to ``longest`` characters, the last of which then is an ellipsis; 0 cuts nothing."""
    return text if not longest or len(text) <= longest else text[: longest - 1] + "…"


def html(text: str, longest: int = 0) -> str:
    """Return one line of hostile text as HTML that reads in its own direction only."""
    shown = escape(one_line(text, longest))
    return shown if shown.isascii() else f"<bdi>{shown}</bdi>"


def sentence(text: str, longest: int = 0) -> str:
    """Return a sentence as HTML; what stands between backticks is code."""
    return _CODE.sub(r"<code>\1</code>", html(text, longest))


def code(text: str) -> str:
    """Return a line for people to copy, as HTML."""
    return f"<code>{escape(plain(text))}</code>"


def ansi_html(text: str, longest: int = 0) -> str:
    """Return terminal text as HTML: its colours become classes that the theme paints."""
    parts, left = [], longest or len(text) or 1
    for piece, classes in _pieces(text):
        shown = _UNSHOWABLE.sub("", piece)
        if not shown:
            continue
        if len(shown) > left:
            shown, left = shorten(shown, max(left, 1)), 0
        else:
            left -= len(shown)
        parts.append(f'<span class="{classes}">{escape(shown)}</span>' if classes else escape(shown))
        if not left:
            break
    return "".join(parts)


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield runs of text with the class names that paint them."""
    colour, bold, at = "", False, 0
    for match in _SEQUENCE.finditer(text):
        yield text[at : match.start()], _classes(colour, bold)
        at = match.end()
        if match.group(2) == "m":
            colour, bold = _select(match.group(1), colour, bold)
    yield text[at:], _classes(colour, bold)


def _classes(colour: str, bold: bool) -> str:
    return " ".join(([f"j-{colour}"] if colour else []) + (["j-bold"] if bold else []))


def _select(numbers: str, colour: str, bold: bool) -> tuple[str, bool]:
    """Return colour and weight after one colour sequence."""
    codes = [int(number) if number.isdecimal() else 0 for number in numbers.replace(":", ";").split(";")[:32]]
    while codes:
        number = codes.pop(0)
        if number == 0:
            colour, bold = "", False
        elif number == 1:
            bold = True
        elif number == 22:
            bold = False
        elif number in (38, 48):
            chosen = _extended(codes)
            colour = chosen if number == 38 else colour
        elif number == 39:
            colour = ""
        elif number in (90, 2):
            colour = _GREY
        elif 30 <= number <= 37 or 91 <= number <= 97:
            colour = _COLOURS.get(number % 10, "")
    return colour, bold


def _extended(codes: list[int]) -> str:
    """Take the numbers of a 256 colour or true colour off ``codes`` and return the nearest of ours."""
    kind = codes.pop(0) if codes else 0
    if kind == 5 and codes:
        return _of_256(codes.pop(0))
    if kind == 2 and len(codes) >= 3:
        red, green, blue = codes[0], codes[1], codes[2]
        del codes[:3]
        return _nearest(red, green, blue)
    return ""


def _of_256(number: int) -> str:
    if number < 16:
        return _GREY if number == 8 else _COLOURS.get(number % 8, "")
    if number >= 232:
        return _GREY if number < 250 else ""
    cube = number - 16
    return _nearest(*(51 * part for part in (cube // 36, cube // 6 % 6, cube % 6)))


def _nearest(red: int, green: int, blue: int) -> str:
    """Return the hue that a colour is nearest to; black, white and greys keep the colour of text."""
    low, high = min(red, green, blue), max(red, green, blue)
    if high - low < 40:
        return ""
    middle = (low + high) / 2
    bits = (red > middle) + 2 * (green > middle) + 4 * (blue > middle)
    return _COLOURS.get(bits, "")
