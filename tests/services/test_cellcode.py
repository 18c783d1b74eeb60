"""Cells that were read at once come to what each comes to by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlops.services import cellcode
from jupyter_mlops.services.cellcode import CellReader, below_magic, read_cell

CELL = """\
lr = 0.1  # the rate
epochs: int = 5
name = 'x'
text = \"\"\"
lr = 0.1
\"\"\"
a, b = 1, 2
print(lr, epochs, ...)
"""


def test_values_of_parameters_do_not_count():
    one, other = read_cell("lr = 0.1\nfit(lr)"), read_cell("lr = 0.5\nfit(lr)")
    assert one.hash == other.hash != read_cell("lr = 0.5\nfit(2 * lr)").hash
    assert (one.params, other.params) == ({"lr": 0.1}, {"lr": 0.5})


def test_the_magics_line_does_not_count():
    assert read_cell("# %%train digits lr=0.5\nlr = 0.5").hash == read_cell("lr = 0.1").hash
    assert below_magic("# %%tune x\na\nb") == ("a\nb", 2)
    assert below_magic("# %% [markdown]\na") == ("# %% [markdown]\na", 1)


def test_what_is_no_python_has_no_parameters_but_a_hash():
    cell = read_cell("lr = 0.1\nif")
    assert (cell.params, bool(cell.hash)) == ({}, True)
    assert read_cell("").hash == ""


def test_a_cell_of_a_known_form_is_not_parsed(monkeypatch):
    reader = CellReader()
    reader.read("lr = 0.1\nepochs = 3\nfit()", {})
    monkeypatch.setattr(cellcode, "without_values", None)
    assert reader.read("lr = 0.5\nepochs = 3\nfit()", {"lr": 0.5}).params == {"lr": 0.5, "epochs": 3}


@pytest.mark.parametrize(
    "other",
    [
        "lr = (0.5)\nfit()",
        "lr =  0.5\nfit()",
        "lr = 0.5 \nfit()",
        "lr = [0.5]\nfit()",
        "lr = -0.5\nfit()",
        "lr = 1_0\nfit()",
        "lr = 'a' 'b'\nfit()",
        "lr = '''\nfit()",
        "lr = 0.5 + 1\nfit()",
        "lr = \nfit()",
        "lr = f''\nfit()",
        "lr = 0.5; x = 1\nfit()",
        "lr = None\nfit()",
        "lr = True\nfit()",
        "lr = b''\nfit()",
        "lr = ...\nfit()",
        "lr = 1j\nfit()",
    ],
)
def test_odd_values_come_to_the_same_as_by_themselves(other):
    reader = CellReader()
    reader.read("lr = 0.1\nfit()", {})
    assert reader.read(other, {}) == read_cell(other)
    assert reader.read(other, {"lr": 0.5}) == read_cell(other)


_values = st.sampled_from(["0.1", "-3", "'x'", "None", "True", "(1)", "1 + 1", "'a\"b'", '"""', "x", "1 # y", "..."])
_lines = st.sampled_from(
    [
        "lr = {}",
        "lr = {}  # rate",
        "epochs: int = {}",
        "lr = {}; x = 2",
        "a, b = {}, 2",
        "f({})",
        '"""',
        "",
        "if {}:",
        "    lr = {}",
        "c = d = {}",
    ]
)


@given(st.lists(_lines, max_size=5), st.lists(st.lists(_values, min_size=5, max_size=5), min_size=1, max_size=4))
def test_in_whatever_order_cells_are_read_each_comes_to_what_it_comes_to_by_itself(lines, variants):
    reader = CellReader()
    for values in variants:
        source = "\n".join(line.format(value) for line, value in zip(lines, values, strict=False))
        assert reader.read(source, {}) == read_cell(source)


def test_a_cell_may_hold_what_looks_like_a_gap():
    reader = CellReader()
    for value in ("0.1", "0.7"):
        source = CELL.replace("0.1", value)
        assert reader.read(source, {}) == read_cell(source)
