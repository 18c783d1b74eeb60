"""What an endpoint's keeper does every now and then: statistics, memory, the number of replicas, the length of logs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jupyter_mlops.platforms.local.controls import Ticket
from jupyter_mlops.platforms.local.crews import Crew
from jupyter_mlops.platforms.local.endpoints import Endpoint
from jupyter_mlops.platforms.local.looks import Looks
from jupyter_mlops.store.locks import Lock

STATS_SECONDS = 2.0
"""How often the router is asked what it has seen, while it sees something."""
QUIET_SECONDS = 10.0
"""The same, while nothing comes."""
SCALE_SECONDS = 0.5
MEMORY_SECONDS, LIMITED_SECONDS = 15.0, 1.0
LOG_SECONDS = 30.0
SEEN_SECONDS = 20.0
LAST_SECONDS = 1.0
"""How long the end of an endpoint waits for what was counted."""
YOUNG_SECONDS = 5.0
"""For so long after something has begun to move it is looked at very often."""


class Rounds:
    """Keeps the times of all that.

    Attributes:
        has_news: Whether the last round has told of requests.
    """

    def __init__(self, endpoint: Endpoint, lock: Lock) -> None:
        self._endpoint = endpoint
        self._lock = lock
        now = endpoint.base.now()
        self._stats_at, self._scale_at, self._memory_at = now + STATS_SECONDS, now, now + 2.0
        self._log_at, self._seen_at, self._moved_at = now + LOG_SECONDS, now, now
        self._stats: Ticket | None = None
        self._flight: Ticket | None = None
        self._samples = 0
        self._looks = 0
        self.looks = Looks(endpoint)
        self.has_news = False

    @property
    def is_young(self) -> bool:
        """Say whether what moves has begun to move a short time ago."""
        return self._endpoint.base.now() - self._moved_at < YOUNG_SECONDS

    def look(self, *, is_asked: bool) -> None:
        """Do what is due.

        Args:
            is_asked: Whether somebody waits for an answer, and must see that the keeper lives.
        """
        now = self._endpoint.base.now()
        if not is_asked and not self._endpoint.is_moving:
            self._moved_at = now
        if now >= self._seen_at:
            self._lock.renew()
            self._seen_at = now + (1.0 if is_asked else SEEN_SECONDS)
        elif is_asked:
            self._seen_at = min(self._seen_at, now + 1.0)
        if now >= self._memory_at:
            self._measure(now)
        if now >= self._log_at:
            self._endpoint.cut_logs()
            self._log_at = now + LOG_SECONDS
        self._ask(now)
        self._read(now)
        came = self.looks.look()
        self.has_news = bool(came)
        if came is not None:
            self._looks += 1
        if came == 0:
            self._stats_at = now + QUIET_SECONDS

    def look_once_more(self) -> Iterator[None]:
        """Let ``look`` take what was counted since the last time, before those who count are gone."""
        until = self._endpoint.base.now() + LAST_SECONDS
        # What is under way was asked for earlier.
        looks = self._looks + int(self.looks.is_going) + 1
        self._stats_at = 0.0
        while self._looks < looks and self._endpoint.router.control.is_open and self._endpoint.base.now() < until:
            if not self.looks.is_going and self._stats is None:
                self._stats_at = 0.0
            yield

    def seconds_left(self, most: float) -> float:
        """Return how long there is nothing to do, ``most`` at most."""
        due = [self._seen_at, self._memory_at, self._log_at, self._stats_at]
        if self._scaled():
            due.append(self._scale_at)
        return max(0.0, min(most, min(due) - self._endpoint.base.now()))

    def _scaled(self) -> list[Crew]:
        crews = self._endpoint.crews
        return [crews[n] for n in self._endpoint.traffic.revisions if n in crews and _is_elastic(crews[n])]

    def _measure(self, now: float) -> None:
        self._endpoint.measure()
        took = self._endpoint.base.now() - now
        is_limited = any(crew.spec.memory for crew in self._endpoint.crews.values())
        # Measuring a large process takes long: never more than a hundredth of the time.
        self._memory_at = now + max(LIMITED_SECONDS if is_limited else MEMORY_SECONDS, 100 * took)

    def _ask(self, now: float) -> None:
        control = self._endpoint.router.control
        if not control.is_open:
            self._stats = self._flight = None
        if now >= self._stats_at:
            self._stats_at = now + STATS_SECONDS
            if control.is_open and self._stats is None and not self.looks.is_going:
                self._stats = control.ask("stats", samples_after=self._samples)
        if now >= self._scale_at:
            self._scale_at = now + SCALE_SECONDS
            if control.is_open and self._flight is None and self._scaled():
                self._flight = control.ask("stats", samples_after=1 << 53)

    def _read(self, now: float) -> None:
        if self._stats is not None and (self._stats.is_lost or self._stats.answer is not None):
            answer, self._stats = self._stats.answer, None
            if answer is not None:
                self._samples = int(answer.get("last", 0))
                self.looks.begin(answer)
        if self._flight is not None and (self._flight.is_lost or self._flight.answer is not None):
            answer, self._flight = self._flight.answer, None
            if answer is not None:
                self._scale(now, answer)

    def _scale(self, now: float, answer: dict[str, Any]) -> None:
        for crew in self._scaled():
            in_flight = int(answer.get("revisions", {}).get(str(crew.number), {}).get("in_flight", 0))
            fact = crew.fact
            wanted = crew.scaler.decide(now, in_flight, crew.wanted, fact.least, fact.most)
            if wanted != crew.wanted and crew.wanted:
                why = f"{in_flight} requests in flight" if wanted > crew.wanted else "fewer are enough"
                self._endpoint.keeper.scaled(crew.number, fact.least, fact.most, wanted, why=why)
                crew.want(wanted)


def _is_elastic(crew: Crew) -> bool:
    return crew.fact.least < crew.fact.most and not crew.on_trial
