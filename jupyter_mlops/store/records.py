"""``run.db``: what a run's logs and samples came to, for readers while it goes and after it has ended.

Points, summaries, progress and how far each log was read change in one transaction, so a keeper that dies at any
time has counted every point once. The file can be lost: its keeper makes it again from the logs.
"""

from __future__ import annotations

import os
import sqlite3
from array import array
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, count, repeat
from math import inf, nan
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from jupyter_mlops.domain.errors import Broken, Unavailable
from jupyter_mlops.domain.formats import AXES
from jupyter_mlops.domain.metrics import Batch, LogState, Names
from jupyter_mlops.domain.runs import MetricSummary, Progress
from jupyter_mlops.domain.series import Band, Series, travelling
from jupyter_mlops.domain.summaries import Summary
from jupyter_mlops.store import bands, blocks
from jupyter_mlops.store.blocks import Span
from jupyter_mlops.store.curves import Drawn, draw
from jupyter_mlops.store.rates import rates
from jupyter_mlops.store.records_file import move_aside, open_reader, open_writer, translated

_AXIS_NUMBERS = {axis: number for number, axis in enumerate(AXES)}


class HistoryPoint(NamedTuple):
    """One value of a metric."""

    step: float
    value: float
    time: float


class Sample(NamedTuple):
    """What a rank's processes used: ``cpu`` in cores, ``memory`` in bytes."""

    time: float
    attempt: int
    rank: int
    cpu: float
    memory: int


class Mark(NamedTuple):
    """When a log had grown to ``offset``."""

    offset: int
    time: float


class Gap(NamedTuple):
    """Bytes of a log that were dropped: from ``start`` up to ``end``."""

    start: int
    end: int


