"""Logs into ``run.db``: every point and record once, whoever is killed when."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jupyter_mlops.domain.errors import Unavailable
from jupyter_mlops.domain.metrics import MOST_NAMES
from jupyter_mlops.domain.records import LogRecord
from jupyter_mlops.store.ingest import CHUNK, LogIngest
from jupyter_mlops.store.records import RunDatabase

STARTED = b'\x1e{"cell":"started","rank":0,"time":1.5}\n'


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 2e9

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "0.log"


@pytest.fixture
def database(tmp_path: Path) -> RunDatabase:
    return RunDatabase.open_or_rebuild(tmp_path / "run.db")


def append(log: Path, data: bytes) -> None:
    with log.open("ab") as file:
        file.write(data)


def values(database: RunDatabase, name: str = "loss") -> list[float]:
    return [point.value for point in database.history(name)]


def test_a_log_that_is_not_there_yet_is_empty(database: RunDatabase, log: Path) -> None:
    ingest = LogIngest(database, log, 1, 0)
    assert (ingest.read(), ingest.offset, ingest.size) == (0, 0, 0)
    append(log, b"loss=1\n")
    assert (ingest.read(), ingest.offset, ingest.size) == (7, 7, 7)
    assert values(database) == [1]


def test_what_was_read_is_not_read_again(database: RunDatabase, log: Path) -> None:
    append(log, b"loss=1\nlo")
    ingest = LogIngest(database, log, 1, 0)
    assert (ingest.read(), ingest.read()) == (9, 0)
    append(log, b"ss=2\n")
    assert ingest.read() == 5
    assert LogIngest(database, log, 1, 0).read() == 0
    assert values(database) == [1, 2]


def test_a_limit_shares_the_time_among_logs(database: RunDatabase, log: Path) -> None:
    append(log, b"loss=1\n" * 100_000)
    ingest = LogIngest(database, log, 1, 0)
    assert ingest.read(limit=2 * CHUNK) == 2 * CHUNK
    while ingest.read():
        pass
    assert len(values(database)) == 100_000


def test_control_records_are_followed_once(database: RunDatabase, log: Path) -> None:
    append(log, STARTED + b"loss=1\n")
    followed: list[LogRecord] = []
    ingest = LogIngest(database, log, 1, 0)
    ingest.read(follow=followed.append)
    ingest.read(follow=followed.append)
    LogIngest(database, log, 1, 0).read(follow=followed.append)
    assert followed == [LogRecord(time=1.5, cell="started")]


def test_a_follower_that_fails_gets_the_record_again(database: RunDatabase, log: Path) -> None:
    append(log, b"loss=1\n" + STARTED)
    ingest = LogIngest(database, log, 1, 0)

    def fail(_record: LogRecord) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        ingest.read(follow=fail)
    assert values(database) == []
    followed: list[LogRecord] = []
    ingest.read(follow=followed.append)
    assert len(followed) == 1
    assert values(database) == [1]


def test_a_write_that_fails_is_tried_again(tmp_path: Path, log: Path) -> None:
    database = RunDatabase(tmp_path / "run.db", writer=True)
    with database.transaction() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
    append(log, b"loss=1 acc=2\n" * 5000)
    ingest = LogIngest(database, log, 1, 0)
    full = database._connection
    assert full is not None
    full.execute(f"PRAGMA max_page_count = {pages + 1}")
    with pytest.raises(Unavailable, match="full"):
        ingest.read()
    assert values(database) == []
    full.execute("PRAGMA max_page_count = 1000000")
    while ingest.read():
        pass
    assert len(values(database)) == len(values(database, "acc")) == 5000


def test_too_many_names_are_said_once(database: RunDatabase, log: Path) -> None:
    append(log, b"".join(b"m%d=1\n" % number for number in range(MOST_NAMES + 5)))
    append(log, b"another=1\n")
    followed: list[LogRecord] = []
    ingest = LogIngest(database, log, 1, 0)
    ingest.read(follow=followed.append)
    append(log, b"onemore=1\n")
    ingest.read(follow=followed.append)
    assert [record.note for record in followed] == ["The run has 200 metrics; further names are left out."]
    assert len(database.metrics()) == MOST_NAMES


def test_a_bar_moves_progress_but_not_more_often_than_people_look(database: RunDatabase, log: Path) -> None:
    clock = Clock()
    ingest = LogIngest(database, log, 1, 0, clock)
    seen = []
    for number in range(100):
        append(log, b"\r%d/100 [==>...] - loss: 0.5" % number)
        ingest.read()
        clock.now += 0.02
        progress = database.progress()
        seen.append(progress.done if progress else None)
    assert 8 <= len(set(seen)) <= 11
    assert ingest.offset > 0
    assert database.offset(1, 0) == 0
    assert values(database) == []
    ingest.close()
    last = database.progress()
    assert last is not None
    assert last.done == 99


def test_other_ranks_do_not_move_the_progress(database: RunDatabase, log: Path) -> None:
    append(log, b"epoch 4/6 loss 1\n")
    LogIngest(database, log, 1, 1).read()
    assert database.progress() is None
    assert database.metrics(rank=1)["loss"].last == 1


def test_marks_tell_about_once_a_second_when_a_log_had_which_size(database: RunDatabase, log: Path) -> None:
    clock = Clock()
    ingest = LogIngest(database, log, 1, 0, clock)
    for _ in range(50):
        append(log, b"0123456\n")
        ingest.read()
        clock.now += 0.125
    marks = database.marks(1, 0)
    assert [mark.offset for mark in marks] == [8, 72, 136, 200, 264, 328, 392]


def test_a_log_that_is_read_late_says_when_it_was_written(database: RunDatabase, log: Path) -> None:
    append(log, b"loss=1\n")
    os.utime(log, (1000, 1000))
    LogIngest(database, log, 1, 0).read()
    assert database.history("loss")[0].time == 1000


def test_a_hole_in_a_log_is_passed_over(database: RunDatabase, log: Path) -> None:
    append(log, b"loss=1\nlo")
    with log.open("r+b") as file:
        file.seek(1 << 24)
        file.write(b"ss=7\nloss=2\n")
    ingest = LogIngest(database, log, 1, 0)
    reads = 0
    while ingest.read():
        reads += 1
    assert reads < 20
    assert values(database) == [1, 2]


def test_a_database_that_is_lost_is_made_again_from_the_logs(tmp_path: Path, log: Path) -> None:
    append(log, b"epoch 4/6 loss 1\n" + b"step=%d loss=2\n" * 100)
    first = RunDatabase.open_or_rebuild(tmp_path / "run.db")
    LogIngest(first, log, 1, 0).read()
    before = first.metrics(), first.progress(), first.history("loss")
    first.close()
    (tmp_path / "run.db").write_bytes(b"garbage" * 500)
    second = RunDatabase.open_or_rebuild(tmp_path / "run.db")
    LogIngest(second, log, 1, 0).read()
    assert (second.metrics(), second.progress(), second.history("loss")) == before


WRITER = """
import os, random, sys
chance = random.Random(int(sys.argv[2]))
fd = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
buffer = b""
for number in range(20_000):
    buffer += chance.choice([
        b"value=%d\\n", b"value=%d\\r\\n", b"\\rold=1\\rvalue=%d\\r\\n", "\u96ea 12/60 [=>..]\\rvalue=%d\\n".encode(),
        b'\\x1e{"report":{"value":%d},"rank":0,"time":1.5}\\n',
        b'text\\x1e{"report":{"value":%d},"rank":0,"time":1.5}\\n\\n',
    ]) % number
    while len(buffer) > 3000:
        size = chance.randrange(1, 2000)
        os.write(fd, buffer[:size])
        buffer = buffer[size:]
