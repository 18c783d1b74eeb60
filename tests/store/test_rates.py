"""How fast ranks go is told from when their points came."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_mlops.domain.metrics import LogParser
from jupyter_mlops.store.records import RunDatabase, Sample


@pytest.fixture
def database(tmp_path: Path) -> Iterator[RunDatabase]:
    database = RunDatabase.open_or_rebuild(tmp_path / "run.db")
    yield database
    database.close()


def say(database: RunDatabase, rank: int, text: str, time: float) -> None:
    parser = LogParser(database.state(1, rank), database.counts(1, rank), database.names)
    database.write(1, rank, parser.feed(text.encode(), time), parser.state)


def test_each_rank_has_its_own_pace(database: RunDatabase) -> None:
    for second in range(30):
        say(database, 0, f"step={second * 4} loss=0.5\n", float(second))
        say(database, 2, f"step={second} loss=0.5\n", float(second))
    assert database.rates(1) == {0: pytest.approx(4.0), 2: pytest.approx(1.0)}


def test_what_lies_further_back_than_a_minute_does_not_count(database: RunDatabase) -> None:
    for second in range(200):
        say(database, 0, f"step={second * 100 if second < 140 else 13_761 + second} loss=0.5\n", float(second))
    assert database.rates(1) == {0: pytest.approx(1.0)}


def test_a_rank_that_has_been_silent_for_a_minute_has_no_pace(database: RunDatabase) -> None:
    for second in range(3):
        say(database, 0, f"step={second} loss=0.5\n", float(second))
    for second in range(100):
        say(database, 1, f"step={second} loss=0.5\n", float(second))
    assert set(database.rates(1)) == {1}


def test_where_all_have_been_silent_for_a_minute_nobody_has_a_pace(database: RunDatabase) -> None:
    for second in range(30):
        say(database, 0, f"step={second} loss=0.5\n", float(second))
    database.add_samples([Sample(60.0, 1, 0, 0.0, 1)])
    assert database.rates(1) == {0: pytest.approx(1.0)}
    database.add_samples([Sample(91.0, 1, 0, 0.0, 1)])
    assert database.rates(1) == {}


def test_of_one_point_and_of_counts_that_begin_anew_nobody_knows_the_pace(database: RunDatabase) -> None:
    say(database, 0, "step=1 loss=0.5\n", 1.0)
    for second, step in enumerate([5, 9, 2]):
        say(database, 1, f"step={step} loss=0.5\n", float(second))
    assert database.rates(1) == {}


def test_the_metric_with_the_most_points_tells_the_pace(database: RunDatabase) -> None:
    for second in range(20):
        say(database, 0, f"step={second * 10} loss=0.5\n", float(second))
        if second % 10 == 0:
            say(database, 0, f"epoch={second // 10} accuracy=0.5\n", float(second))
    assert database.rates(1) == {0: pytest.approx(10.0)}
