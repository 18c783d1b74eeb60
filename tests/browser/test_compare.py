"""Runs beside each other: the page by mouse and keyboard, what differs between two, and the card in a cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from tests.browser.axe import check_accessible
from tests.browser.compare_page import ComparePage
from tests.browser.compared import RUNS, A, B, record_comparable
from tests.browser.lab import THEMES, Lab, Theme
from tests.browser.polling import await_equal
from tests.browser.server import Server

IDS = list(RUNS)
TINY = IDS[-1]


@pytest.fixture(scope="module")
def compared_server() -> Iterator[Server]:
    """JupyterLab with five runs that are worth comparing."""
    server = Server()
    try:
        record_comparable(server.workspace)
        yield server.start()
    finally:
        server.close()


@pytest.fixture
def lab(make_lab: Callable[..., Lab], compared_server: Server) -> Lab:
    return make_lab(compared_server).open()


@pytest.fixture
def page(lab: Lab) -> ComparePage:
    """All five, in front."""
    page = ComparePage.open(lab, runs=IDS)
    expect(page.rows).to_have_count(len(IDS))
    return page


def test_the_best_comes_first_and_says_so_without_colour(page: ComparePage):
    page.says("5 runs, 4 names")
    await_equal(page.order, sorted(IDS, key=lambda run_id: -RUNS[run_id].reaches))
    expect(page.column("val_acc")).to_have_attribute("aria-sort", "descending")
    expect(page.row(A)).to_contain_text(re.compile("best 0.978"))
    expect(page.row(B)).not_to_contain_text("best")


def test_any_column_sorts_and_a_filter_narrows(page: ComparePage):
    page.column("lr").click()
    expect(page.column("lr")).to_have_attribute("aria-sort", "ascending")
    await_equal(lambda: [RUNS[run_id].params["lr"] for run_id in page.order()], [0.004, 0.008, 0.01, 0.01, 0.02])
    page.filter.fill("lr > 0.005 batch = 64")
    expect(page.rows).to_have_count(4)
    page.filter.fill("lr > soon")
    expect(page.whole).to_contain_text("is no number")
    page.filter.fill("lr > 1")
    expect(page.whole).to_contain_text("No run meets")
    page.whole.get_by_role("button", name="Show all").click()
    expect(page.rows).to_have_count(5)


def test_the_table_is_worked_by_keyboard(page: ComparePage, lab: Lab):
    page.row(A).get_by_role("gridcell").nth(1).focus()
    press = lab.page.keyboard.press
    press("ArrowDown")
    expect(page.row(page.order()[1]).get_by_role("gridcell").nth(1)).to_be_focused()
    press("Space")
    expect(page.row(page.order()[1])).to_have_attribute("aria-selected", "true")
    press("Shift+ArrowDown")
    expect(page.grid.locator('[aria-selected="true"]')).to_have_count(2)
    press("b")
    expect(page.row(page.order()[2])).to_have_attribute("data-side", "B")
    press("Escape")
    expect(page.grid.locator('[aria-selected="true"]')).to_have_count(0)
    for _ in range(3):
        press("ArrowUp")
    expect(page.column("Run")).to_be_focused()
    press("s")
    expect(page.column("Run")).to_have_attribute("aria-sort", "ascending")
    press("ArrowDown")
    press("Enter")
    expect(lab.page.get_by_role("heading", level=1, name=re.compile("^digits"))).to_be_visible()


def test_a_selection_in_one_view_is_one_in_all(page: ComparePage):
    page.await_curves()
    parallel = page.figure("Parameters to val_acc").get_by_role("img")
    parallel.focus()
    page.page.keyboard.press("ArrowDown")
    page.page.keyboard.press("Space")
    expect(page.row(A)).to_have_attribute("aria-selected", "true")
    page.row(TINY).get_by_role("gridcell").nth(3).click()
    expect(page.row(A)).to_have_attribute("aria-selected", "false")
    expect(page.whole).to_contain_text("1 selected")
    page.whole.get_by_role("button", name="Scatter").click()
    scatter = page.figure(re.compile("over lr")).get_by_role("img")
    box = scatter.bounding_box()
    assert box is not None
    # A box around all points selects all runs.
    page.page.mouse.move(box["x"] + 2, box["y"] + 2)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + box["width"] - 2, box["y"] + box["height"] - 2, steps=4)
    page.page.mouse.up()
    expect(page.grid.locator('[aria-selected="true"]')).to_have_count(5)


def test_a_range_that_is_kept_greys_the_other_runs(page: ComparePage):
    edge = page.whole.get_by_role("slider", name="least val_acc")
    edge.focus()
    for _ in range(4):
        page.page.keyboard.press("ArrowUp")
    expect(page.figure("Parameters to val_acc")).to_contain_text(re.compile(r"kept: val_acc from .*; 1 of 5 runs"))
    expect(page.grid.locator(".jm-mod-out")).to_have_count(4)
    page.figure("Parameters to val_acc").get_by_role("button", name="Clear").click()
    expect(page.grid.locator(".jm-mod-out")).to_have_count(0)


def test_metrics_are_shown_as_they_were_at_a_step(page: ComparePage):
    page.whole.get_by_role("button", name="At step").click()
    page.whole.get_by_role("spinbutton", name="Step").fill("1.5")
    expect(page.row(A)).not_to_contain_text("0.978")
    page.whole.get_by_role("button", name="Last", exact=True).click()
    expect(page.row(A)).to_contain_text("0.978")


def test_what_differs_between_two_is_told(page: ComparePage):
    page.row(B).hover()
    page.row(B).get_by_role("button", name="digits as B").click()
    differences = page.differences
    expect(differences).to_contain_text("lr differs")
    expect(differences.get_by_role("row", name=re.compile("^lr "))).to_contain_text("0.0080.01+0.002")
    code = differences.get_by_role("region", name="Code of the cell")
    expect(code.locator('[data-op="removed"] mark')).to_have_count(1)
    expect(code.locator('[data-op="added"]')).to_contain_text(["SGD"])
    differences.get_by_role("tab", name=re.compile("^Code")).click()
    expect(differences.get_by_role("table")).to_have_count(0)
    differences.get_by_role("button", name="Change A and B over").click()
    expect(page.row(A)).to_have_attribute("data-side", "B")


def test_columns_are_chosen_and_a_group_is_folded(page: ComparePage):
    page.whole.get_by_role("button", name=re.compile("^Columns:")).click()
    sheet = page.whole.get_by_role("dialog")
    sheet.get_by_role("checkbox", name="loss").uncheck()
    page.page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(page.column("loss")).to_have_count(0)
    page.whole.get_by_role("combobox", name="Group:").select_option("batch")
    head = page.grid.get_by_role("row", name=re.compile("^64"))
    expect(head).to_have_attribute("aria-expanded", "true")
    head.click()
    expect(page.rows).to_have_count(1)


def test_runs_are_added_and_the_question_outlives_a_reload(lab: Lab):
    page = ComparePage.open(lab, runs=[A, B])
    expect(page.rows).to_have_count(2)
    page.whole.get_by_role("button", name="Add runs").click()
    page.whole.get_by_role("dialog").get_by_role("button", name=re.compile("digits-tiny")).click()
    expect(page.rows).to_have_count(3)
    expect(lab.page.locator(".lm-TabBar-tab").filter(has_text="digits-tiny")).to_be_visible()
    lab.await_layout_saved()
    lab.reload()
    expect(ComparePage(lab).rows).to_have_count(3)


def test_there_may_be_nothing_or_only_one(lab: Lab):
    page = ComparePage.open(lab, name="nobody")
    expect(page.whole).to_contain_text("There is nothing to compare")
    expect(page.whole).to_contain_text("%compare")
    check_accessible(page.whole)
    page = ComparePage.open(lab, runs=[TINY])
    expect(page.rows).to_have_count(1)
    expect(page.differences).to_contain_text("With a second run")
    check_accessible(page.whole)
    lab.watch.expect("400 .Bad Request.")
    page = ComparePage.open(lab, where="state = nowhere")
    expect(page.whole).to_contain_text("No state is called")


def test_a_deleted_run_is_missed_and_named_no_more(make_server: Callable[..., Server], make_lab: Callable[..., Lab]):
    server = make_server()
    record_comparable(server.workspace)
    lab = make_lab(server).open()
    page = ComparePage.open(lab, runs=IDS)
    expect(page.rows).to_have_count(5)
    server.workspace.runs.delete(B)
    expect(page.whole).to_contain_text("1 run that was to be compared was deleted.")
    page.whole.get_by_role("button", name="Go on without").click()
    expect(page.whole).not_to_contain_text("was deleted")
    # A server that is killed is missed loudly.
    lab.watch.expect(r"ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|Failed to fetch|WebSocket|ERR_EMPTY_RESPONSE")
    server.kill()
    expect(page.whole).to_contain_text("What is shown is from")
    expect(page.rows).to_have_count(4)


@pytest.mark.parametrize("theme", THEMES)
def test_comparisons_have_no_axe_violation(make_lab: Callable[..., Lab], compared_server: Server, theme: Theme):
    lab = make_lab(compared_server).open(theme)
    page = ComparePage.open(lab, runs=IDS)
    expect(page.differences).to_contain_text("differ")
    page.await_curves()
    check_accessible(page.whole)
    page.row(A).get_by_role("gridcell").nth(3).click()
    page.whole.get_by_role("button", name="Scatter").click()
    page.whole.get_by_role("button", name=re.compile("^Columns:")).click()
    expect(page.whole.get_by_role("dialog")).to_be_visible()
    check_accessible(page.whole)
    page.page.keyboard.press("Escape")
    for figure in page.whole.get_by_role("figure").all():
        figure.get_by_role("button", name=re.compile("as a table$")).click()
    page.whole.get_by_role("checkbox", name="Only differences").uncheck()
    expect(page.whole.get_by_role("figure").get_by_role("table")).to_have_count(2)
    check_accessible(page.whole)


@pytest.mark.parametrize("theme", THEMES)
def test_a_card_tells_what_is_compared(make_lab: Callable[..., Lab], compared_server: Server, theme: Theme):
    lab = make_lab(compared_server).open(theme)
    notebook = lab.open_notebook(_notebook(compared_server, f"compared-{theme}.ipynb"), kernel=False)
    cards = notebook.panel.get_by_role("article", name=re.compile("^comparison"))
    expect(cards).to_have_count(2)
    five, two = cards.first, cards.last
    expect(five.get_by_role("row")).to_have_count(6)
    expect(five.get_by_role("img")).to_have_accessible_name("Curves of val_acc, of 5 runs")
    expect(two).to_contain_text("lr differs")
    for card in (five, two):
        check_accessible(card)
    five.get_by_role("button", name="Open comparison").click()
    expect(ComparePage(lab).rows).to_have_count(5)


def _notebook(server: Server, name: str) -> Path:
    compare = server.workspace.compare
    bundles = [compare(*ids)._repr_mimebundle_() for ids in (IDS, (A, B))]
    cells = [
        nbformat.v4.new_code_cell(
            "%compare", execution_count=1, outputs=[nbformat.v4.new_output("display_data", bundle)]
        )
        for bundle in bundles
    ]
    path = server.folder / name
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path
