"""A run's folder, read from outside: nothing in it is taken on trust, and what is cut off anywhere is survived."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from jupyter_mlops import wire
from jupyter_mlops.domain import names
from jupyter_mlops.domain.errors import Broken, Conflict, MlopsError, NotFound, Unavailable, Unsupported
from jupyter_mlops.domain.runs import (
    FORMAT,
    Answered,
    Event,
    MetricSummary,
    Progress,
    RunNotes,
    RunRow,
    RunSpec,
    RunStatus,
    State,
    apply,
    row_of,
)
from jupyter_mlops.store import locks, machine
from jupyter_mlops.store.blobs import Blobs
from jupyter_mlops.store.files import complete_lines, write_atomic
from jupyter_mlops.store.home import Home, condemn, remove_tree

T = TypeVar("T")
_Stamp = tuple[int, int, int]
_Recording = tuple[dict[str, MetricSummary], Progress | None]
_NOTHING_RECORDED: _Recording = ({}, None)
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class KeeperIdentity(msgspec.Struct, frozen=True):
    """Who holds a run's lock, or held it last.

    Attributes:
        pid: The keeper's process.
        started: When that process started, in clock ticks since the boot.
        boot: The boot's id.
        machine: The machine's id.
        host: The machine's name.
        seen: When the keeper last said that it lives, in seconds since the epoch.
    """

    pid: int = 0
    started: int | None = None
    boot: str = ""
    machine: str = ""
    host: str = ""
    seen: float = 0.0


class Request(msgspec.Struct, frozen=True):
    """What somebody asks of a run's keeper.

    Attributes:
        id: Unique and sorted by time; events answer to it.
        verb: Such as ``stop``.
        who: Who asks, and from where.
        time: Seconds since the epoch.
    """

    id: str = ""
    verb: str = ""
    who: str = ""
    time: float = 0.0


class RunFolder:
    """Reads one run. Every method looks at the disk, and decodes again only what has changed.

    Methods that read raise ``Broken`` with the reason where a file holds what cannot be read, ``Unsupported``
    where a newer version wrote it, and ``NotFound`` where the folder is gone. Not for use by several threads at once.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.id = _text(path.name)
        self._spec = _Cached(path / "spec.json", _decode_spec)
        self._notes = _Cached(path / "notes.json", _decode_notes)
        self._events = _Events(path / "events.jsonl")
        self._recorded = _Recorded(path / "run.db")

    def __repr__(self) -> str:
        return f"RunFolder({str(self.path)!r})"

    def spec(self) -> RunSpec:
        """Return what was asked for."""
        spec: RunSpec | None = self._spec.read()
        if spec is None:
            self._check_exists()
            raise Broken(f"The run {self.id} cannot be read: its spec.json is missing.")
        return spec

    def events(self) -> list[Event]:
        """Return what happened, in order."""
        return list(self._events.read(self.spec()).events)

    def status(self) -> RunStatus:
        """Return what the events come to."""
        status = self._events.read(self.spec()).status
        ranks = [msgspec.structs.replace(rank) for rank in status.ranks]
        return msgspec.structs.replace(status, ranks=ranks, notes=list(status.notes))

    def notes(self) -> RunNotes:
        """Return what people wrote about the run. The caller must not change it."""
        return self._notes.read() or RunNotes()

    def write_notes(self, notes: RunNotes) -> None:
        """Let ``notes`` be what people wrote about the run; the last writer wins."""
        self._write("notes.json", wire.encode_pretty(notes))

    def row(self) -> RunRow:
        """Return the run as lists show it; where something cannot be read, ``broken`` says what.

        A run whose spec or events cannot be read is shown as failed, for nobody can say how it ended.

        Raises:
            NotFound: the folder is gone.
        """
        try:
            spec = self.spec()
            self._check_own(spec)
            status = self.status()
        except (Broken, Unsupported) as error:
            return _broken_row(self.id, str(error))
        except OSError as error:
            return _broken_row(self.id, f"The run {self.id} cannot be read: {error.strerror}.")
        notes, first = _or_reason(self.notes, RunNotes())
        (metrics, progress), second = _or_reason(lambda: self._recorded.read(status.attempt), _NOTHING_RECORDED)
        row = row_of(spec, status, metrics, progress, notes)
        row.broken = first or second
        return row

    def is_kept(self) -> bool:
        """Say whether a keeper holds the run's lock now."""
        return locks.is_held(self.path / "keeper.lock")

    def keeper(self) -> KeeperIdentity | None:
        """Return who holds the run's lock, or held it last; None if nobody ever did, or he is just writing it."""
        path = self.path / "keeper.lock"
        try:
            seen = os.stat(path).st_mtime
            found = wire.decode(path.read_bytes(), KeeperIdentity)
        except (OSError, *_UNREADABLE):
            return None
        return msgspec.structs.replace(found, seen=seen)

    def is_elsewhere(self) -> bool:
        """Say whether the run belongs to another machine, which alone can tell how it is."""
        keeper = self.keeper()
        where = keeper.machine if keeper is not None and keeper.machine else self.spec().origin.machine
        return bool(where) and where != machine.machine_id()

    def request(self, verb: str, who: str) -> str:
        """Ask the run's keeper for something and return the request's id."""
        now = time.time_ns()
        request = Request(id=f"{now:020d}-{secrets.token_hex(4)}", verb=verb, who=who, time=now / 1e9)
        try:
            os.mkdir(self.path / "requests", mode=0o700)
        except FileExistsError:
            pass
        except OSError as error:
            raise self._unwritable(error) from error
        self._write(f"requests/{request.id}.json", wire.encode_line(request))
        return request.id

    def requests(self) -> list[Request]:
        """Return all requests in the order they were made. What is no request is passed over."""
        try:
            found = sorted(name for name in os.listdir(self.path / "requests") if name.endswith(".json"))
        except (FileNotFoundError, NotADirectoryError):
            return []
        read = (_read_request(self.path / "requests" / name) for name in found)
        return [request for request in read if request is not None]

    def unanswered(self) -> list[Request]:
        """Return the requests that no event answers yet."""
        answered = {event.request for event in self.events() if isinstance(event, Answered)}
        return [request for request in self.requests() if request.id not in answered]

    def attempts(self) -> list[int]:
        """Return the numbers of the attempts that have logs, in order."""
        try:
            return sorted(int(name) for name in os.listdir(self.path / "logs") if name.isdecimal())
        except (FileNotFoundError, NotADirectoryError):
            return []

    def log_path(self, rank: int, attempt: int) -> Path:
        """Return where a rank writes its output."""
        return self.path / "logs" / str(attempt) / f"{rank}.log"

    def frees(self) -> int:
        """Return the bytes that deleting the run gives back: buffers that other runs share stay."""
        return _freed_by(self.path)

    def _write(self, name: str, data: bytes) -> None:
        try:
            write_atomic(self.path / name, data)
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> MlopsError:
        if error.errno == errno.ENOENT:
            return NotFound(f"There is no run {self.id!r} any more.")
        return Unavailable(f"The folder of the run {self.id} cannot be written: {error.strerror}.")

    def _check_exists(self) -> None:
        if not self.path.is_dir():
            raise NotFound(f"There is no run {self.id!r}.")

    def _check_own(self, spec: RunSpec) -> None:
        # A folder copied by hand would otherwise hide the run it was copied from.
        if spec.id != self.id:
            raise Broken(f"The folder {self.id} holds the run {spec.id!r}; rename the folder back, or delete it.")


