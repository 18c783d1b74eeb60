"""One replica as the router sees it: its connections, what it has to do, and whether it is up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from .upstream import Upstream

if TYPE_CHECKING:
    from .exchange import Exchange

PROBE_SECONDS = 0.5
"""Between a failure and the next look."""
STALL_SECONDS = 2.0
"""Without any answer, although one is awaited, after which others are asked first."""
_CONNECT_SECONDS = 2.0
_IDLE = 64


class Replica:
    """What answers on one Unix socket.

    A replica that cannot be reached is *broken*: nobody is sent there, or a dead one, which fails fastest, would get
    everything. After a while it is looked at again, without a request at stake.

    Attributes:
        flight: Requests that it has not answered yet.
        busy: Connections on which an answer is awaited.
        kept: Whether the routes name it. Of one that they no longer name, no connection is kept.
    """

    __slots__ = ("_back", "_idle", "_looking", "_progress", "broken", "busy", "flight", "kept", "loop", "path")

    def __init__(self, path: str, loop: asyncio.AbstractEventLoop, back: Callable[[], None]) -> None:
        self.path = path
        self.loop = loop
        self.flight = 0
        self.busy: set[Upstream] = set()
        self.broken = False
        self.kept = True
        self._idle: list[Upstream] = []
        self._progress = 0.0
        self._back = back
        self._looking: asyncio.Task[None] | None = None

    def take(self, exchange: Exchange, *, fresh: bool = False) -> None:
        """Send a request: on a connection that is open, unless a fresh one is asked for."""
        if not self.flight:
            self._progress = exchange.began
        self.flight += 1
        if self._idle and not fresh:
            self._idle.pop().send(exchange)
        else:
            exchange.dialling = self.loop.create_task(self._dial(exchange))

    def give_back(self, upstream: Upstream | None, *, reusable: bool, now: float) -> None:
        """Take note that a request is over, however it ended."""
        self.flight -= 1
        self._progress = now
        if upstream is None:
            return
        self.busy.discard(upstream)
        if reusable and self.kept and len(self._idle) < _IDLE:
            self._idle.append(upstream)
        else:
            upstream.close()

    def forget(self, upstream: Upstream) -> None:
        """Take note that a connection has been closed."""
        self.busy.discard(upstream)
        if upstream in self._idle:
            self._idle.remove(upstream)

    def stalls(self, now: float) -> bool:
        """Return whether it owes answers and has given none for long."""
        return self.flight > 0 and now - self._progress > STALL_SECONDS

    def keep(self) -> None:
        """Keep connections, for the routes name it; look at once whether it can be reached if it could not."""
        self.kept = True
        if self.broken and (self._looking is None or self._looking.done()):
            self._look()

    def drop(self) -> None:
        """Keep no connection from now on, for the routes no longer name it."""
        self.kept = False
        for upstream in self._idle:
            upstream.close()
        self._idle.clear()

    def break_(self) -> None:
        """Send nobody there until it can be reached again."""
        if not self.broken:
            self.broken = True
            self.loop.call_later(PROBE_SECONDS, self._look)

    async def _dial(self, exchange: Exchange) -> None:
        try:
            upstream = await self._connect()
        except OSError:
            exchange.dialling = None
            self.break_()
            exchange.unreached()
        else:
            exchange.dialling = None
            upstream.send(exchange)

    async def _connect(self) -> Upstream:
        # A full queue refuses at once, and does not wait as it would over TCP.
        end = time.monotonic() + _CONNECT_SECONDS
        while True:
            try:
                _, upstream = await self.loop.create_unix_connection(lambda: Upstream(self), self.path)
            except BlockingIOError:
                if time.monotonic() > end:
                    raise
                await asyncio.sleep(0.01)
            else:
                return upstream

    def _look(self) -> None:
        if self.kept and self.broken:
            self._looking = self.loop.create_task(self._probe())

    async def _probe(self) -> None:
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                ready = await self._is_ready()
        except (OSError, TimeoutError):
            ready = False
        if ready:
            self.broken = False
            self._back()
        else:
            self.loop.call_later(PROBE_SECONDS, self._look)

    async def _is_ready(self) -> bool:
        reader, writer = await asyncio.open_unix_connection(self.path)
        try:
            writer.write(b"GET /v2/health/ready HTTP/1.1\r\nhost: replica\r\nconnection: close\r\n\r\n")
            return (await reader.readline()).startswith(b"HTTP/1.1 200")
        except ValueError:
            return False
        finally:
            writer.close()
