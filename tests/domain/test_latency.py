from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlops.domain.latency import added, exact_quantile, histogram, quantile
from jupyter_mlops.domain.observed import BUCKETS

TIMES = st.lists(st.floats(0, 9999), min_size=1, max_size=200)


@given(TIMES, st.sampled_from([0.5, 0.95, 0.99]))
def test_a_quantile_lies_in_the_bucket_of_the_exact_one(times, share):
    found = quantile(histogram(times), share)
    exact = float(np.quantile(times, share, method="inverted_cdf"))
    bounds = [0.0, *BUCKETS]
    at = next(at for at, bound in enumerate(BUCKETS) if exact <= bound)
    assert found is not None
    assert bounds[at] <= found <= bounds[at + 1]


def test_requests_of_one_bucket_lie_evenly_between_its_bounds():
    counts = histogram([12.0] * 100)
    assert quantile(counts, 0.5) == 12.5
    assert quantile(counts, 1.0) == 15


def test_what_is_slower_than_the_last_bound_is_told_as_that():
    assert quantile(histogram([60_000.0]), 0.5) == 10_000


def test_no_requests_have_no_quantile():
    assert quantile([], 0.5) is None
    assert quantile(histogram([]), 0.5) is None
    assert exact_quantile([], 0.5) is None


@given(TIMES, TIMES)
def test_histograms_add_up(one, other):
    assert added(histogram(one), histogram(other)) == histogram([*one, *other])
    assert added([], histogram(one)) == histogram(one)


@given(TIMES, st.floats(0, 1))
def test_an_exact_quantile_is_numpys(times, share):
    assert exact_quantile(times, share) == pytest.approx(float(np.quantile(times, share)), abs=1e-3)
