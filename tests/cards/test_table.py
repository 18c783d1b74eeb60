"""Many runs as a table."""

from __future__ import annotations

import re

from jupyter_mlops.cards import runs_html, runs_text
from jupyter_mlops.cards.table import EXAMPLE
from tests.cards.conftest import NOW, Page, every_state

ROWS = [run.row for run in every_state().values()]


def test_the_table_names_its_columns_and_its_rows() -> None:
    page = Page(runs_html(ROWS, NOW))
    scopes = [attributes["scope"] for name, attributes in page.tags if name == "th"]
    assert scopes == ["col"] * 6 + ["row"] * len(ROWS)


def test_each_row_says_state_name_and_why() -> None:
    text = Page(runs_html(ROWS, NOW)).text
    assert "Waiting" in text
    assert "2 of 2 slots are taken" in text
    assert "spec.json is empty" in text
    assert "7f3k" in text


def test_a_run_that_ended_as_wished_gives_no_reason() -> None:
    assert "stopped by ada" not in Page(runs_html(ROWS, NOW)).text


def test_the_last_line_counts_the_states() -> None:
    assert runs_text(ROWS, NOW).splitlines()[-1].startswith("12 runs: 1 waiting, 1 starting, 5 running, 1 succeeded")


def test_columns_of_text_are_aligned() -> None:
    lines = [line for line in runs_text(ROWS, NOW).splitlines()[:-1] if not line.startswith(" ")]
    at = lines[0].index("run")
    assert all(line[at:].startswith(("run", "digits")) for line in lines)


def test_an_empty_list_teaches_with_a_cell_that_runs_as_it_is() -> None:
    first, *body = EXAMPLE.splitlines()
    assert first.startswith("%%train ")
    compile("\n".join(body), "cell", "exec")
    assert EXAMPLE in Page(runs_html([], NOW)).text
    assert first in runs_text([], NOW)


def test_an_empty_list_that_was_filtered_says_by_what() -> None:
    assert "No run tagged best." in Page(runs_html([], NOW, "tagged best")).text
    assert runs_text([], NOW, "tagged best") == "No run tagged best. %runs shows all."


def test_a_wide_table_scrolls_inside_its_frame_and_its_curves_keep_their_room() -> None:
    shown = runs_html(ROWS, NOW)
    assert '<div class="j-scroll"><table' in shown
    # JupyterLab lets drawings be as narrow as their cell, which then reckons them to have no width at all.
    assert re.search(r"\.j-spark\{[^}]*max-width:none", shown)
