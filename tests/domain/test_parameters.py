from __future__ import annotations

import ast
import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlops.domain.errors import InvalidParameter
from jupyter_mlops.domain.parameters import parameters, parse_value, substitute, without_values
from jupyter_mlops.domain.runs import Scalar

NAMES = st.from_regex(r"[a-zé_][a-z0-9_é]{0,8}", fullmatch=True).filter(
    lambda name: name.isidentifier() and not keyword.iskeyword(name)
)
SCALARS = st.one_of(
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.none(),
)


def test_parameters_are_literals_that_are_assigned_at_top_level() -> None:
    source = (
        "lr = 0.1\nepochs: int = 5\nname = 'a'\nflag = True\nnothing = None\nminus = -3\na = b = 2\n"
        "x, y = 1, z\n(p, q) = 'p', -1.5\n"
        "call = f()\nsize = 1 + 1\nitems = [1]\ntext = f'{lr}'\nz.attr = 1\nz[0] = 2\nbytes_ = b''\ncomplex_ = 1j\n"
        "if True:\n    inner = 1\ndef f():\n    local = 1\nuntyped: int\n"
    )
    assert parameters(source) == {
        "lr": 0.1,
        "epochs": 5,
        "name": "a",
        "flag": True,
        "nothing": None,
        "minus": -3,
        "a": 2,
        "b": 2,
        "x": 1,
        "p": "p",
        "q": -1.5,
    }


@pytest.mark.parametrize(
    ("source", "overrides", "after"),
    [
        ("lr = 0.1  # rate", {"lr": 0.5}, "lr = 0.5  # rate"),
        ("lr = 1", {"lr": 0.5}, "lr = 0.5"),
        ("lr = 0.1", {"lr": 1}, "lr = 1.0"),
        ("lr = -1", {"lr": -2}, "lr = -2"),
        ("name = 'a'", {"name": "it's"}, 'name = "it\'s"'),
        ("é = 'ü'; b = 'ö'; c = 3", {"é": "ä", "c": 4}, "é = 'ä'; b = 'ö'; c = 4"),
        ("n = 1\nn = 2", {"n": 3}, "n = 3\nn = 3"),
        ("n = 1\nif x:\n    n = 2", {"n": 3}, "n = 3\nif x:\n    n = 2"),
        ("a, b = 1, 2", {"b": 5}, "a, b = 1, 5"),
        ("a = b = 1", {"b": 2}, "a = b = 2"),
        ("n = (\n    5\n)", {"n": 6}, "n = (\n    6\n)"),
        ("x = None", {"x": 3}, "x = 3"),
        ("x = 3", {"x": None}, "x = None"),
        ("x = 0.5", {"x": float("inf")}, 'x = float("inf")'),
    ],
)
def test_only_the_literal_is_replaced(source: str, overrides: dict[str, Scalar], after: str) -> None:
    assert substitute(source, overrides) == after


@pytest.mark.parametrize(
    "source",
    [
        'text = """a\nb\nc"""\nnext_ = 1',
        'text = """a\nb"""; y = 1\nnext_ = 1',
        "text = ('a'\n    'b'\n)\nnext_ = 1",
        "text = 'a' \\\n  'b'\nnext_ = 1",
        'text = """a\nb"""  # said\nnext_ = 1',
        'f(\n)\ntext = """a\n"""',
    ],
)
def test_a_text_over_several_lines_leaves_the_lines_where_they_are(source: str) -> None:
    after = substitute(source, {"text": "new"})
    assert parameters(after)["text"] == "new"
    before_lines = [node.lineno for node in ast.parse(source).body]
    assert [node.lineno for node in ast.parse(after).body] == before_lines
    assert after.count("\n") == source.count("\n")


@pytest.mark.parametrize(
    ("source", "overrides", "sentence"),
    [
        ("epochs = 1\nlr = 2", {"epoch": 1}, r"no parameter 'epoch'; did you mean 'epochs'\? \(it has epochs, lr\)"),
        ("f()", {"epoch": 1}, "it assigns no plain value"),
        ("n = 1", {"n": "a"}, r"'n' is 1 in the cell, a whole number; 'a' is a text"),
        ("n = 'a'", {"n": 1}, "a text; 1 is a whole number"),
        ("n = True", {"n": 1}, "a truth value; 1 is a whole number"),
        ("n = 1", {"n": True}, "a whole number; True is a truth value"),
    ],
)
def test_what_does_not_fit_is_refused(source: str, overrides: dict[str, Scalar], sentence: str) -> None:
    with pytest.raises(InvalidParameter, match=sentence):
        substitute(source, overrides)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5),
        ("-3", -3),
        ("0.1", 0.1),
        ("1e-3", 1e-3),
        ("true", True),
        ("True", True),
        ("false", False),
        ("None", None),
        ("relu", "relu"),
        ("'quoted'", "quoted"),
        ('"5"', "5"),
        ("", ""),
        ("[1]", "[1]"),
        ("007", "007"),
        ("1_000", 1000),
        ("a b", "a b"),
        ("f(", "f("),
        ("inf", "inf"),
    ],
)
def test_words_of_a_magics_line_become_values(text: str, value: Scalar) -> None:
    parsed = parse_value(text)
    assert parsed == value
    assert type(parsed) is type(value)


@given(st.dictionaries(NAMES, SCALARS, min_size=1, max_size=6), st.data())
def test_any_value_may_take_the_place_of_its_like(values: dict[str, Scalar], data: st.DataObject) -> None:
    gaps = st.sampled_from(["\n", "; ", "  # é\n", "\n\nif True:\n    é = 1\n", "\nprint('ü')\n"])
    source = "".join(f"{name} = {value!r}{data.draw(gaps)}" for name, value in values.items()).rstrip("; ")
    if not _are_plain(source, values):
        return
    overrides = {name: data.draw(_like(value)) for name, value in values.items() if data.draw(st.booleans())}
    after = substitute(source, overrides)
    assert parameters(after) == {**values, **overrides}
    assert after.count("\n") == source.count("\n")


def _are_plain(source: str, values: dict[str, Scalar]) -> bool:
    # An infinite float is no literal, and some identifiers are normalised to one another.
    try:
        return parameters(source) == values
    except SyntaxError:
        return False


def _like(value: Scalar) -> st.SearchStrategy[Scalar]:
    if isinstance(value, bool):
        return st.booleans()
    if isinstance(value, int):
        return st.integers()
    if isinstance(value, float):
        return st.floats(allow_nan=False, allow_infinity=False)
    return st.text(st.characters(exclude_categories=["Cs"])) if isinstance(value, str) else SCALARS.filter(_is_finite)


def _is_finite(value: Scalar) -> bool:
    return value not in (float("inf"), float("-inf"))


def test_without_their_values_cells_that_differ_only_in_them_are_one_text():
    text, found = without_values("lr = 0.1\na, b = 1, 'x'\nn: int = -3  # many\nfit(0.1)\nlong = '''a\nb'''\n")
    assert text == "lr = ...\na, b = ..., ...\nn: int = ...  # many\nfit(0.1)\nlong = (...\n)\n"
    assert found == {"lr": 0.1, "a": 1, "b": "x", "n": -3, "long": "a\nb"}
