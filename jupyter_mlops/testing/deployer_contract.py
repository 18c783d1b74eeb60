"""The promises of ``platforms.deployer.Deployer``, some tests each. A platform subclasses ``DeployerContract``.

The models are a class without any library, which is loaded in a moment and answers a number; requests are KServe's V1,
to the endpoint's address. The tests of a class share one endpoint as far as they leave it as they found it.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import os
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import cloudpickle
import pytest

from jupyter_mlops import wire
from jupyter_mlops.domain.endpoints import (
    EndpointSpec,
    EndpointStatus,
    Order,
    ReplicaReady,
    RevisionFact,
    RevisionSpec,
    TrafficMoved,
)
from jupyter_mlops.domain.errors import Conflict, InvalidOption, Unavailable
from jupyter_mlops.domain.models import VersionFile, VersionSpec
from jupyter_mlops.domain.rollouts import is_legal, ready_replicas
from jupyter_mlops.domain.runs import Origin, State, StateChanged
from jupyter_mlops.platforms.deployer import Deployer
from jupyter_mlops.store import machine
from jupyter_mlops.store.endpoints import EndpointFolder, next_revision, write_revision
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.index import Index
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
            _check_sentence(str(conflict))
            raise
        _check_sentence(text)
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


def check_history(served: Served) -> None:
    """Fail unless events came in an order that was promised, and the index says what the folder does."""
    state, ready = State.QUEUED, set[int]()
    for event in served.folder.events():
        if isinstance(event, StateChanged):
            assert is_legal(state, event.state), (state, event.state)
            state = event.state
        elif isinstance(event, ReplicaReady):
            ready.add(event.revision)
        elif isinstance(event, TrafficMoved):
            assert set(_with_traffic(event)) <= ready
    with Index(served.home) as index:
        await_that(lambda: index.endpoints.get(NAME) == served.folder.row())


def _with_traffic(event: TrafficMoved) -> list[int]:
    return [number for number in (event.stable, event.canary, event.shadow) if number]


def _check_sentence(text: str) -> None:
    assert text.strip() == text != ""
    assert "\n" not in text
    assert text[-1] in ".!?", text


class DeployerContract:
    """Subclass this, and say how a platform's deployer is made and harmed."""

    def make_deployer(self, home: Home) -> Deployer:
        """Return a deployer. A second one on the same home stands for another process."""
        raise NotImplementedError

    def vanish(self, served: Served) -> None:
        """End the endpoint's keeper without a word; return when it is gone. What answers stays."""
        raise NotImplementedError

    def kill(self, served: Served, revision: int) -> None:
        """End one replica of a revision without a word."""
        raise NotImplementedError

    def restart(self, served: Served) -> None:
        """End all that the endpoint consists of without a word, as a restart of the machine does."""
        raise NotImplementedError

    def clean(self, served: Served) -> None:
        """End whatever is left of an endpoint, whose folder is removed next."""
        raise NotImplementedError

    @pytest.fixture(scope="class")
    @classmethod
    def _shared(cls) -> Iterator[Served]:
        with cls()._home() as served:
            served.create()
            yield served
            check_history(served)
            served.do("stop")

    @pytest.fixture
    def served(self, _shared: Served) -> Served:
        """An endpoint that answers with its stable revision and nothing else; tests leave it so that it can."""
        _shared.reset()
        return _shared

    @pytest.fixture
    def fresh(self) -> Iterator[Served]:
        """An endpoint that is not there yet, alone in its home."""
        with self._home() as served:
            yield served
            if served.path.exists():
                check_history(served)
                if not served.status.state.is_finished:
                    served.do("stop")

    @contextlib.contextmanager
    def _home(self) -> Iterator[Served]:
        path = Path(tempfile.mkdtemp(prefix="mlops-")).resolve()
        home = Home.open(path)
        served = Served(home, self.make_deployer(home))
        try:
            yield served
        finally:
            self.clean(served)
            shutil.rmtree(path, ignore_errors=True)

    # 1: what cannot be served is refused before anything starts

    @pytest.mark.parametrize("values", [{"least": 0}, {"least": 3, "most": 2}, {"least": -1, "most": -1}])
    def test_numbers_that_make_no_sense_are_refused(self, fresh: Served, values: dict[str, int]) -> None:
        spec = make_revision(fresh.home, fresh.version(), 1, **values)
        with pytest.raises(InvalidOption) as refusal:
            fresh.deployer.check(spec)
        _check_sentence(str(refusal.value))

    def test_checking_starts_nothing(self, fresh: Served) -> None:
        fresh.deployer.check(make_revision(fresh.home, fresh.version(), 1))
        assert not list(fresh.home.endpoints.iterdir())

    # 2: one folder is served once

    def test_launching_twice_serves_once(self, fresh: Served) -> None:
        fresh.draft().rename(fresh.path)
        deployers = [self.make_deployer(fresh.home) for _ in range(3)]
        threads = [threading.Thread(target=each.launch, args=(fresh.path,)) for each in deployers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        fresh.await_(lambda: fresh.status.state is State.RUNNING)
        fresh.deployer.launch(fresh.path)
        assert fresh.status.launches == 1
        assert len(fresh.fact(1).replicas) == 1
        assert fresh.answers(1)

    def test_a_cancelled_draft_leaves_nothing(self, fresh: Served) -> None:
        draft = fresh.draft()
        fresh.deployer.prepare(draft).cancel()
        await_that(lambda: not draft.exists())
        assert not fresh.path.exists()

    def test_a_name_that_is_taken_is_not_published(self, fresh: Served) -> None:
        fresh.create()
        prepared = fresh.deployer.prepare(draft := fresh.draft())
        with pytest.raises(FileExistsError):
            prepared.publish(fresh.path)
        assert draft.exists()
        prepared.cancel()
        assert fresh.answers(1)

    # 3: ready before traffic

    def test_the_first_revision_is_the_stable_one_when_it_is_ready(self, served: Served) -> None:
        status = served.status
        assert (status.state, status.up, status.why) == (State.RUNNING, True, "")
        fact = served.fact(status.stable)
        assert (fact.role, fact.percent, fact.state) == ("stable", 100, "ready")
        assert len(ready_replicas(fact)) == 1
        assert served.ask() == (200, fact.spec.version, str(status.stable))

    def test_a_new_revision_answers_only_when_it_is_ready(self, served: Served) -> None:
        before = served.stable_version()
        with crowd(served) as answers:
            revision = served.deploy(SLOW)
            now = served.stable_version()
            assert served.answers(now)
        assert set(answers) == {before, now}
        assert served.status.stable == revision

    def test_a_revision_that_cannot_be_loaded_changes_nothing(self, served: Served) -> None:
        before = served.status
        with crowd(served) as answers, pytest.raises(Conflict, match=r"libtree\.so"):
            served.deploy(BROKEN)
        after = served.status
        assert set(answers) == {served.stable_version()}
        assert (after.stable, after.canary, after.state) == (before.stable, 0, State.RUNNING)
        fact = served.fact(after.last)
        assert (fact.state, fact.role) == ("failed", "kept")
        assert "libtree.so" in fact.why
        _check_sentence(fact.why)

    def test_a_canary_that_cannot_be_loaded_is_none(self, served: Served) -> None:
        with pytest.raises(Conflict, match=r"libtree\.so"):
            served.deploy(BROKEN, percent=50)
        assert (served.status.canary, served.status.percent) == (0, 0)
        assert set(served.asked(20)) == {served.stable_version()}

    def test_if_the_first_revision_cannot_be_loaded_the_endpoint_has_failed(self, fresh: Served) -> None:
        fresh.create(version=fresh.version(BROKEN))
        status = fresh.status
        assert (status.state, status.stable, status.up) == (State.FAILED, 0, False)
        assert "libtree.so" in status.why
        assert fresh.fact(1).state == "failed"
        assert fresh.deployer.wait(fresh.path, 0)

        with pytest.raises(Conflict):
            fresh.deploy(percent=10)
        fresh.deploy()
        assert fresh.status.state is State.RUNNING
        assert fresh.answers(fresh.stable_version())

    # 4: traffic

    def test_a_canary_gets_its_share(self, served: Served) -> None:
        stable = served.stable_version()
        canary = served.deploy(percent=10)
        version = served.fact(canary).spec.version
        fact = served.fact(canary)
        assert (fact.role, fact.percent, served.fact(served.status.stable).percent) == ("canary", 10, 90)
        _check_share(served.asked(400), stable, version, 10)
        served.do("canary", percent=65)
        assert served.status.percent == 65
        _check_share(served.asked(400), stable, version, 65)

    def test_a_canary_may_get_nothing_or_all(self, served: Served) -> None:
        stable, number = served.stable_version(), served.status.stable
        canary = served.deploy(percent=1)
        served.do("canary", percent=0)
        assert set(served.asked(50)) == {stable}
        assert served.fact(canary).state == "ready"
        served.do("canary", percent=100)
        assert set(served.asked(50)) == {served.fact(canary).spec.version}
        assert (served.status.stable, served.status.canary) == (number, canary)

    def test_a_request_may_name_its_revision(self, served: Served) -> None:
        stable, number = served.stable_version(), served.status.stable
        canary = served.deploy(percent=50)
        version = served.fact(canary).spec.version
        for _ in range(5):
            assert served.ask({REVISION: str(canary)}) == (200, version, str(canary))
            assert served.ask({REVISION: str(number)}) == (200, stable, str(number))

    def test_a_shadow_answers_nobody(self, served: Served) -> None:
        stable = served.stable_version()
        shadow = served.deploy(shadow=True)
        assert (served.status.shadow, served.fact(shadow).role) == (shadow, "shadow")
        assert set(served.asked(50)) == {stable}
        served.do("promote")
        assert (served.status.stable, served.status.shadow) == (shadow, 0)

    def test_a_second_canary_is_refused_and_leaves_no_revision(self, served: Served) -> None:
        canary = served.deploy(percent=50)
        for other in ({"percent": 10}, {"shadow": True}):
            with pytest.raises(Conflict):
                served.deploy(**other)
        assert (served.status.canary, served.status.percent) == (canary, 50)
        assert all(fact.spec.revision <= canary for fact in served.status.revisions)

    @pytest.mark.parametrize("percent", [-1, 101])
    def test_other_percentages_are_refused(self, served: Served, percent: int) -> None:
        served.deploy(percent=50)
        with pytest.raises(Conflict):
            served.do("canary", percent=percent)
        assert served.status.percent == 50

    @pytest.mark.parametrize(("verb", "order"), [("canary", {"percent": 10}), ("promote", {})])
    def test_what_needs_a_canary_is_refused_without_one(self, served: Served, verb: str, order: dict[str, int]) -> None:
        with pytest.raises(Conflict):
            served.do(verb, **order)

    # 5 and 6: what was asked for is true, and no request fails for it

    def test_promoting_makes_the_canary_stable_at_once(self, served: Served) -> None:
        before = served.status.stable
        canary = served.deploy(percent=10)
        said = served.do("promote")
        assert set(served.asked(30)) == {served.fact(canary).spec.version}
        status = served.status
        assert (status.stable, status.canary, status.percent) == (canary, 0, 0)
        assert (served.fact(before).role, status.before[-1]) == ("kept", before)
        assert f"r{canary}" in said
        assert any(line.who == "a test" for line in status.rollouts)

    def test_no_request_fails_while_revisions_come_and_go(self, served: Served) -> None:
        with crowd(served) as answers:
            served.deploy()
            served.deploy(percent=50)
            served.do("promote")
            served.do("scale", least=2, most=2)
            served.do("scale", least=1, most=1)
            served.do("rollback")
        assert failures(answers) == {}

    def test_scaling_returns_when_all_replicas_answer(self, served: Served) -> None:
        stable = served.status.stable
        served.do("scale", least=3, most=3)
        fact = served.fact(stable)
        assert (fact.least, fact.most, len(ready_replicas(fact))) == (3, 3, 3)
        served.do("scale", revision=stable, least=1, most=1)
        served.await_(lambda: len(served.fact(stable).replicas) == 1)

    @pytest.mark.parametrize("order", [{"least": 0}, {"least": -1}, {"least": 1, "revision": 999}])
    def test_what_cannot_be_scaled_is_refused(self, served: Served, order: dict[str, int]) -> None:
        with pytest.raises(Conflict):
            served.do("scale", **order)

    def test_an_unknown_verb_is_refused(self, served: Served) -> None:
        with pytest.raises(Conflict):
            served.do("dance")

    # 7: rolling back

    def test_rolling_back_drops_a_canary(self, served: Served) -> None:
        stable, version = served.status.stable, served.stable_version()
        canary = served.deploy(percent=90)
        served.do("rollback")
        assert set(served.asked(30)) == {version}
        assert (served.status.stable, served.status.canary, served.fact(canary).role) == (stable, 0, "kept")

    def test_rolling_back_goes_to_what_was_stable_before_or_to_what_is_named(self, served: Served) -> None:
        first, version = served.status.stable, served.stable_version()
        second = served.deploy()
        third = served.deploy()
        served.do("rollback")
        assert served.status.stable == second
        served.do("rollback", revision=third)
        assert served.status.stable == third
        served.do("rollback", revision=first)
        assert served.status.stable == first
        assert set(served.asked(10)) == {version}

    def test_there_must_be_something_to_roll_back_to(self, fresh: Served) -> None:
        fresh.create()
        for order in ({}, {"revision": 1}, {"revision": 7}):
            with pytest.raises(Conflict):
                fresh.do("rollback", **order)
        assert fresh.answers(1)

    def test_what_is_deleted_cannot_be_rolled_back_to(self, served: Served) -> None:
        stable = served.status.stable
        with pytest.raises(Conflict):
            served.do("delete", revision=stable)
        now = served.deploy()
        served.do("delete", revision=stable)
        assert all(fact.spec.revision != stable for fact in served.status.revisions)
        with pytest.raises(Conflict):
            served.do("rollback", revision=stable)
        assert served.status.stable == now

    # 8: replicas that end by themselves

    def test_a_replica_that_ends_is_replaced(self, served: Served) -> None:
        stable, version = served.status.stable, served.stable_version()
        (before,) = served.fact(stable).replicas
        self.kill(served, stable)

        def is_replaced() -> bool:
            (now,) = served.fact(stable).replicas
            return now.pid != before.pid and now.state == "ready" and now.restarts > before.restarts

        served.await_(is_replaced)
        served.await_(lambda: served.answers(version))
        assert served.status.state is State.RUNNING

    def test_while_another_replica_is_ready_no_request_fails(self, served: Served) -> None:
        served.do("scale", least=2, most=2)
        stable = served.status.stable
        before = {replica.pid for replica in ready_replicas(served.fact(stable))}
        with crowd(served) as answers:
            self.kill(served, stable)
            served.await_(lambda: len(ready_replicas(served.fact(stable))) == 2 and _pids(served, stable) != before)
        assert failures(answers) == {}

    # 9: stopping and starting

    def test_stopping_ends_all_and_starting_brings_back_what_was_there(self, fresh: Served) -> None:
        fresh.create()
        canary = fresh.deploy(percent=50)
        address = fresh.deployer.address(fresh.path)
        assert not fresh.deployer.wait(fresh.path, 0)

        fresh.do("stop")
        status = fresh.status
        assert (status.state, status.up, status.leg) == (State.STOPPED, False, 1)
        assert "a test" in status.why
        assert all(not fact.replicas for fact in status.revisions)
        assert fresh.ask()[0] == 0
        assert fresh.deployer.wait(fresh.path, 0)
        assert fresh.do("stop")
        with pytest.raises(Conflict):
            fresh.do("promote")
        fresh.deployer.settle(fresh.path)
        assert fresh.status.state is State.STOPPED

        fresh.do("start")
        status = fresh.status
        assert (status.state, status.leg, status.stable) == (State.RUNNING, 2, 1)
        assert (status.canary, status.percent) == (canary, 50)
        assert fresh.deployer.address(fresh.path) == address
        assert set(fresh.asked(20)) == {1, 2}
        assert fresh.do("start")
        assert fresh.status.leg == 2

    def test_deploying_to_what_is_stopped_starts_it(self, fresh: Served) -> None:
        fresh.create()
        fresh.do("stop")
        revision = fresh.deploy()
        assert (fresh.status.state, fresh.status.stable, fresh.status.leg) == (State.RUNNING, revision, 2)
        assert fresh.answers(2)

    # 10: keepers that vanish, machines that restart

    def test_without_its_keeper_an_endpoint_goes_on_answering(self, served: Served) -> None:
        version = served.stable_version()
        with crowd(served) as answers:
            self.vanish(served)
            served.deployer.settle(served.path)
            assert served.folder.is_kept()
        assert set(answers) == {version}
        assert served.status.state is State.RUNNING

    def test_what_is_asked_while_there_is_no_keeper_is_done_by_the_next(self, served: Served) -> None:
        self.vanish(served)
        revision = served.deploy(percent=50)
        self.vanish(served)
        served.do("promote")
        assert served.status.stable == revision
        assert served.answers(served.stable_version())

    def test_a_revision_whose_keeper_vanishes_while_it_starts_becomes_stable_still(self, served: Served) -> None:
        revision = next_revision(served.folder)
        asking = threading.Thread(target=lambda: served.deploy("time.sleep(1)"))
        asking.start()
        served.await_(lambda: served.status.last == revision)
        self.vanish(served)
        asking.join()
        assert served.status.stable == revision
        assert served.answers(served.stable_version())

    def test_after_a_restart_what_was_up_comes_up_with_its_traffic(
        self, fresh: Served, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fresh.create()
        canary = fresh.deploy(percent=50)
        self.restart(fresh)
        monkeypatch.setenv("JUPYTER_MLOPS_BOOT_ID", "another")
        fresh.deployer.settle(fresh.path)
        fresh.await_(lambda: fresh.status.state is State.RUNNING and fresh.fact(canary).state == "ready")
        fresh.await_(lambda: len(ready_replicas(fresh.fact(canary))) == 1)
        status = fresh.status
        assert (status.stable, status.canary, status.percent) == (1, canary, 50)
        fresh.await_(lambda: set(fresh.asked(20)) == {1, 2})

    # asking

    def test_who_does_not_wait_long_enough_is_told_and_it_is_done_all_the_same(self, served: Served) -> None:
        number = next_revision(served.folder)
        write_revision(served.path, make_revision(served.home, served.version("time.sleep(0.5)"), number))
        with pytest.raises(Unavailable):
            served.deployer.do(served.path, "deploy", Order(revision=number), "a test", timeout=0.05)
        served.await_(lambda: served.status.stable == number)
        assert served.answers(served.stable_version())


def _check_share(answers: Counter[Any], stable: int, canary: int, percent: int) -> None:
    assert set(answers) == {stable, canary}
    # Whoever draws lots is off by more than this once in ten thousand times.
    assert abs(100 * answers[canary] / answers.total() - percent) < 10, answers


def _pids(served: Served, revision: int) -> set[int]:
    return {replica.pid for replica in ready_replicas(served.fact(revision))}
