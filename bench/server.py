"""What the server answers about much: 10,000 runs, a log of 100 MB, 20 metrics of 100,000 points; and its memory.

The peers are asked for the same: a plain file server for the log, MLflow's own server for the history of one metric.
MLflow lives in an environment of its own below ``.bench/``, which is made the first time.
"""

from __future__ import annotations

import math
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.peers import file_server, mlflow_server
from bench.serving import Server, serving
from bench.tables import new_workspace, print_table
from jupyter_mlops import wire
from jupyter_mlops.domain.metrics import Batch, Column, LogState
from jupyter_mlops.domain.runs import Event, MetricSummary, RankStarted, RunRow, RunSpec, State, StateChanged
from jupyter_mlops.store.home import publish_folder
from jupyter_mlops.store.records import RunDatabase
from jupyter_mlops.workspace import Workspace

RUNS = 10_000
METRICS, POINTS, RANKS = 20, 100_000, 4
LOG_MB = 100
ROUNDS = 5
MEMORY_MB = 150.0
"""By how much the server may grow by all of this."""

BIG = "big-20261124-000000-7f3k"
NAMES = [f"metric{number}" for number in range(METRICS)]


def main() -> int:
    """Print the tables, and return 0 if the limits are kept."""
    with new_workspace() as workspace:
        make_run(workspace)
        make_rows(workspace)
        with serving(workspace.home.path) as server:
            server.get("/runs", limit=1)
            before = server.memory()
            rows = [measure(server, *question) for question in questions(server)]
            after, most = server.memory(), server.most_memory()
        log = workspace.home.runs / BIG / "logs" / "1" / "0.log"
        rows += [[name, "", f"{1000 * seconds:.0f}", ""] for name, seconds in peers(log)]
    print_table("Milliseconds to an answer over HTTP", ["", "must", "median", "processor"], rows)
    memory = {"before": before, "after": after, "at most": most}
    print_table(
        "Memory of the server (RSS), MB", ["", "used"], [[when, f"{used:.0f}"] for when, used in memory.items()]
    )
    missed = [row[0] for row in rows if row[1] and float(row[2]) > float(row[1])]
    print(f"limits: {', '.join(missed) + ' missed' if missed else 'kept'}; memory + {MEMORY_MB:.0f} MB")
    return 0 if not missed and most - before <= MEMORY_MB else 1


def questions(server: Server) -> list[tuple[str, float, Callable[[], Any]]]:
    """Return what is asked: a name, the milliseconds that it may take, and what asks."""
    run = f"/runs/{BIG}"
    return [
        ("10,000 runs: the first page", 120, lambda: server.get("/runs", limit=100)),
        ("10,000 runs: filtered by a parameter", 120, lambda: server.get("/runs", limit=100, where="lr > 0.5")),
        ("10,000 runs: sorted by a metric", 120, lambda: server.get("/runs", limit=100, sort="loss")),
        (f"log of {LOG_MB} MB: its tail", 100, lambda: server.get(f"{run}/logs", offset=-(256 << 10))),
        (f"log of {LOG_MB} MB: a part amidst", 100, lambda: server.get(f"{run}/logs", offset=LOG_MB << 19)),
        (f"log of {LOG_MB} MB: a word in its last line", 1000, lambda: found(server, "needle")),
        (f"{METRICS} metrics of {POINTS:,} points each, to draw", 500, lambda: server.get(f"{run}/points", name=NAMES)),
        ("one of them, to draw", 100, lambda: server.get(f"{run}/points", name=NAMES[0])),
        (
            "one of them, a tenth of its steps",
            100,
            lambda: server.get(f"{run}/points", name=NAMES[0], low=5e4, high=6e4),
        ),
        (f"one of them, all {RANKS} ranks", 100, lambda: server.get(f"{run}/bands", name=NAMES[0])),
        ("snapshot with 8 curves", 60, lambda: server.get(f"{run}/snapshot")),
    ]


def measure(server: Server, name: str, limit: float, ask: Callable[[], Any]) -> list[str]:
    """Return a row: how long it took, and how much of the server's processor."""
    ask()
    times = []
    used = server.cpu_seconds()
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        ask()
        times.append(time.perf_counter() - begun)
    used = (server.cpu_seconds() - used) / ROUNDS
    return [name, f"{limit:.0f}", f"{1000 * statistics.median(times):.0f}", f"{1000 * used:.0f}"]


