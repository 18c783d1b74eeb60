"""What a router sees of its requests: counts, times and samples, by revision, since it started."""

from __future__ import annotations

import os
import time
from bisect import bisect_left
from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .exchange import Exchange
    from .request import Request

BUCKETS = [0.5, 1, 1.5, 2, 3, 4, 5, 7.5, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 1000, 2000, 5000, 10000]
"""Upper bounds of the histogram, in milliseconds: those of `domain.observed`, which is not to be had here."""
SAMPLES = 200
SAMPLE_BYTES = 4096
SAMPLE_SECONDS = 0.05
"""Between two samples at least, so that they cost nothing however many requests there are."""


class Seen:
    """Of one revision.

    Attributes:
        errors: Answers of 5xx, and requests without an answer.
        refused: Answers of 4xx.
        buckets: How many took at most ``BUCKETS`` milliseconds, not cumulated, and how many longer.
        seconds: That all took together.
    """

    __slots__ = ("buckets", "errors", "refused", "requests", "seconds")

    def __init__(self) -> None:
        self.requests = 0
        self.errors = 0
        self.refused = 0
        self.buckets = [0] * (len(BUCKETS) + 1)
        self.seconds = 0.0


class Watch:
    """What was seen.

    Attributes:
        boot: Changes when counting begins anew.
        own: Requests, and seconds of them that were the router's own: from the whole request to its sending, and from
            the answer's first byte to its last.
    """

    def __init__(self) -> None:
        self.boot = f"{os.getpid()}-{time.time_ns()}"
        self.revisions: dict[int, Seen] = {}
        self.own: tuple[int, float] = (0, 0.0)
        self._samples: deque[tuple[int, dict[str, Any]]] = deque(maxlen=SAMPLES)
        self._last = 0
        self._next_sample = 0.0

    def wants_sample(self, now: float) -> bool:
        """Return whether the request that begins now is to be remembered."""
        if now < self._next_sample:
            return False
        self._next_sample = now + SAMPLE_SECONDS
        return True

    def count(self, exchange: Exchange, revision: int, status: int, now: float, sample: list[bytes] | None) -> None:
        """Count a request; status 0 is one without a whole answer."""
        seen = self.revisions.get(revision)
        if seen is None:
            seen = self.revisions[revision] = Seen()
        seconds = now - exchange.began
        seen.requests += 1
        seen.seconds += seconds
        seen.buckets[bisect_left(BUCKETS, 1000 * seconds)] += 1
        if status >= 500 or not status:
            seen.errors += 1
        elif status >= 400:
            seen.refused += 1
        if exchange.first and exchange.sent:
            number, own = self.own
            self.own = number + 1, own + exchange.sent - exchange.began + now - exchange.first
        if sample is not None:
            self._remember(exchange.request, revision, status, seconds, sample)

    def samples(self, after: int) -> list[dict[str, Any]]:
        """Return the samples that are later than one."""
        return [sample for number, sample in self._samples if number > after]

    @property
    def last(self) -> int:
        """Number of the latest sample."""
        return self._last

    def _remember(self, request: Request, revision: int, status: int, seconds: float, answer: list[bytes]) -> None:
        self._last += 1
        sample = {
            "time": time.time(),
            "revision": revision,
            "milliseconds": round(1000 * seconds, 3),
            "status": status,
            "request": _text(request.body, request.size, request.packed),
            "answer": _text(answer, None, ""),
        }
        self._samples.append((self._last, sample))


def _text(pieces: list[bytes], size: int | None, packed: str) -> str:
    """Return the beginning of a text, or in brackets what it is where that cannot be read."""
    if packed:
        return f"({packed}, {size} bytes)"
    start = bytearray()
    for piece in pieces:
        start += piece[: SAMPLE_BYTES - len(start)]
        if len(start) >= SAMPLE_BYTES:
            break
    try:
        # The cut may have gone through a character.
        text = start.decode("utf-8", "strict" if len(start) < SAMPLE_BYTES else "ignore")
    except UnicodeDecodeError:
        text = ""
    if text.isprintable() or all(char.isprintable() or char in "\r\n\t" for char in text):
        return text if text or not start else f"(binary, {size or len(start)} bytes)"
    return f"(binary, {size or len(start)} bytes)"
