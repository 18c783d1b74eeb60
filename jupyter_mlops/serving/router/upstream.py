"""A connection to a replica: one request at a time, and the answer to it as it comes."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, cast

import httptools

if TYPE_CHECKING:
    from .exchange import Exchange
    from .replica import Replica

# What is about one connection only, and what the router says itself.
_DROPPED = {
    b"connection",
    b"content-length",
    b"keep-alive",
    b"transfer-encoding",
    b"trailer",
    b"upgrade",
    b"x-mlops-revision",
}


class Upstream(asyncio.Protocol):
    """One connection to a replica.

    Attributes:
        served: How many requests it has answered. One that served before may have been closed meanwhile.
        transport: Its transport.
    """

    def __init__(self, replica: Replica) -> None:
        self.replica = replica
        self.transport: asyncio.Transport = None  # type: ignore[assignment]  # set before anything is asked
        self.served = 0
        self._exchange: Exchange | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._lines: list[bytes] = []
        self._body: list[bytes] = []
        self._status = 0
        self._length: int | None = None
        self._chunked = False
        self._keep_alive = False
        self._headed = False
        self._begun = False
        self._complete = False
        self._extra = False

    def send(self, exchange: Exchange) -> None:
        """Send a request whose answer goes to ``exchange``."""
        if self.transport.is_closing():
            exchange.lost(self)
            return
        self._exchange = exchange
        exchange.upstream = self
        self.replica.busy.add(self)
        self.transport.writelines(exchange.request.encoded())
        exchange.sent = time.monotonic()

    def close(self) -> None:
        """Close it without a word to whoever waits for its answer."""
        self._exchange = None
        self.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports have all of its methods without being one.
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Parse what came, and pass it on in one piece."""
        exchange = self._exchange
        if exchange is None:
            # Nobody asked: whatever this is, it must not become the answer to the next request.
            self.transport.abort()
            return
        exchange.answering()
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.close()
            exchange.lost(self)
            return
        if self._headed:
            self._pass_on(exchange)

    def connection_lost(self, exc: Exception | None) -> None:
        exchange, self._exchange = self._exchange, None
        self.replica.forget(self)
        if exchange is None:
            return
        if self._headed and self._until_close and exc is None:
            exchange.forward(b"", last=True)
            exchange.answered(reusable=False)
        else:
            exchange.lost(self)

    def on_message_begin(self) -> None:
        # What follows a whole answer is nobody's.
        self._extra = self._complete

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._extra:
            return
        name = name.lower()
        if name == b"content-length":
            self._length = int(value)
        elif name == b"transfer-encoding":
            self._chunked = True
        if name not in _DROPPED:
            self._lines.append(b"%b: %b\r\n" % (name, value))

    def on_headers_complete(self) -> None:
        if self._extra:
            return
        self._status = self._parser.get_status_code()
        # Only here does the parser know; it forgets the head at the end of the body.
        self._keep_alive = self._parser.should_keep_alive()
        # An interim answer is not the one that was asked for.
        self._headed = self._status >= 200

    def on_body(self, body: bytes) -> None:
        if not self._extra:
            self._body.append(body)

    def on_message_complete(self) -> None:
        if self._headed:
            self._complete = True
        else:
            self._lines.clear()

    @property
    def _until_close(self) -> bool:
        return self._length is None and not self._chunked and self._status not in (204, 304)

    def _pass_on(self, exchange: Exchange) -> None:
        body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        self._body.clear()
        if not self._begun:
            self._begun = True
            exchange.begin(self._status, self._lines, self._length, body, last=self._complete)
        elif body or self._complete:
            exchange.forward(body, last=self._complete)
        if self._complete and self._exchange is exchange:
            self._end(exchange)

    def _end(self, exchange: Exchange) -> None:
        # An answer that came before the request was sent as a whole leaves the rest of the request in the connection.
        whole = not self._extra and not self.transport.get_write_buffer_size()
        reusable = whole and self._keep_alive
        self.served += 1
        self._exchange = None
        self._clear()
        exchange.answered(reusable=reusable)

    def _clear(self) -> None:
        self._lines = []
        self._body = []
        self._status = 0
        self._length = None
        self._chunked = False
        self._keep_alive = False
        self._headed = False
        self._begun = False
        self._complete = False
        self._extra = False
