"""Endpoints for tests: tiny versions, and clients that ask again and again."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import os
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cloudpickle

from jupyter_mlops import wire
from jupyter_mlops.domain.endpoints import EndpointSpec, Order, RevisionSpec
from jupyter_mlops.domain.models import VersionFile, VersionSpec
from jupyter_mlops.domain.runs import Origin
from jupyter_mlops.platforms.local.deployer import LocalDeployer
from jupyter_mlops.store import machine
from jupyter_mlops.store.endpoints import EndpointFolder, next_revision, sockets_of, write_revision
from jupyter_mlops.store.home import Home

SOURCE = r"""
class Model:
    def __init__(self, answer, load="", call=""):
        self.answer, self.load, self.call = answer, load, call
    def __setstate__(self, state):
        self.__dict__.update(state)
        exec("import os, time\n" + self.load, {"self": self})
    def predict(self, rows):
        exec("import os, time\n" + self.call, {"self": self, "rows": rows})
        return [self.answer for _ in rows]
"""
ROWS = [{"x": 1.0}]


def model(answer: int, load: str = "", call: str = "") -> Any:
    """Return a model that answers ``answer``; ``load`` and ``call`` are run when it is loaded and asked."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(SOURCE, namespace)
    return namespace["Model"](answer, load, call)


def make_version(home: Home, number: int, what: Any, *, name: str = "digits", flavor: str = "python") -> VersionSpec:
    """Write a version's folder, as registering does."""
    folder = home.models / name / "versions" / str(number)
    path = model_path(home, number, name, flavor)
    path.parent.mkdir(parents=True)
    path.write_bytes(cloudpickle.dumps(what))
    data = path.read_bytes()
    files = [VersionFile(str(path.relative_to(folder)), len(data), hashlib.sha256(data).hexdigest())]
    spec = VersionSpec(model=name, version=number, created=time.time(), flavor=flavor, python=sys.executable)
    (folder / "version.json").write_bytes(wire.encode_pretty(spec))
    (folder / "checksums.json").write_bytes(wire.encode_pretty(files))
    return spec


def model_path(home: Home, number: int, name: str = "digits", flavor: str = "python") -> Path:
    """Return where a version's model is."""
    place = "object" if flavor == "python" else "model"
    return home.models / name / "versions" / str(number) / place / "model.pkl"


def revision_of(home: Home, version: VersionSpec, number: int, endpoint: str = "digits", **other: Any) -> RevisionSpec:
    """Return what serves a version."""
    folder = home.models / version.model / "versions" / str(version.version)
    told: dict[str, Any] = {
        "endpoint": endpoint,
        "revision": number,
        "created": time.time(),
        "model": version.model,
        "version": version.version,
        "flavor": version.flavor,
        "folder": str(folder),
        "python": sys.executable,
        "environment": {name: value for name, value in os.environ.items() if name != "JUPYTER_MLOPS_HOME"},
    }
    return RevisionSpec(**{**told, **other})


class Served:
    """An endpoint of a test."""

    def __init__(self, home: Home, name: str = "digits") -> None:
        self.home, self.name = home, name
        self.deployer = LocalDeployer(home)
        self.folder = EndpointFolder(home.endpoints / name)
        self.path = self.folder.path

    def create(self, version: VersionSpec, **other: Any) -> None:
        """Deploy the first revision; return when its keeper has begun."""
        spec = revision_of(self.home, version, 1, self.name, **other)
        self.deployer.check(spec)
        draft = self.home.draft()
        prepared = self.deployer.prepare(draft)
        origin = Origin(user="me", host=machine.host(), machine=machine.machine_id(), boot=machine.boot_id())
        wanted = EndpointSpec(id=self.name, name=self.name, created=time.time(), origin=origin)
        (draft / "spec.json").write_bytes(wire.encode_pretty(wanted))
        write_revision(draft, spec)
        prepared.publish(self.path)

    def deploy(self, version: VersionSpec, *, percent: int = 0, shadow: bool = False, **other: Any) -> str:
        """Deploy another revision; return what its keeper says."""
        spec = revision_of(self.home, version, next_revision(self.folder), self.name, **other)
        write_revision(self.path, spec)
        return self.do("deploy", revision=spec.revision, percent=percent, shadow=shadow)

    def do(self, verb: str, **order: Any) -> str:
        """Ask for something."""
        return self.deployer.do(self.path, verb, Order(**order), "a test", timeout=60)

    def await_ready(self, patience: float = 60.0) -> None:
        """Return when it answers."""
        self.await_(lambda: self.folder.status().state == "running" or self._failed(), patience)

    def await_(self, fact: Callable[[], object], patience: float = 30.0) -> None:
        """Return when ``fact`` is true."""
        end = time.monotonic() + patience
        while not fact():
            assert time.monotonic() < end, f"{self.folder.status()}\n{self.logs()}"
            time.sleep(0.01)

    def ask(self, rows: Any = ROWS, timeout: float = 40.0) -> tuple[int, Any, dict[str, str]]:
        """Ask for answers: status, what the model says of the first row, and the headers."""
        with Client(sockets_of(self.path) / "e.sock", self.name, timeout) as client:
            return client.ask(rows)

    def answer(self) -> Any:
        """Return what the model says."""
        status, said, _ = self.ask()
        assert status == 200, said
        return said

    def logs(self) -> str:
        """Return what all its processes have written."""
        found = [*self.path.glob("logs/*.log"), self.path / "keeper.log"]
        return "\n".join(f"--- {path.name}\n{path.read_text()[-2000:]}" for path in found if path.exists())

    def _failed(self) -> bool:
        assert self.folder.status().state != "failed", f"{self.folder.status().why}\n{self.logs()}"
        return False


