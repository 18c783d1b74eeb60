"""An endpoint as its keeper has it: router, replicas, and where requests go."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import dataclass
from typing import Any

from jupyter_mlops.domain.endpoints import RevisionFact
from jupyter_mlops.domain.runs import State
from jupyter_mlops.platforms.local import members, processes
from jupyter_mlops.platforms.local.bases import Base
from jupyter_mlops.platforms.local.controls import Ticket
from jupyter_mlops.platforms.local.crews import Crew
from jupyter_mlops.platforms.local.routers import Router, Routes


@dataclass(frozen=True)
class Traffic:
    """Which revisions answer."""

    stable: int = 0
    canary: int = 0
    percent: int = 0
    shadow: int = 0

    @property
    def revisions(self) -> list[int]:
        """All that have a part in it."""
        return [number for number in (self.stable, self.canary, self.shadow) if number]


class Endpoint:
    """What the keeper of one endpoint owns, brought up to date by ``look``.

    Attributes:
        traffic: Where requests should go; the events follow once the router has said so.
        crews: The replicas of each revision that has some, or is to have some.
    """

    def __init__(self, base: Base) -> None:
        self.base = base
        self.keeper = base.keeper
        self.router = Router(base)
        self.crews: dict[int, Crew] = {}
        status = base.keeper.status
        self.traffic = Traffic(status.stable, status.canary, status.percent, status.shadow)
        self._flight: tuple[Routes, Ticket] | None = None
        self._is_ending = False

    @property
    def fds(self) -> list[int]:
        """What becomes readable when there is something to do."""
        return [*self.router.fds, *(fd for crew in self.crews.values() for fd in crew.fds)]

    @property
    def is_moving(self) -> bool:
        """Say whether something is about to change that no descriptor tells."""
        return self.router.is_busy or any(crew.is_moving for crew in self.crews.values())

    def crew(self, revision: int) -> Crew:
        """Return the crew of a revision, which is made where there is none."""
        if revision not in self.crews:
            self.crews[revision] = Crew(self.base, self.keeper.fact(revision))
            self.router.use(
                self.crews[self.traffic.stable if self.traffic.stable in self.crews else revision].spec.python
            )
        return self.crews[revision]

    def look(self) -> None:
        """See what has happened, and do what follows from it."""
        flight = self._flight_now()
        for number, crew in list(self.crews.items()):
            crew.look(flight)
            if not crew.wanted and not crew.replicas:
                self._dismiss(number)
        # After the replicas, which take longer to come up.
        self.router.look()
        self.router.want(self.routes())
        if not self._is_ending:
            self._write_states()

    def routes(self) -> Routes:
        """Return where requests should go, as the router is told it."""
        traffic = self.traffic
        there = {number: crew for number, crew in self.crews.items() if crew.serving or number == traffic.stable}
        # While a canary has no replica the stable revision answers what it would have got.
        return {
            "revisions": {str(number): _route(crew) for number, crew in there.items()},
            "stable": traffic.stable if traffic.stable in there else 0,
            "canary": traffic.canary if traffic.canary in there else 0,
            "percent": traffic.percent if traffic.canary in there else 0,
            "shadow": traffic.shadow if traffic.shadow in there else 0,
        }

    def is_routed(self) -> bool:
        """Say whether the next request goes where it should."""
        return self.router.has_taken(self.routes())

    def has_ended(self) -> bool:
        """Say whether nothing of it is left that its keeper knows."""
        return not self.router.pid and not any(crew.replicas for crew in self.crews.values())

    def end(self) -> None:
        """Ask the router to end, after what it is answering."""
        self._is_ending = True
        for crew in self.crews.values():
            crew.freeze()
        self.router.end()

    def end_replicas(self) -> None:
        """Ask all replicas to end."""
        for crew in self.crews.values():
            crew.want(0)
            crew.hurry()

    def kill(self) -> None:
        """End everything now, and whatever bears the endpoint's mark."""
        self._is_ending = True
        self.router.kill()
        for crew in self.crews.values():
            crew.kill()
        self.end_strays(all_of_them=True)

    def end_strays(self, *, all_of_them: bool = False) -> None:
        """End the processes of the endpoint that its keeper does not know."""
        own = [replica.member.part for crew in self.crews.values() for replica in crew.replicas]
        known = set() if all_of_them else {*own, self.router.part}
        for pid in members.marked(f"{members.MARK}={self.base.folder}"):
            if members.part_of(pid) not in known:
                processes.kill(pid)

    def remove_sockets(self) -> None:
        """Remove the folder of the sockets."""
        shutil.rmtree(self.base.sockets, ignore_errors=True)
        with contextlib.suppress(OSError):
            (self.base.folder / "sockets").unlink(missing_ok=True)

    def measure(self) -> None:
        """Measure the memory of all replicas."""
        for crew in self.crews.values():
            crew.measure()

    def cut_logs(self) -> None:
        """Keep the logs short."""
        self.router.cut_log()
        for crew in self.crews.values():
            crew.cut_logs()

    def _flight_now(self) -> dict[str, int] | None:
        """Return how many requests each replica is answering, if that was asked after the routes were as they are."""
        is_leaving = any(
            each.is_leaving and not each.is_asked for crew in self.crews.values() for each in crew.replicas
        )
        if not is_leaving or not self.is_routed():
            self._flight = None
            return None
        if self._flight is None or self._flight[0] != self.routes() or self._flight[1].is_lost:
            self._flight = self.routes(), self.router.control.ask("flight")
            return None
        answer = self._flight[1].answer
        if answer is None:
            return None
        self._flight = None
        found: dict[str, int] = answer.get("replicas", {})
        return found

    def _dismiss(self, number: int) -> None:
        self.crews.pop(number)
        with contextlib.suppress(LookupError):
            if self.keeper.fact(number).state in ("ready", "starting"):
                self.keeper.became(number, "idle")

    def _write_states(self) -> None:
        for number, crew in self.crews.items():
            if crew.serving and crew.is_complete and self._fact(number).state != "ready":
                self.keeper.became(number, "ready")
            elif not crew.serving and crew.wanted and self._fact(number).state == "ready":
                self.keeper.became(number, "starting", f"{crew.trouble}." if crew.trouble else "")
        stable = self.crews.get(self.traffic.stable)
        status = self.keeper.status
        if stable is None or status.stable != self.traffic.stable:
            return
        if stable.serving and self.router.control.is_open:
            self.keeper.stands(State.RUNNING, self._trouble())
        elif not stable.serving:
            self.keeper.stands(State.STARTING, self._trouble() or status.why)

    def _trouble(self) -> str:
        """Return what is wrong although the endpoint goes on, in one sentence."""
        for number, crew in self.crews.items():
            if crew.failure and not crew.on_trial:
                return f"r{number} cannot have another replica: {crew.failure}."
            if crew.trouble and (crew.ends > 1 or not crew.serving):
                times = f" {crew.ends} times in a row" if crew.ends > 1 else ""
                return f"A replica of r{number} has ended{times}: {crew.trouble}."
        return self.router.failure

    def _fact(self, number: int) -> RevisionFact:
        return self.keeper.fact(number)


def _route(crew: Crew) -> dict[str, Any]:
    return {
        "replicas": sorted(replica.socket for replica in crew.serving),
        "model": crew.spec.model,
        "version": crew.spec.version,
        "resend": crew.spec.resend,
    }
