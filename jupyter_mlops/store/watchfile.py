"""The file of ``watch.db``: its tables, how it is opened, and what is said when it cannot be read."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from jupyter_mlops.domain.errors import Broken, Unavailable, Unsupported
from jupyter_mlops.store.mounts import is_local

FORMAT = 1
_BUSY_SECONDS = 10.0
_SCHEMA = """
CREATE TABLE counters (what TEXT PRIMARY KEY, boot TEXT NOT NULL, told BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE totals (
    revision INTEGER PRIMARY KEY, since REAL NOT NULL, requests INTEGER NOT NULL, errors INTEGER NOT NULL,
    refused INTEGER NOT NULL, buckets BLOB NOT NULL, in_flight INTEGER NOT NULL, memory INTEGER NOT NULL);
CREATE TABLE slices (
    step INTEGER, slot INTEGER, revision INTEGER, requests INTEGER NOT NULL, errors INTEGER NOT NULL,
    refused INTEGER NOT NULL, buckets BLOB NOT NULL, in_flight INTEGER NOT NULL, memory INTEGER NOT NULL,
    PRIMARY KEY (step, slot, revision)) WITHOUT ROWID;
CREATE TABLE drift (
    slot INTEGER, revision INTEGER, rows INTEGER NOT NULL, since REAL NOT NULL, columns BLOB NOT NULL,
    PRIMARY KEY (slot, revision)) WITHOUT ROWID;
CREATE TABLE samples (number INTEGER PRIMARY KEY, sample BLOB NOT NULL);
"""


def open_writer(path: Path) -> sqlite3.Connection:
    """Open the file for its only writer; it is made, readable for its owner alone, if it is missing or damaged.

    Raises:
        Unavailable: it cannot be written.
        Unsupported: a newer version wrote it.
    """
    try:
        return _open(path)
    except Broken:
        # What was counted is lost, and counting goes on: nothing else depends on it.
        for ending in ("-wal", "-shm"):
            Path(f"{path}{ending}").unlink(missing_ok=True)
        os.replace(path, f"{path}.broken")
        return _open(path)


def open_reader(path: Path) -> sqlite3.Connection | None:
    """Open the file for reading; None if nothing has been written yet."""
    with suppress(FileNotFoundError):
        if os.path.getsize(path):
            return _connect(f"file:{quote(str(path))}?mode=ro", path)
    return None


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Let errors of SQLite be errors of ours."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) and "malformed" not in str(error):
            raise Unavailable(f"{path} cannot be used now: {error}.") from error
        raise Broken(f"{path} cannot be read ({error}); its endpoint's keeper makes it anew.") from error


def _open(path: Path) -> sqlite3.Connection:
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror}.") from error
    connection = _connect(f"file:{quote(str(path))}?mode=rw", path, is_writer=True)
    assert connection is not None
    return connection


def _connect(uri: str, path: Path, *, is_writer: bool = False) -> sqlite3.Connection | None:
    with translated(path):
        connection = sqlite3.connect(
            uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            (number,) = connection.execute("PRAGMA user_version").fetchone()
            _check_format(number, path)
            if is_writer:
                _prepare(connection, path, is_new=not number)
            if number or is_writer:
                return connection
        except BaseException:
            connection.close()
            raise
        # Its writer is about to make the tables.
        connection.close()
    return None


def _prepare(connection: sqlite3.Connection, path: Path, *, is_new: bool) -> None:
    connection.execute(f"PRAGMA journal_mode = {'WAL' if is_local(path) else 'DELETE'}")
    # What a power cut takes is a few seconds of counts.
    connection.execute("PRAGMA synchronous = NORMAL")
    # The keeper is small: a cache of 2 MB would be a good part of it.
    connection.execute("PRAGMA cache_size = -256")
    if is_new:
        connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {FORMAT}; COMMIT;")
        return
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict)


def _check_format(number: int, path: Path) -> None:
    if number > FORMAT:
        raise Unsupported(f"{path} was written by a newer version (format {number}); upgrade jupyter-mlops to read it.")
