"""The one writer of an endpoint's facts, the same for every platform.

A platform finds out which replicas there are and which are ready; what that means for the endpoint's folder, its index
row and its requests is decided here. Whoever makes an ``EndpointKeeper`` holds the folder's lock.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from jupyter_mlops import wire
from jupyter_mlops.domain import rollouts
from jupyter_mlops.domain.endpoints import (
    EndpointEvent,
    EndpointRow,
    EndpointSpec,
    EndpointStatus,
    Gates,
    GatesSet,
    PortOpened,
    ReplicaEnded,
    ReplicaReady,
    ReplicaStarted,
    RevisionAdded,
    RevisionChanged,
    RevisionFact,
    RevisionRemoved,
    RevisionState,
    RouterStarted,
    Scaled,
    TrafficMoved,
)
from jupyter_mlops.domain.rollouts import Seen
from jupyter_mlops.domain.runs import Answered, Launched, State, StateChanged
from jupyter_mlops.store import machine
from jupyter_mlops.store.endpoints import EndpointFolder
from jupyter_mlops.store.facts import FactKeeper
from jupyter_mlops.store.files import write_atomic
from jupyter_mlops.store.folders import Request
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.index import Index
from jupyter_mlops.store.rows import Rows

KEPT = 10
"""How many revisions without traffic an endpoint keeps; the oldest are forgotten."""


class EndpointKeeper(FactKeeper[EndpointSpec, EndpointEvent, EndpointStatus, EndpointRow]):
    """Writes events and the index row of one endpoint."""

    def __init__(self, home: Home, path: Path, clock: Callable[[], float] = time.time) -> None:
        self.folder = EndpointFolder(path)
        super().__init__(home, self.folder, clock)

    def check(self, event: EndpointEvent) -> None:
        if isinstance(event, StateChanged) and not rollouts.is_legal(self.status.state, event.state):
            raise ValueError(f"{self.spec.id} cannot go from {self.status.state} to {event.state}")
        if isinstance(event, RevisionAdded) and event.revision <= self.status.last:
            raise ValueError(f"{self.spec.id} cannot add revision {event.revision} after {self.status.last}")
        if isinstance(event, TrafficMoved):
            for number in filter(None, (event.stable, event.canary, event.shadow)):
                self.fact(number)

    def fact(self, revision: int) -> RevisionFact:
        """Return what is known of a revision.

        Raises:
            LookupError: it is not there.
        """
        return rollouts.revision_of(self.status, revision)

    def launched(self) -> None:
        """Record that this process has the endpoint."""
        self.record(Launched(time=self._clock(), pid=os.getpid(), host=machine.host()))

    def begin(self, why: str = "") -> None:
        """Record that the endpoint starts; after an end that is a new leg."""
        leg = self.status.leg + 1 if self.status.state.is_finished else self.status.leg
        self.record(StateChanged(time=self._clock(), state=State.STARTING, why=why, attempt=leg))

    def stands(self, state: State, why: str = "") -> None:
        """Record an unfinished state with its reason, where either is another one."""
        if (state, why) != (self.status.state, self.status.why):
            self.record(StateChanged(time=self._clock(), state=state, why=why, attempt=self.status.leg))

    def added(self, revision: int, *, percent: int = 0, shadow: bool = False, who: str = "") -> RevisionFact:
        """Record that a revision, whose spec is in its folder, is to be started."""
        spec = self.folder.revision(revision)
        self.record(
            RevisionAdded(
                time=self._clock(),
                revision=revision,
                model=spec.model,
                version=spec.version,
                least=spec.least,
                most=spec.most,
                percent=percent,
                shadow=shadow,
                who=who,
            )
        )
        return self.fact(revision)

    def became(self, revision: int, state: RevisionState, why: str = "") -> None:
        """Record a revision's state, where it or its reason is another one."""
        fact = self.fact(revision)
        if (state, why) != (fact.state, fact.why):
            self.record(RevisionChanged(time=self._clock(), revision=revision, state=state, why=why))

    def removed(self, revision: int, who: str = "") -> None:
        """Record that a kept revision is gone, and remove its folder."""
        self.record(RevisionRemoved(time=self._clock(), revision=revision, who=who))
        shutil.rmtree(self.folder.revision_path(revision), ignore_errors=True)

    def forget(self) -> None:
        """Remove the oldest of the revisions that are only kept, where there are too many."""
        kept = [
            fact.spec.revision
            for fact in self.status.revisions
            if fact.role == "kept" and fact.state in ("idle", "failed") and not fact.replicas
        ]
        for revision in kept[:-KEPT]:
            self.removed(revision)

    def moved(
        self, stable: int, *, canary: int = 0, percent: int = 0, shadow: int = 0, why: str = "", who: str = ""
    ) -> None:
        """Record that requests go elsewhere."""
        self.record(
            TrafficMoved(
                time=self._clock(), stable=stable, canary=canary, percent=percent, shadow=shadow, why=why, who=who
            )
        )

    def replica_started(self, revision: int, replica: int, pid: int) -> None:
        """Record that a replica's process exists."""
        ticks = machine.process_started(pid) or 0
        self.record(ReplicaStarted(time=self._clock(), revision=revision, replica=replica, pid=pid, ticks=ticks))

    def replica_ready(self, revision: int, replica: int, pid: int, seconds: float) -> None:
        """Record that a replica answers."""
        event = ReplicaReady(time=self._clock(), revision=revision, replica=replica, pid=pid, seconds=round(seconds, 3))
        self.record(event)

    def replica_ended(self, revision: int, replica: int, pid: int, why: str = "") -> None:
        """Record that a replica has ended; ``why`` is empty if it was asked to."""
        self.record(ReplicaEnded(time=self._clock(), revision=revision, replica=replica, pid=pid, why=why))

    def router_started(self, pid: int) -> None:
        """Record that the router's process exists."""
        self.record(RouterStarted(time=self._clock(), pid=pid, ticks=machine.process_started(pid) or 0))

    def scaled(self, revision: int, least: int, most: int, wanted: int, *, why: str = "", who: str = "") -> None:
        """Record other bounds, or that another number of replicas is wanted."""
        self.record(
            Scaled(time=self._clock(), revision=revision, least=least, most=most, wanted=wanted, why=why, who=who)
        )

    def port_opened(self, port: int, who: str = "") -> None:
        """Record the loopback port at which the endpoint listens; 0 if it no longer does."""
        self.record(PortOpened(time=self._clock(), port=port, who=who))

    def gates_set(self, gates: Gates, who: str = "") -> None:
        """Record what the endpoint is to do by itself."""
        self.record(GatesSet(time=self._clock(), gates=gates, who=who))

    def refuse(self, request: Request, text: str) -> None:
        """Record that a request could not be done, and take it away."""
        event = Answered(
            time=self._clock(), request=request.id, verb=request.verb, who=request.who, text=text, refused=True
        )
        self.record(event)
        (self.path / "requests" / f"{request.id}.json").unlink(missing_ok=True)

    def finish(self, state: State, why: str = "", since: float = 0.0) -> None:
        """Record the end of the leg; answer what is still asked, but what begins another leg.

        Args:
            state: Stopped or failed.
            why: One sentence.
            since: When somebody asked for the end: what was to be deployed before is not deployed any more.
        """
        self._give_reserve()
        why = self._told_of_a_full_disk(state, why)
        for request in self.requests():
            if request.verb == "stop":
                self.answer(request, why or f"{self.spec.name} is stopped.")
            elif request.verb != "start" and not (request.verb == "deploy" and request.time > since):
                self.refuse(request, f"{self.spec.name} {'was' if state is State.STOPPED else 'has'} {state}: {why}")
        self.record(StateChanged(time=self._clock(), state=state, why=why, attempt=self.status.leg))
        self.publish()

    def write_seen(self, seen: Seen) -> None:
        """Let ``seen`` be what the row says of the requests, and tell who looks."""
        with suppress(OSError):
            write_atomic(self.path / "seen.json", wire.encode(seen))
        self.publish(is_news=True)

    def publish_row(self) -> None:
        """Bring the index up to date where something was recorded."""
        if self._is_changed:
            self.publish()

    def row(self) -> EndpointRow:
        return rollouts.row_of(self.spec, self.status, self.folder.notes(), self.folder.seen())

    def rows(self, index: Index) -> Rows[EndpointRow]:
        return index.endpoints
