"""When a run is said to hang."""

from __future__ import annotations

from jupyter_mlops.domain.hangs import Demand, Quiet


def quiet_for(seconds: float, *rates: float, pause: float = 1.0) -> Quiet:
    """A run that has been silent from 0 on, whose rank has used so many cores in each second."""
    quiet, used = Quiet(seconds, 0.0), 0.0
    quiet.add(0.0, {0: Demand(0.0)})
    for number, rate in enumerate(rates, 1):
        used += rate * pause
        quiet.add(number * pause, {0: Demand(used)})
    return quiet


def test_silent_and_idle_for_long_enough_hangs() -> None:
    quiet = quiet_for(10, *[0.001] * 10)
    assert quiet.is_hanging(10.0)


def test_not_before_its_time() -> None:
    assert not quiet_for(10, *[0.0] * 9).is_hanging(9.9)


def test_who_computes_in_silence_does_not_hang() -> None:
    assert not quiet_for(10, *[0.5] * 30).is_hanging(30.0)


def test_what_was_computed_before_the_last_seconds_does_not_count() -> None:
    assert not quiet_for(10, *[1.0] * 20, *[0.0] * 9).is_hanging(29.0)
    assert quiet_for(10, *[1.0] * 20, *[0.0] * 10).is_hanging(30.0)


def test_a_word_of_any_rank_begins_the_time_anew() -> None:
    quiet = quiet_for(10, *[0.0] * 10)
    quiet.heard(10.0)
    assert not quiet.is_hanging(10.0)
    quiet.add(15.0, {0: Demand(0.0)})
    quiet.add(21.0, {0: Demand(0.0)})
    assert not quiet.is_hanging(21.0)
    quiet.add(25.0, {0: Demand(0.0)})
    assert quiet.is_hanging(25.0)


def test_one_rank_that_works_is_enough() -> None:
    quiet = Quiet(10, 0.0)
    quiet.add(0.0, {0: Demand(0.0), 1: Demand(0.0)})
    quiet.add(10.0, {0: Demand(0.0), 1: Demand(3.0)})
    assert not quiet.is_hanging(10.0)


def test_ranks_that_wake_now_and_then_are_idle() -> None:
    assert quiet_for(10, *[0.01] * 10).is_hanging(10.0)


def test_who_goes_on_computing_hangs_no_more() -> None:
    quiet = quiet_for(10, *[0.0] * 10)
    quiet.add(11.0, {0: Demand(1.0)})
    assert not quiet.is_hanging(11.0)


def test_who_would_compute_but_gets_no_core_does_not_hang() -> None:
    quiet = Quiet(10, 0.0)
    quiet.add(0.0, {0: Demand(0.0, 5.0)})
    quiet.add(10.0, {0: Demand(0.05, 14.0)})
    assert not quiet.is_hanging(10.0)
    quiet.add(20.0, {0: Demand(0.1, 14.5)})
    assert quiet.is_hanging(20.0)
