"""What the events of an endpoint come to: its status, the lines of its history, and its row."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from jupyter_mlops.domain.endpoints import (
    EndpointEvent,
    EndpointRow,
    EndpointSpec,
    EndpointStatus,
    GatesSet,
    PortOpened,
    ReplicaEnded,
    ReplicaFact,
    ReplicaReady,
    ReplicaStarted,
    RevisionAdded,
    RevisionChanged,
    RevisionFact,
    RevisionRemoved,
    RevisionRow,
    RevisionSpec,
    Rollout,
    RouterStarted,
    Scaled,
    TrafficMoved,
)
from jupyter_mlops.domain.runs import Answered, Launched, Noted, RunNotes, State, StateChanged

ROLLOUTS = 200
"""How many lines of its history an endpoint remembers."""

SpecOf = Callable[[int], RevisionSpec | None]
"""Returns what was asked for with a revision; None where its folder is gone."""


class Seen(msgspec.Struct, frozen=True):
    """What was seen of the requests, as far as a row shows it."""

    rate: float = 0.0
    p95: float | None = None
    errors: float | None = None
    drifting: list[str] = []
    recent: list[float] = []


def is_legal(before: State, after: State) -> bool:
    """Say whether an endpoint may go from one state to the other; the same unfinished state again is a new reason."""
    if before is after:
        return not after.is_finished
    if before.is_finished:
        return after is State.STARTING
    return after in (State.STARTING, State.RUNNING, State.FAILED, State.STOPPED)


def fold(events: Iterable[EndpointEvent], spec_of: SpecOf) -> EndpointStatus:
    """Return what ``events``, in the order they were written, come to."""
    status = EndpointStatus()
    for event in events:
        apply(status, event, spec_of)
    return status


def apply(status: EndpointStatus, event: EndpointEvent, spec_of: SpecOf) -> None:
    """Bring ``status`` up to date with one more event.

    Raises:
        LookupError: it speaks of a revision or a replica that is not there.
    """
    match event:
        case Launched():
            status.launches += 1
        case StateChanged():
            _apply_state(status, event)
        case RevisionAdded():
            _add(status, event, spec_of)
        case ReplicaStarted() | ReplicaReady() | ReplicaEnded():
            _apply_replica(status, event)
        case RouterStarted():
            status.router, status.router_ticks = event.pid, event.ticks
        case Answered(verb="stop"):
            status.stopping = event.who
        case Noted():
            status.notes.append(event.text)
        case _:
            _apply_change(status, event)


def revision_of(status: EndpointStatus, revision: int) -> RevisionFact:
    """Return what is known of a revision.

    Raises:
        LookupError: it is not there.
    """
    for fact in status.revisions:
        if fact.spec.revision == revision:
            return fact
    raise LookupError(f"there is no revision {revision}")


def replica_of(fact: RevisionFact, replica: int) -> ReplicaFact:
    """Return what is known of a replica.

    Raises:
        LookupError: it is not there.
    """
    for known in fact.replicas:
        if known.replica == replica:
            return known
    raise LookupError(f"r{fact.spec.revision} has no replica {replica}")


def ready_replicas(fact: RevisionFact) -> list[ReplicaFact]:
    """Return the replicas that answer."""
    return [replica for replica in fact.replicas if replica.state == "ready"]


def row_of(spec: EndpointSpec, status: EndpointStatus, notes: RunNotes, seen: Seen) -> EndpointRow:
    """Return the index row of an endpoint: a pure function of what its folder says."""
    stable = next((fact for fact in status.revisions if fact.spec.revision == status.stable), None)
    shown = stable or (status.revisions[-1] if status.revisions else None)
    lively = [fact for fact in status.revisions if fact.role != "kept" or fact.state in ("starting", "ready")]
    return EndpointRow(
        id=spec.id,
        name=spec.name,
        state=status.state,
        why=status.why,
        platform=spec.platform,
        model=shown.spec.model if shown else "",
        version=shown.spec.version if shown else 0,
        stable=status.stable,
        canary=status.canary,
        percent=status.percent,
        shadow=status.shadow,
        ready=sum(len(ready_replicas(fact)) for fact in lively),
        wanted=0 if status.state.is_finished else sum(fact.wanted for fact in lively),
        up=status.up,
        rate=seen.rate,
        p95=seen.p95,
        errors=seen.errors,
        drifting=seen.drifting,
        recent=seen.recent,
        revisions=[_revision_row(fact) for fact in lively],
        port=status.port,
        leg=status.leg,
        created=spec.created,
        started=status.started,
        ended=status.ended,
        host=spec.origin.host,
        notebook=spec.origin.notebook,
        note=notes.note,
        tags=notes.tags,
        archived=notes.archived,
    )


def _revision_row(fact: RevisionFact) -> RevisionRow:
    return RevisionRow(
        revision=fact.spec.revision,
        model=fact.spec.model,
        version=fact.spec.version,
        state=fact.state,
        why=fact.why,
        role=fact.role,
        percent=fact.percent,
        ready=len(ready_replicas(fact)),
        wanted=fact.wanted,
        since=fact.since,
    )


def _apply_change(status: EndpointStatus, event: EndpointEvent) -> None:
    match event:
        case RevisionChanged():
            _change(status, event)
        case RevisionRemoved():
            status.revisions.remove(revision_of(status, event.revision))
            status.before = [each for each in status.before if each != event.revision]
            _tell(status, event.time, f"r{event.revision} is deleted", event.who)
        case TrafficMoved():
            _move(status, event)
        case Scaled():
            _scale(status, event)
        case PortOpened():
            status.port = event.port
            _tell(status, event.time, f"port {event.port} is open" if event.port else "the port is closed", event.who)
        case GatesSet():
            status.gates = event.gates
            _tell(status, event.time, _gates_told(event), event.who)
        case _:
            pass


def _apply_state(status: EndpointStatus, event: StateChanged) -> None:
    if event.attempt != status.leg or (status.state is State.QUEUED and event.state is State.STARTING):
        status.started, status.stopping = None, None
    if event.state is State.RUNNING and status.started is None:
        status.started = event.time
    if event.state.is_finished:
        _tell(status, event.time, event.why or f"the endpoint is {event.state}", tone=_tone_of(event.state))
    elif event.attempt != status.leg:
        _tell(status, event.time, event.why or "the endpoint is started again")
    if event.state.is_finished:
        # The end is written when no process is left.
        for fact in status.revisions:
            fact.replicas = []
    status.state, status.why, status.leg = event.state, event.why, event.attempt
    status.ended = event.time if event.state.is_finished else None
    status.up = not event.state.is_finished


def _tone_of(state: State) -> str:
    return "bad" if state is State.FAILED else ""


def _add(status: EndpointStatus, event: RevisionAdded, spec_of: SpecOf) -> None:
    if event.revision <= status.last:
        raise LookupError(f"revision {event.revision} comes after {status.last}")
    spec = spec_of(event.revision) or _unknown(event)
    fact = RevisionFact(spec=spec, least=event.least, most=event.most, wanted=event.least, since=event.time)
    status.revisions.append(fact)
    status.last = event.revision
    purpose = ", a shadow" if event.shadow else f", a canary of {event.percent} %" if event.percent else ""
    _tell(status, event.time, f"r{event.revision} starts: {spec.model} v{spec.version}{purpose}", event.who)


def _unknown(event: RevisionAdded) -> RevisionSpec:
    return RevisionSpec(
        endpoint="",
        revision=event.revision,
        created=event.time,
        model=event.model,
        version=event.version,
        flavor="",
        folder="",
        least=event.least,
        most=event.most,
    )


def _change(status: EndpointStatus, event: RevisionChanged) -> None:
    fact = revision_of(status, event.revision)
    was, fact.state, fact.why = fact.state, event.state, event.why
    name = f"r{event.revision}"
    if event.state == "ready" and was == "starting":
        took = f" after {fact.took:.1f} s" if fact.took is not None else ""
        _tell(status, event.time, f"{name} is ready{took}: {fact.spec.model} v{fact.spec.version}", tone="good")
    elif event.state == "failed":
        _tell(status, event.time, f"{name} has failed: {event.why}", tone="bad")
    elif event.state == "starting":
        fact.took = None


def _move(status: EndpointStatus, event: TrafficMoved) -> None:
    text, tone = _told(status, event)
    if event.stable != status.stable:
        _remember_stable(status, event.stable)
    status.stable, status.canary, status.percent = event.stable, event.canary, event.percent
    status.shadow = event.shadow
    for fact in status.revisions:
        _give_role(status, fact, event.time)
    if text:
        _tell(status, event.time, text, event.who, tone)


def _told(status: EndpointStatus, event: TrafficMoved) -> tuple[str, str]:
    stable, before = event.stable, status.stable
    if stable != before:
        back = stable in status.before
        plain = f"back to r{stable}" if back else f"r{stable} is promoted" if stable == status.canary else ""
        return event.why or plain or f"r{stable} gets all requests", "bad" if back else "good"
    if event.canary and (event.canary, event.percent) != (status.canary, status.percent):
        return event.why or f"canary r{event.canary} to {event.percent} %", ""
    if status.canary and not event.canary:
        return event.why or f"canary r{status.canary} is dropped", "bad"
    if event.shadow != status.shadow:
        plain = f"r{event.shadow} gets a copy of requests" if event.shadow else f"shadow r{status.shadow} is dropped"
        return event.why or plain, ""
    return event.why, ""


def _remember_stable(status: EndpointStatus, stable: int) -> None:
    if stable in status.before:
        status.before = status.before[: status.before.index(stable)]
    elif status.stable:
        status.before = [*status.before, status.stable]


def _give_role(status: EndpointStatus, fact: RevisionFact, now: float) -> None:
    number, was = fact.spec.revision, (fact.role, fact.percent)
    fact.role, fact.percent = "kept", 0
    if number == status.stable:
        fact.role, fact.percent = "stable", 100 - status.percent
    elif number == status.canary:
        fact.role, fact.percent = "canary", status.percent
    elif number == status.shadow:
        fact.role = "shadow"
    if fact.role != was[0]:
        fact.since = now


def _apply_replica(status: EndpointStatus, event: ReplicaStarted | ReplicaReady | ReplicaEnded) -> None:
    fact = revision_of(status, event.revision)
    if isinstance(event, ReplicaStarted):
        known = next((each for each in fact.replicas if each.replica == event.replica), None)
        restarts = known.restarts + 1 if known is not None else 0
        if known is not None:
            fact.replicas.remove(known)
        started = ReplicaFact(
            event.revision, event.replica, event.pid, event.ticks, since=event.time, restarts=restarts
        )
        fact.replicas = sorted([*fact.replicas, started], key=lambda each: each.replica)
        return
    replica = replica_of(fact, event.replica)
    replica.since = event.time
    if isinstance(event, ReplicaReady):
        replica.state, replica.why = "ready", ""
        fact.took = event.seconds if fact.took is None else fact.took
    elif event.why:
        replica.state, replica.why, replica.memory = "ended", event.why, 0
        why = event.why.rstrip(".")
        _tell(status, event.time, f"a replica of r{event.revision} has ended: {why}", tone="bad")
    else:
        fact.replicas.remove(replica)


def _scale(status: EndpointStatus, event: Scaled) -> None:
    fact = revision_of(status, event.revision)
    is_new = (event.least, event.most) != (fact.least, fact.most)
    before, fact.least, fact.most, fact.wanted = fact.wanted, event.least, event.most, event.wanted
    name = f"r{event.revision}"
    if is_new:
        bounds = str(event.least) if event.least == event.most else f"{event.least}..{event.most}"
        _tell(status, event.time, f"{name} is scaled to {bounds}", event.who)
    elif event.wanted != before:
        why = f": {event.why}" if event.why else ""
        _tell(status, event.time, f"{name} goes from {before} to {event.wanted}{why}", event.who)


def _gates_told(event: GatesSet) -> str:
    promote, rollback = event.gates.promote, event.gates.rollback
    parts = [f"promote if {promote}" if promote else "", f"roll back if {rollback}" if rollback else ""]
    return "; ".join(filter(None, parts)) or "nothing is decided by itself"


def _tell(status: EndpointStatus, time: float, text: str, who: str = "", tone: str = "") -> None:
    status.rollouts.append(Rollout(time=time, text=text, who=who, tone=tone))  # type: ignore[arg-type]  # one of three
    del status.rollouts[:-ROLLOUTS]
