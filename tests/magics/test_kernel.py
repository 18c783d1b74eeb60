"""``%%train`` in a real kernel: the card is kept current, interrupts detach, and the kernel's death loses nothing."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from typing import Any

import pytest
from jupyter_client.manager import KernelManager

from jupyter_mlops import connect

CARD = "application/vnd.jupyter-mlops.run+json"
SLOW = "import time\nfor step in range(600):\n    print(f'loss={1 / (step + 1)}')\n    time.sleep(0.1)"


class Kernel:
    """A kernel and its client."""

    def __init__(self, manager: KernelManager) -> None:
        self.manager = manager
        self.client: Any = manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        self.messages: list[dict[str, Any]] = []

    def start(self, code: str) -> str:
        """Send a cell and return its message's id."""
        self.messages = []
        sent: str = self.client.execute(code)
        return sent

    def collect(self, until: Any, timeout: float = 60.0) -> list[dict[str, Any]]:
        """Collect messages until one of them satisfies ``until``, and return all since the cell was sent."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            try:
                message = self.client.get_iopub_msg(timeout=1)
            except queue.Empty:
                continue
            self.messages.append(message)
            if until(message):
                return self.messages
        raise AssertionError([message["msg_type"] for message in self.messages])

    def run(self, code: str) -> list[dict[str, Any]]:
        """Run a cell to its end and return its messages."""
        self.start(code)
        return self.collect(_is_idle)

    def cards(self) -> list[dict[str, Any]]:
        """Return the snapshots that were shown, in order."""
        shown = [
            m["content"]["data"] for m in self.messages if m["msg_type"] in ("display_data", "update_display_data")
        ]
        return [data[CARD]["snapshot"] for data in shown if CARD in data]

    def html(self) -> list[str]:
        """Return the cards as HTML, in order."""
        shown = [
            m["content"]["data"] for m in self.messages if m["msg_type"] in ("display_data", "update_display_data")
        ]
        return [data["text/html"] for data in shown if CARD in data]

    def error(self) -> dict[str, Any]:
        """Return the content of the cell's error."""
        found: dict[str, Any] = next(m["content"] for m in self.messages if m["msg_type"] == "error")
        return found


def _is_idle(message: dict[str, Any]) -> bool:
    return message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"


def _runs(message: dict[str, Any]) -> bool:
    data = message["content"].get("data", {})
    return CARD in data and data[CARD]["snapshot"]["row"].get("state") == "running"


@pytest.fixture
def kernel(home, tmp_path, monkeypatch) -> Iterator[Kernel]:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    try:
        kernel = Kernel(manager)
        kernel.run("%load_ext jupyter_mlops")
        # Where a kernel has widgets, they are kept current instead of the static card.
        kernel.run("import sys; sys.modules['anywidget'] = None")
        yield kernel
        kernel.client.stop_channels()
    finally:
        manager.shutdown_kernel(now=True)
        manager.cleanup_resources()
        for run in connect().runs.list():
            run.stop()


def test_one_card_is_replaced_in_place_and_says_the_end(kernel):
    kernel.run("%%train digits\nprint('loss=0.5')")
    cards = kernel.cards()
    assert cards[-1]["row"]["state"] == "succeeded"
    shown = [m for m in kernel.messages if m["msg_type"] == "display_data"]
    assert len(shown) == 1
    ids = {m["content"]["transient"]["display_id"] for m in kernel.messages if "transient" in m["content"]}
    assert len(ids) == 1


def test_a_new_state_is_shown_at_once(kernel):
    kernel.run("%%train digits\nimport time\ntime.sleep(1)")
    states = [card["row"].get("state") for card in kernel.cards()]
    assert "running" in states


def test_updates_that_are_no_new_state_come_every_two_seconds_at_most(kernel):
    kernel.start(f"%%train digits\n{SLOW}")
    kernel.collect(_runs)
    before = len(kernel.cards())
    end = time.monotonic() + 5
    kernel.collect(lambda message: time.monotonic() > end or len(kernel.cards()) - before > 3, 10)
    assert 1 <= len(kernel.cards()) - before <= 3


def test_only_the_first_card_of_a_kernel_says_what_jupyterlab_lacks(kernel):
    kernel.run("%%train digits\nx = 1")
    assert all("j-lacks" in html for html in kernel.html())
    kernel.run("%%train digits\nx = 1")
    assert not any('"j-note j-lacks"' in html for html in kernel.html())


def test_figures_and_the_last_expression_stand_below_the_card(kernel):
    kernel.run("%%train digits\nfrom jupyter_mlops import display\ndisplay('shown')\n40 + 2")
    texts = [m["content"]["data"].get("text/plain") for m in kernel.messages if m["msg_type"] == "display_data"]
    assert texts[1:] == ["'shown'", "42"]


def test_a_failed_run_is_an_error_of_one_line(kernel):
    kernel.run("%%train digits\n1 / 0")
    error = kernel.error()
    assert error["ename"] == "RunFailed"
    assert "ZeroDivisionError" in error["evalue"]
    assert len(error["traceback"]) == 1
    assert kernel.cards()[-1]["row"]["state"] == "failed"


def test_a_syntax_error_is_a_syntax_error(kernel):
    kernel.run("%%train digits\nx = 1\ndef f(:")
    error = kernel.error()
    assert error["ename"] == "SyntaxError"
    assert "line 3" in "\n".join(error["traceback"])
    assert kernel.cards() == []


def test_an_interrupt_ends_the_cell_and_not_the_run(kernel):
    kernel.start(f"%%train digits\n{SLOW}")
    kernel.collect(_runs)
    kernel.manager.interrupt_kernel()
    kernel.collect(_is_idle)
    error = kernel.error()
    assert error["ename"] == "KeyboardInterrupt"
    assert len(error["traceback"]) == 1
    assert "digits.wait() shows it again" in error["traceback"][0]
    assert kernel.cards()[-1]["detached"]
    assert connect().runs.get("digits").state == "running"


def test_the_death_of_the_kernel_loses_nothing(kernel):
    kernel.start(f"%%train digits\n{SLOW}")
    kernel.collect(_runs)
    kernel.manager.restart_kernel(now=True)
    kernel.client.wait_for_ready(timeout=60)
    kernel.run("%load_ext jupyter_mlops")
    kernel.run("from jupyter_mlops import connect\nprint(connect().runs.get('digits').state)")
    assert "running" in [m["content"]["text"].strip() for m in kernel.messages if m["msg_type"] == "stream"]


def test_a_question_where_nobody_can_answer_is_refused(kernel):
    kernel.run("%%train digits\nx = 1")
    sent = kernel.client.execute("%runs delete digits", allow_stdin=False)
    assert sent
    kernel.messages = []
    kernel.collect(_is_idle)
    assert "add --yes" in kernel.error()["evalue"]
    assert len(connect().runs.list()) == 1
