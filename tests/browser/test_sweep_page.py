"""The page of a sweep: in every state, by mouse and keyboard, while it goes, and again after a reload."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import expect

from jupyter_mlops.domain.runs import State
from jupyter_mlops.domain.sweeps import Objective
from jupyter_mlops.services.submission import Cell
from tests.browser.axe import check_accessible
from tests.browser.lab import THEMES, Lab, Theme
from tests.browser.polling import await_equal
from tests.browser.recorded_sweeps import (
    RecordedSweep,
    importances,
    kept_sweep,
    params_of,
    record_trials,
    value_of,
)
from tests.browser.server import Server
from tests.browser.sweep_page import SweepPage

RESTARTED = "The machine was restarted; %sweeps resume halted goes on."
NO_OBJECTIVE = "The first trial reported loss and val_acc, not accuracy; did you mean val_acc?"
TRAINS = """
lr, opt = 0.01, "adam"
import math
from jupyter_mlops import report

for epoch in range(3):
    report(epoch=epoch, accuracy=1 - abs(math.log10(lr) + 2.2) / 4 - (0.2 if opt == "sgd" else 0.0))
"""


class Sweeps:
    """Sweeps by what they show."""

    def __init__(self, server: Server, held: ExitStack) -> None:
        self.server = server
        workspace = server.workspace
        with kept_sweep(workspace, _id("done"), trials=36, parallel=3, prune="median", seed=7) as sweep:
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
            sweep.tell(sweep.ask(params_of(1)), "failed", why=NO_OBJECTIVE)
            sweep.keeper.finish(State.FAILED, NO_OBJECTIVE)
        objectives = [Objective("accuracy"), Objective("latency", "minimize")]
        with kept_sweep(workspace, _id("pair"), trials=20, objectives=objectives) as sweep:
            sweep.begin()
            for number in range(1, 21):
                params = params_of(number)
                sweep.tell(sweep.ask(params), "complete", value_of(params), float(str(params["width"])))
            sweep.keeper.finish(State.SUCCEEDED)
        held.enter_context(kept_sweep(workspace, _id("empty"), trials=60))
        self.going: RecordedSweep = held.enter_context(kept_sweep(workspace, _id("going"), trials=60, parallel=3))
        self.going.begin()
        record_trials(self.going, 30)
        self.asked = [self.going.ask(params_of(number)) for number in (31, 32, 33)]
        self.going.publish()


@pytest.fixture(scope="module")
def sweeps() -> Iterator[Sweeps]:
    """A home with sweeps in every state, to be looked at."""
    server = Server()
    with ExitStack() as held:
        try:
            made = Sweeps(server, held)
            server.start()
            yield made
        finally:
            held.close()
            server.close()


@pytest.fixture
def looking(make_lab: Callable[..., Lab], sweeps: Sweeps) -> Lab:
    return make_lab(sweeps.server, viewport={"width": 1440, "height": 1200}).open()


def test_a_page_says_how_its_sweep_stands(looking: Lab):
    for name, said in (
        ("done", ("Succeeded", "36 of 36 trials", "maximize accuracy (by its name)", "algorithm tpe", "seed 7")),
        ("halted", ("Stopped", "12 of 60 trials", "Resume", "Add 20 trials")),
        ("going", ("Running", "of 60 trials", "3 at a time", "Stop")),
        ("empty", ("Waiting", "for", "Cancel")),
        ("wrong", ("Failed", "1 of 40 trials")),
    ):
        page = SweepPage.open(looking, _id(name))
        expect(page.heading).to_have_text(name)
        for words in said:
            expect(page.head).to_contain_text(words)
    expect(looking.page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab")).to_have_count(6)


def test_why_a_sweep_ended_stands_above_it(looking: Lab):
    page = SweepPage.open(looking, _id("halted"))
    expect(page.whole.get_by_role("status").first).to_contain_text(RESTARTED)
    page = SweepPage.open(looking, _id("wrong"))
    expect(page.whole.get_by_role("status").first).to_contain_text(NO_OBJECTIVE)
    expect(page.best).to_contain_text("No trial has a value of accuracy.")
    expect(page.parameters).to_have_count(0)


def test_the_best_is_told_with_its_parameters_and_what_the_first_had(looking: Lab):
    page = SweepPage.open(looking, _id("done"))
    expect(page.best).to_contain_text("0.983")
    expect(page.best).to_contain_text("accuracy; the first trial had 0.975")
    expect(page.best.get_by_role("row", name="lr 0.0115")).to_be_visible()
    page.best.get_by_role("button", name="trial 27").click()
    expect(looking.page.locator(".jm-RunPage:not(.lm-mod-hidden) .jm-PageHead")).to_contain_text("done")


def test_several_objectives_have_a_front(looking: Lab):
    page = SweepPage.open(looking, _id("pair"))
    expect(page.best).to_contain_text("that none surpasses")
    expect(page.history.get_by_role("img", name=re.compile("latency against accuracy"))).to_be_visible()
    page.history.get_by_role("button", name="latency").click()
    expect(page.history.get_by_role("img", name=re.compile("History of"))).to_be_visible()


def test_what_matters_names_who_says_so(looking: Lab):
    page = SweepPage.open(looking, _id("done"))
    expect(page.matters).to_contain_text("fANOVA of 33 trials. lr and opt decide; depth could stay fixed at 4.")


def test_history_and_axes_are_drawn_and_have_twins_as_tables(looking: Lab):
    page = SweepPage.open(looking, _id("done"))
    page.await_drawn()
    page.history.get_by_role("img", name="History of accuracy: 36 trials, the best is 0.983 trial 27.").focus()
    looking.page.keyboard.press("t")
    table = page.history.get_by_role("table", name="History")
    expect(table.get_by_role("row", name="27 Succeeded 0.983 0.983")).to_be_visible()
    expect(table.get_by_role("row", name=re.compile("9 Failed – "))).to_be_visible()


def test_a_trial_is_found_in_the_history_by_keyboard_and_chosen_everywhere(looking: Lab):
    page = SweepPage.open(looking, _id("done"))
    page.history.get_by_role("img").focus()
    for key in ("End", "ArrowLeft"):
        looking.page.keyboard.press(key)
    expect(page.history.locator("[aria-live]")).to_have_text(re.compile("^trial 35, "))
    looking.page.keyboard.press("Space")
    expect(page.row(35)).to_have_attribute("aria-selected", "true")


def test_trials_are_sorted_and_filtered(looking: Lab):
    page = SweepPage.open(looking, _id("done"))
    expect(page.rows.first).to_be_visible()
    await_equal(lambda: page.numbers()[:3], [36, 35, 34])
    header = page.trials.get_by_role("columnheader", name="accuracy")
    header.get_by_role("button").click()
    header.get_by_role("button").click()
    expect(header).to_have_attribute("aria-sort", "descending")
    await_equal(lambda: page.numbers()[:1], [27])
    page.filter("Pruned").click()
    expect(page.rows.first).to_contain_text("the median is 0.83")
    expect(page.trials).to_have_attribute("aria-rowcount", "6")
    page.filter("Pruned").click()
    page.filter("Failed").click()
    expect(page.rows.first).to_contain_text("the loss became nan")


def test_the_table_is_worked_with_by_keyboard(looking: Lab):
    page = SweepPage.open(looking, _id("done"))
    page.rows.first.focus()
    for key in ("ArrowDown", "Shift+ArrowDown", "Shift+ArrowDown"):
        looking.page.keyboard.press(key)
    expect(page.row(33)).to_be_focused()
    for trial, chosen in ((36, "false"), (35, "true"), (34, "true"), (33, "true")):
        expect(page.row(trial)).to_have_attribute("aria-selected", chosen)
    expect(page.whole.get_by_role("button", name="Compare 3")).to_be_enabled()
    looking.page.keyboard.press("Escape")
    expect(page.row(34)).to_have_attribute("aria-selected", "false")
    looking.page.keyboard.press("End")
    expect(page.row(1)).to_be_focused()
    looking.page.keyboard.press("Enter")
    expect(looking.page.locator(".jm-RunPage:not(.lm-mod-hidden)").get_by_role("tab", name="Overview")).to_be_visible()


def test_a_selection_of_trials_is_compared(looking: Lab):
    page = SweepPage.open(looking, _id("done"))
    page.row(36).click()
    page.row(34).click(modifiers=["Control"])
    page.row(34).press("c")
    expect(looking.page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab.lm-mod-current")).not_to_contain_text("done")


def test_a_range_that_is_kept_narrows_history_and_table(looking: Lab):
    page = SweepPage.open(looking, _id("done"))
    page.await_drawn()
    edges = page.parameters.get_by_role("slider", name=re.compile("accuracy"))
    edges.first.focus()
    for _ in range(8):
        looking.page.keyboard.press("PageUp")
    expect(page.parameters).to_contain_text("kept: accuracy from")
    expect(page.whole.get_by_role("region", name="Trials")).to_contain_text("kept above")
    page.whole.get_by_role("button", name="Show all").click()
    expect(page.trials).to_have_attribute("aria-rowcount", "37")


def test_of_many_trials_only_those_are_drawn_and_read_that_are_seen(looking: Lab, sweeps: Sweeps):
    with kept_sweep(sweeps.server.workspace, _id("many"), trials=300) as many:
        many.begin()
        record_trials(many, 300)
        many.keeper.finish(State.SUCCEEDED)
    asked: list[str] = []
    looking.page.on("request", lambda request: asked.append(request.url))
    page = SweepPage.open(looking, _id("many"))
    expect(page.row(300).locator(".jm-Spark polyline")).to_be_attached()
    expect(page.trials).to_have_attribute("aria-rowcount", "301")
    assert page.rows.count() < 80
    assert not any("trial+%3E%3D+1+" in url for url in asked)
    page.rows.first.focus()
    looking.page.keyboard.press("End")
    expect(page.row(1)).to_be_focused()
    expect(page.row(1)).to_contain_text("epoch 12/12")


def test_a_page_is_brought_up_to_date_while_the_search_goes(looking: Lab, sweeps: Sweeps):
    page = SweepPage.open(looking, _id("going"))
    expect(page.row(33)).to_contain_text("Running")
    done = sweeps.asked.pop(0)
    sweeps.going.tell(done, "complete", 0.999)
    sweeps.asked.append(sweeps.going.ask(params_of(40)))
    sweeps.going.publish()
    expect(page.best).to_contain_text("0.999")
    expect(page.row(done.trial)).to_contain_text("Succeeded")
    expect(page.row(34)).to_contain_text("Running")


def test_pages_come_back_with_the_layout(looking: Lab):
    SweepPage.open(looking, _id("halted"))
    SweepPage.open(looking, _id("done"))
    looking.await_layout_saved()
    looking.reload()
    expect(SweepPage(looking).heading).to_have_text("done")
    expect(looking.page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab")).to_have_count(2)


def test_a_sweep_that_is_not_here_says_so(looking: Lab):
    looking.watch.expect("404")
    page = SweepPage(looking)
    looking.execute("mlops:open-sweep", id=_id("gone"))
    expect(page.whole.get_by_role("heading", name="There is no such sweep here")).to_be_visible()


@pytest.mark.parametrize("theme", THEMES)
def test_pages_have_no_axe_violation(make_lab: Callable[..., Lab], sweeps: Sweeps, theme: Theme):
    lab = make_lab(sweeps.server, viewport={"width": 1440, "height": 1200}).open(theme)
    for name in ("done", "halted", "wrong", "pair", "going", "empty"):
        page = SweepPage.open(lab, _id(name))
        expect(page.trials).to_be_visible()
        check_accessible(page.whole)


def test_a_form_on_a_runs_page_starts_a_search_that_is_shown(
    make_server: Callable[..., Server], make_lab: Callable[..., Lab]
):
    server = make_server()
    run = server.workspace.runs.submit(Cell(TRAINS, {}, prompt=3), "digits")
    assert run.wait() is State.SUCCEEDED
    lab = make_lab(server, viewport={"width": 1440, "height": 1200}).open()
    # What is wrong is told by the server, which browsers note down.
    lab.watch.expect("400")
    lab.execute("mlops:tune-run", id=run.id)
    form = lab.page.get_by_role("form", name="Tune digits")
    expect(form.get_by_role("combobox", name="Objective")).to_have_value("accuracy")
    expect(form.get_by_role("button", name="Start search")).to_be_disabled()
    form.get_by_role("textbox", name="What lr may be").fill("1..0.1")
    expect(form).to_contain_text("starts above its end; write 0.1..1.")
    expect(form.get_by_role("textbox", name="What lr may be")).to_have_attribute("aria-invalid", "true")
    form.get_by_role("button", name="Leave lr as it is").click()
    expect(form.get_by_role("textbox", name="What lr may be")).to_be_focused()
    form.get_by_role("button", name="Search lr in 0.001..0.1:log").click()
    form.get_by_role("textbox", name="What opt may be").fill("adam|sgd")
    form.get_by_role("textbox", name="Trials").fill("6")
    expect(form).to_contain_text("%tune digits lr=0.001..0.1:log opt=adam|sgd --objective accuracy")
    check_accessible(form)
    form.get_by_role("button", name="Start search").click()
    page = SweepPage(lab)
    expect(page.head).to_contain_text("Succeeded", timeout=60_000)
    expect(page.head).to_contain_text("6 of 6 trials")
    expect(page.rows).to_have_count(6)
    best = server.workspace.index.sweeps.list()[0].best_params
    lab.page.get_by_role("button", name="Use in a cell").click()
    cell = lab.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell .cm-content").first
    expect(cell).to_contain_text("%%train digits")
    expect(cell).to_contain_text(f"lr={best['lr']}")


def _id(name: str) -> str:
    return f"{name}-20261124-100000-7f3k"
