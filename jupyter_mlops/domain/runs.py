"""What a run is: what was asked for, what happened, and what follows from both."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Literal

import msgspec

from jupyter_mlops.domain.kinds import Shape, pods, rank_count
from jupyter_mlops.domain.plans import with_plan

FORMAT = 1
"""Number of the folder's format; a newer one is refused in one sentence."""

Scalar = bool | int | float | str | None


class State(StrEnum):
    """Where a run stands. Equal to the plain word: ``run.state == "failed"``."""

    QUEUED = "queued"
    STARTING = "starting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    STOPPED = "stopped"

    def __repr__(self) -> str:
        # What a notebook shows of ``run.state`` is the word that it is compared with.
        return repr(self.value)

    @property
    def is_finished(self) -> bool:
        """Say whether nothing can follow."""
        return self in (State.SUCCEEDED, State.FAILED, State.STOPPED)


TRANSITIONS: dict[State | None, frozenset[State]] = {
    None: frozenset({State.QUEUED}),
    State.QUEUED: frozenset({State.STARTING, State.FAILED, State.STOPPED}),
    # Back to starting is a new attempt.
    State.STARTING: frozenset({State.STARTING, State.RUNNING, State.SUCCEEDED, State.FAILED, State.STOPPED}),
    State.RUNNING: frozenset({State.STARTING, State.SUCCEEDED, State.FAILED, State.STOPPED}),
    State.SUCCEEDED: frozenset(),
    State.FAILED: frozenset(),
    State.STOPPED: frozenset(),
}


class Resources(msgspec.Struct, frozen=True, omit_defaults=True):
    """What each rank may use.

    Attributes:
        cpus: Cores, whole or a fraction; None is no limit.
        memory: Bytes; None is no limit.
        gpus: Devices.
    """

    cpus: float | None = None
    memory: int | None = None
    gpus: int = 0


