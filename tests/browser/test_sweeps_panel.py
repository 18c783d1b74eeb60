"""The panel's sweeps: what it lists, how it is found, and what can be done from it by mouse and by keyboard."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator

import msgspec
import pytest
from playwright.sync_api import expect

from jupyter_mlops import wire
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


def repeat(server: Server, sweep_id: str, times: int) -> None:
    """Put a sweep that has ended into the home so many times more."""
    sweep = server.workspace.sweeps.get(sweep_id)
    events = (sweep.folder.path / "events.jsonl").read_bytes()
    for number in range(times):
        an_id = f"many-20261119-{100_000 + number}-7f3k"
        created = sweep.spec.created - 1 - number
        folder = server.workspace.home.sweeps / an_id
        folder.mkdir()
        spec = msgspec.structs.replace(sweep.spec, id=an_id, created=created)
        (folder / "spec.json").write_bytes(wire.encode_line(spec))
        (folder / "events.jsonl").write_bytes(events)
        server.workspace.index.sweeps.put(msgspec.structs.replace(sweep.row, id=an_id, created=created))


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


def test_a_sweep_is_stopped_resumed_opened_and_deleted_by_keyboard(lab: Lab, server: Server):
    code = "import time\nfrom jupyter_mlops import report\nlr = 0.1\nreport(accuracy=lr)\ntime.sleep(1000)\n"
    sweep = server.workspace.sweeps.submit(
        code, "by-keyboard", space={"lr": "0.001..0.1"}, objective="accuracy", trials=3, parallel=1
    )
    lab.watch.expect(r"status of 404 .*/jupyter-mlops/(sweeps|runs)/by-keyboard")
    press = lab.page.keyboard.press
    try:
        panel = SweepsPanel(lab)
        panel.row("by-keyboard", "running").focus(timeout=LONG_MS)
        press("s")
        lab.page.get_by_role("dialog").wait_for()
        press("Enter")
        expect(panel.row("by-keyboard", "stopped")).to_be_visible(timeout=LONG_MS)
        assert sweep.state is State.STOPPED
        panel.row("by-keyboard").focus()
        press("r")
        expect(panel.row("by-keyboard", "running")).to_be_visible(timeout=LONG_MS)
        panel.row("by-keyboard").focus()
        press("Enter")
        page = lab.page.locator(f'[data-jm-sweep="{sweep.id}"]')
        expect(page.get_by_role("heading", name="by-keyboard")).to_be_visible(timeout=LONG_MS)
        panel.row("by-keyboard").focus()
        press("Delete")
        expect(lab.page.get_by_role("dialog")).to_contain_text("It is stopped first.")
        press("Enter")
        expect(panel.row("by-keyboard")).to_be_hidden(timeout=LONG_MS)
        assert not sweep.folder.path.exists()
    finally:
        if sweep.folder.path.exists():
            server.workspace.sweeps.delete(sweep, stop=True)


def test_a_thousand_sweeps_are_listed_without_drawing_them(own_server: Server, make_lab: Callable[..., Lab]):
    with kept_sweep(own_server.workspace, "many-20261120-100000-7f3k") as sweep:
        sweep.begin()
        sweep.keeper.finish(State.SUCCEEDED, "")
    repeat(own_server, "many-20261120-100000-7f3k", 1000)
    panel = SweepsPanel(make_lab(own_server).open())
    expect(panel.head("Sweeps")).to_have_accessible_name(re.compile(r"1\s001"))
    expect(panel.rows.first).to_be_focused()
    assert panel.rows.count() < 60
    panel.page.keyboard.press("End")
    expect(panel.grid.locator('[aria-rowindex="1001"]')).to_be_focused()
    assert panel.rows.count() < 60


def test_no_sweeps_teach_a_line(own_server: Server, make_lab: Callable[..., Lab]):
    lab = make_lab(own_server).open()
    panel = SweepsPanel(lab)
    expect(panel.part).to_contain_text("No sweeps yet")
    expect(panel.part).to_contain_text("%%tune digits lr=1e-4..1e-1:log --objective accuracy")
    for theme in THEMES:
        lab.use_theme(theme)
        check_accessible(panel.whole)
