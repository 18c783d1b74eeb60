"""What was seen of an endpoint's requests: counts, times, drift, held-out rows replayed, samples."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from jupyter_mlops.domain.runs import Number

BUCKETS = [0.5, 1, 1.5, 2, 3, 4, 5, 7.5, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 1000, 2000, 5000, 10000]
"""Upper bounds of the latency histogram, in milliseconds."""


class RevisionStats(msgspec.Struct, omit_defaults=True):
    """What a revision's requests were like.

    Attributes:
        requests: Since its first one; with ``errors``, never falls.
        errors: Those that were answered with 5xx, or not at all. What the caller did wrong (4xx) is in ``refused``.
        rate: A second, over the last minute.
        p50: Milliseconds, over the last five minutes with requests, measured by the router; None if there were none.
        buckets: Of the histogram: how many requests took at most ``BUCKETS`` milliseconds, not cumulated; one more for
            those over the last.
        memory: Bytes of all its replicas.
    """

    revision: int
    requests: int = 0
    errors: int = 0
    refused: int = 0
    rate: float = 0.0
    p50: float | None = None
    p95: float | None = None
    p99: float | None = None
    buckets: list[int] = []
    in_flight: int = 0
    memory: int = 0


class StatPoint(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a revision's requests were like over one slice of time.

    Attributes:
        time: Its end, in seconds since the epoch.
        seconds: Its length.
    """

    time: float
    revision: int
    seconds: float
    requests: int = 0
    errors: int = 0
    refused: int = 0
    p50: float | None = None
    p95: float | None = None
    in_flight: int = 0
    memory: int = 0


class DriftColumn(msgspec.Struct, omit_defaults=True):
    """One input column: then and now.

    Attributes:
        psi: Population stability index over the bins of the training data's profile; None with too few rows.
        verdict: ``steady`` (under 0.1), ``moving`` (under 0.2), ``moved``, or ``few`` rows to tell.
        then: Share of each bin in the training data, missing values last.
        now: Share of each bin in the requests.
    """

    name: str
    psi: float | None
    verdict: Literal["steady", "moving", "moved", "few"]
    then: list[float] = []
    now: list[float] = []


class Drift(msgspec.Struct, omit_defaults=True):
    """Whether the input of an endpoint looks like the training data.

    Attributes:
        revision: Whose profile it is held against.
        source: What the profile was made from.
        rows: How many rows of requests were looked at.
        since: The time of the first of them.
        columns: Those that moved most first.
        sentence: ``"`petal_width` has moved: …"``; or why nothing can be said.
    """

    revision: int
    source: str = ""
    rows: int = 0
    since: float = 0.0
    columns: list[DriftColumn] = []
    sentence: str = ""


class Measure(msgspec.Struct, frozen=True, omit_defaults=True):
    """One row of a scoreboard.

    Attributes:
        name: ``accuracy``, ``p50``, ``p95``, ``errors``, ``answers that differ``.
        unit: ``ms``, ``share``, or empty.
        better: Which way is better; empty where that makes no sense.
        gate: What it is held against, in words: ``at least r3``; empty if nothing.
        passed: Whether it is; None where nothing is asked.
    """

    name: str
    stable: Number | None = None
    canary: Number | None = None
    unit: str = ""
    better: Literal["", "high", "low"] = ""
    gate: str = ""
    passed: bool | None = None


class DifferingRow(msgspec.Struct, frozen=True):
    """A held-out row that stable and canary answer differently. The answers are JSON."""

    row: int
    true: Any
    stable: Any
    canary: Any


class Scoreboard(msgspec.Struct, omit_defaults=True):
    """``scoreboard.json``: stable and canary over the same held-out rows, and over live requests.

    Attributes:
        canary: 0 if there was none, and only the stable revision was measured.
        rows: How many held-out rows were replayed.
        differing: How many rows the two answer differently.
        differences: At most 100 of those rows: their number, what is true, and both answers.
        sentence: What follows: ``All 4 gates pass: r4 is better by 0.009 and as fast. It is safe to promote.``
    """

    time: float
    stable: int
    canary: int
    metric: str
    rows: int
    data: str = ""
    measures: list[Measure] = []
    differing: int = 0
    differences: list[DifferingRow] = []
    verdict: Literal["", "good", "bad"] = ""
    sentence: str = ""


class Sample(msgspec.Struct, frozen=True, omit_defaults=True):
    """One of the requests that are remembered.

    Attributes:
        status: Of the answer; 0 if there was none.
        request: The first kilobytes of its text; a note where it is binary.
    """

    time: float
    revision: int
    milliseconds: float
    status: int
    request: str = ""
    answer: str = ""
