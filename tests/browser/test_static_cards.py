"""Cards as they stand in a saved notebook, where nothing of ours runs in the browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.axe import check_accessible
from tests.browser.gallery import Gallery
from tests.browser.lab import THEMES, Lab, Notebook
from tests.browser.server import Server


@pytest.fixture(scope="module")
def plain_server(gallery: Gallery) -> Iterator[Server]:
    """JupyterLab of somebody who has not installed the labextension."""
    server = Server(labextension=False)
    for name in ("trusted.ipynb", "untrusted.ipynb"):
        path = server.notebook(name, *(gallery.card(run) for run in gallery.runs))
        if name == "trusted.ipynb":
            server.trust(path)
    try:
        yield server.start()
    finally:
        server.close()


@pytest.fixture
def show(make_lab: Callable[..., Lab], plain_server: Server) -> Callable[[str], Notebook]:
    def open_notebook(name: str) -> Notebook:
        plain_server.set("@jupyterlab/notebook-extension:tracker", windowingMode="none")
        return make_lab(plain_server).open().open_notebook(plain_server.folder / name, kernel=False)

    return open_notebook


@pytest.mark.parametrize("name", ["trusted.ipynb", "untrusted.ipynb"])
def test_every_card_of_a_saved_notebook_says_its_state_and_nothing_in_it_acts(show, gallery: Gallery, name: str):
    notebook = show(name)
    for number, run in enumerate(gallery.runs):
        expect(notebook.output(number)).to_contain_text(gallery.word(run))
        expect(notebook.output(number)).to_be_visible()
    assert notebook.page.evaluate("() => window.hacked") is None
    assert not notebook.is_dirty()


def test_static_cards_have_no_axe_violation_in_any_theme(show, gallery: Gallery):
    notebook = show("trusted.ipynb")
    for theme in THEMES:
        notebook.lab.use_theme(theme)
        cards = notebook.panel.locator(".jp-OutputArea-output")
        expect(cards).to_have_count(len(gallery.runs))
        check_accessible(cards)


def test_a_printed_notebook_shows_the_cards(show, gallery: Gallery, chromium: Browser):
    notebook = show("trusted.ipynb")
    notebook.page.emulate_media(media="print")
    for number in range(len(gallery.runs)):
        expect(notebook.card(number).article).to_be_visible()
    assert len(notebook.page.pdf()) > 10_000
