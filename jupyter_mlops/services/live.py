"""The card under a cell, kept current while the kernel waits. No server is needed for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from jupyter_mlops.domain.runs import State
from jupyter_mlops.services.interrupts import interrupted
from jupyter_mlops.services.outputs import Shown

UPDATE_SECONDS = 2.0
"""Static updates come at most this often, and none where nothing changed; a new state is shown at once."""

LOOK_SECONDS = 0.25
"""How often a waiting kernel looks whether the state is new."""


class Snapshot(Protocol):
    """What a card shows, of whatever noun."""

    detached: bool
    row: Any
    """With the noun's ``state``."""


class Watched(Protocol):
    """What has a card: a run, or a sweep.

    Attributes:
        variable: The notebook variable that carries it; empty if it is not known.
        is_detached: Whether no cell waits for it.
    """

    jupyter_mlops_noun: str
    variable: str
    is_detached: bool

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def state(self) -> State:
        """Where it stands."""

    @property
    def stand(self) -> tuple[State, int]:
        """Where it stands as its folder says, and which time it goes: cheap, and another one is shown at once."""

    def is_finished_within(self, seconds: float) -> bool:
        """Say whether it is finished, as soon as it is, after ``seconds`` at the latest."""

    def snapshot(self) -> Any:
        """Return all that its card shows: a ``Snapshot``."""

    def bundle(self, snapshot: Any, *, is_tall: bool = False, is_first: bool = False) -> dict[str, Any]:
        """Return a card in every form that a notebook knows."""

    def outputs(self) -> Iterable[Shown]:
        """Return what stands below its card."""


class View(Protocol):
    """A form of a card beside the static ones that keeps itself current, such as a widget."""

    bundle: dict[str, Any]
    """What stands in the card's output for it."""

    def show(self, snapshot: Any) -> None:
        """Show what is true now, and go on doing so until it is finished."""


_views: list[Callable[[Watched], View | None]] = []
_shown: list[str] = []


def use_view(make: Callable[[Watched], View | None]) -> None:
    """Let the cards of this process have a view: what ``make`` returns, or none where it returns None."""
    _views[:] = [make]


class Card:
    """Shows one run or sweep."""

    def __init__(self, watched: Watched) -> None:
        self.watched = watched

    def update(self) -> None:
        """Show what is true now; cheap where nothing changed."""
        raise NotImplementedError

    def look(self) -> None:
        """Show a new state at once, and all else in its time. To be called several times a second."""
        self.update()


class NotebookCard(Card):
    """One output of a cell, replaced in place; what a run displays stands below it as outputs of its own."""

    def __init__(self, watched: Watched, shell: Any) -> None:
        super().__init__(watched)
        self._publish = shell.display_pub.publish
        self._id = f"jupyter-mlops-{watched.id}-{time.monotonic_ns():x}"
        self._is_first = not _shown
        _shown[:] = [self._id]
        self._view = _views[0](watched) if _views else None
        self._last: Snapshot | None = None
        self._stand: tuple[State, int] | None = None
        self._due = 0.0
        self._is_tall = False
        self._displayed: dict[str, Shown] = {}

    def update(self) -> None:
        self._stand = self._stands()
        self._due = time.monotonic() + UPDATE_SECONDS
        self._show(self.watched.snapshot())
        self._display_all()

    def look(self) -> None:
        if self._stands() == self._stand and time.monotonic() < self._due:
            return
        if self._view is None:
            self.update()
        else:
            # It is current already, and front ends draw a view anew, with its whole height, when its output changes.
            self._due = time.monotonic() + UPDATE_SECONDS
            self._display_all()

    def _stands(self) -> tuple[State, int]:
        return self.watched.stand

    def _show(self, snapshot: Snapshot) -> None:
        if snapshot == self._last:
            return
        # A card that was tall stays so: what stands below it in the notebook must not jump when it ends.
        self._is_tall = self._is_tall or not (snapshot.row.state.is_finished or snapshot.detached)
        bundle = self.watched.bundle(snapshot, is_tall=self._is_tall, is_first=self._is_first)
        if self._view is not None:
            self._view.show(snapshot)
            bundle |= self._view.bundle
        self._send(bundle, {}, self._id, is_new=self._last is None)
        self._last = snapshot

    def _display_all(self) -> None:
        for shown in self.watched.outputs():
            before = self._displayed.get(shown.place)
            if shown != before:
                self._send(shown.data, shown.metadata, f"{self._id}-{shown.place}", is_new=before is None)
                self._displayed[shown.place] = shown

    def _send(self, data: dict[str, Any], metadata: dict[str, Any], display_id: str, *, is_new: bool) -> None:
        self._publish(data=data, metadata=metadata, transient={"display_id": display_id}, update=not is_new)


class TerminalCard(Card):
    """Lines of a terminal, which cannot be replaced: one for each new state, and the whole card at the end."""

    def __init__(self, watched: Watched, describe: Callable[[Snapshot], str]) -> None:
        super().__init__(watched)
        self._describe = describe
        self._last: tuple[State, str, bool] | None = None

    def update(self) -> None:
        snapshot = self.watched.snapshot()
        row = snapshot.row
        now = row.state, row.why, snapshot.detached
        if now == self._last:
            return
        is_first = self._last is None
        self._last = now
        if is_first or row.state.is_finished or snapshot.detached:
            print(self._describe(snapshot))
            for shown in self.watched.outputs() if row.state.is_finished else ():
                print(shown)
        else:
            print(": ".join(filter(None, [f"{row.name} is {row.state}", row.why])))


def card_for(watched: Watched, shell: Any) -> Card:
    """Return the card that suits ``shell``: a kernel's can be replaced in place, a terminal's cannot."""
    if getattr(shell, "kernel", None) is None:
        return TerminalCard(watched, lambda snapshot: str(watched.bundle(snapshot)["text/plain"]))
    return NotebookCard(watched, shell)


def show(watched: Watched, shell: Any) -> None:
    """Show the card once, as that of a cell which does not wait."""
    watched.is_detached = True
    card_for(watched, shell).update()


def watch(watched: Watched, shell: Any, timeout: float | None = None) -> State:
    """Show the card until it is finished, and return its state.

    Raises:
        KeyboardInterrupt: the waiting was interrupted; it goes on, and the card says so.
    """
    card = card_for(watched, shell)
    end = None if timeout is None else time.monotonic() + timeout
    watched.is_detached = False
    try:
        card.update()
        while not watched.is_finished_within(_slice(end)) and (end is None or time.monotonic() < end):
            card.look()
    except KeyboardInterrupt:
        _detach(watched, card)
        raise _interrupted(watched) from None
    watched.is_detached = not watched.state.is_finished
    card.update()
    return watched.state


def _detach(watched: Watched, card: Card) -> None:
    watched.is_detached = True
    card.update()


def _interrupted(watched: Watched) -> KeyboardInterrupt:
    handle = watched.variable or f'connect().{watched.jupyter_mlops_noun}s.get("{watched.id}")'
    return interrupted(f"{watched.name} goes on; {handle}.wait() shows it again, {handle}.stop() ends it.")


def _slice(end: float | None) -> float:
    return LOOK_SECONDS if end is None else max(0.0, min(LOOK_SECONDS, end - time.monotonic()))
