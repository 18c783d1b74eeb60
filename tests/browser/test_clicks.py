"""From a run to an endpoint and back by clicks: registered, deployed, asked, moved, promoted, rolled back, stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from playwright.sync_api import expect

from jupyter_mlops.services.endpoint import Endpoint
from jupyter_mlops.services.submission import Cell
from tests.browser.endpoint_page import EndpointPage
from tests.browser.lab import Lab
from tests.browser.model_page import ModelPage
from tests.browser.panel import RunsPanel
from tests.browser.run_page import RunPage
from tests.browser.server import Server

# A process of its own looks into a model, and a replica imports what the model needs: on a machine that does much else.
STARTS_MS = 60_000
TRAIN = """
cut = 0.0
from jupyter_mlops import report

class Threshold:
    def __init__(self, cut):
        self.cut = cut

    def predict(self, rows):
        return (rows[:, 0] > self.cut).astype("int64")

model = Threshold(cut)
report(accuracy=float((model.predict(rows) == truth).mean()))
"""
ROWS = np.column_stack([np.arange(20.0), np.arange(20.0) % 3])
TRUTH = (ROWS[:, 0] > 9).astype("int64")
# Between the cuts, so that the second run answers what the first does not.
BETWEEN = "[12, 0]"


@pytest.fixture(scope="module")
def trained() -> Iterator[Server]:
    """A home with two runs that have kept a model; the second guesses better."""
    server = Server()
    workspace = server.workspace
    try:
        runs = [
            workspace.runs.submit(Cell(TRAIN, {"rows": ROWS, "truth": TRUTH}), name, keep="model", params={"cut": cut})
            for name, cut in (("coarse", 14.0), ("fine", 9.0))
        ]
        for run in runs:
            assert run.wait(60) == "succeeded", run.why
        yield server.start()
    finally:
        for endpoint in workspace.endpoints.list():
            endpoint.stop()
        server.close()


@dataclass(frozen=True)
class Clicks:
    """What a person does with the pointer, and what Python says of what came of it."""

    lab: Lab

    def register(self, run: str, alias: str, version: int) -> ModelPage:
        """Open a run from the panel, make a version of it, and return the page of the model."""
        page = self.lab.page
        RunsPanel(self.lab).row(run).dblclick()
        expect(RunPage(self.lab).heading).to_have_text(run)
        page.get_by_role("button", name="Register…").click()
        form = page.get_by_role("form", name=f"Register {run}")
        form.get_by_label("Model").fill("switch")
        form.get_by_label("Alias").fill(alias)
        # The model does not say what it takes; what it was trained with does.
        form.get_by_label("Training input").select_option("rows")
        form.get_by_role("button", name="Register").click()
        shown = ModelPage(self.lab)
        shown.await_version(version, timeout=STARTS_MS)
        expect(form).to_have_count(0)
        expect(shown.heading).to_have_text("switch")
        expect(shown.row(version)).to_contain_text(f"@{alias}")
        return shown

    def deploy(self, model: ModelPage, version: int, percent: int = 0) -> EndpointPage:
        """Deploy the version that is looked at, and return the page of the endpoint when it is ready."""
        model.button(f"Deploy v{version}…").click()
        form = self.lab.page.get_by_role("form", name="Deploy a version")
        expect(form.get_by_label("Version")).to_have_value(str(version))
        if percent:
            form.get_by_role("radio", name="Canary").check()
            form.get_by_label("Percent of the requests").fill(str(percent))
        form.get_by_role("button", name="Deploy").click()
        shown = EndpointPage(self.lab)
        expect(shown.heading).to_have_text("switch", timeout=STARTS_MS)
        expect(form).to_have_count(0)
        expect(shown.head).to_contain_text("Ready", timeout=STARTS_MS)
        return shown

    @property
    def endpoint(self) -> Endpoint:
        return self.lab.server.workspace.endpoints.get("switch")

    def traffic(self) -> tuple[str, int, int, int, int]:
        """Return the model, its version, the stable revision, the canary, and its percent, as Python has them."""
        row = self.endpoint.snapshot().row
        return row.model, row.version, row.stable, row.canary, row.percent

    def aliases(self) -> dict[str, int]:
        """Return where the aliases of the model point, as Python has them."""
        return dict(self.lab.server.workspace.models.get("switch").aliases)


def test_a_run_is_registered_served_replaced_and_brought_back_by_clicks(make_lab: Callable[..., Lab], trained: Server):
    lab = make_lab(trained, viewport={"width": 1440, "height": 1200}).open()
    page, clicks = lab.page, Clicks(lab)

    model = clicks.register("coarse", "champion", 1)
    assert clicks.aliases() == {"champion": 1}
    expect(model.table("Columns of the training data").get_by_role("row")).not_to_have_count(0)
    endpoint = clicks.deploy(model, 1)
    expect(endpoint.revision(1)).to_contain_text("stable")
    assert clicks.traffic() == ("switch", 1, 1, 0, 0)
    endpoint.form.get_by_role("button", name="Send").click()
    expect(endpoint.answers.get_by_role("row", name="r1")).to_be_visible()

    model = clicks.register("fine", "challenger", 2)
    assert clicks.aliases() == {"champion": 1, "challenger": 2}
    endpoint = clicks.deploy(model, 2, percent=10)
    expect(endpoint.slider).to_have_attribute("aria-valuenow", "10")
    expect(endpoint.revision(2)).to_contain_text("canary")
    assert clicks.traffic() == ("switch", 1, 1, 2, 10)

    endpoint.slider.focus()
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(endpoint.revision(2)).to_contain_text("21\u202f%")
    assert clicks.traffic() == ("switch", 1, 1, 2, 21)
    endpoint.whole.get_by_role("button", name="50 percent").click()
    expect(endpoint.revision(2)).to_contain_text("50\u202f%")
    assert clicks.traffic() == ("switch", 1, 1, 2, 50)

    endpoint.form.get_by_label("Send to").select_option("both")
    endpoint.form.get_by_role("textbox").first.fill(BETWEEN)
    page.keyboard.press("Control+Enter")
    expect(endpoint.answers.get_by_role("row", name="r1").get_by_role("cell").first).to_have_text("0")
    expect(endpoint.answers.get_by_role("row", name="r2").get_by_role("cell").first).to_have_text("1")
    assert clicks.endpoint.predict(np.array([[12.0, 0.0]]), revision=2).tolist() == [1]

    endpoint.press("Promote r2")
    endpoint.accept("Promote r2")
    expect(endpoint.revision(2)).to_contain_text("stable")
    expect(endpoint.slider).to_have_count(0)
    expect(endpoint.rollouts).to_contain_text("r2")
    assert clicks.traffic() == ("switch", 2, 2, 0, 0)

    endpoint.press("Roll back…")
    endpoint.accept("Roll back")
    expect(endpoint.revision(1)).to_contain_text("stable", timeout=STARTS_MS)
    expect(endpoint.head).to_contain_text("Ready", timeout=STARTS_MS)
    assert clicks.traffic() == ("switch", 1, 1, 0, 0)

    endpoint.head.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Stop…").click()
    endpoint.accept("Stop")
    expect(endpoint.head).to_contain_text("Stopped")
    expect(endpoint.whole.get_by_text("Requests are not answered.")).to_be_visible()
    expect(endpoint.revision(1)).to_contain_text("0\u202f%")
    expect(endpoint.revision(1)).not_to_contain_text("100\u202f%")
    assert clicks.endpoint.state == "stopped"
