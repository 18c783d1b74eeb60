"""What is said of runs that failed: each is a real failure."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from jupyter_mlops.domain.runs import State
from jupyter_mlops.platforms.local.launcher import LocalLauncher
from jupyter_mlops.services.snapshots import read_snapshot
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.runs import RunFolder
from jupyter_mlops.testing.launcher_contract import PATIENCE_SECONDS, submit


def failed(home: Home, cell: str, **values: object) -> RunFolder:
    launcher = LocalLauncher(home)
    run = submit(home, launcher, cell, **values)
    assert launcher.wait(run.path, PATIENCE_SECONDS)
    assert run.status().state is State.FAILED
    return run


def test_a_missing_package_is_told_with_its_installation_into_the_interpreter_of_the_run(home: Home) -> None:
    run = failed(home, "x = 1\nimport nowhere_to_be_found.part")
    install = f"{sys.executable} -m pip install nowhere_to_be_found"
    assert run.status().why == (
        "ModuleNotFoundError: No module named 'nowhere_to_be_found' (line 2); "
        f"install it into the interpreter of the run: {install}."
    )
    assert read_snapshot(run, "home").install == install


def test_a_module_that_lies_beside_is_not_to_be_installed(home: Home, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "nets.py").write_text("width = 3")
    run = failed(home, "import importlib\nimportlib.import_module('nets')", cwd=str(tmp_path))
    snapshot = read_snapshot(run, "home")
    assert f"a module 'nets' lies in {tmp_path}/src: import it at the head of the cell" in run.status().why
    assert snapshot.install == ""
    assert f"A module 'nets' lies in {tmp_path}/src" in snapshot.notes[0]


@pytest.mark.parametrize("workers", [1, 2])
def test_the_last_lines_and_the_line_of_the_cell_are_there_where_a_signal_killed_it(home: Home, workers: int) -> None:
    cell = """
import ctypes, os
print("the last word")
if os.environ["RANK"] == str(int(os.environ["WORLD_SIZE"]) - 1):
    ctypes.string_at(0)
import time
time.sleep(1000)
"""
    run = failed(home, cell.strip(), workers=workers)
    snapshot = read_snapshot(run, "home")
    assert snapshot.row.failed_rank == workers - 1
    assert "SIGSEGV" in snapshot.row.why
    assert snapshot.line == 4
    assert (workers - 1, "the last word") in snapshot.log
