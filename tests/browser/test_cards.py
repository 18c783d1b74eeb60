"""Live cards: every state, every theme, mouse and keyboard, on paper, and in notebooks that nobody trusts."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.axe import check_accessible
from tests.browser.cells import LOAD, Gate, held
from tests.browser.gallery import Gallery
from tests.browser.lab import THEMES, Lab, Notebook
from tests.browser.run_page import RunPage
from tests.browser.server import Server

SAYS = {"detached": "Running", "broken": "Broken"}


@pytest.fixture(scope="module")
def cards(gallery: Gallery, gallery_server: Server) -> Path:
    """A notebook with a card of every run of the gallery, which nobody has trusted."""
    return gallery_server.notebook("cards.ipynb", *(gallery.card(run) for run in gallery.runs))


@pytest.fixture
def show(make_lab: Callable[..., Lab], gallery_server: Server, cards: Path) -> Callable[[], Notebook]:
    def open_notebook() -> Notebook:
        gallery_server.set("@jupyterlab/notebook-extension:tracker", windowingMode="none")
        return make_lab(gallery_server).open().open_notebook(cards, kernel=False)

    return open_notebook


def test_every_card_is_live_in_a_notebook_that_nobody_trusts(show, gallery: Gallery):
    notebook = show()
    for number, name in enumerate(gallery.runs):
        notebook.card(number).says(f"{gallery.word(name)}|Detached")
    assert not notebook.is_dirty()


def test_cards_have_no_axe_violation_in_any_theme(show, gallery: Gallery):
    notebook = show()
    for number, name in enumerate(gallery.runs):
        notebook.card(number).says(f"{gallery.word(name)}|Detached")
    for theme in THEMES:
        notebook.lab.use_theme(theme)
        check_accessible(notebook.panel.locator(".jp-OutputArea-output"))
    notebook.open_cards()
    check_accessible(notebook.panel.locator(".jp-OutputArea-output"))


def test_a_printed_notebook_shows_cards(show, gallery: Gallery):
    notebook = show()
    notebook.page.emulate_media(media="print")
    for number, _ in enumerate(gallery.runs):
        expect(notebook.card(number).article).to_be_visible()
    assert len(notebook.page.pdf()) > 10_000


def test_nothing_moves_where_motion_is_not_wanted(make_lab: Callable[..., Lab], gallery_server: Server, cards: Path):
    lab = make_lab(gallery_server, reduced_motion="reduce").open()
    notebook = lab.open_notebook(cards, kernel=False)
    notebook.card(0).says("Succeeded")
    moving = "() => document.getAnimations().filter(each => each.effect.target.closest('.jm-Card')).length"
    assert notebook.page.evaluate(moving) == 0


def test_a_run_is_stopped_and_retried_on_its_card_by_mouse(lab: Lab, server: Server, tmp_path: Path):
    gate = Gate(tmp_path / "gate")
    notebook = lab.open_notebook(server.notebook("mouse.ipynb", LOAD, held("with-mouse", gate)))
    notebook.run_to_end(0)
    notebook.run(1)
    notebook.card(1).says("Running")
    notebook.card(1).stop()
    notebook.card(1).says("Stopped")
    gate.open()
    notebook.card(1).button("Retry").click()
    expect(notebook.card(1).article).to_contain_text("retried as")
    again = server.workspace.runs.get("with-mouse")
    assert again.wait(20) == "succeeded"
    notebook.card(1).article.get_by_role("button", name=again.id).click()
    expect(RunPage(lab).heading).to_have_text("with-mouse")


def test_a_run_is_stopped_on_its_card_by_keyboard(lab: Lab, server: Server, tmp_path: Path):
    gate = Gate(tmp_path / "gate")
    notebook = lab.open_notebook(server.notebook("keys.ipynb", LOAD, held("with-keys", gate, "--detach")))
    notebook.run_to_end(0)
    notebook.run_to_end(1)
    card = notebook.card(1)
    card.says("Running|Detached")
    expect(card.button("Stop")).to_be_visible()
    card.actions.get_by_role("button").first.focus()
    expect(card.button("Stop")).to_be_focused()
    notebook.page.keyboard.press("ArrowRight")
    expect(card.button("Stop")).not_to_be_focused()
    notebook.page.keyboard.press("ArrowLeft")
    notebook.page.keyboard.press("Enter")
    expect(card.button("Stop it now")).to_be_focused()
    notebook.page.keyboard.press("Escape")
    expect(card.button("Stop it now")).to_be_hidden()
    card.button("Stop").focus()
    notebook.page.keyboard.press("Enter")
    notebook.page.keyboard.press("Enter")
    card.says("Stopped")


def test_a_failed_cell_offers_its_logs_and_a_retry(lab: Lab, server: Server, tmp_path: Path):
    gate = Gate(tmp_path / "gate")
    gate.open()
    notebook = lab.open_notebook(
        server.notebook("fails.ipynb", LOAD, held("fails", gate, then="rows = []\nsum(rows) / len(rows)"))
    )
    notebook.run_to_end(0)
    notebook.run_to_end(1)
    card = notebook.card(1)
    card.says("Failed")
    expect(card.article).to_contain_text("ZeroDivisionError")
    expect(card.button("Retry")).to_be_visible()
    card.button("Open logs").click()
    page = RunPage(lab)
    expect(page.tab("Logs")).to_have_attribute("aria-selected", "true")
    expect(page.panel).to_contain_text(re.compile("epoch 5/5"))
