"""``watch.db``: what was seen of an endpoint's requests. Its keeper alone writes it.

Router and replicas count since they started. ``take`` makes differences of that and adds them to slices of time, in
one transaction with what was counted so far: every request is counted once, wherever the keeper or the router ends.
"""

from __future__ import annotations

import sqlite3
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from jupyter_mlops import wire
from jupyter_mlops.domain.drift import Counted, drift_of, moved_columns
from jupyter_mlops.domain.latency import added, quantile
from jupyter_mlops.domain.observed import Drift, RevisionStats, Sample, StatPoint
from jupyter_mlops.domain.profiles import Profile
from jupyter_mlops.domain.rollouts import Seen
from jupyter_mlops.store.watchfile import open_reader, open_writer, translated

KEPT_SECONDS = {2: 600, 60: 86_400, 3600: 90 * 86_400}
"""How long slices of so many seconds are kept."""
SAMPLES = 200
LOOKS = 40
"""How many slices of two seconds a sparkline has."""

_RATE_SECONDS = 60
_MINUTES = 5
"""Of these many minutes with requests are the quantiles."""
_DRIFT_SLOT, _DRIFT_SECONDS = 600, 3600
_NOTABLE = 0.05
"""Memory that has changed by this share is worth a row, although no request came."""


class RevisionCount(msgspec.Struct):
    """What the router has counted of a revision since it started."""

    requests: int = 0
    errors: int = 0
    refused: int = 0
    in_flight: int = 0
    buckets: list[int] = []


class RouterStats(msgspec.Struct):
    """What the router answers to ``stats``.

    Attributes:
        boot: Changes when it began to count anew.
        samples: Those that have the numbers up to ``last``, without gaps.
    """

    boot: str
    revisions: dict[int, RevisionCount] = {}
    samples: list[Sample] = []
    last: int = 0


class ReplicaStats(msgspec.Struct):
    """What a replica answers at ``/mlops/stats``, and which one it is.

    Attributes:
        pid: Its process: another one began to count anew.
        memory: Bytes; 0 if it was not measured.
        rows: How many rows it has answered.
        columns: What came of each input column, by the bins of the profile.
    """

    rows: int = 0
    since: float = 0.0
    columns: dict[str, Counted] = {}
    revision: int = 0
    replica: int = 0
    pid: int = 0
    memory: int = 0


def replica_stats(answer: bytes, revision: int, replica: int, pid: int, memory: int = 0) -> ReplicaStats:
    """Return what a replica has answered.

    Raises:
        msgspec.DecodeError: that was something else.
    """
    told = wire.decode(answer, ReplicaStats)
    told.revision, told.replica, told.pid, told.memory = revision, replica, pid, memory
    return told


class _Slice(NamedTuple):
    requests: int
    errors: int
    refused: int
    buckets: list[int]
    in_flight: int
    memory: int


