"""The feed of the home, told to browsers over Jupyter's event bus: hints, after which a client reads REST again.

A hint says which runs and sweeps have changed, and that is all: a client that missed one notices the gap (``since`` is
not the ``seq`` it knows) or the missing heartbeat, and reads again what it shows.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Protocol

import msgspec

from jupyter_mlops.domain.errors import MlopsError
from jupyter_mlops.server.workers import Workers
from jupyter_mlops.services.kept import SETTLE_SECONDS
from jupyter_mlops.store.feed import Feed

HINT_SECONDS = 0.25
"""A run, or a sweep, is hinted at no more often than that."""

BEAT_SECONDS = 10.0
RETRY_SECONDS = 10.0
MOST = 500
"""A hint that would name more runs and sweeps says instead that everything may have changed."""

Named = tuple[str, str]
"""The noun, such as ``runs``, and the id."""

SCHEMA_ID = "https://events.jupyter-mlops.org/changes/v1"

SCHEMA: dict[str, Any] = {
    "$id": SCHEMA_ID,
    "version": "1",
    "title": "Changes",
    "description": "Which runs, sweeps, models and endpoints have changed, and a heartbeat.",
    "personal-data": False,
    "type": "object",
    "required": ["kind", "generation", "since", "seq", "runs", "sweeps"],
    "properties": {
        "kind": {
            "enum": ["changed", "reset", "beat"],
            "description": "Runs have changed, everything may have, or nothing has but the server lives.",
        },
        "generation": {"type": "string", "description": "The life of the index in which the numbers count."},
        "since": {"type": "integer", "description": "The seq of the event before; another one is a gap."},
        "seq": {"type": "integer", "description": "The number of the last change that is known."},
        "runs": {"type": "array", "items": {"type": "string"}, "description": "The ids of the runs that changed."},
        "sweeps": {"type": "array", "items": {"type": "string"}, "description": "The ids of the sweeps that changed."},
        "models": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Names of models that changed.",
        },
        "endpoints": {"type": "array", "items": {"type": "string"}, "description": "Names of endpoints that changed."},
    },
}


class Change(msgspec.Struct, frozen=True):
    """One event, as a client reads it.

    Attributes:
        kind: ``changed``, ``reset`` (everything may have changed) or ``beat``.
        since: The ``seq`` of the event before; if it is not the one that a client knows, it has missed one.
    """

    kind: str
    generation: str
    since: int
    seq: int
    runs: list[str]
    sweeps: list[str] = []
    models: list[str] = []
    endpoints: list[str] = []


class Clock(Protocol):
    """Time that passes, or that a test lets pass."""

    def now(self) -> float:
        """Return seconds; only differences mean something."""

    async def sleep(self, seconds: float) -> None:
        """Return after ``seconds``."""


class SystemClock:
    """The time."""

    def now(self) -> float:
        """Return seconds since some start."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Return after ``seconds``."""
        await asyncio.sleep(seconds)


class Hints:
    """What to hint at, and when: each at once, then at most once in ``interval`` seconds."""

    def __init__(self, interval: float = HINT_SECONDS) -> None:
        self._interval = interval
        self._last: dict[Named, float] = {}
        self._waiting: dict[Named, float] = {}

    def add(self, changed: list[Named], now: float) -> None:
        """Take note of what has changed."""
        for named in changed:
            self._waiting.setdefault(named, max(now, self._last.get(named, -self._interval) + self._interval))

    def take(self, now: float) -> list[Named]:
        """Return what is due, in the order in which it changed."""
        due = [named for named, when in self._waiting.items() if when <= now]
        for named in due:
            del self._waiting[named]
        self._last = {named: when for named, when in self._last.items() if now - when < self._interval}
        self._last.update(dict.fromkeys(due, now))
        return due

    def delay(self, now: float) -> float | None:
        """Return seconds until the next hint is due; None if none waits."""
        return max(0.0, min(self._waiting.values()) - now) if self._waiting else None


class Events:
    """Tells who listens what changes in the home, and keeps true what is said of the unfinished.

    Args:
        workers: Where the store is read.
        emit: Puts one event on the bus.
        log: Says once what keeps it from its work.
        clock: The time.
    """

    def __init__(
        self,
        workers: Workers,
        emit: Callable[[dict[str, Any]], object],
        log: logging.Logger | logging.LoggerAdapter[Any],
        clock: Clock | None = None,
    ) -> None:
        self._workers = workers
        self._emit = emit
        self._log = log
        self._clock: Clock = clock or SystemClock()
        self._hints = Hints()
        self._has_news = asyncio.Event()
        self._generation, self._seq, self._told = "", 0, 0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, on the loop that runs now."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """End. Idempotent."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def look(self) -> None:
        """Take note of what has changed since the last look."""
        changes = await self._workers.read(lambda workspace: workspace.index.changes(self._generation, self._seq))
        if changes.is_reset:
            self._generation, self._seq = changes.generation, changes.seq
            self._told = self._seq
            self._tell("reset")
        elif changes.changed:
            self._seq = changes.seq
            self._hints.add(changes.changed, self._clock.now())
            self._has_news.set()

    async def _run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._again(self._listen))
            tasks.create_task(self._again(self._settle))
            tasks.create_task(self._hint())
            tasks.create_task(self._beat())

    async def _again(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do ``work``, which has no end, again after what kept it from going on: the disk may be full for an hour."""
        said = ""
        while True:
            try:
                await work()
            except (MlopsError, OSError) as error:
                if str(error) != said:
                    said = str(error)
                    self._log.warning("jupyter-mlops: %s", said)
            await self._clock.sleep(RETRY_SECONDS)

    async def _listen(self) -> None:
        path = await self._workers.read(lambda workspace: workspace.home.feed)
        with Feed(path) as feed:
            await self.look()
            async for _ in feed.touches():
                await self.look()

    async def _settle(self) -> None:
        # A process that is killed touches no file: only its lock says that it is gone.
        while True:
            await self._workers.act(lambda workspace: workspace.settle_all())
            await self._clock.sleep(SETTLE_SECONDS)

    async def _hint(self) -> None:
        while True:
            await self._has_news.wait()
            self._has_news.clear()
            while (delay := self._hints.delay(self._clock.now())) is not None:
                if delay:
                    await self._clock.sleep(delay)
                due = self._hints.take(self._clock.now())
                if len(due) > MOST:
                    self._tell("reset")
                elif due:
                    self._tell("changed", due)

    async def _beat(self) -> None:
        while True:
            await self._clock.sleep(BEAT_SECONDS)
            # A home that cannot be opened has no heart to beat: clients say that they are offline.
            if self._generation:
                self._tell("beat")

    def _tell(self, kind: str, changed: list[Named] | None = None) -> None:
        since, self._told = self._told, self._seq
        ids: dict[str, list[str]] = {noun: [] for noun in ("runs", "sweeps", "models", "endpoints")}
        for noun, an_id in changed or ():
            ids[noun].append(an_id)
        self._emit(msgspec.to_builtins(Change(kind, self._generation, since, self._seq, **ids)))
