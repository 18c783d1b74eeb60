"""The file of the index: opened, made anew from the folders where it is missing, old or damaged, and written safely."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec

from jupyter_mlops.domain.errors import NotFound, Unavailable, Unsupported
from jupyter_mlops.domain.where import Row
from jupyter_mlops.store import feed, mounts
from jupyter_mlops.store.folders import KeptFolder
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.nouns import NOUNS, TABLES, Noun

FORMAT = 3
BUSY_SECONDS = 30.0
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
CREATE TABLE changes (noun TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (noun, id)) WITHOUT ROWID;
CREATE INDEX changes_by_seq ON changes (seq);
"""
# ``compared`` stands before ``row``: what is only compared is then read without following a large row to its end.
_TABLE = """
CREATE TABLE {noun} (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, state TEXT NOT NULL, created REAL NOT NULL,
    sweep TEXT NOT NULL, archived INTEGER NOT NULL, compared BLOB NOT NULL, row BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX {noun}_by_created ON {noun} (created, id, archived, sweep, state);
CREATE INDEX {noun}_by_name ON {noun} (name, created, id, sweep);
CREATE INDEX {noun}_by_state ON {noun} (state, archived, sweep);
"""

T = TypeVar("T")
Folder = KeptFolder[Any, Any, Any, Row]
AnyFolder = KeptFolder[Any, Any, Any, Any]


class IndexFile:
    """The open file. Safe to use from several threads, and from many processes at once.

    Raises:
        Unsupported: a newer version made the file.
        Unavailable: it cannot be written, or is locked for longer than ``BUSY_SECONDS``.
    """

    def __init__(self, home: Home) -> None:
        self.home = home
        self._path = home.index
        self._guard = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._identity: tuple[int, int] = (0, 0)
        self.run(lambda connection: None)

    def run(self, act: Callable[[sqlite3.Connection], T]) -> T:
        """Return what ``act`` finds. Where the file turns out to be damaged it is made anew, and asked again."""
        with self._guard, _in_one_sentence(self._path):
            try:
                return act(self._opened())
            except (sqlite3.DatabaseError, msgspec.DecodeError) as error:
                if not _is_damage(error):
                    raise
            self.close()
            _replace_damaged(self.home)
            return act(self._opened())

    def write(self, act: Callable[[sqlite3.Connection], T]) -> T:
        """Return what ``act`` does while nobody else can write; who waits for news wakes if something has changed."""

        def transaction(connection: sqlite3.Connection) -> tuple[T, bool]:
            before = connection.total_changes
            with _transaction(connection):
                result = act(connection)
            return result, connection.total_changes != before

        result, has_changed = self.run(transaction)
        if has_changed:
            with _in_one_sentence(self._path):
                feed.touch(self.home.feed)
        return result

    def close(self) -> None:
        """Let go of the file. Idempotent; the next use opens it again."""
        with self._guard:
            connection, self._connection = self._connection, None
            if connection is not None:
                connection.close()

    def _opened(self) -> sqlite3.Connection:
        """Return a connection to the file that is at the index's path now."""
        if self._connection is not None and self._identity == (_inode(self._path), os.getpid()):
            return self._connection
        if self._identity[1] == os.getpid():
            self.close()
        # A connection that was carried over a fork must be neither used nor closed: SQLite's locks are the parent's.
        # Looked at before the file is opened: if it is replaced in between, the next use notices.
        self._identity = (_inode(self._path), os.getpid())
        self._connection = _open(self.home)
        return self._connection


def store_or_drop(
    connection: sqlite3.Connection, noun: Noun[Row], folder: KeptFolder[Any, Any, Any, Row]
) -> Row | None:
    """Let the table say what ``folder`` says, and return that; None if the folder is gone."""
    try:
        row = folder.row()
    except NotFound:
        drop(connection, noun, folder.id)
        return None
    return store(connection, noun, row)