def found(server: Server, word: str) -> None:
    """Search, and make sure that it was found."""
    if len(server.get(f"/runs/{BIG}/logs/search", text=word)["matches"]) != 1:
        raise SystemExit("The word was not found.")


def peers(log: Path) -> Iterator[tuple[str, float]]:
    """Yield what the peers take."""
    with file_server(log.parent) as fetch:
        yield f"plain file server: the log of {LOG_MB} MB", median(lambda: fetch(log.name))
    with mlflow_server() as mlflow:
        if mlflow is not None:
            mlflow.log("loss", POINTS)
            yield f"MLflow: history of one metric of {POINTS:,} points", median(lambda: mlflow.history("loss"))
            yield "MLflow: the same, sampled (320 points)", median(lambda: mlflow.sampled("loss"))


def median(act: Callable[[], object]) -> float:
    """Return the seconds that ``act`` takes."""
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        act()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def make_run(workspace: Workspace) -> None:
    """Publish a run with a long log and many points."""
    spec = RunSpec(id=BIG, name="big", code_hash="c0de", created=1e6, python="python", cwd="/", workers=RANKS)
    draft = workspace.home.draft()
    (draft / "spec.json").write_bytes(wire.encode_pretty(spec))
    states = [State.QUEUED, State.STARTING, State.RUNNING, State.SUCCEEDED]
    events: list[Event] = [StateChanged(time=1e6 + at, state=state) for at, state in enumerate(states)]
    events[2:2] = [RankStarted(time=1e6, rank=rank, attempt=1, pid=1) for rank in range(RANKS)]
    (draft / "events.jsonl").write_bytes(b"".join(map(wire.encode_line, events)))
    (draft / "logs" / "1").mkdir(parents=True)
    write_log(draft / "logs" / "1" / "0.log")
    write_points(draft / "run.db")
    publish_folder(draft, workspace.home.runs / BIG)
    workspace.index.refresh(BIG)


def write_log(path: Path) -> None:
    """Write a log whose last line alone has a certain word."""
    with open(path, "wb") as file:
        step = 0
        while file.tell() < LOG_MB << 20:
            lines = (
                f"\x1b[32mstep\x1b[0m {step + at}: loss {1 / (step + at + 1):.6f}, {'é' * 20}\n" for at in range(1000)
            )
            file.write("".join(lines).encode())
            step += 1000
        file.write(b"needle\n")


def write_points(path: Path) -> None:
    """Write points of all metrics for rank 0, and of one for the others."""
    noise = random.Random(7)
    with closing(RunDatabase(path, writer=True)) as database:
        for rank in range(RANKS):
            for first in range(0, POINTS, 5000):
                columns = [column(name, first, noise) for name in (NAMES if rank == 0 else NAMES[:1])]
                database.write(1, rank, Batch(columns, [], 0), LogState())


def column(name: str, first: int, noise: random.Random) -> Column:
    """Return 5,000 points of a metric."""
    made = Column(name, "step", first)
    made.steps = [float(first + at) for at in range(5000)]
    made.values = [math.exp(-step / 20_000) + noise.random() / 10 for step in made.steps]
    made.times = [1e9 + step for step in made.steps]
    return made


def make_rows(workspace: Workspace) -> None:
    """Store rows of runs whose folders are only names: lists read nothing else."""
    curve = MetricSummary(0.5, 10, 0.1, 9, 2.0, 0, 10, recent=[at / 40.3 for at in range(40)])
    rows = [
        RunRow(
            id=f"digits-20261124-{at // 3600:02d}{at // 60 % 60:02d}{at % 60:02d}-7f3k",
            name="digits",
            state=State.FAILED if at % 10 == 0 else State.SUCCEEDED,
            params={"lr": at / RUNS, "epochs": 5},
            created=1e6 + at,
            started=1e6 + at,
            ended=1e6 + at + 60,
            metrics={"loss": curve, "accuracy": curve},
        )
        for at in range(RUNS)
    ]
    for row in rows:
        (workspace.home.runs / row.id).mkdir()
        workspace.index.put(row)


if __name__ == "__main__":
    sys.exit(main())
