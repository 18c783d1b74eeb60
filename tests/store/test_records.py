"""``run.db``: what is written is there, all of it or nothing, and what is broken says so."""

from __future__ import annotations

import math
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlops.domain.errors import Broken, Unavailable, Unsupported
from jupyter_mlops.domain.metrics import LogParser
from jupyter_mlops.domain.runs import Progress
from jupyter_mlops.domain.series import Band
from jupyter_mlops.store.records import Gap, HistoryPoint, Mark, RunDatabase, Sample


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.db"


def store(database: RunDatabase, data: bytes, attempt: int = 1, rank: int = 0, time: float = 5.0) -> None:
    parser = LogParser(database.state(attempt, rank), database.counts(attempt, rank), database.names)
    database.write(attempt, rank, parser.feed(data, time), parser.state, progress=parser.progress())


def test_a_run_without_a_database_has_nothing(path: Path) -> None:
    reader = RunDatabase(path)
    assert reader.metrics() == {}
    assert reader.history("loss") == []
    assert reader.curve("loss") == []
    assert reader.band("loss") is None
    assert reader.progress() is None
    assert (reader.attempt(), reader.offset(1, 0)) == (1, 0)
    assert not (reader.samples() or reader.marks(1, 0) or reader.gaps(1, 0))
    assert not path.exists()


def test_a_reader_sees_what_the_writer_wrote_while_it_goes(path: Path) -> None:
    reader = RunDatabase(path)
    assert reader.metrics() == {}
    writer = RunDatabase.open_or_rebuild(path)
    store(writer, b"step=1 loss=0.5\nstep=2 loss=0.25 acc=1\n")
    assert reader.history("loss") == [HistoryPoint(1, 0.5, 5), HistoryPoint(2, 0.25, 5)]
    assert reader.metrics() == writer.metrics()
    summary = reader.metrics()["loss"]
    assert (summary.last, summary.min, summary.min_step, summary.max, summary.max_step) == (0.25, 0.25, 2, 0.5, 1)
    assert (summary.step, summary.count, summary.axis, summary.recent) == (2, 2, "step", [0.5, 0.25])
    assert reader.progress() == Progress(2, None, "step")
    store(writer, b"step=3 loss=0.125\n")
    assert len(reader.history("loss")) == 3


def test_values_that_are_not_finite_come_back(path: Path) -> None:
    writer = RunDatabase(path, writer=True)
    store(writer, b"loss=nan\nloss=inf\nloss=-inf\nloss=1\nloss=nan\nother=nan\n")
    values = [point.value for point in RunDatabase(path).history("loss")]
    assert values[1:4] == [math.inf, -math.inf, 1.0]
    assert math.isnan(values[0])
    assert math.isnan(values[4])
    metrics = RunDatabase(path).metrics()
    assert (metrics["loss"].last, metrics["loss"].min, metrics["loss"].max) == ("NaN", "-Infinity", "Infinity")
    assert (metrics["other"].min, metrics["loss"].recent) == ("NaN", [1.0])
    assert RunDatabase(path).curve("loss") == [(4, 1.0)]
    assert RunDatabase(path).curve("loss", points=2) == [(4, 1.0)]


def test_the_last_attempt_is_meant_unless_another_is_named(path: Path) -> None:
    writer = RunDatabase(path, writer=True)
    store(writer, b"loss=1\n", attempt=1)
    store(writer, b"loss=2\nloss=3\n", attempt=2)
    assert writer.attempt() == 2
    assert [point.value for point in writer.history("loss")] == [2, 3]
    assert [point.value for point in writer.history("loss", 1)] == [1]
    assert writer.metrics(1)["loss"].count == 1
    store(writer, b"nothing here\n", attempt=3)
    assert writer.metrics() == {}
    assert writer.progress() is None


def test_the_other_ranks_are_a_band(path: Path) -> None:
    writer = RunDatabase(path, writer=True)
    store(writer, b"step=1 loss=1\nstep=2 loss=nan\n", rank=0)
    store(writer, b"step=1 loss=3\nstep=2 loss=5\n", rank=1)
    assert writer.metrics()["loss"].count == 2
    assert writer.ranks("loss") == [0, 1]
    assert writer.band("loss") == Band("step", [1, 2], [1, 5], [2, 5], [3, 5], 2)


def test_a_name_on_two_axes_shows_the_last_one(path: Path) -> None:
    writer = RunDatabase(path, writer=True)
    store(writer, b"step=100 loss=5\nepoch=1 loss=4\nstep=200 loss=3\nepoch=2 loss=2\n")
    assert [point.step for point in writer.history("loss")] == [1, 2]
    assert [point.step for point in writer.history("loss", axis="step")] == [100, 200]
    assert [point.step for point in writer.history("loss", axis="other")] == []
    assert writer.metrics()["loss"].count == 4


