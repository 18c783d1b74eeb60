"""From the bytes of one rank's log to points, progress and records: a pure function of the bytes, however they are cut.

Two things stand in a log. A *record* is U+001E, a JSON text and a line feed (RFC 7464); ``report()`` and the
bootstrap write them. All else is what people print, which ``domain.formats`` reads. A record may stand in the middle
of a line of text: what stands before and after it is one line.

A carriage return takes back what stands before it on its line, so only what stands when the line feed comes gives
points; until then it moves progress. The parser keeps what is unfinished, and ``LogState.offset`` says up to which
byte it need never see the log again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, count, repeat
from math import isfinite
from typing import NamedTuple

import msgspec

from jupyter_mlops.domain.formats import AXES, Context, read_line, read_progress
from jupyter_mlops.domain.records import LONGEST_RECORD, SEPARATOR, LogRecord, Report, split_line
from jupyter_mlops.domain.runs import Progress

MOST_NAMES = 200
"""Metrics of a run."""
LONGEST_NAME = 120
"""Characters of a metric's name; a longer one is no name, nor is one that cannot be shown."""
LONGEST_LINE = 1 << 16
"""Bytes of a line of text before it is cut: at its last carriage return, else it is no line of metrics."""


class LogState(msgspec.Struct, omit_defaults=True):
    """All that must be remembered of the bytes before ``offset``.

    Attributes:
        carry: The beginning of a line of text in whose middle a record stands.
        torn: Whether the line at ``offset`` has lost its beginning, so that its text gives no points.
        context: What earlier lines say about later ones.
        progress: What the lines before ``offset`` say.
    """

    offset: int = 0
    carry: bytes = b""
    torn: bool = False
    context: Context = msgspec.field(default_factory=Context)
    progress: Progress | None = None


class Names:
    """The metrics of a run, shared by the parsers of its ranks.

    Attributes:
        full: Whether a name was refused because there were ``MOST_NAMES``.
    """

    def __init__(self, known: Iterable[str] = (), *, full: bool = False) -> None:
        self.known = set(known)
        self.full = full

    def accept(self, name: str) -> bool:
        """Say whether points of ``name`` are kept."""
        if name in self.known:
            return True
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            return False
        if len(self.known) >= MOST_NAMES:
            self.full = True
            return False
        self.known.add(name)
        return True


class Column:
    """Points of one name on one axis that follow each other; column by column they are cheap to make and to store.

    Attributes:
        first: How many points the name had before.
    """

    __slots__ = ("axis", "first", "name", "steps", "times", "values")

    def __init__(self, name: str, axis: str, first: int) -> None:
        self.name, self.axis, self.first = name, axis, first
        self.steps: list[float] = []
        self.values: list[float] = []
        self.times: list[float] = []


class Point(NamedTuple):
    """One value of one metric; ``number`` counts the points of its name in this log, from 0."""

    name: str
    number: int
    axis: str
    step: float
    value: float
    time: float


class Batch:
    """What some bytes of a log come to.

    Attributes:
        columns: Points; the columns of one name are in order.
        records: What the bootstrap said.
        offset: Up to which byte the log is done with.
    """

    def __init__(self, columns: list[Column], records: list[LogRecord], offset: int) -> None:
        self.columns, self.records, self.offset = columns, records, offset

    def points(self) -> Iterator[Point]:
        """Yield the points, column by column."""
        rows = (
            zip(repeat(c.name), count(c.first), repeat(c.axis), c.steps, c.values, c.times, strict=False)
            for c in self.columns
        )
        return map(Point._make, chain.from_iterable(rows))


