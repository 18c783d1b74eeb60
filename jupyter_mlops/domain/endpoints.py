"""What an endpoint is: what was asked for, what happened, and what follows from both.

An endpoint is a served model under a stable name. Each deployed state of it is a *revision*, which never changes; which
revisions answer is the endpoint's *traffic*. Its states are those of a run: ``starting`` until a replica of the stable
revision is ready, then ``running``, which reads *Ready*; ``stopped`` when somebody asked; ``failed`` if nothing answers
and nothing can be done. A stopped or failed endpoint that is started again begins a new *leg*.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from jupyter_mlops.domain.lineage import Lineage
from jupyter_mlops.domain.observed import Drift, RevisionStats, Scoreboard
from jupyter_mlops.domain.orders import Gates as Gates  # noqa: PLC0414 - part of what is told here
from jupyter_mlops.domain.orders import Order as Order  # noqa: PLC0414
from jupyter_mlops.domain.runs import Answered, Launched, Noted, Origin, State, StateChanged
from jupyter_mlops.domain.signatures import Signature

FORMAT = 1
"""Number of the folder's format; a newer one is refused in one sentence."""


class RevisionSpec(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is served: ``revisions/<n>/spec.json``, written once before the keeper is asked to start it.

    Attributes:
        revision: Its number, from 1; numbers are never given twice.
        folder: Where the version's files are.
        python: Interpreter of its replicas.
        path: What that interpreter finds modules by, besides its own; empty is nothing.
        least: How many replicas there are at least.
        most: How many there may be; equal to ``least`` if nothing is scaled.
        cpus: Threads that libraries may use in each replica; 0 is not limited.
        memory: Bytes of a replica at most; 0 is not limited.
        gpus: How many devices each replica has.
        resend: Whether a request without an answer's first byte may be sent to another replica.
        digest: The version's, which is checked before a replica starts.
        command: The line that asked for it.
    """

    endpoint: str
    revision: int
    created: float
    model: str
    version: int
    flavor: str
    folder: str
    digest: str = ""
    python: str = ""
    path: list[str] = []
    least: int = 1
    most: int = 1
    cpus: int = 0
    memory: int = 0
    gpus: int = 0
    resend: bool = True
    signature: Signature | None = None
    methods: list[str] = msgspec.field(default_factory=lambda: ["predict"])
    environment: dict[str, str] = {}
    origin: Origin = Origin()
    command: str = ""
    format: int = FORMAT


class EndpointSpec(msgspec.Struct, frozen=True, omit_defaults=True):
    """``spec.json``: that there is an endpoint of that name. Written once, with its first revision."""

    id: str
    name: str
    created: float
    platform: str = "local"
    origin: Origin = Origin()
    format: int = FORMAT


class _Event(msgspec.Struct, frozen=True, tag_field="type", omit_defaults=True):
    time: float


RevisionState = Literal["starting", "ready", "idle", "failed"]
"""``idle``: it has no replicas, and is kept for a roll back. ``failed``: it never became ready."""


class RevisionAdded(_Event, frozen=True, tag="revision"):
    """A revision is to be started; it gets traffic when it is ready.

    Attributes:
        model: With ``version``, what it serves: told here too, for its folder may be gone one day.
        percent: Of the traffic that it is to get as the canary; 0 where it is to be the shadow, or the stable one.
    """

    revision: int
    model: str = ""
    version: int = 0
    least: int = 1
    most: int = 1
    percent: int = 0
    shadow: bool = False
    who: str = ""


class RevisionChanged(_Event, frozen=True, tag="became"):
    """A revision has a new state."""

    revision: int
    state: RevisionState
    why: str = ""


class RevisionRemoved(_Event, frozen=True, tag="removed"):
    """A kept revision is gone."""

    revision: int
    who: str = ""


class TrafficMoved(_Event, frozen=True, tag="traffic"):
    """Requests go elsewhere: the router has said so.

    Attributes:
        stable: The revision that gets what the canary does not.
        canary: 0 if there is none.
        percent: What the canary gets.
        shadow: The revision that gets a copy of requests, whose answers nobody sees; 0 if there is none.
        why: One sentence: ``r4 is promoted``, ``r4 is rolled back by itself: errors 3.1 % > 1 %``.
    """

    stable: int
    canary: int = 0
    percent: int = 0
    shadow: int = 0
    why: str = ""
    who: str = ""


class ReplicaStarted(_Event, frozen=True, tag="replica"):
    """A replica's process exists.

    Attributes:
        replica: Its number within the revision, from 0; one that is started anew has the number of the one before.
        pid: Its process.
        ticks: When that process started, as the system counts it: with the pid, this is what identifies it.
    """

    revision: int
    replica: int
    pid: int
    ticks: int = 0


class ReplicaReady(_Event, frozen=True, tag="ready"):
    """A replica has said that it answers.

    Attributes:
        seconds: From its start.
    """

    revision: int
    replica: int
    pid: int
    seconds: float = 0.0


class ReplicaEnded(_Event, frozen=True, tag="ended"):
    """A replica's process has ended.

    Attributes:
        why: One sentence, unless it was asked to.
    """

    revision: int
    replica: int
    pid: int
    why: str = ""


class RouterStarted(_Event, frozen=True, tag="router"):
    """The router's process exists."""

    pid: int
    ticks: int = 0


class Scaled(_Event, frozen=True, tag="scaled"):
    """A revision has other bounds, or another number of replicas is wanted between them."""

    revision: int
    least: int
    most: int
    wanted: int
    why: str = ""
    who: str = ""


class PortOpened(_Event, frozen=True, tag="port"):
    """The endpoint listens on a loopback port; 0 if it no longer does."""

    port: int
    who: str = ""


class GatesSet(_Event, frozen=True, tag="gates"):
    """What the endpoint does by itself was changed."""

    gates: Gates
    who: str = ""


EndpointEvent = (
    Launched
    | StateChanged
    | RevisionAdded
    | RevisionChanged
    | RevisionRemoved
    | TrafficMoved
    | ReplicaStarted
    | ReplicaReady
    | ReplicaEnded
    | RouterStarted
    | Scaled
    | PortOpened
    | GatesSet
    | Answered
    | Noted
)
"""In ``StateChanged``, ``attempt`` is the leg."""


class ReplicaFact(msgspec.Struct, omit_defaults=True):
    """One replica as its keeper knows it.

    Attributes:
        restarts: How often it was started anew because it had ended by itself.
        memory: Bytes, as they were sampled last; 0 if they were not yet.
    """

    revision: int
    replica: int
    pid: int = 0
    ticks: int = 0
    state: Literal["starting", "ready", "ending", "ended"] = "starting"
    since: float = 0.0
    restarts: int = 0
    memory: int = 0
    why: str = ""


class RevisionFact(msgspec.Struct, omit_defaults=True):
    """One revision: what was asked for, and how it stands.

    Attributes:
        role: ``stable``, ``canary``, ``shadow``; ``kept`` if it has no traffic.
        percent: Of the traffic.
        since: When it got the role that it has.
        took: Seconds from its start until it was ready.
    """

    spec: RevisionSpec
    state: RevisionState = "starting"
    why: str = ""
    role: Literal["stable", "canary", "shadow", "kept"] = "kept"
    percent: int = 0
    least: int = 1
    most: int = 1
    wanted: int = 0
    since: float = 0.0
    took: float | None = None
    replicas: list[ReplicaFact] = []


class Rollout(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of what happened to an endpoint's traffic.

    Attributes:
        text: One sentence: ``canary r4 to 10 %``, ``r4 ready after 1.3 s, digits v4``.
        tone: How it is shown.
    """

    time: float
    text: str
    who: str = ""
    tone: Literal["", "good", "bad"] = ""


class EndpointStatus(msgspec.Struct, omit_defaults=True):
    """What the events of an endpoint come to.

    Attributes:
        up: Whether it is wanted up: whoever finds it so without a keeper starts one.
        leg: How often it has begun.
        launches: How many keepers have taken it.
        stable: Number of the revision that gets what the canary does not; 0 before the first is ready.
        before: Stable revisions before this one, the latest last: what a roll back goes to.
        revisions: Those that are kept, in the order of their numbers; ``spec`` is read from their folders.
        last: The highest number of a revision that was ever given.
        rollouts: Oldest first.
    """

    state: State = State.QUEUED
    why: str = ""
    up: bool = True
    leg: int = 1
    started: float | None = None
    ended: float | None = None
    launches: int = 0
    stable: int = 0
    canary: int = 0
    percent: int = 0
    shadow: int = 0
    before: list[int] = []
    revisions: list[RevisionFact] = []
    last: int = 0
    router: int = 0
    router_ticks: int = 0
    port: int = 0
    gates: Gates = Gates()
    stopping: str | None = None
    notes: list[str] = []
    rollouts: list[Rollout] = []


class RevisionRow(msgspec.Struct, omit_defaults=True):
    """A revision as lists show it, without what only its page needs."""

    revision: int
    model: str
    version: int
    state: RevisionState = "starting"
    why: str = ""
    role: Literal["stable", "canary", "shadow", "kept"] = "kept"
    percent: int = 0
    ready: int = 0
    wanted: int = 0
    since: float = 0.0


class EndpointRow(msgspec.Struct, omit_defaults=True):
    """An endpoint as lists show it: one row of the index, derived from its folder alone.

    Attributes:
        id: Its name: there is one endpoint of a name.
        model: Of the stable revision.
        version: Of the stable revision.
        ready: How many replicas answer.
        wanted: How many should.
        rate: Requests a second over the last minute.
        p95: Milliseconds over the last minutes with requests; None if there were none.
        errors: Share of requests that failed over the last minutes, 0 to 1; None if there were none.
        drifting: Names of input columns that have moved.
        recent: Requests a second over the last 40 looks: enough for a sparkline.
        revisions: Those that have a role, or are being started.
    """

    id: str
    name: str
    state: State = State.QUEUED
    why: str = ""
    platform: str = "local"
    model: str = ""
    version: int = 0
    stable: int = 0
    canary: int = 0
    percent: int = 0
    shadow: int = 0
    ready: int = 0
    wanted: int = 0
    up: bool = True
    rate: float = 0.0
    p95: float | None = None
    errors: float | None = None
    drifting: list[str] = []
    recent: list[float] = []
    revisions: list[RevisionRow] = []
    port: int = 0
    leg: int = 1
    created: float = 0.0
    started: float | None = None
    ended: float | None = None
    host: str = ""
    notebook: str = ""
    note: str = ""
    tags: list[str] = []
    archived: bool = False
    broken: str = ""


class EndpointSnapshot(msgspec.Struct, omit_defaults=True):
    """An endpoint as its card and its page show it.

    Attributes:
        revisions: All that are kept, the latest first.
        stats: One for each revision that has answered, or has a role.
        judged: The held-out data that is stored with it, in words; empty if there is none.
        address: How it is reached from this machine: a Unix socket's path.
        url: With its port, if it has one; empty if not.
        rollouts: The latest first, at most 200.
        example: The first rows of the stable version's input example, as in ``VersionSnapshot``.
        variable: The notebook variable that carries it; empty if it is the one that the name gives.
        detached: Whether the cell that asked no longer waits.
        elsewhere: A sentence if nobody here can say how it stands; ``notes`` has it too.
    """

    row: EndpointRow
    revisions: list[RevisionFact] = []
    stats: list[RevisionStats] = []
    drift: Drift | None = None
    scoreboard: Scoreboard | None = None
    judged: str = ""
    gates: Gates = Gates()
    rollouts: list[Rollout] = []
    example: list[Any] = []
    lineage: Lineage = Lineage()
    address: str = ""
    url: str = ""
    notes: list[str] = []
    variable: str = ""
    detached: bool = False
    elsewhere: str = ""
    home: str = ""
    prompt: int = 0
