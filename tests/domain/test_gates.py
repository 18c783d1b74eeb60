from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlops.domain.errors import InvalidOption
from jupyter_mlops.domain.gates import Told, decide, meets, parse_gate, words_of
from jupyter_mlops.domain.orders import Gates

TOLD = Told(
    canary={"accuracy": 0.978, "p50": 1.0, "p95": 21.0, "errors": 0.031, "differing": 10.0},
    stable={"accuracy": 0.969, "p50": 1.0, "p95": 20.0, "errors": 0.0},
    rows=360,
)


@pytest.mark.parametrize(
    ("text", "is_met"),
    [
        ("accuracy >= stable", True),
        ("accuracy > stable + 0.01", False),
        ("accuracy >= stable - 1%", True),
        ("accuracy >= 97%", True),
        ("accuracy ≥ 0.979", False),
        ("p95 <= stable * 1.1", True),
        ("p95 <= stable*1.04", False),
        ("p95 <= 1.1 * stable", True),
        ("p95 <= stable * 110%", True),
        ("p95 < 0.02s", False),
        ("p95 < 22 ms", True),
        ("p95 < 22", True),
        ("p95 <= stable + 1ms", True),
        ("p95 <= stable / 2", False),
        ("p50 <= stable", True),
        ("p50 < stable", False),
        ("errors > 1%", True),
        ("errors > 0.05", False),
        ("differing <= 10", True),
        ("differing < 10", False),
        ("differing < 3%", True),
        ("differing < 2.7%", False),
        ("accuracy >= stable and p95 <= stable * 1.1", True),
        ("accuracy >= stable AND p95 <= stable", False),
        (" Accuracy>=stable ", True),
    ],
)
def test_a_condition_holds_what_was_measured_against_what_it_says(text, is_met):
    assert meets(parse_gate("promote_if", text), TOLD)[0] is is_met


def test_what_is_not_known_yet_decides_nothing():
    conditions = parse_gate("promote_if", "accuracy >= stable and p99 < 5")
    assert meets(conditions, TOLD) == (None, "p99 is not known yet")
    assert decide(Gates("p99 < 5", "p99 > 5"), TOLD, 4) == ("", "")
    assert decide(Gates("accuracy >= stable"), Told({"accuracy": 0.9}), 4) == ("", "")
    assert decide(Gates(), TOLD, 4) == ("", "")


def test_what_is_decided_says_why():
    gates = Gates("accuracy >= stable and p95 <= stable * 1.1", "errors > 5%")
    assert decide(gates, TOLD, 4) == (
        "promote",
        "r4 is promoted by itself: accuracy 0.978 ≥ 0.969 and p95 21\u202fms ≤ 22\u202fms",
    )


def test_going_back_comes_before_promoting():
    gates = Gates("accuracy >= stable", "errors > 1%")
    assert decide(gates, TOLD, 4) == ("rollback", "r4 is rolled back by itself: errors 3.1\u202f% > 1\u202f%")


def test_a_digit_that_only_adding_up_has_changed_is_no_difference():
    told = Told({"rmse": 0.1 + 0.2}, {"rmse": 0.3})
    assert meets(parse_gate("promote_if", "rmse <= stable"), told)[0] is True
    assert meets(parse_gate("promote_if", "rmse > stable"), told)[0] is False


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("accuracy >= stable", "at least r3"),
        ("p95 <= stable * 1.1", "at most 1.1 times r3"),
        ("p95 <= stable + 1ms", "at most r3 + 1\u202fms"),
        ("accuracy >= stable - 0.01", "at least r3 \u2212 0.010"),
        ("errors < 1%", "under 1\u202f%"),
        ("p95 > 50ms", "over 50\u202fms"),
        ("differing <= 5", "at most 5"),
    ],
)
def test_a_condition_is_told_in_the_words_of_a_table(text, words):
    assert words_of(parse_gate("promote_if", text)[0], 3) == words


@pytest.mark.parametrize(
    ("text", "sentence", "caret"),
    [
        ("acuracy >= stable", "--promote-if knows no measure 'acuracy'; did you mean 'accuracy'?", "^^^^^^^"),
        ("accuracy", "--promote-if has no comparison behind accuracy; write >=, <=, > or <.", "        ^"),
        ("accuracy >=", "does not say what accuracy is held against, such as stable or 0.9.", "           ^"),
        ("accuracy >= champion", "holds accuracy against stable or a number, such as 0.9.", "            ^^^^^^^^"),
        ("accuracy = 0.9", "compares with >=, <=, > or <, not with =.", "         ^"),
        ("accuracy > 0.9 or p95 < 5", "knows no 'or': all conditions must be met.", "               ^^"),
        ("accuracy > 0.9, p95 < 5", "cannot be read here; write it as in: errors > 1%.", "              ^"),
        ("accuracy > 0.9 p95 < 5", "joins its conditions with 'and'.", "               ^^^"),
        ("accuracy > 0.9 and", "ends where a condition should follow.", "                  ^"),
        ("errors > 20ms", "gives errors as a time, which it is not; write it as in: errors < 1%.", "         ^^^^"),
        ("p95 > 10%", "gives p95 as a share, and it is a time; write 20ms, or stable * 1.1.", "      ^^^"),
        ("p95 < stable * 2ms", "multiplies p95 by a bare number, such as 1.1.", "               ^^^"),
        ("p95 < stable *", "has no number behind stable *.", "              ^"),
        ("p95 < 2 * p50", "multiplies only what stable has: stable * 1.1.", "          ^^^"),
        ("p95 < stable / 0", "divides by zero.", "               ^"),
        (
            "differing < stable",
            "counts rows that differ from stable's already: differing <= 5, or",
            "            ^^^^^^",
        ),
        ("1 < p95", "begins a condition with what is measured: accuracy, f1, ", "^"),
        ("zzz > 1", "knows no measure 'zzz'; there is accuracy, f1, precision, ", "^^^"),
    ],
)
def test_what_makes_no_sense_is_told_with_a_caret_below(text, sentence, caret):
    with pytest.raises(InvalidOption) as told:
        parse_gate("promote_if", text)
    first, shown, below = str(told.value).split("\n")
    assert sentence in first
    assert first.startswith("--promote-if ")
    assert (shown, below) == (f"    {text}", f"    {caret}")


def test_a_metric_that_the_held_out_rows_do_not_measure_is_refused():
    with pytest.raises(InvalidOption, match="asks for f1, and the held-out rows measure accuracy"):
        parse_gate("promote_if", "f1 > 0.9", "accuracy")
    assert parse_gate("promote_if", "my_score > 0.9", "my_score")[0].name == "my_score"


def test_nothing_holds_no_condition():
    assert parse_gate("promote_if", "  ") == ()
    assert meets((), TOLD) == (None, "")


@given(st.text("accuracy p95stabledifering<>=*+-/%ms0123456789.and\n\t🙂", max_size=40))
def test_whatever_is_typed_is_read_or_refused(text):
    try:
        parse_gate("rollback_if", text)
    except InvalidOption as error:
        assert str(error).startswith("--rollback-if ")
