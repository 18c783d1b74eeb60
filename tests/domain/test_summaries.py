"""What is kept of a metric does not depend on how its points came."""

from __future__ import annotations

import math

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlops import wire
from jupyter_mlops.domain.metrics import Column
from jupyter_mlops.domain.runs import MetricSummary
from jupyter_mlops.domain.summaries import MOST_RECENT, Summary

VALUES = st.lists(st.floats(allow_nan=True, allow_infinity=True, width=32), min_size=1, max_size=400)


def summary_of(values: list[float], sizes: list[int]) -> Summary:
    summary, at = Summary(), 0
    for size in [*sizes, len(values)]:
        piece = values[at : at + size]
        if piece:
            column = Column("loss", "step", at)
            column.values, column.steps = piece, [float(at + number) for number in range(len(piece))]
            summary.add(column)
            at += size
    return summary


@given(VALUES, st.lists(st.integers(1, 90), max_size=8))
def test_batches_make_no_difference(values: list[float], sizes: list[int]) -> None:
    assert summary_of(values, sizes).shown() == summary_of(values, []).shown()


@given(VALUES)
def test_extremes_are_those_of_the_numbers(values: list[float]) -> None:
    shown = summary_of(values, [3, 5]).shown()
    numbers = [value for value in values if not math.isnan(value)]
    if numbers:
        assert (float(shown.min), float(shown.max)) == (min(numbers), max(numbers))
        assert values[int(shown.min_step)] == min(numbers)
        assert values[int(shown.max_step)] == max(numbers)
    else:
        assert (shown.min, shown.max) == ("NaN", "NaN")
    assert shown.count == len(values)


@given(VALUES)
def test_it_survives_json(values: list[float]) -> None:
    shown = summary_of(values, []).shown()
    assert wire.decode(wire.encode(shown), MetricSummary) == shown
    assert math.isnan(float(shown.last)) == math.isnan(values[-1])


def test_a_sparkline_is_short_even_and_ends_at_the_last_value() -> None:
    shown = summary_of([float(number) for number in range(10_000)], [7] * 900).shown()
    assert MOST_RECENT / 2 <= len(shown.recent) <= MOST_RECENT + 1
    assert (shown.recent[0], shown.recent[-1]) == (0.0, 9999.0)
    assert len({second - first for first, second in zip(shown.recent[:-1], shown.recent[1:-1], strict=False)}) == 1


def test_a_summary_equals_itself_even_if_it_is_not_a_number() -> None:
    first, second = summary_of([math.nan], []).shown(), summary_of([math.nan], []).shown()
    assert first == second
    assert msgspec.json.encode(first) == msgspec.json.encode(second)
