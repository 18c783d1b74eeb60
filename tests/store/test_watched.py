"""What a keeper writes down of what router and replicas have counted, and what readers make of it."""

from __future__ import annotations

import random
import sqlite3
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from jupyter_mlops.domain.errors import Broken, Unsupported
from jupyter_mlops.domain.latency import added, histogram
from jupyter_mlops.domain.observed import Sample
from jupyter_mlops.domain.profiles import ColumnProfile, Profile
from jupyter_mlops.domain.rollouts import Seen
from jupyter_mlops.store.watched import ReplicaStats, Watched, replica_stats, summarize

NOW = 1_800_000_000.0
PROFILE = Profile(400, [ColumnProfile("x", "number", [100] * 4, [1.0, 2.0, 3.0], low=0.0, high=4.0)], "X_train")


class Router:
    """Counts as the router does, and answers as it does."""

    def __init__(self, boot: str = "1-1") -> None:
        self.boot = boot
        self.revisions: dict[str, dict[str, Any]] = {}
        self.samples: list[dict[str, Any]] = []
        self.last = 0

    def count(self, revision: int, times: list[float], errors: int = 0, in_flight: int = 0) -> Router:
        before = self.revisions.get(str(revision), {"requests": 0, "errors": 0, "refused": 0, "buckets": []})
        self.revisions[str(revision)] = {
            "requests": before["requests"] + len(times),
            "errors": before["errors"] + errors,
            "refused": before["refused"],
            "in_flight": in_flight,
            "buckets": added(before["buckets"], histogram(times)),
        }
        return self

    def remember(self, text: str) -> None:
        self.last += 1
        sample = {"time": NOW, "revision": 3, "milliseconds": 1.5, "status": 200, "request": text, "answer": "1"}
        self.samples = [*self.samples, sample][-200:]

    def told(self, after: int = 0) -> dict[str, Any]:
        new = self.samples[max(0, len(self.samples) - (self.last - after)) :]
        return {
            "id": 7,
            "ok": True,
            "boot": self.boot,
            "revisions": self.revisions,
            "samples": new,
            "last": self.last,
            "port": 0,
        }


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "watch.db"


@pytest.fixture
def watched(path: Path):
    with Watched(path, writer=True) as watched:
        yield watched


def test_a_reader_of_nothing_finds_nothing(path):
    with Watched(path) as watched:
        assert (watched.stats(NOW), watched.points(NOW, 3600, 120), watched.samples()) == ([], [], [])
        assert watched.summary(NOW) == Seen()
        assert watched.drift(PROFILE, 3).sentence == "No rows of requests were counted in the last hour."
    assert not path.exists()


def test_requests_are_counted_by_revision_with_their_times(watched):
    router = Router().count(3, [2.5] * 90 + [40.0] * 10, errors=2).count(4, [1.2] * 10)
    assert watched.take(NOW, router.told()) == 110
    third, fourth = watched.stats(NOW)

    assert (third.revision, third.requests, third.errors) == (3, 100, 2)
    assert (third.p50, third.p95, third.p99) == (pytest.approx(2.556, abs=0.01), 40.0, pytest.approx(48, abs=0.1))
    assert third.buckets == histogram([2.5] * 90 + [40.0] * 10)
    assert fourth.requests == 10
    assert fourth.p50 == 1.25


def test_counts_that_are_told_again_are_not_counted_again(watched):
    router = Router().count(3, [1.0] * 5)
    assert watched.take(NOW, router.told()) == 5
    assert watched.take(NOW + 2, router.told()) == 0
    assert watched.take(NOW + 4, router.count(3, [1.0]).told()) == 1
    assert watched.stats(NOW + 4)[0].requests == 6


def test_a_router_that_begins_anew_is_counted_on_top(watched):
    watched.take(NOW, Router("1-1").count(3, [1.0] * 5).told())
    watched.take(NOW + 2, Router("2-2").count(3, [1.0] * 7).told())
    assert watched.stats(NOW + 2)[0].requests == 12


