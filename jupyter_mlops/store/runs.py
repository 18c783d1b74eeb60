"""A run's folder, read from outside."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import msgspec

from jupyter_mlops import wire
from jupyter_mlops.domain.errors import Broken
from jupyter_mlops.domain.names import trial_told_by
from jupyter_mlops.domain.runs import (
    FORMAT,
    Event,
    MetricSummary,
    Origin,
    Progress,
    RunNotes,
    RunRow,
    RunSpec,
    RunStatus,
    State,
    apply,
    row_of,
)
from jupyter_mlops.store.deletion import delete
from jupyter_mlops.store.folders import KeeperIdentity, KeptFolder, Request, or_reason, told_by_id
from jupyter_mlops.store.following import Stamp, stamp_of

__all__ = ["KeeperIdentity", "Request", "RunFolder", "delete"]

_Recording = tuple[dict[str, MetricSummary], Progress | None]
_NOTHING_RECORDED: _Recording = ({}, None)
_events: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


class RunFolder(KeptFolder[RunSpec, Event, RunStatus, RunRow]):
    """Reads one run."""

    noun = "run"
    newest = FORMAT

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._recorded = _Recorded(path / "run.db")

    def decode_spec(self, data: bytes) -> RunSpec:
        return wire.decode(data, RunSpec)

    def decode_event(self, line: bytes) -> Event:
        return _events.decode(line)

    def begin(self, spec: RunSpec) -> RunStatus:
        del spec
        return RunStatus()

    def apply(self, spec: RunSpec, status: RunStatus, event: Event) -> None:
        apply(spec, status, event)

    def origin(self) -> Origin:
        return self.spec().origin

    def status(self) -> RunStatus:
        status = self._events.read(self.spec())[1]
        ranks = [msgspec.structs.replace(rank) for rank in status.ranks]
        return msgspec.structs.replace(status, ranks=ranks, errors=dict(status.errors), notes=list(status.notes))

    def row(self) -> RunRow:
        read = self._readable()
        if isinstance(read, str):
            name, created = told_by_id(self.id)
            # A trial that cannot be read stays with its sweep.
            sweep, trial = trial_told_by(self.id)
            row = RunRow(id=self.id, name=name, created=created, sweep=sweep, trial=trial)
            row.state, row.why, row.broken = State.FAILED, read, read
            return row
        spec, status = read
        notes, first = or_reason(self.notes, RunNotes())
        (metrics, progress), second = or_reason(lambda: self._recorded.read(status.attempt), _NOTHING_RECORDED)
        row = row_of(spec, status, metrics, progress, notes)
        row.broken = first or second
        return row

    def attempts(self) -> list[int]:
        """Return the numbers of the attempts that have logs, in order."""
        try:
            return sorted(int(name) for name in os.listdir(self.path / "logs") if name.isdecimal())
        except (FileNotFoundError, NotADirectoryError):
            return []

    def log_path(self, rank: int, attempt: int) -> Path:
        """Return where a rank writes its output."""
        return self.path / "logs" / str(attempt) / f"{rank}.log"


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


def _stamp_or_none(path: Path) -> Stamp | None:
    try:
        return stamp_of(os.stat(path))
    except FileNotFoundError:
        return None
