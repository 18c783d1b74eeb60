"""Comparison of 1,000 runs with 60 columns: in a kernel and over HTTP, against MLflow's ``search_runs`` of as many.

MLflow is asked for runs with as many parameters and metrics, on SQLite and on its file store, in turn with ours. It
lives in an environment of its own below ``.bench/``, which is made the first time.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from bench.metrics import ask, start_peer
from bench.serving import Server, serving
from bench.tables import new_workspace, print_table
from jupyter_mlops import wire
from jupyter_mlops.domain.metrics import Batch, Column, LogState
from jupyter_mlops.domain.runs import Event, MetricSummary, RunRow, RunSpec, Scalar, State, StateChanged
from jupyter_mlops.services import facts
from jupyter_mlops.services.asked import Asked
from jupyter_mlops.store.home import publish_folder
from jupyter_mlops.store.records import RunDatabase
from jupyter_mlops.workspace import Workspace

RUNS = 1000
PARAMETERS, METRICS = 24, 28
"""With eight facts of each run these are 60 columns."""

DRAWN, POINTS = 100, 500
ROUNDS = 5
WARM_MS, COLD_MS = 300.0, 1000.0

PEER = """
import os, sys, time
os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
import mlflow
from mlflow.entities import Metric, Param
folder, runs, parameters, metrics = sys.argv[1], *map(int, sys.argv[2:])
clients = {}
for kind, uri in (("sqlite", f"sqlite:///{folder}/mlflow.db"), ("files", f"file://{folder}/mlruns")):
    client = mlflow.MlflowClient(uri)
    experiment = client.create_experiment("bench")
    for number in range(runs):
        run = client.create_run(experiment).info.run_id
        client.log_batch(
            run,
            [Metric(f"metric{at}", (number * at) % 97 / 97, 1732435200123, 9) for at in range(metrics)],
            [Param(f"p{at}", str((number * at) % 97 / 97)) for at in range(parameters)],
        )
    clients[kind] = client, experiment
print("ready", flush=True)
for kind in sys.stdin:
    client, experiment = clients[kind.strip()]
    begun = time.perf_counter()
    found = client.search_runs([experiment], max_results=runs)
    assert len(found) == runs and len(found[0].data.metrics) == metrics
    print(time.perf_counter() - begun, flush=True)
"""


def main() -> int:
    """Print the table, and return 0 if the limits are kept."""
    with new_workspace() as workspace, peer() as mlflow:
        make_runs(workspace)
        with serving(workspace.home.path) as server:
            found = measure(workspace, server, mlflow)
    rows = [
        [name, must, *(f"{1000 * value:.0f}" for value in (statistics.median(s), min(s)))] for name, must, s in found
    ]
    print_table(
        f"Milliseconds, {RUNS:,} runs of {PARAMETERS + METRICS + 8} columns", ["", "must", "median", "best"], rows
    )
    missed = [row[0] for row in rows if row[1] and float(row[2]) > float(row[1])]
    print(f"limits: {', '.join(missed) + ' missed' if missed else 'kept'}")
    return 1 if missed else 0


Rows = list[tuple[str, str, list[float]]]


def measure(workspace: Workspace, server: Server, mlflow: Callable[[str], float] | None) -> Rows:
    """Return what was asked, the milliseconds that it may take, and the seconds that it took in each round."""
    ids = [run_id(number) for number in range(DRAWN)]
    first, last = run_id(0), run_id(RUNS - 1)
    ours: list[tuple[str, str, Callable[[], Any]]] = [
        ("in a kernel, files not read before", f"{COLD_MS:.0f}", lambda: cold(workspace)),
        ("in a kernel", f"{WARM_MS:.0f}", lambda: compared(workspace)),
        ("in a kernel, as a DataFrame", "", lambda: workspace.compare("many").table),
        ("over HTTP", f"{WARM_MS:.0f}", lambda: server.raw("GET", "/compare", name="many")),
        ("over HTTP, with a condition", f"{WARM_MS:.0f}", lambda: server.raw("GET", "/compare", where="p1 > 0.5")),
        (
            f"over HTTP: {DRAWN} curves of {POINTS:,} points",
            "",
            lambda: server.raw("GET", "/compare/overlay", run=ids, metric="loss"),
        ),
        (
            "over HTTP: a value at a step",
            "",
            lambda: server.raw("GET", "/compare/step", run=ids, metric="loss", step=99),
        ),
        ("over HTTP: what differs between two", "", lambda: server.raw("GET", "/compare/differences", a=first, b=last)),
    ]
    seconds: dict[str, list[float]] = {}
    first_answer = timed(lambda: server.raw("GET", "/compare", name="many"))
    for _ in range(ROUNDS):
        for name, _must, act in ours:
            seconds.setdefault(name, []).append(timed(act))
        for kind in ("sqlite", "files") if mlflow else ():
            assert mlflow is not None
            seconds.setdefault(f"MLflow search_runs, {kind}", []).append(mlflow(kind))
    musts = {name: must for name, must, _ in ours}
    rows = [(name, musts.get(name, ""), found) for name, found in seconds.items()]
    return [("over HTTP, the server's first answer", f"{COLD_MS:.0f}", [first_answer]), *rows]


def cold(workspace: Workspace) -> None:
    """Compare as a process does that has never looked at a run's files."""
    facts._known.clear()
    compared(workspace)