os.write(fd, buffer)
"""
READER = """
import sys, time
from pathlib import Path
from jupyter_mlops.store.ingest import LogIngest
from jupyter_mlops.store.records import RunDatabase
ingest = LogIngest(RunDatabase.open_or_rebuild(sys.argv[1] + ".db"), sys.argv[1], 1, 0)
while True:
    # Small chunks: many transactions to be killed in.
    if not ingest.read(limit=1500):
        time.sleep(0.001)
"""


def test_every_point_is_stored_once_whenever_the_reader_is_killed(log: Path) -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    chance = random.Random(seed)
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(log), str(seed)])
    try:
        for _ in range(15):
            reader = subprocess.Popen([sys.executable, "-c", READER, str(log)])
            time.sleep(chance.uniform(0.12, 0.35))
            reader.send_signal(signal.SIGKILL)
            reader.wait()
    finally:
        writer.wait()
    database = RunDatabase.open_or_rebuild(f"{log}.db")
    before = len(database.history("value"))
    assert not database.was_rebuilt
    ingest = LogIngest(database, log, 1, 0)
    while ingest.read():
        pass
    assert [point.value for point in database.history("value")] == list(range(20_000))
    summary = database.metrics()["value"]
    assert (summary.count, summary.last, summary.min, summary.max) == (20_000, 19_999, 0, 19_999)
    print("stored before the last reader", before)
