"""What every connection shares: the routes, the replicas, and the requests that wait for one."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from . import metrics, replies
from .config import Config
from .exchange import Exchange
from .inbound import Inbound
from .replica import Replica
from .replies import Reply
from .request import Request
from .routes import Asked, NoRoute, Revision, Routes, parsed
from .watch import Watch

HELD = 4096
"""Requests that may wait for a replica."""
HELD_BYTES = 256 << 20
SHADOWS = 32
"""Copies that a shadow may owe; while it does, no further ones are made."""


class Router:
    """The router of one endpoint.

    Attributes:
        clients: Their connections.
        stopping: Whether every answer is the last on its connection.
        resent: How many requests were sent to another replica.
    """

    def __init__(self, config: Config, loop: asyncio.AbstractEventLoop) -> None:
        self.config = config
        self.loop = loop
        self.routes = Routes({})
        self.clients: set[Inbound] = set()
        self.stopping = False
        self.resent = 0
        self.watch = Watch()
        self._replicas: dict[str, Replica] = {}
        self._held: dict[Exchange, None] = {}
        self._copies: set[Exchange] = set()
        self._asked: dict[bytes, Asked] = {}

    def start(self, exchange: Exchange) -> None:
        """Answer a request, now or later."""
        request = exchange.request
        split = request.method == b"POST" and not request.replay
        try:
            revision = self.routes.choose(exchange.asked, self.config.endpoint, request.pinned, split)
        except NoRoute as error:
            assert exchange.client is not None
            exchange.client.reply(request, replies.error(404, str(error)))
            exchange.refused()
            return
        shadow = self.routes.shadow
        exchange.start(revision)
        if shadow is not None and split and revision is self.routes.stable and not request.pinned:
            self._copy(request, shadow)

    def again(self, exchange: Exchange) -> Revision | None:
        """Return who is to answer a request that waited; the routes may have changed meanwhile."""
        chosen = self.routes.revisions.get(exchange.number)
        if chosen is not None and chosen.replicas:
            return chosen
        return self.routes.choose(exchange.asked, self.config.endpoint, exchange.request.pinned, False)

    def hold(self, exchange: Exchange) -> None:
        """Let a request wait until a replica is up, or for so long as requests may."""
        held_bytes = sum(one.request.size for one in self._held)
        if len(self._held) >= HELD or held_bytes + exchange.request.size > HELD_BYTES:
            exchange.gave_up("No replica is up, and too many requests wait for one.")
            return
        self._held[exchange] = None
        left = exchange.began + self.config.hold - time.monotonic()
        why = f"No replica came up within {self.config.hold:g} s."
        exchange.holding = self.loop.call_later(max(0.0, left), exchange.gave_up, why)

    def ended(self, exchange: Exchange) -> None:
        """Forget a request that is over."""
        self._held.pop(exchange, None)
        self._copies.discard(exchange)

    def own(self, request: Request) -> Reply | None:
        """Return what the router answers itself; None if a replica has to."""
        path = request.target.partition(b"?")[0]
        if path not in _OWN or request.method != b"GET":
            return None
        if path == b"/metrics":
            return Reply(200, metrics.exposition(self), metrics.KIND)
        if path == b"/":
            return replies.described(self.described())
        return replies.described({"live": True})

    def asked(self, target: bytes) -> Asked:
        """Return what a request's path says; most requests have the same."""
        found = self._asked.get(target)
        if found is None:
            if len(self._asked) >= 256:
                self._asked.clear()
            found = self._asked[target] = Asked(target)
        return found

    def replace_routes(self, told: dict[str, Any]) -> None:
        """Put new routes in the place of the old ones, for every request that comes from now on.

        Raises:
            ValueError, KeyError, TypeError: they make no sense; the old ones stay.
        """
        fresh: dict[str, Replica] = {}

        def replica(path: str) -> Replica:
            known = self._replicas.get(path) or fresh.get(path)
            if known is None:
                known = fresh[path] = Replica(path, self.loop, self.resume)
            return known

        routes = parsed(told, replica)
        named = {one.path for revision in routes.revisions.values() for one in revision.replicas}
        self.routes = routes
        self._replicas |= fresh
        for path, known in list(self._replicas.items()):
            if path in named:
                known.keep()
            else:
                known.drop()
                # One that still owes answers is asked about until it owes none.
                if not known.flight:
                    del self._replicas[path]
        self.resume()

    def resume(self) -> None:
        """Try again what waits for a replica."""
        held, self._held = self._held, {}
        for exchange in held:
            exchange.resume()

    def flight(self) -> dict[str, int]:
        """Return how many answers each replica owes, those included that the routes no longer name."""
        for path, replica in list(self._replicas.items()):
            if not replica.kept and not replica.flight:
                del self._replicas[path]
        return {path: replica.flight for path, replica in self._replicas.items()}

    def flight_of_revisions(self) -> dict[int, int]:
        """Return how many requests each revision has, those included that wait for a replica of it."""
        flight = {
            number: sum(replica.flight for replica in revision.replicas)
            for number, revision in self.routes.revisions.items()
        }
        for exchange in self._held:
            stable = self.routes.stable.number if self.routes.stable else 0
            number = exchange.number or stable
            flight[number] = flight.get(number, 0) + 1
        return flight

    def described(self) -> dict[str, Any]:
        """Return what the endpoint is, for whoever looks at its address."""
        routes = self.routes
        return {
            "endpoint": self.config.endpoint,
            "stable": routes.stable.number if routes.stable else None,
            "canary": routes.canary.number if routes.canary else None,
            "percent": routes.percent,
            "shadow": routes.shadow.number if routes.shadow else None,
            "revisions": [
                {
                    "revision": one.number,
                    "model": one.model,
                    "version": one.version,
                    "replicas": len(one.replicas),
                    "up": sum(not replica.broken for replica in one.replicas),
                }
                for one in routes.revisions.values()
            ],
            "links": ["/v2", f"/v2/models/{self.config.endpoint}", "/docs", "/openapi.json", "/metrics"],
        }

    def look_at_clients(self) -> None:
        """End what takes too long."""
        now = time.monotonic()
        for client in list(self.clients):
            client.overdue(now)
        for copy in list(self._copies):
            copy.overdue(now)

    def _copy(self, request: Request, shadow: Revision) -> None:
        if len(self._copies) >= SHADOWS:
            return
        copy = Exchange(self, request, None)
        self._copies.add(copy)
        copy.start(shadow)


_OWN = {b"/", b"/metrics", b"/v2/health/live"}