class Limits(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a run is cut short.

    Attributes:
        timeout: Seconds from the first start to the end; None is no limit.
        retries: How often what failed is started again: the attempt, or, with ``restart``, the pod alone.
        restart: Which pods are started again alone, as the operators' ``restartPolicy`` has it: ``never``;
            ``on-failure``; ``exit-code``: only those that ended with a code from 128 on.
        log: Bytes of all logs of a run.
        full: What happens at ``log``: ``cut`` drops the middle, ``stop`` ends the run.
        hang: Seconds after which a run whose ranks are all silent and idle is said to hang; 0 is never.
    """

    timeout: float | None = None
    retries: int = 0
    restart: Literal["never", "on-failure", "exit-code"] = "never"
    log: int = 1 << 30
    full: str = "cut"
    hang: float = 300.0


class Origin(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who asked for a run, and from where.

    Attributes:
        user: Login name.
        host: Name of the machine.
        machine: The machine's id, which survives a restart.
        boot: The boot's id, which does not.
        pid: The process that submitted.
        notebook: Path of the notebook, if it is known.
        cell: Id of the notebook's cell, if it is known.
        prompt: The number in the cell's ``[n]``; 0 if there is none.
        pod: Whether the machine is a pod of a hub, with which everything on it ends.
    """

    user: str = ""
    host: str = ""
    machine: str = ""
    boot: str = ""
    pid: int = 0
    notebook: str = ""
    cell: str = ""
    prompt: int = 0
    pod: bool = False


class RunSpec(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was asked for: ``spec.json``, written once by the submitter.

    Attributes:
        id: Readable and sortable.
        name: A label; runs may share one.
        code_hash: SHA-256 of the cell as it runs.
        created: Seconds since the epoch.
        kind: What its processes are: one of ``domain.kinds.KINDS``.
        workers: Pods that train.
        slots: Processes in each of them.
        ps: Parameter servers.
        evaluator: Whether there is an evaluator.
        servers: Servers of an mxnet run.
        chief: Whether the first worker of a tensorflow run is a Chief.
        cold: Whether its ranks are to be started without a template.
        imports: Modules of packages that its cell imports, which a template may have imported.
        params: Every parameter of the cell that was set on the magic's line.
        python: Interpreter of the ranks.
        cwd: Working directory of the ranks.
        env: Environment of the ranks, less suspicious values.
        withheld: Names of the variables whose values are not written down.
        keep: Names whose values come back.
        retry_of: Id of the run that this one repeats; empty if none.
        sweep: Id of the sweep whose trial this is; empty if none.
        trial: Number of the trial within its sweep.
        plan: Parameters of the cell that may say how far it means to go, such as ``epochs``.
    """

    id: str
    name: str
    code_hash: str
    created: float
    python: str
    cwd: str
    kind: str = "python"
    platform: str = "local"
    workers: int = 1
    slots: int = 1
    ps: int = 0
    evaluator: bool = False
    servers: int = 1
    chief: bool = False
    cold: bool = False
    imports: list[str] = []
    params: dict[str, Scalar] = {}
    env: dict[str, str] = {}
    withheld: list[str] = []
    resources: Resources = Resources()
    limits: Limits = Limits()
    keep: list[str] = []
    origin: Origin = Origin()
    retry_of: str = ""
    sweep: str = ""
    trial: int | None = None
    plan: dict[str, Scalar] = {}
    format: int = FORMAT

    @property
    def shape(self) -> Shape:
        """Which processes the run has."""
        return Shape(
            self.kind,
            self.workers,
            slots=self.slots,
            ps=self.ps,
            evaluator=self.evaluator,
            servers=self.servers,
            chief=self.chief,
        )

    @property
    def rank_count(self) -> int:
        """How many ranks the run has, those that only serve included."""
        return rank_count(self.shape)


class CellError(msgspec.Struct, frozen=True, omit_defaults=True):
    """The exception that ended a rank, seen from the notebook.

    Attributes:
        type: Name of the exception's class.
        message: Its text, at most 2,000 characters.
        line: One-based line of the cell where it passed; 0 if it never was in the cell.
        traceback: The rendered traceback with IPython's colours, frames of ours removed.
    """

    type: str
    message: str
    line: int = 0
    traceback: str = ""


class Made(msgspec.Struct, frozen=True, omit_defaults=True):
    """A name that the cell left behind: what ``--keep`` could bring back, or did.

    Attributes:
        name: The variable.
        type: Name of its class.
        size: Bytes of the stored value; None where it was not kept.
        why: Why it could not be kept; empty if it could or was not asked for.
    """

    name: str
    type: str
    size: int | None = None
    why: str = ""


class _Event(msgspec.Struct, frozen=True, tag_field="type", omit_defaults=True):
    time: float


class Launched(_Event, frozen=True, tag="launched"):
    """A keeper has taken the run's lock."""

    pid: int
    host: str = ""


class StateChanged(_Event, frozen=True, tag="state"):
    """The run has a new state, or a new reason for the one it has."""

    state: State
    why: str = ""
    attempt: int = 1
    rank: int | None = None
    """The rank that failed first, where one did."""


class RankStarted(_Event, frozen=True, tag="rank"):
    """A rank's process exists."""

    rank: int
    attempt: int
    pid: int


class AttemptBegun(_Event, frozen=True, tag="begun"):
    """How the ranks of an attempt were started.

    Attributes:
        warm: Whether they came from a template that had imported what the cell imports.
        why: Why not, in one sentence; empty if they did, or if nobody would expect it.
    """

    attempt: int
    warm: bool = False
    why: str = ""


class RankStack(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a rank is.

    Attributes:
        line: One-based line of the cell that it is at; 0 if no thread is in the cell.
        text: The stacks of all its threads, the most recent call first, without frames of ours.
    """

    rank: int
    text: str
    line: int = 0


class Hung(_Event, frozen=True, tag="hung"):
    """All ranks have been silent and idle for so long that somebody should look; empty ``stacks``: they go on again.

    Attributes:
        seconds: For how long.
        stacks: Where each rank is.
    """

    attempt: int
    seconds: float = 0.0
    stacks: list[RankStack] = []


class StacksTaken(_Event, frozen=True, tag="stacks"):
    """Somebody has asked where the ranks are.

    Attributes:
        request: The id of the request.
        stacks: Where each rank is.
    """

    attempt: int
    request: str
    stacks: list[RankStack] = []


class Straggling(_Event, frozen=True, tag="straggler"):
    """One rank is slower than the others; ``ratio`` 0: none is any more.

    Attributes:
        ratio: How many times longer its steps take than those of the median rank.
    """

    attempt: int
    rank: int = 0
    ratio: float = 0.0


class RankExited(_Event, frozen=True, tag="exit"):
    """A rank's process has ended; exactly one of ``code`` and ``signal`` is set where the end is known."""

    rank: int
    attempt: int
    code: int | None = None
    signal: int | None = None
    why: str = ""
    peak: int = 0
    """Largest resident memory of one of its processes, in bytes."""


class CellFailed(_Event, frozen=True, tag="error"):
    """An exception left the cell in one rank."""

    rank: int
    attempt: int
    error: CellError


class CellEnded(_Event, frozen=True, tag="made"):
    """The cell came to its end in rank 0 and left these names."""

    attempt: int
    made: list[Made] = []


class Logged(_Event, frozen=True, tag="logged"):
    """The cell said, while it went, what it goes with: parameters, and words about itself."""

    attempt: int
    params: dict[str, Scalar] = {}
    tags: dict[str, Scalar] = {}


class Answered(_Event, frozen=True, tag="answer"):
    """A request was read; ``text`` says what came of it.

    Attributes:
        refused: Whether it could not be done.
    """

    request: str
    verb: str
    who: str = ""
    text: str = ""
    refused: bool = False


class Noted(_Event, frozen=True, tag="note"):
    """One sentence about the run that is worth showing."""

    text: str


Event = (
    Launched
    | StateChanged
    | AttemptBegun
    | RankStarted
    | RankExited
    | Hung
    | StacksTaken
    | Straggling
    | CellFailed
    | CellEnded
    | Logged
    | Answered
    | Noted
)


class RankStatus(msgspec.Struct, omit_defaults=True):
    """One rank of the last attempt.

    Attributes:
        index: Number of its pod in its role, from 0.
        restarts: How often its pod was started again in this attempt.
    """

    rank: int
    role: str = "worker"
    index: int = 0
    restarts: int = 0
    pid: int = 0
    started: float | None = None
    ended: float | None = None
    code: int | None = None
    signal: int | None = None
    why: str = ""
    peak: int = 0


class RunStatus(msgspec.Struct, omit_defaults=True):
    """What the events of a run come to.

    Attributes:
        started: When the first rank reached the first line of the cell, in the last attempt.
        failed_rank: The rank that failed first; None if none did.
        launches: How many keepers have taken the run.
        error: What left the cell in the rank that failed first; while that is not known, in whichever rank.
        errors: What left the cell, by rank, as long as the run is not finished.
        logged: Parameters that the cell itself named in the last attempt, as with MLflow's ``log_params``.
        tags: What the cell said of itself there, as with MLflow's ``set_tag``.
        warm: Whether the ranks came from a template; None while it is not known.
        cold: Why they did not, in one sentence; empty if they did, or if nobody would expect it.
        hung: What was found when all ranks were silent and idle; None if they go on.
        straggler: The rank that is slower than the others; None if none is.
    """

    state: State = State.QUEUED
    why: str = ""
    attempt: int = 1
    started: float | None = None
    ended: float | None = None
    launches: int = 0
    failed_rank: int | None = None
    ranks: list[RankStatus] = []
    error: CellError | None = None
    errors: dict[int, CellError] = {}
    made: list[Made] = []
    logged: dict[str, Scalar] = {}
    tags: dict[str, Scalar] = {}
    notes: list[str] = []
    warm: bool | None = None
    cold: str = ""
    hung: Hung | None = None
    straggler: Straggling | None = None

    @property
    def has_started(self) -> bool:
        """Say whether a rank of the run may exist or have existed."""
        return self.state is not State.QUEUED


Number = float | Literal["NaN", "Infinity", "-Infinity"]
"""A value as it travels: JSON has no numbers that are not finite. ``float()`` of either is the value."""


class MetricSummary(msgspec.Struct, frozen=True):
    """What is kept per metric of rank 0 in the last attempt.

    Attributes:
        axis: What the steps count: ``step``, ``epoch``, ...
        step: Where ``last`` was reported.
        min: The smallest value that is a number; NaN where none is.
        count: How many points there are.
        recent: A few finite values, first to last, evenly chosen: enough for a sparkline.
    """

    last: Number
    step: float
    min: Number
    min_step: float
    max: Number
    max_step: float
    count: int
    axis: str = "step"
    recent: list[float] = []


class Progress(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far rank 0 says it is.

    Attributes:
        done: How many of ``total`` are done.
        total: None where no end is known.
        unit: ``epoch``, ``step`` or what the bar counts; may be empty.
        text: What the bar says, without control codes.
    """

    done: float
    total: float | None = None
    unit: str = ""
    text: str = ""


class RankUsage(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one rank and all that it started used when it was last sampled.

    Attributes:
        cpu: Percent of one core; None where it was not sampled.
        memory: Bytes; None where it was not sampled.
        rate: Steps a second, over the last minute; None where it reports none.
    """

    rank: int
    cpu: float | None = None
    memory: int | None = None
    rate: float | None = None


class RunNotes(msgspec.Struct, omit_defaults=True):
    """``notes.json``: what people wrote about a run; the last writer wins."""

    note: str = ""
    tags: list[str] = []
    archived: bool = False


class RunRow(msgspec.Struct, omit_defaults=True):
    """A run as lists show it: one row of the index, derived from the folder alone.

    Attributes:
        params: Those that were set, then what the cell logged of itself under other names.
        broken: Why the folder cannot be read; empty if it can.
    """

    id: str
    name: str
    state: State = State.QUEUED
    why: str = ""
    kind: str = "python"
    platform: str = "local"
    workers: int = 1
    params: dict[str, Scalar] = {}
    created: float = 0.0
    started: float | None = None
    ended: float | None = None
    attempt: int = 1
    metrics: dict[str, MetricSummary] = {}
    progress: Progress | None = None
    failed_rank: int | None = None
    host: str = ""
    notebook: str = ""
    sweep: str = ""
    trial: int | None = None
    retry_of: str = ""
    note: str = ""
    tags: list[str] = []
    archived: bool = False
    broken: str = ""


class Processes(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which processes were asked for, beside the kind and the workers of the row. See ``RunSpec``."""

    slots: int = 1
    ps: int = 0
    evaluator: bool = False
    servers: int = 1
    chief: bool = False


class RunSnapshot(msgspec.Struct, omit_defaults=True):
    """A run as its card shows it: the row, and what only the card needs.

    Attributes:
        ranks: Those of the last attempt; before the first, those that are to come.
        bands: Step, least and greatest value over all ranks, of those curves that a card draws.
        log: The last lines of the log, folded as a terminal would, colour sequences kept: (rank, text).
        captured: One line of the receipt, such as ``Net, loader (12 kB)``.
        code: The cell as it ran.
        home: Id of the home that holds the run.
        detached: Whether the cell that submitted no longer waits.
        code_hash: SHA-256 of the cell as it ran.
        variable: The notebook variable that carries the run; empty if it is the one that the name gives.
        place: Place in the queue of a run that waits, from 1; 0 if unknown.
        usage: What ranks use now, where it was sampled.
        elsewhere: A sentence if nobody here can say how it stands; ``notes`` has it too.
        line: One-based line of the cell at which a signal killed the rank that failed first; 0 if unknown.
        warm: Whether the ranks came from a template; None while it is not known.
        cold: Why they did not, in one sentence.
        hung: Where the ranks are, if all of them are silent and idle.
        straggler: The rank that is slower than the others.
        processes: Which processes were asked for.
        install: The command that installs what it failed for the lack of, into its interpreter; empty if nothing.
    """

    row: RunRow
    ranks: list[RankStatus] = []
    error: CellError | None = None
    made: list[Made] = []
    notes: list[str] = []
    keep: list[str] = []
    log: list[tuple[int, str]] = []
    curves: dict[str, list[tuple[float, float]]] = {}
    bands: dict[str, list[tuple[float, float, float]]] = {}
    captured: str = ""
    code: str = ""
    prompt: int = 0
    home: str = ""
    detached: bool = False
    code_hash: str = ""
    variable: str = ""
    place: int = 0
    usage: list[RankUsage] = []
    resources: Resources = Resources()
    limits: Limits = Limits()
    elsewhere: str = ""
    line: int = 0
    warm: bool | None = None
    cold: str = ""
    hung: Hung | None = None
    straggler: Straggling | None = None
    processes: Processes = Processes()
    install: str = ""


def is_legal(before: State | None, after: State) -> bool:
    """Say whether a run may go from one state to the other; the same unfinished state again is a new reason."""
    if before is after:
        return not after.is_finished
    return after in TRANSITIONS[before]


def fold(spec: RunSpec, events: Iterable[Event]) -> RunStatus:
    """Return what ``events``, in the order they were written, come to."""
    status = RunStatus()
    for event in events:
        apply(spec, status, event)
    return status


def apply(spec: RunSpec, status: RunStatus, event: Event) -> None:
    """Bring ``status`` up to date with one more event."""
    match event:
        case Launched():
            status.launches += 1
        case StateChanged():
            _apply_state(spec, status, event)
        case Noted(text=text):
            status.notes.append(text)
        case Answered() | StacksTaken():
            pass
        case _ if event.attempt == status.attempt:
            _apply_to_attempt(status, event)


def _apply_to_attempt(
    status: RunStatus,
    event: AttemptBegun | RankStarted | RankExited | Hung | Straggling | CellFailed | CellEnded | Logged,
) -> None:
    match event:
        case AttemptBegun():
            status.warm, status.cold = event.warm, event.why
        case RankStarted(rank=rank):
            # It may have failed before its start was seen; what an earlier process of it said does not count any more.
            if status.ranks[rank].pid:
                status.errors.pop(rank, None)
            status.ranks[rank] = _started(status.ranks[rank], event)
        case RankExited(rank=rank):
            known = status.ranks[rank]
            known.ended, known.code, known.signal = event.time, event.code, event.signal
            known.why, known.peak = event.why, event.peak
        case Hung():
            status.hung = event if event.stacks else None
        case Straggling():
            status.straggler = event if event.ratio else None
        case CellFailed():
            status.errors[event.rank] = event.error
            status.error = status.error or event.error
        case CellEnded():
            status.made = event.made
        case Logged():
            status.logged = {**status.logged, **event.params}
            status.tags = {**status.tags, **event.tags}


def _started(known: RankStatus, event: RankStarted) -> RankStatus:
    again = known.restarts + 1 if known.pid else 0
    return RankStatus(
        rank=known.rank, role=known.role, index=known.index, restarts=again, pid=event.pid, started=event.time
    )


def _apply_state(spec: RunSpec, status: RunStatus, event: StateChanged) -> None:
    status.state, status.why = event.state, event.why
    if event.rank is not None:
        status.failed_rank, status.error = event.rank, status.errors.get(event.rank)
    if event.state is State.STARTING and (event.attempt != status.attempt or not status.ranks):
        status.attempt, status.error, status.started, status.failed_rank = event.attempt, None, None, None
        status.errors, status.made, status.logged, status.tags = {}, [], {}, {}
        status.warm, status.cold, status.hung, status.straggler = None, "", None, None
        status.ranks = first_statuses(spec)
    if event.state is State.RUNNING and status.started is None:
        status.started = event.time
    if event.state.is_finished:
        status.ended = event.time
        status.straggler = None
        status.errors = {}


def first_statuses(spec: RunSpec) -> list[RankStatus]:
    """Return the ranks of a run before they have started."""
    found = [
        RankStatus(rank=pod.first + number, role=pod.role, index=pod.index)
        for pod in pods(spec.shape)
        for number in range(pod.ranks)
    ]
    return sorted(found, key=lambda each: each.rank)


def _shown_params(spec: RunSpec, status: RunStatus) -> dict[str, Scalar]:
    """Return the parameters that were set, then those that the cell logged, then its tags; the first of a name wins."""
    found = dict(spec.params)
    for said in (status.logged, status.tags):
        for name, value in said.items():
            found.setdefault(name, value)
    return found


def row_of(
    spec: RunSpec,
    status: RunStatus,
    metrics: dict[str, MetricSummary],
    progress: Progress | None,
    notes: RunNotes,
) -> RunRow:
    """Return the index row of a run: a pure function of what its folder says."""
    return RunRow(
        id=spec.id,
        name=spec.name,
        state=status.state,
        why=status.why,
        kind=spec.kind,
        platform=spec.platform,
        workers=spec.workers,
        params=_shown_params(spec, status),
        created=spec.created,
        started=status.started,
        ended=status.ended,
        attempt=status.attempt,
        metrics=metrics,
        progress=with_plan(progress, spec.plan),
        failed_rank=status.failed_rank,
        host=spec.origin.host,
        notebook=spec.origin.notebook,
        sweep=spec.sweep,
        trial=spec.trial,
        retry_of=spec.retry_of,
        note=notes.note,
        tags=notes.tags,
        archived=notes.archived,
    )
