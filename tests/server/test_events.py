"""Events: hints with numbers by which a client knows that it has missed none, and a heartbeat."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import time

import jsonschema
import pytest

from jupyter_mlops.server.events import BEAT_SECONDS, HINT_SECONDS, MOST, SCHEMA, SCHEMA_ID, Events, Hints
from jupyter_mlops.server.workers import Workers
from jupyter_mlops.workspace import open_workspace


class ManualClock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.time = 0.0
        self.sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        self.sleepers.append((self.time + seconds, woken))
        await woken

    async def pass_by(self, seconds: float) -> None:
        """Let time pass, and whoever slept do what it has to."""
        end = self.time + seconds
        await settle()
        while due := [sleeper for sleeper in self.sleepers if sleeper[0] <= end + 1e-9]:
            when, woken = min(due, key=lambda sleeper: sleeper[0])
            self.sleepers.remove((when, woken))
            self.time = max(self.time, when)
            if not woken.done():
                woken.set_result(None)
            await settle()
        self.time = end


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0.01)


@pytest.fixture
def told():
    return []


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def workers(home):
    workers = Workers(open_workspace)
    yield workers
    workers.close()


@pytest.fixture
def events(workers, told, clock):
    return Events(workers, told.append, logging.getLogger("events"), clock)


async def until(holds):
    for _ in range(500):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came true")


A, B = ("runs", "a"), ("sweeps", "a")


def changed(told, run_id):
    return [event for event in told if run_id in event["runs"]]


def test_a_run_is_hinted_at_at_once_and_then_four_times_a_second():
    hints = Hints()
    sent = []
    for tick in range(1000):
        now = tick / 100
        hints.add([A], now)
        sent += [now for _ in hints.take(now)]
    assert len(sent) == 40
    assert sent[0] == 0.0


def test_runs_do_not_wait_for_each_other():
    hints = Hints()
    hints.add([A], 0.0)
    assert hints.take(0.0) == [A]
    hints.add([A, B], 0.1)
    assert hints.take(0.1) == [B]
    assert hints.delay(0.1) == pytest.approx(HINT_SECONDS - 0.1)
    assert hints.take(0.25) == [A]
    assert hints.delay(0.25) is None


async def test_every_event_continues_the_one_before(home, events, told, clock, make_run):
    events.start()
    try:
        await until(lambda: told)
        workspace = open_workspace(home)
        for number in range(5):
            workspace.index.refresh(make_run("digits", number))
            await clock.pass_by(HINT_SECONDS)
        await until(lambda: changed(told, "digits-20261124-000004-7f3k"))
        await clock.pass_by(BEAT_SECONDS)
        workspace.close()
    finally:
        await events.stop()

    for event in told:
        jsonschema.validate(event, SCHEMA)
    assert told[0]["kind"] == "reset"
    assert told[-1]["kind"] == "beat"
    assert [event["since"] for event in told[1:]] == [event["seq"] for event in told[:-1]]
    assert {event["generation"] for event in told} == {told[0]["generation"]}


async def test_a_sweep_is_named_among_sweeps_and_its_trials_among_runs(events, told, clock, make_sweep):
    events.start()
    try:
        await until(lambda: told)
        sweep = make_sweep(runs=1)
        await until(lambda: any(sweep.id in event["sweeps"] for event in told))
        await until(lambda: changed(told, f"{sweep.id}t1"))
    finally:
        await events.stop()
    for event in told:
        jsonschema.validate(event, SCHEMA)
    assert not changed(told, sweep.id)


async def test_a_model_is_named_when_it_has_a_version_an_alias_and_a_note(events, told, clock, workspace, make_version):
    events.start()
    try:
        await until(lambda: told)
        for change in (make_version, lambda: workspace.models.point("digits", "champion", 1), write_a_note(workspace)):
            before = len(told)
            change()
            await until(lambda before=before: any("digits" in event["models"] for event in told[before:]))
            await clock.pass_by(1.0)
    finally:
        await events.stop()
    for event in told:
        jsonschema.validate(event, SCHEMA)
    assert not changed(told, "digits")


def write_a_note(workspace):
    def write():
        workspace.models.version("digits").note = "good"

    return write


async def test_a_rebuilt_index_is_a_reset(home, events, told, clock, make_run):
    events.start()
    try:
        await until(lambda: told)
        workspace = open_workspace(home)
        make_run()
        workspace.index.rebuild()
        await until(lambda: len(told) > 1)
        workspace.close()
    finally:
        await events.stop()
    assert told[1]["kind"] == "reset"
    assert told[1]["generation"] != told[0]["generation"]


async def test_the_heart_beats_every_ten_seconds(events, told, clock):
    events.start()
    try:
        await until(lambda: told)
        await clock.pass_by(3 * BEAT_SECONDS)
    finally:
        await events.stop()
    assert [event["kind"] for event in told] == ["reset", "beat", "beat", "beat"]


async def test_a_client_that_comes_late_knows_with_the_next_beat_where_it_is(home, events, told, clock, make_run):
    workspace = open_workspace(home)
    events.start()
    try:
        await until(lambda: told)
        workspace.index.refresh(make_run())
        await until(lambda: events._seq == workspace.index.position()[1])
        await clock.pass_by(BEAT_SECONDS)
        position = workspace.index.position()
    finally:
        await events.stop()
        workspace.close()
    # Whoever knows these two has missed nothing when the next event follows on them.
    late = told[-1]
    assert (late["kind"], late["generation"], late["seq"]) == ("beat", *position)


async def test_many_runs_at_once_are_one_reset(events, told, clock):
    events.start()
    try:
        await until(lambda: told)
        events._hints.add([("runs", f"run-{number}") for number in range(MOST + 1)], clock.now())
        events._has_news.set()
        await clock.pass_by(HINT_SECONDS)
    finally:
        await events.stop()
    assert (told[1]["kind"], told[1]["runs"]) == ("reset", [])


async def test_a_home_that_cannot_be_opened_is_said_once_and_tried_again(told, clock, caplog, tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("x")
    monkeypatch.setenv("JUPYTER_MLOPS_HOME", str(blocked))
    workers = Workers(open_workspace)
    events = Events(workers, told.append, logging.getLogger("events"), clock)
    events.start()
    try:
        await clock.pass_by(50)
        assert told == []
        blocked.unlink()
        await clock.pass_by(20)
        await until(lambda: told)
    finally:
        await events.stop()
        workers.close()
    said = [record for record in caplog.records if record.name == "events"]
    assert len(said) == 2  # once by each of the two that need the home


async def test_a_browser_hears_that_a_run_begins_and_ends(jp_ws_fetch, call, workspace):
    socket = await jp_ws_fetch("api", "events", "subscribe")
    run = workspace.runs.submit("import time\ntime.sleep(600)", "heard")

    async def heard_of():
        while True:
            event = json.loads(await asyncio.wait_for(socket.read_message(), 15))
            if event["schema_id"] == SCHEMA_ID and run.id in event["runs"]:
                return event

    assert (await heard_of())["kind"] == "changed"
    assert (await call("POST", f"/runs/{run.id}/stop")).json["state"] == "stopped"
    await heard_of()
    socket.close()


LINES = """
import time
for number in range(4):
    print("line", number, time.time())
    time.sleep(0.6)
