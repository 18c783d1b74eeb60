"""Which rank is slower than the others."""

from __future__ import annotations

import pytest

from jupyter_mlops.domain import stragglers
from jupyter_mlops.domain.stragglers import Straggler, is_news, sentence


def find(rates: dict[int, float], cores: dict[int, float], known: Straggler | None = None) -> object:
    return stragglers.find(rates, cores, known)


def test_a_rank_whose_steps_take_longer_is_found() -> None:
    assert find({0: 10.0, 1: 10.4, 2: 5.0, 3: 9.8}, {}) == (2, pytest.approx(2.0))


def test_ranks_that_differ_little_are_fine() -> None:
    assert find({0: 10.0, 1: 8.0, 2: 7.0}, {}) is None


def test_one_fast_rank_is_no_slow_others() -> None:
    assert find({0: 10.0, 1: 10.0, 2: 40.0}, {}) is None


def test_one_of_two_ranks_is_compared_with_the_other() -> None:
    assert find({0: 9.0, 1: 5.0}, {}) == (1, pytest.approx(1.8))


def test_one_rank_alone_is_no_straggler() -> None:
    assert find({0: 1.0}, {0: 1.0}) is None


def test_where_all_wait_for_the_slowest_it_is_the_one_that_works() -> None:
    in_step = {0: 5.0, 1: 5.0, 2: 5.1}
    assert find(in_step, {0: 0.5, 1: 0.9, 2: 0.5}) == (1, pytest.approx(1.8))
    assert find(in_step, {0: 0.8, 1: 0.9, 2: 0.8}) is None


def test_in_step_a_little_more_of_nearly_nothing_is_no_work() -> None:
    assert find({0: 5.0, 1: 5.0}, {0: 0.01, 1: 0.1}) is None


def test_in_step_nothing_is_said_of_ranks_whose_work_is_not_known() -> None:
    assert find({0: 5.0, 1: 5.0}, {1: 1.0}) is None


def test_it_stays_until_it_is_clearly_over() -> None:
    rates = {0: 10.0, 1: 7.2}
    assert find(rates, {}) is None
    assert find(rates, {}, Straggler(1, 1.6)) == (1, pytest.approx(1.39, abs=0.01))
    assert find(rates, {}, Straggler(0, 1.6)) is None
    assert find({0: 10.0, 1: 9.0}, {}, Straggler(1, 1.6)) is None


def test_news_is_another_rank_or_another_ratio() -> None:
    known = Straggler(3, 2.0)
    assert not is_news(None, None)
    assert is_news(known, None)
    assert is_news(None, known)
    assert is_news(Straggler(2, 2.0), known)
    assert is_news(Straggler(3, 3.0), known)
    assert not is_news(Straggler(3, 2.2), known)


def test_the_sentence_names_rank_and_ratio() -> None:
    assert sentence(3, 1.8, 4) == "Rank 3 is 1.8 times slower than the others."
    assert sentence(1, 12.4, 2) == "Rank 1 is 12 times slower than the other."
