"""The parser: whatever the bytes and however they are cut, the same points, records and offset."""

from __future__ import annotations

import math
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlops.domain.metrics import LONGEST_LINE, LONGEST_NAME, MOST_NAMES, LogParser, LogState, Names, Point
from jupyter_mlops.domain.records import LONGEST_RECORD, LogRecord
from jupyter_mlops.domain.runs import CellError, Made, Progress

LOGS = Path(__file__).parents[1] / "fixtures" / "logs"
REPORT = b'\x1e{"report":{"step":3,"loss":0.2},"rank":0,"time":17.5}\n'


def read(data: bytes, sizes: list[int] | None = None, *, resume: bool = False) -> tuple[object, ...]:
    """Return all that a log comes to, read in pieces of ``sizes`` bytes; with ``resume`` by a new parser for each."""
    points: list[Point] = []
    records, progress = [], None
    parser = LogParser()
    sizes = list(sizes or [len(data)])
    while parser.position < len(data):
        size = sizes.pop(0) if sizes else len(data)
        batch = parser.feed(data[parser.position : parser.position + size], 0.0)
        points += batch.points()
        records += batch.records
        assert batch.offset == parser.state.offset
        progress = parser.progress()
        if resume and sizes:
            counts: dict[str, int] = {}
            for point in points:
                counts[point.name] = counts.get(point.name, 0) + 1
            state = msgspec.json.decode(msgspec.json.encode(parser.state), type=LogState)
            parser = LogParser(state, counts, Names(parser.names.known))
            # A new parser sees again what was not done with, and must get past it.
            sizes[0] += size
    # Points of one name are in order; how names alternate depends on the pieces.
    points.sort(key=lambda point: (point.name, point.number))
    return [tuple(map(repr, point)) for point in points], records, parser.state.offset, progress


PIECES = st.sampled_from(
    [
        REPORT,
        REPORT[:-1],
        b'\x1e{"report":{"loss":"nan"},"rank":0,"time":1}\n',
        b'\x1e{"cell":"started","rank":0,"time":1.5}\n',
        b'\x1e{"note":"One.","rank":0,"time":1.5}\n',
        b'\x1e{"broken":\n',
        b"\x1e",
        b"loss=0.5\n",
        b"step=7, acc: 93%\r\n",
        "précision=0.25 損失=1\n".encode(),
        b"epoch 4/6 loss 0.1432\r",
        "\r 45%|████▌     | 45/100 [00:12<00:15,  3.60it/s, loss=0.5]".encode(),
        b"12/60 [=====>.....] - loss: 0.69\r",
        b"Epoch 2/3\n",
        b"\r",
        b"\n",
        b"\r\n",
        b" ",
        b"\x08\x08",
        b"\x1b[A",
        b"\xff\xfe",
        b"Traceback (most recent call last):\n",
        b"  x=1\n",
        b"epoch     train_loss  valid_loss\n0         1.25  0.5\n",
        b"x" * 30_000,
        b"y=1\r" + b"z" * 40_000,
    ]
)


@given(st.lists(PIECES, max_size=25).map(b"".join), st.lists(st.integers(1, 70_000), max_size=12))
def test_any_split_of_the_bytes_gives_the_same(data: bytes, sizes: list[int]) -> None:
    assert read(data, sizes) == read(data)


@given(st.lists(PIECES, max_size=25).map(b"".join), st.lists(st.integers(1, 70_000), max_size=8))
def test_a_parser_that_begins_at_the_offset_goes_on_exactly(data: bytes, sizes: list[int]) -> None:
    assert read(data, sizes, resume=True)[:3] == read(data)[:3]


@pytest.mark.parametrize("path", sorted(LOGS.rglob("*.log")), ids=lambda path: path.stem)
def test_recorded_output_can_be_split_anywhere(path: Path) -> None:
    data = path.read_bytes()
    whole = read(data)
    assert read(data, [1] * len(data)) == whole
    for size in (2, 3, 7, 64, 1000):
        assert read(data, [size] * len(data)) == whole
    assert read(data, [50] * len(data), resume=True)[:3] == whole[:3]


@given(st.binary(max_size=300), st.lists(st.integers(1, 50), max_size=12))
def test_arbitrary_bytes_are_survived(data: bytes, sizes: list[int]) -> None:
    assert read(data, sizes) == read(data)


def points_of(data: bytes) -> list[tuple[str, str, float, float]]:
    return [(p.name, p.axis, p.step, p.value) for p in LogParser().feed(data, 9.0).points()]


def test_a_report_has_its_own_time_and_a_print_that_of_the_reading() -> None:
    points = list(LogParser().feed(REPORT + b"acc=1\n", 9.0).points())
    assert [(p.name, p.time) for p in points] == [("loss", 17.5), ("acc", 9.0)]


def test_a_report_may_stand_in_the_middle_of_a_line() -> None:
    assert points_of(b"lo" + REPORT + b"ss=0" + REPORT + b".75\n") == [
        ("loss", "step", 3, 0.2),
        ("loss", "step", 3, 0.2),
        ("loss", "step", 3, 0.75),
    ]


def test_values_that_are_not_finite_travel_as_strings() -> None:
    data = b'\x1e{"report":{"a":"nan","b":"-inf","c":"Infinity","d":true,"e":"x","f":null},"rank":0,"time":1.0}\n'
    values = {name: value for name, _, _, value in points_of(data)}
    assert math.isnan(values.pop("a"))
    assert values == {"b": -math.inf, "c": math.inf, "d": 1.0}


