"""Runs of every state, and a reader of HTML that refuses what a browser would have to guess."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest

from jupyter_mlops.domain.runs import (
    CellError,
    Hung,
    Made,
    MetricSummary,
    Progress,
    RankStack,
    RankStatus,
    RankUsage,
    RunRow,
    RunSnapshot,
    State,
    Straggling,
)

NOW = 1_732_459_272.0
CODE = """# %%train digits epochs=6
model = Net()
for epoch in range(epochs):
    loss = fit(model)
    report(loss=loss)
"""

Make = Callable[..., RunSnapshot]


def summary(values: list[float], axis: str = "epoch") -> MetricSummary:
    """Return what is kept of values that were reported at steps 0, 1, 2, ..."""
    low, high = min(values), max(values)
    return MetricSummary(
        last=values[-1],
        step=len(values) - 1,
        min=low,
        min_step=values.index(low),
        max=high,
        max_step=values.index(high),
        count=len(values),
        axis=axis,
        recent=values,
    )


def _row(**changes: Any) -> RunRow:
    losses = [2.3, 1.1, 0.5, 0.25]
    row = RunRow(
        id="digits-20261124-144053-7f3k",
        name="digits",
        state=State.RUNNING,
        params={"epochs": 6, "lr": 0.01},
        created=NOW - 112,
        started=NOW - 108,
        metrics={"loss": summary(losses)},
        progress=Progress(done=3, total=6, unit="epoch"),
    )
    return msgspec.structs.replace(row, **changes)


def _snapshot(row: dict[str, Any] | None = None, **changes: Any) -> RunSnapshot:
    shown = _row(**(row or {}))
    snapshot = RunSnapshot(
        row=shown,
        ranks=[RankStatus(rank=rank, index=rank, pid=100 + rank, started=NOW - 110) for rank in range(shown.workers)],
        curves={name: list(enumerate(kept.recent)) for name, kept in shown.metrics.items()},
        captured="Net, loader (12 kB)",
        log=[(0, "one"), (0, "two"), (0, "three"), (0, "four")],
        code=CODE,
        prompt=4,
        code_hash="3f9a1ce0",
        home="h1",
    )
    return msgspec.structs.replace(snapshot, **changes)


def _in_roles(**changes: Any) -> RunSnapshot:
    roles = (("chief", 0), ("worker", 0), ("worker", 1), ("ps", 0), ("evaluator", 0))
    found = [
        RankStatus(rank=rank, role=role, index=index, started=NOW - 110) for rank, (role, index) in enumerate(roles)
    ]
    usage = [RankUsage(rank, 90.0, 10**9, 12.5 - rank) for rank in range(3)]
    bands = {"loss": [(float(step), 0.1, 2.4) for step in range(4)]}
    row = {"kind": "tensorflow", "workers": 3}
    return _snapshot(row, ranks=found, usage=usage, bands=bands, **changes)


def _ranks(*ends: tuple[int | None, int | None]) -> list[RankStatus]:
    """Return ranks that ended with (code, signal), each 0.3 s after the one before."""
    return [
        RankStatus(
            rank=rank,
            index=rank,
            pid=100 + rank,
            started=NOW - 50,
            ended=NOW - 20 + 0.3 * rank,
            code=code,
            signal=signal,
        )
        for rank, (code, signal) in enumerate(ends)
    ]


@pytest.fixture
def make() -> Make:
    """Return a maker of snapshots: ``make(row={...}, log=[...])``."""
    return _snapshot


def every_state() -> dict[str, RunSnapshot]:
    """Return one run for each card there is."""
    ended = {"ended": NOW - 10}
    error = CellError(
        "ValueError", "loss is not finite", line=4, traceback="\x1b[31mValueError\x1b[0m: loss is not finite"
    )
    return {
        "waiting": _snapshot({"state": State.QUEUED, "started": None, "why": "2 of 2 slots are taken"}, place=1),
        "starting": _snapshot({"state": State.STARTING, "started": None, "metrics": {}, "progress": None}),
        "running": _snapshot(usage=[RankUsage(0, 91.0, 2_400_000_000)]),
        "in roles": _in_roles(straggler=Straggling(time=NOW, attempt=1, rank=2, ratio=1.83), warm=True),
        "hung": _in_roles(
            hung=Hung(time=NOW, attempt=1, seconds=300.0, stacks=[RankStack(0, "frame", 4), RankStack(1, "frame")]),
            warm=False,
            cold="numpy was updated since.",
        ),
        "running without metrics": _snapshot({"metrics": {}, "progress": None}),
        "detached": _snapshot(detached=True),
        "succeeded": _snapshot(
            {"state": State.SUCCEEDED, **ended}, made=[Made("model", "Net", 1_200_000), Made("history", "list")]
        ),
        "stopped": _snapshot({"state": State.STOPPED, **ended, "why": "stopped by ada"}),
        "failed": _snapshot(
            {"state": State.FAILED, **ended, "failed_rank": 1, "workers": 3},
            ranks=_ranks((None, 15), (1, None), (0, None)),
            error=error,
        ),
        "killed": _snapshot(
            {"state": State.FAILED, **ended, "failed_rank": 0, "why": "rank 0 was killed by SIGKILL"},
            ranks=_ranks((None, 9)),
        ),
        "broken": RunSnapshot(row=RunRow(id="digits-20261124-144053-7f3k", name="digits", broken="spec.json is empty")),
    }


class Page(HTMLParser):
    """HTML as a list of tags and its text; an end tag that does not match fails the test.

    Attributes:
        tags: Name and attributes of each start tag.
        text: What stands between the tags, style sheets left out.
    """

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self._pieces: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == [], f"never closed: {self.open}"

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    @property
    def names(self) -> set[str]:
        return {name for name, _ in self.tags}

    def with_class(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for _, attributes in self.tags if name in (attributes.get("class") or "").split()]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"an attribute twice in {tag}"
        self.tags.append((tag, dict(attrs)))
        if tag not in ("col", "circle", "path"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self._pieces.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")
