"""Curves."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlops.cards.charts import Series, chart, spark, spark_text, ticks
from jupyter_mlops.cards.metrics import family, groups, key_names
from jupyter_mlops.domain.directions import direction
from tests.cards.conftest import Page, summary

number = st.floats(allow_nan=True, allow_infinity=True)


@given(st.lists(st.tuples(number, number), max_size=400), st.none() | number)
def test_any_curve_can_be_drawn(curve: list[tuple[float, float]], plan: float | None) -> None:
    html = chart([Series("val", curve, "j-c1"), Series("train", curve[::-1], "j-c3", True)], "A curve.", "step", plan)
    Page(html)
    assert "nan" not in html
    assert "inf" not in html


@given(st.lists(number, max_size=100))
def test_any_values_make_a_spark(values: list[float]) -> None:
    Page(spark(values))
    assert set(spark_text(values)) <= set("▁▂▃▄▅▆▇█")


def test_an_empty_chart_is_a_frame_without_numbers() -> None:
    page = Page(chart([], "No value yet.", "epoch"))
    assert page.with_class("j-axis")
    assert page.text.strip() == ""


def test_one_point_is_a_dot() -> None:
    assert len(Page(chart([Series("", [(1.0, 0.5)], "j-c1")], "One.", "step")).with_class("j-dot")) == 1


def test_one_value_makes_no_spark() -> None:
    assert spark([1.0]) == ""
    assert spark_text([1.0]) == ""


def test_a_spike_is_not_lost_among_many_points() -> None:
    calm = [(float(step), 0.0) for step in range(100_000)]
    calm[54_321] = (54_321.0, 10.0)
    html = chart([Series("", calm, "j-c1")], "A spike.", "step")
    assert len(html) < 8_000
    assert " 57L" in html


def test_ticks_are_round_and_within_the_range() -> None:
    assert ticks(0.17, 1.03, 4) == [0.2, 0.4, 0.6000000000000001, 0.8, 1.0]
    assert ticks(0, 0, 4) == []
    assert all(math.isfinite(tick) for tick in ticks(-1e300, 1e300, 4))


def test_names_say_which_way_is_better() -> None:
    assert [direction(name) for name in ("val_acc", "train/loss", "valid_0's auc", "lr", "thing")] == [1, -1, 1, 0, 0]


def test_scores_come_before_losses_and_the_rest() -> None:
    names = ["lr", "thing", "train_loss", "val_loss", "val_acc"]
    assert key_names({name: summary([1.0]) for name in names}, 3) == ["val_acc", "val_loss", "thing"]
    assert groups(names, 2) == [["val_acc"], ["val_loss", "train_loss"]]
    assert family("val_loss") == family("train/loss") == family("loss")
