"""The folder of something that is kept, read from outside: what runs and sweeps have in common.

Nothing in a folder is taken on trust, and what is cut off anywhere is survived.
"""

from __future__ import annotations

import errno
import os
import secrets
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import msgspec

from jupyter_mlops import wire
from jupyter_mlops.domain import names
from jupyter_mlops.domain.errors import Broken, MlopsError, NotFound, Unavailable, Unsupported
from jupyter_mlops.domain.orders import Order
from jupyter_mlops.domain.runs import Answered, Origin, RunNotes, State
from jupyter_mlops.store import locks, machine
from jupyter_mlops.store.files import write_atomic
from jupyter_mlops.store.following import UNREADABLE, Cached, Events
from jupyter_mlops.store.sizes import freed_by


class _Told(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def format(self) -> int: ...


class _Standing(Protocol):
    @property
    def state(self) -> State: ...
    @property
    def notes(self) -> list[str]: ...


T = TypeVar("T")
Spec = TypeVar("Spec", bound=_Told)
Event = TypeVar("Event")
Status = TypeVar("Status", bound=_Standing)
Row = TypeVar("Row")


class KeeperIdentity(msgspec.Struct, frozen=True):
    """Who holds a folder's lock, or held it last.

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


class Request(msgspec.Struct, frozen=True, omit_defaults=True):
    """What somebody asks of a folder's keeper.

    Attributes:
        id: Unique and sorted by time; events answer to it.
        verb: Such as ``stop``.
        who: Who asks, and from where.
        time: Seconds since the epoch.
        why: The reason that is to be told; empty if ``who`` is reason enough.
        trials: How many more are wanted, where the verb is ``resume``.
        order: The rest of what is asked of an endpoint.
    """

    id: str = ""
    verb: str = ""
    who: str = ""
    time: float = 0.0
    why: str = ""
    trials: int = 0
    order: Order | None = None


class KeptFolder(ABC, Generic[Spec, Event, Status, Row]):
    """Reads one folder. Every method looks at the disk, and decodes again only what has changed.

    Methods that read raise ``Broken`` with the reason where a file holds what cannot be read, ``Unsupported``
    where a newer version wrote it, and ``NotFound`` where the folder is gone. Not for use by several threads at once.
    """

    noun: ClassVar[str]
    """What a sentence calls it: ``run``."""
    newest: ClassVar[int]
    """The newest format that this version reads."""
    asked: ClassVar[str] = "spec.json"
    """The file that says what it is."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.id = text_of(path.name)
        self._spec = Cached(path / self.asked, self._decode_spec)
        self._notes = Cached(path / "notes.json", self._decode_notes)
        self._events = Events(
            path / "events.jsonl", self.decode_event, self.begin, self.apply, f"{self.noun} {self.id}"
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.path)!r})"

    @abstractmethod
    def decode_spec(self, data: bytes) -> Spec:
        """Return what ``spec.json`` holds."""

    @abstractmethod
    def decode_event(self, line: bytes) -> Event:
        """Return what a line of ``events.jsonl`` holds."""

    @abstractmethod
    def begin(self, spec: Spec) -> Status:
        """Return the status before the first event."""

    @abstractmethod
    def apply(self, spec: Spec, status: Status, event: Event) -> None:
        """Bring ``status`` up to date with one more event."""

    @abstractmethod
    def origin(self) -> Origin:
        """Return who asked for it, and from where."""

    @abstractmethod
    def row(self) -> Row:
        """Return it as lists show it; where something cannot be read, ``broken`` says what.

        What it is if its spec or its events cannot be read nobody can say: it is shown as failed.

        Raises:
            NotFound: the folder is gone.
        """

    @abstractmethod
    def status(self) -> Status:
        """Return what the events come to."""

    def spec(self) -> Spec:
        """Return what was asked for."""
        spec = self._spec.read()
        if spec is None:
            self._check_exists()
            raise Broken(f"The {self.noun} {self.id} cannot be read: its {self.asked} is missing.")
        return spec

    def events(self) -> list[Event]:
        """Return what happened, in order."""
        return list(self._events.read(self.spec())[0])

    def notes(self) -> RunNotes:
        """Return what people wrote about it. The caller must not change it."""
        return self._notes.read() or RunNotes()

    def write_notes(self, notes: RunNotes) -> None:
        """Let ``notes`` be what people wrote about it; the last writer wins."""
        self._write("notes.json", wire.encode_pretty(notes))

    def is_kept(self) -> bool:
        """Say whether a keeper holds the lock now."""
        return locks.is_held(self.path / "keeper.lock")

    def keeper(self) -> KeeperIdentity | None:
        """Return who holds the lock, or held it last; None if nobody ever did, or he is just writing it."""
        path = self.path / "keeper.lock"
        try:
            seen = os.stat(path).st_mtime
            found = wire.decode(path.read_bytes(), KeeperIdentity)
        except (OSError, *UNREADABLE):
            return None
        return msgspec.structs.replace(found, seen=seen)

    def is_elsewhere(self) -> bool:
        """Say whether it belongs to another machine, which alone can tell how it is."""
        keeper = self.keeper()
        where = keeper.machine if keeper is not None and keeper.machine else self.origin().machine
        return bool(where) and where != machine.machine_id()

    def request(self, verb: str, who: str, why: str = "", trials: int = 0, order: Order | None = None) -> str:
        """Ask the keeper for something and return the request's id."""
        now = time.time_ns()
        name = f"{now:020d}-{secrets.token_hex(4)}"
        request = Request(id=name, verb=verb, who=who, time=now / 1e9, why=why, trials=trials, order=order)
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
        requests = self.requests()
        if not requests:
            return []
        events = self._events.read(self.spec())[0]
        answered = {event.request for event in events if isinstance(event, Answered)}
        return [request for request in requests if request.id not in answered]

    def frees(self) -> int:
        """Return the bytes that deleting it gives back: buffers that others share stay."""
        return freed_by([self.path])

    def _decode_spec(self, path: Path, data: bytes) -> Spec:
        del path
        data = data.rstrip(b"\0")
        try:
            spec = self.decode_spec(data)
            number = spec.format
        except UNREADABLE as error:
            number = _format_of(data)
            if number <= self.newest:
                raise Broken(
                    f"The {self.noun} {self.id} cannot be read: its {self.asked} is damaged ({error})."
                ) from error
        if number > self.newest:
            raise Unsupported(
                f"The {self.noun} {self.id} has format {number}, which a newer version of jupyter-mlops wrote; "
                "update jupyter-mlops to see it."
            )
        return spec

    def _decode_notes(self, path: Path, data: bytes) -> RunNotes:
        del path
        data = data.rstrip(b"\0")
        try:
            # An empty file is what a power cut leaves of one that was just written.
            return wire.decode(data, RunNotes) if data else RunNotes()
        except UNREADABLE as error:
            raise Broken(f"The {self.noun} {self.id} has damaged notes: mend or delete its notes.json.") from error

    def _readable(self) -> tuple[Spec, Status] | str:
        """Return spec and status, or in one sentence why they cannot be read."""
        try:
            spec = self.spec()
            self._check_own(spec)
            return spec, self.status()
        except (Broken, Unsupported) as error:
            return str(error)
        except OSError as error:
            return f"The {self.noun} {self.id} cannot be read: {error.strerror}."

    def _write(self, name: str, data: bytes) -> None:
        try:
            write_atomic(self.path / name, data)
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> MlopsError:
        if error.errno == errno.ENOENT:
            return NotFound(f"There is no {self.noun} {self.id!r} any more.")
        return Unavailable(f"The folder of the {self.noun} {self.id} cannot be written: {error.strerror}.")

    def _check_exists(self) -> None:
        if not self.path.is_dir():
            raise NotFound(f"There is no {self.noun} {self.id!r}.")

    def _check_own(self, spec: Spec) -> None:
        # A folder copied by hand would otherwise hide the one it was copied from.
        if spec.id != self.id:
            raise Broken(
                f"The folder {self.id} holds the {self.noun} {spec.id!r}; rename the folder back, or delete it."
            )