def test_a_keeper_that_begins_anew_counts_on(path):
    router = Router()
    for number in range(1, 4):
        with Watched(path, writer=True) as watched:
            router.remember(f"request {number}")
            watched.take(NOW + number, router.count(3, [1.0] * 5).told())
            assert watched.stats(NOW + number)[0].requests == 5 * number
            assert len(watched.samples()) == number


def test_every_request_is_counted_once_whatever_ends(path):
    chance = random.Random(11)
    router, sent, now = Router("b0"), 0, NOW
    watched = Watched(path, writer=True)
    for step in range(200):
        now += chance.choice([0.1, 2, 10])
        event = chance.random()
        if event < 0.1:
            watched.close()
            watched = Watched(path, writer=True)
        elif event < 0.15:
            # What the router had counted is told before it ends: its keeper has asked a moment ago.
            watched.take(now, router.told())
            router = Router(f"b{step}")
        times = [chance.expovariate(0.2) for _ in range(chance.randrange(20))]
        sent += len(times)
        router.count(3, times)
        if event > 0.4:
            watched.take(now, router.told())
    watched.take(now, router.told())
    stats = watched.stats(now)[0]
    points = watched.points(now, 86_400, 100)
    watched.close()
    assert stats.requests == sum(point.requests for point in points) == sent > 500


def test_slices_of_time_are_joined_until_few_enough_are_left_and_silence_is_zero(watched):
    router = Router()
    for at in range(0, 300, 2):
        watched.take(NOW + at, router.count(3, [5.0] * 4).told())
    close, wide = watched.points(NOW + 360, 600, 1000), watched.points(NOW + 360, 3600, 12)

    assert {point.seconds for point in close} == {2.0}
    assert sum(point.requests for point in close) == sum(point.requests for point in wide) == 600
    assert (close[0].requests, close[-1].requests, close[-1].p95) == (4, 0, None)
    assert {point.seconds for point in wide} == {300.0}
    assert len(wide) <= 12
    assert [b.time - a.time for a, b in pairwise(wide)] == [300.0] * (len(wide) - 1)


def test_only_as_much_is_kept_as_can_be_asked_for(watched, path):
    router = Router()
    for at in (0, 3600, 2 * 86_400, 100 * 86_400):
        watched.take(NOW + at, router.count(3, [5.0]).told())
    later = NOW + 100 * 86_400
    assert sum(point.requests for point in watched.points(later, 90 * 86_400, 2000)) == 1
    assert watched.stats(later)[0].requests == 4


def test_the_rate_is_that_of_the_last_minute_and_times_those_of_the_last_minutes_with_requests(watched):
    router = Router()
    watched.take(NOW, router.count(3, [100.0] * 50).told())
    for at in range(3600, 3600 + 600, 2):
        watched.take(NOW + at, router.count(3, [5.0] * 6).told())
    now = NOW + 4199
    busy, quiet = watched.stats(now)[0], watched.stats(now + 1000)[0]

    assert busy.rate == pytest.approx(3.0, rel=0.05)
    assert busy.p95 < 5.1
    assert (quiet.rate, quiet.p95) == (0.0, busy.p95)


def test_a_row_is_told_rate_times_errors_and_the_last_looks(watched):
    router = Router().count(3, [])
    watched.take(NOW, router.told())
    for at in range(60, 120, 2):
        watched.take(NOW + at, router.count(3, [5.0] * 4, errors=1).told())
    seen = watched.summary(NOW + 119)

    assert (seen.rate, seen.errors) == (2.0, 0.25)
    assert seen.p95 == pytest.approx(4.95, abs=0.01)
    assert len(seen.recent) == 40
    assert seen.recent[-1] == 2.0
    assert watched.summary(NOW + 10_000).recent == []


def test_nothing_is_written_while_nothing_comes(watched, path):
    router = Router().count(3, [1.0])
    replica = ReplicaStats(revision=3, replica=0, pid=7, memory=50_000_000)
    watched.take(NOW, router.told(), [replica])
    before = sorted((file.name, file.stat().st_mtime_ns) for file in path.parent.iterdir())
    for at in range(2, 30, 2):
        replica.memory += 1000
        watched.take(NOW + at, router.told(), [replica])
    assert sorted((file.name, file.stat().st_mtime_ns) for file in path.parent.iterdir()) == before
    assert watched.stats(NOW)[0].memory == 50_000_000


