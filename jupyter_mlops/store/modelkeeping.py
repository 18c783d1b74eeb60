"""The writers of a model's folder: who holds ``model.lock`` adds versions, moves aliases and deletes.

A version is renamed into ``versions/`` as a whole and then told as an event; a deleted one is renamed out of it, and
then told. Whoever takes the lock tells what one that was killed in between did not.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from jupyter_mlops import wire
from jupyter_mlops.domain.errors import NotFound, Unavailable
from jupyter_mlops.domain.models import AliasMoved, ModelEvent, ModelSpec, ModelStatus, Registered, VersionDeleted
from jupyter_mlops.store import files, locks
from jupyter_mlops.store.folders import or_reason
from jupyter_mlops.store.home import Home, condemn, publish_folder, remove_tree
from jupyter_mlops.store.models import ModelFolder, numbers_in
from jupyter_mlops.store.sizes import freed_by

PATIENCE_SECONDS = 30.0
_TURN_SECONDS = 0.01
_EVENTS = "events.jsonl"


class ModelKeeper:
    """Writes one model, as long as its lock is held. Made by ``keeping``.

    Attributes:
        folder: Where it is.
    """

    def __init__(self, home: Home, folder: ModelFolder, clock: Callable[[], float] = time.time) -> None:
        self.folder = folder
        self._home = home
        self._clock = clock
        files.repair_tail(folder.path / _EVENTS)
        self._tell_what_was_not()

    def status(self) -> ModelStatus:
        """Return what is true now."""
        return self.folder.status()

    def add(self, draft: Path, version: int, size: int, who: str) -> None:
        """Let the folder ``draft``, which is complete, be version ``version``."""
        publish_folder(draft, self.folder.version_path(version))
        self._record(Registered(self._clock(), version, who, size))

    def point(self, alias: str, version: int, who: str) -> None:
        """Let an alias point at a version that is there; 0 removes it."""
        before = self.status().aliases.get(alias, 0)
        if version:
            self.folder.check_version(version)
        else:
            self.folder.check_alias(alias)
        if version != before:
            self._record(AliasMoved(self._clock(), alias, version, before, who))

    def delete(self, version: int, who: str) -> int:
        """Remove a version and return the bytes that this freed."""
        self.folder.check_version(version)
        freed = freed_by([self.folder.version_path(version)])
        gone = condemn(self._home, self.folder.version_path(version))
        self._told_deleted(version, who)
        remove_tree(gone)
        return freed

    def forget(self) -> int:
        """Remove the model with all that is left of it and return the bytes that this freed."""
        freed = freed_by([self.folder.path])
        remove_tree(condemn(self._home, self.folder.path))
        return freed

    def _tell_what_was_not(self) -> None:
        told, there = self.folder.told(), numbers_in(self.folder.versions)
        for version in there:
            if version not in told.versions:
                spec, _ = or_reason(lambda number=version: self.folder.version(number), None)  # type: ignore[misc]
                created, size = (self._clock(), 0) if spec is None else (spec.created, spec.size)
                self._record(Registered(created, version, "" if spec is None else spec.origin.user, size))
        for version in told.versions:
            if version not in there:
                self._told_deleted(version, "")

    def _told_deleted(self, version: int, who: str) -> None:
        for alias, there in self.folder.told().aliases.items():
            if there == version:
                self._record(AliasMoved(self._clock(), alias, 0, version, who))
        self._record(VersionDeleted(self._clock(), version, who))

    def _record(self, event: ModelEvent) -> None:
        files.append_line(self.folder.path / _EVENTS, wire.encode_line(event))


@contextlib.contextmanager
def keeping(home: Home, model: str, clock: Callable[[], float] = time.time) -> Iterator[ModelKeeper]:
    """Wait for a model's lock, hold it, and give what writes.

    Raises:
        NotFound: there is no such model.
        Unavailable: somebody holds the lock for longer than ``PATIENCE_SECONDS``, or nothing can be written.
    """
    folder = ModelFolder(home.models / model)
    with _in_one_sentence(model), _locked(folder):
        yield ModelKeeper(home, folder, clock)


def begin(home: Home, spec: ModelSpec, version: Path, event: Registered) -> bool:
    """Let there be a model with its first version, both at once; False if there is one already.

    Args:
        home: Where it is kept.
        spec: That there is the model.
        version: The draft of the version, which is complete; it stays where it is if there is a model already.
        event: Tells of it.
    """
    draft = home.draft()
    first = draft / "versions" / str(event.version)
    (draft / "versions").mkdir(mode=0o700)
    files.write_atomic(draft / ModelFolder.asked, wire.encode_pretty(spec))
    files.append_line(draft / _EVENTS, wire.encode_line(event))
    os.rename(version, first)
    try:
        publish_folder(draft, home.models / spec.name)
    except FileExistsError:
        os.rename(first, version)
        remove_tree(draft)
        return False
    return True


@contextlib.contextmanager
def _locked(folder: ModelFolder) -> Iterator[None]:
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            lock = locks.try_lock(folder.path / "model.lock")
        except FileNotFoundError as error:
            raise NotFound(f"There is no model {folder.id!r}.") from error
        if lock is not None:
            break
        if time.monotonic() > end:
            raise Unavailable(
                f"The model {folder.id} is being written by another process for more than {PATIENCE_SECONDS:g} s; "
                "try again, or end that process."
            )
        time.sleep(_TURN_SECONDS)
    with lock:
        yield


@contextlib.contextmanager
def _in_one_sentence(model: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise Unavailable(f"The model {model} cannot be written: {reason}; nothing was changed.") from error


def flushed(folder: Path) -> None:
    """See to it that what is in ``folder`` survives a power cut."""
    for base, _, names in os.walk(folder):
        for name in [*names, "."]:
            fd = os.open(os.path.join(base, name), os.O_RDONLY | os.O_CLOEXEC)
            try:
                os.fsync(fd)
            finally:
                os.close(fd)