def test_a_curve_keeps_peaks_and_troughs(path: Path) -> None:
    writer = RunDatabase(path, writer=True)
    lines = [f"loss={1 + number % 7 / 10}\n" for number in range(5000)]
    lines[1234], lines[4321] = "loss=99\n", "loss=-99\n"
    store(writer, "".join(lines).encode())
    curve = writer.curve("loss", 100)
    assert 50 < len(curve) <= 100
    assert (1235, 99) in curve
    assert (4322, -99) in curve
    assert curve == sorted(curve)


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=60), st.integers(2, 30))
def test_a_curve_is_bounded_and_holds_the_extremes(values: list[float], most: int) -> None:
    with TemporaryDirectory() as folder, closing(RunDatabase(f"{folder}/run.db", writer=True)) as database:
        store(database, "".join(f"loss={value}\n" for value in values).encode())
        curve = database.curve("loss", most)
        finite = [value for value in values if math.isfinite(value)]
        assert len(curve) <= most
        if finite:
            assert {min(finite), max(finite)} <= {value for _, value in curve}


def test_samples_gaps_and_marks_are_kept(path: Path) -> None:
    writer = RunDatabase(path, writer=True)
    samples = [Sample(1.0, 1, 0, 0.5, 1000), Sample(1.0, 1, 1, 0.75, 2000), Sample(2.0, 1, 0, 1.5, 3000)]
    writer.add_samples(samples)
    writer.add_gap(1, 0, 4096, 8192)
    parser = LogParser()
    writer.write(1, 0, parser.feed(b"text\n", 1.0), parser.state, mark=Mark(5, 1.0))
    reader = RunDatabase(path)
    assert reader.samples() == samples
    assert reader.samples(rank=1) == samples[1:2]
    assert reader.samples(since=1.0) == samples[2:]
    assert reader.latest_samples(most=2) == samples[1:]
    assert reader.gaps(1, 0) == [Gap(4096, 8192)]
    assert reader.marks(1, 0) == [Mark(5, 1.0)]
    assert reader.offset(1, 0) == 5


def test_what_fails_in_the_middle_leaves_nothing_behind(path: Path) -> None:
    writer = RunDatabase(path, writer=True)
    store(writer, b"loss=1\n")
    parser = LogParser()
    # The first point of the name is there already: a number is given once.
    with pytest.raises(Broken):
        writer.write(1, 0, parser.feed(b"acc=1\nloss=2\n", 1.0), parser.state)
    assert list(writer.metrics()) == ["loss"]
    assert writer.metrics() == RunDatabase(path).metrics()
    assert writer.offset(1, 0) == 7
    store(writer, b"loss=3\n")
    assert [point.value for point in writer.history("loss")] == [1, 3]


@pytest.mark.parametrize("damage", [b"garbage" * 1000, b"SQLite format 3\0" + b"\xff" * 5000, b"\0" * 8192])
def test_garbage_is_broken_for_readers_and_made_anew_by_the_keeper(path: Path, damage: bytes) -> None:
    path.write_bytes(damage)
    with pytest.raises(Broken, match=r"run\.db cannot be read .*; its keeper makes it again from the logs\.$"):
        RunDatabase(path).metrics()
    database = RunDatabase.open_or_rebuild(path)
    assert database.was_rebuilt
    assert Path(f"{path}.broken").read_bytes() == damage
    store(database, b"loss=1\n")
    assert RunDatabase(path).metrics()["loss"].count == 1


def test_a_file_that_is_cut_anywhere_is_read_or_made_anew(path: Path, tmp_path: Path) -> None:
    writer = RunDatabase(path, writer=True)
    store(writer, b"".join(b"loss=%d acc=%d\n" % (number, number) for number in range(2000)))
    writer.close()
    whole = path.read_bytes()
    for cut in range(0, len(whole), len(whole) // 37):
        torn = tmp_path / f"{cut}.db"
        torn.write_bytes(whole[:cut])
        try:
            RunDatabase(torn).metrics()
        except Broken:
            pass
        database = RunDatabase.open_or_rebuild(torn)
        assert database.was_rebuilt == (cut > 0)
        store(database, b"loss=1\n")
        database.close()


def test_a_newer_format_is_refused_and_left_alone(path: Path) -> None:
    RunDatabase(path, writer=True).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()
    for attempt in (RunDatabase(path).metrics, lambda: RunDatabase.open_or_rebuild(path)):
        with pytest.raises(Unsupported, match=r"newer version \(format 99\)"):
            attempt()
    assert path.read_bytes() == before


def test_a_reader_cannot_write(path: Path) -> None:
    RunDatabase(path, writer=True).close()
    with pytest.raises(Unavailable):
        RunDatabase(path).add_samples([])
    with pytest.raises(Unavailable):
        RunDatabase(path.with_name("other.db")).add_samples([])


def test_only_its_owner_may_read_it(path: Path) -> None:
    before = os.umask(0)
    try:
        writer = RunDatabase(path, writer=True)
        store(writer, b"loss=1\n")
    finally:
        os.umask(before)
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
