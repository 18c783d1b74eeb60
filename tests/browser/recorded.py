"""Runs as they would have been written at another time, or on a bigger day: by the product's own keeper, at once."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_mlops import wire
from jupyter_mlops.domain.formats import AXES
from jupyter_mlops.domain.metrics import Batch, Column, LogState
from jupyter_mlops.domain.receipts import Receipt
from jupyter_mlops.domain.runs import (
    CellError,
    Event,
    Launched,
    Made,
    MetricSummary,
    RankExited,
    RankStarted,
    RunRow,
    RunSpec,
    State,
    StateChanged,
)
from jupyter_mlops.services.run import Run
from jupyter_mlops.store.home import publish_folder
from jupyter_mlops.store.indexfile import store
from jupyter_mlops.store.keeping import RunKeeper
from jupyter_mlops.store.locks import Lock, try_lock
from jupyter_mlops.store.records import RunDatabase
from jupyter_mlops.workspace import Workspace

LONG_LOG_BYTES = 100_000_000
NEEDLE = "the needle in the haystack"


def record(workspace: Workspace, run_id: str, code: str = "print(1)\n", *, created: float, **spec: Any) -> Path:
    """Publish the folder of a run to which nothing has happened yet, and return it."""
    draft = workspace.home.draft()
    name = run_id.rsplit("-", 3)[0]
    asked = RunSpec(id=run_id, name=name, code_hash="c0de" * 16, created=created, python="python", cwd="/", **spec)
    (draft / "spec.json").write_bytes(wire.encode_pretty(asked))
    (draft / "bundle").mkdir()
    (draft / "bundle" / "cell.py").write_text(f"# %%train {name}\n{code}")
    (draft / "bundle" / "cell.json").write_text(json.dumps({"format": 1, "name": name, "prompt": 3}))
    (draft / "bundle" / "receipt.json").write_bytes(wire.encode_pretty(Receipt()))
    folder = workspace.home.runs / run_id
    publish_folder(draft, folder)
    return folder


class Keeper:
    """Writes what happens to a recorded run. Until it is closed it holds the run's lock, so nobody takes it over."""

    def __init__(self, workspace: Workspace, folder: Path) -> None:
        lock = try_lock(folder / "keeper.lock")
        assert lock is not None
        self._lock: Lock = lock
        self.now = 0.0
        self.keeper = RunKeeper(workspace.home, folder, lambda: self.now)
        self.folder = folder
        self.now = self.keeper.spec.created

    def start(self, seconds: float = 1.0) -> None:
        """Let all ranks start."""
        self.now += seconds
        self.write(Launched(time=self.now, pid=1, host="laptop"))
        self.keeper.change(State.STARTING, attempt=1)
        for rank in range(self.keeper.spec.rank_count):
            self.write(RankStarted(time=self.now, rank=rank, attempt=1, pid=100 + rank))

    def run(self, logs: Iterable[str], seconds: float = 1.0) -> None:
        """Let the cell begin, and ranks print: ``logs`` holds a text a rank."""
        self.now += seconds
        self.write(StateChanged(time=self.now, state=State.RUNNING))
        for rank, text in enumerate(logs):
            path = self.keeper.folder.log_path(rank, 1)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            os.utime(path, (self.now, self.now))
            self.keeper.drain(rank)

    def sample(self, ranks: Iterable[tuple[float, int]]) -> None:
        """Let each rank use so many cores and bytes."""
        for rank, (cpu, memory) in enumerate(ranks):
            self.keeper.sample(rank, cpu, memory)

    def end(self, state: State, seconds: float, why: str = "", *, failed: int | None = None, **exits: Any) -> None:
        """Let all ranks end, and the run with them."""
        self.now += seconds
        for rank in range(self.keeper.spec.rank_count):
            how = exits if failed in (rank, None) else {"signal": 15}
            self.write(RankExited(time=self.now, rank=rank, attempt=1, **(how or {"code": 0})))
        self.keeper.finish(state, why, failed)

    def write(self, event: Event) -> None:
        self.keeper.record(event)

    def close(self) -> None:
        """Publish the row, and let the lock go."""
        self.keeper.publish_row(force=True)
        self.keeper.close()
        self._lock.release()


@contextmanager
def kept(workspace: Workspace, folder: Path) -> Iterator[Keeper]:
    """Yield what writes a recorded run; the lock is let go afterwards, so the run must have ended by then."""
    keeper = Keeper(workspace, folder)
    try:
        yield keeper
    finally:
        keeper.close()


