"""A client's connection: requests as they come, within limits, and their answers in the same order."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections import deque
from typing import TYPE_CHECKING, cast

import httptools

from . import replies
from .exchange import Exchange
from .replies import Reply
from .request import Request

if TYPE_CHECKING:
    from .router import Router
    from .upstream import Upstream

HEAD_BYTES = 64 << 10
HEADERS = 128
HEAD_SECONDS = 15.0
BODY_SECONDS = 30.0
"""For a body's first bytes; the rest has more, by ``BODY_RATE``."""
BODY_RATE = 16 << 10
"""Bytes a second that a client sends at least."""
READ_SECONDS = 30.0
"""Within which a client takes a part of its answer."""
IDLE_SECONDS = 120.0
LINGER_SECONDS = 2.0
"""How long what a refused client still sends is thrown away, so that it can read why."""
_METHODS = {b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"PATCH", b"OPTIONS"}


class Inbound(asyncio.Protocol):
    """One connection of a client.

    Attributes:
        full: Whether the client takes its answer slower than it comes.
        slows: The connection to a replica that is not read meanwhile.
    """

    def __init__(self, router: Router, token: bytes = b"") -> None:
        self.router = router
        self.transport: asyncio.Transport = None  # type: ignore[assignment]  # set before anything comes
        self.full = False
        self.slows: Upstream | None = None
        self._token = token
        self._parser = httptools.HttpRequestParser(self)
        self._request: Request | None = None
        self._exchange: Exchange | None = None
        self._waiting: deque[Request | Reply] = deque()
        self._head = 0
        self._in_head = True
        self._refused = False
        self._since = time.monotonic()

    # The connection.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports have all of its methods without being one.
        self.transport = cast("asyncio.Transport", transport)
        self.router.clients.add(self)

    def connection_lost(self, _exc: Exception | None) -> None:
        self.router.clients.discard(self)
        self._refused = True
        self._waiting.clear()
        self._request = None
        exchange, self._exchange = self._exchange, None
        if exchange is not None:
            exchange.abandon()

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        if self._in_head:
            self._head += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # Nothing here speaks another protocol; the request is answered as what it is, and is the last.
            self._refused = True
        except (httptools.HttpParserError, ValueError) as error:
            cause = error.__context__ if isinstance(error, httptools.HttpParserCallbackError) else error
            ours = isinstance(cause, ValueError)
            self._refuse(
                replies.error(400, str(cause) if ours else "This is no HTTP request that could be understood.")
            )
        else:
            if self._in_head and self._head > HEAD_BYTES:
                self._refuse(replies.error(431, f"A request's head has at most {HEAD_BYTES >> 10} kB."))

    def pause_writing(self) -> None:
        self.full = True
        self._since = time.monotonic()

    def resume_writing(self) -> None:
        self.full = False
        slows, self.slows = self.slows, None
        if slows is not None and not slows.transport.is_closing():
            slows.transport.resume_reading()

    def overdue(self, now: float) -> None:
        """End what takes too long; called every now and then."""
        if self.full:
            if now - self._since > READ_SECONDS:
                self.transport.abort()
        elif self._exchange is not None:
            self._exchange.overdue(now)
        elif self._refused:
            if now - self._since > LINGER_SECONDS:
                self.transport.close()
        elif self._request is not None:
            self._overdue_request(self._request, now)
        elif now - self._since > IDLE_SECONDS:
            self.transport.close()

    def drain(self) -> None:
        """Close it, after the answer that is awaited if there is one."""
        if self._exchange is None and not self._waiting:
            self.transport.close()
        self._refused = True

    # The parser.

    def on_message_begin(self) -> None:
        if not self._refused:
            self._request = Request()
            self._in_head = True
            self._head = 0
            self._since = time.monotonic()

    def on_url(self, url: bytes) -> None:
        if self._request is not None:
            self._request.target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        request = self._request
        if request is None:
            return
        if len(request.lines) >= HEADERS:
            self._refuse(replies.error(431, f"A request has at most {HEADERS} headers."))
            return
        request.header(name, value)

    def on_headers_complete(self) -> None:
        request = self._request
        self._in_head = False
        if request is None:
            return
        request.method = self._parser.get_method()
        request.old = self._parser.get_http_version() == "1.0"
        request.keep_alive = self._parser.should_keep_alive() and not self._parser.should_upgrade()
        refusal = self._refusal(request)
        if refusal is not None:
            self._refuse(refusal)
        elif request.expects and not request.old and not self._exchange:
            self.transport.write(replies.CONTINUE)

    def on_body(self, body: bytes) -> None:
        request = self._request
        if request is None:
            return
        request.size += len(body)
        if request.size > self.router.config.body:
            self._refuse(self._too_large())
        else:
            request.body.append(body)

    def on_message_complete(self) -> None:
        request, self._request = self._request, None
        self._in_head = True
        self._head = 0
        if request is None or self.transport.is_closing():
            return
        if request.hops:
            request.complete()
        if request.method == b"HEAD":
            request.method = b"GET"
            request.head_only = True
        if self._exchange is None and not self._waiting:
            self._begin(request)
        else:
            # Those that come before their turn wait; as few as were in one piece.
            self._waiting.append(request)
            self.transport.pause_reading()

    # Answers.

    def write(self, data: bytes) -> None:
        """Send a part of an answer."""
        self.transport.write(data)

    def connection_line(self, request: Request) -> bytes:
        """Return what an answer says about its connection."""
        if not request.keep_alive or self.router.stopping:
            return replies.CLOSE
        return replies.KEEP_ALIVE if request.old else b""

    def reply(self, request: Request, reply: Reply) -> None:
        """Send an answer of the router's own."""
        keep_alive = request.keep_alive and not self.router.stopping
        self.transport.write(reply.encoded(keep_alive=keep_alive, head_only=request.head_only, old=request.old))

    def done(self, request: Request, *, keep_alive: bool) -> None:
        """Take note that a request has been answered, and go on with the next."""
        self._exchange = None
        self._since = time.monotonic()
        if not keep_alive:
            # An answer that is cut short must not look like a whole one.
            self.transport.abort()
        elif not request.keep_alive or self.router.stopping:
            self.transport.close()
        elif self._waiting:
            self._next()
        elif self._refused:
            self.transport.close()

    def _next(self) -> None:
        while self._waiting and self._exchange is None and not self.transport.is_closing():
            item = self._waiting.popleft()
            if isinstance(item, Reply):
                self._send_refusal(item)
                return
            self._begin(item)
        if not self._waiting and not self.transport.is_closing():
            self.transport.resume_reading()

    def _begin(self, request: Request) -> None:
        own = self.router.own(request)
        if own is not None:
            self.reply(request, own)
            self._since = time.monotonic()
            if not request.keep_alive or self.router.stopping:
                self.transport.close()
            return
        self._exchange = Exchange(self.router, request, self)
        self.router.start(self._exchange)

    def _refusal(self, request: Request) -> Reply | None:
        if self._token and not hmac.compare_digest(request.token, self._token):
            return replies.error(401, "The endpoint's token is missing or wrong.", b"www-authenticate: Bearer\r\n")
        if request.method not in _METHODS:
            return replies.error(405, f"{request.method.decode('latin-1')} is no method of an endpoint.")
        if not request.target.startswith(b"/"):
            return replies.error(400, "A request's target begins with a slash.")
        if request.length is not None and request.length > self.router.config.body:
            return self._too_large()
        return None

    def _too_large(self) -> Reply:
        return replies.error(413, f"A request's body has at most {self.router.config.body >> 20} MB here.")

    def _refuse(self, reply: Reply) -> None:
        """Answer, after what was asked before, that nothing more is read."""
        if self._refused:
            return
        self._refused = True
        self._request = None
        if self._exchange is None and not self._waiting:
            self._send_refusal(reply)
        else:
            self._waiting.append(reply)

    def _send_refusal(self, reply: Reply) -> None:
        self._since = time.monotonic()
        self.transport.write(reply.encoded(keep_alive=False))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.transport.resume_reading()

    def _overdue_request(self, request: Request, now: float) -> None:
        seconds = HEAD_SECONDS if self._in_head else BODY_SECONDS + request.size / BODY_RATE
        if now - self._since > seconds:
            self._refuse(replies.error(408, "The request took too long to come."))