class LogParser:
    """Reads one log from where ``state`` stands.

    Args:
        state: What an earlier parser left; it is changed in place.
        counts: How many points of each name the log gave before ``state.offset``.
        names: The run's metrics, shared by the parsers of all its logs.
    """

    def __init__(
        self, state: LogState | None = None, counts: Mapping[str, int] | None = None, names: Names | None = None
    ) -> None:
        self.state = state or LogState()
        self.names = names or Names()
        self._counts = dict(counts or {})
        self._pending = b""
        self._time = 0.0
        self._columns: list[Column] = []
        self._current: dict[str, Column] = {}
        self._records: list[LogRecord] = []
        self._reached: tuple[str, float] | None = None

    @property
    def position(self) -> int:
        """The offset of the first byte that ``feed`` has not seen."""
        return self.state.offset + len(self._pending)

    def feed(self, data: bytes, time: float) -> Batch:
        """Read the next bytes of the log.

        Args:
            data: What stands at ``position``.
            time: When it was written, for what says no time itself.
        """
        self._time = time
        self._columns, self._current, self._records, self._reached = [], {}, [], None
        buffer = self._pending + data if self._pending else data
        lines = buffer.split(b"\n")
        pending = lines.pop()
        self._read_lines(lines)
        self._pending = self._cut(pending) if len(pending) > LONGEST_LINE else pending
        self.state.offset += len(buffer) - len(self._pending)
        self._finish()
        return Batch(self._columns, self._records, self.state.offset)

    def skip(self, size: int) -> None:
        """Take it that the next ``size`` bytes are gone; the line that they are cut out of gives no points."""
        self.state.offset = self.position + size
        self._pending, self.state.carry, self.state.torn = b"", b"", True

    def progress(self) -> Progress | None:
        """Return how far the rank says it is, unfinished lines included."""
        text, _, _ = (self.state.carry + self._pending).partition(SEPARATOR)
        if self.state.torn:
            _, _, text = text.partition(b"\r")
        return _prefer(self.state.progress, self._progress_of(text)) if text else self.state.progress

    # Lines

    def _read_lines(self, lines: list[bytes]) -> None:
        state = self.state
        for line in lines:
            text = self._cut(line) if len(line) > LONGEST_LINE else line
            if SEPARATOR in text:
                before, record = split_line(text)
                if record is not None:
                    self._take(record)
                    if before:
                        self._carry(before)
                    continue
            if state.carry or state.torn:
                text = self._whole(text)
            if text:
                self._read_text(text)

    def _whole(self, text: bytes) -> bytes:
        """Return the line whose end is ``text``; empty if its beginning is lost and nothing took its place."""
        state = self.state
        text, state.carry = state.carry + text, b""
        if state.torn:
            state.torn = False
            _, _, text = text.rstrip(b"\r").partition(b"\r")
        return text

    def _cut(self, line: bytes) -> bytes:
        """Return what is left of a line that is too long.

        What it drops follows from the bytes alone, not from when they were seen, so that all agree on the offset.
        """
        while len(line) > LONGEST_LINE:
            if len(line) <= LONGEST_RECORD and line.find(SEPARATOR, 0, LONGEST_LINE + 1) >= 0:
                break
            # The byte behind the last one looked at is there and no line feed, so this is no half of \r\n.
            at = line.rfind(b"\r", 0, LONGEST_LINE)
            self._move_progress(self.state.carry + line[: at + 1])
            self.state.carry, self.state.torn = b"", at < 0
            line = line[at + 1 if at >= 0 else LONGEST_LINE :]
        return line

    def _carry(self, text: bytes) -> None:
        """Keep the beginning of a line in whose middle a record stands."""
        state = self.state
        text = state.carry + text
        at = text.rstrip(b"\r").rfind(b"\r")
        if at >= 0:
            self._move_progress(text[:at])
            text, state.torn = text[at + 1 :], False
        if len(text) > LONGEST_LINE:
            state.torn = True
        state.carry = b"" if state.torn else text

    def _take(self, record: Report | LogRecord) -> None:
        if isinstance(record, Report):
            self._report(record.report, record.time or self._time)
        else:
            self._records.append(record)

    def _report(self, values: dict[str, float], time: float) -> None:
        for axis in AXES:
            if axis in values:
                step: float | None = values[axis]
                self._reached = (axis, values[axis])
                break
        else:
            axis, step = "step", None
        for name, value in values.items():
            if name not in AXES:
                self._add(name, axis, step, value, time)

    # Text

    def _read_text(self, line: bytes) -> None:
        taken_back = b""
        if b"\r" in line:
            line = line.rstrip(b"\r")
            taken_back, _, line = line.rpartition(b"\r")
        reading = read_line(_decode(line), self.state.context)
        if reading is None:
            self._move_progress(taken_back)
            return
        axis, step, values, progress = reading
        if step is not None and not isfinite(step):
            axis, step = "step", None
        for name, value in values:
            self._add(name, axis, step, value, self._time)
        if progress is not None:
            self._move(progress)
            return
        if taken_back:
            self._move_progress(taken_back)
        if step is not None:
            self._reached = (axis, step)

    def _progress_of(self, text: bytes) -> Progress | None:
        """Return what the last bar in an unfinished line says."""
        for piece in reversed(text.rsplit(b"\r", _PIECES)[-_PIECES:]):
            if piece and (progress := read_progress(_decode(piece), self.state.context)) is not None:
                return progress
        return None

    def _move_progress(self, text: bytes) -> None:
        progress = self._progress_of(text) if text else None
        if progress is not None:
            self._move(progress)

    def _move(self, progress: Progress) -> None:
        self.state.progress = _prefer(self.state.progress, progress)
        self._reached = None

    # Points

    def _add(self, name: str, axis: str, step: float | None, value: float, time: float) -> None:
        column = self._current.get(name)
        if column is None or column.axis != axis:
            column = self._open(name, axis)
        steps = column.steps
        steps.append(column.first + len(steps) + 1 if step is None else step)
        column.values.append(value)
        column.times.append(time)

    def _open(self, name: str, axis: str) -> Column:
        self._close(name)
        column = self._current[name] = Column(name, axis, self._counts.get(name, 0))
        if self.names.accept(name):
            self._columns.append(column)
        return column

    def _close(self, name: str) -> None:
        column = self._current.get(name)
        if column is not None and name in self.names.known:
            self._counts[name] = column.first + len(column.steps)

    def _finish(self) -> None:
        for name in self._current:
            self._close(name)
        if self._reached is not None:
            # Made once a batch: a loop may report a hundred thousand steps in it.
            axis, step = self._reached
            self.state.progress = _prefer(self.state.progress, Progress(done=step, unit=axis))


_PIECES = 8
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\].*?(?:\x07|\x1b\\)|[@-Z\\^_])")


def _decode(text: bytes) -> str:
    shown = text.decode("utf-8", "replace")
    if "\x1b" in shown:
        shown = _ESCAPE.sub("", shown)
    return shown.replace("\b", "") if "\b" in shown else shown


def _prefer(old: Progress | None, new: Progress | None) -> Progress | None:
    """Return what to show: a bar that knows its end says more than a step that does not, unless it was a download."""
    if new is None:
        return old
    if old is None or new.total is not None or old.total is None or old.unit == "B":
        return new
    return old
