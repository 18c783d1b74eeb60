"""An endpoint that lives: how soon it answers, what changes cost under load, what it takes when nobody asks."""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from bench.modelservers import ROW, cpu_seconds, post, pss
from bench.tables import print_table
from jupyter_mlops.services.endpoint import Endpoint
from jupyter_mlops.workspace import Workspace, open_workspace

CLIENTS = 8
REQUESTS = 20_000
REST_SECONDS = 20.0
STARTS = 5
START_RATIO = 1.5
REST_MB = 50.0
REST_PERCENT = 0.5

_BARE = (
    "import pickle, sys; m = pickle.load(open(sys.argv[1], 'rb')); print(m.predict([[5.1, 3.5, 1.4, 0.2]]), flush=True)"
)
_HOLDS = f"{_BARE}; sys.stdin.read()"


def main() -> int:
    """Print the tables, and return 0 if the limits are kept."""
    with tempfile.TemporaryDirectory(prefix="mlops-e-") as name:
        os.environ["JUPYTER_MLOPS_HOME"] = f"{name}/home"
        workspace = open_workspace(Path(name) / "home")
        model = make_versions(workspace, Path(name))
        try:
            kept = [start(workspace, model), rest(workspace, model), changes(workspace)]
        finally:
            for endpoint in workspace.endpoints.list():
                endpoint.stop()
            workspace.close()
    return 0 if all(kept) else 1


def make_versions(workspace: Workspace, folder: Path) -> Path:
    """Register two versions of a model, and return where a bare process finds the first."""
    import pickle

    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression

    rows, labels = load_iris(return_X_y=True)
    for strength in (1.0, 0.1):
        model = LogisticRegression(max_iter=500, C=strength).fit(rows, labels)
        workspace.models.register(model, "iris", data=rows)
    path = folder / "model.pkl"
    path.write_bytes(pickle.dumps(model))
    return path


def start(workspace: Workspace, model: Path) -> bool:
    """Deploy and ask, in turn with a bare import and unpickling."""
    bare, served = [], []
    for number in range(STARTS + 1):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", _BARE, str(model)], check=True, capture_output=True)
        between = time.perf_counter()
        endpoint = workspace.endpoints.deploy("iris:1")
        endpoint.predict([ROW])
        ended = time.perf_counter()
        endpoint.delete(stop=True)
        # The first pair reads from the disk.
        if number:
            bare.append(between - begun)
            served.append(ended - between)
    ratio = statistics.median(a / b for a, b in zip(served, bare, strict=True))
    rows = [("python: import, unpickle, predict", bare), ("deploy, until the first answer", served)]
    print_table(
        f"The first answer, s, {STARTS} pairs in turn (limit {START_RATIO} x)",
        ["", "median", "best"],
        [[name, f"{statistics.median(found):.2f}", f"{min(found):.2f}"] for name, found in rows],
    )
    print(f"{ratio:.2f} x")
    return ratio < START_RATIO


def rest(workspace: Workspace, model: Path) -> bool:
    """Measure an endpoint that nobody asks, over a process that only holds the model."""
    endpoint = workspace.endpoints.deploy("iris:1")
    for _ in range(100):
        endpoint.predict([ROW])
    holding = subprocess.Popen(
        [sys.executable, "-c", _HOLDS, str(model)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holding.stdout is not None
    assert holding.stdin is not None
    holding.stdout.readline()
    # What was asked is written down, and then it is quiet.
    time.sleep(12.0)
    keeper = endpoint.folder.keeper()
    pids = {
        "keeper": 0 if keeper is None else keeper.pid,
        "router": endpoint.status.router,
        "replica": endpoint.replicas[0].pid,
    }
    used = {name: cpu_seconds(pid) for name, pid in pids.items()}
    time.sleep(REST_SECONDS)
    percent = {name: 100 * (cpu_seconds(pid) - used[name]) / REST_SECONDS for name, pid in pids.items()}
    memory = {name: pss(pid) for name, pid in (pids | {"model": holding.pid}).items()}
    holding.stdin.close()
    holding.wait()
    endpoint.delete(stop=True)
    more = sum(memory[name] for name in pids) - memory["model"]
    print_table(
        f"At rest, {REST_SECONDS:.0f} s (limits {REST_MB:.0f} MB, {REST_PERCENT} %)",
        ["", "PSS MB", "percent of a core"],
        [
            ["python with the model", f"{memory['model']:.1f}", ""],
            *[[name, f"{memory[name]:.1f}", f"{percent[name]:.2f}"] for name in pids],
            ["all three, over the model", f"{more:.1f}", f"{sum(percent.values()):.2f}"],
        ],
    )
    return more < REST_MB and sum(percent.values()) < REST_PERCENT


def changes(workspace: Workspace) -> bool:
    """Change everything that can be changed, and kill a replica, under load."""
    endpoint = workspace.endpoints.deploy("iris:1", replicas=2)
    stories: list[tuple[str, Callable[[], object]]] = [
        ("a new revision, rolled out", lambda: workspace.endpoints.deploy("iris:2")),
        ("rolled back", endpoint.rollback),
        (
            "a canary of 10 percent, promoted",
            lambda: (workspace.endpoints.deploy("iris:2", canary=10), endpoint.promote()),
        ),
        ("scaled from two to one", lambda: endpoint.scale(1)),
        ("scaled from one to two", lambda: endpoint.scale(2)),
        ("one of two replicas killed", lambda: os.kill(endpoint.replicas[0].pid, signal.SIGKILL)),
    ]
    rows = []
    for name, act in stories:
        found, was_within = _under_load(endpoint, act)
        within = "" if was_within else " (the load had ended before)"
        rows.append([f"{name}{within}", *(f"{found[what]:,.0f}" for what in ("answers", "failed", "p99", "max"))])
    columns = [f"under {CLIENTS} clients", "answers", "failed", "p99 ms", "longest ms"]
    print_table("Changes under load", columns, rows)
    endpoint.delete(stop=True)
    return all(row[2] == "0" for row in rows)


def _under_load(endpoint: Endpoint, act: Callable[[], object]) -> tuple[dict[str, float], bool]:
    """Return what came of the load, and whether it went on until the act was over."""
    path = "/v2/models/iris/infer"
    body = {"inputs": [{"name": "x", "shape": [1, 4], "datatype": "FP64", "data": ROW}]}
    told = {"socket": endpoint.address, "request": post(path, body), "clients": CLIENTS, "requests": REQUESTS}
    command = [sys.executable, str(Path(__file__).with_name("load.py")), json.dumps(told)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as loading:
        assert loading.stdout is not None
        answer: list[bytes] = []
        reading = threading.Thread(target=lambda: answer.append(loading.stdout.read()))  # type: ignore[union-attr]
        reading.start()
        time.sleep(0.3)
        act()
        was_within = loading.poll() is None
        reading.join()
    found: dict[str, float] = json.loads(answer[0])
    return found, was_within


if __name__ == "__main__":
    sys.exit(main())
