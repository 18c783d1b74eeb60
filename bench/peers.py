"""Servers that others use, started for a benchmark: a plain file server, and MLflow's."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

HOME = Path(__file__).parent.parent / ".bench" / "mlflow-server"
_START_SECONDS = 90.0


class MLflow:
    """MLflow's server on SQLite with one run."""

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}"
        self._run = ""

    def start(self) -> None:
        """Begin a run as soon as the server answers."""
        end = time.monotonic() + _START_SECONDS
        while True:
            try:
                made = self._post("runs/create", {"experiment_id": "0"})
            except (URLError, OSError):
                if time.monotonic() > end:
                    raise
                time.sleep(0.5)
            else:
                self._run = made["run"]["info"]["run_id"]
                return

    def log(self, name: str, points: int) -> None:
        """Store points of a metric."""
        for first in range(0, points, 1000):
            metrics = [
                {"key": name, "value": 1 / (step + 1), "timestamp": step, "step": step}
                for step in range(first, first + 1000)
            ]
            self._post("runs/log-batch", {"run_id": self._run, "metrics": metrics})

    def history(self, name: str) -> int:
        """Read all points of a metric, and return how many there are."""
        query: dict[str, Any] = {"run_id": self._run, "metric_key": name, "max_results": 25_000}
        count = 0
        while True:
            page = self._get(f"/api/2.0/mlflow/metrics/get-history?{urlencode(query)}")
            count += len(page.get("metrics", []))
            if not page.get("next_page_token"):
                return count
            query["page_token"] = page["next_page_token"]

    def sampled(self, name: str) -> int:
        """Read the points of a metric that MLflow's own page draws, and return how many there are."""
        query = urlencode({"run_ids": self._run, "metric_key": name, "max_results": 320})
        return len(self._get(f"/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval?{query}")["metrics"])

    def _get(self, path: str) -> Any:
        with urlopen(self._url + path, timeout=120) as reply:
            return json.load(reply)

    def _post(self, path: str, body: Any) -> Any:
        request = Request(
            f"{self._url}/api/2.0/mlflow/{path}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urlopen(request, timeout=120) as reply:
            return json.load(reply)


@contextmanager
def mlflow_server() -> Iterator[MLflow | None]:
    """Start MLflow's server; None where it cannot be had."""
    python = HOME / "bin" / "python"
    try:
        if not python.exists():
            print("Making an environment for MLflow's server (once) …", flush=True)
            venv.create(HOME, with_pip=True)
            subprocess.run([python, "-m", "pip", "install", "--quiet", "mlflow"], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"MLflow is left out: {error}")
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="mlops-bench-") as folder:
        port = free_port()
        command = [str(python), "-m", "mlflow", "server", "--host=127.0.0.1", f"--port={port}", "--workers=1"]
        command += [f"--backend-store-uri=sqlite:///{folder}/mlflow.db", f"--default-artifact-root={folder}"]
        with _process(command, Path(folder)):
            mlflow = MLflow(port)
            mlflow.start()
            yield mlflow


@contextmanager
def file_server(folder: Path) -> Iterator[Callable[[str], int]]:
    """Serve a folder with the standard library, and yield what fetches a file and returns its length."""
    port = free_port()

    def fetch(name: str) -> int:
        with urlopen(f"http://127.0.0.1:{port}/{name}", timeout=120) as reply:
            return len(reply.read())

    with _process([sys.executable, "-m", "http.server", "--bind=127.0.0.1", str(port)], folder):
        end = time.monotonic() + 20
        while True:
            try:
                fetch("")
                break
            except (URLError, OSError):
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)
        yield fetch


def free_port() -> int:
    """Return a port that nobody listens on."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@contextmanager
def _process(command: list[str], folder: Path) -> Iterator[None]:
    env = os.environ | {"MLFLOW_DISABLE_TELEMETRY": "true", "HOME": str(folder)}
    # A server of several processes is ended as a whole.
    process = subprocess.Popen(
        command, cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield
    finally:
        os.killpg(process.pid, 15)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()
