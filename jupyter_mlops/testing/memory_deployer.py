"""Endpoints without processes: the second implementation of ``Deployer``, which judges the first.

Keepers are threads of this process; what answers is in ``memory_endpoints``. All facts are real: folders, locks,
requests, events, index.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import msgspec

from jupyter_mlops import wire
from jupyter_mlops.domain.endpoints import Order, RevisionFact, RevisionSpec
from jupyter_mlops.domain.errors import Conflict, InvalidOption, Unavailable
from jupyter_mlops.domain.runs import Answered, State
from jupyter_mlops.platforms.deployer import Address
from jupyter_mlops.store import machine
from jupyter_mlops.store.endpointkeeping import EndpointKeeper
from jupyter_mlops.store.endpoints import PUBLIC, EndpointFolder, make_sockets, sockets_of
from jupyter_mlops.store.folders import KeeperIdentity, Request
from jupyter_mlops.store.home import Home, publish_folder
from jupyter_mlops.store.locks import Lock, try_lock
from jupyter_mlops.testing.memory_endpoints import PLANES, Plane, Replica, Traffic

_TURN_SECONDS = 0.005
_BEGIN = ("start", "deploy")


class MemoryDeployer:
    """``Deployer`` with threads for processes. A second one on the same home stands for another process.

    Args:
        home: Where the endpoints are.
    """

    name = "memory"

    def __init__(self, home: Home) -> None:
        self._home = home
        self._keepers: list[_Keeper] = []

    def check(self, spec: RevisionSpec) -> None:
        if not 1 <= spec.least <= spec.most:
            raise InvalidOption(f"--replicas: {spec.least}..{spec.most} makes no sense; give one from 1 on.")

    def prepare(self, draft: Path) -> PreparedEndpoint:
        lock = try_lock(draft / "keeper.lock")
        assert lock is not None
        return PreparedEndpoint(self, draft, lock)

    def keep(self, folder: Path, lock: Lock, boot: str = "") -> None:
        """Start a keeper of ``folder``, to which the folder's lock is given."""
        keeper = _Keeper(self._home, folder, lock, boot)
        self._keepers.append(keeper)
        keeper.start()

    def launch(self, folder: Path) -> None:
        if not EndpointFolder(folder).status().state.is_finished:
            self._launch(folder)

    def settle(self, folder: Path) -> None:
        endpoint = EndpointFolder(folder)
        while not endpoint.status().state.is_finished and not endpoint.is_kept() and not endpoint.is_elsewhere():
            self._launch(folder)
            time.sleep(_TURN_SECONDS)

    def do(self, folder: Path, verb: str, order: Order, who: str, timeout: float | None = None) -> str:
        endpoint = EndpointFolder(folder)
        request = endpoint.request(verb, who, order=order)
        until = time.monotonic() + timeout if timeout is not None else None
        while any(each.id == request for each in endpoint.unanswered()):
            self._launch(folder)
            if until is not None and time.monotonic() > until:
                raise Unavailable(f"{endpoint.id} has not done it within {timeout:g} s; it goes on with it.")
            time.sleep(_TURN_SECONDS)
        events = reversed(endpoint.events())
        answer = next(event for event in events if isinstance(event, Answered) and event.request == request)
        if answer.refused:
            raise Conflict(answer.text)
        return answer.text

    def address(self, folder: Path) -> Address:
        return Address(socket=str(sockets_of(folder) / PUBLIC), url="http://localhost")

    def wait(self, folder: Path, timeout: float) -> bool:
        until = time.monotonic() + timeout
        endpoint = EndpointFolder(folder)
        while not endpoint.status().state.is_finished:
            if time.monotonic() > until:
                return False
            time.sleep(_TURN_SECONDS)
        return True

    def vanish(self, folder: Path) -> None:
        """End the keepers of an endpoint as SIGKILL would: nothing more is written, the lock is free."""
        for keeper in self._keepers:
            if keeper.folder == folder:
                keeper.vanish()

    def _launch(self, folder: Path) -> None:
        lock = try_lock(folder / "keeper.lock")
        if lock is not None:
            before = EndpointFolder(folder).keeper()
            self.keep(folder, lock, before.boot if before is not None else "")


class PreparedEndpoint:
    """A lock on a draft; its keeper starts with the publication."""

    def __init__(self, deployer: MemoryDeployer, draft: Path, lock: Lock) -> None:
        self._deployer = deployer
        self._draft = draft
        self._lock = lock

    def publish(self, folder: Path) -> None:
        publish_folder(self._draft, folder)
        self._deployer.keep(folder, self._lock)

    def cancel(self) -> None:
        self._lock.release()
        shutil.rmtree(self._draft, ignore_errors=True)


def restart(folder: Path) -> None:
    """End what answers for an endpoint, as a restart of the machine does."""
    plane = PLANES.pop(folder, None)
    if plane is not None:
        plane.close()


class _Ended(BaseException):
    """Ends a keeper's thread, as a signal ends a process."""


class _Refused(Exception):
    """It cannot be done; the message is one sentence."""


