"""The one writer of a folder's facts: events, answers, notes and the row of the index.

Whoever makes a ``FactKeeper`` holds the folder's lock. What happens to runs, and to sweeps, is decided by those who
build on it.
"""

from __future__ import annotations

import os
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Generic

from jupyter_mlops import wire
from jupyter_mlops.domain.errors import MlopsError
from jupyter_mlops.domain.runs import Answered, Noted, State
from jupyter_mlops.store import files
from jupyter_mlops.store.folders import Event, KeptFolder, Request, Row, Spec, Status
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.index import Index
from jupyter_mlops.store.rows import Rows


class FactKeeper(ABC, Generic[Spec, Event, Status, Row]):
    """Writes what happens to one folder, as long as its lock is held.

    Attributes:
        spec: What was asked for.
        status: What the events come to.
    """

    def __init__(
        self, home: Home, folder: KeptFolder[Spec, Event, Status, Row], clock: Callable[[], float] = time.time
    ) -> None:
        self.path = folder.path
        self._events = folder
        self._clock = clock
        self._home = home
        self._index: Index | None = None
        self._reserve = self.path / files.RESERVE
        files.repair_tail(self.path / "events.jsonl")
        self.spec = folder.spec()
        self.status = folder.status()
        self._is_changed = True

    @abstractmethod
    def check(self, event: Event) -> None:
        """Refuse an event that cannot happen now.

        Raises:
            ValueError: it is an illegal transition.
        """

    @abstractmethod
    def row(self) -> Row:
        """Return the index row."""

    @abstractmethod
    def rows(self, index: Index) -> Rows[Any]:
        """Return the table of the row."""

    def record(self, event: Event) -> None:
        """Append one event and let the status follow.

        Raises:
            ValueError: it is an illegal transition.
        """
        self.check(event)
        self._append(wire.encode_line(event))
        self._events.apply(self.spec, self.status, event)
        self._is_changed = True

    def note(self, text: str) -> None:
        """Record one sentence that is worth showing, once."""
        if text not in self.status.notes:
            self.record(Noted(time=self._clock(), text=text))  # type: ignore[arg-type]  # an event of all nouns

    def requests(self) -> list[Request]:
        """Return what has been asked and not been answered, oldest first."""
        return self._events.unanswered()

    def answer(self, request: Request, text: str) -> None:
        """Record what came of a request, and take it away."""
        event = Answered(time=self._clock(), request=request.id, verb=request.verb, who=request.who, text=text)
        self.record(event)  # type: ignore[arg-type]  # an event of all nouns
        (self.path / "requests" / f"{request.id}.json").unlink(missing_ok=True)

    def publish(self, *, is_news: bool = False) -> None:
        """Bring the index up to date."""
        # The index is a cache: what is wrong with it must not end what is kept, and the next change tries again.
        with suppress(MlopsError):
            self._index = self._index or Index(self._home)
            # Made while nobody else can write: a note that comes in between must not be lost.
            self.rows(self._index).update(self.row, is_news=is_news)
        self._is_changed = False

    def close(self) -> None:
        """Close the index. Idempotent."""
        if self._index is not None:
            self._index.close()

    def _give_reserve(self) -> None:
        """Free what was held for the words that must be written when the disk is full."""
        self._reserve.unlink(missing_ok=True)

    def _answer_the_rest(self, state: State) -> None:
        for request in self.requests():
            # After its end it may go on, if somebody wants that.
            if request.verb != "resume":
                self.answer(request, f"The {self._events.noun} {'was' if state is State.STOPPED else 'has'} {state}.")

    def _told_of_a_full_disk(self, state: State, why: str) -> str:
        if state is State.FAILED and self._disk_is_full():
            return f"{why.rstrip('.')}. The disk of the home is full."
        return why

    def _append(self, line: bytes) -> None:
        try:
            files.append_line(self.path / "events.jsonl", line)
        except OSError:
            # A full disk: what was held in reserve is enough to say how it ended.
            self._give_reserve()
            files.append_line(self.path / "events.jsonl", line)

    def _disk_is_full(self) -> bool:
        disk = os.statvfs(self.path)
        return disk.f_bavail * disk.f_frsize < files.RESERVE_BYTES * 2