def store(connection: sqlite3.Connection, noun: Noun[Row], row: Row, *, is_news: bool = False) -> Row:
    """Store a row and return it. It counts as a change if it is another one, or ``is_news``."""
    data = msgspec.msgpack.encode(row)
    if connection.execute(f"SELECT row FROM {noun.table} WHERE id = ?", (row.id,)).fetchone() == (data,):
        if is_news:
            _mark(connection, noun, row.id)
        return row
    sweep = getattr(row, "sweep", "")
    compared = noun.comparable(row)
    values = (row.id, row.name, row.state.value, row.created, sweep, row.archived, compared, data)
    connection.execute(f"INSERT OR REPLACE INTO {noun.table} VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
    _mark(connection, noun, row.id)
    return row


def drop(connection: sqlite3.Connection, noun: Noun[Any], an_id: str) -> None:
    """Forget a row."""
    if connection.execute(f"DELETE FROM {noun.table} WHERE id = ?", (an_id,)).rowcount:
        _mark(connection, noun, an_id)


def begin_anew(connection: sqlite3.Connection) -> None:
    """Forget all rows and begin another generation."""
    for noun in NOUNS:
        connection.execute(f"DELETE FROM {noun.table}")
    connection.execute("DELETE FROM changes")
    connection.execute("UPDATE meta SET generation = ?, seq = 0", (secrets.token_hex(8),))


def fill(connection: sqlite3.Connection, noun: Noun[Any], folders: Iterable[AnyFolder]) -> int:
    """Store the rows of ``folders`` and return how many there are."""
    return sum(store_or_drop(connection, noun, folder) is not None for folder in folders)


def folders_of(noun: Noun[Any], home: Home) -> list[AnyFolder]:
    """Return all folders of a noun."""
    return [noun.folder_of(home, name) for name in folder_names(noun.place(home))]


def folder_names(place: Path) -> list[str]:
    """Return the names of the folders in ``place``."""
    with os.scandir(place) as found:
        return sorted(entry.name for entry in found if entry.is_dir() and not entry.name.startswith("."))


def _mark(connection: sqlite3.Connection, noun: Noun[Any], an_id: str) -> None:
    connection.execute("UPDATE meta SET seq = seq + 1")
    connection.execute("INSERT OR REPLACE INTO changes SELECT ?, ?, seq FROM meta", (noun.table, an_id))


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
    """Make the file, with the rows of whatever folders there are, and move aside what was there.

    It is made elsewhere and appears whole: whoever still has the old file open keeps nobody waiting.
    """
    draft = home.tmp / f"index-{secrets.token_hex(4)}.sqlite"
    # SQLite would give it the umask's mode, and its companions copy the mode.
    os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        with contextlib.closing(_connect(draft)) as connection:
            connection.execute(f"PRAGMA journal_mode = {'WAL' if mounts.is_local(home.path) else 'DELETE'}")
            with _transaction(connection):
                _make_tables(connection)
                for noun in NOUNS:
                    fill(connection, noun, folders_of(noun, home))
        _move_aside(home)
        os.rename(draft, home.index)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _make_tables(connection: sqlite3.Connection) -> None:
    schema = _SCHEMA + "".join(_TABLE.format(noun=table) for table in TABLES)
    for statement in filter(str.strip, schema.split(";")):
        connection.execute(statement)
    connection.execute("INSERT INTO meta VALUES (?, ?, 0)", (FORMAT, secrets.token_hex(8)))


def _move_aside(home: Home) -> None:
    # The file goes first: a connection that sees that its file was moved leaves the companions alone when it closes.
    name = f"damaged-{secrets.token_hex(4)}"
    for ending in ("", "-wal", "-shm", "-journal"):
        with contextlib.suppress(FileNotFoundError):
            os.rename(f"{home.index}{ending}", home.tmp / f"{name}{ending}")


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
            for noun in NOUNS:
                _check_rows(connection, noun)
            return bool(connection.execute("PRAGMA quick_check").fetchone() == ("ok",))
    except (sqlite3.DatabaseError, msgspec.DecodeError) as error:
        if not _is_damage(error):
            raise
        return False


def _check_rows(connection: sqlite3.Connection, noun: Noun[Any]) -> None:
    compare = noun.compare()
    for compared, row in connection.execute(f"SELECT compared, row FROM {noun.table}"):
        compare(compared)
        noun.row.decode(row)


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
