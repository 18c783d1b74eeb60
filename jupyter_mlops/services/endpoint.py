"""One endpoint, as a notebook or a script holds it: every attribute reads its folder when it is looked at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Protocol

from jupyter_mlops.domain.endpoints import (
    EndpointRow,
    EndpointSnapshot,
    EndpointSpec,
    EndpointStatus,
    ReplicaFact,
    RevisionFact,
)
from jupyter_mlops.domain.errors import InvalidInput
from jupyter_mlops.domain.lineage import Lineage
from jupyter_mlops.domain.observed import Drift, RevisionStats, Sample
from jupyter_mlops.domain.runs import State
from jupyter_mlops.services.held import Held, Keeping
from jupyter_mlops.store.endpoints import EndpointFolder

if TYPE_CHECKING:
    from jupyter_mlops.platforms.deployer import Address
    from jupyter_mlops.services.scoreboard import Scoreboard


class Verbs(Keeping[EndpointFolder], Protocol):
    """What an endpoint asks of the service that gave it out."""

    def address(self, endpoint: Endpoint) -> Address:
        """Return how it is reached."""

    def predict(self, endpoint: Endpoint, rows: Any, methods: Iterable[str], revision: int = 0) -> dict[str, Any]:
        """Return its answers to rows, as arrays, by the name of the output."""

    def promote(self, endpoint: Endpoint) -> Endpoint:
        """Let the canary be the stable revision."""

    def rollback(self, endpoint: Endpoint, to: Any = None) -> Endpoint:
        """Go back to what was."""

    def canary(self, endpoint: Endpoint, percent: Any) -> Endpoint:
        """Give the canary another share of the traffic."""

    def scale(self, endpoint: Endpoint, replicas: Any, revision: Any = None) -> Endpoint:
        """Let a revision have more or fewer replicas."""

    def gates(self, endpoint: Endpoint, promote_if: str | None = None, rollback_if: str | None = None) -> Endpoint:
        """Change what it does by itself."""

    def port(self, endpoint: Endpoint, port: Any) -> Endpoint:
        """Open a loopback port, or close it."""

    def stop(self, endpoint: Endpoint) -> Endpoint:
        """End all its processes."""

    def start(self, endpoint: Endpoint) -> Endpoint:
        """Start it again."""

    def delete(self, endpoint: Endpoint, *, stop: bool = False) -> int:
        """Remove it."""

    def delete_revision(self, endpoint: Endpoint, revision: Any) -> Endpoint:
        """Remove a kept revision."""

    def wait(self, endpoint: Endpoint, timeout: float | None = None) -> State:
        """Return its state when it is finished, or after ``timeout`` seconds."""

    def is_finished_within(self, endpoint: Endpoint, seconds: float) -> bool:
        """Say whether it is finished, as soon as it is, after ``seconds`` at the latest."""

    def logs(self, endpoint: Endpoint, source: str = "router") -> str:
        """Return the end of a log."""

    def stats(self, endpoint: Endpoint) -> list[RevisionStats]:
        """Return what the requests of each revision were like."""

    def drift(self, endpoint: Endpoint) -> Drift | None:
        """Return whether its input looks like the training data."""

    def samples(self, endpoint: Endpoint) -> list[Sample]:
        """Return the requests that are remembered."""

    def token(self, endpoint: Endpoint) -> str:
        """Return what a request to its port must carry."""

    def lineage(self, endpoint: Endpoint, revision: int = 0) -> Lineage:
        """Return where what it serves comes from."""

    def scoreboard(self, endpoint: Endpoint, rows: Any = None, truth: Any = None, metric: Any = "") -> Scoreboard:
        """Return stable and canary over the same held-out rows."""

    def snapshot(self, endpoint: Endpoint) -> EndpointSnapshot:
        """Return it as its card shows it."""

    def bundle(self, snapshot: EndpointSnapshot, *, is_tall: bool = False, is_first: bool = False) -> dict[str, Any]:
        """Return a card in every form that a notebook knows."""


class Replica:
    """A process that answers for a revision, as it was when it was looked at.

    Attributes:
        number: Within its revision, from 0.
        restarts: How often it was started anew because it had ended by itself.
        memory: Bytes, as they were measured last.
    """

    def __init__(self, fact: ReplicaFact) -> None:
        self.revision = fact.revision
        self.number = fact.replica
        self.pid = fact.pid
        self.state = fact.state
        self.restarts = fact.restarts
        self.memory = fact.memory
        self.why = fact.why

    def __repr__(self) -> str:
        return f"Replica(r{self.revision}/{self.number}, pid={self.pid}, {self.state})"


class Revision:
    """A deployed state of an endpoint, as it was when it was looked at.

    Attributes:
        number: From 1.
        model: Name of the model.
        version: Number of its version.
        state: ``starting``, ``ready``, ``idle``, ``failed``.
        role: ``stable``, ``canary``, ``shadow``, ``kept``.
        percent: Of the traffic.
        spec: All that was asked for.
    """

    def __init__(self, fact: RevisionFact, endpoint: Endpoint) -> None:
        self.number = fact.spec.revision
        self.model = fact.spec.model
        self.version = fact.spec.version
        self.state = fact.state
        self.why = fact.why
        self.role = fact.role
        self.percent = fact.percent
        self.spec = fact.spec
        self.replicas = [Replica(each) for each in fact.replicas]
        self._endpoint = endpoint

    @property
    def id(self) -> str:
        """How it is called: ``digits/r3``."""
        return f"{self._endpoint.name}/r{self.number}"

    @property
    def lineage(self) -> Lineage:
        """Where what it serves comes from; ``str`` of it names every id."""
        return self._endpoint.lineage_of(self.number)

    def __repr__(self) -> str:
        share = f" {self.percent} %" if self.role in ("stable", "canary") else ""
        return f"Revision(r{self.number}, {self.model} v{self.version}, {self.role}{share}, {self.state})"


class Endpoint(Held[EndpointFolder, EndpointSpec, EndpointStatus, EndpointSnapshot]):
    """A served model under a stable name; ``endpoint`` alone, in a notebook, is its card."""

    jupyter_mlops_noun = "endpoint"
    _instead = "url, token = endpoint.url, endpoint.token"

    def __init__(self, folder: EndpointFolder, verbs: Verbs, remarks: Iterable[str] = ()) -> None:
        super().__init__(folder, verbs, remarks)
        self._verbs = verbs

    @property
    def row(self) -> EndpointRow:
        """The endpoint as lists show it."""
        self.state  # noqa: B018 - settles the endpoint, so that the row tells the truth
        return self.folder.row()

    @property
    def stand(self) -> tuple[State, int]:
        """Its state and its leg as its folder says, without looking whether that is still true."""
        row = self.folder.row()
        return row.state, row.leg

    @property
    def why(self) -> str:
        """Why it is in this state, in one sentence; empty where nothing needs saying."""
        return self.status.why

    @property
    def revision(self) -> int:
        """Number of the stable revision; 0 before the first is ready."""
        return self.status.stable

    @property
    def model(self) -> str:
        """The version that the stable revision serves: ``digits:3``."""
        row = self.row
        return f"{row.model}:{row.version}" if row.model else ""

    @property
    def revisions(self) -> list[Revision]:
        """All that are kept, the latest first."""
        return [Revision(fact, self) for fact in reversed(self.status.revisions)]

    @property
    def replicas(self) -> list[Replica]:
        """All replicas of all revisions."""
        return [replica for revision in reversed(self.revisions) for replica in revision.replicas]

    @property
    def lineage(self) -> Lineage:
        """Where what the stable revision serves comes from; ``str`` of it names every id."""
        return self._verbs.lineage(self)

    def lineage_of(self, revision: int) -> Lineage:
        """Return where what a revision serves comes from."""
        return self._verbs.lineage(self, revision)

    @property
    def address(self) -> str:
        """How it is reached from this machine: the path of a Unix socket, or an address of HTTP."""
        address = self._verbs.address(self)
        return address.socket or address.url

    @property
    def url(self) -> str:
        """Where it listens besides, with ``port(n)``; empty if nowhere."""
        port = self.status.port
        return f"http://127.0.0.1:{port}" if port else ""

    @property
    def token(self) -> str:
        """What requests to ``url`` carry as ``Authorization: Bearer TOKEN``; empty if it has no port."""
        return self._verbs.token(self)

    def predict(self, rows: Any, method: str = "predict", revision: int = 0) -> Any:
        """Return its answers to rows, as an array.

        Args:
            rows: A DataFrame, a Series (one row), an array, a list of rows, a dict of columns or of one row's values.
            method: What the model is asked for.
            revision: 0 is as traffic goes; else that revision, which must have replicas.

        Raises:
            InvalidInput: the model does not take the rows; the sentence says why.
            Conflict: the revision has no replicas, or the endpoint is stopped.
            Unavailable: nothing answers, or the model failed.
        """
        found = self._verbs.predict(self, rows, [method], revision)
        return found[method] if method in found else found if len(found) > 1 else next(iter(found.values()))

    def predict_proba(self, rows: Any, revision: int = 0) -> Any:
        """Return a score for each class, by row; see ``predict``."""
        return self.predict(rows, "predict_proba", revision)

    def promote(self) -> Endpoint:
        """Let the canary be the stable revision, and return when traffic has moved."""
        return self._verbs.promote(self)

    def rollback(self, to: int | str | None = None) -> Endpoint:
        """Drop the canary; or, where there is none, go back to the stable revision before. Return when that is true.

        Args:
            to: A kept revision that is to be stable again: ``2`` or ``"r2"``.
        """
        return self._verbs.rollback(self, to)

    def canary(self, percent: int | str) -> Endpoint:
        """Give the canary so many percent of the requests, 0 to 100, and return when that is true."""
        return self._verbs.canary(self, percent)

    def scale(self, replicas: int | str, revision: int | str | None = None) -> Endpoint:
        """Let a revision have other replicas, and return when they are ready.

        Args:
            replicas: How many: ``2``; or bounds, between which it is scaled by requests in flight: ``"1..4"``.
            revision: The stable one if it is None.
        """
        return self._verbs.scale(self, replicas, revision)

    def gates(self, promote_if: str | None = None, rollback_if: str | None = None) -> Endpoint:
        """Change what it does by itself: ``status.gates`` tells.

        Args:
            promote_if: ``"accuracy >= stable and p95 <= stable * 1.1"``; empty is nothing, None leaves it.
            rollback_if: ``"errors > 1%"``.
        """
        return self._verbs.gates(self, promote_if, rollback_if)

    def port(self, port: int) -> Endpoint:
        """Let it listen on a loopback port besides, for who has its ``token``; 0 closes it."""
        return self._verbs.port(self, port)

    def stop(self) -> Endpoint:
        """End all its processes, and return when none is left; ``start`` brings them back."""
        return self._verbs.stop(self)

    def start(self) -> Endpoint:
        """Start it again with the revisions and the traffic that were there, and return when it answers."""
        return self._verbs.start(self)

    def delete(self, revision: int | str | None = None, *, stop: bool = False) -> int | Endpoint:
        """Remove it with all its revisions, and return the bytes that this freed.

        Args:
            revision: Removes only this one, which must be kept without traffic.
            stop: Whether it is stopped first; else it is refused while it is up.
        """
        if revision is not None:
            return self._verbs.delete_revision(self, revision)
        return self._verbs.delete(self, stop=stop)

    def logs(self, source: str = "router") -> str:
        """Return a log: ``router``, ``keeper``, or that of a replica, ``r3/0``."""
        return self._verbs.logs(self, source)

    def stats(self) -> list[RevisionStats]:
        """Return what the requests of each revision were like."""
        return self._verbs.stats(self)

    def drift(self) -> Drift | None:
        """Return whether its input looks like the training data, as ``.sentence`` says; None without a profile."""
        return self._verbs.drift(self)

    def samples(self) -> list[Sample]:
        """Return the requests that are remembered, the latest first."""
        return self._verbs.samples(self)

    def scoreboard(self, X: Any = None, y: Any = None, metric: Any = "") -> Scoreboard:  # noqa: N803 - as everybody calls it
        """Return stable and canary over the same held-out rows.

        Args:
            X: The rows, as ``predict`` takes them. They are stored with the endpoint, so that a click, or the endpoint
                by itself, can replay them; None replays what is stored.
            y: What is true of them.
            metric: ``accuracy``, ``f1``, ``rmse``, ...; or a function of truth and answers, which only this kernel
                can call; the usual one of labels or of numbers if it is empty.
        """
        if (X is None) != (y is None):
            raise InvalidInput("A scoreboard needs rows and what is true of them: endpoint.scoreboard(X_test, y_test).")
        return self._verbs.scoreboard(self, X, y, metric)

    def is_finished_within(self, seconds: float) -> bool:
        return self._verbs.is_finished_within(self, seconds)

    def snapshot(self) -> EndpointSnapshot:
        return self._verbs.snapshot(self)

    def bundle(self, snapshot: EndpointSnapshot, *, is_tall: bool = False, is_first: bool = False) -> dict[str, Any]:
        return self._verbs.bundle(snapshot, is_tall=is_tall, is_first=is_first)

    def _wait(self, timeout: float | None) -> State:
        return self._verbs.wait(self, timeout)
