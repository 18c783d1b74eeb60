"""The index: what lists need of every run, in one SQLite file that can be rebuilt from the folders at any time.

The folders are the truth and the index a cache. A row is therefore never edited: it is what the folder says,
read while the index is locked for writing, so that a slow reader cannot put yesterday's row over today's.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import msgspec

from jupyter_mlops.domain.errors import NotFound, Unavailable, Unsupported
from jupyter_mlops.domain.runs import RunRow, State
from jupyter_mlops.domain.where import Where
from jupyter_mlops.store import feed, mounts
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.listing import Page, decode_row, read_page
from jupyter_mlops.store.runs import RunFolder

FORMAT = 1
BUSY_SECONDS = 30.0
_NOUN = "runs"
_UNFINISHED = tuple(state.value for state in State if not state.is_finished)
_PASSING = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_INTERRUPT)
_OUTER = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOMEM,
)

_SCHEMA = """
CREATE TABLE meta (format INTEGER NOT NULL, generation TEXT NOT NULL, seq INTEGER NOT NULL);
CREATE TABLE runs (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, state TEXT NOT NULL, created REAL NOT NULL,
    sweep TEXT NOT NULL, archived INTEGER NOT NULL, row BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX runs_by_created ON runs (created, id, archived, sweep, state);
CREATE INDEX runs_by_name ON runs (name, created, id, sweep);
CREATE INDEX runs_by_state ON runs (state, archived, sweep);
CREATE TABLE changes (noun TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (noun, id)) WITHOUT ROWID;
CREATE INDEX changes_by_seq ON changes (seq);
"""

T = TypeVar("T")
# The class below has a method named ``list``, which hides the type from its annotations.
_Rows = list[RunRow]
_Ids = list[str]
_Folders = list[RunFolder]


class Changes(msgspec.Struct, frozen=True):
    """What changed since a reader looked last.

    Attributes:
        generation: Which life of the index this is; a rebuild starts another.
        seq: Where the reader is now; pass both the next time.
        changed: Noun and id of everything that was put or removed, in order.
        is_reset: Whether the generation is a new one: everything may have changed.
    """

    generation: str
    seq: int
    changed: list[tuple[str, str]]
    is_reset: bool = False


class Index:
    """The index of a home. Safe to use from several threads, and from many processes at once.

    A file that is damaged is moved aside and rebuilt, whenever that is noticed.

    Raises:
        Unsupported: a newer version made the file.
        Unavailable: it cannot be written, or is locked for longer than ``BUSY_SECONDS``.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._path = home.index
        self._guard = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._identity: tuple[int, int] = (0, 0)
        self._run(lambda connection: None)

    def refresh(self, run: str | RunFolder) -> RunRow | None:
        """Let the index say what the run's folder says now, and return that; None if the folder is gone.

        Args:
            run: An id, or a folder that the caller keeps, which then is read only where it has changed.
        """
        folder = run if isinstance(run, RunFolder) else RunFolder(self._home.runs / run)
        return self._write(lambda connection: _store_or_drop(connection, folder))

    def update(self, make: Callable[[], RunRow], *, is_news: bool = False) -> RunRow:
        """Store the row that ``make`` returns, and return it. ``make`` is called while nobody else can write.

        Args:
            make: Returns the row.
            is_news: Whether readers are told even if the row is the one that they know: its run has printed.
        """
        return self._write(lambda connection: _store(connection, make(), is_news=is_news))

    def put(self, row: RunRow) -> None:
        """Store a row that nobody else can have a newer one of; otherwise use ``refresh`` or ``update``."""
        self._write(lambda connection: _store(connection, row))

    def remove(self, run_id: str) -> None:
        """Forget a run whose folder is gone."""
        self._write(lambda connection: _drop(connection, run_id))

    def get(self, run_id: str) -> RunRow | None:
        """Return the row of one run, or None."""
        return self._first("SELECT row FROM runs WHERE id = ?", run_id)

    def latest(self, name: str) -> RunRow | None:
        """Return the run that was submitted last under ``name``, trials apart, or None."""
        return self._first(
            "SELECT row FROM runs WHERE name = ? AND sweep = '' ORDER BY created DESC, id DESC LIMIT 1", name
        )

    def page(self, where: Where = Where()) -> Page:  # noqa: B008 - immutable
        """Return the page that ``where`` describes, with what there is on all pages.

        Raises:
            InvalidOption: a condition or the order names what no run has.
        """
        return self._run(lambda connection: read_page(connection, where))

    def list(self, where: Where = Where()) -> _Rows:  # noqa: B008 - immutable
        """Return the rows that ``where`` describes, as ``page`` does."""
        return self.page(where).rows

    def count(self, where: Where = Where()) -> int:  # noqa: B008 - immutable
        """Return how many rows ``where`` describes, its page apart."""
        return self.page(msgspec.structs.replace(where, limit=0, offset=0)).total

    def names(self) -> _Ids:
        """Return all names, the one that was used last first; trials apart."""
        return self._column("SELECT name FROM runs WHERE sweep = '' GROUP BY name ORDER BY max(created) DESC, name")

    def unfinished(self) -> _Ids:
        """Return the ids of the runs that have not finished, oldest first."""
        # Asked every two seconds: the unfinished states are few rows of an index, the finished ones the whole table.
        marks = ", ".join("?" * len(_UNFINISHED))
        return self._column(f"SELECT id FROM runs WHERE state IN ({marks}) ORDER BY created, id", *_UNFINISHED)

    def position(self) -> tuple[str, int]:
        """Return the generation and the number of the last change in it, from which ``changes`` goes on."""
        generation, seq = self._run(
            lambda connection: connection.execute("SELECT generation, seq FROM meta").fetchone()
        )
        return generation, seq

    def changes(self, generation: str = "", seq: int = 0) -> Changes:
        """Return what changed since ``seq`` of ``generation``; with another generation, everything that is there."""
        return self._run(lambda connection: _changes(connection, generation, seq))

    def reconcile(self) -> _Ids:
        """Take in the runs that are not indexed, drop those whose folder is gone, and return the ids of both.

        This is what a crash between a folder and its row leaves behind. It looks at names only.
        """
        there = set(_folder_names(self._home.runs))
        known = set(self._column("SELECT id FROM runs"))
        odd = sorted(there ^ known)
        for run_id in odd:
            self.refresh(run_id)
        return odd

    def rebuild(self) -> int:
        """Make all rows anew from the folders, in one transaction, under a new generation; return how many."""
        folders = self._folders()
        # Read once outside the transaction: inside, only what has changed since is read again.
        for folder in folders:
            with contextlib.suppress(NotFound):
                folder.row()
        return self._write(lambda connection: _rebuild(connection, folders, self._folders))

    def close(self) -> None:
        """Let go of the file. Idempotent; the next use opens it again."""
        with self._guard:
            connection, self._connection = self._connection, None
            if connection is not None:
                connection.close()

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _folders(self) -> _Folders:
        return [RunFolder(self._home.runs / name) for name in _folder_names(self._home.runs)]

    def _first(self, query: str, *values: str) -> RunRow | None:
        found = self._run(lambda connection: connection.execute(query, values).fetchone())
        return None if found is None else decode_row(found[0])

    def _column(self, query: str, *values: str) -> _Ids:
        return self._run(lambda connection: [row[0] for row in connection.execute(query, values)])

    def _write(self, act: Callable[[sqlite3.Connection], T]) -> T:
        def transaction(connection: sqlite3.Connection) -> tuple[T, bool]:
            before = connection.total_changes
            with _transaction(connection):
                result = act(connection)
            return result, connection.total_changes != before

        result, has_changed = self._run(transaction)
        if has_changed:
            self._touch()
        return result

    def _touch(self) -> None:
        with _in_one_sentence(self._path):
            feed.touch(self._home.feed)

    def _run(self, act: Callable[[sqlite3.Connection], T]) -> T:
        with self._guard, _in_one_sentence(self._path):
            try:
                return act(self._opened())
            except (sqlite3.DatabaseError, msgspec.DecodeError) as error:
                if not _is_damage(error):
                    raise
            self.close()
            _replace_damaged(self._home)
            return act(self._opened())

    def _opened(self) -> sqlite3.Connection:
        """Return a connection to the file that is at the index's path now."""
        if self._connection is not None and self._identity == (_inode(self._path), os.getpid()):
            return self._connection
        if self._identity[1] == os.getpid():
            self.close()
        # A connection that was carried over a fork must be neither used nor closed: SQLite's locks are the parent's.
        # Looked at before the file is opened: if it is replaced in between, the next use notices.
        self._identity = (_inode(self._path), os.getpid())
        self._connection = _open(self._home)
        return self._connection


def _open(home: Home) -> sqlite3.Connection:
    """Return a connection to an index that is ready, which is made if need be."""
    found = _open_ready(home.index)
    if found is None:
        with home.exclusively():
            # Another process may have made it while this one waited.
            found = _open_ready(home.index)
            if found is None:
                _make(home)
                found = _connect(home.index)
    return found


def _open_ready(path: Path) -> sqlite3.Connection | None:
    if not path.exists():
        return None
    connection = _connect(path)
    try:
        if _is_ready(connection, path):
            return connection
    except BaseException:
        connection.close()
        raise
    connection.close()
    return None


def _connect(path: Path) -> sqlite3.Connection:
    uri = f"file:{quote(os.fspath(path))}?mode=rw"
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def _is_ready(connection: sqlite3.Connection, path: Path) -> bool:
    if connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'meta'").fetchone() == (0,):
        return False
    found = connection.execute("SELECT format FROM meta").fetchone()
    if found is not None and _is_newer(found[0]) and _is_undamaged(connection):
        raise Unsupported(
            f"The index {path} has format {found[0]}, which a newer version of jupyter-mlops made; "
            "update jupyter-mlops, or delete the file: it is rebuilt from the runs."
        )
    return bool(found == (FORMAT,))


def _is_newer(number: object) -> bool:
    return isinstance(number, int) and number > FORMAT


def _is_undamaged(connection: sqlite3.Connection) -> bool:
    # In a damaged file any number may stand where the format does.
    return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))


