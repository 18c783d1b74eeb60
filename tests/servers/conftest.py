"""Tests that need servers and frameworks in environments of their own: ``make test-servers`` makes and runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from jupyter_mlops.domain.models import VersionSpec
from jupyter_mlops.services.exporting import export
from tests.packaging import zoo
from tests.packaging.conftest import Stored

ENVIRONMENTS = Path(__file__).parents[2] / ".bench" / "servers"
ROOT = Path(__file__).parents[2]
MADE = os.environ.get("JUPYTER_MLOPS_SERVERS", "").split()

collect_ignore = [
    f"test_{name}.py" for name in ("mlserver", "kserve", "mlflow", "tensorflow", "torch") if name not in MADE
]
"""What has no environment is no test."""


class Exported:
    """A model of which servers get their folders."""

    def __init__(self, stored: Stored, place: Path) -> None:
        self.stored = stored
        self._place = place
        told = stored.told
        self._spec = VersionSpec("flowers", 1, 0.0, told.flavor, folders=told.folders)

    def to(self, server: str) -> Path:
        """Return the folder that a server gets."""
        target = self._place / server
        return target if target.exists() else export(self._spec, self.stored.folder, target, server)

    @property
    def head(self) -> Any:
        """Rows to ask with."""
        table = self.stored.table
        return table.head(3) if hasattr(table, "columns") else table[:3]

    @property
    def answer(self) -> Any:
        """Return what the model itself says of them."""
        return self.stored.answer(self.head)


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Exported]:
    """Return a model of each kind."""
    place = tmp_path_factory.mktemp("exported")
    return {
        name: Exported(Stored(model, place / name / "version", table), place / name)
        for name, (model, table) in zoo.models().items()
    }


def python_of(environment: str) -> str:
    """Return the interpreter of an environment."""
    return str(ENVIRONMENTS / environment / "bin" / "python")


def says(environment: str, program: str, *words: str, ours: bool = False) -> Any:
    """Run a program in an environment, and return what it prints as JSON on its last line."""
    env = _environment(environment) | ({"PYTHONPATH": str(ROOT)} if ours else {})
    done = subprocess.run(
        [python_of(environment), "-c", program, *words], env=env, capture_output=True, text=True, timeout=300, cwd="/"
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def server(environment: str, words: list[str], port: int, ready: str, log: Path) -> Iterator[httpx.Client]:
    """Start a server in an environment, and yield a client of it when ``ready`` is answered."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [python_of(environment), *words],
            env=_environment(environment),
            stdout=output,
            stderr=output,
            cwd=log.parent,
            start_new_session=True,
        )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            _await(process, client, ready, log)
            yield client
    finally:
        os.killpg(process.pid, 15)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()


def _environment(name: str) -> dict[str, str]:
    return {
        **os.environ,
        "PATH": f"{ENVIRONMENTS / name / 'bin'}:{os.environ['PATH']}",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONWARNINGS": "ignore",
    }


def _await(process: subprocess.Popen[bytes], client: httpx.Client, ready: str, log: Path) -> None:
    end = time.monotonic() + 200
    while process.poll() is None and time.monotonic() < end:
        try:
            if client.get(ready).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(log.read_text()[-4000:] or f"{sys.executable} says nothing")
