"""The one writer of a run's facts, the same for every platform.

A platform finds out what happens to the ranks; what that means for the run's folder, its index row and its requests
is decided here. Whoever makes a ``RunKeeper`` holds the folder's lock.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from jupyter_mlops.domain import missing
from jupyter_mlops.domain import runs as domain
from jupyter_mlops.domain.errors import Unavailable
from jupyter_mlops.domain.exits import describe_error
from jupyter_mlops.domain.records import LogRecord
from jupyter_mlops.domain.runs import Scalar, State
from jupyter_mlops.store.facts import FactKeeper
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.index import Index
from jupyter_mlops.store.ingest import LogIngest
from jupyter_mlops.store.nearby import place_of
from jupyter_mlops.store.records import RunDatabase, Sample
from jupyter_mlops.store.rows import Rows
from jupyter_mlops.store.runs import RunFolder

_ROW_SECONDS = 0.15
_DRAIN_CHUNK = 1 << 20
_MOST_LOGGED = 200
_LONGEST_LOGGED = 250


class RunKeeper(FactKeeper[domain.RunSpec, domain.Event, domain.RunStatus, domain.RunRow]):
    """Writes events, metric points and the index row of one run."""

    def __init__(self, home: Home, path: Path, clock: Callable[[], float] = time.time) -> None:
        self.folder = RunFolder(path)
        super().__init__(home, self.folder, clock)
        self.database = self._open_database()
        self._ingests: dict[int, LogIngest] = {}
        self.failures = self._known_failures()
        """The exceptions that left the cell in the present attempt, by rank."""
        self._is_news = False
        self._row_due = 0.0

    def check(self, event: domain.Event) -> None:
        if isinstance(event, domain.StateChanged) and not domain.is_legal(self.status.state, event.state):
            raise ValueError(f"{self.spec.id} cannot go from {self.status.state} to {event.state}")

    def record(self, event: domain.Event) -> None:
        super().record(event)
        # A card shows more than the row has: where ranks hang, and who is slow.
        self._row_due, self._is_news = 0.0, True

    def change(self, state: State, why: str = "", *, attempt: int | None = None, rank: int | None = None) -> None:
        """Record a new state of the run."""
        number = self.status.attempt if attempt is None else attempt
        if attempt is not None and attempt != self.status.attempt:
            self._close_logs()
            self.failures.clear()
        self.record(domain.StateChanged(time=self._clock(), state=state, why=why, attempt=number, rank=rank))

    def ingest(self, limit: int = 1 << 18) -> int:
        """Read what the ranks wrote since the last time, at most ``limit`` bytes of each; return how many bytes."""
        read = sum(self._ingest(rank, limit) for rank in range(self.spec.rank_count))
        self._is_news = self._is_news or read > 0
        self._is_changed = self._is_changed or read > 0
        return read

    def drain(self, rank: int) -> None:
        """Read all that a rank, which is gone, has written."""
        while self._ingest(rank, _DRAIN_CHUNK):
            pass

    def first_failure(self, rank: int, exit_words: str) -> str:
        """Return why the run fails, in one sentence, when ``rank`` failed first.

        Args:
            rank: The rank.
            exit_words: How its process ended, such as ``ended itself with exit code 3``.
        """
        alone = self.spec.rank_count == 1
        if failure := self.failures.get(rank):
            said = describe_error(failure.error) + self._remedy(failure.error)
            return said if alone else f"Rank {rank}: {said}"
        return f"{'The cell' if alone else f'Rank {rank}'} {exit_words}."

    def sample(self, rank: int, cpu: float, memory: int) -> None:
        """Record what a rank's processes use: ``cpu`` in cores, ``memory`` in bytes."""
        with suppress(Unavailable):
            self.database.add_samples([Sample(self._clock(), self.status.attempt, rank, cpu, memory)])

    def finish(self, state: State, why: str = "", rank: int | None = None) -> None:
        """Record the end of the run; answer what is still asked."""
        self._give_reserve()
        self._close_logs()
        why = self._told_of_a_full_disk(state, why)
        self._answer_the_rest(state)
        self.change(state, why, rank=rank)
        self.publish_row(force=True)

    def publish_row(self, *, force: bool = False) -> None:
        """Bring the index up to date where something was recorded: an event at once, points a few times a second."""
        now = time.monotonic()
        if force or (self._is_changed and now >= self._row_due):
            self.publish(is_news=self._is_news)
            self._is_news = False
            self._row_due = now + _ROW_SECONDS

    def row(self) -> domain.RunRow:
        return domain.row_of(
            self.spec,
            self.status,
            self.database.metrics(self.status.attempt),
            self.database.progress(self.status.attempt),
            self.folder.notes(),
        )

    def rows(self, index: Index) -> Rows[domain.RunRow]:
        return index

    def close(self) -> None:
        """Close the logs, the database and the index."""
        self._close_logs()
        self.database.close()
        super().close()

    def _remedy(self, error: domain.CellError) -> str:
        """Return what to do about a module that is missing, as the end of a sentence; empty if none is."""
        module = missing.module_of(error.message) if error.type == missing.ERROR else ""
        return f"; {missing.remedy(self.spec.python, module, place_of(self.spec, module))}." if module else ""

    def _ingest(self, rank: int, limit: int) -> int:
        ingest = self._ingests.get(rank)
        if ingest is None:
            path = self.folder.log_path(rank, self.status.attempt)
            ingest = self._ingests[rank] = LogIngest(self.database, path, self.status.attempt, rank)
        try:
            return ingest.read(limit, lambda record: self._follow(rank, record))
        except Unavailable:
            # A full disk: the log keeps what could not be recorded, and the next turn tries again.
            return 0

    def _close_logs(self) -> None:
        for ingest in self._ingests.values():
            with suppress(Unavailable):
                ingest.close()
        self._ingests.clear()

    def _open_database(self) -> RunDatabase:
        try:
            return RunDatabase.open_or_rebuild(self.path / "run.db")
        except Unavailable:
            self._give_reserve()
            return RunDatabase.open_or_rebuild(self.path / "run.db")

    def _known_failures(self) -> dict[int, domain.CellFailed]:
        """Return the failures that an earlier keeper recorded in the present attempt."""
        found = [event for event in self.folder.events() if isinstance(event, domain.CellFailed)]
        return {event.rank: event for event in found if event.attempt == self.status.attempt}

    def _follow(self, rank: int, record: LogRecord) -> None:
        """Let what a rank's bootstrap said become events; saying it twice changes nothing."""
        attempt = self.status.attempt
        if record.cell == "started" and self.status.state is State.STARTING:
            self.record(domain.StateChanged(time=record.time, state=State.RUNNING, attempt=attempt))
        if record.error is not None and rank not in self.failures:
            failure = domain.CellFailed(time=record.time, rank=rank, attempt=attempt, error=record.error)
            self.failures[rank] = failure
            self.record(failure)
        if record.made is not None and rank == 0:
            self.record(domain.CellEnded(time=record.time, attempt=attempt, made=record.made))
        if (record.params or record.tags) and rank == 0:
            self._follow_logged(record)
        if record.note:
            self.note(record.note)

    def _follow_logged(self, record: LogRecord) -> None:
        params, left = _news(record.params or {}, self.status.logged)
        tags, left_too = _news(record.tags or {}, self.status.tags)
        if params or tags:
            event = domain.Logged(time=record.time, attempt=self.status.attempt, params=params, tags=tags)
            self.record(event)
        if left or left_too:
            self.note(f"The cell logged more than {_MOST_LOGGED} parameters or tags; further names are left out.")


def _news(said: dict[str, Scalar], known: dict[str, Scalar]) -> tuple[dict[str, Scalar], bool]:
    """Return what is not known yet, shortened where it is long, and whether there is no room for some of it."""
    found: dict[str, Scalar] = {}
    for name, value in said.items():
        if isinstance(value, str) and len(value) > _LONGEST_LOGGED:
            value = value[: _LONGEST_LOGGED - 1] + "\N{HORIZONTAL ELLIPSIS}"
        if (name not in known or known[name] != value) and len(name) <= _LONGEST_LOGGED:
            found[name] = value
    room = _MOST_LOGGED - len(known)
    fresh = [name for name in found if name not in known]
    for name in fresh[max(0, room) :]:
        del found[name]
    return found, len(fresh) > room
