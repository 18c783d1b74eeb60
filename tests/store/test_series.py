"""Points to draw: thinned, without losing a peak."""

from __future__ import annotations

import math
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlops.domain.metrics import Batch, Column, LogState
from jupyter_mlops.store import blocks
from jupyter_mlops.store.records import RunDatabase


@pytest.fixture
def database(tmp_path: Path):
    values = [math.sin(at / 50) for at in range(10_000)]
    values[1234], values[5678], values[777] = 9.0, -9.0, math.nan
    values[4000], values[4001] = math.inf, -math.inf
    column = Column("loss", "step", 0)
    column.steps = [float(at) for at in range(10_000)]
    column.values, column.times = values, [1e9 + at for at in range(10_000)]
    path = tmp_path / "run.db"
    writer = RunDatabase(path, writer=True)
    writer.write(1, 0, Batch([column], [], 1), LogState())
    writer.close()
    reader = RunDatabase(path)
    yield reader
    reader.close()


def test_thinned_points_keep_extremes_both_ends_and_what_is_no_number(database):
    series = database.series("loss", most=200)

    points = dict(zip(series.steps, series.values, strict=True))
    assert 150 <= len(points) <= 220
    assert series.thinned
    assert (points[1234], points[5678], points[777]) == (9.0, -9.0, "NaN")
    assert (points[4000], points[4001]) == ("Infinity", "-Infinity")
    assert {0, 9999} <= set(points)
    assert series.steps == sorted(series.steps)


def test_few_points_are_all_there(database):
    series = database.series("loss", since=9_990, most=200)

    assert (len(series.steps), series.thinned, series.next, series.axis) == (10, False, 10_000, "step")


def test_a_range_of_steps_is_thinned_by_itself(database):
    series = database.series("loss", most=100, low=1200, high=1300)
    assert len(series.steps) <= 100
    assert (series.steps[0], series.steps[-1]) == (1200, 1300)
    assert 9.0 in series.values


def test_nothing_is_new_where_nothing_was_reported_since(database):
    assert database.series("loss", since=10_000).steps == []
    assert database.series("accuracy") is None


VALUES = st.lists(st.sampled_from([0.0, 1.0, -3.5, 7.25, math.nan, math.inf, -math.inf]), min_size=1, max_size=300)


def stored(path: Path, values: list[float], rank: int = 0, chunk: int = 37, first: int = 0) -> None:
    with closing(RunDatabase(path, writer=True)) as writer:
        for start in range(0, len(values), chunk):
            column = Column("loss", "step", first + start)
            column.values = values[start : start + chunk]
            column.steps = [float(first + start + at) for at in range(len(column.values))]
            column.times = column.steps
            writer.write(1, rank, Batch([column], [], 1), LogState())


@given(VALUES, st.integers(4, 60), st.integers(0, 300), st.integers(0, 300))
def test_blocks_lose_no_extreme_whatever_is_asked_for(values, most, low, width):
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "SIZE", 4)
        stored(Path(folder, "run.db"), values)
        with closing(RunDatabase(f"{folder}/run.db")) as reader:
            series = reader.series("loss", most=most, low=low, high=low + width)
            curve = reader.curve("loss", most)
    assert series is not None
    inside = values[low : low + width + 1]
    drawn = [float(value) for value in series.values]
    numbers = [value for value in inside if not math.isnan(value)]
    finite = [value for value in values if math.isfinite(value)]
    # A piece of a block at either end is looked at by itself, and so is what is no number.
    assert len(drawn) <= 1.5 * most + 16
    assert series.steps == sorted(set(series.steps))
    assert all(str(values[int(step)]) == str(value) for step, value in zip(series.steps, drawn, strict=True))
    if numbers:
        assert {min(numbers), max(numbers)} <= set(drawn)
    assert any(map(math.isnan, inside)) == any(map(math.isnan, drawn))
    if finite:
        assert {min(finite), max(finite)} <= {value for _, value in curve}
    assert all(math.isfinite(value) for _, value in curve)


def test_a_database_without_blocks_draws_the_same_and_gets_them_with_its_next_points(tmp_path):
    values = [math.sin(at / 50) for at in range(3_000)]
    stored(tmp_path / "new.db", values)
    stored(tmp_path / "old.db", values)
    with closing(sqlite3.connect(tmp_path / "old.db")) as connection:
        connection.execute("DROP TABLE blocks")

    def drawn(name):
        with closing(RunDatabase(tmp_path / name)) as reader:
            series, band = reader.series("loss", most=100), reader.band("loss", 50)
            assert series is not None
            assert band is not None
            return [float(value) for value in series.values], series.steps, band.steps

    (new, _, new_band), (old, _, old_band) = drawn("new.db"), drawn("old.db")
    assert (min(old), max(old)) == (min(new), max(new))
    assert len(old_band) == len(new_band) == 50
    stored(tmp_path / "old.db", values, first=3_000)
    assert max(drawn("old.db")[1]) == 5_999


def test_a_metric_on_two_axes_is_drawn_on_the_last(tmp_path):
    with closing(RunDatabase(tmp_path / "run.db", writer=True)) as writer:
        for number in range(0, 2_000, 10):
            column = Column("loss", "epoch" if number >= 1_005 else "step", number)
            column.values = column.steps = column.times = [float(number + at) for at in range(10)]
            writer.write(1, 0, Batch([column], [], 1), LogState())
    with closing(RunDatabase(tmp_path / "run.db")) as reader:
        series = reader.series("loss", most=20)
        assert series is not None
        assert (series.axis, series.steps[0], series.steps[-1]) == ("epoch", 1010, 1999)


@pytest.mark.parametrize("points", [50, 500, 20_000])
def test_a_band_holds_the_extremes_of_all_ranks(tmp_path, points):
    for rank in range(3):
        values = [float(rank)] * points
        values[points // 2] = 10.0 * rank - 5
        stored(tmp_path / "run.db", values, rank, chunk=1_000)
    with closing(RunDatabase(tmp_path / "run.db")) as reader:
        band = reader.band("loss", 100)
    assert band is not None
    assert (min(map(float, band.low)), max(map(float, band.high)), band.ranks, band.thinned) == (
        -5.0,
        15.0,
        3,
        points > 100,
    )
    assert len(band.steps) == min(points, 100)
    assert band.mean[0] == pytest.approx(1.0)
    assert band.steps == sorted(band.steps)
