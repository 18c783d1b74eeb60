"""The widget of a run in a real kernel: it is beside the static forms, it is fed while the cell waits, it acts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import KernelManager

from jupyter_mlops import connect
from jupyter_mlops.widgets.runs import CARD as BUILT
from tests.magics.test_kernel import CARD, SLOW, Kernel, _is_idle

VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(autouse=True)
def built() -> Iterator[None]:
    """Let the card be built, if only as an empty file: no browser runs it here."""
    made = [path for path in (BUILT, BUILT.with_suffix(".css")) if not path.exists()]
    for path in made:
        path.write_text("export default {}" if path.suffix == ".js" else "")
    yield
    for path in made:
        path.unlink()


@pytest.fixture
def kernel(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kernel]:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    try:
        kernel = Kernel(manager)
        kernel.run("%load_ext jupyter_mlops")
        yield kernel
        kernel.client.stop_channels()
    finally:
        manager.shutdown_kernel(now=True)
        manager.cleanup_resources()
        for run in connect().runs.list():
            run.stop()


def _bundles(kernel: Kernel) -> list[dict[str, Any]]:
    shown = ("display_data", "update_display_data")
    return [m["content"]["data"] for m in kernel.messages if m["msg_type"] in shown]


def _states(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what was sent to the widgets, in order."""
    sent = [m["content"]["data"] for m in messages if m["msg_type"] in ("comm_open", "comm_msg")]
    return [data["state"] for data in sent if "payload" in data.get("state", {})]


def _state(message: dict[str, Any], state: str) -> bool:
    return any(sent["payload"].get("snapshot", {}).get("row", {}).get("state") == state for sent in _states([message]))


def test_a_card_has_a_widget_beside_its_static_forms(kernel: Kernel) -> None:
    kernel.run("%%train digits\nx = 1")
    assert all({CARD, VIEW, "text/html", "text/plain"} <= set(bundle) for bundle in _bundles(kernel))
    assert len({bundle[VIEW]["model_id"] for bundle in _bundles(kernel)}) == 1


def test_the_widget_is_fed_while_the_cell_waits_and_its_output_is_left_alone(kernel: Kernel) -> None:
    kernel.start(f"%%train digits\n{SLOW}")
    kernel.collect(lambda message: _state(message, "running"))
    steps = set()

    def has_three_steps(message: dict[str, Any]) -> bool:
        for sent in _states([message]):
            steps.add(sent["payload"]["snapshot"]["row"]["metrics"]["loss"]["last"])
        return len(steps) > 3

    kernel.collect(has_three_steps)
    assert len(_bundles(kernel)) == 1
    assert _states(kernel.messages)[-1]["payload"]["snapshot"]["row"]["state"] == "running"


def test_a_detached_run_is_fed_between_cells_and_stopped_from_its_widget(kernel: Kernel) -> None:
    kernel.run(f"%%train digits --detach\n{SLOW}")
    model = _bundles(kernel)[0][VIEW]["model_id"]
    content = {"comm_id": model, "data": {"method": "custom", "content": {"verb": "stop"}}}
    kernel.client.shell_channel.send(kernel.client.session.msg("comm_msg", content))
    kernel.messages = []
    kernel.collect(lambda message: _state(message, "stopped"))
    kernel.collect(_is_idle)
    answers = [m["content"]["data"].get("content") for m in kernel.messages if m["msg_type"] == "comm_msg"]
    assert {"verb": "stop", "problem": ""} in answers
    assert connect().runs.get("digits").state == "stopped"


def test_a_retry_from_the_widget_names_the_new_run(kernel: Kernel) -> None:
    kernel.run("%%train digits\nx = 1")
    model = _bundles(kernel)[0][VIEW]["model_id"]
    content = {"comm_id": model, "data": {"method": "custom", "content": {"verb": "retry"}}}
    kernel.client.shell_channel.send(kernel.client.session.msg("comm_msg", content))
    kernel.messages = []
    kernel.collect(_is_idle)
    sent = [m["content"]["data"].get("state", {}) for m in kernel.messages if m["msg_type"] == "comm_msg"]
    assert [state["successor"] for state in sent if "successor" in state] == [connect().runs.get("digits").id]
