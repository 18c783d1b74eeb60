"""The card of a sweep below its cell: in every state, by keyboard, and while the search goes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from jupyter_mlops.cards.sweeps import sweep_mimebundle
from jupyter_mlops.domain.runs import State
from tests.browser.axe import check_accessible
from tests.browser.lab import THEMES, Lab, Notebook, Theme
from tests.browser.recorded_sweeps import RecordedSweep, importances, kept_sweep, params_of, record_trials
from tests.browser.server import Server
from tests.browser.sweep_page import SweepPage

RESTARTED = "The machine was restarted; %sweeps resume halted goes on."
NAMES = ("going", "done", "halted", "wrong", "empty")


class Cards:
    """A notebook that shows a sweep in each state, as it was saved."""

    def __init__(self, server: Server, held: ExitStack) -> None:
        self.server = server
        workspace = server.workspace
        with kept_sweep(workspace, _id("done"), trials=36, prune="median") as sweep:
            sweep.begin()
            record_trials(sweep, 36)
            sweep.keeper.write_importance(importances(33))
            sweep.keeper.finish(State.SUCCEEDED)
        with kept_sweep(workspace, _id("halted"), trials=60) as sweep:
            sweep.begin()
            record_trials(sweep, 12)
            sweep.keeper.finish(State.STOPPED, RESTARTED)
        with kept_sweep(workspace, _id("wrong"), trials=40) as sweep:
            sweep.begin()
            sweep.tell(sweep.ask(params_of(1)), "failed")
            sweep.keeper.finish(State.FAILED, "The first trial reported loss, not accuracy.")
        held.enter_context(kept_sweep(workspace, _id("empty"), trials=60))
        self.going: RecordedSweep = held.enter_context(kept_sweep(workspace, _id("going"), trials=60, parallel=3))
        self.going.begin()
        record_trials(self.going, 30)
        self.asked = [self.going.ask(params_of(number)) for number in (31, 32, 33)]
        self.going.publish()
        self.notebook = self._write()

    def _write(self) -> Path:
        cells = []
        for name in NAMES:
            sweeps = self.server.workspace.sweeps
            bundle = sweep_mimebundle(sweeps.snapshot(sweeps.get(_id(name))), time.time())
            output = nbformat.v4.new_output("display_data", data=bundle)
            cells.append(nbformat.v4.new_code_cell(f"%%tune {name}", execution_count=1, outputs=[output]))
        return self.server.notebook("cards.ipynb", *cells)


@pytest.fixture(scope="module")
def cards() -> Iterator[Cards]:
    server = Server()
    with ExitStack() as held:
        try:
            made = Cards(server, held)
            server.start()
            yield made
        finally:
            held.close()
            server.close()


@pytest.fixture
def lab(make_lab: Callable[..., Lab], cards: Cards) -> Lab:
    return make_lab(cards.server, viewport={"width": 1280, "height": 1800}).open()


@pytest.fixture
def notebook(lab: Lab, cards: Cards) -> Notebook:
    return lab.open_notebook(cards.notebook, kernel=False)


def test_each_state_has_its_card(notebook: Notebook):
    for number, (word, said) in enumerate(
        (
            ("Detached", "30 of 60 trials"),
            ("Succeeded", "done_sweep.best"),
            ("Stopped", RESTARTED),
            ("Failed", "The first trial reported loss, not accuracy."),
            ("Waiting", "No trial has ended yet."),
        )
    ):
        card = notebook.output(number).get_by_role("article", name=f"sweep {NAMES[number]}")
        expect(card).to_contain_text(word)
        expect(card).to_contain_text(said)


def test_a_card_is_current_while_the_search_goes(notebook: Notebook, cards: Cards):
    card = notebook.output(0).get_by_role("article")
    expect(card).to_contain_text("30 of 60 trials")
    cards.going.tell(cards.asked.pop(0), "complete", 0.999)
    cards.going.publish()
    expect(card).to_contain_text("31 of 60 trials")
    expect(card.get_by_role("img")).to_have_accessible_name(
        "accuracy of each trial, and the best so far: 0.999 by trial 31."
    )


def test_a_card_opens_its_page(notebook: Notebook, lab: Lab):
    notebook.output(1).get_by_role("button", name="Open the sweep").click()
    expect(SweepPage(lab).heading).to_have_text("done")


def test_a_card_of_one_line_opens_to_what_matters(notebook: Notebook):
    card = notebook.output(1).get_by_role("article")
    card.get_by_role("button", name="Show more").click()
    expect(card).to_contain_text("fANOVA of 33 trials")
    expect(card.get_by_role("listitem").first).to_contain_text("36")
    card.get_by_role("button", name="Show one line").click()
    expect(card.get_by_role("listitem")).to_have_count(0)


def test_actions_are_one_tab_stop(notebook: Notebook):
    card = notebook.output(2).get_by_role("article")
    card.get_by_role("button", name="Resume").focus()
    notebook.page.keyboard.press("ArrowRight")
    expect(card.get_by_role("button", name="Use in a cell")).to_be_focused()
    notebook.page.keyboard.press("ArrowRight")
    expect(card.get_by_role("button", name="Open the sweep")).to_be_focused()


def test_cards_that_go_keep_one_height(notebook: Notebook):
    heights = {
        round(notebook.output(number).locator(".jm-Card-body").bounding_box()["height"])  # type: ignore[index]
        for number in (0, 3, 4)
    }
    assert heights == {226}


@pytest.mark.parametrize("theme", THEMES)
def test_cards_have_no_axe_violation(make_lab: Callable[..., Lab], cards: Cards, theme: Theme):
    lab = make_lab(cards.server, viewport={"width": 1280, "height": 1800}).open(theme)
    notebook = lab.open_notebook(cards.notebook, kernel=False)
    notebook.output(1).get_by_role("button", name="Show more").click()
    expect(notebook.output(1)).to_contain_text("What matters")
    check_accessible(notebook.panel.get_by_role("article"))


def _id(name: str) -> str:
    return f"{name}-20261124-100000-7f3k"
