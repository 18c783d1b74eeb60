"""The process that keeps an endpoint: what ``keeper.py`` does where the folder is an endpoint's.

One thread, and a loop that sleeps until a process ends, the router answers or somebody asks for something.
"""

from __future__ import annotations

import os
import select
import shutil
import time
from pathlib import Path
from typing import Any

from jupyter_mlops.domain.endpoints import Order
from jupyter_mlops.domain.runs import State
from jupyter_mlops.platforms.local import judgement, signals
from jupyter_mlops.platforms.local.bases import Base
from jupyter_mlops.platforms.local.endpoints import Endpoint
from jupyter_mlops.platforms.local.notices import Notices
from jupyter_mlops.platforms.local.orders import Orders, Refused, Steps
from jupyter_mlops.platforms.local.rounds import Rounds
from jupyter_mlops.store import machine
from jupyter_mlops.store.endpointkeeping import EndpointKeeper
from jupyter_mlops.store.endpoints import make_sockets
from jupyter_mlops.store.files import hold_reserve
from jupyter_mlops.store.folders import Request
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.locks import Lock

BEGINNINGS = ("start", "deploy")
"""Verbs that begin a new leg of an endpoint that has ended."""
STOP_SECONDS = 15.0
"""How long router and replicas may take to end when they are asked to, each."""
REST_SECONDS = 1.0
HASTE_SECONDS = 0.01
WATCH_SECONDS = 0.1
LAUNCHES = 10
"""So many keepers within ``CRASH_SECONDS``, and the endpoint is given up: it cannot be kept."""
CRASH_SECONDS = 60.0


def keep(home: str, folder: str, lock: Lock, previous: dict[str, Any]) -> None:
    """Keep an endpoint, whose lock is held here, as long as it is wanted up."""
    # Whoever was started by a router has it ignored, and could not see how its children end.
    signals.signal(signals.SIGCHLD, signals.SIG_DFL)
    os.umask(0o077)
    opened = Home.open(Path(home))
    keeper = EndpointKeeper(opened, Path(folder))
    if keeper.status.state.is_finished and not _answer_after_the_end(keeper):
        keeper.close()
        return
    Keeping(opened, keeper, lock, str(previous.get("boot") or "")).run()
    keeper.publish_row()
    lock.release()
    keeper.close()


def _answer_after_the_end(keeper: EndpointKeeper) -> bool:
    """Answer what is asked of an endpoint that has ended; say whether it is to begin again."""
    requests = keeper.requests()
    for request in requests:
        if request.verb == "stop":
            keeper.answer(request, f"{keeper.spec.name} is {keeper.status.state} already.")
        elif request.verb == "delete":
            _delete(keeper, request)
        elif request.verb not in BEGINNINGS:
            keeper.refuse(request, f"{keeper.spec.name} is {keeper.status.state}; start it first.")
    keeper.publish_row()
    return any(request.verb in BEGINNINGS for request in requests)


def _delete(keeper: EndpointKeeper, request: Request) -> None:
    number = (request.order or Order()).revision
    try:
        fact = keeper.fact(number)
    except LookupError:
        keeper.refuse(request, f"There is no revision r{number}.")
        return
    if fact.role != "kept":
        keeper.refuse(request, f"r{number} cannot be deleted: it is the {fact.role} revision.")
        return
    keeper.removed(number, request.who)
    keeper.answer(request, f"r{number} is deleted.")


