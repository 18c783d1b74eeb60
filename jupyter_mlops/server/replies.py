"""What routes are asked and answer, besides the structs of ``domain``."""

from __future__ import annotations

from math import inf
from typing import Annotated, Any, Literal

import msgspec

from jupyter_mlops.domain.runs import MetricSummary, Number, RunRow, RunSpec, RunStatus, Scalar, State
from jupyter_mlops.domain.series import Band, Series
from jupyter_mlops.domain.sweeps import SweepRow, TrialFact
from jupyter_mlops.services.outputs import Shown
from jupyter_mlops.services.runfiles import FileEntry

Count = Annotated[int, msgspec.Meta(ge=0, le=1 << 53)]
Rank = Annotated[int, msgspec.Meta(ge=0, le=1 << 20)]
Attempt = Annotated[int, msgspec.Meta(ge=1, le=1 << 20)]
Offset = Annotated[int, msgspec.Meta(ge=-(1 << 53), le=1 << 53)]


class RunsQuery(msgspec.Struct, frozen=True):
    """Which runs, in which order, and which page.

    Attributes:
        where: Conditions as people type them: ``digits lr > 0.01 state = failed``.
        state: States to show, once for each; all if it is left out.
        sort: A column, ``duration``, a parameter or a metric.
        sweep: The sweep whose trials are meant; empty is runs that are no trials.
        trials: Whether trials are listed among other runs.
        archived: ``no``, ``only`` or ``both``.
    """

    where: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    state: list[State] = []
    sort: Annotated[str, msgspec.Meta(max_length=200)] = "created"
    descending: bool = True
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 100
    offset: Count = 0
    archived: Literal["no", "only", "both"] = "no"
    sweep: Annotated[str, msgspec.Meta(max_length=200)] = ""
    trials: bool = False


class RunPage(msgspec.Struct, frozen=True):
    """A page of runs.

    Attributes:
        total: How many there are on all pages.
        states: How many there would be of each state if no ``state`` were asked for; a state without runs is left out.
        generation: With ``seq``, how new the page is at least; events go on from there.
    """

    runs: list[RunRow]
    total: int
    states: dict[State, int]
    generation: str
    seq: int


class RunDetail(msgspec.Struct, frozen=True):
    """All that is known of a run but what it made.

    Attributes:
        spec: What was asked for, without the values of its environment's variables.
        place: Where it stands in line, in one sentence; empty if it does not wait.
        elsewhere: A sentence if nobody here can say how it stands.
        attempts: Those that have logs.
        home: Id of the home that holds it.
    """

    row: RunRow
    status: RunStatus
    spec: RunSpec
    place: str
    elsewhere: str
    attempts: list[int]
    home: str


class RunChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What people write about a run; what is left out stays as it is."""

    note: Annotated[str, msgspec.Meta(max_length=100_000)] | msgspec.UnsetType = msgspec.UNSET
    tags: (
        Annotated[list[Annotated[str, msgspec.Meta(min_length=1, max_length=200)]], msgspec.Meta(max_length=100)]
        | msgspec.UnsetType
    ) = msgspec.UNSET
    archived: bool | msgspec.UnsetType = msgspec.UNSET


class DeleteQuery(msgspec.Struct, frozen=True):
    """How a run is deleted.

    Attributes:
        stop: Whether an unfinished run is stopped first.
    """

    stop: bool = False


class Deleted(msgspec.Struct, frozen=True):
    """What a deletion gave back.

    Attributes:
        freed: Bytes.
    """

    freed: int


class LogQuery(msgspec.Struct, frozen=True):
    """Which part of which log.

    Attributes:
        attempt: The last if it is left out.
        offset: A negative one counts from the end and begins with a whole line.
        limit: Bytes.
        wait: Seconds to wait where there is nothing at ``offset`` yet.
    """

    rank: Rank = 0
    attempt: Attempt | None = None
    offset: Offset = 0
    limit: Annotated[int, msgspec.Meta(ge=1024, le=4 << 20)] = 256 << 10
    wait: Annotated[float, msgspec.Meta(ge=0, le=60)] = 0.0


class LinesQuery(msgspec.Struct, frozen=True):
    """How many of the last lines of all ranks.

    Attributes:
        attempt: The last if it is left out.
        most: Lines.
    """

    attempt: Attempt | None = None
    most: Annotated[int, msgspec.Meta(ge=1, le=2000)] = 500


class SearchQuery(msgspec.Struct, frozen=True):
    """What is searched for in which log.

    Attributes:
        text: Within one line.
        case: Whether the case of ASCII letters counts.
    """

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
    rank: Rank = 0
    attempt: Attempt | None = None
    offset: Count = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 100
    case: bool = False


class AttemptQuery(msgspec.Struct, frozen=True):
    """Which attempt and rank.

    Attributes:
        attempt: The last if it is left out.
    """

    rank: Rank = 0
    attempt: Attempt | None = None


class Metrics(msgspec.Struct, frozen=True):
    """What one rank reported, in sum.

    Attributes:
        ranks: Which ranks reported each metric.
    """

    attempt: int
    metrics: dict[str, MetricSummary]
    ranks: dict[str, list[int]]


class PointsQuery(msgspec.Struct, frozen=True):
    """Which points.

    Attributes:
        name: Metrics; once for each.
        since: The number of the first point: ``next`` of the answer before.
        most: How many points of a metric are enough to draw.
        low: The first step.
        high: The last step.
    """

    name: Annotated[list[str], msgspec.Meta(min_length=1, max_length=200)]
    rank: Rank = 0
    attempt: Attempt | None = None
    since: Count = 0
    most: Annotated[int, msgspec.Meta(ge=4, le=20_000)] = 1000
    low: float = -inf
    high: float = inf


class Points(msgspec.Struct, frozen=True):
    """Points of several metrics; those that nobody has reported are left out."""

    attempt: int
    rank: int
    series: dict[str, Series]


class BandsQuery(msgspec.Struct, frozen=True):
    """Which bands.

    Attributes:
        name: Metrics; once for each.
        attempt: The last if it is left out.
        most: How many steps of a metric are enough to draw.
    """

    name: Annotated[list[str], msgspec.Meta(min_length=1, max_length=200)]
    attempt: Attempt | None = None
    most: Annotated[int, msgspec.Meta(ge=4, le=20_000)] = 500


class Bands(msgspec.Struct, frozen=True):
    """What all ranks say of several metrics; those that nobody has reported are left out."""

    attempt: int
    bands: dict[str, Band]


class SamplesQuery(msgspec.Struct, frozen=True):
    """Which samples.

    Attributes:
        rank: All ranks if it is left out.
        since: Only later ones: seconds since the epoch.
        most: How many of each rank are enough; the peaks are among them.
    """

    rank: Rank | None = None
    attempt: Attempt | None = None
    since: float = 0.0
    most: Annotated[int, msgspec.Meta(ge=4, le=20_000)] = 500


class Usage(msgspec.Struct, frozen=True):
    """What one rank used over time, column by column.

    Attributes:
        times: Seconds since the epoch.
        cpu: Cores.
        memory: Bytes.
    """

    rank: int
    times: list[float]
    cpu: list[float]
    memory: list[int]


class Samples(msgspec.Struct, frozen=True):
    """What the ranks used."""

    attempt: int
    ranks: list[Usage]


class Displayed(msgspec.Struct, frozen=True):
    """Rich output of one rank, in the order in which it was made."""

    attempt: int
    rank: int
    items: list[Shown]


class Files(msgspec.Struct, frozen=True):
    """The files that the cell put into ``out_dir``.

    Attributes:
        left_out: How many entries cannot be had: links, sockets, names that are no text, or too many.
    """

    files: list[FileEntry]
    left_out: int


class Code(msgspec.Struct, frozen=True):
    """The cell as it ran.

    Attributes:
        line: The line where it failed; 0 if it did not.
        hash: SHA-256.
    """

    code: str
    hash: str
    line: int


class Environment(msgspec.Struct, frozen=True):
    """What the ranks ran in; empty until they have started."""

    environment: dict[str, Any]


class VersionQuery(msgspec.Struct, frozen=True):
    """Who asks.

    Attributes:
        kernel: The version in the kernel; empty where it is not known.
        home: Id of the home that the kernel uses; empty where it is not known.
    """

    kernel: Annotated[str, msgspec.Meta(max_length=100)] = ""
    home: Annotated[str, msgspec.Meta(max_length=100)] = ""


class Version(msgspec.Struct, frozen=True):
    """What this server is.

    Attributes:
        home: Id of its home.
        path: Where its home is.
        sentence: What does not fit, and how to mend it; empty if all does.
    """

    version: str
    home: str
    path: str
    sentence: str


_Text = Annotated[str, msgspec.Meta(max_length=2000)]
_Id = Annotated[str, msgspec.Meta(max_length=200)]
# Tornado refuses, without a word, a question of more than a thousand parts, or of 64 KiB.
_MOST_RUNS = 500


class Parameters(msgspec.Struct, frozen=True):
    """The parameters of a run's cell with the values that it ran with: what a search may change."""

    parameters: dict[str, Scalar]


class SweepsQuery(msgspec.Struct, frozen=True):
    """Which sweeps, in which order, and which page.

    Attributes:
        where: Conditions as people type them: ``digits best > 0.9 state = running``.
        state: States to show, once for each; all if it is left out.
        sort: A column, or ``best``.
        archived: ``no``, ``only`` or ``both``.
    """

    where: _Text = ""
    state: list[State] = []
    sort: _Id = "created"
    descending: bool = True
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 100
    offset: Count = 0
    archived: Literal["no", "only", "both"] = "no"