def record_many(workspace: Workspace, count: int) -> None:
    """Put ``count`` runs into a home at once: rows of the index, with folders that hold the least."""
    curve = MetricSummary(0.5, 10, 0.1, 9, 2.0, 0, 10, recent=[1 / (at + 1) for at in range(40)])
    rows = [_row(number, count, curve) for number in range(count)]
    for row in rows:
        _write_least(workspace.home.runs / row.id, row)
    index = workspace.index
    index._file.write(lambda connection: [store(connection, index._noun, row) for row in rows])


def record_long_log(workspace: Workspace, run_id: str = "long-20261124-100000-7f3k") -> Run:
    """Return a run that ended well after 100 MB of log; ``NEEDLE`` stands in its last third."""
    folder = record(workspace, run_id, created=1_795_514_400.0)
    with kept(workspace, folder) as keeper:
        keeper.start()
        keeper.run([])
        path = keeper.keeper.folder.log_path(0, 1)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_long_log(path)
        # What it says is of no interest here, only how long it is.
        keeper.keeper.database.write(1, 0, Batch([], [], LONG_LOG_BYTES), LogState(offset=path.stat().st_size))
        keeper.end(State.SUCCEEDED, 3600.0)
    return workspace.runs.get(run_id)


def write_long_log(path: Path) -> None:
    """Write 100 MB as a training writes them: plain lines, coloured ones, and bars that overwrite themselves."""
    lines = [
        f"2026-11-24 10:{at // 60 % 60:02d}:{at % 60:02d} \x1b[32mINFO\x1b[0m step {at}: loss {1 / (at + 1):.6f}, "
        f"a line of the usual length for a trainer\n"
        + ("".join(f"\rbatch {done:3d}/100" for done in range(0, 101, 20)) + "\n" if at % 10 == 0 else "")
        for at in range(10_000)
    ]
    block = "".join(lines).encode()
    times = LONG_LOG_BYTES // len(block)
    with open(path, "wb") as file:
        for number in range(times):
            file.write(block)
            if number == times * 2 // 3:
                file.write(f"{NEEDLE}\n".encode())


def record_many_points(
    workspace: Workspace, names: int = 20, points: int = 100_000, run_id: str = "points-20261124-110000-7f3k"
) -> Run:
    """Return a run that ended well with so many metrics of so many points each."""
    folder = record(workspace, run_id, created=1_795_518_000.0)
    with kept(workspace, folder) as keeper:
        keeper.start()
        keeper.run(["\n"])
        for number in range(names):
            _add_points(keeper.keeper.database, f"metric_{number:02d}", number, points)
        keeper.end(State.SUCCEEDED, 7200.0)
    return workspace.runs.get(run_id)


def _add_points(database: RunDatabase, name: str, number: int, points: int) -> None:
    column = Column(name, AXES[0], 0)
    column.steps = [float(step) for step in range(points)]
    column.values = [
        math.exp(-step / points * 3) + math.sin(step / (50 + number)) / 20 + (step * 7919 % 101) / 2000
        for step in range(points)
    ]
    column.times = [1_795_518_000.0 + step / 20 for step in range(points)]
    database.write(1, 0, Batch([column], [], 1), LogState(offset=1))


def _row(number: int, count: int, curve: MetricSummary) -> RunRow:
    created = 1_795_000_000.0 + number * 50
    state = (State.SUCCEEDED, State.FAILED, State.STOPPED)[0 if number % 10 else 1 + number // 10 % 2]
    return RunRow(
        id=f"sweepy-20261118-{number // 3600:02d}{number // 60 % 60:02d}{number % 60:02d}-7f3k",
        name="sweepy",
        state=state,
        why="The cell ended itself with exit code 3." if state is State.FAILED else "",
        params={"lr": number / count, "epochs": 5},
        created=created,
        started=created + 1,
        ended=created + 61,
        metrics={"loss": curve, "accuracy": curve},
    )


def _write_least(folder: Path, row: RunRow) -> None:
    folder.mkdir()
    spec = RunSpec(
        id=row.id, name=row.name, code_hash="c0de", created=row.created, python="python", cwd="/", params=row.params
    )
    states = [State.QUEUED, State.STARTING, State.RUNNING, row.state]
    events: list[Event] = [StateChanged(time=row.created + at, state=state) for at, state in enumerate(states)]
    (folder / "spec.json").write_bytes(wire.encode_line(spec))
    (folder / "events.jsonl").write_bytes(b"".join(map(wire.encode_line, events)))


__all__ = [
    "CellError",
    "Keeper",
    "Made",
    "kept",
    "record",
    "record_long_log",
    "record_many",
    "record_many_points",
]