def _make(home: Home) -> None:
    """Make the file, with the rows of whatever runs there are, and move aside what was there.

    It is made elsewhere and appears whole: whoever still has the old file open keeps nobody waiting.
    """
    draft = home.tmp / f"index-{secrets.token_hex(4)}.sqlite"
    # SQLite would give it the umask's mode, and its companions copy the mode.
    os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        with contextlib.closing(_connect(draft)) as connection:
            connection.execute(f"PRAGMA journal_mode = {'WAL' if mounts.is_local(home.path) else 'DELETE'}")
            with _transaction(connection):
                for statement in filter(str.strip, _SCHEMA.split(";")):
                    connection.execute(statement)
                connection.execute("INSERT INTO meta VALUES (?, ?, 0)", (FORMAT, secrets.token_hex(8)))
                _fill(connection, [RunFolder(home.runs / name) for name in _folder_names(home.runs)])
        _move_aside(home)
        os.rename(draft, home.index)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _move_aside(home: Home) -> None:
    # The file goes first: a connection that sees that its file was moved leaves the companions alone when it closes.
    name = f"damaged-{secrets.token_hex(4)}"
    for ending in ("", "-wal", "-shm", "-journal"):
        with contextlib.suppress(FileNotFoundError):
            os.rename(f"{home.index}{ending}", home.tmp / f"{name}{ending}")


