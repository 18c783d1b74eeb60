"""Replicas as their keeper starts them: processes of their own, with a configuration in a file."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cloudpickle
import httpx

import jupyter_mlops.serving.start as start
from tests.serving.replica import models

NAME = "flowers"
"""What the endpoint of all these is called; its model is ``iris``, version 3."""


@dataclass
class Replica:
    """A replica that runs.

    Attributes:
        folder: Of the endpoint, with which its replica ends.
        client: Asks it over its Unix socket.
        url: ``127.0.0.1:port``, as tritonclient wants it.
    """

    process: subprocess.Popen[bytes]
    folder: Path
    log: Path
    client: httpx.Client
    url: str

    def infer(self, told: Any = None, **more: Any) -> httpx.Response:
        asked = {"json": told} if told is not None else {}
        return self.client.post(f"/v2/models/{NAME}/infer", **asked, **more)

    def predict(self, told: Any) -> httpx.Response:
        return self.client.post(f"/v1/models/{NAME}:predict", json=told)

    def refused(self, told: Any, status: int = 400, **more: Any) -> str:
        """Return the sentence with which a V2 request is refused."""
        answer = self.infer(told, **more)
        assert answer.status_code == status, answer.text
        assert list(answer.json()) == ["error"]
        sentence: str = answer.json()["error"]
        assert sentence.strip() == sentence and "\n" not in sentence
        return sentence

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


@contextmanager
def replica(model: Any, signature: dict[str, Any] | None, flavor: str = "python", **config: Any) -> Iterator[Replica]:
    """Start a replica of a model, and end it; ``write`` fills the version's folder if a pickle does not."""
    with starting(model, signature, flavor, **config) as (process, folder, log, told):
        transport = httpx.HTTPTransport(uds=told["socket"])
        with httpx.Client(transport=transport, base_url="http://replica", timeout=30) as client:
            _wait(process, client, told["socket"], log)
            yield Replica(process, folder, log, client, f"127.0.0.1:{told['port']}")


@contextmanager
def starting(
    model: Any, signature: dict[str, Any] | None, flavor: str = "python", **config: Any
) -> Iterator[tuple[subprocess.Popen[bytes], Path, Path, dict[str, Any]]]:
    """Start the process of a replica, which need not become ready."""
    home = Path(tempfile.mkdtemp(prefix="replica-"))
    folder = home / "endpoint"
    folder.mkdir()
    config.pop("write", lambda version: save(model, version, flavor))(home / "version")
    told = {
        "folder": str(home / "version"),
        "flavor": flavor,
        "model": "iris",
        "version": 3,
        "endpoint": NAME,
        "revision": 2,
        "socket": str(home / "r.sock"),
        "port": free_port(),
        "signature": signature,
        **config,
    }
    (home / "config.json").write_text(json.dumps(told))
    log = home / "log"
    environment = {**os.environ, "JUPYTER_MLOPS_ENDPOINT": str(folder)}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, start.__file__, "replica", str(home / "config.json")],
            stdout=output,
            stderr=output,
            cwd=home,
            env=environment,
        )
    try:
        yield process, folder, log, told
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(home)


def save(model: Any, folder: Path, flavor: str) -> None:
    """Write a version's folder."""
    path = folder / ("model" if flavor == "sklearn" else "object") / "model.pkl"
    path.parent.mkdir(parents=True)
    cloudpickle.register_pickle_by_value(models)
    try:
        path.write_bytes(cloudpickle.dumps(model))
    finally:
        cloudpickle.unregister_pickle_by_value(models)


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], client: httpx.Client, path: str, log: Path) -> None:
    end = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < end:
        with socket.socket(socket.AF_UNIX) as asking:
            if asking.connect_ex(path) == 0:
                # It listens, and answers when the model is loaded.
                assert client.get("/v2/health/ready").json() == {"ready": True}
                return
        time.sleep(0.02)
    raise AssertionError(log.read_text())
