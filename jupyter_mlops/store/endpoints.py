"""An endpoint's folder, read from outside, and where its sockets are."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import msgspec

from jupyter_mlops import wire
from jupyter_mlops.domain import rollouts
from jupyter_mlops.domain.endpoints import (
    FORMAT,
    EndpointEvent,
    EndpointRow,
    EndpointSpec,
    EndpointStatus,
    RevisionSpec,
)
from jupyter_mlops.domain.errors import Broken, NotFound
from jupyter_mlops.domain.rollouts import Seen
from jupyter_mlops.domain.runs import Origin, RunNotes, State
from jupyter_mlops.store.files import write_atomic
from jupyter_mlops.store.folders import KeptFolder, or_reason
from jupyter_mlops.store.following import UNREADABLE, Cached

PUBLIC, CONTROL = "e.sock", "c.sock"
"""Where the endpoint answers, and where its router is told what to do, in the folder of its sockets."""

_events: msgspec.json.Decoder[EndpointEvent] = msgspec.json.Decoder(EndpointEvent)
_LONGEST_SOCKET = 100
_ROOM = len("/r9999-999.sock")


class EndpointFolder(KeptFolder[EndpointSpec, EndpointEvent, EndpointStatus, EndpointRow]):
    """Reads one endpoint."""

    noun = "endpoint"
    newest = FORMAT

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._seen = Cached(path / "seen.json", _decode_seen)
        self._revisions: dict[int, RevisionSpec] = {}

    @property
    def judge(self) -> Path:
        """Where the held-out pair is."""
        return self.path / "judge"

    @property
    def watched(self) -> Path:
        """Where what was seen of its requests is."""
        return self.path / "watch.db"

    def decode_spec(self, data: bytes) -> EndpointSpec:
        return wire.decode(data, EndpointSpec)

    def decode_event(self, line: bytes) -> EndpointEvent:
        return _events.decode(line)

    def begin(self, spec: EndpointSpec) -> EndpointStatus:
        del spec
        return EndpointStatus()

    def apply(self, spec: EndpointSpec, status: EndpointStatus, event: EndpointEvent) -> None:
        del spec
        rollouts.apply(status, event, self._spec_if_there)

    def origin(self) -> Origin:
        return self.spec().origin

    def status(self) -> EndpointStatus:
        status = self._events.read(self.spec())[1]
        facts = [
            msgspec.structs.replace(fact, replicas=[msgspec.structs.replace(each) for each in fact.replicas])
            for fact in status.revisions
        ]
        return msgspec.structs.replace(
            status,
            revisions=facts,
            before=list(status.before),
            notes=list(status.notes),
            rollouts=list(status.rollouts),
        )

    def row(self) -> EndpointRow:
        read = self._readable()
        if isinstance(read, str):
            return EndpointRow(id=self.id, name=self.id, state=State.FAILED, why=read, up=False, broken=read)
        spec, status = read
        notes, reason = or_reason(self.notes, RunNotes())
        row = rollouts.row_of(spec, status, notes, self.seen())
        row.broken = reason
        return row

    def seen(self) -> Seen:
        """Return what was seen of the requests lately, as far as a row shows it."""
        return self._seen.read() or Seen()

    def revision_path(self, revision: int) -> Path:
        """Return the folder of a revision."""
        return self.path / "revisions" / str(revision)

    def revision(self, revision: int) -> RevisionSpec:
        """Return what was asked for with a revision.

        Raises:
            NotFound: there is no such revision.
            Broken: its spec cannot be read.
        """
        known = self._revisions.get(revision)
        if known is not None:
            return known
        path = self.revision_path(revision) / "spec.json"
        try:
            spec = wire.decode(path.read_bytes().rstrip(b"\0"), RevisionSpec)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NotFound(f"The endpoint {self.id} has no revision r{revision}.") from error
        except UNREADABLE as error:
            raise Broken(f"The revision r{revision} of {self.id} cannot be read: its spec.json is damaged.") from error
        self._revisions[revision] = spec
        return spec

    def _spec_if_there(self, revision: int) -> RevisionSpec | None:
        try:
            return self.revision(revision)
        except NotFound:
            return None


def write_revision(folder: Path, spec: RevisionSpec) -> None:
    """Write what is asked for with a revision into the endpoint's ``folder``, which may still be a draft.

    Raises:
        FileExistsError: the number is taken: somebody deploys at the same time.
    """
    path = folder / "revisions" / str(spec.revision)
    path.mkdir(mode=0o700, parents=True)
    write_atomic(path / "spec.json", wire.encode_pretty(spec))


def next_revision(folder: EndpointFolder) -> int:
    """Return a number that no revision had yet."""
    there = [int(path.name) for path in (folder.path / "revisions").glob("*") if path.name.isdecimal()]
    return max([folder.status().last, *there]) + 1


def sockets_of(folder: Path) -> Path:
    """Return the folder of an endpoint's sockets, whether it is there or not.

    It is what the endpoint's keeper has written down; before, what it would choose: the user's run-time folder may be
    another one to whoever asks.
    """
    try:
        told = (folder / "sockets").read_text(encoding="utf-8").strip("\0\n")
    except (OSError, UnicodeDecodeError):
        told = ""
    return Path(told) if told else _choice(folder)


def make_sockets(folder: Path) -> Path:
    """Make the folder of an endpoint's sockets, which nobody else may enter, write down where it is, and return it."""
    path = sockets_of(folder)
    if not _is_ours(path):
        path = _choice(folder)
    if not (_is_ours(path) or _is_made(path)):
        # The usual place is somebody else's, or gone: any private folder does.
        import tempfile

        path = Path(tempfile.mkdtemp(prefix="mlops-", dir=_short_temporary()))
    write_atomic(folder / "sockets", os.fsencode(path) + b"\n")
    return path


def _choice(folder: Path) -> Path:
    name = hashlib.sha256(os.fsencode(os.path.abspath(folder))).hexdigest()[:12]
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime and os.path.isdir(runtime) and os.access(runtime, os.W_OK):
        path = Path(runtime) / "jupyter-mlops" / name
        if len(os.fsencode(path)) + _ROOM < _LONGEST_SOCKET:
            return path
    return Path(_short_temporary()) / f"jupyter-mlops-{os.getuid()}" / name


def _short_temporary() -> str:
    temporary = os.environ.get("TMPDIR") or "/tmp"
    is_good = os.path.isabs(temporary) and len(os.fsencode(temporary)) < _LONGEST_SOCKET // 2
    return temporary if is_good and os.path.isdir(temporary) else "/tmp"


def _is_made(path: Path) -> bool:
    """Make a private folder in a private folder; say whether that is so now."""
    try:
        for each in (path.parent, path):
            if not os.path.lexists(each):
                each.mkdir(mode=0o700)
        return all(map(_is_private, (path.parent, path)))
    except OSError:
        return False


def _is_ours(path: Path) -> bool:
    try:
        return _is_private(path)
    except OSError:
        return False


def _is_private(path: Path) -> bool:
    found = os.lstat(path)
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077


def _decode_seen(path: Path, data: bytes) -> Seen:
    del path
    try:
        return wire.decode(data.rstrip(b"\0"), Seen)
    except UNREADABLE:
        # The keeper writes it again; nothing else depends on it.
        return Seen()
