"""What follows from a replay: measures, gates, verdict and sentence."""

from __future__ import annotations

import json

import pytest

from jupyter_mlops import wire
from jupyter_mlops.domain.endpoints import EndpointStatus
from jupyter_mlops.domain.errors import Conflict
from jupyter_mlops.domain.gates import decide
from jupyter_mlops.domain.observed import RevisionStats
from jupyter_mlops.domain.orders import Gates
from jupyter_mlops.platforms.judging import Answers, Pair, _board, inputs_of, live_told, read_pair, rows_of, told_of

TRUTH = ["a", "b", "a", "b"]


def board(stable, canary, gates=Gates(), metric="accuracy", truth=TRUTH, times=((1.0, 2.0), (1.0, 2.0))):  # noqa: B008
    status = EndpointStatus(stable=3, canary=4, percent=10, gates=gates)
    answers = {3: Answers(stable, list(times[0])), 4: Answers(canary, list(times[1]))}
    for each in answers.values():
        each.failed = each.values.count(None)
    return _board(Pair(metric, "X_test", len(truth)), truth, status, answers, 9.0)


def measure(found, name):
    return next(row for row in found.measures if row.name == name)


def test_a_better_canary_is_safe_to_promote():
    found = board(["a", "a", "a", "a"], ["a", "b", "a", "a"])

    assert (measure(found, "accuracy").stable, measure(found, "accuracy").canary) == (0.5, 0.75)
    assert (measure(found, "accuracy").gate, measure(found, "accuracy").passed) == ("at least r3", True)
    assert (found.verdict, found.sentence) == (
        "good",
        "Both gates pass: r4 is better by 0.250 and as fast. It is safe to promote.",
    )
    assert found.differing == 1
    (row,) = found.differences
    assert (row.row, row.true, row.stable, row.canary) == (1, "b", "a", "b")
    assert measure(found, "answers that differ").canary == 1


def test_a_worse_canary_is_told_to_be():
    found = board(["a", "b", "a", "b"], ["a", "b", "a", "a"], times=((10.0, 10.0), (20.0, 20.0)))
    assert (found.verdict, found.sentence) == (
        "bad",
        "1 of 2 gates does not pass: accuracy is not at least r3; r4 is worse by 0.250 and 100\u202f% slower.",
    )


def test_what_people_ask_for_takes_the_place_of_what_is_usual():
    gates = Gates("accuracy >= stable - 0.3 and differing <= 1 and p95 < 5ms", "errors > 50%")
    found = board(["a", "b", "a", "b"], ["a", "b", "a", "a"], gates)

    assert {row.name: row.gate for row in found.measures} == {
        "accuracy": "at least r3 \u2212 0.300",
        "p50": "",
        "p95": "under 5\u202fms",
        "p99": "",
        "errors": "at most 50\u202f%",
        "answers that differ": "at most 1",
    }
    assert found.sentence.startswith("All 4 gates pass: r4 is worse by 0.250 and as fast.")
    assert decide(gates, told_of(found), 4)[0] == "promote"


def test_rows_without_an_answer_are_errors_and_count_in_no_quality():
    found = board(["a", "b", "a", "b"], ["a", None, "a", "b"])
    assert measure(found, "errors").canary == 0.25
    assert measure(found, "accuracy").canary == 1.0
    assert found.verdict == "bad"
    assert decide(Gates(rollback="errors > 1%"), told_of(found), 4)[0] == "rollback"


def test_numbers_that_only_their_last_digit_tells_apart_do_not_differ():
    found = board([0.1 + 0.2, 1.0, 2.0], [0.3, 1.0, 2.5], metric="rmse", truth=[0.3, 1.0, 2.0])
    assert [row.row for row in found.differences] == [2]
    assert measure(found, "rmse").better == "low"
    assert found.verdict == "bad"


def test_live_requests_are_told_by_revision_with_their_count():
    status = EndpointStatus(stable=3, canary=4)
    stats = [RevisionStats(3, 100, 0, p95=5.0), RevisionStats(4, 60, 3, p95=9.0)]
    told, count = live_told(status, stats)
    assert count == 60
    assert decide(Gates(rollback="errors > 1%"), told, 4) == (
        "rollback",
        "r4 is rolled back by itself: errors 5\u202f% > 1\u202f%",
    )
    assert decide(Gates(rollback="p95 > stable * 1.5"), told, 4)[0] == "rollback"
    assert decide(Gates(rollback="accuracy < stable"), told, 4)[0] == ""


def test_a_pair_is_read_as_it_was_stored_and_missed_with_what_to_do(tmp_path):
    with pytest.raises(Conflict, match=r"give them once: endpoint\.scoreboard\(X_test, y_test\)"):
        read_pair(tmp_path)
    (tmp_path / "judge").mkdir()
    for name, told in (("rows", [[1, 2]]), ("truth", ["a"])):
        (tmp_path / "judge" / f"{name}.json").write_text(json.dumps(told))
    (tmp_path / "judge" / "judge.json").write_bytes(wire.encode(Pair("f1", "X_test", 1)))
    assert read_pair(tmp_path) == (Pair("f1", "X_test", 1), [[1, 2]], ["a"])


def test_rows_become_inputs_and_tensors_become_rows():
    assert inputs_of([[1.5, 2], [3, 4]]) == [
        {"name": "input", "datatype": "FP64", "shape": [2, 2], "data": [1.5, 2, 3, 4]}
    ]
    assert [each["datatype"] for each in inputs_of([{"a": 1, "b": None}, {"a": None, "b": "x"}])] == ["FP64", "BYTES"]
    assert rows_of([1, 2, 3, 4], [2, 2]) == [[1, 2], [3, 4]]
    assert rows_of([1, 2], [2]) == [1, 2]
