"""Whatever a cell says stays text: no script of it runs, nothing of it reaches the outside, nothing covers the page."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec
import nbformat
import pytest
from playwright.sync_api import Page, expect

from tests.browser import hostile
from tests.browser.gallery import Gallery
from tests.browser.lab import Lab
from tests.browser.panel import RunsPanel
from tests.browser.run_page import TABS, RunPage
from tests.browser.server import Server

RUNS = ("hostile", "hostile-good")

_LINKS = """() => [...document.querySelectorAll('a[href], area[href], form[action], [style*="fixed"]')]
  .filter(each => !/^https?:$/.test(each.protocol ?? '') && !/^https?:/.test(each.href))
  .map(each => each.outerHTML.slice(0, 200))"""
_HANDLERS = """() => [...document.body.querySelectorAll('*')]
  .filter(each => each.getAttributeNames().some(name => name.startsWith('on')))
  .map(each => each.outerHTML.slice(0, 200))"""


@pytest.fixture
def looking(make_lab: Callable[..., Lab], gallery: Gallery, gallery_server: Server) -> Lab:
    return make_lab(gallery_server).open()


def is_unharmed(page: Page) -> None:
    """Fail if a script of a cell has run, or could run when something is pressed."""
    assert page.evaluate("() => window.hacked") is None
    assert page.evaluate(_LINKS) == []
    assert page.evaluate(_HANDLERS) == []
    # Nothing lies over what is not the run's.
    on_top = page.evaluate("() => document.elementFromPoint(60, 12).closest('#jp-top-panel, #jp-menu-panel') !== null")
    assert on_top


@pytest.mark.parametrize("name", RUNS)
def test_every_tab_of_a_page_shows_hostile_text_as_text(looking: Lab, gallery: Gallery, name: str):
    # What a cell displays may show pictures of the outside, as in a notebook; JupyterLab's sanitizer lets them pass.
    looking.watch.expect(r"outside\.invalid/(beacon|style|markdown)\.png|ERR_INVALID_URL \(data:image/png")
    page = RunPage.open(looking, gallery[name].id)
    for tab in TABS:
        page.go(tab)
        expect(page.panel).not_to_be_empty()
        looking.page.wait_for_load_state("networkidle")
        is_unharmed(looking.page)
    expect(page.go("Code")).to_contain_text("hostile_error")


def test_a_panel_shows_hostile_text_as_text(looking: Lab, gallery: Gallery):
    panel = RunsPanel(looking)
    panel.filter.fill("hostile")
    expect(panel.rows).to_have_count(2)
    for row in panel.rows.all():
        row.hover()
        row.click(button="right")
        looking.page.keyboard.press("Escape")
    is_unharmed(looking.page)


def test_cards_show_hostile_text_as_text(looking: Lab, gallery: Gallery, gallery_server: Server):
    path = gallery_server.notebook("hostile.ipynb", *(gallery.card(name) for name in RUNS))
    notebook = looking.open_notebook(path, kernel=False)
    notebook.card(0).says("Failed")
    notebook.card(1).says("Succeeded")
    for number in range(2):
        expect(notebook.card(number).article).to_be_visible()
    notebook.open_cards()
    is_unharmed(looking.page)


def test_a_forged_output_acts_on_nothing(looking: Lab, gallery: Gallery, gallery_server: Server):
    """Whoever wrote the notebook chose what stands in its outputs."""
    real = gallery.workspace.runs.bundle(gallery.workspace.runs.snapshot(gallery["failed"]))
    kind = "application/vnd.jupyter-mlops.run+json"
    true = msgspec.json.decode(msgspec.json.encode(real[kind]))
    lies: list[object] = [
        {**true, "id": "../../../../api/contents", "snapshot": {"row": {"id": "../../api/kernels", "name": "x"}}},
        {**true, "snapshot": {"row": {"id": 5, "name": None}}},
        {**true, "snapshot": {**true["snapshot"], "log": "no list", "curves": [], "ranks": {"a": 1}, "error": []}},
        {**true, "snapshot": {**true["snapshot"], "row": {**true["snapshot"]["row"], "state": "<b>", "metrics": 7}}},
        {**true, "home": hostile.ALL, "snapshot": {**true["snapshot"], "notes": [hostile.ALL, 1, None]}},
        {"id": hostile.ALL, "home": 1, "snapshot": hostile.ALL},
        [],
        None,
        hostile.ALL,
    ]
    # What a card cannot make sense of it says so; React tells the console.
    looking.watch.expect(r"is not a function|is not iterable|status of 40[04] .*/jupyter-mlops/")
    asked: list[tuple[str, str]] = []
    looking.page.on("request", lambda request: asked.append((request.method, request.url)))
    path = gallery_server.notebook("forged.ipynb", *(forged(kind, lie) for lie in lies))
    notebook = looking.open_notebook(path, kernel=False)
    for number in range(len(lies)):
        expect(notebook.output(number)).not_to_be_empty()
    looking.page.wait_for_load_state("networkidle")
    is_unharmed(looking.page)
    ours = [(method, url.partition("/jupyter-mlops/")[2]) for method, url in asked if "@x/jupyter-mlops/" in url]
    assert {method for method, _ in ours} == {"GET"}
    assert not [url for _, url in ours if not re.match(r"(runs|sweeps|version)\b", url) or "/../" in url]


def forged(kind: str, data: object) -> nbformat.NotebookNode:
    output = nbformat.v4.new_output("display_data", {kind: data, "text/plain": "x"})
    return nbformat.v4.new_code_cell("", outputs=[output])
