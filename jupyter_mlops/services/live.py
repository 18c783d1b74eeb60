"""The card under a cell, kept current while the kernel waits. No server is needed for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol

from jupyter_mlops.domain.runs import RunSnapshot, State
from jupyter_mlops.services.interrupts import interrupted
from jupyter_mlops.services.outputs import Shown
from jupyter_mlops.services.run import Run

UPDATE_SECONDS = 2.0
"""Static updates come at most this often, and none where nothing changed; a new state is shown at once."""

LOOK_SECONDS = 0.25
"""How often a waiting kernel looks whether the state is new."""


class View(Protocol):
    """A form of a card beside the static ones that keeps itself current, such as a widget."""

    bundle: dict[str, Any]
    """What stands in the card's output for it."""

    def show(self, snapshot: RunSnapshot) -> None:
        """Show what is true now, and go on doing so until the run is finished."""


_views: list[Callable[[Run], View | None]] = []
_shown: list[str] = []


def use_view(make: Callable[[Run], View | None]) -> None:
    """Let the cards of this process have a view: what ``make`` returns, or none where it returns None."""
    _views[:] = [make]


class Card:
    """Shows one run."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def update(self) -> None:
        """Show what is true now; cheap where nothing changed."""
        raise NotImplementedError

    def look(self) -> None:
        """Show a new state at once, and all else in its time. To be called several times a second."""
        self.update()


class NotebookCard(Card):
    """One output of a cell, replaced in place; what the run displays stands below it as outputs of its own."""

    def __init__(self, run: Run, shell: Any) -> None:
        super().__init__(run)
        self._publish = shell.display_pub.publish
        self._id = f"jupyter-mlops-{run.id}-{time.monotonic_ns():x}"
        self._is_first = not _shown
        _shown[:] = [self._id]
        self._view = _views[0](run) if _views else None
        self._last: RunSnapshot | None = None
        self._stand: tuple[State, int] | None = None
        self._due = 0.0
        self._is_tall = False
        self._displayed: dict[str, Shown] = {}

    def update(self) -> None:
        self._stand = self._stands()
        self._due = time.monotonic() + UPDATE_SECONDS
        self._show(self.run.snapshot())
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
        status = self.run.folder.status()
        return status.state, status.attempt

    def _show(self, snapshot: RunSnapshot) -> None:
        if snapshot == self._last:
            return
        # A card that was tall stays so: what stands below it in the notebook must not jump when the run ends.
        self._is_tall = self._is_tall or not (snapshot.row.state.is_finished or snapshot.detached)
        bundle = self.run.bundle(snapshot, is_tall=self._is_tall, is_first=self._is_first)
        if self._view is not None:
            self._view.show(snapshot)
            bundle |= self._view.bundle
        self._send(bundle, {}, self._id, is_new=self._last is None)
        self._last = snapshot

    def _display_all(self) -> None:
        for shown in self.run.display:
            before = self._displayed.get(shown.place)
            if shown != before:
                self._send(shown.data, shown.metadata, f"{self._id}-{shown.place}", is_new=before is None)
                self._displayed[shown.place] = shown

    def _send(self, data: dict[str, Any], metadata: dict[str, Any], display_id: str, *, is_new: bool) -> None:
        self._publish(data=data, metadata=metadata, transient={"display_id": display_id}, update=not is_new)


class TerminalCard(Card):
    """Lines of a terminal, which cannot be replaced: one for each new state, and the whole card at the end."""

    def __init__(self, run: Run, describe: Callable[[RunSnapshot], str]) -> None:
        super().__init__(run)
        self._describe = describe
        self._last: tuple[State, str, bool] | None = None

    def update(self) -> None:
        snapshot = self.run.snapshot()
        row = snapshot.row
        now = row.state, row.why, snapshot.detached
        if now == self._last:
            return
        is_first = self._last is None
        self._last = now
        if is_first or row.state.is_finished or snapshot.detached:
            print(self._describe(snapshot))
            for shown in self.run.display if row.state.is_finished else ():
                print(shown)
        else:
            print(": ".join(filter(None, [f"{row.name} is {row.state}", row.why])))


def card_for(run: Run, shell: Any) -> Card:
    """Return the card that suits ``shell``: a kernel's can be replaced in place, a terminal's cannot."""
    if getattr(shell, "kernel", None) is None:
        return TerminalCard(run, lambda snapshot: str(run.bundle(snapshot)["text/plain"]))
    return NotebookCard(run, shell)


def show(run: Run, shell: Any) -> None:
    """Show the run's card once, as that of a cell which does not wait."""
    run.is_detached = True
    card_for(run, shell).update()


def watch(run: Run, shell: Any, timeout: float | None = None) -> State:
    """Show the run's card until the run is finished, and return its state.

    Raises:
        KeyboardInterrupt: the waiting was interrupted; the run goes on, and the card says so.
    """
    card = card_for(run, shell)
    end = None if timeout is None else time.monotonic() + timeout
    run.is_detached = False
    try:
        card.update()
        while not run.is_finished_within(_slice(end)) and (end is None or time.monotonic() < end):
            card.look()
    except KeyboardInterrupt:
        _detach(run, card)
        raise _interrupted(run) from None
    run.is_detached = not run.state.is_finished
    card.update()
    return run.state


def _detach(run: Run, card: Card) -> None:
    run.is_detached = True
    card.update()


def _interrupted(run: Run) -> KeyboardInterrupt:
    handle = run.variable or f'connect().runs.get("{run.id}")'
    return interrupted(f"{run.name} goes on; {handle}.wait() shows it again, {handle}.stop() ends it.")


def _slice(end: float | None) -> float:
    return LOOK_SECONDS if end is None else max(0.0, min(LOOK_SECONDS, end - time.monotonic()))
