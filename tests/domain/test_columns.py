"""Which columns a comparison has, which vary, and who is best."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlops.cards.metrics import in_order
from jupyter_mlops.domain.columns import columns, identity, ranked, telling, value_of
from jupyter_mlops.domain.comparison import Compared, ComparedColumn
from jupyter_mlops.domain.directions import direction
from jupyter_mlops.domain.runs import MetricSummary, Number, RunRow, State


def run(number: int, params: dict[str, Any] | None = None, metrics: dict[str, Number] | None = None, **more: Any):
    summaries = {name: MetricSummary(last, 1, last, 1, last, 1, 1) for name, last in (metrics or {}).items()}
    row = RunRow(id=f"r{number}", name="digits", params=params or {}, metrics=summaries, created=float(number))
    return Compared(row, **more)


def made(*runs: Compared) -> dict[str, ComparedColumn]:
    return {column.key: column for column in columns(runs, direction, in_order)}


def test_every_parameter_and_metric_of_any_run_has_a_column():
    found = made(run(1, {"lr": 0.1}, {"loss": 1.0}), run(2, {"depth": 3}, {"accuracy": 0.9}))
    assert {"parameter:lr", "parameter:depth", "metric:loss", "metric:accuracy"} <= set(found)
    assert (found["parameter:lr"].filled, found["parameter:lr"].varies) == (1, True)


def test_what_is_the_same_everywhere_does_not_vary():
    found = made(run(1, {"epochs": 3, "lr": 0.1}), run(2, {"epochs": 3.0, "lr": 0.2}))
    assert not found["parameter:epochs"].varies
    assert found["parameter:lr"].varies


def test_what_varies_comes_first_among_parameters_and_facts_come_last():
    runs = [run(1, {"epochs": 3, "lr": 0.1}, {"loss": 1.0}), run(2, {"epochs": 3, "lr": 0.2}, {"loss": 2.0})]
    keys = [column.key for column in columns(runs, direction, in_order)]
    assert keys[:3] == ["parameter:lr", "parameter:epochs", "metric:loss"]
    assert all(key.startswith("fact:") for key in keys[3:])


def test_the_best_goes_by_the_direction_of_the_metrics_name():
    found = made(
        run(1, {}, {"loss": 0.5, "accuracy": 0.8, "speed": 3.0}),
        run(2, {}, {"loss": 0.2, "accuracy": 0.7, "speed": 9.0}),
    )
    assert found["metric:loss"].best == ["r2"]
    assert found["metric:accuracy"].best == ["r1"]
    assert found["metric:speed"].best == []


def test_a_tie_has_several_best_and_equality_none():
    runs = [run(1, {}, {"loss": 0.2}), run(2, {}, {"loss": 0.2}), run(3, {}, {"loss": 0.4})]
    assert made(*runs)["metric:loss"].best == ["r1", "r2"]
    assert made(*runs[:2])["metric:loss"].best == []


def test_what_is_no_finite_number_is_never_best():
    runs = [run(1, {}, {"accuracy": "NaN"}), run(2, {}, {"accuracy": "Infinity"}), run(3, {}, {"accuracy": 0.1})]
    assert made(*runs)["metric:accuracy"].best == ["r3"]
    assert made(*runs[:2])["metric:accuracy"].best == []


def test_a_run_alone_is_not_best_of_anything():
    assert made(run(1, {}, {"loss": 1.0}), run(2))["metric:loss"].best == []


def test_types_may_differ_from_run_to_run():
    found = made(run(1, {"depth": 3}), run(2, {"depth": "three"}), run(3, {"depth": None}), run(4, {"depth": True}))
    assert found["parameter:depth"].varies
    assert found["parameter:depth"].filled == 4


def test_facts_are_there_only_where_some_run_has_them():
    row = RunRow(id="r1", name="digits", state=State.SUCCEEDED, started=1.0, ended=3.0, tags=["a", "b"], note="best")
    found = made(Compared(row, code="c0de", data={"train": "3f9a"}, commit="abc+"))
    names = [column.name for column in found.values()]
    assert names == ["state", "created", "duration", "workers", "kind", "code", "data train", "commit", "note", "tags"]
    assert value_of(Compared(row), found["fact:duration"]) == 2.0
    assert value_of(Compared(row), found["fact:tags"]) == "a, b"
    assert "fact:commit" not in made(run(1))


def test_the_telling_metric_is_shared_has_a_direction_and_varies():
    runs = [
        run(at, {}, {"speed": at, "loss": at / 10, "rare_accuracy": 0.9} if at == 0 else {"speed": at, "loss": at})
        for at in range(4)
    ]
    found = columns(runs, direction, in_order)
    by_name = {column.name: column for column in found if column.part == "metric"}
    assert telling(found) is by_name["loss"]
    assert telling(found, "speed") is by_name["speed"]
    assert telling(found, "unknown") is by_name["loss"]
    assert telling(columns([run(1)], direction, in_order)) is None


def test_ranks_put_what_has_no_finite_value_last():
    runs = [run(1, {}, {"loss": "NaN"}), run(2), run(3, {}, {"loss": 2.0}), run(4, {}, {"loss": 1.0})]
    assert [each.row.id for each in ranked(runs, "loss", -1)] == ["r4", "r3", "r1", "r2"]
    assert ranked(runs, "loss", 0) == runs


def test_one_and_true_are_not_the_same_but_one_and_one_point_zero_are():
    assert identity(1) == identity(1.0)
    assert identity(1) != identity(True)
    assert identity(1) != identity("1")
    assert identity(math.nan) == identity(math.nan)
    assert identity(None) != identity("None")


_scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5))
_numbers = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(["NaN", "Infinity", "-Infinity"])
)


@given(
    st.lists(
        st.tuples(
            st.dictionaries(st.sampled_from("abc"), _scalars),
            st.dictionaries(st.sampled_from(["loss", "accuracy", "x"]), _numbers),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_the_runs_hold_every_column_tells_the_truth(told):
    runs = [run(at, params, metrics) for at, (params, metrics) in enumerate(told)]
    for column in columns(runs, direction, in_order):
        values = [value_of(each, column) for each in runs]
        there = [value for each, value in zip(runs, values, strict=True) if _has(each, column)]
        assert column.filled == len(there) > 0
        assert column.varies is (len(there) < len(runs) or len({identity(value) for value in there}) > 1)
        best = [float(values[at]) for at, each in enumerate(runs) if each.row.id in column.best]
        finite = [float(value) for value in there if column.best and math.isfinite(float(value))]
        assert all(value == (max if column.better > 0 else min)(finite) for value in best)


def _has(each: Compared, column: ComparedColumn) -> bool:
    if column.part == "parameter":
        return column.name in each.row.params
    return value_of(each, column) is not None
