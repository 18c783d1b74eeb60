"""What is said of runs that failed: each is a real failure."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_mlops.domain.runs import State
from jupyter_mlops.platforms.local.launcher import LocalLauncher
from jupyter_mlops.services.snapshots import read_snapshot
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.runs import RunFolder
from jupyter_mlops.testing.launcher_contract import PATIENCE_SECONDS, await_that, submit


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


@pytest.fixture
def group() -> Iterator[Path]:
    """A group of processes that may use 150 MB together."""
    path = Path(f"/sys/fs/cgroup/memory/jupyter-mlops-{os.getpid()}")
    limit = path / "memory.limit_in_bytes"
    if not path.parent.exists():
        path, limit = Path(f"/sys/fs/cgroup/{path.name}"), Path(f"/sys/fs/cgroup/{path.name}/memory.max")
    try:
        path.mkdir()
        limit.write_text("150000000")
    except OSError as error:
        with contextlib.suppress(OSError):
            path.rmdir()
        pytest.skip(f"a group with a limit of memory cannot be made here: {error}")
    yield path
    # A keeper that has told the end still writes what the run's page shows.
    await_that(lambda: not (path / "cgroup.procs").read_text())
    path.rmdir()


def test_a_rank_that_the_system_kills_for_want_of_memory_is_told_as_such(home: Home, group: Path) -> None:
    # A keeper belongs to the group of who starts it.
    code = """
import sys
from pathlib import Path
from jupyter_mlops.platforms.local.launcher import LocalLauncher
from jupyter_mlops.store.home import Home
from jupyter_mlops.testing.launcher_contract import submit
Path(sys.argv[2], "cgroup.procs").write_text("0")
home = Home.open(Path(sys.argv[1]))
cell = "import time\\nhog = []\\nwhile True:\\n    hog.append(bytes(1 << 20) * 4)\\n    time.sleep(0.02)"
print(submit(home, LocalLauncher(home), cell).path)
"""
    told = subprocess.run([sys.executable, "-c", code, home.path, group], capture_output=True, text=True, check=True)
    run = RunFolder(Path(told.stdout.strip()))
    assert LocalLauncher(home).wait(run.path, PATIENCE_SECONDS)
    assert "killed by SIGKILL: the system was out of memory and killed it; its memory was at" in run.status().why
    assert "of 150 MB" in run.status().why
