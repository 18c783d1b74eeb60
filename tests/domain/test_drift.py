from __future__ import annotations

import math
from bisect import bisect_right

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlops.domain.drift import Counted, drift_of, moved_columns, noise, psi
from jupyter_mlops.domain.profiles import ColumnProfile, Profile

COUNTS = st.lists(st.integers(0, 500), min_size=2, max_size=12)


def profile_of(values, name="petal_width", missing=0):
    """Return a column's profile as registering makes it: deciles of the training data."""
    edges = sorted({float(edge) for edge in np.quantile(values, np.arange(1, 10) / 10)})
    low, high = float(np.min(values)), float(np.max(values))
    return ColumnProfile(name, "number", counted(values, edges), edges, missing=missing, low=low, high=high)


def counted(values, edges):
    counts = [0] * (len(edges) + 1)
    for value in values:
        counts[bisect_right(edges, value)] += 1
    return counts


def told(columns, counts, rows=1000):
    profile = Profile(1000, columns, "X_train, 1,000 rows")
    return drift_of(profile, 3, rows, 5.0, {name: Counted(*each) for name, each in counts.items()})


@given(COUNTS)
def test_the_same_counts_have_an_index_of_zero(counts):
    assert psi(counts, counts) == pytest.approx(0)


@given(COUNTS, st.data())
def test_the_index_is_finite_never_below_zero_and_the_same_both_ways(then, data):
    now = data.draw(st.lists(st.integers(0, 500), min_size=len(then), max_size=len(then)))
    assert math.isfinite(psi(then, now))
    assert psi(then, now) >= 0
    assert psi(then, now) == pytest.approx(psi(now, then))


def test_the_index_is_what_its_formula_says():
    then, now = [5000, 5000], [7000, 3000]
    assert psi(then, now) == pytest.approx(0.2 * math.log(0.7 / 0.5) - 0.2 * math.log(0.3 / 0.5), rel=1e-3)


@pytest.mark.parametrize("rows", [50, 200, 2000])
def test_rows_of_the_training_distribution_hardly_ever_look_moved(rows):
    random = np.random.default_rng(7)
    column = profile_of(random.normal(size=2000))
    indexes = [psi(column.counts, counted(random.normal(size=rows), column.edges)) for _ in range(400)]
    limit = noise(column.counts, counted(random.normal(size=rows), column.edges))
    assert sum(index > limit for index in indexes) <= 4
    assert limit < 4 * max(indexes)


def test_a_number_that_moved_is_told_by_its_median():
    random = np.random.default_rng(1)
    then = random.normal(1.3, 0.5, 1000)
    column = profile_of(then)
    drift = told([column], {"petal_width": (counted(then + 0.8, column.edges), 0)})

    assert drift.columns[0].verdict == "moved"
    assert drift.columns[0].psi > 0.2
    assert drift.sentence.startswith("`petal_width` has moved: its median was 1.28 and is over 1.87 now (PSI 2.")
    assert moved_columns(drift.columns) == ["petal_width"]
    assert (drift.revision, drift.source, drift.rows, drift.since) == (3, "X_train, 1,000 rows", 1000, 5.0)


def test_a_median_between_the_bins_is_read_off_them():
    column = ColumnProfile("x", "number", [100, 100, 100, 100], [1.0, 2.0, 3.0], low=0.0, high=4.0)
    drift = told([column], {"x": ([10, 40, 300, 50], 0)})
    assert drift.sentence.startswith("`x` has moved: its median was 2 and is 2.5 now (PSI 1.27).")


def test_a_spread_that_changed_is_told_by_the_bin_that_changed_most():
    column = ColumnProfile("x", "number", [100, 100, 100, 100], [1.0, 2.0, 3.0], low=0.0, high=4.0)
    drift = told([column], {"x": ([190, 10, 10, 190], 0)})
    assert "`x` has moved: 25\u202f% of the rows were between 1 and 2, and 2\u202f% are now (PSI" in drift.sentence


def test_a_category_is_told_by_the_value_that_changed_most():
    column = ColumnProfile("color", "category", [500, 300, 200], values=["red", "blue"])
    drift = told([column], {"color": ([100, 800, 100], 0)})
    assert drift.sentence == (
        "`color` has moved: 'red' was in 50\u202f% of the rows, and is in 10\u202f% now (PSI 1.20)."
    )
    others = told([column], {"color": ([300, 200, 500], 0)})
    assert "none of the usual values was in 20\u202f% of the rows, and is in 50\u202f% now" in others.sentence


def test_values_that_are_missing_now_are_told_as_missing():
    column = profile_of(np.arange(1000.0), "age", missing=5)
    drift = told([column], {"age": ([60] * 10, 400)})
    assert drift.sentence.startswith(
        "`age` has moved: 0.5\u202f% of the rows had no value, and 40\u202f% have none now (PSI"
    )


def test_those_that_moved_most_come_first_and_the_others_are_named():
    random = np.random.default_rng(2)
    columns = [profile_of(random.normal(size=1000), name) for name in "abcde"]
    counts = {
        column.name: (counted(random.normal(0.4 * at, 1, 1000), column.edges), 0) for at, column in enumerate(columns)
    }
    drift = told(columns, counts)

    assert [column.name for column in drift.columns[:3]] == ["e", "d", "c"]
    assert drift.columns[-1].verdict == "steady"
    assert drift.sentence.startswith("`e` has moved: ")
    assert drift.sentence.endswith("; so have `d`, `c` and 1 more.")


def test_few_rows_say_nothing_unless_they_are_quite_different():
    column = profile_of(np.random.default_rng(3).normal(size=1000))
    few = told([column], {"petal_width": (counted([0.1] * 5, column.edges), 0)}, rows=5)
    unsure = told([column], {"petal_width": ([3, 1, 3, 2, 5, 2, 3, 3, 4, 4], 0)}, rows=30)
    far = told([column], {"petal_width": ([0] * 9 + [30], 0)}, rows=30)

    assert (few.columns[0].psi, few.columns[0].verdict) == (None, "few")
    assert few.sentence == "5 rows are too few to tell whether the input has moved."
    assert unsure.columns[0].verdict == "few"
    assert far.columns[0].verdict == "moved"


def test_what_looks_like_the_training_data_is_said_to():
    column = profile_of(np.random.default_rng(3).normal(size=1000))
    drift = told([column], {"petal_width": ([100] * 10, 0)})
    assert drift.sentence == "The input looks like the training data."
    assert drift.columns[0].verdict == "steady"
    assert drift.columns[0].then == drift.columns[0].now == [0.1] * 10 + [0.0]


def test_a_column_that_is_not_there_or_has_other_bins_is_passed_over():
    columns = [profile_of(np.arange(100.0), "a"), profile_of(np.arange(100.0), "b")]
    drift = told(columns, {"a": ([1, 2], 0), "c": ([100], 0)})
    assert drift.columns == []
    assert drift.sentence == "No rows of requests were counted in the last hour."


def test_without_a_profile_it_is_said_how_to_have_one():
    assert told([], {}).sentence == (
        "The training data has no profile, so nothing can be said about drift; register with --data X_train."
    )