def test_memory_is_that_of_all_replicas_and_gone_with_them(watched):
    router = Router().count(3, [1.0])
    replicas = [ReplicaStats(revision=3, replica=at, pid=at + 1, memory=10_000) for at in range(2)]
    watched.take(NOW, router.told(), replicas)
    assert watched.stats(NOW)[0].memory == 20_000
    watched.take(NOW + 1, router.told())
    assert watched.stats(NOW)[0].memory == 20_000
    watched.take(NOW + 2, router.told(), [ReplicaStats(revision=4, replica=0, pid=9, memory=500)])
    assert [stats.memory for stats in watched.stats(NOW)] == [0, 500]


def counted(rows: int, counts: list[int], pid: int = 7, replica: int = 0) -> ReplicaStats:
    told = b'{"rows": %d, "since": 5.0, "columns": {"x": {"counts": %s, "missing": 0}}}' % (rows, str(counts).encode())
    return replica_stats(told, 3, replica, pid)


def test_drift_is_that_of_the_last_hour_with_requests_over_all_replicas(watched):
    watched.take(NOW, None, [counted(400, [100] * 4)])
    steady = watched.drift(PROFILE, 3)
    watched.take(NOW + 2 * 3600, None, [counted(600, [100, 100, 100, 300]), counted(200, [0, 0, 0, 200], 8, 1)])
    moved = watched.drift(PROFILE, 3)

    assert (steady.rows, steady.since, steady.columns[0].verdict) == (400, NOW, "steady")
    assert (moved.rows, moved.since, moved.columns[0].verdict) == (400, NOW + 7200, "moved")
    assert moved.columns[0].now == [0.0, 0.0, 0.0, 1.0, 0.0]
    assert watched.summary(NOW, moved).drifting == ["x"]
    assert watched.drift(PROFILE, 4).rows == 0


def test_a_replica_that_begins_anew_is_counted_on_top(watched):
    watched.take(NOW, None, [counted(100, [100, 0, 0, 0], pid=7)])
    watched.take(NOW + 5, None, [counted(100, [100, 0, 0, 0], pid=7)])
    watched.take(NOW + 10, None, [counted(60, [0, 60, 0, 0], pid=8)])
    drift = watched.drift(PROFILE, 3)
    assert drift.rows == 160
    assert drift.columns[0].now == [0.625, 0.375, 0.0, 0.0, 0.0]


def test_the_last_samples_are_remembered_the_latest_first(watched):
    router = Router()
    for number in range(450):
        router.remember(f"request {number}")
        if number % 150 == 149:
            watched.take(NOW, router.told(after=number - 149))
    samples = watched.samples()
    assert [sample.request for sample in samples] == [f"request {number}" for number in range(449, 249, -1)]
    assert samples[0] == Sample(NOW, 3, 1.5, 200, "request 449", "1")


def test_what_a_row_says_is_read_by_whoever_has_the_path(watched, path):
    watched.take(NOW, Router().count(3, [1.0]).told(), [counted(400, [0, 0, 0, 400])])
    assert summarize(path, NOW, PROFILE, 3).drifting == ["x"]
    assert summarize(path, NOW).rate == 0.1


def test_a_damaged_file_is_put_aside_by_its_keeper_and_told_to_readers(path):
    with Watched(path, writer=True) as watched:
        watched.take(NOW, Router().count(3, [1.0]).told())
    path.write_bytes(b"no database" * 1000)
    with Watched(path, writer=True) as watched:
        assert watched.stats(NOW) == []
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(Broken, match="its endpoint's keeper makes it anew"):
        Watched(path)


def test_a_file_of_a_newer_version_is_left_alone(path):
    with Watched(path, writer=True) as watched:
        assert watched.stats(NOW) == []
    with sqlite3.connect(path) as file:
        file.execute("PRAGMA user_version = 9")
    file.close()
    for writer in (True, False):
        with pytest.raises(Unsupported, match="format 9"):
            Watched(path, writer=writer)
