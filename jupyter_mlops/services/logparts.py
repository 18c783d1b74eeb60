"""A rank's log in parts, by offset, and what is searched for in it: however long it is, little of it is in memory."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterator

from jupyter_mlops.domain.errors import InvalidInput, NotFound
from jupyter_mlops.domain.logs import (
    WINDOW,
    LogPart,
    Match,
    Matches,
    first_aligned,
    last_aligned,
    style_after,
    without_sequences,
)
from jupyter_mlops.domain.records import LONGEST_RECORD, SEPARATOR, split_line
from jupyter_mlops.domain.terminal import without_records
from jupyter_mlops.services.logs import written_parts
from jupyter_mlops.store.runs import RunFolder

_BLOCK = 1 << 20
_AROUND = 200


class LogReader:
    """Reads one rank's log of one attempt. Every call looks at the file, which may grow meanwhile.

    Args:
        folder: The run.
        rank: Which process.
        attempt: Which attempt; the last if None.

    Raises:
        NotFound: the run has no such rank or attempt.
    """

    def __init__(self, folder: RunFolder, rank: int, attempt: int | None = None) -> None:
        count, latest = folder.spec().rank_count, folder.status().attempt
        if not 0 <= rank < count:
            raise NotFound(f"The run {folder.id} has no rank {rank}; it has {count}, counted from 0.")
        if attempt is not None and not 1 <= attempt <= latest:
            raise NotFound(f"The run {folder.id} has no attempt {attempt}; it has {latest}, counted from 1.")
        self._folder = folder
        self.rank = rank
        self.attempt = attempt or latest
        self.path = folder.log_path(rank, self.attempt)

    def size(self) -> int:
        """Return how many bytes there are now."""
        try:
            return os.stat(self.path).st_size
        except FileNotFoundError:
            return 0

    def read(self, offset: int, limit: int) -> LogPart:
        """Return at most about ``limit`` bytes from ``offset`` on.

        Args:
            offset: A negative one counts from the end and begins with a whole line.
            limit: Bytes; a record of ours that begins within them is passed over as a whole.
        """
        status = self._folder.status()
        # Looked at before the file is: what a rank wrote before it ended is then in the part that says so.
        is_over = status.state.is_finished or status.attempt > self.attempt
        try:
            with open(self.path, "rb", buffering=0) as file:
                part = self._read(file.fileno(), offset, limit, is_over)
        except FileNotFoundError:
            part = LogPart(self.rank, self.attempt, 0, 0, 0, ended=is_over, latest=status.attempt)
        return part

    def search(self, text: str, *, offset: int = 0, most: int = 100, case: bool = False) -> Matches:
        """Return where the log holds ``text``, from ``offset`` on; records of ours are passed over.

        Args:
            text: What stands within one line.
            offset: Where to begin; best the ``end`` of the search before.
            most: How many matches are enough.
            case: Whether the case of ASCII letters counts.
        """
        wanted = text.encode("utf-8", "replace")
        if not wanted or b"\n" in wanted:
            raise InvalidInput("Search for at least one character, within one line.")
        found: list[Match] = []
        size = self.size()
        if size == 0:
            return Matches(found, 0, 0, True)
        with open(self.path, "rb", buffering=0) as file:
            for block, base in _blocks(file.fileno(), written_parts(self.path), offset, size):
                for match in _matches(block, base, wanted, case):
                    found.append(match)
                    if len(found) >= most:
                        return Matches(found, match.offset + len(wanted), size, False)
        return Matches(found, size, size, True)

    def _read(self, fd: int, offset: int, limit: int, is_over: bool) -> LogPart:
        size = os.fstat(fd).st_size
        asked = max(0, size + offset) if offset < 0 else min(offset, size)
        first, after, missing, asked = _place(written_parts(self.path), asked, size)
        low = max(first, asked - WINDOW)
        before = os.pread(fd, asked - low, low)
        data = os.pread(fd, min(limit, after - asked), asked)
        skipped = first_aligned(before, data)
        if (offset < 0 and asked > first) or missing:
            # The first line is cut somewhere. One that fills all there is to read is shown as it is.
            skipped = data.find(b"\n") + 1 or skipped
        data += _rest_of_record(fd, data[skipped:], asked + len(data), after)
        at_end = asked + len(data) >= size
        length = len(data) if is_over and at_end else max(skipped, last_aligned(data))
        end = asked + length
        return LogPart(
            self.rank,
            self.attempt,
            start=asked + skipped,
            end=end,
            size=size,
            text=_shown(data[skipped:length]),
            style=style_after(before + data[:skipped]),
            missing=missing,
            ended=is_over and end >= size,
            latest=self._folder.status().attempt,
        )


def _place(parts: list[tuple[int, int]], offset: int, size: int) -> tuple[int, int, int, int]:
    """Return the part that holds ``offset``, the bytes missing right before it, and the offset moved into it."""
    at = bisect_right(parts, offset, key=lambda part: part[0]) - 1
    if at >= 0 and (offset < parts[at][1] or at + 1 == len(parts)):
        first, after = parts[at]
        missing = first - (parts[at - 1][1] if at else 0) if offset == first else 0
        return first, after, missing, min(offset, after)
    if at + 1 < len(parts):
        first, after = parts[at + 1]
        return first, after, first - (parts[at][1] if at >= 0 else 0), first
    return size, size, 0, size


def _rest_of_record(fd: int, data: bytes, at: int, after: int) -> bytes:
    """Return what is missing of a record that begins in ``data``: what people see must not be cut inside one."""
    if data.rfind(SEPARATOR) <= data.rfind(b"\n"):
        return b""
    more = os.pread(fd, min(LONGEST_RECORD, after - at), at)
    return more[: more.find(b"\n") + 1]


def _shown(data: bytes) -> str:
    if SEPARATOR in data:
        data = without_records(data)
    return data.decode("utf-8", "replace")


def _blocks(fd: int, parts: list[tuple[int, int]], offset: int, size: int) -> Iterator[tuple[bytes, int]]:
    """Yield the log in blocks of whole lines with their offsets, holes left out; a longer line is cut."""
    for first, after in parts:
        at = max(first, _line_start(fd, offset, first)) if offset > first else first
        after = min(after, size)
        while at < after:
            block = os.pread(fd, min(_BLOCK, after - at), at)
            if at + len(block) < after:
                block = block[: block.rfind(b"\n") + 1] or block
            if not block:
                break
            skip = max(0, offset - at)
            yield block[skip:] if skip else block, at + skip
            at += len(block)


def _line_start(fd: int, offset: int, first: int) -> int:
    low = max(first, offset - WINDOW)
    return low + os.pread(fd, offset - low, low).rfind(b"\n") + 1


def _matches(block: bytes, base: int, wanted: bytes, case: bool) -> Iterator[Match]:
    # Folding a block at a time is five times faster than a pattern that ignores case.
    hay, needle = (block, wanted) if case else (block.lower(), wanted.lower())
    at = hay.find(needle)
    while at >= 0:
        begin = block.rfind(b"\n", 0, at) + 1
        end = block.find(b"\n", at)
        line = block[begin : end if end >= 0 else len(block)]
        text, record = split_line(line) if SEPARATOR in line else (line, None)
        if record is None or at - begin + len(needle) <= len(text):
            near = max(0, at - begin - _AROUND)
            shown = text[near : at - begin + len(needle) + _AROUND]
            yield Match(base + at, base + begin, without_sequences(shown))
        at = hay.find(needle, at + len(needle))