def _rebuild(connection: sqlite3.Connection, known: list[RunFolder], list_again: Callable[[], list[RunFolder]]) -> int:
    folders = {folder.id: folder for folder in list_again()} | {folder.id: folder for folder in known}
    connection.execute("DELETE FROM runs")
    connection.execute("DELETE FROM changes")
    connection.execute("UPDATE meta SET generation = ?, seq = 0", (secrets.token_hex(8),))
    return _fill(connection, folders.values())


def _fill(connection: sqlite3.Connection, folders: Iterable[RunFolder]) -> int:
    return sum(_store_or_drop(connection, folder) is not None for folder in folders)


def _replace_damaged(home: Home) -> None:
    """Make another file from the folders, unless another process just did."""
    with home.exclusively():
        if not _is_sound(home.index):
            _make(home)


def _is_sound(path: Path) -> bool:
    try:
        found = _open_ready(path)
        if found is None:
            return False
        with contextlib.closing(found) as connection:
            connection.execute("SELECT noun, id, seq FROM changes LIMIT 1").fetchone()
            for (row,) in connection.execute("SELECT row FROM runs"):
                decode_row(row)
            return bool(connection.execute("PRAGMA quick_check").fetchone() == ("ok",))
    except (sqlite3.DatabaseError, msgspec.DecodeError) as error:
        if not _is_damage(error):
            raise
        return False


