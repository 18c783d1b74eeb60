"""Names are labels; their variables and ids follow from them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from jupyter_mlops.domain.errors import InvalidName
from jupyter_mlops.domain.names import LONGEST, check_label, is_id, new_id, trial_told_by, variable_for


@pytest.mark.parametrize("name", ["d", "digits", "Digits_2", "digits-ddp", "a" * LONGEST])
def test_a_label_begins_with_a_letter(name):
    assert check_label(name) == name


@pytest.mark.parametrize("name", ["", "3x", "-a", "_a", "a b", "a/3", "a.b", "größe", "a\n", "a" * (LONGEST + 1)])
def test_what_is_no_label_is_refused(name):
    with pytest.raises(InvalidName):
        check_label(name)


@pytest.mark.parametrize(
    ("name", "ending", "variable"),
    [("digits", "", "digits"), ("digits-ddp", "", "digits_ddp"), ("a-b_c", "_sweep", "a_b_c_sweep")],
)
def test_the_variable_is_the_label_with_underscores_and_the_ending(name, ending, variable):
    assert variable_for(name, ending) == variable


def test_a_keyword_is_no_variable_unless_an_ending_makes_it_another_word():
    with pytest.raises(InvalidName, match="class-run"):
        variable_for("class")
    assert variable_for("class", "_sweep") == "class_sweep"


def test_an_id_is_readable_and_sorts_by_time():
    first = new_id("digits", datetime(2026, 11, 24, 6, 30, 12, tzinfo=UTC), lambda letters: letters[-1])
    later = new_id("digits", datetime(2026, 11, 24, 6, 30, 13, tzinfo=UTC), lambda letters: letters[0])

    assert first == "digits-20261124-063012-9999"
    assert first < later
    assert is_id(first)
    assert not is_id("digits")


@pytest.mark.parametrize(
    ("an_id", "told"),
    [
        ("digits-20261124-063012-7f3kt12", ("digits-20261124-063012-7f3k", 12)),
        ("digits-20261124-063012-abt3", ("", None)),
        ("digits-20261124-063012-7f3kt0", ("", None)),
        ("digits", ("", None)),
    ],
)
def test_the_id_of_a_trial_tells_its_sweep_and_its_number(an_id, told):
    assert trial_told_by(an_id) == told
