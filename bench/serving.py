"""A Jupyter server with the extension on a home of its own, as a process of its own, and what asks it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import tornado.websocket
from tornado.httpclient import HTTPRequest

from bench.peers import free_port
from jupyter_mlops.server.events import SCHEMA_ID
from jupyter_mlops.server.routes import PREFIX

TOKEN = "bench"
_HEADERS = {"Authorization": f"token {TOKEN}"}
_START_SECONDS = 60.0
_TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """The server, once it answers."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port = port
        self.pid = process.pid
        self._process = process

    def get(self, path: str, **query: Any) -> Any:
        """Return what a route says."""
        return json.loads(self.raw("GET", path, **query))

    def post(self, path: str, **told: Any) -> Any:
        """Return what a route answers that was sent ``told``."""
        return json.loads(self.raw("POST", path, json.dumps(told).encode()))

    def raw(self, method: str, path: str, sent: bytes | None = None, **query: Any) -> bytes:
        """Return the bytes that a route answers with."""
        url = f"http://127.0.0.1:{self.port}{PREFIX}{path}?{urlencode(query, doseq=True)}"
        with urlopen(Request(url, method=method, headers=_HEADERS, data=sent), timeout=120) as reply:
            body: bytes = reply.read()
        return body

    def cpu_seconds(self) -> float:
        """Return the processor time that the server has used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory(self) -> float:
        """Return the server's resident memory in MB of 2**20 bytes."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024

    def most_memory(self) -> float:
        """Return the most that ``memory`` ever was."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024

    async def listen(self) -> Listener:
        """Return a client of the event bus."""
        url = f"ws://127.0.0.1:{self.port}/api/events/subscribe"
        return Listener(await tornado.websocket.websocket_connect(HTTPRequest(url, headers=_HEADERS)))


class Listener:
    """A client of the event bus."""

    def __init__(self, connection: tornado.websocket.WebSocketClientConnection) -> None:
        self._connection = connection

    async def next(self) -> dict[str, Any]:
        """Return the next event of ours."""
        while True:
            text = await self._connection.read_message()
            if text is None:
                raise SystemExit("The server hung up.")
            event: dict[str, Any] = json.loads(text)
            if event.get("schema_id") == SCHEMA_ID:
                return event

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


@contextmanager
def serving(home: Path, *, extension: bool = True, env: dict[str, str] | None = None) -> Iterator[Server]:
    """Start a server for ``home``, with these variables besides its own, and end it afterwards."""
    port = free_port()
    with (
        tempfile.TemporaryDirectory(prefix="mlops-bench-") as folder,
        _Process(port, home, folder, env or {}, extension) as process,
    ):
        server = Server(port, process)
        _await(server, process)
        yield server


class _Process:
    def __init__(self, port: int, home: Path, folder: str, env: dict[str, str], extension: bool) -> None:
        command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", f"--port={port}"]
        command += ["--ServerApp.ip=127.0.0.1", "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"]
        command += [
            f"--ServerApp.jpserver_extensions={{'jupyter_mlops': {extension}}}",
            f"--ServerApp.root_dir={folder}",
        ]
        own = {"JUPYTER_MLOPS_HOME": str(home), "HOME": folder, "JUPYTER_CONFIG_DIR": folder}
        self._command, self._env = command, os.environ | own | env

    def __enter__(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(self._command, env=self._env, stderr=subprocess.DEVNULL)
        return self._process

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _await(server: Server, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            urlopen(Request(f"http://127.0.0.1:{server.port}/api/status", headers=_HEADERS), timeout=10).close()
            return
        except (OSError, HTTPError):
            time.sleep(0.1)
    raise SystemExit("The server did not start.")
