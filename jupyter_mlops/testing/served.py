"""A small endpoint for contracts: versions of a model without any library, one endpoint, and who asks it."""

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
from urllib.parse import urlsplit

import cloudpickle

from jupyter_mlops import wire
from jupyter_mlops.domain.endpoints import (
    EndpointSpec,
    EndpointStatus,
    Order,
    RevisionFact,
    RevisionSpec,
)
from jupyter_mlops.domain.errors import Conflict
from jupyter_mlops.domain.models import VersionFile, VersionSpec
from jupyter_mlops.domain.runs import Origin, State
from jupyter_mlops.platforms.deployer import Deployer
from jupyter_mlops.store import machine
from jupyter_mlops.store.endpoints import EndpointFolder, next_revision, write_revision
from jupyter_mlops.store.home import Home
from jupyter_mlops.testing.launcher_contract import PATIENCE_SECONDS, await_that

NAME = "digits"
REVISION = "x-mlops-revision"

_SOURCE = """
import time

class Model:
    def __init__(self, answer, load):
        self.answer, self.load = answer, load

    def __setstate__(self, state):
        self.__dict__.update(state)
        exec(self.load, {"time": time})

    def predict(self, rows):
        return [self.answer for _ in range(len(rows))]
"""
BROKEN = "raise OSError('libtree.so: cannot open shared object file')"
"""What is run when a model is loaded that cannot be."""
SLOW = "time.sleep(0.3)"


def make_version(home: Home, number: int, load: str = "") -> VersionSpec:
    """Write version ``number`` of a model that answers its number, as registering does.

    Args:
        home: Where it is written to.
        number: Of the version.
        load: Source that is run when a replica loads it.
    """
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(_SOURCE, namespace)
    data = cloudpickle.dumps(namespace["Model"](number, load))
    folder = home.models / NAME / "versions" / str(number)
    path = folder / "object" / "model.pkl"
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    files = [VersionFile("object/model.pkl", len(data), hashlib.sha256(data).hexdigest())]
    spec = VersionSpec(model=NAME, version=number, created=time.time(), flavor="python", python=sys.executable)
    (folder / "version.json").write_bytes(wire.encode_pretty(spec))
    (folder / "checksums.json").write_bytes(wire.encode_pretty(files))
    return spec


def make_revision(home: Home, version: VersionSpec, number: int, **values: Any) -> RevisionSpec:
    """Return what serves a version as revision ``number``."""
    told: dict[str, Any] = {
        "endpoint": NAME,
        "revision": number,
        "created": time.time(),
        "model": version.model,
        "version": version.version,
        "flavor": version.flavor,
        "folder": str(home.models / version.model / "versions" / str(version.version)),
        "python": sys.executable,
        "environment": {name: value for name, value in os.environ.items() if name != "JUPYTER_MLOPS_HOME"},
    }
    return RevisionSpec(**{**told, **values})


