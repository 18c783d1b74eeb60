"""The verbs of an endpoint. Each is a generator that gives way whenever it has to wait, and returns one sentence."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace

from jupyter_mlops.domain.endpoints import Gates, Order, RevisionFact
from jupyter_mlops.domain.errors import MlopsError
from jupyter_mlops.domain.gates import Decision
from jupyter_mlops.platforms.local import judgement, ports
from jupyter_mlops.platforms.local.crews import Crew
from jupyter_mlops.platforms.local.endpoints import Endpoint, Traffic

Steps = Generator[None, None, str]
MOST = 64
"""Replicas of a revision at most."""
_ROUTE_SECONDS = 30.0


class Refused(Exception):
    """It cannot be done as things stand, or did not come true. The message is one sentence."""


class Orders:
    """What can be asked of an endpoint that is up."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._keeper = endpoint.keeper
        self._verbs: dict[str, Callable[[Order, str], Steps]] = {
            "deploy": self.deploy,
            "canary": self._canary,
            "promote": self._promote,
            "rollback": self._rollback,
            "scale": self._scale,
            "port": self._port,
            "gates": self._gates,
            "delete": self._delete,
            "judge": self._judge,
        }

    def begin(self, verb: str, order: Order, who: str) -> Steps:
        """Return the steps of what is asked.

        Raises:
            Refused: there is no such verb.
        """
        if verb not in self._verbs:
            raise Refused(f"An endpoint does not know {verb!r}; it knows {', '.join(sorted(self._verbs))}.")
        return self._verbs[verb](order, who)

    def deploy(self, order: Order, who: str) -> Steps:
        """Bring up a revision, and give it its traffic."""
        number, traffic = order.revision, self._endpoint.traffic
        if order.percent or order.shadow:
            self._check_second(number, order)
        fact = self._added(order, who)
        crew = self._endpoint.crew(number)
        try:
            yield from self._bring_up(crew, max(fact.least, 1))
        except Refused as refusal:
            yield from self._give_up(crew, str(refusal))
            raise Refused(self._not_ready(number, str(refusal))) from refusal
        traffic = self._endpoint.traffic
        if order.shadow:
            yield from self._move(replace(traffic, shadow=number), who)
            return f"r{number} gets a copy of all requests; r{traffic.stable} answers."
        if order.percent:
            yield from self._move(replace(traffic, canary=number, percent=order.percent), who)
            return f"r{number} is the canary and gets {order.percent} % of the requests."
        yield from self._move(replace(traffic, stable=number), who)
        return f"r{number} answers: {crew.title}."

    def start(self, *, why: str = "") -> Steps:
        """Bring up what has traffic by the events, and give it its traffic again."""
        traffic = self._endpoint.traffic
        crews = [self._endpoint.crew(number) for number in traffic.revisions]
        for crew in crews:
            crew.want(self._count(crew.fact))
        stable = crews[0]
        while not (stable.serving and self._endpoint.is_routed()):
            if stable.failure:
                raise Refused(f"r{stable.number} cannot be served: {stable.failure}.")
            yield
        for crew in crews[1:]:
            yield from self._start_second(crew)
        return why or f"{self._keeper.spec.name} answers: r{stable.number}, {stable.title}."

    def _start_second(self, crew: Crew) -> Steps:
        while not crew.serving:
            if crew.failure:
                return (yield from self.drop(f"r{crew.number} is dropped: {crew.failure}"))
            yield
        return ""

    def drop(self, why: str) -> Steps:
        """Take the traffic from canary or shadow."""
        traffic = self._endpoint.traffic
        yield from self._move(Traffic(traffic.stable), "", why)
        return f"{why}."

    def _canary(self, order: Order, who: str) -> Steps:
        traffic = self._endpoint.traffic
        number = traffic.canary or traffic.shadow
        if not 0 <= order.percent <= 100:
            raise Refused(f"A canary gets 0 to 100 percent of the requests, not {order.percent}.")
        if not number:
            raise Refused("There is no canary; deploy one: %deploy NAME --canary 10.")
        yield from self._move(Traffic(traffic.stable, number, order.percent), who)
        return f"The canary r{number} gets {order.percent} % of the requests."

    def _promote(self, order: Order, who: str) -> Steps:
        del order
        traffic = self._endpoint.traffic
        number = traffic.canary or traffic.shadow
        if not number:
            raise Refused("There is no canary to promote; deploy one: %deploy NAME --canary 10.")
        if not self._endpoint.crew(number).serving:
            raise Refused(f"r{number} cannot be promoted: none of its replicas is ready.")
        yield from self._move(Traffic(number), who)
        return f"r{number} is promoted; r{traffic.stable} is kept for a roll back."

    def _rollback(self, order: Order, who: str) -> Steps:
        traffic, status = self._endpoint.traffic, self._keeper.status
        if not order.revision and (traffic.canary or traffic.shadow):
            dropped = traffic.canary or traffic.shadow
            yield from self._move(Traffic(traffic.stable), who)
            return f"r{dropped} is dropped; r{traffic.stable} gets all requests."
        number = order.revision or (status.before[-1] if status.before else 0)
        if not number:
            raise Refused(f"There is nothing to roll back to: r{traffic.stable} is the only one that was ever stable.")
        self._check_target(number)
        crew = self._endpoint.crew(number)
        if not crew.serving:
            self._keeper.became(number, "starting")
            try:
                yield from self._bring_up(crew, self._count(crew.fact))
            except Refused as refusal:
                yield from self._give_up(crew, str(refusal))
                raise Refused(self._not_ready(number, str(refusal))) from refusal
        yield from self._move(Traffic(number), who)
        return f"r{number} answers again: {crew.title}."

    def _scale(self, order: Order, who: str) -> Steps:
        number = order.revision or self._endpoint.traffic.stable
        fact, least, most = self._known(number), order.least, max(order.most, order.least)
        if least < 1 or most > MOST:
            raise Refused(f"An endpoint has 1 to {MOST} replicas of a revision, not {least}..{most}.")
        before = (fact.least, fact.most, fact.wanted)
        wanted = min(most, max(least, fact.wanted))
        self._keeper.scaled(number, least, most, wanted, who=who)
        bounds = str(least) if least == most else f"{least} to {most}"
        if number not in self._endpoint.crews:
            return f"r{number} will have {bounds} replicas when it is started."
        crew = self._endpoint.crew(number)
        ends = crew.ends
        crew.want(wanted)
        while not (crew.is_complete and self._endpoint.is_routed()):
            if crew.failure or crew.ends > ends + 1:
                why = crew.failure or crew.trouble
                self._keeper.scaled(number, *before, why=f"its new replica has ended: {why}")
                crew.failure = ""
                crew.want(before[2])
                raise Refused(f"r{number} cannot have {wanted} replicas: {why}.")
            yield
        return f"r{number} has {bounds} replicas."

    def _port(self, order: Order, who: str) -> Steps:
        folder = self._endpoint.base.folder
        told = ports.token(folder) if order.port else ""
        ticket = self._endpoint.router.control.ask("port", port=order.port, token=told)
        while ticket.answer is None:
            if ticket.is_lost:
                raise Refused("The router has ended just now; try again.")
            yield
        if not ticket.answer.get("ok"):
            raise Refused(str(ticket.answer.get("why", "The port cannot be opened.")))
        port = int(ticket.answer.get("port", order.port))
        self._keeper.port_opened(port, who)
        return f"The port {port} is open on this machine, for who has the token." if port else "The port is closed."

    def act(self, decision: Decision, why: str) -> Steps:
        """Do what the gates have decided."""
        if decision == "rollback":
            return (yield from self.drop(why))
        traffic = self._endpoint.traffic
        yield from self._move(Traffic(traffic.canary or traffic.shadow), "", why)
        return f"{why}."

    def _judge(self, order: Order, who: str) -> Steps:
        """Replay the held-out rows, keep the scoreboard, and do what the gates decide on it."""
        del order, who
        going = judgement.Replay(self._endpoint)
        try:
            while not going.is_over:
                yield
        finally:
            going.give_up()
        if going.board is None:
            raise Refused(going.why)
        decision, why = judgement.of_board(self._endpoint, going.board)
        judgement.write_board(self._endpoint, going.board)
        if decision:
            return (yield from self.act(decision, why))
        return going.board.sentence

    def _gates(self, order: Order, who: str) -> Steps:
        yield from ()
        self._keeper.gates_set(order.gates or Gates(), who)
        return "What the endpoint does by itself is changed."

    def _delete(self, order: Order, who: str) -> Steps:
        yield from ()
        number = order.revision
        fact = self._known(number)
        if fact.role != "kept" or number in self._endpoint.traffic.revisions:
            raise Refused(f"r{number} cannot be deleted: it is the {fact.role} revision.")
        crew = self._endpoint.crews.get(number)
        if crew is not None:
            crew.want(0)
            while number in self._endpoint.crews:
                yield
        self._keeper.removed(number, who)
        return f"r{number} is deleted."

    def _added(self, order: Order, who: str) -> RevisionFact:
        """Return the fact of a revision that is to be started; it is there already where a keeper was killed."""
        status, number = self._keeper.status, order.revision
        for fact in status.revisions:
            if fact.spec.revision == number:
                if fact.state != "starting":
                    self._keeper.became(number, "starting")
                return fact
        try:
            return self._keeper.added(number, percent=order.percent, shadow=order.shadow, who=who)
        except (MlopsError, ValueError) as error:
            raise Refused(str(error)) from error

    def _check_second(self, number: int, order: Order) -> None:
        """Refuse a canary or a shadow where there is one, or nothing that it stands beside."""
        traffic = self._endpoint.traffic
        what = "shadow" if order.shadow else "canary"
        if order.percent and not 1 <= order.percent <= 99:
            raise Refused(f"A canary is deployed with 1 to 99 percent of the requests, not {order.percent}.")
        if not traffic.stable:
            raise Refused(f"There is no stable revision beside which a {what} could be tried; deploy one first.")
        other = traffic.canary or traffic.shadow
        if other and other != number:
            role = "canary" if traffic.canary else "shadow"
            raise Refused(f"r{other} is the {role} already; promote it, or roll it back, before another one is tried.")

    def _check_target(self, number: int) -> None:
        fact = self._known(number)
        if fact.role == "stable":
            raise Refused(f"r{number} is the stable revision already.")

    def _known(self, number: int) -> RevisionFact:
        try:
            return self._keeper.fact(number)
        except LookupError as error:
            there = ", ".join(f"r{fact.spec.revision}" for fact in self._keeper.status.revisions)
            raise Refused(f"There is no revision r{number}; there is {there or 'none yet'}.") from error

    def _bring_up(self, crew: Crew, count: int) -> Generator[None, None, None]:
        """Return when a crew has so many replicas that answer.

        Raises:
            Refused: one has ended before it answered, or does not answer for too long.
        """
        crew.want(count, on_trial=True)
        while not crew.is_complete:
            failure = crew.failure or (self._endpoint.router.failure if not self._endpoint.traffic.stable else "")
            if failure:
                raise Refused(failure.rstrip("."))
            yield
        crew.on_trial = False
        self._keeper.became(crew.number, "ready")
        if crew.fact.wanted != count:
            self._keeper.scaled(crew.number, crew.fact.least, crew.fact.most, count)

    def _give_up(self, crew: Crew, why: str) -> Generator[None, None, None]:
        self._keeper.became(crew.number, "failed", f"{why}.")
        crew.want(0)
        while crew.replicas:
            yield

    def _move(self, traffic: Traffic, who: str, why: str = "") -> Generator[None, None, None]:
        """Return when the next request goes as ``traffic`` says; those that get none any more leave."""
        before = self._endpoint.traffic
        self._endpoint.traffic = traffic
        since = self._endpoint.base.now()
        while not self._endpoint.is_routed():
            if self._endpoint.base.now() - since > _ROUTE_SECONDS:
                self._endpoint.traffic = before
                raise Refused(f"The router does not take the new routes. {self._endpoint.router.failure}".strip())
            yield
        self._keeper.moved(
            traffic.stable, canary=traffic.canary, percent=traffic.percent, shadow=traffic.shadow, why=why, who=who
        )
        self._endpoint.router.use(self._endpoint.crew(traffic.stable).spec.python)
        for number in before.revisions:
            if number not in traffic.revisions and number in self._endpoint.crews:
                self._endpoint.crews[number].want(0)
        self._keeper.forget()

    def _count(self, fact: RevisionFact) -> int:
        return min(max(fact.most, 1), max(fact.least, fact.wanted, 1))

    def _not_ready(self, number: int, why: str) -> str:
        stable = self._endpoint.traffic.stable
        rest = f"; r{stable} answers as before." if stable else "."
        return f"r{number} did not become ready: {why}{rest}"
