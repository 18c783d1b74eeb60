"""A card below a cell stays true: through reloads, dead kernels, dead servers, lost networks and sleep."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.card import GOES
from tests.browser.cells import LOAD, Gate, held
from tests.browser.lab import Lab, Notebook
from tests.browser.server import Server


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gate]:
    gate = Gate(tmp_path / "gate")
    yield gate
    gate.open()


@pytest.fixture
def train(gate: Gate) -> Callable[..., Notebook]:
    """Return what opens a notebook and has a run in it that waits at the gate."""

    def start(lab: Lab, name: str, options: str = "", then: str = "") -> Notebook:
        path = lab.server.notebook(f"{name}.ipynb", LOAD, held(name, gate, options, then))
        notebook = lab.open_notebook(path)
        notebook.run_to_end(0)
        notebook.run(1)
        notebook.card(1).says(GOES)
        expect(notebook.card(1).article).to_contain_text("epoch 3/5")
        return notebook

    return start


def test_a_card_is_live_again_after_a_reload(lab: Lab, train, gate: Gate):
    notebook = train(lab, "reloaded")
    notebook.save()
    lab.reload()
    notebook.card(1).says(GOES)
    gate.open()
    notebook.card(1).says("Succeeded")


def test_a_card_outlives_a_restart_of_its_kernel(lab: Lab, train, gate: Gate):
    notebook = train(lab, "restarted")
    lab.begin("kernelmenu:restart")
    lab.page.get_by_role("dialog").get_by_role("button", name="Confirm Kernel Restart").click()
    notebook.await_kernel()
    notebook.card(1).says(GOES)
    gate.open()
    notebook.card(1).says("Succeeded")


def test_a_card_outlives_its_kernel(lab: Lab, train, gate: Gate):
    notebook = train(lab, "orphaned")
    os.kill(notebook.kernel_pid(), signal.SIGKILL)
    gate.open()
    notebook.card(1).says("Succeeded")


def test_a_reopened_notebook_without_a_kernel_has_live_cards_and_nothing_to_save(
    lab: Lab, make_lab: Callable[..., Lab], train, gate: Gate, server: Server
):
    train(lab, "reopened", "--detach").save()
    notebook = make_lab(server).open().open_notebook(server.folder / "reopened.ipynb", kernel=False)
    notebook.card(1).says(GOES)
    gate.open()
    notebook.card(1).says("Succeeded")
    assert not notebook.is_dirty()


def test_two_notebooks_show_one_run(lab: Lab, make_lab: Callable[..., Lab], train, gate: Gate, server: Server):
    first = train(lab, "shared", "--detach")
    first.save()
    second = make_lab(server).open().open_notebook(server.folder / "shared.ipynb", kernel=False)
    second.card(1).says(GOES)
    second.card(1).stop()
    second.card(1).says("Stopped")
    first.card(1).says("Stopped")


def test_a_collapsed_output_shows_the_end_when_it_is_opened(lab: Lab, train, gate: Gate):
    notebook = train(lab, "collapsed", "--detach")
    lab.execute("notebook:hide-cell-outputs")
    expect(notebook.card(1).article).to_be_hidden()
    gate.open()
    lab.server.workspace.runs.get("collapsed").wait(20)
    lab.execute("notebook:show-cell-outputs")
    notebook.card(1).says("Succeeded")


def test_an_output_that_scrolls_keeps_its_card_live(lab: Lab, train, gate: Gate):
    notebook = train(lab, "scrolled", "--detach")
    lab.execute("notebook:enable-output-scrolling")
    expect(notebook.cell(1)).to_have_class(re.compile("jp-mod-outputsScrolled"))
    gate.open()
    notebook.card(1).says("Succeeded")


def test_a_sleeping_tab_is_true_when_it_wakes(lab: Lab, train, gate: Gate):
    notebook = train(lab, "asleep", "--detach")
    tools = lab.devtools()
    tools.send("Page.setWebLifecycleState", {"state": "frozen"})
    gate.open()
    lab.server.workspace.runs.get("asleep").wait(20)
    tools.send("Page.setWebLifecycleState", {"state": "active"})
    notebook.card(1).says("Succeeded")


def test_a_lost_network_is_said_and_forgotten(lab: Lab, train, gate: Gate):
    notebook = train(lab, "cut-off", "--detach")
    lab.watch.expect(r"ERR_INTERNET_DISCONNECTED|Failed to fetch|WebSocket")
    lab.context.set_offline(True)
    notebook.card(1).is_offline()
    gate.open()
    lab.server.workspace.runs.get("cut-off").wait(20)
    lab.context.set_offline(False)
    notebook.card(1).says("Succeeded")
    notebook.card(1).is_online()


def test_a_run_outlives_its_server(make_lab: Callable[..., Lab], own_server: Server, train, gate: Gate):
    lab = make_lab(own_server).open()
    notebook = train(lab, "unserved", "--detach")
    lab.watch.expect(r"ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|Failed to fetch|WebSocket|ERR_EMPTY_RESPONSE")
    # The server that comes back has none of the kernels that JupyterLab still asks for.
    lab.watch.expect(r"status of 404 .*/api/(kernels|sessions)/")
    own_server.kill()
    notebook.card(1).is_offline()
    gate.open()
    own_server.workspace.runs.get("unserved").wait(20)
    own_server.start()
    notebook.card(1).says("Succeeded")