def compared(workspace: Workspace) -> None:
    """Compare, and make sure that everything is there."""
    found = workspace.comparisons.of(Asked(name="many"))
    assert len(found.runs) == RUNS
    assert len(found.columns) >= PARAMETERS + METRICS + 5


def timed(act: Callable[[], Any]) -> float:
    """Return the seconds that ``act`` takes."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def run_id(number: int) -> str:
    """Return the id of a run."""
    return f"many-20261124-{number // 3600:02d}{number // 60 % 60:02d}{number % 60:02d}-7f3k"


def make_runs(workspace: Workspace) -> None:
    """Publish runs with all the files that a comparison reads; some have curves."""
    noise = random.Random(7)
    packages = {f"package-{number}": "1.2.3" for number in range(200)}
    for number in range(RUNS):
        params: dict[str, Scalar] = {f"p{at}": noise.random() for at in range(PARAMETERS)}
        draft = workspace.home.draft()
        (draft / "bundle").mkdir()
        (draft / "bundle" / "cell.py").write_text(cell(params))
        (draft / "environment.json").write_text(
            json.dumps({"packages": packages, "git": {"commit": "a" * 40, "dirty": False}}, indent=1)
        )
        spec = RunSpec(
            id=run_id(number),
            name="many",
            code_hash=str(number),
            created=1e9 + number,
            python="python",
            cwd="/",
            params=params,
        )
        (draft / "spec.json").write_bytes(wire.encode_pretty(spec))
        states = [State.QUEUED, State.STARTING, State.RUNNING, State.SUCCEEDED]
        events: list[Event] = [StateChanged(time=1e9 + at, state=state) for at, state in enumerate(states)]
        (draft / "events.jsonl").write_bytes(b"".join(map(wire.encode_line, events)))
        if number < DRAWN:
            write_curve(draft / "run.db", noise)
        publish_folder(draft, workspace.home.runs / spec.id)
        workspace.index.put(row(spec, noise))


def cell(params: dict[str, Scalar]) -> str:
    """Return a cell of the usual length."""
    body = (
        "model = Net(width)\nfor epoch in range(9):\n    for x, y in loader:\n        step(model, x, y)\n    report()\n"
    )
    return "".join(f"{name} = {value!r}\n" for name, value in params.items()) + "seed = 1\n" + body * 6


def row(spec: RunSpec, noise: random.Random) -> RunRow:
    """Return a run as its index has it."""
    names = ["loss", "accuracy", *(f"metric{at}" for at in range(METRICS - 2))]
    metrics = {
        name: MetricSummary(noise.random(), 9, 0, 1, 1, 0, 40, recent=[noise.random() for _ in range(40)])
        for name in names
    }
    return RunRow(
        id=spec.id,
        name=spec.name,
        state=State.SUCCEEDED,
        params=spec.params,
        created=spec.created,
        started=spec.created,
        ended=spec.created + 60,
        metrics=metrics,
    )


def write_curve(path: Path, noise: random.Random) -> None:
    """Write the points of one metric."""
    column = Column("loss", "step", 0)
    column.steps = [float(step) for step in range(POINTS)]
    column.values = [1 / (step + 1) + noise.random() / 10 for step in range(POINTS)]
    column.times = [1e9 + step for step in range(POINTS)]
    database = RunDatabase(path, writer=True)
    database.write(1, 0, Batch([column], [], 0), LogState())
    database.close()


@contextmanager
def peer() -> Iterator[Callable[[str], float] | None]:
    """Start MLflow with as many runs, and yield what asks it; None where it cannot be had."""
    with tempfile.TemporaryDirectory(prefix="mlops-bench-") as folder:
        print(f"Filling MLflow's stores with {RUNS:,} runs …", flush=True)
        process = start_peer(PEER, folder, *map(str, (RUNS, PARAMETERS, METRICS)))
        try:
            yield None if process is None else partial(ask, process)
        finally:
            if process is not None:
                process.terminate()
                process.wait()


if __name__ == "__main__":
    sys.exit(main())
