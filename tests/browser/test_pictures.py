"""What somebody has looked at and found right still looks so: cards, panel and pages, light and dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import nbformat
import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab, Theme
from tests.browser.panel import RunsPanel
from tests.browser.pictures import check_picture
from tests.browser.run_page import RunPage
from tests.browser.server import Server
from tests.browser.stills import NOW, Stills

SAYS = {"succeeded": "Succeeded", "failed": "Failed", "stopped": "Stopped", "running": "Running|Detached"}
SAYS |= {"starting": "Starting|Detached", "waiting": "Waiting|Detached"}


@pytest.fixture(scope="module")
def still_server() -> Iterator[Server]:
    server = Server()
    stills = Stills(server.workspace)
    cells = [_card(stills, name) for name in stills.runs]
    server.notebook("stills.ipynb", *cells)
    server.set("@jupyterlab/notebook-extension:tracker", windowingMode="none")
    try:
        yield server.start()
    finally:
        server.kill()
        stills.close()
        for run in stills.runs.values():
            server.workspace.runs.delete(run, stop=True)
        server.close()


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> Theme:
    chosen: Theme = request.param
    return chosen


@pytest.fixture
def looking(make_lab: Callable[..., Lab], still_server: Server, theme: Theme) -> Lab:
    """A tab in which it is always the same moment."""
    lab = make_lab(still_server, viewport={"width": 1100, "height": 900})
    lab.context.clock.set_fixed_time(datetime.fromtimestamp(NOW, UTC))
    return lab.open(theme)


def test_cards_look_as_they_did(looking: Lab, still_server: Server, theme: Theme):
    notebook = looking.open_notebook(still_server.folder / "stills.ipynb", kernel=False)
    looking.execute("application:toggle-left-area")
    for number, (name, state) in enumerate(SAYS.items()):
        notebook.card(number).says(state)
        check_picture(notebook.card(number).article, f"card-{name}-{theme}")


def test_panel_looks_as_it_did(looking: Lab, theme: Theme):
    panel = RunsPanel(looking)
    expect(panel.rows).to_have_count(len(SAYS))
    check_picture(panel.whole, f"panel-{theme}")
    panel.filter.fill("nothing-has-this-name")
    expect(panel.whole).to_contain_text("No run matches")
    check_picture(panel.whole, f"panel-no-match-{theme}")


def test_pages_look_as_they_did(looking: Lab, theme: Theme):
    page = RunPage.open(looking, "net-20260615-120500-b7tt")
    looking.execute("application:toggle-left-area")
    expect(page.panel).to_contain_text("accuracy")
    check_picture(page.whole, f"page-overview-{theme}")
    page.go("Curves")
    page.await_curves()
    check_picture(page.whole, f"page-curves-{theme}")
    expect(page.go("Logs")).to_contain_text("epoch 8/12")
    check_picture(page.whole, f"page-logs-{theme}")
    expect(page.go("Code")).to_contain_text("Reader")
    check_picture(page.whole, f"page-code-{theme}")


def _card(stills: Stills, name: str) -> nbformat.NotebookNode:
    runs = stills.workspace.runs
    output = nbformat.v4.new_output("display_data", runs.bundle(runs.snapshot(stills.runs[name])))
    return nbformat.v4.new_code_cell(f"%%train {name}\n...", execution_count=3, outputs=[output])
