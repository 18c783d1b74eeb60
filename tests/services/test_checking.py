"""A check says what was seen in a moment, and leaves nothing unless something is wrong."""

from __future__ import annotations

import os

import numpy as np
import pytest

from jupyter_mlops.domain.errors import InvalidOption, InvalidParameter
from jupyter_mlops.services.submission import Cell
from jupyter_mlops.workspace import Workspace, connect


@pytest.fixture
def real(home) -> Workspace:
    """A workspace whose runs are processes."""
    return connect(home)


def test_a_cell_that_is_quick_is_seen_to_its_end_and_leaves_nothing(real):
    cell = Cell("import json\nprint('first', len(numbers), np.pi > 3)", {"numbers": [1, 2], "np": np})

    seen = real.runs.check(cell, "digits")

    assert seen.is_fine, seen
    assert (seen.state, seen.run) == ("succeeded", "")
    # What Python itself brings along is there.
    assert [(each.module, each.version, each.error) for each in seen.imports] == [("numpy", np.__version__, "")]
    assert any(line.startswith("numbers") for line in seen.captured)
    assert seen.ranks[0].lines == ["first 2 True"]
    assert not os.listdir(real.home.runs)
    assert not real.runs.list()


def test_a_cell_that_goes_on_is_ended_with_its_first_lines(real):
    code = (
        "import os, time\nfor line in range(20):\n    print('line', line, os.environ['RANK'])\n"
        "while True:\n    time.sleep(0.1)"
    )

    seen = real.runs.check(code, workers=2, seconds=1)

    assert seen.is_fine
    assert seen.sentence == "Still running after 1 s: fine."
    assert [rank.lines[0] for rank in seen.ranks] == ["line 0 0", "line 0 1"]
    assert [(len(rank.lines), rank.more, len(rank.last)) for rank in seen.ranks] == [(8, 8, 4), (8, 8, 4)]
    assert seen.ranks[1].last[-1] == "line 19 1"
    assert not os.listdir(real.home.runs)


def test_a_cell_that_fails_is_kept(real):
    seen = real.runs.check("print('so far')\n1 / 0", "broken")

    assert not seen.is_fine
    assert seen.state == "failed"
    assert "ZeroDivisionError" in seen.sentence
    assert seen.ranks[0].lines[0] == "so far"
    assert real.runs.get(seen.run).state == "failed"
    assert f"%runs show {seen.run}" in repr(seen)


def test_a_cell_that_cannot_import_what_it_needs_is_not_started(real):
    seen = real.runs.check("import json, no_such_module_anywhere\nprint(1)")

    assert not seen.is_fine
    assert seen.sentence.endswith("cannot import `no_such_module_anywhere`.")
    assert seen.imports[0].error == "ModuleNotFoundError: No module named 'no_such_module_anywhere'"
    assert (seen.state, seen.ranks) == (None, [])
    assert not os.listdir(real.home.runs)


def test_what_submit_would_refuse_is_refused(workspace):
    with pytest.raises(InvalidOption, match="--ps is for"):
        workspace.runs.check("1", kind="jax", ps=1)
    with pytest.raises(InvalidOption, match="--check is a time"):
        workspace.runs.check("1", seconds=-1)
    with pytest.raises(InvalidParameter):
        workspace.runs.check("epochs = 1", params={"epoch": 2})
    assert not os.listdir(workspace.home.runs)


def test_it_is_shown_as_text_and_as_a_page_that_nothing_breaks_out_of(workspace):
    seen = workspace.runs.check("print('<script>alert(1)</script>')")

    assert repr(seen).startswith("Fine  Succeeded after ")
    assert "<script>alert" in repr(seen)
    assert "<script>" not in seen._repr_html_()
    assert "&lt;script&gt;alert" in seen._repr_html_()