class Client:
    """Asks over one connection."""

    def __init__(self, path: Path, name: str, timeout: float = 40.0) -> None:
        self._path, self._name, self._timeout = path, name, timeout
        self._connection: http.client.HTTPConnection | None = None

    def ask(self, rows: Any = ROWS) -> tuple[int, Any, dict[str, str]]:
        if self._connection is None:
            self._connection = self._connected()
        body = json.dumps({"instances": rows})
        self._connection.request("POST", f"/v1/models/{self._name}:predict", body)
        response = self._connection.getresponse()
        data = json.loads(response.read())
        said = data["predictions"][0] if response.status == 200 else data.get("error")
        return response.status, said, {name.lower(): value for name, value in response.getheaders()}

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _connected(self) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("localhost", timeout=self._timeout)
        connection.sock = found = socket.socket(socket.AF_UNIX)
        found.settimeout(self._timeout)
        try:
            found.connect(str(self._path))
        except OSError:
            found.close()
            raise
        return connection

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class Crowd:
    """Clients that ask as fast as they can until they are told to stop.

    Attributes:
        answers: How often each answer, or each kind of failure, came.
        longest: The longest time without any answer, in seconds.
    """

    def __init__(self, served: Served, clients: int = 4) -> None:
        self.answers: Counter[str] = Counter()
        self.longest = 0.0
        self._served = served
        self._stop = threading.Event()
        self._last = time.monotonic()
        self._guard = threading.Lock()
        self._threads = [threading.Thread(target=self._ask, daemon=True) for _ in range(clients)]

    @property
    def failures(self) -> dict[str, int]:
        """What came instead of an answer, and how often."""
        return {said: count for said, count in self.answers.items() if not said.startswith("ok")}

    @property
    def good(self) -> int:
        """How many answers there were."""
        return sum(count for said, count in self.answers.items() if said.startswith("ok"))

    def await_more(self, count: int) -> None:
        """Return when so many more answers have come, failures apart."""
        wanted = self.good + count
        self._served.await_(lambda: self.good >= wanted)

    def __enter__(self) -> Crowd:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in self._threads), "a request hangs"

    def _ask(self) -> None:
        client = Client(sockets_of(self._served.path) / "e.sock", self._served.name)
        while not self._stop.is_set():
            self._note(self._one(client))
        client.close()

    def _one(self, client: Client) -> str:
        try:
            status, said, _ = client.ask()
            return f"ok {said}" if status == 200 else f"{status} {said}"
        except (ConnectionError, FileNotFoundError, http.client.HTTPException) as error:
            client.close()
            time.sleep(0.005)
            return type(error).__name__
        except TimeoutError:
            return "a request hangs"

    def _note(self, said: str) -> None:
        with self._guard:
            self.answers[said] += 1
            if said.startswith("ok"):
                now = time.monotonic()
                self.longest, self._last = max(self.longest, now - self._last), now


@contextlib.contextmanager
def serving(home: Home, *answers: int, **other: Any) -> Iterator[tuple[Served, list[VersionSpec]]]:
    """Serve the first of some versions, and stop in the end."""
    versions = [make_version(home, number, model(answer)) for number, answer in enumerate(answers, 1)]
    served = Served(home)
    served.create(versions[0], **other)
    served.await_ready()
    yield served, versions
    if not served.folder.status().state.is_finished:
        served.do("stop")
