"""What runs are called that stand beside each other."""

from __future__ import annotations

from jupyter_mlops.domain.labels import labels
from jupyter_mlops.domain.runs import RunRow


def row(name: str, tail: str, trial: int | None = None) -> RunRow:
    number = "" if trial is None else f"t{trial}"
    return RunRow(id=f"{name}-20261124-063012-{tail}{number}", name=name, trial=trial)


def test_a_name_is_enough_where_it_is_the_only_one():
    assert labels([row("digits", "7f3k"), row("wide", "a2b3")]) == ["digits", "wide"]


def test_runs_of_one_name_are_told_apart_by_the_end_of_their_ids():
    assert labels([row("digits", "7f3k"), row("digits", "a2b3"), row("wide", "a2b3")]) == [
        "digits 7f3k",
        "digits a2b3",
        "wide",
    ]


def test_trials_have_their_numbers_and_where_need_be_the_sweep():
    assert labels([row("digits", "7f3k", 1), row("digits", "7f3k", 2)]) == ["digits/1", "digits/2"]
    assert labels([row("digits", "7f3k", 1), row("digits", "a2b3", 1)]) == ["digits/1 7f3k", "digits/1 a2b3"]


def test_no_two_runs_have_the_same_label():
    rows = [row("digits", "7f3k"), RunRow(id="digits-20261125-063012-7f3k", name="digits")]
    assert labels(rows) == [each.id for each in rows]
