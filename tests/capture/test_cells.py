from __future__ import annotations

import pytest

from jupyter_mlops.capture.cells import read_cell
from jupyter_mlops.domain.errors import InvalidCell


def test_the_first_line_is_a_comment_that_stands_for_the_magic() -> None:
    cell = read_cell("x = 1\n", "%%train digits epochs=5")
    assert cell.source == "# %%train digits epochs=5\nx = 1\n"
    assert cell.tree.body[0].lineno == 2


def test_code_without_a_magic_keeps_its_line_numbers() -> None:
    assert read_cell("x = 1").tree.body[0].lineno == 1


@pytest.mark.parametrize(
    "line",
    [
        "%matplotlib inline",
        "%load_ext autoreload",
        "%autoreload 2",
        "!pip install -q torch",
        "%pip install torch",
        "!{sys.executable} -m pip install torch",
        "%%time",
        "%%capture out",
        "%config InlineBackend.figure_format = 'svg'",
    ],
)
def test_lines_at_the_top_that_only_set_up_the_notebook_are_skipped(line: str) -> None:
    cell = read_cell(f"\n# first\n{line}\nx = 1", "%%train digits")
    assert cell.skipped == [line]
    assert cell.tree.body[0].lineno == 5


def test_a_skipped_line_that_goes_on_is_skipped_to_its_end() -> None:
    cell = read_cell("!pip install \\\n  torch\nx = 1")
    assert cell.tree.body[0].lineno == 3


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("x = 1\n%timeit x", 3, "magic"),
        ("x = 1\n\nfiles = !ls", 4, "shell"),
        ("for i in r:\n    !echo {i}", 3, "shell"),
        ("x = 1\nx?", 3, "help"),
        ("%cd /tmp\nx = 1", 2, "magic"),
        ("x = %time 1", 2, "magic"),
        ("x = 1\n%pip install torch", 3, "magic"),
    ],
)
def test_other_ipython_lines_are_refused_with_their_number(text: str, line: int, word: str) -> None:
    with pytest.raises(InvalidCell, match=rf"Line {line} .*{word}"):
        read_cell(text, "%%train digits")


def test_a_cell_of_another_language_is_refused() -> None:
    with pytest.raises(InvalidCell, match=r"Line 2 .*another language"):
        read_cell("%%bash\nls", "%%train digits")


def test_percent_signs_in_texts_and_sums_are_python() -> None:
    text = "x = (5\n% 3)\ns = '''\n%timeit\n!ls\n'''\n"
    assert read_cell(text).body == text


@pytest.mark.parametrize("text", ["", "\n \n", "# only a comment", "%matplotlib inline"])
def test_a_cell_without_code_is_refused(text: str) -> None:
    with pytest.raises(InvalidCell, match="empty"):
        read_cell(text, "%%train digits")


def test_a_syntax_error_has_the_line_of_the_notebook() -> None:
    with pytest.raises(SyntaxError) as caught:
        read_cell("x = 1\ny = (", "%%train digits", "Cell [3] (digits)")
    assert (caught.value.lineno, caught.value.filename, caught.value.text) == (3, "Cell [3] (digits)", "y = (\n")


def test_what_only_compiling_finds_is_a_syntax_error_too() -> None:
    with pytest.raises(SyntaxError, match="outside function"):
        read_cell("return 1")


def test_a_cell_may_await_at_top_level() -> None:
    assert read_cell("await f()\nasync for x in y: pass").tree.body


def test_indentation_that_ipython_forgives_is_forgiven() -> None:
    assert read_cell("    x = 1\n    y = 2").body == "x = 1\ny = 2\n"


def test_line_ends_of_other_systems_are_understood() -> None:
    assert read_cell("x = 1\r\ny = 2\r\n").tree.body[1].lineno == 2
