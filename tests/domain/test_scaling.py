"""How many replicas are wanted."""

from __future__ import annotations

from jupyter_mlops.domain.scaling import Scaler


def after(scaler: Scaler, looks: list[tuple[float, int]], wanted: int, least: int = 1, most: int = 4) -> int:
    for now, in_flight in looks:
        wanted = scaler.decide(now, in_flight, wanted, least, most)
    return wanted


def test_one_look_at_many_requests_changes_nothing() -> None:
    assert after(Scaler(), [(0, 0), (1, 40), (2, 0)], 1) == 1


def test_two_looks_at_many_requests_bring_as_many_replicas_as_are_needed() -> None:
    assert after(Scaler(), [(0, 9), (1, 9)], 1) == 3


def test_never_more_than_the_most_are_wanted() -> None:
    assert after(Scaler(), [(0, 99), (1, 99)], 1) == 4


def test_after_a_calm_time_as_many_stay_as_its_busiest_moment_needed() -> None:
    scaler = Scaler(calm_seconds=10)
    looks = [(float(now), 7 if now == 5 else 0) for now in range(11)]
    assert after(scaler, looks[:9], 4) == 4
    assert after(scaler, looks[9:], 4) == 2


def test_never_fewer_than_the_least_are_wanted() -> None:
    assert after(Scaler(calm_seconds=1), [(float(now), 0) for now in range(9)], 4, least=2) == 2


def test_what_is_needed_again_and_again_stays() -> None:
    looks = [(float(now), 9 if now % 5 == 0 else 0) for now in range(60)]
    assert after(Scaler(calm_seconds=10), looks, 3) == 3