class Watched:
    """One endpoint's ``watch.db``; use it as a context, or ``close`` it. A reader of a missing file finds nothing.

    Args:
        path: The file.
        writer: Whether the caller keeps the endpoint; then the file is made if it is missing.

    Raises:
        Broken: by any method of a reader, if the file cannot be read.
        Unavailable: by any method, if it cannot be used now.
        Unsupported: a newer version wrote it.
    """

    def __init__(self, path: Path, *, writer: bool = False) -> None:
        self._path = path
        self._db = open_writer(path) if writer else open_reader(path)
        self._pruned = 0.0

    def __enter__(self) -> Watched:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file. Idempotent."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def take(
        self, now: float, router: RouterStats | dict[str, Any] | None, replicas: Iterable[ReplicaStats] = ()
    ) -> int:
        """Add what was counted since the last time, and return how many requests that were.

        Args:
            now: Seconds since the epoch.
            router: What the router has answered; None if it was not asked.
            replicas: What all replicas that live have answered.
        """
        stats = msgspec.convert(router, RouterStats, strict=False) if isinstance(router, dict) else router
        there = list(replicas)
        with self._writing() as db:
            came = self._take_router(db, now, stats, there) if stats is not None else 0
            for replica in there:
                _take_replica(db, now, replica)
            if now - self._pruned >= _RATE_SECONDS:
                _prune(db, now)
                self._pruned = now
        return came

    def stats(self, now: float) -> list[RevisionStats]:
        """Return what the requests of each revision were like, in the order of their numbers."""
        with self._reading() as db:
            if db is None:
                return []
            rows = db.execute("SELECT revision, since, requests, errors, refused, in_flight, memory FROM totals")
            return [_stats(db, now, row) for row in sorted(rows.fetchall())]

    def points(self, now: float, seconds: int, most: int) -> list[StatPoint]:
        """Return slices of time, oldest first.

        Where no request came a slice is zero, from a revision's first one to now.

        Args:
            now: Seconds since the epoch.
            seconds: How far back.
            most: How many of each revision there are at most.
        """
        step = next((step for step, kept in KEPT_SECONDS.items() if seconds <= kept), 3600)
        width = step * max(1, -(-seconds // (most * step)))
        first, last = int((now - seconds) // width) + 1, int(now // width)
        with self._reading() as db:
            if db is None:
                return []
            query = f"SELECT revision, slot, {_COLUMNS} FROM slices WHERE step = ? AND slot >= ? ORDER BY slot"
            found: dict[int, dict[int, _Slice]] = {}
            for revision, slot, *rest in db.execute(query, (step, first * width // step)):
                groups = found.setdefault(revision, {})
                group = slot * step // width
                groups[group] = _joined(groups.get(group), _slice(rest))
        return sorted(
            (
                _point(group, width, revision, groups.get(group))
                for revision, groups in found.items()
                for group in range(max(first, min(groups)), last + 1)
            ),
            key=lambda point: (point.time, point.revision),
        )

    def drift(self, profile: Profile, revision: int) -> Drift:
        """Return whether the requests of a revision look like the training data.

        What is looked at are the rows of its last hour with requests.
        """
        rows, since, columns = 0, 0.0, dict[str, Counted]()
        with self._reading() as db:
            if db is not None:
                rows, since, columns = _counted(db, revision)
        return drift_of(profile, revision, rows, since, columns)

    def samples(self) -> list[Sample]:
        """Return the requests that are remembered, the latest first."""
        with self._reading() as db:
            if db is None:
                return []
            found = db.execute("SELECT sample FROM samples ORDER BY number DESC").fetchall()
        return [wire.decode(sample, Sample) for (sample,) in found]

    def summary(self, now: float, drift: Drift | None = None) -> Seen:
        """Return what a row says of the requests of all revisions.

        Args:
            now: Seconds since the epoch.
            drift: Of the stable revision.
        """
        drifting = moved_columns(drift.columns) if drift is not None else []
        with self._reading() as db:
            since = None if db is None else db.execute("SELECT min(since) FROM totals").fetchone()[0]
            if db is None or since is None:
                return Seen(drifting=drifting)
            lately, looks = _lately(db), _looks(db, now)
        return Seen(
            rate=_rate(sum(looks[-_RATE_SECONDS // 2 :]), now, since),
            p95=quantile(lately.buckets, 0.95),
            errors=round(lately.errors / lately.requests, 6) if lately.requests else None,
            drifting=drifting,
            recent=[count / 2 for count in looks] if any(looks) else [],
        )

    def _take_router(self, db: sqlite3.Connection, now: float, stats: RouterStats, there: list[ReplicaStats]) -> int:
        memory: dict[int, int] = {}
        for replica in there:
            memory[replica.revision] = memory.get(replica.revision, 0) + replica.memory
        came = 0
        for revision in sorted({*stats.revisions, *memory}):
            count = stats.revisions.get(revision, RevisionCount())
            new = _difference(count, _exchange(db, f"r{revision}", stats.boot, count, RevisionCount))
            new = new._replace(in_flight=count.in_flight, memory=memory.get(revision, 0))
            came += _take_revision(db, now, revision, new, is_measured=bool(there))
        if stats.samples:
            _take_samples(db, stats)
        return came

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        assert self._db is not None
        with translated(self._path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        if self._db is None:
            self._db = open_reader(self._path)
        with translated(self._path):
            yield self._db


_COLUMNS = "requests, errors, refused, buckets, in_flight, memory"
_ADD_SLICE = f"""
INSERT INTO slices (step, slot, revision, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (step, slot, revision) DO UPDATE SET requests = excluded.requests, errors = excluded.errors,
    refused = excluded.refused, buckets = excluded.buckets, in_flight = excluded.in_flight, memory = excluded.memory
"""


def _take_revision(db: sqlite3.Connection, now: float, revision: int, new: _Slice, *, is_measured: bool) -> int:
    row = db.execute(f"SELECT since, {_COLUMNS} FROM totals WHERE revision = ?", (revision,)).fetchone()
    since, total = (row[0], _slice(row[1:])) if row is not None else (now, _Slice(0, 0, 0, [], 0, 0))
    if not is_measured:
        new = new._replace(memory=total.memory)
    is_notable = abs(new.memory - total.memory) > _NOTABLE * max(new.memory, total.memory)
    if row is not None and not new.requests and new.in_flight == total.in_flight and not is_notable:
        return 0
    for step in KEPT_SECONDS:
        key = step, int(now // step), revision
        known = db.execute(
            f"SELECT {_COLUMNS} FROM slices WHERE step = ? AND slot = ? AND revision = ?", key
        ).fetchone()
        db.execute(_ADD_SLICE, (*key, *_row(_joined(_slice(known) if known is not None else None, new))))
    whole = _joined(total, new)._replace(in_flight=new.in_flight, memory=new.memory)
    db.execute("INSERT OR REPLACE INTO totals VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (revision, since, *_row(whole)))
    return new.requests


def _difference(count: RevisionCount, before: RevisionCount | None) -> _Slice:
    if before is None:
        return _Slice(count.requests, count.errors, count.refused, count.buckets, 0, 0)
    buckets = added(count.buckets, [-each for each in before.buckets]) if count.buckets else []
    return _Slice(
        count.requests - before.requests, count.errors - before.errors, count.refused - before.refused, buckets, 0, 0
    )


_T = Any


def _exchange(db: sqlite3.Connection, what: str, boot: str, told: _T, kind: type[_T]) -> _T | None:
    """Write down what was told, and return what was told before; None if counting has begun anew since."""
    row = db.execute("SELECT boot, told FROM counters WHERE what = ?", (what,)).fetchone()
    data = wire.encode(told)
    if row is None or row != (boot, data):
        db.execute("INSERT OR REPLACE INTO counters VALUES (?, ?, ?)", (what, boot, data))
    return wire.decode(row[1], kind) if row is not None and row[0] == boot else None


def _take_samples(db: sqlite3.Connection, stats: RouterStats) -> None:
    # A new keeper asks for all of them once more.
    seen = _exchange(db, "samples", stats.boot, stats.last, int) or 0
    new = stats.samples[max(0, len(stats.samples) - max(0, stats.last - seen)) :]
    db.executemany("INSERT INTO samples (sample) VALUES (?)", [(wire.encode(sample),) for sample in new])
    db.execute(
        "DELETE FROM samples WHERE number NOT IN (SELECT number FROM samples ORDER BY number DESC LIMIT ?)", (SAMPLES,)
    )


def _take_replica(db: sqlite3.Connection, now: float, told: ReplicaStats) -> None:
    counts = ReplicaStats(rows=told.rows, columns=told.columns)
    before = _exchange(db, f"r{told.revision}-{told.replica}", str(told.pid), counts, ReplicaStats)
    rows = told.rows - (before.rows if before is not None else 0)
    if rows <= 0:
        return
    key = int(now // _DRIFT_SLOT), told.revision
    known = db.execute("SELECT rows, since, columns FROM drift WHERE slot = ? AND revision = ?", key).fetchone()
    whole, since, columns = (known[0], known[1], _columns(known[2])) if known is not None else (0, now, {})
    for name, counted in told.columns.items():
        earlier = before.columns.get(name) if before is not None else None
        new = counted if earlier is None else _less(counted, earlier)
        columns[name] = _more(columns.get(name), new)
    db.execute("INSERT OR REPLACE INTO drift VALUES (?, ?, ?, ?, ?)", (*key, whole + rows, since, wire.encode(columns)))


def _counted(db: sqlite3.Connection, revision: int) -> tuple[int, float, dict[str, Counted]]:
    rows, since, columns = 0, 0.0, dict[str, Counted]()
    latest = db.execute("SELECT max(slot) FROM drift WHERE revision = ?", (revision,)).fetchone()[0]
    if latest is None:
        return rows, since, columns
    query = "SELECT rows, since, columns FROM drift WHERE revision = ? AND slot > ? ORDER BY slot"
    for count, began, data in db.execute(query, (revision, latest - _DRIFT_SECONDS // _DRIFT_SLOT)):
        rows, since = rows + count, since or began
        for name, counted in _columns(data).items():
            columns[name] = _more(columns.get(name), counted)
    return rows, since, columns


def _columns(data: bytes) -> dict[str, Counted]:
    return wire.decode(data, dict[str, Counted])


def _less(counted: Counted, earlier: Counted) -> Counted:
    if len(counted.counts) != len(earlier.counts):
        return counted
    counts = [now - then for now, then in zip(counted.counts, earlier.counts, strict=True)]
    return Counted(counts, counted.missing - earlier.missing)


def _more(known: Counted | None, counted: Counted) -> Counted:
    if known is None or len(known.counts) != len(counted.counts):
        return counted
    counts = [one + other for one, other in zip(known.counts, counted.counts, strict=True)]
    return Counted(counts, known.missing + counted.missing)


def _prune(db: sqlite3.Connection, now: float) -> None:
    for step, seconds in KEPT_SECONDS.items():
        db.execute("DELETE FROM slices WHERE step = ? AND slot < ?", (step, int((now - seconds) // step)))
    db.execute("DELETE FROM drift WHERE slot < ?", (int((now - 86_400) // _DRIFT_SLOT),))


def _stats(db: sqlite3.Connection, now: float, row: Sequence[Any]) -> RevisionStats:
    revision, since, requests, errors, refused, in_flight, memory = row
    lately = _lately(db, revision)
    looks = _looks(db, now, revision)
    return RevisionStats(
        revision=revision,
        requests=requests,
        errors=errors,
        refused=refused,
        rate=_rate(sum(looks[-_RATE_SECONDS // 2 :]), now, since),
        p50=quantile(lately.buckets, 0.5),
        p95=quantile(lately.buckets, 0.95),
        p99=quantile(lately.buckets, 0.99),
        buckets=lately.buckets,
        in_flight=in_flight,
        memory=memory,
    )


def _lately(db: sqlite3.Connection, revision: int | None = None) -> _Slice:
    """Return the sum of the last minutes with requests, of one revision or of all."""
    of = "" if revision is None else "AND revision = :revision"
    slots = f"SELECT DISTINCT slot FROM slices WHERE step = 60 AND requests > 0 {of} ORDER BY slot DESC LIMIT :most"
    query = f"SELECT {_COLUMNS} FROM slices WHERE step = 60 AND slot IN ({slots}) {of}"
    whole = _Slice(0, 0, 0, [], 0, 0)
    for row in db.execute(query, {"revision": revision, "most": _MINUTES}):
        whole = _joined(whole, _slice(row))
    return whole


def _looks(db: sqlite3.Connection, now: float, revision: int | None = None) -> list[int]:
    """Return how many requests each of the last slices of two seconds has."""
    last = int(now // 2)
    of = "" if revision is None else "AND revision = :revision"
    query = f"SELECT slot, sum(requests) FROM slices WHERE step = 2 AND slot > :after {of} GROUP BY slot"
    found = dict(db.execute(query, {"after": last - LOOKS, "revision": revision}).fetchall())
    return [found.get(slot, 0) for slot in range(last - LOOKS + 1, last + 1)]


def _rate(requests: int, now: float, since: float) -> float:
    return round(requests / min(_RATE_SECONDS, max(10.0, now - since)), 3)


def _joined(one: _Slice | None, other: _Slice) -> _Slice:
    if one is None:
        return other
    return _Slice(
        one.requests + other.requests,
        one.errors + other.errors,
        one.refused + other.refused,
        added(one.buckets, other.buckets),
        max(one.in_flight, other.in_flight),
        max(one.memory, other.memory),
    )


def _point(group: int, width: int, revision: int, found: _Slice | None) -> StatPoint:
    end = float((group + 1) * width)
    if found is None:
        return StatPoint(time=end, revision=revision, seconds=float(width))
    return StatPoint(
        time=end,
        revision=revision,
        seconds=float(width),
        requests=found.requests,
        errors=found.errors,
        refused=found.refused,
        p50=quantile(found.buckets, 0.5),
        p95=quantile(found.buckets, 0.95),
        in_flight=found.in_flight,
        memory=found.memory,
    )


def _slice(row: Sequence[Any]) -> _Slice:
    requests, errors, refused, buckets, in_flight, memory = row
    counts = array("q")
    counts.frombytes(buckets)
    if sys.byteorder == "big":
        counts.byteswap()
    return _Slice(requests, errors, refused, counts.tolist(), in_flight, memory)


def _row(piece: _Slice) -> tuple[Any, ...]:
    counts = array("q", piece.buckets)
    if sys.byteorder == "big":
        counts.byteswap()
    return piece.requests, piece.errors, piece.refused, counts.tobytes(), piece.in_flight, piece.memory


def summarize(path: Path, now: float, profile: Profile | None = None, stable: int = 0) -> Seen:
    """Return what an endpoint's row says of its requests, as its ``watch.db`` has it."""
    with closing(Watched(path)) as watched:
        drift = watched.drift(profile, stable) if profile is not None and stable else None
        return watched.summary(now, drift)
