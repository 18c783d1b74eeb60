from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlops.domain import units
from jupyter_mlops.domain.errors import InvalidOption

THIN = "\u202f"
CASES = json.loads((Path(__file__).parents[1] / "fixtures" / "format.json").read_text("utf-8"))
"""What the browser's tests read as well."""


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0), ("1234", 1234), ("500MB", 500_000_000), ("4 GB", 4_000_000_000), ("2GiB", 2 << 30), ("2gib", 2 << 30),
        (" 1.5 KiB ", 1536), ("3k", 3000), ("3Ki", 3072), ("1.5G", 1_500_000_000), (".5MB", 500_000), ("7B", 7),
        ("9007199254740993", 9007199254740993),
    ],
)  # fmt: skip
def test_sizes_are_understood(text, size):
    assert units.parse_size(text) == size


@pytest.mark.parametrize("text", ["", "GB", "-1", "1 XB", "1 2", "1e9", "nan", "inf", "1,5GB", "٣GB"])
def test_what_is_no_size_is_refused_in_one_sentence(text):
    with pytest.raises(InvalidOption, match=r"is not a size; write a number and a unit, such as 500MB or 2GiB\.$"):
        units.parse_size(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30", 30), ("30s", 30), ("5m", 300), ("5 min", 300), ("2h", 7200), ("30d", 2_592_000), ("1h30m", 5400),
     ("1h 30m 5s", 5405), ("1.5h", 5400), ("250ms", 0.25), ("2w", 1_209_600), ("0", 0)],
)  # fmt: skip
def test_durations_are_understood(text, seconds):
    assert units.parse_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "h", "-5m", "5x", "1h30", "30 5m", "inf", "nan", "5m!", "1:30"])
def test_what_is_no_duration_is_refused_in_one_sentence(text):
    with pytest.raises(
        InvalidOption, match=r"is not a duration; write a number and a unit, such as 30s, 5m, 2h or 30d"
    ):
        units.parse_duration(text)


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1_234_567, "1.2 MB"), (9_949_999, "9.9 MB"), (9_960_000, "10 MB"),
     (15_800_000_000, "16 GB"), (999_499, "999 kB"), (999_500, "1.0 MB"), (3e18, "3000 PB")],
)  # fmt: skip
def test_sizes_are_shown(size, text):
    assert units.format_size(size) == text.replace(" ", THIN)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, f"0{THIN}ms"), (-1, f"0{THIN}ms"), (0.031, f"31{THIN}ms"), (0.9996, f"1.0{THIN}s"), (9.44, f"9.4{THIN}s"),
        (9.96, f"10{THIN}s"), (59.4, f"59{THIN}s"), (59.6, f"1{THIN}min"), (108, f"1{THIN}min 48{THIN}s"),
        (61, f"1{THIN}min 01{THIN}s"), (3599.7, f"1{THIN}h"), (7440, f"2{THIN}h 04{THIN}min"),
        (3629, f"1{THIN}h"), (86399, f"1{THIN}d"), (90_000, f"1{THIN}d 01{THIN}h"),
    ],
)  # fmt: skip
def test_durations_are_shown_in_their_two_largest_units(seconds, text):
    assert units.format_duration(seconds) == text


@given(st.floats(0, 1e8))
def test_a_shown_duration_is_close_to_what_it_shows(seconds):
    shown = units.format_duration(seconds).replace(THIN, "").replace(" ", "")
    assert units.parse_duration(shown) == pytest.approx(seconds, rel=0.055, abs=0.0006)


def test_what_is_left_is_in_seconds_under_two_minutes():
    assert units.format_left(119.4) == f"119{THIN}s"
    assert units.format_left(-3) == f"0{THIN}s"
    assert units.format_left(125) == f"2{THIN}min 05{THIN}s"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-5, "0 s"), (59.9, "59 s"), (60, "1 min"), (2099, "34 min"), (3600, "1 h"), (86_399, "23 h"), (172_800, "2 d")],
)
def test_ages_are_shown_in_one_unit(seconds, text):
    assert units.format_age(seconds) == text.replace(" ", THIN)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "\u2013"), (0.0, "0"), (0.98765, "0.988"), (-0.5, "\u22120.500"), (0.0098765, "0.00988"),
        (0.00123, "0.00123"),
        (0.00081, "8.1e\u221204"), (-0.00081, "\u22128.1e\u221204"), (12.3456, "12.346"), (7.0, "7"),
        (85760.0, "85\u202f760"), (85760.5, "85\u202f760.500"), (1.5e12, "1.50e+12"), (0.0099999, "0.010"),
        (float("nan"), "nan"), (float("inf"), "∞"), (float("-inf"), "\u2212∞"),
    ],
)  # fmt: skip
def test_metrics_are_shown(value, text):
    assert units.format_metric(value) == text


def test_thousands_are_set_apart():
    assert units.format_count(85760) == "85\u202f760"
    assert units.format_count(-1234567) == "\u22121\u202f234\u202f567"


@given(st.floats())
def test_any_metric_can_be_shown(value):
    assert len(units.format_metric(value)) <= 20


@pytest.mark.parametrize("kind", CASES)
def test_a_number_is_shown_as_the_browser_shows_it(kind):
    show = getattr(units, f"format_{kind}")
    assert [show(value) for value, _ in CASES[kind]] == [shown for _, shown in CASES[kind]]