def delete(home: Home, folder: RunFolder) -> int:
    """Remove a finished run and return the bytes that this freed.

    The index is told by its owner: ``Index.refresh``. If this process dies in the middle, the next sweep goes on.

    Raises:
        Conflict: the run has not finished, or somebody keeps it.
        NotFound: it is gone already.
    """
    _check_finished(folder)
    try:
        lock = locks.try_lock(folder.path / "keeper.lock")
    except FileNotFoundError as error:
        raise NotFound(f"There is no run {folder.id!r}.") from error
    except OSError as error:
        raise Unavailable(f"The run {folder.id} cannot be deleted: {error.strerror}.") from error
    if lock is None:
        raise Conflict(f"The run {folder.id} is being kept right now; stop it first, or try again in a moment.")
    with lock:
        # Somebody may have launched it between the look and the lock.
        _check_finished(folder)
        freed = folder.frees()
        remove_tree(condemn(home, folder.path))
    Blobs(home.blobs).collect()
    return freed


def _check_finished(folder: RunFolder) -> None:
    try:
        state = folder.status().state
    except (Broken, Unsupported):
        # Nobody can say whether it has finished; its lock says whether it still goes.
        return
    if not state.is_finished:
        raise Conflict(f"The run {folder.id} has not finished ({state}); stop it first.")


