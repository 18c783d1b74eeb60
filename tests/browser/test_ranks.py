"""Ranks in roles: their table, logs and curves; a run in which nothing moves, and one whose ranks are uneven."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import nbformat
import pytest
from playwright.sync_api import Locator, expect

from tests.browser.axe import check_accessible
from tests.browser.lab import THEMES, Lab, Theme
from tests.browser.recorded_ranks import NOON, RanksInRoles
from tests.browser.run_page import RunPage
from tests.browser.server import Server

NOW = NOON + 700.0


@pytest.fixture(scope="module")
def in_roles() -> Iterator[tuple[Server, RanksInRoles]]:
    """JupyterLab with a home of such runs, and a notebook with a card for each."""
    server = Server()
    ranks = RanksInRoles(server.workspace)
    server.notebook("ranks.ipynb", *(_card(server, ranks, name) for name in ranks.runs))
    server.set("@jupyterlab/notebook-extension:tracker", windowingMode="none")
    try:
        yield server.start(), ranks
    finally:
        server.kill()
        ranks.close()
        for run in ranks.runs.values():
            server.workspace.runs.delete(run, stop=True)
        server.close()


def _card(server: Server, ranks: RanksInRoles, name: str) -> nbformat.NotebookNode:
    bundle = server.workspace.runs.bundle(server.workspace.runs.snapshot(ranks.runs[name]))
    output = nbformat.v4.new_output("display_data", bundle)
    return nbformat.v4.new_code_cell(f"%%train {name}", execution_count=3, outputs=[output])


@pytest.fixture
def open_lab(make_lab: Callable[..., Lab], in_roles: tuple[Server, RanksInRoles]) -> Callable[[Theme], Lab]:
    def open_with(theme: Theme = "light") -> Lab:
        lab = make_lab(in_roles[0])
        lab.context.clock.set_fixed_time(datetime.fromtimestamp(NOW, UTC))
        return lab.open(theme)

    return open_with


@pytest.fixture
def lab(open_lab: Callable[..., Lab]) -> Lab:
    return open_lab()


def _names(table: Locator) -> Locator:
    return table.locator("tbody tr > :first-child")


def test_the_table_of_ranks_has_roles_and_paces_and_is_sorted_by_keyboard(
    lab: Lab, in_roles: tuple[Server, RanksInRoles]
):
    page = RunPage.open(lab, in_roles[1].runs["roles"].id)
    table = page.panel.get_by_role("table", name="Ranks")
    row = table.get_by_role("row", name=re.compile("rank 2"))
    for text in ("worker 1", "Running", "1.04", "80\u202f%", "218\u202fMB", "pid 202"):
        expect(row).to_contain_text(text)
    head = table.get_by_role("button", name="Steps/s")
    head.focus()
    lab.page.keyboard.press("Enter")
    expect(table.get_by_role("columnheader", name="Steps/s")).to_have_attribute("aria-sort", "ascending")
    expect(_names(table)).to_have_text([f"rank {rank}" for rank in (1, 0, 2, 3, 4, 5)])
    lab.page.keyboard.press("Enter")
    expect(_names(table)).to_have_text([f"rank {rank}" for rank in (2, 0, 1, 3, 4, 5)])
    lab.page.keyboard.press("ArrowRight")
    expect(table.get_by_role("button", name="CPU use")).to_be_focused()
    expect(page.panel).to_contain_text("parameter servers")


def test_where_nothing_moves_stacks_lead_to_the_line_of_the_cell(lab: Lab, in_roles: tuple[Server, RanksInRoles]):
    page = RunPage.open(lab, in_roles[1].runs["hung"].id)
    block = page.panel.get_by_role("region", name="Where its ranks are")
    expect(block).to_contain_text("All ranks have been silent and idle for 5\u202fmin.")
    expect(block.get_by_label(re.compile("^Stack of"))).to_have_count(1)
    expect(block.get_by_role("button", name="Stop")).to_be_visible()
    block.get_by_role("button", name="rank 2 (worker 1)").click()
    expect(block.get_by_label("Stack of rank 2 (worker 1)")).to_contain_text("queue.py")
    block.get_by_role("button", name="line 6").click()
    expect(page.tab("Code")).to_have_attribute("aria-selected", "true")
    expect(page.panel.locator(".jm-here")).to_contain_text("loss = fit(model, shard)")


def test_a_straggler_is_named_where_ranks_are(lab: Lab, in_roles: tuple[Server, RanksInRoles]):
    page = RunPage.open(lab, in_roles[1].runs["slow"].id)
    expect(page.panel).to_contain_text("Rank 3 is 1.8 times slower than the others.")
    expect(page.panel.locator(".jm-mod-odd")).to_contain_text("rank 3")


def test_logs_are_read_rank_by_rank_or_all_together(lab: Lab, in_roles: tuple[Server, RanksInRoles]):
    page = RunPage.open(lab, in_roles[1].runs["roles"].id, "Logs")
    page.panel.get_by_role("button", name=re.compile(r"Rank 3 \(ps 0\)")).click()
    expect(page.panel.get_by_role("log", name="Log of estimator, rank 3 (ps 0)")).to_contain_text("serves on")
    page.panel.get_by_role("button", name="All", exact=True).click()
    log = page.panel.get_by_role("log", name="Log of estimator, all ranks")
    expect(log).to_contain_text(re.compile(r"0 chief\s*step 59"))
    expect(log).to_contain_text(re.compile(r"2 worker 1\s*step 61"))
    page.panel.get_by_role("searchbox", name="Filter lines").fill("serves on")
    expect(log.locator(".jm-Together-row")).to_have_count(3)


def test_curves_are_rank_0s_with_the_band_of_all(lab: Lab, in_roles: tuple[Server, RanksInRoles]):
    page = RunPage.open(lab, in_roles[1].runs["slow"].id, "Curves")
    expect(page.panel.get_by_role("figure", name="loss")).to_contain_text("rank 0, band min to max of 4 ranks")
    page.await_curves()
    page.panel.get_by_role("button", name="Show loss as a table").click()
    for title in ("loss", "least", "greatest"):
        expect(page.panel.get_by_role("columnheader", name=title)).to_be_visible()


def test_cards_fold_ranks_and_say_how_they_began(lab: Lab, in_roles: tuple[Server, RanksInRoles]):
    server, _ = in_roles
    notebook = lab.open_notebook(server.folder / "ranks.ipynb", kernel=False)
    roles, hung, slow, missing = (notebook.card(place).article for place in range(4))
    expect(roles.locator(".jm-Card-ranks tbody tr")).to_have_count(4)
    roles.get_by_role("button", name="Show all 6 ranks").click()
    expect(roles.locator(".jm-Card-ranks tbody tr")).to_have_count(6)
    expect(roles.get_by_text("warm", exact=True)).to_have_attribute("title", re.compile("had imported"))
    expect(hung.get_by_text("cold", exact=True)).to_have_attribute("title", re.compile("torchrun"))
    expect(hung).to_contain_text("All ranks have been silent and idle")
    expect(slow).to_contain_text("Rank 3 is 1.8 times slower than the others.")
    expect(missing).to_contain_text("Rank 1 (worker 0) failed first")
    expect(missing).to_contain_text("pip install xgboost")


@pytest.mark.parametrize("theme", THEMES)
def test_ranks_have_no_axe_violation(
    open_lab: Callable[[Theme], Lab], in_roles: tuple[Server, RanksInRoles], theme: Theme
):
    server, ranks = in_roles
    lab = open_lab(theme)
    for name in ("roles", "hung"):
        page = RunPage.open(lab, ranks.runs[name].id)
        expect(page.panel.get_by_role("table", name="Ranks")).to_be_visible()
        check_accessible(page.whole)
    page.go("Logs").get_by_role("button", name="All", exact=True).click()
    expect(page.panel.locator(".jm-Together-row").first).to_be_visible()
    check_accessible(page.whole)
    notebook = lab.open_notebook(server.folder / "ranks.ipynb", kernel=False)
    expect(notebook.card(1).article).to_contain_text("All ranks have been silent and idle")
    check_accessible(notebook.panel.locator(".jm-Card"))
