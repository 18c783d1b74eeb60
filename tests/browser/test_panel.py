"""The panel's runs: what it lists, how it is found, and what can be done from it by mouse and by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from jupyter_mlops.domain.runs import State
from jupyter_mlops.services.run import Run
from tests.browser.axe import check_accessible
from tests.browser.gallery import Gallery
from tests.browser.lab import THEMES, Lab
from tests.browser.panel import RunsPanel
from tests.browser.run_page import RunPage
from tests.browser.server import Server

LONG_MS = 20_000
HOLDS = "import time\nfrom jupyter_mlops import report\nreport(step=1, loss=0.5)\ntime.sleep(1000)\n"


@pytest.fixture
def looking(make_lab: Callable[..., Lab], gallery: Gallery, gallery_server: Server) -> Lab:
    """A tab with the gallery's home."""
    return make_lab(gallery_server).open()


@pytest.fixture
def submit(server: Server) -> Iterator[Callable[[str, str], Run]]:
    """Return what starts a run; it is ended and deleted with the test."""
    runs: list[Run] = []

    def start(name: str, code: str = HOLDS) -> Run:
        runs.append(server.workspace.runs.submit(code, name))
        return runs[-1]

    yield start
    for run in runs:
        if run.path.exists():
            server.workspace.runs.delete(run, stop=True)


@pytest.fixture
def lab(lab: Lab) -> Lab:
    """A tab in which runs are deleted: a hint says only that a run has changed, so it is asked for once more."""
    lab.watch.expect(r"status of 404 .*/jupyter-mlops/runs/(by|chosen)-")
    return lab


def confirm(page: Page, button: str) -> None:
    page.get_by_role("dialog").get_by_role("button", name=button).click()


def test_every_run_has_a_row_that_says_its_state(looking: Lab, gallery: Gallery):
    panel = RunsPanel(looking)
    for name in gallery.runs:
        row = panel.row(gallery[name].id.rsplit("-", 3)[0], gallery.word(name))
        row.scroll_into_view_if_needed()
        expect(row).to_be_visible()


def test_the_filter_finds_runs_and_says_what_it_cannot_mean(looking: Lab, gallery: Gallery):
    panel = RunsPanel(looking)
    panel.filter.fill("digits")
    expect(panel.rows).to_have_count(2)
    panel.filter.fill("tag = baseline")
    expect(panel.rows).to_have_count(1)
    looking.watch.expect(r"status of 400 .*/jupyter-mlops/runs\?where=")
    panel.filter.fill("lr >")
    expect(panel.whole.get_by_role("alert")).to_be_visible()
    panel.filter.fill("nothing-has-this-name")
    expect(panel.whole).to_contain_text("No run matches")
    panel.whole.get_by_role("button", name="Show all runs").click()
    expect(panel.row("net", "running")).to_be_visible()
    panel.chip("Failed").click()
    expect(panel.row("ranks", "failed")).to_be_visible()
    expect(panel.row("net", "running")).to_be_hidden()


def test_rows_are_reached_by_keyboard(looking: Lab, gallery: Gallery):
    panel = RunsPanel(looking)
    panel.rows.first.focus()
    looking.page.keyboard.press("ArrowDown")
    expect(panel.rows.nth(1)).to_be_focused()
    looking.page.keyboard.press("/")
    expect(panel.filter).to_be_focused()
    looking.page.keyboard.type("digits")
    expect(panel.rows).to_have_count(2)
    looking.page.keyboard.press("ArrowDown")
    looking.page.keyboard.press("Enter")
    expect(RunPage(looking).heading).to_have_text("digits")


def test_panel_has_no_axe_violation(looking: Lab, gallery: Gallery):
    panel = RunsPanel(looking)
    for theme in THEMES:
        looking.use_theme(theme)
        for name in gallery.runs:
            panel.row(gallery[name].id.rsplit("-", 3)[0]).scroll_into_view_if_needed()
            if name in ("retried", "running", "waiting", "broken"):
                check_accessible(panel.whole)
        panel.filter.fill("nothing-has-this-name")
        expect(panel.whole).to_contain_text("No run matches")
        check_accessible(panel.whole)
        panel.filter.fill("")


def test_an_empty_panel_teaches_a_line_that_runs(own_server: Server, make_lab: Callable[..., Lab]):
    lab = make_lab(own_server).open()
    panel = RunsPanel(lab)
    expect(panel.whole).to_contain_text("No runs yet")
    for theme in THEMES:
        lab.use_theme(theme)
        check_accessible(panel.whole)
    notebook = lab.open_notebook(own_server.notebook("empty.ipynb", ""))
    panel.whole.get_by_role("button", name="Insert example cell").click()
    expect(notebook.cells.filter(has_text="%%train")).to_be_visible()
    lab.execute("notebook:run-all-cells")
    expect(panel.rows.first).to_have_accessible_name(re.compile("succeeded"), timeout=60_000)