class Served:
    """One endpoint of a home, as services see it."""

    def __init__(self, home: Home, deployer: Deployer) -> None:
        self.home, self.deployer = home, deployer
        self.path = home.endpoints / NAME
        self.folder = EndpointFolder(self.path)
        self._versions = 0

    def version(self, load: str = "") -> VersionSpec:
        """Write another version; it answers its number."""
        self._versions += 1
        return make_version(self.home, self._versions, load)

    def draft(self, **values: Any) -> Path:
        """Return a draft of the endpoint with its first revision."""
        spec = make_revision(self.home, values.pop("version", None) or self.version(), 1, **values)
        self.deployer.check(spec)
        draft = self.home.draft()
        origin = Origin(user="me", host=machine.host(), machine=machine.machine_id(), boot=machine.boot_id())
        endpoint = EndpointSpec(id=NAME, name=NAME, created=time.time(), origin=origin)
        (draft / "spec.json").write_bytes(wire.encode_pretty(endpoint))
        write_revision(draft, spec)
        return draft

    def create(self, **values: Any) -> None:
        """Publish the endpoint as services do, and return when it answers or has failed."""
        draft = self.draft(**values)
        self.deployer.prepare(draft).publish(self.path)
        self.await_(lambda: self.status.state in (State.RUNNING, State.FAILED))

    def deploy(self, load: str = "", *, percent: int = 0, shadow: bool = False, **values: Any) -> int:
        """Deploy another version, and return the number of its revision."""
        number = next_revision(self.folder)
        write_revision(self.path, make_revision(self.home, self.version(load), number, **values))
        self.do("deploy", revision=number, percent=percent, shadow=shadow)
        return number

    def do(self, verb: str, **order: Any) -> str:
        """Ask for something; return what came of it, which is one sentence."""
        try:
            text = self.deployer.do(self.path, verb, Order(**order), "a test", timeout=PATIENCE_SECONDS)
        except Conflict as conflict:
            check_sentence(str(conflict))
            raise
        check_sentence(text)
        return text

    @property
    def status(self) -> EndpointStatus:
        return self.folder.status()

    def fact(self, revision: int) -> RevisionFact:
        """Return what is known of a revision."""
        return next(fact for fact in self.status.revisions if fact.spec.revision == revision)

    def answers(self, version: int) -> bool:
        """Say whether a request is answered by a version."""
        return bool(self.ask()[1] == version)

    def stable_version(self) -> int:
        """Return which version the stable revision serves."""
        status = self.status
        return self.fact(status.stable).spec.version

    def ask(self, headers: dict[str, str] | None = None) -> tuple[int, Any, str]:
        """Return status, answer and revision of one request over a connection of its own; status 0 if there is none."""
        with contextlib.closing(Caller(self)) as caller:
            return caller.ask(headers)

    def asked(self, times: int) -> Counter[Any]:
        """Return how often each version answered some requests, one after the other over one connection."""
        with contextlib.closing(Caller(self)) as caller:
            return Counter(caller.ask()[1] for _ in range(times))

    def await_(self, is_so: Callable[[], bool]) -> None:
        """Return when something is so."""
        await_that(is_so)

    def reset(self) -> None:
        """Leave one stable revision with one replica, whatever a test has made of the endpoint."""
        self.deployer.settle(self.path)
        if self.status.state.is_finished:
            self.do("start")
        if self.status.canary or self.status.shadow:
            self.do("rollback")
        if (stable := self.fact(self.status.stable)).least != 1 or stable.most != 1:
            self.do("scale", least=1, most=1)


class Caller:
    """Asks over one connection, which is opened anew after a failure."""

    def __init__(self, served: Served) -> None:
        self._address = served.deployer.address(served.path)
        self._connection: http.client.HTTPConnection | None = None

    def ask(self, headers: dict[str, str] | None = None) -> tuple[int, Any, str]:
        """Return status, answer and revision; status 0 if there is no answer."""
        told = urlsplit(self._address.url)
        body = json.dumps({"instances": [[1.0]]})
        asked = {"Content-Type": "application/json", **self._address.headers, **(headers or {})}
        try:
            if self._connection is None:
                self._connection = self._opened(told.hostname or "", told.port or 80)
            self._connection.request("POST", f"{told.path}/v1/models/{NAME}:predict", body, asked)
            response = self._connection.getresponse()
            said = json.loads(response.read())
        except (OSError, http.client.HTTPException) as error:
            self.close()
            return 0, type(error).__name__, ""
        answer = said["predictions"][0] if response.status == 200 else said["error"]
        return response.status, answer, response.headers.get(REVISION, "")

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _opened(self, host: str, port: int) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection(host, port, timeout=PATIENCE_SECONDS)
        if self._address.socket:
            unix = socket.socket(socket.AF_UNIX)
            unix.settimeout(PATIENCE_SECONDS)
            try:
                unix.connect(self._address.socket)
            except OSError:
                unix.close()
                raise
            connection.sock = unix
        return connection


@contextlib.contextmanager
def crowd(served: Served, clients: int = 3) -> Iterator[Counter[Any]]:
    """Ask all the time; yield how often which version, or which failure, came. On exit, some more have come."""
    answers: Counter[Any] = Counter()
    guard, is_over = threading.Lock(), threading.Event()

    def ask() -> None:
        with contextlib.closing(Caller(served)) as caller:
            while not is_over.is_set():
                status, said, _ = caller.ask()
                with guard:
                    answers[said if status == 200 else f"{status} {said}"] += 1

    threads = [threading.Thread(target=ask, daemon=True) for _ in range(clients)]
    for thread in threads:
        thread.start()
    try:
        await_that(lambda: answers.total() > 10)
        yield answers
        enough = answers.total() + 20
        await_that(lambda: answers.total() > enough)
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


def failures(answers: Counter[Any]) -> dict[str, int]:
    """Return what came instead of a version's answer, and how often."""
    return {said: count for said, count in answers.items() if isinstance(said, str)}


def check_sentence(text: str) -> None:
    """Fail unless people can read it: one line that ends as a sentence does."""
    assert text.strip() == text != ""
    assert "\n" not in text
    assert text[-1] in ".!?", text
