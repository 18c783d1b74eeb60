"""From a rank's growing log into ``run.db``, in chunks that keep the keeper small."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from jupyter_mlops.domain.metrics import MOST_NAMES, Batch, LogParser
from jupyter_mlops.domain.records import LogRecord
from jupyter_mlops.domain.runs import Progress
from jupyter_mlops.store.records import Mark, RunDatabase

CHUNK = 1 << 17
"""Bytes that are read and parsed at once."""
_PROGRESS_SECONDS = 0.2
_MARK_SECONDS = 1.0


def _ignore(_record: LogRecord) -> None:
    """Nobody asked for control records."""


class LogIngest:
    """Follows the log of one rank in one attempt. A log that is not there yet is empty.

    Args:
        database: The writer's.
        path: The log.
        attempt: Which attempt the log is of.
        rank: Which rank writes it.
        clock: Tells the time.
    """

    def __init__(
        self,
        database: RunDatabase,
        path: str | Path,
        attempt: int,
        rank: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._path = os.fspath(path)
        self._attempt, self._rank = attempt, rank
        self._clock = clock
        self._fd = -1
        self._parser: LogParser | None = None
        self._progress = database.progress(attempt) if rank == 0 else None
        self._progress_due = 0.0
        self._mark_due = 0.0

    @property
    def offset(self) -> int:
        """How many bytes of the log have been seen."""
        return self._reader().position

    @property
    def size(self) -> int:
        """How many bytes the log has."""
        return os.fstat(self._fd).st_size if self._opened() else 0

    def read(self, limit: int = 1 << 20, follow: Callable[[LogRecord], object] = _ignore) -> int:
        """Take in what was written since the last time, and return how many bytes that were.

        Args:
            limit: Bytes after which it returns, so that one log cannot starve the others.
            follow: Gets each control record before the database says that it was read. So it gets each one once,
                and once more only if this process dies, or a write fails, right between the two.

        Raises:
            Broken, Unavailable: The database cannot be written. Nothing is lost: the next call tries again.
        """
        taken = 0
        while taken < limit and self._opened():
            data = os.pread(self._fd, min(CHUNK, limit - taken), self._reader().position)
            if not data:
                break
            skipped = self._hole() if data.startswith(b"\0") else 0
            if skipped:
                self._reader().skip(skipped)
            else:
                self._take(data, follow)
            taken += skipped or len(data)
        if not taken:
            self._show_progress()
        return taken

    def close(self) -> None:
        """Let the log go. Idempotent."""
        if self._fd >= 0:
            self._show_progress(force=True)
            os.close(self._fd)
            self._fd = -1

    def _take(self, data: bytes, follow: Callable[[LogRecord], object]) -> None:
        parser, names, now = self._reader(), self._database.names, self._clock()
        was_full, before = names.full, parser.state.offset
        # A log that is read again long after it was written has no younger lines than this.
        batch = parser.feed(data, min(now, os.fstat(self._fd).st_mtime))
        try:
            for record in batch.records:
                follow(record)
            if names.full and not was_full:
                follow(LogRecord(time=now, note=f"The run has {MOST_NAMES} metrics; further names are left out."))
            if batch.offset != before:
                self._store(batch, now)
            else:
                self._show_progress()
        except BaseException:
            # The parser is ahead of the database; another one begins where the database stands.
            self._parser = None
            raise

    def _store(self, batch: Batch, now: float) -> None:
        parser = self._reader()
        mark = Mark(batch.offset, now) if now >= self._mark_due else None
        progress = self._new_progress()
        self._database.write(self._attempt, self._rank, batch, parser.state, progress=progress, mark=mark)
        self._progress = progress or self._progress
        if mark is not None:
            self._mark_due = now + _MARK_SECONDS

    def _show_progress(self, *, force: bool = False) -> None:
        """Write how far an unfinished line says the rank is, but not as often as a bar is drawn."""
        now = self._clock()
        if now < self._progress_due and not force:
            return
        progress = self._new_progress()
        if progress is not None:
            self._progress_due = now + _PROGRESS_SECONDS
            self._database.write_progress(self._attempt, progress, now)
            self._progress = progress

    def _new_progress(self) -> Progress | None:
        """Return the progress if there is some that the database does not have."""
        progress = self._reader().progress() if self._rank == 0 else None
        return None if progress == self._progress else progress

    def _reader(self) -> LogParser:
        if self._parser is None:
            database = self._database
            state, counts = database.state(self._attempt, self._rank), database.counts(self._attempt, self._rank)
            self._parser = LogParser(state, counts, database.names)
        return self._parser

    def _hole(self) -> int:
        """Return how many bytes from here on were dropped from the log: a hole that the keeper punched."""
        here = self._reader().position
        try:
            return os.lseek(self._fd, here, os.SEEK_DATA) - here
        except OSError:
            # There is no data behind the hole, or the file system knows none.
            return 0

    def _opened(self) -> bool:
        if self._fd < 0:
            try:
                self._fd = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                return False
        return True
