"""What the routes of endpoints are asked and answer, besides the structs of ``domain``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from jupyter_mlops.domain.endpoints import EndpointRow
from jupyter_mlops.domain.observed import Sample, StatPoint
from jupyter_mlops.domain.runs import State

_Text = Annotated[str, msgspec.Meta(max_length=2000)]
_Id = Annotated[str, msgspec.Meta(max_length=200)]
_Count = Annotated[int, msgspec.Meta(ge=0, le=1 << 53)]
_Number = Annotated[int, msgspec.Meta(ge=0, le=1 << 31)]


class EndpointsQuery(msgspec.Struct, frozen=True):
    """Which endpoints, in which order, and which page.

    Attributes:
        where: Conditions as people type them: ``digits p95 > 20 state = running``.
        state: States to show, once for each; all if it is left out.
        sort: A column.
        archived: ``no``, ``only`` or ``both``.
    """

    where: _Text = ""
    state: list[State] = []
    sort: _Id = "created"
    descending: bool = True
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 100
    offset: _Count = 0
    archived: Literal["no", "only", "both"] = "no"


class EndpointPage(msgspec.Struct, frozen=True):
    """A page of endpoints.

    Attributes:
        total: How many there are on all pages.
        states: How many there would be of each state if no ``state`` were asked for.
        generation: With ``seq``, how new the page is at least; events go on from there.
    """

    endpoints: list[EndpointRow]
    total: int
    states: dict[State, int]
    generation: str
    seq: int


class Deploy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A version that is to be served. What is left out is as in the stable revision.

    Attributes:
        model: ``NAME``, ``NAME@alias``, ``NAME:version``.
        endpoint: The model's name if it is empty.
        replicas: As people type it: ``2``, ``1..4``.
        canary: Percent of the traffic, 1 to 99; None replaces the stable revision.
        shadow: Whether it gets copies of requests only.
        memory: As people type it: ``500MB``.
        promote_if: ``accuracy >= stable``.
        rollback_if: ``errors > 1%``.
        check: Whether it is only looked at: nothing is started, and the answer is what it would be.
    """

    model: _Id
    endpoint: _Id = ""
    replicas: _Id = ""
    canary: Annotated[int, msgspec.Meta(ge=0, le=100)] | None = None
    shadow: bool = False
    cpus: Annotated[int, msgspec.Meta(ge=0, le=1024)] | None = None
    memory: _Id = ""
    gpus: Annotated[int, msgspec.Meta(ge=0, le=64)] | None = None
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] | None = None
    promote_if: _Text = ""
    rollback_if: _Text = ""
    check: bool = False


class Deployed(msgspec.Struct, frozen=True):
    """An endpoint after a revision has got its traffic; or how it would be.

    Attributes:
        row: None if it was only looked at.
        sentences: What is worth knowing.
        command: The line that does the same in a notebook.
    """

    row: EndpointRow | None
    sentences: list[str]
    command: str


class CanaryChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the canary is to get, in percent: 0 to 100; 100 is not yet a promotion."""

    percent: Annotated[int, msgspec.Meta(ge=0, le=100)]


class Rollback(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where to go back to.

    Attributes:
        to: A kept revision; 0 drops the canary, or goes back to the stable revision before.
    """

    to: _Number = 0


class Scale(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many replicas.

    Attributes:
        replicas: As people type it: ``2``, ``1..4``.
        revision: 0 is the stable one.
    """

    replicas: _Id
    revision: _Number = 0


class GatesChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the endpoint is to do by itself; empty is nothing."""

    promote_if: _Text = ""
    rollback_if: _Text = ""


class PortChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where it listens besides: a loopback port; 0 closes it."""

    port: Annotated[int, msgspec.Meta(ge=0, le=65535)]


class PointsOfQuery(msgspec.Struct, frozen=True):
    """Which slices of time.

    Attributes:
        seconds: How far back.
        most: How many points of each revision are enough to draw.
    """

    seconds: Annotated[int, msgspec.Meta(ge=10, le=90 * 86400)] = 3600
    most: Annotated[int, msgspec.Meta(ge=4, le=2000)] = 120


class StatPoints(msgspec.Struct, frozen=True):
    """Slices of time, oldest first, of all revisions."""

    points: list[StatPoint]


class Remembered(msgspec.Struct, frozen=True):
    """The latest requests that are remembered, the latest first."""

    samples: list[Sample]


class Try(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows that the endpoint is to answer.

    Attributes:
        rows: A dict a row for a table, a nested list a row for a tensor.
        revision: 0 is as traffic goes; else that revision, which must have replicas.
        methods: ``predict``, ``predict_proba``; those of the model if it is empty.
    """

    rows: Annotated[list[Any], msgspec.Meta(min_length=1, max_length=1000)]
    revision: _Number = 0
    methods: list[_Id] = []


class Tried(msgspec.Struct, frozen=True):
    """What was answered.

    Attributes:
        answers: By method: one value or list a row.
        milliseconds: As the Jupyter server measured it.
    """

    revision: int
    answers: dict[str, Any]
    milliseconds: float


class EndpointLogQuery(msgspec.Struct, frozen=True):
    """Which log, and how much of its end.

    Attributes:
        source: ``keeper``, ``router``, or a replica: ``r3/0``.
        most: Bytes.
    """

    source: _Id = "router"
    most: Annotated[int, msgspec.Meta(ge=1, le=1 << 20)] = 65536


class EndpointLog(msgspec.Struct, frozen=True):
    """The end of a log.

    Attributes:
        sources: What other logs there are.
    """

    source: str
    text: str
    sources: list[str]


class StopQuery(msgspec.Struct, frozen=True):
    """How an endpoint is deleted.

    Attributes:
        stop: Whether one that is up is stopped first; else it is refused.
    """

    stop: bool = False