class _Keeper(threading.Thread):
    """Keeps one endpoint as long as it is up."""

    def __init__(self, home: Home, folder: Path, lock: Lock, boot: str) -> None:
        super().__init__(name=f"keeper of {folder.name}", daemon=True)
        self.folder = folder
        self._home = home
        self._lock = lock
        self._is_restarted = bool(boot) and boot != machine.boot_id()
        self._vanished = threading.Event()
        self._gone = threading.Event()

    def run(self) -> None:
        try:
            self._lock.write(_identity())
            facts = EndpointKeeper(self._home, self.folder)
            if not facts.status.state.is_finished or _begins(facts):
                _Keeping(facts, self._look, self._is_restarted).run()
            facts.publish_row()
            self._lock.release()
            facts.close()
        except _Ended:
            pass
        except Exception:
            traceback.print_exc()
            raise
        finally:
            self._lock.release()
            self._gone.set()

    def vanish(self) -> None:
        """Return when nothing of this keeper is left; what answers goes on."""
        self._vanished.set()
        self._gone.wait(10)

    def _look(self) -> None:
        if self._vanished.is_set() or not self.folder.exists():
            raise _Ended


def _begins(facts: EndpointKeeper) -> bool:
    """Answer what is asked of an endpoint that has ended; say whether it is to begin again."""
    requests = facts.requests()
    for request in requests:
        if request.verb == "stop":
            facts.answer(request, f"{facts.spec.name} is {facts.status.state} already.")
        elif request.verb not in _BEGIN:
            facts.refuse(request, f"{facts.spec.name} is {facts.status.state}; start it first.")
    return any(request.verb in _BEGIN for request in requests)