print("flood")
end = time.time() + 3
while time.time() < end:
    print("x" * 100)
"""


async def test_a_browser_hears_of_every_line_soon_and_of_a_flood_four_times_a_second(jp_ws_fetch, workspace):
    socket = await jp_ws_fetch("api", "events", "subscribe")
    run = workspace.runs.submit(LINES, "printing")
    ages: dict[str, float] = {}
    floods: list[float] = []
    while not floods or floods[-1] - floods[0] < 2:
        event = json.loads(await asyncio.wait_for(socket.read_message(), 15))
        if event["schema_id"] != SCHEMA_ID or run.id not in event["runs"]:
            continue
        text = run.folder.log_path(0, 1).read_text() if run.folder.log_path(0, 1).exists() else ""
        for line in text.split("flood")[0].splitlines():
            ages.setdefault(line, time.time() - float(line.split()[-1]) if line.startswith("line") else 0.0)
        if "flood" in text:
            floods.append(time.time())
    socket.close()
    run.stop()

    assert [line.split()[1] for line in ages if line.startswith("line")] == ["0", "1", "2", "3"]
    assert sorted(ages.values())[len(ages) // 2] < 0.3
    assert len(floods) <= 2 / HINT_SECONDS + 2


async def test_a_browser_hears_of_a_run_whose_keeper_was_killed(jp_ws_fetch, call, workspace):
    socket = await jp_ws_fetch("api", "events", "subscribe")
    run = workspace.runs.submit("import time\ntime.sleep(600)", "orphan")
    state = ""
    while state != "running":
        event = json.loads(await asyncio.wait_for(socket.read_message(), 15))
        if run.id in event.get("runs", []):
            state = (await call("GET", f"/runs/{run.id}")).json["row"]["state"]
    keeper = run.folder.keeper()
    assert keeper is not None
    os.kill(keeper.pid, signal.SIGKILL)
    while state == "running":
        event = json.loads(await asyncio.wait_for(socket.read_message(), 15))
        if run.id in event.get("runs", []):
            state = (await call("GET", "/runs")).json["runs"][0]["state"]
    socket.close()
    assert state == "failed"
    assert "keeper" in (await call("GET", f"/runs/{run.id}")).json["row"]["why"]
