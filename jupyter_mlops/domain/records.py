"""Lines of a log that programs write: U+001E, a JSON text and a line feed (RFC 7464)."""

from __future__ import annotations

from math import isfinite
from typing import Any

import msgspec

from jupyter_mlops.domain.formats import AXES
from jupyter_mlops.domain.runs import CellError, Made, Scalar

SEPARATOR = b"\x1e"
LONGEST_RECORD = 1 << 20
"""Bytes of a line that holds a record."""


class Report(msgspec.Struct):
    """What a call of ``report()`` said: names of metrics and axes with numbers."""

    report: dict[str, float]
    time: float = 0.0


class LogRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the bootstrap, not the cell, said in a log: exactly one of the following.

    Attributes:
        cell: ``started`` right before the first line of the cell.
        error: The exception that left the cell.
        made: What the cell left behind when it came to its end.
        note: One sentence.
        params: Parameters that the cell named.
        tags: What the cell said of itself.
    """

    time: float = 0.0
    cell: str = ""
    error: CellError | None = None
    made: list[Made] | None = None
    note: str = ""
    params: dict[str, Scalar] | None = None
    tags: dict[str, Scalar] | None = None


_decode_report = msgspec.json.Decoder(Report).decode


def decode_record(text: bytes) -> Report | LogRecord | None:
    """Return what stands behind a separator; None if it is none of ours, and so is ordinary text."""
    try:
        return _decode_report(text)
    except (msgspec.MsgspecError, RecursionError):
        pass
    try:
        content = msgspec.json.decode(text)
        return _unusual(content) if isinstance(content, dict) else None
    except (msgspec.MsgspecError, RecursionError):
        return None


def split_line(line: bytes) -> tuple[bytes, Report | LogRecord | None]:
    """Return the text that stands before the record in a line, and the record; the whole line if there is none.

    The last separator counts: what a killed process wrote of a record may stand before another's.
    """
    at = line.rfind(SEPARATOR)
    if at >= 0 and (record := decode_record(line[at + 1 :])) is not None:
        return line[:at], record
    return line, None


def _unusual(content: dict[str, Any]) -> Report | LogRecord | None:
    if isinstance(content.get("report"), dict):
        time = content.get("time")
        return Report(_numbers(content["report"]), time if isinstance(time, float) else 0.0)
    record = msgspec.convert(content, LogRecord)
    return record if record != LogRecord(record.time) else None


def _numbers(values: dict[str, Any]) -> dict[str, float]:
    """Return the values of a report that holds more than finite numbers: nan and inf travel as strings."""
    numbers = {}
    for name, value in values.items():
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            continue
        if name not in AXES or isfinite(number):
            numbers[name] = number
    return numbers