class RunDatabase:
    """One run's ``run.db``. A reader of a run that has none yet finds nothing in it.

    Where ``attempt`` is None the last one is meant.

    Args:
        path: The file.
        writer: Whether the caller holds the run's lock; then the file is made if it is missing.

    Raises:
        Broken: by any method, if the file cannot be read.
        Unavailable: by any method, if the disk is full or does not answer.
        Unsupported: by any method, if a newer version of this program wrote the file.
    """

    def __init__(self, path: str | Path, *, writer: bool = False) -> None:
        self.path = os.fspath(path)
        self.was_rebuilt = False
        self._writer = writer
        self._connection: sqlite3.Connection | None = None
        self._series: dict[tuple[int, int], dict[str, tuple[int, Summary]]] = {}
        self.names = Names()
        if writer:
            self._open_writer()

    @classmethod
    def open_or_rebuild(cls, path: str | Path) -> RunDatabase:
        """Return the writer's database; one that cannot be read is moved aside and an empty one begun.

        Then ``was_rebuilt`` is set, and reading the logs from their start fills it with the same points again.
        """
        try:
            return cls(path, writer=True)
        except Broken:
            move_aside(os.fspath(path))
            database = cls(path, writer=True)
            database.was_rebuilt = True
            return database

    def close(self) -> None:
        """Close the file. Idempotent."""
        if self._connection is not None:
            with translated(self.path):
                self._connection.close()
            self._connection = None

    # What readers ask

    def attempt(self) -> int:
        """Return the last attempt of which there is anything; 1 if there is none."""
        rows = self._rows("SELECT max(attempt) FROM logs")
        return (rows[0][0] if rows else None) or 1

    def metrics(self, attempt: int | None = None, rank: int = 0) -> dict[str, MetricSummary]:
        """Return the summary of each metric, in the order in which they first came."""
        return {name: summary.shown() for name, (_, summary) in self._load(self._attempt(attempt), rank).items()}

    def ranks(self, name: str, attempt: int | None = None) -> list[int]:
        """Return the ranks that have points of a metric."""
        sql = "SELECT rank FROM series WHERE attempt = ? AND name = ? ORDER BY rank"
        return [rank for (rank,) in self._rows(sql, self._attempt(attempt), name)]

    def history(
        self, name: str, attempt: int | None = None, rank: int = 0, axis: str | None = None
    ) -> list[HistoryPoint]:
        """Return the points of a metric in the order in which they came; empty if there are none.

        Args:
            name: The metric.
            attempt: None is the last.
            rank: Whose points.
            axis: None is the axis of the last point: few metrics are printed on two.
        """
        found = self._find(name, self._attempt(attempt), rank, axis)
        rows = self._rows("SELECT step, value, time FROM points WHERE series = ? AND axis = ? ORDER BY number", *found)
        return [HistoryPoint(step, nan if value is None else value, time) for step, value, time in rows]

    def points_since(self, name: str, since: int, attempt: int | None = None) -> list[tuple[int, float, float]]:
        """Return number, step and value of the points of rank 0 from number ``since`` on, on the axis of the last."""
        found = self._find(name, self._attempt(attempt), 0)
        sql = "SELECT number, step, value FROM points WHERE series = ? AND axis = ? AND number >= ? ORDER BY number"
        rows = self._rows(sql, *found, since)
        return [(number, step, nan if value is None else value) for number, step, value in rows]

    def value_at(self, name: str, step: float, attempt: int | None = None, rank: int = 0) -> float | None:
        """Return the value of a metric that was reported last at or before a step; None if there is none."""
        found = self._find(name, self._attempt(attempt), rank)
        sql = "SELECT value FROM points WHERE series = ? AND axis = ? AND step <= ? ORDER BY number DESC LIMIT 1"
        rows = self._rows(sql, *found, step)
        if not rows:
            return None
        return nan if rows[0][0] is None else float(rows[0][0])

    def band(self, name: str, most: int = 500, attempt: int | None = None, *, exact: int = bands.EXACT) -> Band | None:
        """Return what all ranks say of a metric, at about ``most`` steps; None if nobody has it.

        Args:
            name: The metric.
            most: About how many steps.
            attempt: None is the last.
            exact: From how many points of one rank on it is drawn from what each 128 of them come to.
        """
        number = self._attempt(attempt)
        ranks = self.ranks(name, number)
        if not ranks:
            return None
        found = [self._find(name, number, rank) for rank in ranks]
        axis = found[0][1]
        cells, is_thinned = bands.draw(self._rows, [series for series, _ in found], axis, most, exact)
        return Band(
            AXES[axis],
            steps=[(cell.first + cell.last) / 2 for cell in cells],
            low=[travelling(cell.low) for cell in cells],
            mean=[travelling(bands.mean(cell)) for cell in cells],
            high=[travelling(cell.high) for cell in cells],
            ranks=len(ranks),
            thinned=is_thinned,
        )

    def curve(
        self, name: str, points: int = 200, attempt: int | None = None, rank: int = 0
    ) -> list[tuple[float, float]]:
        """Return steps and finite values to draw a metric: at most ``points``, with every peak and trough."""
        series, axis = self._find(name, self._attempt(attempt), rank)
        if series < 0:
            return []
        after = self._points_of(series)
        drawn = draw(self._rows, Span(series, axis, -inf, inf, 0, after), points, only_finite=True)
        return [(step, value) for _, step, value, _ in drawn.points if value is not None]

    def series(
        self,
        name: str,
        since: int = 0,
        most: int = 1000,
        attempt: int | None = None,
        rank: int = 0,
        *,
        low: float = -inf,
        high: float = inf,
    ) -> Series | None:
        """Return a metric's points to draw, thinned to about ``most`` with every extreme; None if it has none.

        Args:
            name: The metric.
            since: The number of the first point.
            most: At least 4.
            attempt: None is the last.
            rank: Whose points.
            low: The first step.
            high: The last step.
        """
        wanted = self._attempt(attempt)
        identity, axis = self._find(name, wanted, rank)
        if identity < 0:
            return None
        after = self._points_of(identity)
        drawn = draw(self._rows, Span(identity, axis, low, high, since, after), most)
        return _series(AXES[axis], drawn, after)

    def rates(self, attempt: int | None = None, least: float = 0) -> dict[int, float]:
        """Return how many steps a second each rank does that reports at least some, over the last minute."""
        return rates(self._rows, self._attempt(attempt), least=least)

    def progress(self, attempt: int | None = None) -> Progress | None:
        """Return how far rank 0 says it is."""
        rows = self._rows("SELECT progress FROM progress WHERE attempt = ?", self._attempt(attempt))
        return msgspec.json.decode(rows[0][0], type=Progress) if rows else None

    def samples(self, attempt: int | None = None, rank: int | None = None, since: float = -inf) -> list[Sample]:
        """Return what the ranks used after ``since``, oldest first; of all ranks if ``rank`` is None."""
        sql = "SELECT * FROM samples WHERE attempt = ? AND (?2 IS NULL OR rank = ?2) AND time > ?3 ORDER BY time, rank"
        return [Sample(*row) for row in self._rows(sql, self._attempt(attempt), rank, since)]

    def latest_samples(self, attempt: int | None = None, most: int = 256) -> list[Sample]:
        """Return at most ``most`` of the last samples of an attempt, oldest first; however many there are."""
        sql = "SELECT * FROM samples WHERE attempt = ? ORDER BY rowid DESC LIMIT ?"
        return [Sample(*row) for row in reversed(self._rows(sql, self._attempt(attempt), most))]

    def offset(self, attempt: int, rank: int) -> int:
        """Return up to which byte a log was read and need never be read again."""
        return self.state(attempt, rank).offset

    def marks(self, attempt: int, rank: int, beyond: int = -1) -> list[Mark]:
        """Return when a log had which size, about once a second while it grew; of sizes over ``beyond``."""
        sql = "SELECT offset, time FROM marks WHERE attempt = ? AND rank = ? AND offset > ? ORDER BY offset"
        return [Mark(*row) for row in self._rows(sql, attempt, rank, beyond)]

    def gaps(self, attempt: int, rank: int) -> list[Gap]:
        """Return what was dropped of a log, in order."""
        sql = "SELECT start, end FROM gaps WHERE attempt = ? AND rank = ? ORDER BY start"
        return [Gap(*row) for row in self._rows(sql, attempt, rank)]

    # What the keeper writes

    def state(self, attempt: int, rank: int) -> LogState:
        """Return what the parser of a log must know to go on."""
        rows = self._rows("SELECT state FROM logs WHERE attempt = ? AND rank = ?", attempt, rank)
        return msgspec.json.decode(rows[0][0], type=LogState) if rows else LogState()

    def counts(self, attempt: int, rank: int) -> dict[str, int]:
        """Return how many points of each metric a log gave."""
        return {name: summary.count for name, (_, summary) in self._load(attempt, rank).items()}

    def write(
        self,
        attempt: int,
        rank: int,
        batch: Batch,
        state: LogState,
        *,
        progress: Progress | None = None,
        mark: Mark | None = None,
    ) -> None:
        """Store what some bytes of a log came to, and that they need never be read again.

        Args:
            attempt: Whose log it is.
            rank: Whose log it is.
            batch: From the parser.
            state: The parser's, after the batch.
            progress: None leaves the run's progress as it is.
            mark: When the log had which size.
        """
        with self.transaction() as connection:
            self._write_points(connection, attempt, rank, batch)
            connection.execute(
                "INSERT OR REPLACE INTO logs VALUES (?, ?, ?)", (attempt, rank, msgspec.json.encode(state))
            )
            if progress is not None:
                self._write_progress(connection, attempt, progress, mark.time if mark else 0.0)
            if mark is not None:
                connection.execute("INSERT OR IGNORE INTO marks VALUES (?, ?, ?, ?)", (attempt, rank, *mark))

    def write_progress(self, attempt: int, progress: Progress, time: float) -> None:
        """Overwrite the run's progress."""
        with self.transaction() as connection:
            self._write_progress(connection, attempt, progress, time)

    def add_samples(self, samples: Iterable[Sample]) -> None:
        """Store what the ranks used."""
        with self.transaction() as connection:
            connection.executemany("INSERT INTO samples VALUES (?, ?, ?, ?, ?)", samples)

    def add_gap(self, attempt: int, rank: int, start: int, end: int) -> None:
        """Store that bytes of a log were dropped."""
        with self.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO gaps VALUES (?, ?, ?, ?)", (attempt, rank, start, end))

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Let all that is written inside be written at once, or not at all."""
        connection = self._connection
        if connection is None or not self._writer:
            raise Unavailable(f"{self.path} is not open for writing: only the run's keeper may do that.")
        with translated(self.path):
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                # What was counted in memory is in no file: it is read again when it is next needed.
                self._series.clear()
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    # Helpers

    def _attempt(self, attempt: int | None) -> int:
        return self.attempt() if attempt is None else attempt

    def _find(self, name: str, attempt: int, rank: int, axis: str | None = None) -> tuple[int, int]:
        """Return the number of a series and the number of an axis; no point has either if there is no such series."""
        sql = "SELECT id, axis FROM series WHERE attempt = ? AND rank = ? AND name = ?"
        rows = self._rows(sql, attempt, rank, name)
        return (rows[0][0], _AXIS_NUMBERS.get(axis or rows[0][1], -1)) if rows else (-1, -1)

    def _points_of(self, series: int) -> int:
        """Return how many points a series has, on whatever axis."""
        rows = self._rows("SELECT max(number) + 1 FROM points WHERE series = ?", series)
        return (rows[0][0] if rows else None) or 0

    def _load(self, attempt: int, rank: int) -> dict[str, tuple[int, Summary]]:
        """Return the series of one log. The writer keeps them; nobody else changes them."""
        known = self._series.get((attempt, rank))
        if known is not None:
            return known
        rows = self._rows(
            "SELECT id, name, axis, count, last, step, min, min_step, max, max_step, stride, recent"
            " FROM series WHERE attempt = ? AND rank = ? ORDER BY id",
            attempt,
            rank,
        )
        loaded = {row[1]: (row[0], _summary(row[2:])) for row in rows}
        if self._writer:
            self._series[attempt, rank] = loaded
        return loaded

    def _write_points(self, connection: sqlite3.Connection, attempt: int, rank: int, batch: Batch) -> None:
        series = self._load(attempt, rank)
        rows: list[Iterable[tuple[Any, ...]]] = []
        changed: dict[str, tuple[int, Summary]] = {}
        for column in batch.columns:
            entry = series.get(column.name)
            if entry is None:
                entry = series[column.name] = (self._new_series(connection, attempt, rank, column.name), Summary())
            identity, summary = entry
            changed[column.name] = entry
            summary.add(column)
            axis = repeat(_AXIS_NUMBERS[column.axis])
            rows.append(zip(repeat(identity), count(column.first), axis, column.steps, column.values, column.times))
        connection.executemany("INSERT INTO points VALUES (?, ?, ?, ?, ?, ?)", chain.from_iterable(rows))
        for column in batch.columns:
            blocks.write(connection, series[column.name][0], _AXIS_NUMBERS[column.axis], column)
        connection.executemany(
            "UPDATE series SET axis = ?, count = ?, last = ?, step = ?, min = ?, min_step = ?, max = ?, max_step = ?,"
            " stride = ?, recent = ? WHERE id = ?",
            [(*_stored(summary), identity) for identity, summary in changed.values()],
        )

    def _new_series(self, connection: sqlite3.Connection, attempt: int, rank: int, name: str) -> int:
        sql = "INSERT INTO series VALUES (NULL, ?, ?, ?, 'step', 0, NULL, 0, NULL, 0, NULL, 0, 1, x'')"
        return connection.execute(sql, (attempt, rank, name)).lastrowid or 0

    def _write_progress(self, connection: sqlite3.Connection, attempt: int, progress: Progress, time: float) -> None:
        row = (attempt, time, msgspec.json.encode(progress))
        connection.execute("INSERT OR REPLACE INTO progress VALUES (1, ?, ?, ?)", row)

    def _rows(self, sql: str, *values: object) -> list[Any]:
        connection = self._connected()
        if connection is None:
            return []
        with translated(self.path):
            return connection.execute(sql, values).fetchall()

    def _connected(self) -> sqlite3.Connection | None:
        """Return the connection; None for a reader where nothing has been written yet."""
        if self._connection is None and not self._writer:
            self._connection = open_reader(self.path)
        return self._connection

    def _open_writer(self) -> None:
        self._connection = open_writer(self.path)
        known = (name for (name,) in self._rows("SELECT DISTINCT name FROM series"))
        self.names = Names(known)


def _summary(row: tuple[Any, ...]) -> Summary:
    axis, number, last, step, low, low_step, high, high_step, stride, recent = row
    last, low, high = (nan if value is None else value for value in (last, low, high))
    return Summary(axis, number, last, step, low, low_step, high, high_step, stride, array("d", recent))


def _stored(summary: Summary) -> tuple[Any, ...]:
    return (*msgspec.structs.astuple(summary)[:-1], summary.recent.tobytes())


def _series(axis: str, drawn: Drawn, after: int) -> Series:
    _, steps, values, times = zip(*drawn.points, strict=True) if drawn.points else ((), (), (), ())
    shown = [travelling(nan if value is None else value) for value in values]
    return Series(axis, list(steps), shown, list(times), after, drawn.is_thinned)