def test_foreign_json_behind_a_separator_is_ordinary_text() -> None:
    assert points_of(b'\x1e{"foreign":1}\n\x1e loss=0.5\n\x1e{"report":{"loss":\n') == [("loss", "step", 1, 0.5)]


def test_a_record_that_a_killed_process_left_unfinished_does_not_spoil_the_next() -> None:
    assert points_of(b'\x1e{"report":{"step":2,"lo' + REPORT) == [("loss", "step", 3, 0.2)]


def test_without_an_axis_the_points_of_a_name_are_counted() -> None:
    assert points_of(b"loss=5\nacc=1\nloss=4\n" + REPORT + b"loss=3\n") == [
        ("loss", "step", 1, 5),
        ("loss", "step", 2, 4),
        ("loss", "step", 3, 0.2),
        ("loss", "step", 4, 3),
        ("acc", "step", 1, 1),
    ]


def test_axes_of_a_report_are_no_metrics_and_the_finest_counts() -> None:
    data = b'\x1e{"report":{"epoch":1,"global_step":30,"step":2,"iteration":4,"loss":1},"rank":0,"time":1.0}\n'
    assert points_of(data) == [("loss", "global_step", 30, 1)]


def test_control_records_come_out_as_what_they_are() -> None:
    data = (
        b'\x1e{"cell":"started","rank":0,"time":1.5}\n'
        b'\x1e{"error":{"type":"ValueError","message":"no","line":3},"rank":0,"time":2.5}\n'
        b'\x1e{"made":[{"name":"model","type":"Net"}],"rank":0,"time":3.5}\n'
        b'\x1e{"made":[],"rank":0,"time":3.5}\n'
        b'\x1e{"note":"One.","rank":0,"time":4.5}\n'
    )
    assert LogParser().feed(data, 0.0).records == [
        LogRecord(time=1.5, cell="started"),
        LogRecord(time=2.5, error=CellError("ValueError", "no", 3)),
        LogRecord(time=3.5, made=[Made("model", "Net")]),
        LogRecord(time=3.5, made=[]),
        LogRecord(time=4.5, note="One."),
    ]


def test_what_stands_when_the_line_feed_comes_gives_the_points() -> None:
    assert points_of(b"loss=3\rloss=2\rloss=1\r\n") == [("loss", "step", 1, 1)]


def test_text_that_a_carriage_return_ends_only_moves_progress() -> None:
    parser = LogParser()
    batch = parser.feed("\r 3%|▎ | 3/100 [00:01<00:30, 3.0it/s, loss=1]\r 4%|▍ | 4/100 [00:01<".encode(), 0.0)
    assert not list(batch.points())
    assert batch.offset == 0
    assert parser.progress() == Progress(3, 100, "", "3%|▎ | 3/100 [00:01<00:30, 3.0it/s, loss=1]")


def test_a_step_without_an_end_does_not_hide_a_bar() -> None:
    parser = LogParser()
    parser.feed(b"Epoch 2/5\n" + REPORT, 0.0)
    assert parser.progress() == Progress(1, 5, "epoch", "Epoch 2/5")


def test_reports_alone_say_where_they_are() -> None:
    parser = LogParser()
    parser.feed(REPORT, 0.0)
    assert parser.progress() == Progress(3, None, "step")


def test_a_run_has_a_bounded_number_of_names() -> None:
    names = Names()
    first, second = LogParser(names=names), LogParser(names=names)
    data = b"".join(b"m%d=1\n" % number for number in range(MOST_NAMES + 50))
    assert len(list(first.feed(data, 0.0).points())) == MOST_NAMES
    assert names.full
    assert [p.name for p in second.feed(b"m3=1\nother=1\n", 0.0).points()] == ["m3"]


def test_names_that_cannot_be_shown_are_no_names() -> None:
    long, odd = "n" * (LONGEST_NAME + 1), "a\\nb"
    assert not points_of(f'\x1e{{"report":{{"{long}":1,"{odd}":1,"":1}},"rank":0,"time":1.0}}\n'.encode())


def test_a_line_that_is_too_long_commits_at_its_last_carriage_return() -> None:
    parser = LogParser()
    data = b"x" * 100 + b"\r" + b"y" * (LONGEST_LINE - 200) + b"\rloss=0.5"
    assert parser.feed(data + b" " * 50, 0.0).offset == 0
    assert parser.feed(b" " * 200, 0.0).offset == len(data) - len(b"loss=0.5")
    assert [p.value for p in parser.feed(b"\n", 0.0).points()] == [0.5]


def test_a_line_that_is_too_long_and_has_no_carriage_return_gives_nothing() -> None:
    parser = LogParser()
    assert parser.feed(b"x" * (3 * LONGEST_LINE), 0.0).offset == 2 * LONGEST_LINE
    assert [p.value for p in parser.feed(b" loss=1\nloss=2\n", 0.0).points()] == [2]


def test_records_may_be_longer_than_lines() -> None:
    long = b'\x1e{"note":"' + b"n" * (3 * LONGEST_LINE) + b'","rank":0,"time":1.0}\n'
    assert len(LogParser().feed(b"text" + long, 0.0).records) == 1
    endless = b"\x1e" + b"n" * (2 * LONGEST_RECORD)
    parser = LogParser()
    parser.feed(endless, 0.0)
    assert len(endless) - parser.state.offset <= LONGEST_RECORD


def test_bytes_that_are_gone_take_only_their_own_line_with_them() -> None:
    parser = LogParser()
    data = b"loss=1\nlos"
    parser.feed(data, 0.0)
    parser.skip(1000)
    assert parser.position == len(data) + 1000
    assert [p.value for p in parser.feed(b"9\nloss=2\n", 0.0).points()] == [2]
