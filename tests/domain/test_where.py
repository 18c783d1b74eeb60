from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlops.domain.errors import InvalidOption
from jupyter_mlops.domain.runs import MetricSummary, RunRow, State
from jupyter_mlops.domain.where import Condition, Where, parse_where


def metric(last: float) -> MetricSummary:
    return MetricSummary(last=last, step=1, min=last, min_step=1, max=last, max_step=1, count=1)


ROW = RunRow(
    id="digits-20261124-063012-7f3k",
    name="digits",
    state=State.FAILED,
    params={"lr": 0.1, "deep": True, "opt": "adam", "code": "7", "nothing": None, "loss": 5},
    metrics={"accuracy": metric(0.9), "loss": metric(0.2), "val/acc": metric(0.8), "broken": metric(math.nan)},
    tags=["best", "Night run"],
    created=1000.0,
    started=1001.0,
    ended=1011.0,
    workers=2,
)


@pytest.mark.parametrize(
    "text",
    [
        "", "digits", "failed", "lr > 0.01", "lr>0.01", "lr = 0.1", "lr == 1e-1", "accuracy >= 0.9", "state = failed",
        "state != running", "name = digits", "name ~ DIG", "tag = best", "tag = 'Night run'", "tag ~ night",
        "tag != worst", "deep = true", "opt = adam", "opt ~ da", "code = 7", "nothing = none", "workers = 2",
        "duration < 1m",
        "val/acc < 0.9", "loss = 5", "metrics.loss = 0.2", "params.loss = 5", "duration = 10", "missing != 3",
        "age > 30s", "age <= 1h", "digits, lr > 0.01 and state=failed tag=best", 'why = ""', "archived = false",
    ],
)  # fmt: skip
def test_a_run_that_meets_the_conditions_is_meant(text):
    assert Where(parse_where(text, now=1100)).fits(ROW)


@pytest.mark.parametrize(
    "text",
    [
        "faces", "running", "lr > 0.1", "lr < 0.1", "accuracy >= 0.91", "state = running", "tag = night", "tag != best",
        "deep = false", "opt = sgd", "missing = 3", "missing > 3", "broken > 0", "broken < 0", "opt > 3", "lr > 'abc'",
        "duration < 5s",
        "loss = 0.2", "metrics.lr = 0.1", "params.accuracy = 0.9", "age > 30d", "digits lr > 0.01 running", "deep > 0",
    ],
)  # fmt: skip
def test_a_run_that_fails_one_condition_is_not_meant(text):
    assert not Where(parse_where(text, now=1100)).fits(ROW)


@pytest.mark.parametrize(
    "text", ["lr >", "> 3", "lr > 3 4x!= ", "lr >> 3", "'", "lr ! 3", "7up", "age = 3d", "age > soon"]
)
def test_what_is_no_condition_is_refused(text):
    with pytest.raises(InvalidOption):
        parse_where(text, now=0)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("state = faild", "No state is called 'faild'; did you mean 'failed'?"),
        (
            "state != bogus",
            "No state is called 'bogus'; there is queued, starting, running, succeeded, failed and stopped.",
        ),
        ("state > failed", "A state is compared with =, != or ~, not with '>'."),
        ("loss > abc", "'abc' is no number; write it as in: loss > 0.5, or 1e-3, or -2."),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_sentence(text, sentence):
    with pytest.raises(InvalidOption) as refused:
        parse_where(text, now=0)
    assert str(refused.value) == sentence


@given(st.text(alphabet="ab1 <>=!~,'\".", max_size=12))
def test_any_text_is_understood_or_refused(text):
    try:
        parse_where(text, now=0)
    except InvalidOption as error:
        assert "\n" not in str(error)


def test_archived_runs_and_trials_are_told_apart():
    assert not Where(archived=True).fits(ROW)
    assert Where(archived=False, sweep="").fits(ROW)
    assert not Where(sweep="s").fits(ROW)


def rows(*values: float | str | None) -> list[RunRow]:
    return [
        RunRow(id=str(number), name="x", created=float(number), params={} if value is None else {"lr": value})
        for number, value in enumerate(values)
    ]


def order(where: Where, *values: float | str | None) -> list[int]:
    return [int(row.id) for row in where.page(rows(*values))]


def test_the_latest_comes_first():
    assert order(Where(), 1, 2, 3) == [2, 1, 0]
    assert order(Where(descending=False), 1, 2, 3) == [0, 1, 2]


def test_rows_without_the_field_come_last_either_way():
    assert order(Where(sort="lr"), 2.0, None, 3, math.nan, "a") == [4, 2, 0, 3, 1]
    assert order(Where(sort="lr", descending=False), 2.0, None, 3, math.nan, "a") == [0, 2, 4, 3, 1]


def test_equal_rows_keep_the_latest_first_either_way():
    assert order(Where(sort="lr", descending=False), 1, 1, 1) == [2, 1, 0]
    assert order(Where(sort="lr"), 1, 1, 1) == [2, 1, 0]


def test_a_page_is_a_part_of_the_order():
    assert order(Where(limit=2, offset=1), 1, 2, 3, 4) == [2, 1]
    assert order(Where(offset=3), 1, 2, 3, 4) == [0]


def test_a_condition_can_be_made_without_text():
    assert Condition("lr", ">", 0.01).fits(ROW)
