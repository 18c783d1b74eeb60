"""The last lines of all ranks in the order of time.

Ranks write their logs themselves and without times. Two things tell when a line was printed: the keeper's marks, which
say about once a second how far a log had grown, and between them the times that stand in the records of ``report()``.
"""

from __future__ import annotations

import heapq
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from jupyter_mlops.domain.errors import NotFound
from jupyter_mlops.domain.logs import LogLine, LogLines
from jupyter_mlops.domain.records import SEPARATOR, split_line
from jupyter_mlops.domain.terminal import fold
from jupyter_mlops.services.logs import written_parts
from jupyter_mlops.services.recorded import recorded
from jupyter_mlops.store.records import Mark
from jupyter_mlops.store.runs import RunFolder

_BYTES, _BYTES_OF_ALL = 64 << 10, 1 << 20


def lines_together(folder: RunFolder, most: int, attempt: int | None = None) -> LogLines:
    """Return the last ``most`` lines of all ranks.

    Args:
        folder: The run.
        most: How many lines.
        attempt: Which attempt; the last if None.

    Raises:
        NotFound: the run has no such attempt.
    """
    count, status = folder.spec().rank_count, folder.status()
    wanted = attempt or status.attempt
    if not 1 <= wanted <= status.attempt:
        raise NotFound(f"The run {folder.id} has no attempt {wanted}; it has {status.attempt}, counted from 1.")
    each = min(_BYTES, max(_BYTES_OF_ALL // count, 1 << 10))
    ends = [_end_of(folder.log_path(rank, wanted), each) for rank in range(count)]
    with recorded(folder.path) as database:
        logs = [
            _lines(rank, data, start, database.marks(wanted, rank, start), changed)
            for rank, (data, start, changed) in enumerate(ends)
            if data
        ]
    lines = list(heapq.merge(*logs, key=lambda line: line.time))
    is_cut = len(lines) > most or any(start > 0 for _, start, _ in ends)
    is_over = status.state.is_finished or status.attempt > wanted
    return LogLines(wanted, lines[-most:], is_cut, is_over, status.attempt)


def _end_of(path: Path, most: int) -> tuple[bytes, int, float]:
    """Return the end of a log from a line's start on, where that lies, and when the log last changed."""
    try:
        with open(path, "rb") as file:
            found = os.fstat(file.fileno())
            first = next((begin for begin, _ in reversed(written_parts(path))), 0)
            start = max(first, found.st_size - most)
            file.seek(start)
            data = file.read(most)
    except FileNotFoundError:
        return b"", 0, 0.0
    if start > 0:
        cut = data.find(b"\n") + 1
        data, start = data[cut:], start + cut
    return data, start, found.st_mtime


def _lines(rank: int, data: bytes, start: int, marks: Sequence[Mark], changed: float) -> list[LogLine]:
    found: list[LogLine] = []
    last = 0.0
    for time, piece in _pieces(data, start, marks, changed):
        # Clocks may be turned back; lines of one rank keep their order.
        last = max(last, time)
        found += [LogLine(rank, last, line) for line in fold(piece)]
    return found


def _pieces(data: bytes, start: int, marks: Sequence[Mark], changed: float) -> Iterator[tuple[float, bytes]]:
    """Yield what was printed at one time, with that time: what lies between two marks, or between two records there."""
    at = start
    # A log that is read again long after it was written has no younger lines than the file.
    for mark in [*marks, Mark(start + len(data), changed)]:
        part = data[at - start : mark.offset - start]
        at = max(at, mark.offset)
        if SEPARATOR in part:
            yield from _between_records(part, min(mark.time, changed))
        elif part:
            yield min(mark.time, changed), part


def _between_records(part: bytes, latest: float) -> Iterator[tuple[float, bytes]]:
    time, pending = 0.0, b""
    for line in _by_feeds(part):
        text, record = split_line(line.removesuffix(b"\n"))
        if record is None:
            pending += line
            continue
        said = min(record.time, latest) if record.time else time
        # What stands before the first record was printed right before it; what stands after one, right after it.
        yield time or said or latest, pending + text
        time, pending = said, b""
    yield time or latest, pending


def _by_feeds(part: bytes) -> list[bytes]:
    return [line + b"\n" for line in part.split(b"\n")[:-1]] + [part[part.rfind(b"\n") + 1 :]]