class _Cached:
    """One whole file, decoded again only when it has changed."""

    def __init__(self, path: Path, decode: Callable[[Path, bytes], Any]) -> None:
        self._path = path
        self._decode = decode
        self._stamp: _Stamp | None = None
        self._value: Any = None

    def read(self) -> Any:
        """Return the decoded file, or None if it is missing."""
        try:
            stamp = _stamp_of(os.stat(self._path))
            if stamp != self._stamp:
                self._value = self._decode(self._path, self._path.read_bytes())
                self._stamp = stamp
        except (FileNotFoundError, NotADirectoryError):
            self._stamp = self._value = None
        return self._value


class _Events:
    """The events of a run, of which only what was appended is read again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._forget()

    def _forget(self) -> None:
        self._stamp: _Stamp | None = None
        self._offset = 0
        self.events: list[Event] = []
        self.status = RunStatus()

    def read(self, spec: RunSpec) -> _Events:
        """Bring ``events`` and ``status`` up to date."""
        try:
            fd = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError):
            self._forget()
            return self
        try:
            stamp = _stamp_of(os.fstat(fd))
            if stamp != self._stamp:
                self._read_more(fd, stamp, spec)
        finally:
            os.close(fd)
        return self

    def _read_more(self, fd: int, stamp: _Stamp, spec: RunSpec) -> None:
        _, size, inode = stamp
        if self._stamp is None or inode != self._stamp[2] or size < self._offset:
            self._forget()
        data = os.pread(fd, size - self._offset, self._offset)
        try:
            for line in complete_lines(data):
                self._take(spec, line)
        except Broken:
            self._forget()
            raise
        self._offset += data.rfind(b"\n") + 1
        self._stamp = stamp

    def _take(self, spec: RunSpec, line: bytes) -> None:
        try:
            event = _decode_event(line)
            apply(spec, self.status, event)
        except (*_UNREADABLE, LookupError) as error:
            number = len(self.events) + 1
            raise Broken(
                f"The run {spec.id} cannot be read: event {number} in its events.jsonl is damaged ({error})."
            ) from error
        self.events.append(event)


class _Recorded:
    """Metrics and progress from a run's database, read again only when it has changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[object, ...] | None = None
        self._value = _NOTHING_RECORDED

    def read(self, attempt: int) -> _Recording:
        """Return what rank 0 recorded in ``attempt``."""
        if not self._path.exists():
            return _NOTHING_RECORDED
        stamp = (attempt, *map(_stamp_or_none, (self._path, self._path.with_name("run.db-wal"))))
        if stamp != self._stamp:
            self._value = _read_database(self._path, attempt)
            self._stamp = stamp
        return self._value


