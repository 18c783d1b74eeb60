"""What can be done with whatever is kept, a run or a sweep: wait for it, tell who has it, annotate it."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Generic, TypeVar

import msgspec

from jupyter_mlops.domain.errors import Conflict, MlopsError
from jupyter_mlops.domain.runs import RunNotes, State
from jupyter_mlops.domain.units import format_age
from jupyter_mlops.services.held import Held
from jupyter_mlops.services.origin import read_origin
from jupyter_mlops.store import locks
from jupyter_mlops.store.folders import KeptFolder
from jupyter_mlops.store.rows import Rows

SETTLE_SECONDS = 2.0
"""How often the locks of what is unfinished are looked at while somebody waits: a SIGKILL touches no file."""

_LETTING_GO_SECONDS = 5.0

Thing = TypeVar("Thing", bound=Held[Any, Any, Any, Any])
Folder = TypeVar("Folder", bound=KeptFolder[Any, Any, Any, Any])


class Kept(ABC, Generic[Thing, Folder]):
    """What services of runs and of sweeps have in common.

    Args:
        rows: The index's rows of the noun.
        clock: Seconds since the epoch.
    """

    noun = ""
    """What a sentence calls one of them; ``%`` with it and an s is its magic."""

    def __init__(self, rows: Rows[Any], clock: Callable[[], float]) -> None:
        self._rows = rows
        self._clock = clock

    @abstractmethod
    def get(self, which: str | Thing) -> Thing:
        """Return one by its id, or the latest of a name."""

    @abstractmethod
    def settle(self, folder: Folder) -> None:
        """See to it that the facts of one that is unfinished are true."""

    @abstractmethod
    def is_finished_within(self, thing: Thing, seconds: float) -> bool:
        """Say whether it is finished, as soon as it is, after ``seconds`` at the latest."""

    @abstractmethod
    def _folder(self, an_id: str) -> Folder:
        """Return the folder that has the id, whether it is there or not."""

    def settle_all(self) -> None:
        """See to it that what the index says of the unfinished is true; what cannot be read is passed over."""
        for an_id in self._rows.unfinished():
            with suppress(MlopsError, OSError):
                self.settle(self._folder(an_id))

    def wait(self, which: str | Thing, timeout: float | None = None) -> State:
        """Return its state as soon as it is finished, or its state after ``timeout`` seconds.

        What has to be said meanwhile, such as that another machine has it, is printed once.
        """
        thing = self.get(which)
        end = None if timeout is None else time.monotonic() + timeout
        said = ""
        while not self.is_finished_within(thing, _slice(end)):
            sentence = self.elsewhere(thing)
            if sentence and not said:
                print(sentence)
                said = sentence
            if end is not None and time.monotonic() >= end:
                break
        state: State = thing.folder.status().state
        return state

    def elsewhere(self, thing: Thing) -> str:
        """Return a sentence if nobody here can say how it stands although it is unfinished; else an empty string."""
        if thing.state.is_finished or thing.folder.is_kept():
            return ""
        keeper, origin = thing.folder.keeper(), thing.folder.origin()
        where = keeper.host if keeper is not None and keeper.host else origin.host or "another machine"
        seen = keeper.seen if keeper is not None else thing.spec.created
        age = format_age(self._clock() - seen)
        return (
            f"{thing.name} was last seen {age} ago on {where}; "
            f"if that is gone for good, %{self.noun}s close {thing.id} ends it."
        )

    def annotate(self, folder: Folder, notes: RunNotes) -> None:
        """Let ``notes`` be what people wrote about what is in ``folder``."""
        folder.write_notes(notes)
        self._rows.refresh(folder)

    def archive(self, which: str | Thing, *, archived: bool = True) -> Thing:
        """Take it off the usual list, or put it back; nothing else changes."""
        thing = self.get(which)
        self.annotate(thing.folder, msgspec.structs.replace(thing.folder.notes(), archived=archived))
        return thing

    @contextmanager
    def _closing(self, thing: Thing) -> Iterator[str]:
        """Hold the lock of what another machine has left, and give the reason of its end.

        Raises:
            Conflict: it is finished, or goes on here.
        """
        sentence = self.elsewhere(thing)
        if not sentence:
            stops = f"%{self.noun}s stop {thing.id} ends it"
            remedy = "there is nothing to close" if thing.state.is_finished else stops
            raise Conflict(f"The {self.noun} {thing.id} is {thing.state}; {remedy}.")
        lock = locks.try_lock(thing.path / "keeper.lock")
        if lock is None:
            raise Conflict(f"The {self.noun} {thing.id} has a keeper again; %{self.noun}s stop {thing.id} ends it.")
        with lock:
            yield f"Closed by hand by {who()}: {sentence.partition(';')[0]}."


def who() -> str:
    """Return who asks, as requests name him."""
    origin = read_origin("", "")
    return f"{origin.user}@{origin.host}"


def await_keeper(folder: KeptFolder[Any, Any, Any, Any]) -> None:
    """Return when the keeper of what has just ended is gone too: it writes the end before it lets go."""
    end = time.monotonic() + _LETTING_GO_SECONDS
    while folder.is_kept() and time.monotonic() < end:
        time.sleep(0.01)


def _slice(end: float | None) -> float:
    return SETTLE_SECONDS if end is None else max(0.0, min(SETTLE_SECONDS, end - time.monotonic()))
