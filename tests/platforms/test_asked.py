"""A keeper that is asked to end does so, whenever the signal comes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

from jupyter_mlops.domain.runs import State
from jupyter_mlops.platforms.local.launcher import LocalLauncher
from jupyter_mlops.store.home import Home
from jupyter_mlops.testing.launcher_contract import await_that, submit

BETWEEN = """
import os, signal, time
from jupyter_mlops.platforms.local.asked import Asked
asked = Asked()
{before}
asked.end_at_once()
{after}
time.sleep(1000)
"""
ASK = "os.kill(os.getpid(), signal.SIGTERM)"


@pytest.mark.parametrize("code", [{"before": ASK, "after": ""}, {"before": "", "after": ASK}], ids=["before", "after"])
def test_a_signal_before_or_after_the_end_of_the_work_ends_the_process(code: dict[str, str]):
    assert subprocess.run([sys.executable, "-c", BETWEEN.format(**code)], timeout=60).returncode == 0


def test_a_keeper_that_is_asked_right_after_its_ranks_have_started_stops_its_run(
    home: Home, no_leak: Callable[[], None]
):
    launcher = LocalLauncher(home)
    run = submit(home, launcher, "import time; time.sleep(1000)")
    # This is long before the keeper has imported what keeps a run.
    await_that(lambda: run.status().has_started)
    keeper = run.keeper()
    assert keeper is not None
    os.kill(keeper.pid, signal.SIGTERM)
    assert launcher.wait(run.path, 60)
    assert run.status().state is State.STOPPED
    assert "asked to end" in run.status().why
    no_leak()
