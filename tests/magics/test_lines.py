"""A magic's line: any order, nothing shortened, every error one sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlops.domain.errors import InvalidName, InvalidOption, InvalidParameter
from jupyter_mlops_magics.lines import read_line, read_named_line, split
from jupyter_mlops_magics.runs import runs, train


@pytest.mark.parametrize(
    "line",
    [
        "digits lr=0.1 epochs=5 --workers 2 --detach",
        "digits --workers 2 lr=0.1 --detach epochs=5",
        "--detach --workers=2 lr=0.1 epochs=5 digits",
        "lr=0.1 digits --detach epochs=5 --workers 2",
    ],
)
def test_name_parameters_and_options_stand_in_any_order(line):
    read = read_named_line(train, "%%train", line, "%%train digits epochs=5")
    assert read.name == "digits"
    assert read.params == {"lr": 0.1, "epochs": 5}
    assert read.options == {"workers": "2", "detach": True}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("lr=-1e-3", -0.001),
        ("name='adam w'", "adam w"),
        ('name="adam w"', "adam w"),
        ("name=adam", "adam"),
        ("flag=True", True),
        ("flag=None", None),
        ("path=a=b", "a=b"),
    ],
)
def test_values_are_read_as_python_or_as_text(text, value):
    assert list(read_named_line(train, "%%train", f"digits {text}", "").params.values()) == [value]


@pytest.mark.parametrize(
    ("line", "error", "sentence"),
    [
        ("", InvalidName, "needs a name"),
        ("epochs=5", InvalidName, "needs a name"),
        ("one two", InvalidName, "here are 2: 'one', 'two'"),
        ("digits lr = 0.1", InvalidName, "without blanks around '='"),
        ("digits lr=", InvalidParameter, "'lr' has no value"),
        ("digits lr=1 lr=2", InvalidParameter, "'lr' stands twice"),
        ("digits --worker 2", InvalidOption, r"no option --worker; options are not shortened: write --workers\.$"),
        ("digits --wrokers 2", InvalidOption, r"no option --wrokers; did you mean '--workers'\?$"),
        ("digits -w 2", InvalidOption, "no option -w; options are not shortened: write --workers"),
        ("digits --quiet", InvalidOption, r"no option --quiet; %%train\? lists what it has"),
        ("digits --workers", InvalidOption, "--workers needs a value behind it"),
        ("digits --workers --detach", InvalidOption, "--workers needs a value behind it"),
        ("digits --detach=yes", InvalidOption, "--detach takes no value"),
        ("digits --gpus 1 --gpus 2", InvalidOption, "--gpus stands twice"),
    ],
)
def test_what_makes_no_sense_gets_one_sentence(line, error, sentence):
    with pytest.raises(error, match=sentence) as caught:
        read_named_line(train, "%%train", line, "%%train digits epochs=5")
    assert "\n" not in str(caught.value)


def test_conditions_of_a_list_stay_as_they_are_written():
    words, options = read_line(runs, "%runs", 'digits lr > -0.01 note = "best so far" --limit 5')
    assert " ".join(words) == 'digits lr > -0.01 note = "best so far"'
    assert options == {"limit": "5"}


def test_blanks_in_quotes_and_brackets_part_nothing():
    assert split("a 'b c' d=[1, 2] e=f(1, ')')  g") == ["a", "'b c'", "d=[1, 2]", "e=f(1, ')')", "g"]


@given(st.text())
def test_any_line_is_read_or_refused_in_one_sentence(line):
    try:
        read_named_line(train, "%%train", line, "%%train digits epochs=5")
    except (InvalidName, InvalidOption, InvalidParameter):
        pass