class _Keeping:
    """One keeper's time with an endpoint."""

    def __init__(self, facts: EndpointKeeper, look: Callable[[], None], is_restarted: bool) -> None:
        self._facts = facts
        self._look = look
        self._is_restarted = is_restarted
        if facts.path not in PLANES:
            PLANES[facts.path] = Plane(make_sockets(facts.path) / PUBLIC)
        self._plane = PLANES[facts.path]
        self._verbs: dict[str, Callable[[Order, str], str]] = {
            "deploy": self._deploy,
            "canary": self._canary,
            "promote": self._promote,
            "rollback": self._rollback,
            "scale": self._scale,
            "delete": self._delete,
        }

    def run(self) -> None:
        """Keep it until it has ended."""
        self._begin()
        while not self._facts.status.state.is_finished:
            self._look()
            self._replace()
            self._answer()
            self._facts.publish_row()
            time.sleep(_TURN_SECONDS)

    def _begin(self) -> None:
        facts = self._facts
        facts.launched()
        if self._is_restarted:
            for fact in facts.status.revisions:
                for replica in list(fact.replicas):
                    facts.replica_ended(fact.spec.revision, replica.replica, replica.pid, "The machine was restarted.")
        if facts.status.state in (State.QUEUED, State.STOPPED, State.FAILED) or self._is_restarted:
            facts.begin("The machine was restarted." if self._is_restarted else "")
        deploys = [request for request in facts.requests() if request.verb == "deploy"]
        if facts.status.stable and not (deploys and not self._plane.replicas):
            self._start()
        elif not deploys:
            self._try(lambda: self._deploy(Order(revision=facts.status.last or 1), ""))

    def _start(self) -> None:
        status = self._facts.status
        traffic = Traffic(status.stable, status.canary, status.percent, status.shadow)
        for number in traffic.revisions:
            self._bring_up(number, max(1, self._facts.fact(number).wanted))
        self._plane.traffic = traffic
        self._facts.stands(State.RUNNING)

    def _try(self, act: Callable[[], str]) -> None:
        try:
            act()
        except _Refused as refusal:
            self._end(State.FAILED, str(refusal))

    def _answer(self) -> None:
        requests = self._facts.requests()
        stop = next((request for request in requests if request.verb == "stop"), None)
        if stop is not None:
            self._end(State.STOPPED, f"Stopped by {stop.who}.")
            return
        for request in requests[:1]:
            self._do(request)

    def _do(self, request: Request) -> None:
        try:
            if request.verb == "start":
                text = f"{self._facts.spec.name} is {self._facts.status.state}."
            elif request.verb not in self._verbs:
                raise _Refused(f"An endpoint does not know {request.verb!r}.")
            else:
                text = self._verbs[request.verb](request.order or Order(), request.who)
        except _Refused as refusal:
            self._facts.refuse(request, str(refusal))
            if not self._plane.traffic.stable:
                self._end(State.FAILED, str(refusal))
            return
        self._facts.answer(request, text)

    def _end(self, state: State, why: str) -> None:
        PLANES.pop(self._facts.path).close()
        for fact in self._facts.status.revisions:
            for replica in list(fact.replicas):
                self._facts.replica_ended(fact.spec.revision, replica.replica, replica.pid)
        self._facts.finish(state, why)

    def _deploy(self, order: Order, who: str) -> str:
        number, traffic = order.revision, self._plane.traffic
        if order.percent or order.shadow:
            other = traffic.canary or traffic.shadow
            if not traffic.stable or (other and other != number):
                beside = f"beside r{other}" if other else "without a stable revision"
                raise _Refused(f"r{number} cannot be tried {beside}.")
        if number > self._facts.status.last:
            self._facts.added(number, percent=order.percent, shadow=order.shadow, who=who)
        self._bring_up(number, self._facts.fact(number).least)
        if order.shadow:
            return self._move(msgspec.structs.replace(traffic, shadow=number), who)
        if order.percent:
            return self._move(msgspec.structs.replace(traffic, canary=number, percent=order.percent), who)
        return self._move(msgspec.structs.replace(traffic, stable=number), who)

    def _canary(self, order: Order, who: str) -> str:
        traffic = self._plane.traffic
        number = traffic.canary or traffic.shadow
        if not number or not 0 <= order.percent <= 100:
            raise _Refused(f"No canary can get {order.percent} percent of the requests.")
        return self._move(Traffic(traffic.stable, number, order.percent), who)

    def _promote(self, order: Order, who: str) -> str:
        del order
        number = self._plane.traffic.canary or self._plane.traffic.shadow
        if not number:
            raise _Refused("There is no canary to promote.")
        return self._move(Traffic(number), who)

    def _rollback(self, order: Order, who: str) -> str:
        traffic, before = self._plane.traffic, self._facts.status.before
        if not order.revision and (traffic.canary or traffic.shadow):
            return self._move(Traffic(traffic.stable), who)
        number = order.revision or (before[-1] if before else 0)
        if not number or number == traffic.stable:
            raise _Refused("There is nothing to roll back to.")
        self._bring_up(number, max(1, self._known(number).least))
        return self._move(Traffic(number), who)

    def _scale(self, order: Order, who: str) -> str:
        number = order.revision or self._plane.traffic.stable
        self._known(number)
        if order.least < 1:
            raise _Refused(f"A revision cannot have {order.least} replicas.")
        self._facts.scaled(number, order.least, max(order.least, order.most), order.least, who=who)
        self._bring_up(number, order.least)
        self._dismiss(self._plane.of(number)[order.least :])
        return f"r{number} has {order.least} replicas."

    def _delete(self, order: Order, who: str) -> str:
        if self._known(order.revision).role != "kept":
            raise _Refused(f"r{order.revision} has traffic.")
        self._facts.removed(order.revision, who)
        return f"r{order.revision} is deleted."

    def _known(self, number: int) -> RevisionFact:
        try:
            return self._facts.fact(number)
        except LookupError as error:
            raise _Refused(f"There is no revision r{number}.") from error

    def _bring_up(self, number: int, count: int) -> None:
        """Return when a revision has so many replicas."""
        fact = self._facts.fact(number)
        if fact.state != "ready":
            self._facts.became(number, "starting")
        try:
            for replica in range(count):
                if all(each.number != replica for each in self._plane.of(number)):
                    self._load(fact.spec, replica)
        except Exception as error:
            why = f"{type(error).__name__}: {error}."
            self._dismiss(self._plane.of(number))
            self._facts.became(number, "failed", why)
            raise _Refused(f"r{number} did not become ready: {why}") from error
        self._facts.became(number, "ready")

    def _load(self, spec: RevisionSpec, number: int) -> None:
        began = time.monotonic()
        replica = Replica(spec, number)
        # A keeper that was ended while it loaded has not loaded it.
        self._look()
        self._facts.replica_started(spec.revision, number, replica.pid)
        self._facts.replica_ready(spec.revision, number, replica.pid, time.monotonic() - began)
        self._plane.replicas = [*self._plane.replicas, replica]

    def _replace(self) -> None:
        for replica in [each for each in self._plane.replicas if not each.is_alive]:
            self._plane.replicas = [each for each in self._plane.replicas if each is not replica]
            self._facts.replica_ended(replica.revision, replica.number, replica.pid, "It was killed.")
            self._load(self._facts.fact(replica.revision).spec, replica.number)

    def _dismiss(self, replicas: list[Replica]) -> None:
        self._plane.replicas = [each for each in self._plane.replicas if each not in replicas]
        for replica in replicas:
            self._facts.replica_ended(replica.revision, replica.number, replica.pid)

    def _move(self, traffic: Traffic, who: str) -> str:
        self._plane.traffic = traffic
        self._facts.moved(
            traffic.stable, canary=traffic.canary, percent=traffic.percent, shadow=traffic.shadow, who=who
        )
        self._facts.stands(State.RUNNING)
        for fact in self._facts.status.revisions:
            number = fact.spec.revision
            if number not in traffic.revisions and self._plane.of(number):
                self._dismiss(self._plane.of(number))
                self._facts.became(number, "idle")
        self._facts.forget()
        canary = f", r{traffic.canary} gets {traffic.percent} % of the requests" if traffic.canary else ""
        return f"r{traffic.stable} answers{canary}."


def _identity() -> str:
    identity = KeeperIdentity(
        pid=os.getpid(),
        started=machine.process_started(os.getpid()),
        boot=machine.boot_id(),
        machine=machine.machine_id(),
        host=machine.host(),
    )
    return wire.encode_line(identity).decode()