class Keeping:
    """One keeper's time with an endpoint."""

    def __init__(self, home: Home, keeper: EndpointKeeper, lock: Lock, boot: str) -> None:
        self._keeper = keeper
        self._lock = lock
        self._base = Base(home, keeper, make_sockets(keeper.path))
        self._endpoint = Endpoint(self._base)
        self._orders = Orders(self._endpoint)
        self._rounds = Rounds(self._endpoint, lock)
        self._notices = Notices(keeper.path / "requests")
        self._queue: list[Request] = []
        self._known: set[str] = set()
        self._steps: Steps | None = None
        self._request: Request | None = None
        self._is_over = False
        self._is_restarted = bool(boot) and boot != machine.boot_id()

    def run(self) -> None:
        """Keep the endpoint until it has ended, or its folder is gone."""
        (self._keeper.path / "logs").mkdir(mode=0o700, exist_ok=True)
        hold_reserve(self._keeper.path)
        self._begin()
        # Before anything else: whoever waits for the first replica waits for this.
        self._go_on()
        while not self._is_over:
            if not self._is_there():
                self._endpoint.kill()
                self._endpoint.remove_sockets()
                return
            self._take_requests()
            self._endpoint.look()
            self._go_on()
            self._rounds.look(is_asked=self._steps is not None)
            self._end_if_hopeless()
            self._decide()
            self._keeper.publish_row()
            if not self._is_over:
                self._sleep()

    def _begin(self) -> None:
        keeper = self._keeper
        crashes = self._recent_launches()
        keeper.launched()
        why = "The machine was restarted." if self._is_restarted else ""
        if keeper.status.state.is_finished or keeper.status.state is State.QUEUED or self._is_restarted:
            keeper.begin(why)
        self._take_over()
        if crashes >= LAUNCHES:
            self._steps = self._stop(State.FAILED, "Its keeper has ended many times in a row; see its keeper.log.")
            return
        if any(request.verb == "stop" for request in keeper.requests()):
            # It is taken up in the first round; until then nothing is started.
            for crew in self._endpoint.crews.values():
                crew.freeze()
            return
        pending = [request for request in keeper.requests() if request.verb == "deploy"]
        if keeper.status.stable:
            self._give_up_orphans([request for request in keeper.requests() if request.verb in ("deploy", "rollback")])
        if keeper.status.stable and not self._begins_anew(pending):
            self._request = next((request for request in keeper.requests() if request.verb == "start"), None)
            self._known.update([self._request.id] if self._request else [])
            self._steps = self._orders.start()
        elif not pending:
            self._steps = self._first()

    def _begins_anew(self, pending: list[Request]) -> bool:
        """Say whether a new leg begins with a revision that replaces the stable one, which then need not come up."""
        order = pending[0].order if pending else None
        is_new_leg = not any(fact.replicas for fact in self._keeper.status.revisions)
        if order is None or not is_new_leg or order.percent or order.shadow or self._keeper.status.started is not None:
            return False
        self._endpoint.traffic = type(self._endpoint.traffic)()
        return True

    def _first(self) -> Steps:
        """Return the steps of the first revision, or of the last one that was tried."""
        status = self._keeper.status
        number = status.revisions[-1].spec.revision if status.revisions else 1
        return self._orders.deploy(Order(revision=number), "")

    def _take_over(self) -> None:
        """Adopt what another keeper has left, end what nobody knows, and say what is gone."""
        keeper, status = self._keeper, self._keeper.status
        if self._is_restarted:
            for fact in status.revisions:
                for replica in list(fact.replicas):
                    if replica.state != "ended":
                        keeper.replica_ended(
                            fact.spec.revision, replica.replica, replica.pid, "the machine was restarted"
                        )
            return
        if status.router:
            self._endpoint.router.adopt(status.router, status.router_ticks)
        for fact in list(status.revisions):
            if fact.replicas:
                crew = self._endpoint.crew(fact.spec.revision)
                crew.adopt()
                is_used = fact.spec.revision in self._endpoint.traffic.revisions or fact.state == "starting"
                crew.want(max(1, fact.wanted) if is_used else 0)
        if status.launches > 1:
            self._endpoint.end_strays()

    def _give_up_orphans(self, pending: list[Request]) -> None:
        """Settle revisions that were being started, and of which nobody asks any more."""
        asked = [request.order.revision for request in pending if request.order is not None]
        for fact in self._keeper.status.revisions:
            number = fact.spec.revision
            if fact.state == "starting" and number not in (*asked, *self._endpoint.traffic.revisions):
                self._keeper.became(number, "failed", "It was cut off before it was ready.")
                if number in self._endpoint.crews:
                    self._endpoint.crews[number].want(0)

    def _recent_launches(self) -> int:
        from jupyter_mlops.domain.runs import Launched

        now = time.time()
        events = self._keeper.folder.events()[-50:]
        return sum(isinstance(event, Launched) and now - event.time < CRASH_SECONDS for event in events)

    def _is_there(self) -> bool:
        try:
            return os.stat(self._keeper.path / "keeper.lock").st_ino == os.fstat(self._lock.fd).st_ino
        except FileNotFoundError:
            return False

    def _take_requests(self) -> None:
        if not self._notices.has_come():
            return
        for request in self._keeper.requests():
            if request.id in self._known:
                continue
            self._known.add(request.id)
            if request.verb == "stop":
                self._interrupt(request)
            elif request.verb == "start":
                self._keeper.answer(request, f"{self._keeper.spec.name} is {self._keeper.status.state}.")
            else:
                self._queue.append(request)
                self._cut_judging(request)

    def _cut_judging(self, request: Request) -> None:
        """Let whatever is asked come before replays, which may take minutes and can be asked for again."""
        if request.verb == "judge":
            return
        judging = [each for each in self._queue if each.verb == "judge"]
        self._queue = [each for each in self._queue if each.verb != "judge"]
        if self._steps is not None and self._request is not None and self._request.verb == "judge":
            self._steps.close()
            judging.append(self._request)
            self._steps, self._request = None, None
        for each in judging:
            self._keeper.refuse(each, f"The replay gave way to what was asked meanwhile ({request.verb}).")

    def _interrupt(self, request: Request) -> None:
        """Let the end come before all else; ``finish`` answers what was asked besides."""
        if self._steps is not None:
            self._steps.close()
        self._queue, self._request = [], None
        why = f"Stopped by {request.who}." if request.who else "Stopped."
        self._steps = self._stop(State.STOPPED, why, request.time)

    def _go_on(self) -> None:
        while True:
            if self._steps is None and self._queue:
                self._request = self._queue.pop(0)
                self._steps = self._asked(self._request)
            if self._steps is None:
                return
            try:
                next(self._steps)
                return
            except StopIteration as end:
                self._done(str(end.value or ""))
            except Refused as refusal:
                self._refused(str(refusal))
            if self._is_over:
                return

    def _asked(self, request: Request) -> Steps:
        def refuse(why: str) -> Steps:
            yield from ()
            raise Refused(why)

        try:
            return self._orders.begin(request.verb, request.order or Order(), request.who)
        except Refused as refusal:
            return refuse(str(refusal))

    def _done(self, text: str) -> None:
        self._steps, request = None, self._request
        self._request = None
        # The state follows from the traffic that was just moved.
        self._endpoint.look()
        if request is not None:
            self._keeper.answer(request, text)

    def _refused(self, why: str) -> None:
        self._steps, request = None, self._request
        self._request = None
        if request is not None:
            self._keeper.refuse(request, why)
            self._forget_unknown(request)
        if not self._endpoint.traffic.stable or (request is None and not self._answers()):
            self._steps = self._stop(State.FAILED, why)

    def _forget_unknown(self, request: Request) -> None:
        """Remove the folder of a revision that was refused before it began."""
        number = request.order.revision if request.order is not None and request.verb == "deploy" else 0
        if number and number > self._keeper.status.last:
            shutil.rmtree(self._keeper.folder.revision_path(number), ignore_errors=True)

    def _answers(self) -> bool:
        return any(crew.serving for crew in self._endpoint.crews.values())

    def _end_if_hopeless(self) -> None:
        """End the endpoint, or drop its canary, where nothing can be done for it any more."""
        if self._steps is not None:
            return
        traffic, crews = self._endpoint.traffic, self._endpoint.crews
        for crew in [crews[number] for number in traffic.revisions if number in crews]:
            if not crew.failure or crew.serving:
                continue
            if crew.number != traffic.stable:
                self._steps = self._orders.drop(f"r{crew.number} is dropped: {crew.failure}")
            elif not self._answers():
                self._steps = self._stop(State.FAILED, f"r{crew.number} cannot be served: {crew.failure}.")
            return

    def _decide(self) -> None:
        """Do what the gates say of live requests."""
        if self._steps is not None or not self._rounds.has_news:
            return
        decision, why = judgement.of_live(self._endpoint, self._rounds.looks.watched.stats)
        if decision:
            self._steps = self._orders.act(decision, why)

    def _stop(self, state: State, why: str, since: float = 0.0) -> Steps:
        """End everything, and write the end when nothing is left."""
        endpoint, now = self._endpoint, self._base.now
        yield from self._rounds.look_once_more()
        endpoint.end()
        until = now() + STOP_SECONDS
        while endpoint.router.pid and now() < until:
            yield
        endpoint.end_replicas()
        until = now() + STOP_SECONDS
        while not endpoint.has_ended():
            if now() > until:
                endpoint.kill()
            yield
        endpoint.end_strays(all_of_them=True)
        endpoint.remove_sockets()
        self._keeper.finish(state, why, since)
        self._is_over = True
        return ""

    def _sleep(self) -> None:
        poller = select.poll()
        for fd in (*self._endpoint.fds, *self._rounds.looks.fds, self._notices.fd):
            if fd >= 0:
                poller.register(fd, select.POLLIN)
        seconds = self._rounds.seconds_left(REST_SECONDS)
        if self._rounds.looks.is_going:
            seconds = min(seconds, WATCH_SECONDS)
        if self._steps is not None or self._endpoint.is_moving:
            seconds = min(seconds, HASTE_SECONDS if self._rounds.is_young else WATCH_SECONDS)
        poller.poll(1000 * seconds)
