"""The file of ``run.db``: its tables, how it is opened, and what is said when it cannot be read."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from jupyter_mlops.domain.errors import Broken, Unavailable, Unsupported
from jupyter_mlops.store import blocks
from jupyter_mlops.store.mounts import is_local

FORMAT = 1
_BUSY_SECONDS = 10.0
# SQLite has no NaN: it stores NULL, which nothing else in a point or summary is.
_SCHEMA = """
CREATE TABLE logs (attempt INTEGER, rank INTEGER, state BLOB NOT NULL, PRIMARY KEY (attempt, rank)) WITHOUT ROWID;
CREATE TABLE series (
    id INTEGER PRIMARY KEY, attempt INTEGER NOT NULL, rank INTEGER NOT NULL, name TEXT NOT NULL, axis TEXT NOT NULL,
    count INTEGER NOT NULL, last REAL, step REAL NOT NULL, min REAL, min_step REAL NOT NULL, max REAL,
    max_step REAL NOT NULL, stride INTEGER NOT NULL, recent BLOB NOT NULL, UNIQUE (attempt, rank, name));
CREATE TABLE points (
    series INTEGER, number INTEGER, axis INTEGER NOT NULL, step REAL NOT NULL, value REAL, time REAL NOT NULL,
    PRIMARY KEY (series, number)) WITHOUT ROWID;
CREATE TABLE progress (
    one INTEGER PRIMARY KEY CHECK (one = 1), attempt INTEGER NOT NULL, time REAL NOT NULL, progress BLOB NOT NULL);
CREATE TABLE samples (time REAL NOT NULL, attempt INTEGER NOT NULL, rank INTEGER NOT NULL, cpu REAL, memory INTEGER);
CREATE TABLE marks (attempt INTEGER, rank INTEGER, offset INTEGER, time REAL NOT NULL,
    PRIMARY KEY (attempt, rank, offset)) WITHOUT ROWID;
CREATE TABLE gaps (attempt INTEGER, rank INTEGER, start INTEGER, end INTEGER NOT NULL,
    PRIMARY KEY (attempt, rank, start)) WITHOUT ROWID;
"""


def open_writer(path: str) -> sqlite3.Connection:
    """Open the file for its only writer; make it, readable for its owner alone, if it is missing.

    Raises:
        Broken: The file cannot be read.
    """
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    with translated(path):
        connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
        try:
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def open_reader(path: str) -> sqlite3.Connection | None:
    """Open the file for reading; None if nothing has been written yet."""
    if not os.path.exists(path) or os.path.getsize(path) == 0:
        return None
    with translated(path):
        connection = sqlite3.connect(
            f"file:{quote(path)}?mode=ro", uri=True, timeout=_BUSY_SECONDS, isolation_level=None
        )
        try:
            if _check_format(connection, path):
                return connection
        except BaseException:
            connection.close()
            raise
        # Its writer is about to make the tables.
        connection.close()
    return None


def move_aside(path: str) -> None:
    """Let the file be out of the way, as ``run.db.broken``."""
    for ending in ("-wal", "-shm"):
        Path(path + ending).unlink(missing_ok=True)
    os.replace(path, path + ".broken")


@contextmanager
def translated(path: str) -> Iterator[None]:
    """Let errors of SQLite be errors of ours."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) and "malformed" not in str(error):
            raise Unavailable(f"{path} cannot be used now: {error}.") from error
        raise Broken(f"{path} cannot be read ({error}); its keeper makes it again from the logs.") from error


def _prepare(connection: sqlite3.Connection, path: str) -> None:
    """Make the tables of an empty file; check a file that has some."""
    connection.execute(f"PRAGMA journal_mode = {'WAL' if is_local(Path(path)) else 'DELETE'}")
    # A power cut may take the last transactions: their offsets go with them, and the logs are read again.
    connection.execute("PRAGMA synchronous = NORMAL")
    if _check_format(connection, path):
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        # An earlier version of this format has none.
        connection.execute(blocks.TABLE)
        return
    script = f"BEGIN IMMEDIATE; {_SCHEMA} {blocks.TABLE}; PRAGMA user_version = {FORMAT}; COMMIT;"
    connection.executescript(script)


def _check_format(connection: sqlite3.Connection, path: str) -> int:
    (number,) = connection.execute("PRAGMA user_version").fetchone()
    if number > FORMAT:
        raise Unsupported(f"{path} was written by a newer version (format {number}); upgrade jupyter-mlops to read it.")
    return int(number)
