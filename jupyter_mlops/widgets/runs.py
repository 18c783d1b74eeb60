"""The widget of one run, and what keeps it current."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from jupyter_mlops import cards
from jupyter_mlops.domain.errors import MlopsError
from jupyter_mlops.domain.runs import RunSnapshot
from jupyter_mlops.services.run import Run
from jupyter_mlops.widgets.pushing import Pusher

CARD = Path(__file__).parent / "card.js"
"""Made from the labextension's sources, by its build."""

_MIME_TYPE = "application/vnd.jupyter.widget-view+json"
_pusher = Pusher()


class RunWidget(anywidget.AnyWidget):  # type: ignore[misc, unused-ignore]
    """The card's front end.

    Attributes:
        payload: What the card shows: the same facts as in a run's output.
        waiting: Whether the kernel waits for the run, and hears nothing.
        successor: Id of the run that repeats this one, where it was asked for here.
    """

    _esm = CARD
    _css = CARD.with_suffix(".css")
    payload = traitlets.Dict().tag(sync=True)
    waiting = traitlets.Bool(False).tag(sync=True)
    successor = traitlets.Unicode("").tag(sync=True)


class RunView:
    """A widget beside the static forms of a card.

    Attributes:
        bundle: What stands in the output for it.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._last: RunSnapshot | None = None
        self.widget = RunWidget()
        self.widget.on_msg(lambda _, message, __: self._do(message.get("verb", "")))
        view = {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id}
        self.bundle: dict[str, Any] = {_MIME_TYPE: view}
        self._retried: Run | None = None

    def show(self, snapshot: RunSnapshot) -> None:
        """Show what is true now, and go on doing so until the run is finished."""
        self.push(snapshot)
        if not snapshot.row.state.is_finished:
            _pusher.keep(self._run, self.push)

    def push(self, snapshot: RunSnapshot) -> None:
        """Send a snapshot to the front end if it is news."""
        if snapshot == self._last:
            return
        self._last = snapshot
        payload = self._run.bundle(snapshot)[cards.MIME_TYPE]
        is_waiting = not snapshot.detached and not snapshot.row.state.is_finished
        with self.widget.hold_sync():
            self.widget.payload, self.widget.waiting = payload, is_waiting

    def _do(self, verb: str) -> None:
        """Do what was asked in the front end. Called by the kernel between cells, in its main thread."""
        problem = ""
        try:
            if verb == "stop":
                self.show(self._run.stop().snapshot())
            elif verb == "retry":
                self._retried = self._run.retry()
                self.widget.successor = self._retried.id
        except MlopsError as error:
            problem = str(error)
        self.widget.send({"verb": verb, "problem": problem})
