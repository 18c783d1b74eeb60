"""A sweep's folder, read from outside."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from jupyter_mlops import wire
from jupyter_mlops.domain.errors import Conflict, NotFound
from jupyter_mlops.domain.runs import Origin, RunNotes, State
from jupyter_mlops.domain.sweeps import (
    FORMAT,
    Importance,
    SweepEvent,
    SweepRow,
    SweepSpec,
    SweepStatus,
    TrialAsked,
    TrialFact,
    TrialTold,
    apply,
    is_trial_of,
    row_of,
)
from jupyter_mlops.store import deletion
from jupyter_mlops.store.folders import KeptFolder, or_reason, told_by_id
from jupyter_mlops.store.following import UNREADABLE, Cached
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.runs import RunFolder
from jupyter_mlops.store.sizes import freed_by

_events: msgspec.json.Decoder[SweepEvent] = msgspec.json.Decoder(SweepEvent)


class SweepFolder(KeptFolder[SweepSpec, SweepEvent, SweepStatus, SweepRow]):
    """Reads one sweep."""

    noun = "sweep"
    newest = FORMAT

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._importance = Cached(path / "importance.json", _decode_importance)

    @property
    def bundle(self) -> Path:
        """Where the cell of all trials is, the parameters that the search does not change put in."""
        return self.path / "bundle"

    @property
    def space(self) -> Path:
        """Where the function is that says what is searched, if one does."""
        return self.path / "space"

    @property
    def journal(self) -> Path:
        """Where the search's own memory is, which Optuna reads."""
        return self.path / "study.journal"

    def decode_spec(self, data: bytes) -> SweepSpec:
        return wire.decode(data, SweepSpec)

    def decode_event(self, line: bytes) -> SweepEvent:
        return _events.decode(line)

    def begin(self, spec: SweepSpec) -> SweepStatus:
        return SweepStatus(wanted=spec.trials)

    def apply(self, spec: SweepSpec, status: SweepStatus, event: SweepEvent) -> None:
        del spec
        apply(status, event)

    def origin(self) -> Origin:
        return self.spec().run.origin

    def status(self) -> SweepStatus:
        status = self._events.read(self.spec())[1]
        trials = [msgspec.structs.replace(trial) for trial in status.trials]
        return msgspec.structs.replace(status, trials=trials, told=list(status.told), notes=list(status.notes))

    def row(self) -> SweepRow:
        read = self._readable()
        if isinstance(read, str):
            name, created = told_by_id(self.id)
            return SweepRow(id=self.id, name=name, state=State.FAILED, why=read, created=created, broken=read)
        spec, status = read
        notes, reason = or_reason(self.notes, RunNotes())
        row = row_of(spec, status, notes)
        row.broken = reason
        return row

    def importance(self) -> list[Importance]:
        """Return what the search has learnt about its parameters, one for each objective where it is known."""
        return self._importance.read() or []

    def changed_since(self, seen: int) -> tuple[list[TrialFact], int]:
        """Return the trials that have changed since, and what to ask with the next time.

        Args:
            seen: What an earlier call gave back; 0 asks for all trials.
        """
        events, status = self._events.read(self.spec())
        seen = seen if 0 <= seen <= len(events) else 0
        changed = {event.trial for event in events[seen:] if isinstance(event, TrialAsked | TrialTold)}
        return [msgspec.structs.replace(status.trials[trial - 1]) for trial in sorted(changed)], len(events)

    def trials(self, home: Home) -> list[RunFolder]:
        """Return the folders of the trials that are there, whatever the events say, in the order of their numbers."""
        with os.scandir(home.runs) as found:
            there = [entry.name for entry in found if is_trial_of(entry.name, self.id)]
        return [RunFolder(home.runs / name) for name in sorted(there, key=lambda name: (len(name), name))]


def frees(home: Home, folder: SweepFolder) -> int:
    """Return the bytes that ``delete`` gives back."""
    return freed_by([folder.path, *(trial.path for trial in folder.trials(home))])


def delete(home: Home, folder: SweepFolder) -> int:
    """Remove a finished sweep with all its trials and return the bytes that this freed.

    The index is told by its owner, of the trials too: ``folder.trials(home)`` says which there are.

    Raises:
        Conflict: the sweep or a trial has not finished, or somebody keeps it.
        NotFound: it is gone already.
    """
    return deletion.delete(home, folder, lambda: _delete_trials(home, folder))


def _delete_trials(home: Home, folder: SweepFolder) -> int:
    trials = folder.trials(home)
    # Looked at before the first one goes: a sweep that cannot be deleted keeps all its trials.
    for trial in trials:
        deletion.check_finished(trial)
        if trial.is_kept():
            raise Conflict(f"The run {trial.id} is being kept right now; stop it first, or try again in a moment.")
    return sum(_deleted(home, trial) for trial in trials)


def _deleted(home: Home, trial: RunFolder) -> int:
    try:
        return deletion.delete(home, trial)
    except NotFound:
        return 0


def _decode_importance(path: Path, data: bytes) -> list[Importance]:
    del path
    try:
        return wire.decode(data.rstrip(b"\0"), list[Importance])
    except UNREADABLE:
        # Its conductor writes it again; nothing else depends on it.
        return []
