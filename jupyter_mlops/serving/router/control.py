"""The keeper's connection: JSON, a line each way. While there is none, the router starts a keeper."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .doors import Doors
    from .router import Router

LINE_BYTES = 16 << 20
ALONE_SECONDS = 0.3
"""Without a keeper, before one is started."""
FIRST_SECONDS = 5.0
"""The same, before the first has come."""
AGAIN_SECONDS = 2.0
MARK = "JUPYTER_MLOPS_ENDPOINT"
"""What an endpoint's processes have in their environment. Its keeper is none of them."""


class Control:
    """Does what a keeper asks.

    Args:
        router: Of the endpoint.
        doors: Where requests come in.
        stop: Called when the keeper wants the router to end.
    """

    def __init__(self, router: Router, doors: Doors, stop: Callable[[], None]) -> None:
        self._router = router
        self._doors = doors
        self._stop = stop
        self._keepers: set[asyncio.StreamWriter] = set()
        self._alone: asyncio.TimerHandle | None = None
        self._verbs: dict[str, Callable[[dict[str, Any]], Coroutine[Any, Any, dict[str, Any]]]] = {
            "routes": self._routes,
            "flight": self._flight,
            "stats": self._stats,
            "port": self._port,
            "stop": self._stop_now,
        }

    def wait_for_keeper(self, seconds: float = FIRST_SECONDS) -> None:
        """Start a keeper unless one has connected after so many seconds."""
        if self._router.config.revive and not self._router.stopping:
            self._alone = self._router.loop.call_later(seconds, self._revive)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one keeper until it hangs up."""
        self._keepers.add(writer)
        if self._alone is not None:
            self._alone.cancel()
            self._alone = None
        try:
            while line := await reader.readline():
                writer.write(json.dumps(await self._answer(line)).encode() + b"\n")
                await writer.drain()
        except (OSError, ValueError):
            # It has gone, or sends no lines; either way it is heard no longer.
            pass
        finally:
            self._keepers.discard(writer)
            writer.close()
            if not self._keepers:
                self.wait_for_keeper(ALONE_SECONDS)

    def hang_up(self) -> None:
        """Close what is open."""
        if self._alone is not None:
            self._alone.cancel()
        for writer in self._keepers:
            writer.close()

    async def _answer(self, line: bytes) -> dict[str, Any]:
        try:
            told = json.loads(line)
            verb = self._verbs[told["do"]]
        except (ValueError, KeyError, TypeError):
            return {"ok": False, "why": f"The router knows only: {', '.join(self._verbs)}."}
        try:
            answer = await verb(told)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            answer = {"ok": False, "why": f"The router cannot do this: {error}"}
        return {"id": told.get("id"), "ok": True} | answer

    async def _routes(self, told: dict[str, Any]) -> dict[str, Any]:
        self._router.replace_routes(told["routes"])
        return {}

    async def _flight(self, _told: dict[str, Any]) -> dict[str, Any]:
        return {"replicas": self._router.flight()}

    async def _stats(self, told: dict[str, Any]) -> dict[str, Any]:
        watch = self._router.watch
        flight = self._router.flight_of_revisions()
        revisions: dict[str, Any] = {}
        for number in {*watch.revisions, *flight} - {0}:
            seen = watch.revisions.get(number)
            revisions[str(number)] = {
                "requests": seen.requests if seen else 0,
                "errors": seen.errors if seen else 0,
                "refused": seen.refused if seen else 0,
                "in_flight": flight.get(number, 0),
                "buckets": seen.buckets if seen else [],
            }
        requests, seconds = watch.own
        return {
            "boot": watch.boot,
            "revisions": revisions,
            "samples": watch.samples(int(told.get("samples_after") or 0)),
            "last": watch.last,
            "port": self._doors.port,
            "own": {"requests": requests, "seconds": seconds},
            "resent": self._router.resent,
        }

    async def _port(self, told: dict[str, Any]) -> dict[str, Any]:
        why = await self._doors.open_port(int(told.get("port") or 0), str(told.get("token") or ""))
        return {"ok": False, "why": why} if why else {"port": self._doors.port}

    async def _stop_now(self, _told: dict[str, Any]) -> dict[str, Any]:
        self._stop()
        return {}

    def _revive(self) -> None:
        config = self._router.config
        if self._keepers or self._router.stopping or not os.path.isdir(config.folder):
            return
        environ = {name: value for name, value in os.environ.items() if name != MARK}
        try:
            os.posix_spawn(config.revive[0], config.revive, environ, setsid=True)
            print(f"{time.strftime('%H:%M:%S')} the keeper is gone; another one was started", flush=True)
        except OSError as error:
            print(f"{time.strftime('%H:%M:%S')} no keeper could be started: {error}", flush=True)
        self.wait_for_keeper(AGAIN_SECONDS)
