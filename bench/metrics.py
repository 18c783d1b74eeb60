"""Metric points from a log through the parser into ``run.db``, against MLflow on SQLite, interleaved in one run.

On both sides one process makes the points and the same or another one stores them. A rank writes its log line by
line while the keeper reads it; ``log_metric`` and ``log_batch`` store what they are called with. MLflow lives in an
environment of its own below ``.bench/``, which is made the first time.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import IO

from bench.tables import print_table
from jupyter_mlops.store.ingest import LogIngest
from jupyter_mlops.store.records import RunDatabase

ROOT = Path(__file__).parent.parent
MLFLOW = ROOT / ".bench" / "mlflow"
PACKAGES = ["mlflow-skinny", "sqlalchemy", "alembic", "sqlparse"]
LIMIT = 200_000
"""Points a second that must be reached."""
ROUNDS = 5
LINES = 150_000
POINTS = 2 * LINES

RANK = """
import os, sys
fd = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
line = {
    "report": '\\x1e{"report":{"step":%d,"loss":%r,"accuracy":%r},"rank":0,"time":1732435200.123456}\\n',
    "print": "step=%d loss=%r accuracy=%r\\n",
}[sys.argv[2]]
for step in range(int(sys.argv[3])):
    os.write(fd, (line % (step, 1 / (step + 1), 1 - 1 / (step + 1))).encode())
"""
PEER = """
import sys, time
import mlflow
from mlflow.entities import Metric
mlflow.set_tracking_uri("sqlite:///" + sys.argv[1])
client = mlflow.MlflowClient()
run = client.create_run(client.create_experiment("bench")).info.run_id
print("ready", flush=True)
step = 0
for request in sys.stdin:
    begun = time.perf_counter()
    if request == "batch\\n":
        points = 5000
        for first in range(step, step + points, 1000):
            client.log_batch(run, [Metric("loss", 1 / (n + 1), 1732435200123, n) for n in range(first, first + 1000)])
    else:
        points = 100
        for n in range(step, step + points):
            client.log_metric(run, "accuracy", 1 / (n + 1), step=n)
    step += points
    print(points / (time.perf_counter() - begun), flush=True)
"""


def main() -> int:
    """Print the table, and return 0 if the limit is kept."""
    with tempfile.TemporaryDirectory(prefix="mlops-bench-") as folder:
        found = measure(Path(folder))
    peer = found.get("MLflow log_batch")
    best = statistics.median(peer) if peer else None
    rows = [
        [name, f"{statistics.median(rates):,.0f}", f"{max(rates):,.0f}", _ratio(statistics.median(rates), best)]
        for name, rates in found.items()
    ]
    print_table("Metric points a second", ["", "median", "best", "of log_batch"], rows)
    ours = [statistics.median(rates) for name, rates in found.items() if not name.startswith("MLflow")]
    print(f"limit: {LIMIT:,}")
    return 0 if min(ours) >= LIMIT else 1


def measure(folder: Path) -> dict[str, list[float]]:
    """Return the rates of each way, measured in turns."""
    ways: dict[str, Callable[[], float]] = {
        "report()": lambda: stored_a_second(folder, "report"),
        "print: name=value": lambda: stored_a_second(folder, "print"),
    }
    peer = start_peer(PEER, str(folder / "mlflow.db"))
    if peer is not None:
        ways["MLflow log_batch"] = lambda: ask(peer, "batch")
        ways["MLflow log_metric"] = lambda: ask(peer, "metric")
    found: dict[str, list[float]] = {name: [] for name in ways}
    try:
        for _ in range(ROUNDS):
            for name, rate in ways.items():
                found[name].append(rate())
    finally:
        if peer is not None:
            peer.terminate()
            peer.wait()
    return found


def stored_a_second(folder: Path, kind: str) -> float:
    """Return how many points a second one process wrote and another one stored."""
    log, path = folder / "0.log", folder / "run.db"
    for file in folder.glob("run.db*"):
        file.unlink()
    log.write_bytes(b"")
    begun = time.perf_counter()
    with (
        subprocess.Popen([sys.executable, "-c", RANK, str(log), kind, str(LINES)]) as rank,
        closing(RunDatabase.open_or_rebuild(path)) as database,
    ):
        ingest = LogIngest(database, log, 1, 0)
        is_over = False
        while True:
            if ingest.read():
                continue
            if is_over:
                break
            # What is written between the last read and the end is read once more.
            is_over = rank.poll() is not None
            time.sleep(0.005)
        seconds = time.perf_counter() - begun
        stored = sum(summary.count for summary in database.metrics().values())
    if stored != POINTS:
        raise SystemExit(f"{stored} of {POINTS} points were stored.")
    return POINTS / seconds


def start_peer(program: str, *arguments: str) -> subprocess.Popen[str] | None:
    """Return a process that has MLflow and does what it is asked to; None where MLflow cannot be had."""
    python = MLFLOW / "bin" / "python"
    try:
        if not python.exists():
            print("Making an environment for MLflow (once) …", flush=True)
            MLFLOW.parent.mkdir(exist_ok=True)
            (MLFLOW.parent / ".gitignore").write_text("*\n")
            venv.create(MLFLOW, with_pip=True)
            subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        peer = subprocess.Popen(
            [python, "-c", program, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true"},
        )
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"MLflow is left out: {error}")
        return None
    if _answers(peer).readline() != "ready\n":
        print(f"MLflow is left out: it did not start in {MLFLOW}; remove that folder to have it made again.")
        peer.kill()
        peer.wait()
        return None
    return peer


def ask(peer: subprocess.Popen[str], what: str) -> float:
    """Return what the peer says of it: how many points a second it stored, or how many seconds it took."""
    assert peer.stdin is not None
    peer.stdin.write(f"{what}\n")
    peer.stdin.flush()
    return float(_answers(peer).readline())


def _answers(peer: subprocess.Popen[str]) -> IO[str]:
    assert peer.stdout is not None
    return peer.stdout


def _ratio(rate: float, peer: float | None) -> str:
    return f"{rate / peer:.2f}" if peer else ""


if __name__ == "__main__":
    sys.exit(main())
