"""Runs beyond the usual number come after others for the processor, so that a notebook answers meanwhile."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jupyter_mlops.domain.runs import State
from jupyter_mlops.platforms.local.launcher import LocalLauncher
from jupyter_mlops.platforms.local.leases import usual_slot_count
from jupyter_mlops.runtime.standing import BACK
from jupyter_mlops.store.home import Home
from jupyter_mlops.testing.launcher_contract import await_state, log_lines, submit

# How nice it is itself, and how nice its session is, where sessions are scheduled as one.
CELL = """
import os, time
print(os.getpriority(os.PRIO_PROCESS, 0), flush=True)
while not os.path.exists({gate!r}):
    time.sleep(0.02)
"""
AUTOGROUP = Path("/proc/self/autogroup")


def test_a_run_beyond_the_usual_number_stands_back(home: Home, tmp_path: Path) -> None:
    usual = usual_slot_count()
    home.change(slots=usual + 1)
    launcher = LocalLauncher(home)
    gate = tmp_path / "gate"
    runs = [submit(home, launcher, CELL.format(gate=str(gate))) for _ in range(usual + 1)]
    for run in runs:
        await_state(run, State.RUNNING)
    gate.touch()
    assert all(launcher.wait(run.path, 60) for run in runs)
    mine = os.getpriority(os.PRIO_PROCESS, 0)
    assert [log_lines(run) for run in runs] == [[str(mine)]] * usual + [[str(max(mine, BACK))]]


@pytest.mark.skipif(not AUTOGROUP.exists(), reason="this system does not schedule sessions as one")
def test_its_session_stands_back(home: Home) -> None:
    home.change(slots=usual_slot_count() + 1)
    launcher = LocalLauncher(home)
    held = [submit(home, launcher, "import time; time.sleep(1000)") for _ in range(usual_slot_count())]
    for run in held:
        await_state(run, State.RUNNING)
    words = f"'nice {BACK}'"
    last = submit(home, launcher, f"while {words} not in open('/proc/self/autogroup').read():\n    pass")
    assert launcher.wait(last.path, 60)
    for run in held:
        launcher.stop(run.path, "a test")
    assert last.status().state is State.SUCCEEDED
