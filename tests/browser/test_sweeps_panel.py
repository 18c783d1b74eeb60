"""The panel's sweeps: what it lists, how it is found, and what can be done from it by mouse and by keyboard."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from jupyter_mlops.domain.runs import State
from tests.browser.axe import check_accessible
from tests.browser.lab import THEMES, Lab
from tests.browser.panel import SweepsPanel
from tests.browser.recorded_sweeps import RecordedSweep, kept_sweep, params_of, record_trials
from tests.browser.server import Server

LONG_MS = 20_000
GOING = "digits-20261124-100000-7f3k"
_numbers = itertools.count()


@pytest.fixture(scope="module")
def sweeps_server() -> Iterator[Server]:
    """JupyterLab with a home that has sweeps in every state, one of which goes on until the module ends."""
    server = Server()
    workspace = server.workspace
    try:
        with kept_sweep(workspace, GOING, trials=60, parallel=2) as going:
            going.begin()
            record_trials(going, 12)
            for number in (13, 14):
                going.ask(params_of(number))
            going.publish()
            ended(server, "churn-20261123-100000-7f3k", 20, State.SUCCEEDED, "", algorithm="hyperband")
            ended(server, "wide-20261122-100000-7f3k", 7, State.STOPPED, "stopped by ada", algorithm="sobol")
            ended(server, "worse-20261121-100000-7f3k", 0, State.FAILED, "5 trials in a row failed: ValueError")
            with kept_sweep(workspace, "later-20261124-110000-7f3k"):
                yield server.start()
    finally:
        server.close()


def ended(server: Server, sweep_id: str, trials: int, state: State, why: str, **asked: str) -> None:
    with kept_sweep(server.workspace, sweep_id, trials=20, **asked) as sweep:
        sweep.begin()
        record_trials(sweep, trials)
        sweep.keeper.finish(state, why)


@pytest.fixture
def looking(make_lab: Callable[..., Lab], sweeps_server: Server) -> Lab:
    return make_lab(sweeps_server).open()


@pytest.fixture
def live(server: Server) -> Iterator[RecordedSweep]:
    """A sweep that goes on while a test looks; it is gone after it."""
    with kept_sweep(server.workspace, f"live-20261124-12000{next(_numbers)}-7f3k", trials=10) as sweep:
        sweep.begin()
        sweep.publish()
        yield sweep
        if not sweep.keeper.status.state.is_finished:
            sweep.keeper.finish(State.STOPPED, "")
    server.workspace.sweeps.delete(server.workspace.sweeps.get(sweep.id))


def test_every_sweep_has_a_row_that_says_how_it_stands(looking: Lab):
    panel = SweepsPanel(looking)
    expect(panel.rows).to_have_count(5)
    expect(panel.row("digits", "running")).to_have_accessible_name(re.compile(r"tpe, .*accuracy 0\.9\d\d, 12/60"))
    expect(panel.row("churn", "succeeded")).to_have_accessible_name(re.compile(r"hyperband, .*, 20 trials"))
    expect(panel.row("wide", "stopped")).to_have_accessible_name(re.compile("at 7/20, stopped by ada"))
    expect(panel.row("worse", "failed")).to_have_accessible_name(re.compile("5 trials in a row failed"))
    expect(panel.row("later", "waiting")).to_be_visible()
    expect(panel.head("Sweeps")).to_have_accessible_name(re.compile(r"^Sweeps\s*5"))


def test_trials_are_not_among_the_runs(looking: Lab):
    panel = SweepsPanel(looking)
    expect(panel.rows.first).to_be_visible()
    expect(panel.whole.get_by_role("region", name="Runs")).to_contain_text("No runs yet")


def test_the_filter_line_is_about_the_section_in_use(looking: Lab):
    panel = SweepsPanel(looking)
    panel.filter.fill("best > 0.9")
    expect(panel.row("worse")).to_be_hidden()
    expect(panel.row("churn")).to_be_visible()
    expect(panel.head("Sweeps")).to_contain_text("of 5")
    panel.head("Runs").focus()
    filter_of_runs = panel.whole.get_by_role("textbox", name="Filter runs")
    expect(filter_of_runs).to_have_value("")
    panel.row("churn").focus()
    expect(panel.filter).to_have_value("best > 0.9")
    panel.filter.fill("nothing-has-this-name")
    expect(panel.part).to_contain_text("No sweep matches")
    check_accessible(panel.whole)
    panel.whole.get_by_role("button", name="Show all sweeps").click()
    panel.chip("Failed").click()
    expect(panel.rows).to_have_count(1)


def test_keys_do_what_a_sweep_can(looking: Lab):
    panel = SweepsPanel(looking)
    press = looking.page.keyboard.press
    panel.row("digits").focus()
    press("s")
    dialog = looking.page.get_by_role("dialog")
    expect(dialog).to_contain_text("12 of 60 trials have ended. 2 trials are stopped.")
    press("Escape")
    expect(panel.row("digits")).to_be_focused()
    press("Delete")
    expect(dialog).to_contain_text("14 trials go with it")
    press("Escape")
    press("Shift+F10")
    expect(panel.verb("Stop")).to_be_enabled()
    expect(panel.verb("Resume")).to_be_disabled()
    press("Escape")
    panel.row("wide").focus()
    press("Shift+F10")
    expect(panel.verb("Resume")).to_be_enabled()
    expect(panel.verb("Stop")).to_be_disabled()
    press("Escape")


def test_sweeps_have_no_axe_violation(looking: Lab):
    panel = SweepsPanel(looking)
    expect(panel.rows).to_have_count(5)
    for theme in THEMES:
        looking.use_theme(theme)
        panel.row("digits").hover()
        check_accessible(panel.whole)


def test_a_row_follows_its_sweep(lab: Lab, live: RecordedSweep):
    panel = SweepsPanel(lab)
    expect(panel.row("live", "running")).to_have_accessible_name(re.compile("0/10"), timeout=LONG_MS)
    expect(lab.page.get_by_role("button", name=re.compile("1 sweep"))).to_be_visible()
    record_trials(live, 4)
    live.publish()
    expect(panel.row("live")).to_have_accessible_name(re.compile(r"accuracy 0\.\d+, 4/10"), timeout=LONG_MS)
    live.keeper.finish(State.SUCCEEDED, "")
    live.publish()
    expect(panel.row("live", "succeeded")).to_be_visible(timeout=LONG_MS)
    expect(panel.whole.get_by_role("status").filter(has_text="live succeeded")).to_be_attached()


def test_a_sweep_is_noted_tagged_and_put_away(lab: Lab, live: RecordedSweep, server: Server):
    panel = SweepsPanel(lab)
    row = panel.row("live")
    expect(row).to_be_visible(timeout=LONG_MS)
    row.click(button="right")
    panel.verb("Tags").click()
    lab.page.get_by_role("dialog").get_by_role("textbox").fill("final, final, tried")
    lab.page.keyboard.press("Enter")
    panel.filter.fill("tag = tried")
    expect(panel.rows).to_have_count(1)
    assert server.workspace.sweeps.get(live.id).row.tags == ["final", "tried"]
    panel.row("live").click(button="right")
    panel.verb("Archive").click()
    expect(panel.row("live")).to_be_hidden(timeout=LONG_MS)


def test_who_was_not_looking_is_told_of_the_end(lab: Lab, live: RecordedSweep):
    expect(lab.page.get_by_role("button", name=re.compile("1 sweep"))).to_be_visible(timeout=LONG_MS)
    record_trials(live, 3)
    live.keeper.finish(State.SUCCEEDED, "")
    live.publish()
    notice = lab.page.locator(".Toastify__toast").filter(has_text="Sweep live succeeded")
    expect(notice).to_contain_text("3 trials: accuracy 0.", timeout=LONG_MS)
    expect(notice.get_by_role("button", name="Open", exact=True)).to_be_visible()


def test_no_sweeps_teach_a_line(own_server: Server, make_lab: Callable[..., Lab]):
    lab = make_lab(own_server).open()
    panel = SweepsPanel(lab)
    expect(panel.part).to_contain_text("No sweeps yet")
    expect(panel.part).to_contain_text("%%tune digits lr=1e-4..1e-1:log --objective accuracy")
    for theme in THEMES:
        lab.use_theme(theme)
        check_accessible(panel.whole)
