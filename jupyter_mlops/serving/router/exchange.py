"""One request on its way: to a replica, perhaps to another one, and its answer back."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from . import replies
from .request import Request
from .routes import Asked, NoRoute, Revision

if TYPE_CHECKING:
    from .inbound import Inbound
    from .replica import Replica
    from .router import Router
    from .upstream import Upstream

LOSSES = 4
"""How many replicas may end over one request before it is taken for the cause."""


class Exchange:
    """A request, who answers it, and who waits for the answer.

    A request is sent again as long as its client has got nothing, and if the model allows it or nothing was ever sent.

    Attributes:
        client: Who waits; None for a copy, whose answer nobody reads, and when the client has gone.
        began: When the whole request was there.
        sent: When it was sent for the last time; 0 if it was not yet.
        first: When the first byte of its answer came; 0 if none did.
        upstream: The connection on which its answer is awaited.
        dialling: The attempt to open one.
        holding: What ends its waiting for a replica.
    """

    __slots__ = (
        "_again",
        "_chunked",
        "_counted",
        "_losses",
        "_replica",
        "_revision",
        "_sample",
        "_status",
        "_swallow",
        "asked",
        "began",
        "client",
        "dialling",
        "first",
        "holding",
        "request",
        "router",
        "sent",
        "upstream",
    )

    def __init__(self, router: Router, request: Request, client: Inbound | None) -> None:
        self.router = router
        self.request = request
        self.client = client
        self.asked: Asked = router.asked(request.target)
        self.began = time.monotonic()
        self.sent = 0.0
        self.first = 0.0
        self.upstream: Upstream | None = None
        self.dialling: asyncio.Task[None] | None = None
        self.holding: asyncio.TimerHandle | None = None
        self._revision: Revision | None = None
        self._replica: Replica | None = None
        self._losses = 0
        self._again = False
        self._status = 0
        self._chunked = False
        self._swallow = client is None
        self._counted = request.method == b"POST" and not request.replay
        self._sample: list[bytes] | None = None

    @property
    def number(self) -> int:
        """The revision that is to answer; 0 if there is none yet."""
        return self._revision.number if self._revision else 0

    def start(self, revision: Revision | None) -> None:
        """Send it to a revision, or let it wait for one."""
        self._revision = revision
        if self._counted and self.router.watch.wants_sample(self.began):
            self._sample = []
        self._send()

    def refused(self) -> None:
        """Take note that it has been answered without a replica."""
        self._close(keep_alive=True)

    def resume(self) -> None:
        """Try again, now that replicas may be up."""
        if self.holding is not None:
            self.holding.cancel()
            self.holding = None
        try:
            self._revision = self.router.again(self)
        except NoRoute as error:
            self._fail(404, str(error))
            return
        self._send()

    def abandon(self) -> None:
        """Forget it: its client has gone. What is under way on a connection ends with that connection."""
        self.client = None
        self._leave(reusable=False)
        self.router.ended(self)

    def overdue(self, now: float) -> None:
        """End it if its replica takes too long."""
        limit = self.router.config.answer
        if self.sent and now - (self.first or self.sent) > limit:
            self._fail(504, f"Revision {self.number} did not answer within {limit:.0f} s; the request was given up.")

    # What its connection tells.

    def answering(self) -> None:
        """Take note of a part of the answer."""
        if not self.first:
            self.first = time.monotonic()

    def begin(self, status: int, lines: list[bytes], length: int | None, body: bytes, *, last: bool) -> None:
        """Pass on the head of an answer, with what is there of its body."""
        self._status = status
        if self._sample is not None:
            self._sample.append(body[:4096])
        client = self.client
        if client is None or self._swallow:
            return
        request = self.request
        without_body = status in (204, 304)
        if last and length is None and not without_body:
            length = len(body)
        framing = b""
        if without_body:
            pass
        elif length is not None:
            framing = b"content-length: %d\r\n" % length
        elif request.old:
            request.keep_alive = False
        else:
            framing = replies.CHUNKED
            self._chunked = True
        parts = [
            replies.status_line(status),
            *lines,
            b"x-mlops-revision: %d\r\n" % self.number,
            framing,
            client.connection_line(request),
            b"\r\n",
        ]
        if request.head_only:
            self._swallow = True
        elif self._chunked:
            parts.append(replies.chunk(body))
            if last:
                parts.append(replies.LAST_CHUNK)
        else:
            parts.append(body)
        client.write(b"".join(parts))
        if client.full and not last:
            self._slow(client)

    def forward(self, body: bytes, *, last: bool) -> None:
        """Pass on a part of the answer's body."""
        if self._sample is not None and sum(map(len, self._sample)) < 4096:
            self._sample.append(body[:4096])
        client = self.client
        if client is None or self._swallow:
            return
        if self._chunked:
            body = replies.chunk(body) + (replies.LAST_CHUNK if last else b"")
        client.write(body)
        if client.full and not last:
            self._slow(client)

    def answered(self, *, reusable: bool) -> None:
        """Take note that the answer is complete."""
        now = time.monotonic()
        self._leave(reusable=reusable, now=now)
        self._count(now)
        self._close(keep_alive=True)

    def lost(self, upstream: Upstream) -> None:
        """Take note that a connection ended before its answer did."""
        replica, revision = self._replica, self._revision
        assert replica is not None
        assert revision is not None
        stale = upstream.served > 0 and not self.first and not self._again
        self._leave(reusable=False)
        if self._status:
            # The client has a part of it and must see that it is not all.
            self._cut()
            return
        self._losses += 1
        if not self._may_resend(revision):
            replica.break_()
            who = f"A replica of revision {revision.number}"
            self._fail(503, f"{who} ended before it answered; it may have done what was asked.")
        elif self._losses >= LOSSES:
            self._fail(503, f"{LOSSES} replicas of revision {revision.number} ended before they answered this request.")
        elif stale:
            # It may have been closed for having been idle; whether its replica lives is seen by dialling.
            self._again = True
            self.first = 0.0
            self._take(replica, fresh=True)
        else:
            replica.break_()
            self.router.resent += 1
            self.resume()

    def unreached(self) -> None:
        """Take note that its replica could not be reached; nothing was sent."""
        self._leave(reusable=False)
        self.resume()

    def gave_up(self, why: str) -> None:
        """Answer that it waits no longer for a replica."""
        self._fail(503, why)

    def _slow(self, client: Inbound) -> None:
        """Take no more of the answer until its client has taken what there is."""
        if self.upstream is not None:
            self.upstream.transport.pause_reading()
            client.slows = self.upstream

    def _send(self) -> None:
        self.first = 0.0
        revision = self._revision
        replica = revision.pick(time.monotonic()) if revision else None
        if replica is None and revision is not None and revision is self.router.routes.canary and not self._bound:
            # A canary that is down must not cost anybody an answer.
            stable = self.router.routes.stable
            replica = stable.pick(time.monotonic()) if stable else None
            if replica is not None:
                self._revision = stable
        if replica is not None:
            self._take(replica, fresh=False)
        elif self.client is None:
            self.router.ended(self)
        elif self.asked.waits:
            self.router.hold(self)
        else:
            self._fail(503, "No replica is up.")

    def _take(self, replica: Replica, *, fresh: bool) -> None:
        assert self._revision is not None
        self._replica = replica
        # What must not be sent twice gets a connection of its own: one that is kept may be closed just now.
        replica.take(self, fresh=fresh or not self._may_resend(self._revision))

    @property
    def _bound(self) -> bool:
        return bool(self.request.pinned or self.asked.version)

    def _may_resend(self, revision: Revision) -> bool:
        return revision.resend or self.request.method != b"POST"

    def _leave(self, *, reusable: bool, now: float = 0.0) -> None:
        if self.holding is not None:
            self.holding.cancel()
            self.holding = None
        if self.dialling is not None:
            self.dialling.cancel()
            self.dialling = None
        replica, self._replica = self._replica, None
        upstream, self.upstream = self.upstream, None
        if replica is not None:
            replica.give_back(upstream, reusable=reusable, now=now or time.monotonic())

    def _fail(self, status: int, sentence: str) -> None:
        self._leave(reusable=False)
        if self._status:
            self._cut()
            return
        self._status = status
        self._count(time.monotonic())
        if self.client is not None:
            self.client.reply(self.request, replies.error(status, sentence))
        self._close(keep_alive=True)

    def _cut(self) -> None:
        self._status = 0
        self._count(time.monotonic())
        self._close(keep_alive=False)

    def _close(self, *, keep_alive: bool) -> None:
        client, self.client = self.client, None
        self.router.ended(self)
        if client is not None:
            client.done(self.request, keep_alive=keep_alive)

    def _count(self, now: float) -> None:
        if self._counted and self.number:
            self.router.watch.count(self, self.number, self._status, now, self._sample)
