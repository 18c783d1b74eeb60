"""Models in JupyterLab: registered, looked at, given aliases and deleted by clicks and by keys; and their live card."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_output
from playwright.sync_api import expect

from jupyter_mlops.services.submission import Cell
from jupyter_mlops.workspace import Workspace
from tests.browser.axe import check_accessible
from tests.browser.lab import THEMES, Lab
from tests.browser.model_page import ModelPage, answer
from tests.browser.panel import ModelsPanel
from tests.browser.server import Server

TRAIN = """
C = 1.0
from sklearn.linear_model import LogisticRegression
from jupyter_mlops import report
model = LogisticRegression(C=C).fit(X_train, y_train)
report(accuracy=1 - 0.1 / C, loss=0.1 / C)
"""
X_TRAIN = pd.DataFrame({"width": [0.0, 1.0, 0.5, 2.0] * 5, "height": [3.0, 3.5, 4.0, 4.5] * 5})
VALUES = {"X_train": X_TRAIN, "y_train": np.array([0, 1, 0, 1] * 5)}


@pytest.fixture(scope="module")
def models() -> Iterator[Server]:
    """A home with three runs of real processes, and two models of what they have kept."""
    server = Server()
    try:
        registered = server.workspace.models
        runs = [
            server.workspace.runs.submit(Cell(TRAIN, VALUES), "digits", keep="model", params={"C": c})
            for c in (0.5, 1.0, 2.0)
        ]
        for run in runs:
            assert run.wait(60) == "succeeded", run.why
            registered.register(run, "digits")
        for run in runs[:2]:
            registered.register(run, "picked")
        yield server.start()
    finally:
        server.close()


@pytest.fixture
def looking(make_lab: Callable[..., Lab], models: Server) -> Lab:
    return make_lab(models, viewport={"width": 1440, "height": 1200}).open()


def test_a_run_is_registered_and_its_version_pointed_at_verified_and_deleted_by_clicks(looking: Lab, models: Server):
    page = looking.page
    # The form asks with what cannot be meant, and says why.
    looking.watch.expect("400 .Bad Request.")
    # The page is told that the version which it shows has changed, reads it, and learns that it is gone.
    looking.watch.expect("404 .Not Found.*/picked/versions/2")
    run = latest_run(models.workspace)
    looking.execute("mlops:open-run", id=run)
    page.get_by_role("button", name="Register…").click()
    form = page.get_by_role("form", name="Register digits")
    form.get_by_label("Model").fill("picked")
    form.get_by_label("Alias").fill("latest")
    expect(form.get_by_text("it always means the highest version")).to_be_visible()
    expect(form.get_by_role("button", name="Register")).to_be_disabled()
    form.get_by_label("Alias").fill("champion")
    expect(form.get_by_text(f"%register {run} --as picked --alias champion")).to_be_visible()
    form.get_by_role("button", name="Register").click()

    shown = ModelPage(looking)
    # A process of its own looks into the model.
    shown.await_version(3, timeout=60_000)
    expect(form).to_have_count(0)
    expect(shown.heading).to_have_text("picked")
    expect(shown.row(3)).to_contain_text("@champion")
    expect(shown.row(3).get_by_role("gridcell", name="best 0.950")).to_be_visible()
    expect(shown.chain.get_by_role("button", name="digits", exact=True)).to_be_visible()
    expect(shown.table("Signature").get_by_role("row", name=re.compile("width float64"))).to_contain_text("0 to 2")
    expect(
        shown.table("Columns of the training data").get_by_role("img", name=re.compile("^height: 20"))
    ).to_be_visible()

    shown.row(1).click()
    shown.await_version(1)
    against = shown.table("Against v3, the champion")
    expect(against.get_by_role("row", name=re.compile("accuracy"))).to_contain_text("−0.150worse")
    shown.button("Verify").click()
    expect(shown.version.get_by_role("status").filter(has_text="are what was registered")).to_be_visible()
    shown.button("Set @champion").click()
    answer(looking, "Move @champion to v1?", "Move")
    expect(shown.row(1)).to_contain_text("@champion")
    expect(shown.row(3)).not_to_contain_text("@champion")

    shown.row(2).click(button="right")
    page.get_by_role("menuitem", name="Delete version…").click()
    answer(looking, "its number is not given again", "Delete")
    expect(shown.row(2)).to_have_count(0)
    assert [version.number for version in models.workspace.models.get("picked").versions] == [3, 1]


def test_a_model_is_found_opened_and_given_an_alias_by_keys_in_every_theme(looking: Lab):
    keyboard = looking.page.keyboard
    panel = ModelsPanel(looking)
    model = panel.grid.get_by_role("row", name="digits, model, 3 versions")
    model.focus()
    keyboard.press("ArrowRight")
    expect(model).to_have_attribute("aria-expanded", "true")
    keyboard.press("ArrowRight")
    expect(panel.grid.get_by_role("row", name=re.compile("^digits v3"))).to_be_focused()
    keyboard.press("Enter")
    shown = ModelPage(looking)
    shown.await_version(3)

    shown.row(3).focus()
    keyboard.press("End")
    shown.await_version(1)
    expect(shown.row(1)).to_be_focused()
    keyboard.press("Home")
    shown.await_version(3)
    shown.button("alias").focus()
    keyboard.press("Enter")
    keyboard.type("challenger")
    keyboard.press("Enter")
    expect(shown.button("Remove @challenger")).to_be_visible()
    expect(panel.grid.get_by_role("row", name="digits v3, challenger")).to_be_visible()

    for theme in THEMES:
        looking.use_theme(theme)
        check_accessible(shown.whole)
        check_accessible(panel.whole)


def test_a_card_follows_its_version_and_loads_it_into_the_notebook(looking: Lab, models: Server):
    workspace = models.workspace
    bundle = workspace.models.version("digits:3").bundle()
    cell = new_code_cell("%register digits", outputs=[new_output("display_data", bundle)])
    notebook = looking.open_notebook(models.notebook("card.ipynb", cell), kernel=False)
    card = looking.page.get_by_role("article", name="model digits v3")
    expect(card).to_contain_text("accuracy")
    workspace.models.point("digits", "blessed", 3)
    expect(card.get_by_text("@blessed")).to_be_visible()
    card.get_by_role("button", name="Show more").click()
    expect(card.get_by_text("float64 [n]").first).to_be_visible()
    for theme in THEMES:
        looking.use_theme(theme)
        check_accessible(card)
    card.get_by_role("button", name="More actions").click()
    looking.page.get_by_role("menuitem", name="Load in a cell").click()
    expect(notebook.cells).to_have_count(2)
    expect(notebook.cell(1)).to_contain_text('connect().models.version("digits:3").load()')


def latest_run(workspace: Workspace) -> str:
    """Return the id of the run that was submitted last."""
    return next(iter(workspace.runs.list())).id