def _is_damage(error: Exception) -> bool:
    """Say whether an error tells of the file's content, not of its surroundings or of passing trouble."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is None or code & 0xFF not in (*_PASSING, *_OUTER)


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    # IMMEDIATE waits for its turn at the start; a transaction that begins as a reader may find it cannot go on.
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _store_or_drop(connection: sqlite3.Connection, folder: RunFolder) -> RunRow | None:
    try:
        row = folder.row()
    except NotFound:
        _drop(connection, folder.id)
        return None
    return _store(connection, row)


def _store(connection: sqlite3.Connection, row: RunRow, *, is_news: bool = False) -> RunRow:
    data = msgspec.msgpack.encode(row)
    if connection.execute("SELECT row FROM runs WHERE id = ?", (row.id,)).fetchone() == (data,):
        if is_news:
            _mark(connection, row.id)
        return row
    values = (row.id, row.name, row.state.value, row.created, row.sweep, row.archived, data)
    connection.execute("INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?)", values)
    _mark(connection, row.id)
    return row


def _drop(connection: sqlite3.Connection, run_id: str) -> None:
    if connection.execute("DELETE FROM runs WHERE id = ?", (run_id,)).rowcount:
        _mark(connection, run_id)


def _mark(connection: sqlite3.Connection, run_id: str) -> None:
    connection.execute("UPDATE meta SET seq = seq + 1")
    connection.execute("INSERT OR REPLACE INTO changes SELECT ?, ?, seq FROM meta", (_NOUN, run_id))


def _changes(connection: sqlite3.Connection, generation: str, seq: int) -> Changes:
    # One snapshot: the number must not be newer than the list.
    connection.execute("BEGIN")
    try:
        now, last = connection.execute("SELECT generation, seq FROM meta").fetchone()
        since = seq if now == generation else 0
        query = "SELECT noun, id FROM changes WHERE seq > ? ORDER BY seq"
        changed = connection.execute(query, (since,)).fetchall()
    finally:
        connection.execute("COMMIT")
    return Changes(generation=now, seq=last, changed=changed, is_reset=now != generation)


def _folder_names(runs: Path) -> list[str]:
    with os.scandir(runs) as found:
        return sorted(entry.name for entry in found if entry.is_dir() and not entry.name.startswith("."))


def _inode(path: Path) -> int:
    try:
        return os.stat(path).st_ino
    except FileNotFoundError:
        return 0


@contextlib.contextmanager
def _in_one_sentence(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise Unavailable(f"The index {path} cannot be used ({_reason(error)}); {_remedy(error)}.") from error


def _reason(error: OSError | sqlite3.Error) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


def _remedy(error: OSError | sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL or getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
        return "free some space on its disk"
    if code in _PASSING:
        return "another process holds it for long: try again, or end that process"
    return "see to it that you may write there"
