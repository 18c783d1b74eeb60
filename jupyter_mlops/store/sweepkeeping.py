"""The one writer of a sweep's facts, the same for every platform.

A platform finds out what came of the trials; what that means for the sweep's folder, its index row and its requests is
decided here. Whoever makes a ``SweepKeeper`` holds the folder's lock.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from jupyter_mlops import wire
from jupyter_mlops.domain import sweeps as domain
from jupyter_mlops.domain.errors import MlopsError
from jupyter_mlops.domain.runs import Launched, Number, Scalar, State, StateChanged
from jupyter_mlops.domain.series import travelling
from jupyter_mlops.domain.sweeps import Extended, Importance, Result, TrialAsked, TrialFact, TrialTold
from jupyter_mlops.store import machine
from jupyter_mlops.store.facts import FactKeeper
from jupyter_mlops.store.files import write_atomic
from jupyter_mlops.store.folders import Request
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.index import Index
from jupyter_mlops.store.rows import Rows
from jupyter_mlops.store.sweeps import SweepFolder


class SweepKeeper(FactKeeper[domain.SweepSpec, domain.SweepEvent, domain.SweepStatus, domain.SweepRow]):
    """Writes events, importance and the index row of one sweep."""

    def __init__(self, home: Home, path: Path, clock: Callable[[], float] = time.time) -> None:
        self.folder = SweepFolder(path)
        super().__init__(home, self.folder, clock)

    def check(self, event: domain.SweepEvent) -> None:
        if isinstance(event, StateChanged) and not domain.is_legal(self.status.state, event.state):
            raise ValueError(f"{self.spec.id} cannot go from {self.status.state} to {event.state}")
        if isinstance(event, TrialAsked) and event.trial != len(self.status.trials) + 1:
            raise ValueError(f"{self.spec.id} cannot ask for trial {event.trial} after {len(self.status.trials)}")
        if isinstance(event, TrialTold) and domain.fact_of(self.status, event.trial).result:
            raise ValueError(f"{self.spec.id} was told of trial {event.trial} before")

    def launched(self) -> None:
        """Record that this process has the sweep."""
        self.record(Launched(time=self._clock(), pid=os.getpid(), host=machine.host()))

    def begin(self, why: str = "") -> None:
        """Record that the search goes; after an end that is a new leg."""
        leg = self.status.leg + 1 if self.status.state.is_finished else self.status.leg
        self.record(StateChanged(time=self._clock(), state=State.RUNNING, why=why, attempt=leg))

    def extend(self, request: Request) -> None:
        """Record that more trials are wanted; a request counts once, however often it is read."""
        events = self.folder.events()
        if request.trials > 0 and not any(isinstance(each, Extended) and each.request == request.id for each in events):
            self.record(Extended(time=self._clock(), trials=request.trials, who=request.who, request=request.id))
        self.answer(request, f"{self.status.wanted} trials are wanted.")

    def asked(self, params: Mapping[str, Scalar]) -> TrialFact:
        """Record that the next trial has its parameters, and return it."""
        trial = len(self.status.trials) + 1
        run = domain.trial_id(self.spec.id, trial)
        self.record(TrialAsked(time=self._clock(), trial=trial, run=run, params=dict(params)))
        return self.status.trials[-1]

    def told(self, trial: int, result: Result, values: Sequence[Number] = (), why: str = "") -> None:
        """Record what came of a trial."""
        travelling_values = [travelling(float(value)) for value in values]
        self.record(TrialTold(time=self._clock(), trial=trial, result=result, values=travelling_values, why=why))

    def finish(self, state: State, why: str = "") -> None:
        """Record the end of the leg; answer what is still asked, but that it should go on.

        A trial of which nothing was told, which is so where the search itself could not go on, counts as stopped.
        """
        self._give_reserve()
        for fact in self.status.trials:
            if not fact.result:
                self.told(fact.trial, "stopped", why="The search ended before.")
        why = self._told_of_a_full_disk(state, why)
        self._answer_the_rest(state)
        self.record(StateChanged(time=self._clock(), state=state, why=why, attempt=self.status.leg))
        self.publish()

    def write_importance(self, found: Sequence[Importance]) -> None:
        """Let ``found`` be what is known of the parameters' importance, and tell who looks."""
        write_atomic(self.path / "importance.json", wire.encode_pretty(list(found)))
        self.publish(is_news=True)

    def add_importance(self, found: Sequence[Importance]) -> None:
        """The same after the end, without the lock: the folder may be gone by now, and its row with it."""
        with suppress(FileNotFoundError, MlopsError):
            write_atomic(self.path / "importance.json", wire.encode_pretty(list(found)))
            self._index = self._index or Index(self._home)
            self.rows(self._index).update(self.folder.row, is_news=True)

    def publish_row(self) -> None:
        """Bring the index up to date where something was recorded."""
        if self._is_changed:
            self.publish()

    def row(self) -> domain.SweepRow:
        return domain.row_of(self.spec, self.status, self.folder.notes())

    def rows(self, index: Index) -> Rows[domain.SweepRow]:
        return index.sweeps
