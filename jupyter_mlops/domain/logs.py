"""Parts of a log as they travel: bytes by their offsets, text without the records of ours."""

from __future__ import annotations

import re

import msgspec

WINDOW = 64 << 10
"""Bytes before a part that are looked at to know in the middle of what it begins."""

LONGEST_SEQUENCE = 512

_SEQUENCE = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)|[ -/]*[0-Z\\^-~])",
)
_BEGUN = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b\n]*\x1b?|[ -/]*)\Z")
_COLOUR = re.compile(rb"\x1b\[([0-9;:]{0,40})m")
_MOST_STYLES = 4


class LogPart(msgspec.Struct, frozen=True):
    """Some bytes of one rank's log.

    Attributes:
        start: The offset of the first byte; it is never inside a character, a colour sequence or a record.
        end: The offset after the last byte, to ask for next; parts that are asked for so make up the whole log.
        size: Bytes that the log has now.
        text: What was printed, control sequences kept, records left out.
        style: Colour sequences in force at ``start``.
        missing: Bytes that were cut out right before ``start``.
        ended: Whether nothing will follow at ``end``.
        latest: The run's last attempt, which may be another one by now.
    """

    rank: int
    attempt: int
    start: int
    end: int
    size: int
    text: str = ""
    style: str = ""
    missing: int = 0
    ended: bool = False
    latest: int = 1


class LogLine(msgspec.Struct, frozen=True):
    """One line of a rank's log, as a terminal would show it.

    Attributes:
        time: When it was printed, in seconds since the epoch: to about a second where the rank reports nothing.
        text: Colour sequences kept, records left out.
    """

    rank: int
    time: float
    text: str


class LogLines(msgspec.Struct, frozen=True):
    """The last lines of all ranks, in the order of time.

    Attributes:
        cut: Whether there are lines before.
        ended: Whether nothing will follow.
        latest: The run's last attempt, which may be another one by now.
    """

    attempt: int
    lines: list[LogLine] = []
    cut: bool = False
    ended: bool = False
    latest: int = 1


class Match(msgspec.Struct, frozen=True):
    """Where a log holds what was searched for.

    Attributes:
        offset: Where the match begins.
        line: Where its line begins; a log part from there shows it.
        text: The line, cut to what is near the match, without control sequences.
    """

    offset: int
    line: int
    text: str


class Matches(msgspec.Struct, frozen=True):
    """What a search has found.

    Attributes:
        end: Up to where was searched; go on from there.
        size: Bytes that the log had.
        done: Whether all of the log was searched.
    """

    matches: list[Match]
    end: int
    size: int
    done: bool


def first_aligned(before: bytes, data: bytes) -> int:
    """Return how many bytes of ``data`` belong to a record, a sequence or a character that began in ``before``."""
    if before.rfind(b"\x1e") > before.rfind(b"\n"):
        return data.find(b"\n") + 1
    at = before.rfind(b"\x1b", -LONGEST_SEQUENCE)
    if at >= 0 and (match := _SEQUENCE.match(before[at:] + data[:LONGEST_SEQUENCE])):
        inside = match.end() - (len(before) - at)
        if inside > 0:
            return inside
    return _rest_of_character(before, data)


def last_aligned(data: bytes) -> int:
    """Return how many bytes of ``data`` come before a character or a sequence that ends behind it."""
    at = data.rfind(b"\x1b", -LONGEST_SEQUENCE)
    if at >= 0 and _BEGUN.match(data, at):
        return at
    for back in range(1, min(4, len(data)) + 1):
        byte = data[-back]
        if byte & 0xC0 != 0x80:
            return len(data) - back if back < _character_length(byte) else len(data)
    return len(data)


def style_after(data: bytes) -> str:
    """Return the colour sequences that are in force behind ``data``."""
    style: list[str] = []
    for match in _COLOUR.finditer(data):
        first, _, rest = match[1].partition(b";")
        if first.strip(b"0"):
            style.append(match[0].decode("ascii"))
        else:
            style = [f"\x1b[{rest.decode('ascii')}m"] if rest else []
    return "".join(style[-_MOST_STYLES:])


def without_sequences(text: bytes) -> str:
    """Return text without control sequences and control characters."""
    plain = _SEQUENCE.sub(b"", text).decode("utf-8", "replace")
    return "".join(char for char in plain if char.isprintable() or char == "\t")


def _rest_of_character(before: bytes, data: bytes) -> int:
    begun = len(before) - last_aligned(before)
    if not begun or before[-begun] == 0x1B:
        return 0
    wanted = _character_length(before[-begun]) - begun
    found = 0
    while found < min(wanted, len(data)) and data[found] & 0xC0 == 0x80:
        found += 1
    return found


def _character_length(first: int) -> int:
    """Return how many bytes a character has that begins with ``first``; 1 for what begins none."""
    if 0xC2 <= first < 0xE0:
        return 2
    if 0xE0 <= first < 0xF0:
        return 3
    return 4 if 0xF0 <= first < 0xF5 else 1