def _read_database(path: Path, attempt: int) -> _Recording:
    # SQLite is imported where there is something to read with it.
    from jupyter_mlops.store.records import RunDatabase

    try:
        with contextlib.closing(RunDatabase(path)) as database:
            return database.metrics(attempt), database.progress(attempt)
    except (ValueError, TypeError, LookupError) as error:
        # A page of random bytes may still be a page to SQLite.
        raise Broken(f"{path} cannot be read ({error}); its keeper makes it again from the logs.") from error


def _decode_spec(path: Path, data: bytes) -> RunSpec:
    data = data.rstrip(b"\0")
    try:
        spec = wire.decode(data, RunSpec)
        number = spec.format
    except _UNREADABLE as error:
        number = _format_of(data)
        if number <= FORMAT:
            raise Broken(
                f"The run {_text(path.parent.name)} cannot be read: its spec.json is damaged ({error})."
            ) from error
    if number > FORMAT:
        raise Unsupported(
            f"The run {_text(path.parent.name)} has format {number}, which a newer version of jupyter-mlops wrote; "
            "update jupyter-mlops to see it."
        )
    return spec


def _decode_notes(path: Path, data: bytes) -> RunNotes:
    data = data.rstrip(b"\0")
    try:
        # An empty file is what a power cut leaves of one that was just written.
        return wire.decode(data, RunNotes) if data else RunNotes()
    except _UNREADABLE as error:
        raise Broken(f"The run {_text(path.parent.name)} has damaged notes: mend or delete its notes.json.") from error


_event_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


def _decode_event(line: bytes) -> Event:
    return _event_decoder.decode(line)


def _format_of(data: bytes) -> int:
    try:
        number = msgspec.json.decode(data, type=dict[str, Any]).get("format")
    except _UNREADABLE:
        return 0
    return number if isinstance(number, int) else 0


def _read_request(path: Path) -> Request | None:
    try:
        found = wire.decode(path.read_bytes().rstrip(b"\0"), Request)
    except (OSError, *_UNREADABLE):
        return None
    # The file's name is the id: it is what is unique.
    return msgspec.structs.replace(found, id=path.stem)


def _or_reason(read: Callable[[], T], otherwise: T) -> tuple[T, str]:
    try:
        return read(), ""
    except (Broken, Unsupported, Unavailable) as error:
        return otherwise, str(error)
    except OSError as error:
        return otherwise, f"{error.filename} cannot be read: {error.strerror}."


def _broken_row(run_id: str, reason: str) -> RunRow:
    name, created = _told_by_id(run_id)
    return RunRow(id=run_id, name=name, state=State.FAILED, why=reason, created=created, broken=reason)


def _told_by_id(run_id: str) -> tuple[str, float]:
    """Return the name and the time of submission that an id tells; the whole id and 0 where it tells nothing."""
    if not names.is_id(run_id):
        return run_id, 0.0
    name, day, clock, _ = run_id.rsplit("-", 3)
    try:
        return name, datetime.strptime(day + clock, "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return name, 0.0


def _text(name: str) -> str:
    # A folder's name need not be valid text; an id must be.
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _stamp_of(status: os.stat_result) -> _Stamp:
    return status.st_mtime_ns, status.st_size, status.st_ino


def _stamp_or_none(path: Path) -> _Stamp | None:
    try:
        return _stamp_of(os.stat(path))
    except FileNotFoundError:
        return None


def _freed_by(folder: Path) -> int:
    links: dict[tuple[int, int], int] = {}
    found: dict[tuple[int, int], os.stat_result] = {}
    for base, _, files in os.walk(folder):
        for name in files:
            try:
                status = os.lstat(os.path.join(base, name))
            except FileNotFoundError:
                continue
            key = (status.st_dev, status.st_ino)
            links[key] = links.get(key, 0) + 1
            found[key] = status
    # One link besides the folder's own is the store's, which goes with the folder.
    return sum(status.st_blocks * 512 for key, status in found.items() if status.st_nlink - links[key] <= 1)
