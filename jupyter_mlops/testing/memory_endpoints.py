"""What answers for an endpoint of ``MemoryDeployer``: replicas that are objects, and a router that is a thread."""

from __future__ import annotations

import itertools
import json
import os
import pickle
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingUnixStreamServer
from typing import Any

import msgspec

from jupyter_mlops.domain.endpoints import RevisionSpec

REVISION = "X-Mlops-Revision"
_pids = itertools.count(1 << 31)
"""Numbers that no process has."""


class Traffic(msgspec.Struct, frozen=True):
    """Which revisions get requests."""

    stable: int = 0
    canary: int = 0
    percent: int = 0
    shadow: int = 0

    @property
    def revisions(self) -> list[int]:
        """Return those that need replicas."""
        return [number for number in (self.stable, self.canary, self.shadow) if number]


class Replica:
    """A loaded model. It fails to load as a process would: with an exception."""

    def __init__(self, spec: RevisionSpec, number: int) -> None:
        self.revision, self.number, self.pid = spec.revision, number, next(_pids)
        self.is_alive = True
        with (Path(spec.folder) / "object" / "model.pkl").open("rb") as file:
            self._model = pickle.load(file)

    def answer(self, rows: list[Any]) -> list[Any]:
        """Return what the model says.

        Raises:
            ConnectionError: the replica has ended.
        """
        if not self.is_alive:
            raise ConnectionError(f"replica {self.number} of r{self.revision} has ended")
        return list(self._model.predict(rows))


class Plane:
    """The data plane of one endpoint. It does not end with the endpoint's keeper.

    Attributes:
        replicas: Those that there are, dead ones too until the keeper notices.
        traffic: Which revisions get requests.
    """

    def __init__(self, socket: Path) -> None:
        self.replicas: list[Replica] = []
        self.traffic = Traffic()
        self._count = itertools.count()
        self._server = _Server(socket, self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def of(self, revision: int) -> list[Replica]:
        """Return the replicas of a revision."""
        return [replica for replica in self.replicas if replica.revision == revision]

    def ask(self, rows: list[Any], pinned: str) -> tuple[int, dict[str, Any], int]:
        """Return status, answer and revision."""
        revision = int(pinned) if pinned.isdecimal() else self._choice()
        if self.traffic.shadow and not pinned:
            self._first_answer(self.traffic.shadow, rows)
        answer = self._first_answer(revision, rows)
        if answer is not None:
            return 200, {"predictions": answer}, revision
        status = 404 if pinned else 503
        return status, {"error": f"r{revision} has no replica that answers."}, revision

    def close(self) -> None:
        """End the router; nobody is answered any more."""
        self._server.shutdown()
        self._server.server_close()
        with suppress(FileNotFoundError):
            os.unlink(str(self._server.server_address))

    def _choice(self) -> int:
        traffic = self.traffic
        # Of any hundred requests in a row, exactly so many go to the canary.
        turn = next(self._count) * 37 % 100
        return traffic.canary if traffic.canary and turn < traffic.percent else traffic.stable

    def _first_answer(self, revision: int, rows: list[Any]) -> list[Any] | None:
        for replica in self.of(revision):
            with suppress(ConnectionError):
                return replica.answer(rows)
        return None


class _Server(ThreadingUnixStreamServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, socket: Path, plane: Plane) -> None:
        self.plane = plane
        socket.unlink(missing_ok=True)
        super().__init__(str(socket), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, answer, revision = self.server.plane.ask(told["instances"], self.headers.get(REVISION, ""))
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header(REVISION, str(revision))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        # The address of a Unix socket has no host.
        return "local"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the standard library's name
        del format, args


PLANES: dict[Path, Plane] = {}
"""By the endpoint's folder. It is this process's, so that a second deployer finds what the first has left."""
