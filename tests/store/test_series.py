"""Points to draw: thinned, without losing a peak."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from jupyter_mlops.domain.metrics import Batch, Column, LogState
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
