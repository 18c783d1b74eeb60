"""Endpoints in JupyterLab: deployed, tried, moved, promoted and rolled back by clicks and by keys; and their panel."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

from tests.browser.axe import check_accessible
from tests.browser.endpoint_page import EndpointPage
from tests.browser.lab import THEMES, Lab
from tests.browser.server import Server

# A replica imports scikit-learn, on a machine that may do much else.
STARTS_MS = 60_000


class Served:
    """A home with a model of two versions, and an endpoint that serves the first, with held-out rows."""

    def __init__(self, server: Server) -> None:
        self.server = server
        workspace = server.workspace
        rows, truth = load_iris(return_X_y=True, as_frame=True)
        names = truth.map(dict(enumerate(["setosa", "versicolor", "virginica"])))
        for strength in (0.001, 1.0):
            model = LogisticRegression(C=strength, max_iter=400).fit(rows[::2], names[::2])
            workspace.models.register(model, name="flowers", alias="champion", data=rows[::2])
        self.endpoint = workspace.endpoints.deploy("flowers:1", judge=(rows[1::10], names[1::10]), metric="accuracy")

    def reset(self) -> None:
        """Let the first version have all traffic, and no other revision any."""
        if self.endpoint.snapshot().row.canary:
            self.endpoint.rollback()
        if self.endpoint.revision != 1:
            self.endpoint.rollback(1)

    def add_canary(self) -> int:
        """Serve the second version beside the first, and return its revision."""
        self.server.workspace.endpoints.deploy("flowers:2", canary=10)
        return self.endpoint.snapshot().row.canary


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    server = Server()
    made = None
    try:
        made = Served(server)
        server.start()
        yield made
    finally:
        if made is not None:
            made.endpoint.stop()
        server.close()


@pytest.fixture
def looking(make_lab: Callable[..., Lab], served: Served) -> Lab:
    served.reset()
    return make_lab(served.server, viewport={"width": 1440, "height": 1200}).open()


def test_a_version_is_deployed_moved_tried_promoted_and_rolled_back_by_clicks(looking: Lab, served: Served):
    page = looking.page
    shown = EndpointPage.open(looking, "flowers")
    expect(shown.head).to_contain_text("Ready")
    expect(shown.head).to_contain_text("1 revision, 1 replica")
    shown.press("Deploy…")

    form = page.get_by_role("form", name="Deploy a version")
    form.get_by_label("Version").select_option("2")
    expect(form.get_by_text("--canary 10")).to_be_visible()
    form.get_by_label("Percent of the requests").fill("101")
    expect(form.get_by_text("A canary gets a whole number of percent, from 1 to 99.")).to_be_visible()
    expect(form.get_by_role("button", name="Deploy")).to_be_disabled()
    form.get_by_label("Percent of the requests").fill("10")
    form.get_by_role("button", name="Deploy").click()

    expect(form).to_have_count(0, timeout=STARTS_MS)
    expect(shown.slider).to_have_attribute("aria-valuenow", "10")
    canary = served.endpoint.snapshot().row.canary
    row = shown.revision(canary)
    expect(row).to_contain_text("canary")
    expect(row).to_contain_text("Ready")

    shown.whole.get_by_role("group", name="Set the share of the canary").get_by_text("25", exact=True).click()
    expect(row).to_contain_text("25\u202f%")
    handle = shown.slider.bounding_box()
    bar = shown.whole.locator(".jm-Ep-bar").bounding_box()
    assert handle is not None
    assert bar is not None
    page.mouse.move(handle["x"] + 4, handle["y"] + 10)
    page.mouse.down()
    page.mouse.move(bar["x"] + bar["width"] / 2, handle["y"] + 10, steps=4)
    expect(shown.slider).to_have_attribute("aria-valuenow", "50")
    expect(row).to_contain_text("25\u202f%")
    page.mouse.up()
    expect(row).to_contain_text("50\u202f%")
    assert served.endpoint.snapshot().row.percent == 50

    shown.form.get_by_label("Send to").select_option("both")
    shown.form.get_by_role("button", name="Send").click()
    expect(shown.answers.get_by_role("row")).to_have_count(3)
    expect(shown.answers.get_by_role("row", name=f"r{canary}")).to_contain_text("setosa")
    expect(shown.whole.get_by_text(re.compile(r"flowers_endpoint\.predict\(\[\{"))).to_be_visible()
    shown.form.get_by_label("sepal length (cm)").fill("long")
    shown.form.get_by_role("button", name="Send").click()
    expect(shown.form.get_by_text("sepal length (cm) is no number.")).to_be_visible()

    shown.press("Replay")
    expect(shown.board.get_by_role("row", name="accuracy, held out")).to_be_visible()

    shown.press(f"Promote r{canary}")
    expect(shown.question).to_contain_text("gets all traffic of flowers")
    shown.accept(f"Promote r{canary}")
    expect(row).to_contain_text("stable")
    expect(row).to_contain_text("100\u202f%")
    expect(shown.slider).to_have_count(0)
    expect(shown.rollouts).to_contain_text(f"r{canary}")

    shown.revision(1).get_by_role("button", name="More for r1").click()
    page.get_by_role("menuitem", name="Roll back to r1…").click()
    shown.accept("Roll back to r1")
    expect(shown.revision(1)).to_contain_text("stable", timeout=STARTS_MS)
    assert served.endpoint.revision == 1


def test_the_page_is_worked_by_keys_and_everybody_can_read_it_in_every_theme(looking: Lab, served: Served):
    canary = served.add_canary()
    page = looking.page
    shown = EndpointPage.open(looking, "flowers")
    row = shown.revision(canary)
    shown.slider.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("PageUp")
    expect(shown.slider).to_have_attribute("aria-valuetext", f"21 percent to r{canary}, Enter applies it")
    page.keyboard.press("Escape")
    expect(shown.slider).to_have_attribute("aria-valuenow", "10")
    page.keyboard.press("PageUp")
    page.keyboard.press("Enter")
    expect(row).to_contain_text("20\u202f%")

    shown.form.get_by_label("petal width (cm)").focus()
    page.keyboard.press("Control+Enter")
    expect(shown.answers).to_contain_text("setosa")

    looking.watch.expect("status of 400")
    looking.begin("mlops:set-gates", id="flowers")
    expect(shown.whole.get_by_label("Promote by itself if")).to_be_focused()
    page.keyboard.type("accuracy >=")
    page.keyboard.press("Enter")
    gates = shown.whole.get_by_role("form", name="Gates")
    expect(gates.get_by_role("status")).not_to_be_empty()
    page.keyboard.press("Escape")
    expect(shown.whole.get_by_role("button", name=re.compile("gates…"))).to_be_focused()

    looking.begin("mlops:open-endpoint-logs", id="flowers", source=f"r{canary}/0")
    logs = shown.whole.get_by_role("region", name="Logs")
    expect(logs.get_by_role("combobox", name="Log of")).to_be_focused()
    expect(logs.get_by_role("combobox", name="Log of")).to_have_value(f"r{canary}/0")
    shown.whole.get_by_role("button", name=f"Show replicas of r{canary}").click()
    expect(shown.revisions.get_by_role("row", name=f"r{canary}/0")).to_contain_text("pid")
    shown.whole.get_by_text("Recent requests").click()
    expect(shown.whole.get_by_role("table", name="Recent requests")).to_be_visible()
    for theme in THEMES:
        looking.use_theme(theme)
        check_accessible(shown.whole)
    page.keyboard.press("Escape")


def test_the_panel_tells_how_an_endpoint_stands_and_stops_and_starts_it_by_keys(looking: Lab, served: Served):
    page = looking.page
    looking.execute("mlops:show-endpoints")
    section = page.get_by_role("region", name="Endpoints")
    row = section.get_by_role("row", name=re.compile("^flowers, ready, flowers v1"))
    expect(row).to_be_visible()
    check_accessible(section)
    row.focus()
    page.keyboard.press("s")
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("Its 1 replica ends")
    question.get_by_role("button", name="Stop").click()
    expect(section.get_by_role("row", name=re.compile("^flowers, stopped"))).to_be_visible()
    shown = EndpointPage.open(looking, "flowers")
    expect(shown.whole.get_by_text("Requests are not answered.")).to_be_visible()
    shown.press("Start")
    expect(shown.head).to_contain_text("Ready", timeout=STARTS_MS)
    expect(section.get_by_role("row", name=re.compile("^flowers, ready"))).to_be_visible()