AnyFolder = KeptFolder[Any, Any, Any, Any]


def or_reason(read: Callable[[], T], otherwise: T) -> tuple[T, str]:
    """Return what ``read`` does and no reason, or ``otherwise`` and why nothing could be read."""
    try:
        return read(), ""
    except (Broken, Unsupported, Unavailable) as error:
        return otherwise, str(error)
    except OSError as error:
        return otherwise, f"{error.filename} cannot be read: {error.strerror}."


def told_by_id(an_id: str) -> tuple[str, float]:
    """Return the name and the time of submission that an id tells; the whole id and 0 where it tells nothing."""
    if not names.is_id(an_id):
        return an_id, 0.0
    name, day, clock, _ = an_id.rsplit("-", 3)
    try:
        return name, datetime.strptime(day + clock, "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return name, 0.0


def text_of(name: str) -> str:
    """Return a folder's name as text, which it need not be; an id must be."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _format_of(data: bytes) -> int:
    try:
        number = msgspec.json.decode(data, type=dict[str, Any]).get("format")
    except UNREADABLE:
        return 0
    return number if isinstance(number, int) else 0


def _read_request(path: Path) -> Request | None:
    try:
        found = wire.decode(path.read_bytes().rstrip(b"\0"), Request)
    except (OSError, *UNREADABLE):
        return None
    # The file's name is the id: it is what is unique.
    return msgspec.structs.replace(found, id=path.stem)
