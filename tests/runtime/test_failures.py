import sys

import pytest

from tests.runtime.conftest import LABEL


def test_a_failure_points_at_the_line_of_the_notebooks_cell(run):
    ended = run("x = 1\n\ndef f(a):\n    return a / 0\n\nf(x)")
    assert ended.code == 1
    error = ended.error
    assert (error["type"], error["message"], error["line"]) == ("ZeroDivisionError", "division by zero", 5)
    assert f"{LABEL}, line 7\n" in ended.text
    assert f"{LABEL}, line 5, in f(a)" in ended.text
    assert "----> 7 f(x)" in ended.text
    assert error["traceback"].rstrip().endswith("division by zero")


def test_no_frame_of_ours_is_shown(run):
    for cell in (
        "1/0",
        "import asyncio\nawait asyncio.sleep(0)\n1/0",
        "from jupyter_mlops.runtime.report import report\nreport(x='a')",
        "from jupyter_mlops import connect\nconnect().runs.submit('1', name='inner')",
    ):
        text = run(cell).text
        assert "jupyter_mlops/" not in text
        assert "bootstrap" not in text
        assert "runtime/" not in text
        assert "runners.py" not in text


def test_frames_of_libraries_are_shown_with_their_lines(run):
    text = run("import json\njson.loads('{')").text
    assert "json/decoder.py:" in text
    assert "raise JSONDecodeError" in text


def test_causes_come_first(run):
    text = run("try:\n    1/0\nexcept ZeroDivisionError as e:\n    raise ValueError('worse') from e").text
    assert text.index("division by zero") < text.index("direct cause") < text.index("ValueError: worse")
    text = run("try:\n    1/0\nexcept ZeroDivisionError:\n    raise ValueError('worse')").text
    assert "During handling of the above exception" in text
    text = run("try:\n    1/0\nexcept ZeroDivisionError:\n    raise ValueError('alone') from None").text
    assert "division by zero" not in text


def test_a_circle_of_causes_ends(run):
    ended = run("a = ValueError('a')\nb = ValueError('b')\na.__cause__ = b\nb.__cause__ = a\nraise a")
    assert ended.error["message"] == "a"


def test_groups_show_their_members(run):
    text = run("raise ExceptionGroup('two', [ValueError('one'), TypeError('other')])").text
    assert "ValueError: one" in text
    assert "TypeError: other" in text


def test_notes_are_shown(run):
    ended = run("e = ValueError('x')\ne.add_note('look there')\nraise e")
    assert "look there" in ended.error["message"]


def test_an_exception_that_cannot_be_printed_is_named(run):
    ended = run("class Odd(Exception):\n    def __str__(self):\n        raise RuntimeError\nraise Odd")
    assert ended.error["type"] == "Odd"
    assert "__str__ failed" in ended.error["message"]


def test_endless_recursion_is_shown_in_short(run):
    ended = run("def f(n):\n    return f(n + 1)\nf(0)")
    assert ended.error["type"] == "RecursionError"
    assert "more of the same" in ended.text
    assert ended.text.count("in f(n)") < 5


def test_mutual_recursion_is_shown_in_short(run):
    ended = run("def f(n):\n    return g(n)\ndef g(n):\n    return f(n)\nf(0)")
    assert "skipping" in ended.text
    assert ended.text.count("in f(n)") < 40


def test_out_of_memory_is_said(run):
    assert run("raise MemoryError").error["type"] == "MemoryError"


def test_a_syntax_error_is_shown_at_its_place(run):
    ended = run("x = 1\ndef f(:\n    pass")
    assert ended.error["type"] == "SyntaxError"
    assert ended.error["line"] == 3
    assert ended.only("cell") == []
    assert f"{LABEL}, line 3" in ended.text
    assert "def f(:" in ended.text


def test_a_missing_ipython_is_explained(run):
    assert "a run has no IPython" in run("get_ipython().run_line_magic('time', '')").error["message"]


def test_a_huge_failure_fits_into_one_record(run):
    ended = run("raise ValueError('\\x00' * 1_000_000)")
    (line,) = [line for line in ended.log.split("\n") if line.startswith('\x1e{"error"')]
    assert len(line) < 64 * 1024
    assert len(ended.error["message"]) == 2000


def test_a_failing_thread_shows_the_cells_line(run):
    ended = run("import threading\ndef work():\n    1/0\nt = threading.Thread(target=work)\nt.start()\nt.join()")
    assert ended.code == 0
    assert "----> 4     1/0" in ended.text or "---> 4     1/0" in ended.text


def test_values_that_cannot_be_loaded_fail_the_rank_before_its_cell(rank):
    it = rank("print('never')")
    (it.folder / "bundle" / "values.pickle").write_bytes(b"\x80\x05no pickle")
    ended = it.end(it.start())
    assert ended.code == 1
    assert ended.only("cell") == []
    assert "never" not in ended.text


def test_other_cells_show_their_lines(rank):
    it = rank("import linecache\nprint(linecache.getline('Cell [2]', 1))")
    (it.folder / "bundle" / "cells.json").write_text('{"Cell [2]": "def earlier(): pass\\n"}')
    assert "def earlier" in it.end(it.start()).text


@pytest.mark.skipif(sys.version_info < (3, 11), reason="notes are new in 3.11")
def test_colours_are_those_of_a_terminal(run):
    assert "\x1b[31m" in run("1/0").error["traceback"]


def test_a_hook_of_the_cell_sees_the_failure(run):
    ended = run("import sys\nsys.excepthook = lambda kind, error, tb: print('seen', kind.__name__)\n1/0")
    assert ended.text == "seen ZeroDivisionError\n"
    assert "division by zero" in ended.error["traceback"]
    ended = run("import sys\nbefore = sys.excepthook\nsys.excepthook = lambda *a: (print('seen'), before(*a))\n1/0")
    assert ended.text.startswith("seen\n---")
    assert ended.text.count("ZeroDivisionError:") == 1


def test_a_large_group_is_cut(run):
    ended = run("raise ExceptionGroup('many', [ValueError(i) for i in range(100)])")
    assert "and 85 more" in ended.text


def test_code_that_the_cell_makes_from_text_has_its_frame(run):
    assert "<string>" in run("exec('def f():\\n    1/0\\nf()')").text


def test_a_crash_leaves_a_trace(run):
    ended = run("import ctypes\ndef crash():\n    ctypes.string_at(0)\ncrash()")
    assert ended.code < 0
    assert "Segmentation fault" in ended.text
    assert "in crash" in ended.text