class SweepPage(msgspec.Struct, frozen=True):
    """A page of sweeps.

    Attributes:
        total: How many there are on all pages.
        states: How many there would be of each state if no ``state`` were asked for; a state without any is left out.
        generation: With ``seq``, how new the page is at least; events go on from there.
    """

    sweeps: list[SweepRow]
    total: int
    states: dict[State, int]
    generation: str
    seq: int


class SweepQuery(msgspec.Struct, frozen=True):
    """How much of a sweep.

    Attributes:
        trials: Whether its trials come with it; who shows many asks for those that have changed instead.
    """

    trials: bool = True


class TrialsQuery(msgspec.Struct, frozen=True):
    """Which trials of a sweep.

    Attributes:
        since: Only those that have changed since: ``next`` of the answer before.
    """

    since: Count = 0


class Trials(msgspec.Struct, frozen=True):
    """Trials of a sweep as the search knows them.

    Attributes:
        next: What to ask with the next time.
    """

    trials: list[TrialFact]
    next: int


class Tune(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A search that starts from a run: its cell and values as they were.

    Attributes:
        run: Its id.
        space: What each parameter may be, as people type it: ``1e-4..1e-1:log``, ``2..8``, ``relu|tanh``, ``5``.
        objective: As people type it: ``accuracy``, ``loss:minimize``, ``accuracy,latency:minimize``.
        direction: ``maximize`` or ``minimize``; told by the metric's name if it is empty.
        name: The run's own if it is empty.
        timeout: As people type it: ``2h``; empty is no limit.
        check: Whether it is only looked at: nothing is started, and the answer is what it would be.
    """

    run: _Id
    space: dict[_Id, _Text]
    objective: _Text
    direction: Literal["", "maximize", "minimize"] = ""
    name: _Id = ""
    algorithm: _Id = "tpe"
    prune: _Id = "none"
    trials: Annotated[int, msgspec.Meta(ge=1, le=100_000)] | None = None
    parallel: Annotated[int, msgspec.Meta(ge=1, le=1000)] | None = None
    seed: Annotated[int, msgspec.Meta(ge=0, le=(1 << 32) - 1)] | None = None
    stop_at: float | None = None
    timeout: _Text = ""
    check: bool = False


class Tuned(msgspec.Struct, frozen=True):
    """A search that was started, or that could be.

    Attributes:
        row: The sweep; None if it was only looked at.
        sentences: What is worth knowing before it starts: the direction that was guessed, how many trials, ...
        command: The line that does the same in a notebook.
    """

    row: SweepRow | None
    sentences: list[str]
    command: str


class MoreTrials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a sweep goes on.

    Attributes:
        trials: How many more; 0 finishes those that are still wanted.
    """

    trials: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 0


class CompareQuery(msgspec.Struct, frozen=True):
    """Which runs are compared: those that are named, and those that fit what is asked.

    Attributes:
        run: Ids, once for each.
        name: All runs of a name.
        sweep: All trials of a sweep, by its id.
        where: Conditions as people type them: ``lr > 0.01``.
        limit: How many at most, the latest first.
    """

    run: Annotated[list[_Id], msgspec.Meta(max_length=_MOST_RUNS)] = []
    name: _Id = ""
    sweep: _Id = ""
    where: _Text = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=2000)] = 1000


class DifferencesQuery(msgspec.Struct, frozen=True):
    """Which two runs, by id."""

    a: _Id
    b: _Id


class AtStepQuery(msgspec.Struct, frozen=True):
    """Which metric of which runs, and where.

    Attributes:
        step: The last value at or before it.
    """

    run: Annotated[list[_Id], msgspec.Meta(min_length=1, max_length=_MOST_RUNS)]
    metric: _Id
    step: float


class AtStep(msgspec.Struct, frozen=True):
    """Values of one metric at one step, by run; runs without one are left out."""

    values: dict[str, Number]


class OverlayQuery(msgspec.Struct, frozen=True):
    """Which metric of which runs.

    Attributes:
        most: How many points of a run are enough to draw.
    """

    run: Annotated[list[_Id], msgspec.Meta(min_length=1, max_length=200)]
    metric: _Id
    most: Annotated[int, msgspec.Meta(ge=4, le=5000)] = 300


class Overlay(msgspec.Struct, frozen=True):
    """One metric of several runs, by run; runs without it are left out.

    Attributes:
        starts: When each run reached the first line of its cell, in seconds since the epoch.
    """

    series: dict[str, Series]
    starts: dict[str, float]
