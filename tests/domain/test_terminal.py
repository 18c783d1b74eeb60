"""A log as a terminal would show it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlops.domain.terminal import SCREEN, fold, tail

FIXTURES = Path(__file__).parents[1] / "fixtures"
LOGS = FIXTURES / "logs"
# The browser folds logs as well: its tests read the same cases.
CASES: list[dict[str, Any]] = json.loads((FIXTURES / "terminal.json").read_text())
COLOUR = re.compile(r"\x1b\[[0-9;:]*m")
REPORT = b'\x1e{"report":{"loss":0.2},"rank":0,"time":1.5}\n'


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_it_shows_what_the_browser_shows(case: dict[str, Any]) -> None:
    assert fold(case["text"].encode()) == case["lines"]


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"caf\xc3\xa9 \xff\xc3", ["café \ufffd\ufffd"]),
        (b"text " + REPORT + b"goes on\n" + REPORT + b"end", ["text goes on", "end"]),
        (b'\x1e{"foreign":1}\n', ['{"foreign":1}']),
        (b'before\x1e{"report":{"lo', ["before"]),
    ],
)
def test_it_shows(data: bytes, lines: list[str]) -> None:
    assert fold(data) == lines


def test_nested_bars_end_as_they_do_on_a_screen() -> None:
    lines = [line.rstrip() for line in fold((LOGS / "tqdm_nested.log").read_bytes())]
    assert [line[:11] for line in lines if line] == ["train: 100%", "read: 5.00M"]


@pytest.mark.parametrize("name", ["keras2", "keras3", "keras3_terminal"])
def test_a_keras_bar_is_one_line_an_epoch(name: str) -> None:
    lines = [COLOUR.sub("", line) for line in fold((LOGS / f"{name}.log").read_bytes())]
    bars = [line for line in lines if line.startswith("60/60 ") and "val_loss" in line]
    assert len(bars) == sum(line.startswith("Epoch ") and "/" in line for line in lines)


def test_the_tail_is_the_end_of_the_whole() -> None:
    data = b"".join(b"line %d\n" % number for number in range(1000))
    assert tail(data, 3) == ["line 997", "line 998", "line 999"]
    assert tail(data, 0) == []


def test_the_tail_of_a_huge_log_looks_at_its_end_only() -> None:
    data = "é".encode() * 2_000_000 + b"\nlast\n"
    assert tail(data, 5) == ["last"]


def test_lines_that_left_the_screen_stay_as_they_are() -> None:
    data = b"".join(b"\x1b[mline %d\n" % number for number in range(5 * SCREEN)) + b"\x1b[9999Ax"
    lines = fold(data)
    assert len(lines) == 5 * SCREEN
    assert lines[0] == "line 0"
    assert sum(line.startswith("x") for line in lines) == 1


@given(
    st.lists(
        st.sampled_from(
            [
                b"abc",
                b"\n",
                b"\r",
                b"\b",
                b"\x1b[A",
                b"\x1b[3B",
                b"\x1b[K",
                b"\x1b[1K",
                b"\x1b[2K",
                b"\x1b[J",
                b"\x1b[9G",
                b"\x1b[500C",
                b"\x1b[31m",
                b"\x1b[m",
                b"\x1b",
                b"\x1b[",
                REPORT,
                b"\x1e",
                b"\xe2\x96",
                b"\x88",
            ]
        )
    )
)
def test_whatever_the_bytes_only_colours_are_left(pieces: list[bytes]) -> None:
    for line in fold(b"".join(pieces)):
        assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]", COLOUR.sub("", line))


@given(st.binary(max_size=500))
def test_arbitrary_bytes_are_shown_somehow(data: bytes) -> None:
    shown = fold(data)
    assert tail(data, 2) == shown[-2:]


@pytest.mark.parametrize(
    "unit",
    [b"\x1b[99999Cx", b"\x1b]", b"\x1b[", b"\x1bP", b"\x1e", b"x\r", b"\b", b"\n\x1b[A", b"\x1b[1mx", b"\n", b"\x1e{"],
)
def test_hostile_bytes_are_read_quickly_and_do_not_grow(unit: bytes) -> None:
    data = (unit * 200_000)[:200_000]
    before = process_time()
    shown = fold(data)
    assert process_time() - before < 2
    assert sum(map(len, shown)) <= 5 * len(data)


def test_a_long_line_and_a_cursor_that_wanders_do_not_multiply() -> None:
    data = b"\n" * 150 + b"\x1b[140A" + b"x" * 100_000 + b"\x1b[By" * 140
    assert sum(map(len, fold(data))) < 3 * len(data)
