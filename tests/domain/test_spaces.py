"""What a search may choose from is read as people mean it, and what they cannot mean is shown to them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlops.domain.errors import InvalidParameter, InvalidSpace
from jupyter_mlops.domain.parameters import parse_value
from jupyter_mlops.domain.ranges import LARGEST
from jupyter_mlops.domain.runs import Scalar
from jupyter_mlops.domain.spaces import Dimension, check_space, parse_dimension, text_of

SCALARS = st.one_of(
    st.booleans(),
    st.none(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.text(st.sampled_from("'\"|.\\ 1a:/")),
)


def whole_range(low: int, length: int, log: bool) -> Dimension:
    return Dimension("x", low=low, high=low + length, log=log and low > 0, whole=True)


def stepped(low: int, step: int, count: int) -> Dimension:
    return Dimension("x", low=low, high=low + step * count, step=step, whole=True)


def float_range(ends: tuple[float, float], log: bool) -> Dimension:
    low, high = sorted(ends)
    return Dimension("x", low=low, high=high, log=log and low > 0)


FLOATS = st.floats(-1e300, 1e300)
DIMENSIONS = st.one_of(
    st.lists(SCALARS, min_size=2, max_size=5, unique_by=lambda value: (value,)).map(
        lambda options: Dimension("x", options=options)
    ),
    st.builds(whole_range, st.integers(-(2**40), 2**40), st.integers(1, 2**40), st.booleans()),
    st.builds(stepped, st.integers(-(2**40), 2**40), st.integers(1, 2**20), st.integers(1, 2**20)),
    st.builds(float_range, st.tuples(FLOATS, FLOATS).filter(lambda ends: ends[0] != ends[1]), st.booleans()),
)


@pytest.mark.parametrize(
    ("text", "dimension"),
    [
        ("1e-5..1e-1:log", Dimension("x", low=1e-5, high=0.1, log=True)),
        ("2..8", Dimension("x", low=2, high=8, whole=True)),
        ("0..1", Dimension("x", low=0, high=1, whole=True)),
        ("0.0..1.0", Dimension("x", low=0.0, high=1.0)),
        ("0..1.0", Dimension("x", low=0.0, high=1.0)),
        ("16..256:16", Dimension("x", low=16, high=256, step=16, whole=True)),
        ("0..1:0.1", Dimension("x", low=0.0, high=1.0, step=0.1)),
        ("1..1024:log", Dimension("x", low=1, high=1024, log=True, whole=True)),
        ("-5..-1", Dimension("x", low=-5, high=-1, whole=True)),
        ("-.5..+.5", Dimension("x", low=-0.5, high=0.5)),
        ("1_000..10_000", Dimension("x", low=1000, high=10000, whole=True)),
        (" 1 .. 5 : LOG ", Dimension("x", low=1, high=5, log=True, whole=True)),
        ("relu|tanh", Dimension("x", options=["relu", "tanh"])),
        ("1|2|4", Dimension("x", options=[1, 2, 4])),
        ("true|false", Dimension("x", options=[True, False])),
        ("none|0.1", Dimension("x", options=[None, 0.1])),
        ("'a|b' | \"c..d\" | ''", Dimension("x", options=["a|b", "c..d", ""])),
        ("'1'|it's|../data", Dimension("x", options=["1", "it's", "../data"])),
    ],
)
def test_a_space_is_read_as_people_mean_it(text: str, dimension: Dimension) -> None:
    found = parse_dimension("x", text)
    assert found == dimension
    assert isinstance(found, Dimension)
    kinds = [type(value) for value in (found.low, found.high, found.step, *found.options)]
    assert kinds == [type(value) for value in (dimension.low, dimension.high, dimension.step, *dimension.options)]


@pytest.mark.parametrize(("text", "high"), [("16..250:16", 240), ("0..1:0.3", 0.9), ("0.0..0.7:0.1", 0.7)])
def test_a_range_ends_where_its_steps_end(text: str, high: float) -> None:
    found = parse_dimension("x", text)
    assert isinstance(found, Dimension)
    assert found.high == high


@pytest.mark.parametrize(
    "text", ["5", "-0.5", "relu", "true", "none", "'a|b'", "'1..5'", "../data", "a/..", "a:b", "x,y"]
)
def test_what_leaves_no_choice_is_a_value_as_it_is_for_a_run(text: str) -> None:
    assert parse_dimension("x", text) == parse_value(text)


@pytest.mark.parametrize(
    ("text", "sentence", "caret"),
    [
        ("1e-1..1e-5", r"starts above its end; write 1e-5\.\.1e-1\.", "1e-1..1e-5"),
        ("2..2", r"starts where it ends; a fixed value is written x=2\.", "2..2"),
        ("0..1:log", r"zero has no logarithm", "0"),
        ("-1.0..1:log", r"below zero has no logarithm", "-1.0"),
        ("1..5:0", r"step of 'x' is 0; it must be above zero\.", "0"),
        ("1..5:-1", r"step of 'x' is -1; it must be above zero\.", "-1"),
        ("1..5:9", r"larger than its range, which is 4 long\.", "9"),
        ("0..1:1e-40", r"too fine", "1e-40"),
        ("1..", r"has no end", ""),
        ("..5", r"has no start", ""),
        ("1..:log", r"has no end", ""),
        ("a|", r"option of 'x' is empty; an empty text is written ''\.", ""),
        ("|a", r"is empty", ""),
        ("a| |b", r"is empty", ""),
        ("a|b|a", r"option a stands twice", "a"),
        ("1|1.0", r"option 1\.0 stands twice", "1.0"),
        ("1..5:lgo", r"'lgo', which is neither log nor a step; did you mean 'log'\?", "lgo"),
        ("1..5:", r"neither log nor a step", ""),
        ("1..5:log:2", r"both 'log' and a step", ":2"),
        ("1..5:2:log", r"both 'log' and a step", ":log"),
        ("1..5:2:2", r"two of the same", ":2"),
        ("1...5", r"three dots", "..."),
        ("1..5..2", r"a step stands behind a colon: 0\.\.10:2\.", ".."),
        ("a..b", r"start of the range of 'x' is no number: a; ", "a"),
        ("1..five", r"end of the range of 'x' is no number: five; ", "five"),
        ("1..1e999", r"end of the range of 'x' is too large", "1e999"),
        ("-1e308..1e308", r"too wide", "-1e308..1e308"),
        (f"0..{LARGEST + 1}", r"write them with a point", f"0..{LARGEST + 1}"),
        ("1|2..3", r"an option with '\.\.' in it is written '2\.\.3'\.", "2..3"),
        ("'a|b", r"put quotes around all of it", "'a"),
        ("1e999|2", r"too large for a number", "1e999"),
        ("1,2,4", r"are written 1\|2\|4; ", "1,2,4"),
        ("[0.1, 0.2]", r"are written 0\.1\|0\.2; ", "[0.1, 0.2]"),
        ("", r"has no space", ""),
    ],
)
def test_a_misreading_gets_one_sentence_and_a_caret(text: str, sentence: str, caret: str) -> None:
    with pytest.raises(InvalidSpace, match=sentence) as caught:
        parse_dimension("x", text)
    said, shown, pointer = str(caught.value).split("\n")
    assert said.rstrip(".?!") != said
    assert shown == f"    x={text}"
    assert set(pointer.strip()) == {"^"}
    start, end = pointer.index("^"), len(pointer)
    assert (shown[start:end] or " ") in (caret or " ", caret or shown[start:end])
    assert start >= len("    x=")


@given(DIMENSIONS)
def test_what_is_written_of_a_dimension_is_read_as_the_same(dimension: Dimension) -> None:
    if dimension.options and any(value in dimension.options[:at] for at, value in enumerate(dimension.options)):
        return
    if dimension.low is not None and not math.isfinite(float(dimension.high or 0) - float(dimension.low)):
        return
    assert parse_dimension("x", text_of(dimension)) == dimension


@given(SCALARS)
def test_what_is_written_of_a_value_is_read_as_the_same(value: object) -> None:
    assert isinstance(value, bool | int | float | str | None)
    if value != "":
        assert parse_dimension("x", text_of(value)) == value


@given(st.text(st.sampled_from("0123456789.:|'\"-+elog ax_,[]\\/")))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = parse_dimension("x", text)
    except InvalidSpace as error:
        assert len(str(error).split("\n")) == 3
    else:
        assert parse_dimension("x", text_of(found) or "''") == found


@pytest.mark.parametrize(
    ("dimension", "text"),
    [
        (Dimension("x", low=1e-4, high=0.1, log=True), "1e-4..0.1:log"),
        (Dimension("x", low=0.0, high=1e16), "0.0..1e16"),
        (Dimension("x", options=[True, None, "a", "a b", "true", 1.5e-5]), "true|none|a|'a b'|'true'|1.5e-5"),
    ],
)
def test_a_dimension_is_written_as_people_would(dimension: Dimension, text: str) -> None:
    assert text_of(dimension) == text


CELL: dict[str, Scalar] = {"lr": 0.1, "depth": 3, "act": "relu", "flag": True, "nothing": None}


@pytest.mark.parametrize(
    "text", ["lr=1..10", "depth=0.5..2.5", "depth=1|2.5", "act=relu|tanh", "flag=true|false", "nothing=1|a"]
)
def test_a_space_that_the_cell_can_take_is_taken(text: str) -> None:
    name, _, space = text.partition("=")
    dimension = parse_dimension(name, space)
    assert isinstance(dimension, Dimension)
    check_space(CELL, [dimension])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("dept=1..5", r"no parameter 'dept'; did you mean 'depth'\?"),
        ("lr=0.1|high", r"'lr' is 0\.1 in the cell, a number; 'high' is a text\."),
        ("act=1..5", r"'act' is 'relu' in the cell, a text; 1 is a whole number\."),
        ("flag=0..1", r"'flag' is True in the cell, a truth value; 0 is a whole number\."),
    ],
)
def test_a_space_that_the_cell_cannot_take_is_refused(text: str, sentence: str) -> None:
    name, _, space = text.partition("=")
    dimension = parse_dimension(name, space)
    assert isinstance(dimension, Dimension)
    with pytest.raises(InvalidParameter, match=sentence):
        check_space(CELL, [dimension])


def test_what_is_proposed_for_a_range_the_wrong_way_round_is_a_range() -> None:
    with pytest.raises(InvalidSpace, match=r"write 1e-3\.\.0\.1\."):
        parse_dimension("x", ".1..1e-3:log")
