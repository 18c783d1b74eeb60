"""A rank fails while the others wait for it in a collective: it is the one that is named, and nothing is left."""

from __future__ import annotations

import signal
from typing import Any

import pytest

from jupyter_mlops.domain.runs import State
from jupyter_mlops.platforms.local.launcher import LocalLauncher
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.runs import RunFolder
from jupyter_mlops.testing.launcher_contract import check_history, log_lines, submit
from tests.frameworks.cells import MODULES, TOGETHER, python_of

PATIENCE_SECONDS = 110

TRAINS = "total(1)\nprint('together', flush=True)\nfor step in range(3):\n    total(1)\n"
GOES_ON = "while True:\n    total(1)\n"


@pytest.mark.timeout(180)
def test_a_rank_that_raises_is_named_with_its_error(home: Home, kind: str, workers: int) -> None:
    last = workers - 1
    run = failed(home, kind, workers, f"if number == {last}:\n    raise KeyError('shard')\n")
    status = run.status()
    assert status.failed_rank == last, status.why
    assert "KeyError: 'shard'" in status.why
    assert status.error is not None and status.error.type == "KeyError"


@pytest.mark.timeout(180)
def test_a_rank_that_is_killed_is_named_with_the_signal(home: Home, kind: str) -> None:
    run = failed(home, kind, 2, "if number == 1:\n    import os\n    os.kill(os.getpid(), 9)\n")
    status = run.status()
    assert (status.failed_rank, status.ranks[1].signal) == (1, signal.SIGKILL), status.why
    assert "SIGKILL" in status.why


def test_a_framework_that_is_missing_is_told_with_how_to_get_it(home: Home, kind: str) -> None:
    cell = f"import sys\nsys.modules[{MODULES[kind]!r}] = None\nimport {MODULES[kind]}\n"
    run = finished(home, cell, python=python_of(kind))
    assert run.status().state is State.FAILED
    assert MODULES[kind] in run.status().why


def failed(home: Home, kind: str, workers: int, fails: str) -> RunFolder:
    """Run a cell in which all ranks have worked together before one fails."""
    cell = TOGETHER[kind] + TRAINS + fails + GOES_ON
    run = finished(home, cell, kind=kind, workers=workers, python=python_of(kind))
    status = run.status()
    assert all("together" in log_lines(run, rank) for rank in range(workers))
    assert status.state is State.FAILED
    assert all(rank.ended is not None for rank in status.ranks)
    check_history(run)
    return run


def finished(home: Home, cell: str, **values: Any) -> RunFolder:
    """Run a cell to its end."""
    launcher = LocalLauncher(home)
    run = submit(home, launcher, cell, **values)
    assert launcher.wait(run.path, PATIENCE_SECONDS), [log_lines(run, rank) for rank in range(run.spec().rank_count)]
    return run
