"""Splitting, without a process: exact, whatever came before."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlops.domain import observed
from jupyter_mlops.serving.router import watch
from jupyter_mlops.serving.router.routes import Asked, NoRoute, Revision, Routes, parsed


def routes(percent: int) -> Routes:
    stable, canary = Revision(3, "digits", 3, [], True), Revision(4, "digits", 4, [], True)
    return Routes({3: stable, 4: canary}, stable=3, canary=4, percent=percent)


@given(percent=st.integers(0, 100), before=st.integers(0, 250))
def test_any_hundred_requests_have_exactly_the_percent(percent: int, before: int):
    split = routes(percent)
    asked = Asked(b"/v2/models/digits/infer")
    chosen = [split.choose(asked, "digits", 0, True) for _ in range(before + 100)]
    assert sum(one is split.canary for one in chosen[before:]) == percent


@given(percent=st.integers(1, 99))
def test_the_canary_comes_as_evenly_as_can_be(percent: int):
    split = routes(percent)
    asked = Asked(b"/v2/models/digits/infer")
    places = [at for at in range(1000) if split.choose(asked, "digits", 0, True) is split.canary]
    gaps = {later - earlier for earlier, later in itertools.pairwise(places)}
    assert max(gaps) - min(gaps) <= 1


@pytest.mark.parametrize(
    ("path", "model", "version", "waits"),
    [
        (b"/v2/models/digits/infer", "digits", 0, True),
        (b"/v2/models/digits/versions/4/infer", "digits", 4, True),
        (b"/v2/models/digits/versions/4", "digits", 4, True),
        (b"/v2/models/digits/versions/four/infer", "digits", 0, True),
        (b"/v1/models/digits:predict", "digits", 0, True),
        (b"/v1/models/digits/versions/12:predict", "digits", 12, True),
        (b"/v2/models/digits/versions/4/ready", "digits", 4, False),
        (b"/v2/health/ready", "", 0, False),
        (b"/docs?x=/ready", "", 0, True),
    ],
)
def test_a_path_says_who_is_to_answer(path: bytes, model: str, version: int, waits: bool):
    asked = Asked(path)
    assert (asked.model, asked.version, asked.waits) == (model, version, waits)


def test_the_name_in_the_path_decides_between_two_models():
    stable, canary = Revision(3, "digits", 3, [], True), Revision(4, "forest", 1, [], True)
    split = Routes({3: stable, 4: canary}, stable=3, canary=4, percent=100)
    assert split.choose(Asked(b"/v2/models/front/infer"), "front", 0, True) is canary
    assert split.choose(Asked(b"/v2/models/digits/infer"), "front", 0, True) is stable
    assert split.choose(Asked(b"/v2/models/forest/infer"), "front", 0, True) is canary
    assert split.choose(Asked(b"/v2/models/other/infer"), "front", 0, True) is stable


def test_what_is_not_there_is_said():
    with pytest.raises(NoRoute, match="Revision 9 has no replicas; there is none yet"):
        routes(10).choose(Asked(b"/"), "digits", 9, True)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"revisions": {}, "stable": 3}, "The stable revision 3 is not among the revisions"),
        ({"revisions": {"3": {"replicas": []}}, "stable": 3, "percent": 101}, "101 percent"),
    ],
)
def test_routes_that_make_no_sense_are_refused(told, why: str):
    with pytest.raises(ValueError, match=why):
        parsed(told, lambda path: pytest.fail(path))


def test_the_histogram_is_the_one_that_is_read():
    assert watch.BUCKETS == observed.BUCKETS