def test_a_run_is_stopped_retried_and_deleted_by_mouse(lab: Lab, submit: Callable[..., Run], server: Server):
    run = submit("by-mouse")
    panel = RunsPanel(lab)
    row = panel.row("by-mouse", "running")
    expect(row).to_be_visible(timeout=LONG_MS)
    row.hover()
    row.get_by_role("button", name="Stop").click()
    confirm(lab.page, "Stop")
    row = panel.row("by-mouse", "stopped")
    expect(row).to_be_visible(timeout=LONG_MS)
    assert run.state is State.STOPPED
    row.hover()
    row.get_by_role("button", name="Retry").click()
    expect(panel.row("by-mouse", "running")).to_be_visible(timeout=LONG_MS)
    again = server.workspace.runs.get("by-mouse")
    assert again.spec.retry_of == run.id
    row.click(button="right")
    lab.page.get_by_role("menuitem", name=re.compile("^Delete")).click()
    confirm(lab.page, "Delete")
    expect(row).to_be_hidden(timeout=LONG_MS)
    assert not run.path.exists()
    server.workspace.runs.delete(again, stop=True)
    expect(panel.row("by-mouse")).to_be_hidden(timeout=LONG_MS)


def test_a_run_is_stopped_retried_and_deleted_by_keyboard(lab: Lab, submit: Callable[..., Run], server: Server):
    run = submit("by-keyboard")
    panel = RunsPanel(lab)
    row = panel.row("by-keyboard", "running")
    expect(row).to_be_visible(timeout=LONG_MS)
    row.focus()
    lab.page.keyboard.press("s")
    lab.page.get_by_role("dialog").wait_for()
    lab.page.keyboard.press("Enter")
    expect(panel.row("by-keyboard", "stopped")).to_be_visible(timeout=LONG_MS)
    panel.row("by-keyboard", "stopped").focus()
    lab.page.keyboard.press("r")
    expect(panel.row("by-keyboard", "running")).to_be_visible(timeout=LONG_MS)
    again = server.workspace.runs.get("by-keyboard")
    panel.row("by-keyboard", "stopped").focus()
    lab.page.keyboard.press("Delete")
    lab.page.get_by_role("dialog").wait_for()
    lab.page.keyboard.press("Enter")
    expect(panel.row("by-keyboard", "stopped")).to_be_hidden(timeout=LONG_MS)
    # The keyboard goes on from there.
    expect(panel.whole.locator(":focus")).to_have_role("row")
    assert not run.path.exists()
    server.workspace.runs.delete(again, stop=True)


def test_several_runs_are_selected_by_mouse(looking: Lab, gallery: Gallery):
    panel = RunsPanel(looking)
    panel.filter.fill("digits")
    expect(panel.rows).to_have_count(2)
    panel.filter.fill("")
    panel.row("digits").click()
    expect(panel.selected).to_have_count(1)
    expect(panel.selection).to_be_hidden()
    panel.row("net", "running").click(modifiers=["Control"])
    expect(panel.selected).to_have_count(2)
    expect(panel.selection).to_contain_text("2 selected")
    first, last = panel.rows.nth(1), panel.rows.nth(4)
    first.click()
    expect(panel.selection).to_be_hidden()
    last.click(modifiers=["Shift"])
    expect(panel.selected).to_have_count(4)
    for theme in THEMES:
        looking.use_theme(theme)
        check_accessible(panel.whole)
    panel.selection.get_by_role("button", name="Clear the selection").click()
    expect(panel.selection).to_be_hidden()


def test_several_runs_are_selected_by_keyboard(looking: Lab, gallery: Gallery):
    panel = RunsPanel(looking)
    press = looking.page.keyboard.press
    expect(panel.rows.first).to_be_focused()
    for key in (" ", "ArrowDown", "ArrowDown", " "):
        press(key)
    expect(panel.selected).to_have_count(2)
    expect(panel.rows.nth(1)).to_have_attribute("aria-selected", "false")
    expect(panel.whole.get_by_role("status").filter(has_text="2 selected")).to_be_attached()
    press("Shift+ArrowDown")
    expect(panel.selected).to_have_count(2)
    expect(panel.rows.nth(3)).to_be_focused()
    press("Control+a")
    expect(panel.selection).to_contain_text(f"{len(gallery.workspace.runs.list())} selected")
    press("Shift+F10")
    expect(panel.verb("Delete")).to_be_visible()
    press("Escape")
    expect(panel.rows.nth(3)).to_be_focused()
    press("Escape")
    expect(panel.selection).to_be_hidden()


