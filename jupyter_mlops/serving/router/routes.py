"""Who answers which request. Routes never change: new ones take their place as a whole."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .replica import Replica

_MODEL = re.compile(rb"/v[12]/models/([^/:?]+)(?:/versions/([0-9]{1,9})(?=[/:?]|$))?")


class NoRoute(Exception):
    """Nobody can answer this request, and waiting would not help. One sentence."""


class Asked:
    """What a path says about who is to answer.

    Attributes:
        model: The name that stands in it; empty if none does.
        version: The number that stands in it; 0 if none does.
        waits: Whether the request may wait for a replica. Whoever asks whether one is up wants to know at once.
    """

    __slots__ = ("model", "version", "waits")

    def __init__(self, path: bytes) -> None:
        found = _MODEL.match(path)
        self.model = found[1].decode("latin-1") if found else ""
        self.version = int(found[2]) if found and found[2] else 0
        self.waits = not path.partition(b"?")[0].rstrip(b"/").endswith((b"/ready", b"/live"))


class Revision:
    """One revision, and the replicas that answer for it."""

    __slots__ = ("_next", "model", "number", "replicas", "resend", "version")

    def __init__(self, number: int, model: str, version: int, replicas: list[Replica], resend: bool) -> None:
        self.number = number
        self.model = model
        self.version = version
        self.replicas = replicas
        self.resend = resend
        self._next = 0

    def pick(self, now: float) -> Replica | None:
        """Return the replica that has least to do; None if none is up."""
        replicas = self.replicas
        if len(replicas) == 1:
            return None if replicas[0].broken else replicas[0]
        best, least = None, (True, 0)
        self._next += 1
        for at in range(len(replicas)):
            # Each time another one comes first, so that those that have equally much to do take turns.
            replica = replicas[(self._next + at) % len(replicas)]
            if not replica.broken:
                load = (replica.stalls(now), replica.flight)
                if best is None or load < least:
                    best, least = replica, load
        return best


class Routes:
    """All revisions, and how requests are split among them.

    A canary of P percent gets exactly P of any 100 requests that follow each other.
    """

    def __init__(
        self,
        revisions: dict[int, Revision],
        stable: int = 0,
        canary: int = 0,
        percent: int = 0,
        shadow: int = 0,
    ) -> None:
        self.revisions = revisions
        self.stable = revisions.get(stable)
        self.canary = revisions.get(canary)
        self.shadow = revisions.get(shadow)
        self.percent = percent if self.canary else 0
        # From the middle, so that neither side has to wait long for its first request.
        self._due = 50

    def choose(self, asked: Asked, endpoint: str, pinned: int, split: bool) -> Revision | None:
        """Return the revision that is to answer; None if there is none yet.

        Raises:
            NoRoute: the request names one that is not here.
        """
        if pinned:
            return self._pinned(pinned)
        if asked.version:
            return self._serving(asked)
        chosen = self._next() if split and self.percent else self.stable
        if chosen is not None and asked.model and asked.model not in (chosen.model, endpoint):
            # Stable and canary may be different models; then the name in the path decides.
            return next((one for one in self._in_order() if one.model == asked.model), self.stable)
        return chosen

    def _next(self) -> Revision | None:
        self._due += self.percent
        if self._due < 100:
            return self.stable
        self._due -= 100
        return self.canary

    def _pinned(self, number: int) -> Revision:
        found = self.revisions.get(number)
        if found is None or not found.replicas:
            raise NoRoute(f"Revision {number} has no replicas; {self._words()}.")
        return found

    def _serving(self, asked: Asked) -> Revision:
        for one in self._in_order():
            if one.version == asked.version and one.replicas:
                return one
        raise NoRoute(f"No revision serves version {asked.version}; {self._words()}.")

    def _in_order(self) -> list[Revision]:
        first = [one for one in (self.stable, self.canary, self.shadow) if one is not None]
        return first + [one for one in self.revisions.values() if one not in first]

    def _words(self) -> str:
        there = [f"revision {one.number} (version {one.version})" for one in self._in_order() if one.replicas]
        return "there is " + (", ".join(there) or "none yet")


def parsed(told: dict[str, Any], replica: Callable[[str], Replica]) -> Routes:
    """Return the routes that a keeper told.

    Args:
        told: As ``Control`` has it.
        replica: Gives the replica that listens on a socket.

    Raises:
        ValueError: they make no sense; one sentence.
    """
    revisions = {
        int(number): Revision(
            int(number),
            str(one.get("model", "")),
            int(one.get("version", 0)),
            [replica(str(path)) for path in one["replicas"]],
            bool(one.get("resend", True)),
        )
        for number, one in told["revisions"].items()
    }
    roles = {role: int(told.get(role) or 0) for role in ("stable", "canary", "shadow")}
    for role, number in roles.items():
        if number and number not in revisions:
            raise ValueError(f"The {role} revision {number} is not among the revisions.")
    percent = int(told.get("percent") or 0)
    if not 0 <= percent <= 100:
        raise ValueError(f"{percent} percent is not between 0 and 100.")
    return Routes(revisions, percent=percent, **roles)
