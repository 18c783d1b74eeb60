"""The whole way: the demo notebook trains, and card, panel and page tell it."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from jupyter_mlops.demo.command import place
from tests.browser.lab import Lab
from tests.browser.panel import RunsPanel
from tests.browser.run_page import RunPage
from tests.browser.server import Server

TRAINS_MS = 90_000


def test_the_demo_notebook_trains_and_card_panel_and_page_tell_it(lab: Lab, server: Server):
    panel = RunsPanel(lab)
    notebook = lab.open_notebook(place(server.folder / "demo"))
    cells = [each["id"] for each in notebook.model()["cells"]]
    for name in ("load", "data", "helpers"):
        notebook.run_to_end(cells.index(name), timeout=TRAINS_MS)
    train = cells.index("train")
    notebook.run(train)
    card = notebook.card(train)
    card.says("Running", timeout=TRAINS_MS)
    expect(panel.row("digits", "running")).to_be_visible()
    card.says("Succeeded", timeout=TRAINS_MS)
    expect(card.article).to_contain_text("model")
    expect(panel.row("digits", "succeeded")).to_be_visible()
    card.button("Open the run").click()
    page = RunPage(lab)
    expect(page.heading).to_have_text("digits")
    expect(page.panel).to_contain_text("accuracy")
    expect(page.go("Curves").get_by_role("img", name=re.compile("loss")).first).to_be_visible()
    expect(page.go("Logs")).to_contain_text("of the unseen digits are read right")
    expect(page.go("Code")).to_contain_text("epochs = 5")
    expect(page.go("Display").locator("img").first).to_be_visible()


def test_the_extension_is_there_below_a_hubs_address(lab: Lab):
    assert "/user/ada%20lovelace@x/lab" in lab.page.url
    assert lab.page.evaluate("() => window.jupyterapp.hasPlugin('jupyter-mlops:runs-model')")
    expect(lab.page.get_by_role("tab", name="Machine learning runs")).to_be_visible()