def test_what_is_selected_is_compared(looking: Lab, gallery: Gallery):
    panel = RunsPanel(looking)
    panel.filter.fill("digits")
    expect(panel.rows).to_have_count(2)
    panel.rows.first.click()
    panel.rows.nth(1).click(modifiers=["Shift"])
    expect(panel.selected).to_have_count(2)
    panel.rows.nth(1).focus()
    looking.page.keyboard.press("c")
    page = looking.page.locator(".jp-MainAreaWidget:not(.lm-mod-hidden)").filter(has_text="Compare")
    expect(page.get_by_role("row", name=re.compile("^.*digits"))).to_have_count(2)


def test_a_selection_stays_with_its_runs_and_is_deleted_with_one_question(
    lab: Lab, submit: Callable[..., Run], server: Server
):
    runs = [submit(f"chosen-{letter}", "x = 1\n") for letter in "ab"]
    for run in runs:
        run.wait()
    panel = RunsPanel(lab)
    panel.row("chosen-a", "succeeded").click()
    panel.row("chosen-b", "succeeded").click(modifiers=["Control"])
    late = submit("late", "x = 1\n")
    expect(panel.row("late")).to_be_visible(timeout=LONG_MS)
    expect(panel.selected).to_have_count(2)
    expect(panel.row("late")).to_have_attribute("aria-selected", "false")
    panel.row("chosen-a").click(button="right")
    panel.verb("Delete").click()
    expect(lab.page.get_by_role("dialog")).to_contain_text("Delete 2 runs?")
    expect(lab.page.get_by_role("dialog")).to_contain_text("chosen-a")
    confirm(lab.page, "Delete")
    expect(panel.row("chosen-a")).to_be_hidden(timeout=LONG_MS)
    expect(panel.row("chosen-b")).to_be_hidden(timeout=LONG_MS)
    expect(panel.selection).to_be_hidden()
    assert not any(run.path.exists() for run in runs)
    assert late.path.exists()


def test_what_was_folded_and_filtered_is_there_after_a_reload(looking: Lab, gallery: Gallery):
    panel = RunsPanel(looking)
    panel.filter.fill("digits")
    expect(panel.rows).to_have_count(2)
    expect(panel.head("Runs")).to_contain_text("2 of ")
    with looking.page.expect_response(
        lambda reply: reply.request.method == "PUT" and '"folded":{"sweeps":false}' in (reply.request.post_data or "")
    ):
        panel.head("Sweeps").click()
    expect(panel.head("Sweeps")).to_have_attribute("aria-expanded", "true")
    looking.reload()
    expect(panel.filter).to_have_value("digits")
    expect(panel.rows).to_have_count(2)
    expect(panel.head("Runs")).to_contain_text("2 of ")
    expect(panel.head("Sweeps")).to_have_attribute("aria-expanded", "true")


def test_sections_are_folded_and_divided_by_keyboard(looking: Lab, gallery: Gallery):
    panel = RunsPanel(looking)
    press = looking.page.keyboard.press
    expect(panel.rows.first).to_be_focused()
    press("ArrowLeft")
    expect(panel.head("Runs")).to_be_focused()
    press("ArrowLeft")
    expect(panel.head("Runs")).to_have_attribute("aria-expanded", "false")
    expect(panel.grid).to_be_hidden()
    press("ArrowRight")
    expect(panel.grid).to_be_visible()
    press("ArrowDown")
    expect(panel.rows.first).to_be_focused()
    panel.head("Sweeps").focus()
    press("ArrowRight")
    line = panel.whole.get_by_role("separator", name="Height of runs")
    line.focus()
    before = int(line.get_attribute("aria-valuenow") or 0)
    press("ArrowUp")
    expect(line).to_have_attribute("aria-valuenow", str(before - 5))
    check_accessible(panel.whole)


def test_an_unreachable_server_leaves_the_rows_and_says_so(looking: Lab, gallery: Gallery):
    panel = RunsPanel(looking)
    expect(panel.row("net", "running")).to_be_visible()
    looking.watch.expect(r"ERR_INTERNET_DISCONNECTED|Failed to fetch|WebSocket")
    looking.context.set_offline(True)
    expect(panel.whole.get_by_role("status").filter(has_text="Try now")).to_be_visible(timeout=LONG_MS)
    expect(panel.row("net", "running")).to_be_visible()
    check_accessible(panel.whole)
    looking.context.set_offline(False)
    expect(panel.whole.get_by_role("status").filter(has_text="Try now")).to_be_hidden(timeout=LONG_MS)
