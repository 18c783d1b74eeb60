"""SIGKILL at random moments of whoever takes part in a run: nothing is lost, nothing is doubled, nothing is left.

``JUPYTER_MLOPS_FAULTS`` says how many of each kind (4 by default); ``JUPYTER_MLOPS_SEED`` repeats a failure.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_mlops.domain.metrics import LogParser
from jupyter_mlops.domain.runs import State
from jupyter_mlops.platforms.local import processes
from jupyter_mlops.platforms.local.launcher import LocalLauncher
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.index import Index
from jupyter_mlops.store.records import RunDatabase
from jupyter_mlops.store.runs import RunFolder
from jupyter_mlops.testing.launcher_contract import await_that, check_history, submit

pytestmark = pytest.mark.faults

TIMES = int(os.environ.get("JUPYTER_MLOPS_FAULTS", "4"))
SEED = int(os.environ.get("JUPYTER_MLOPS_SEED", str(random.SystemRandom().randrange(10**6))))
STEPS = 400

# Each rank writes down in a file of its own what it has handed to ``write``, after it returned.
CELL = f"""
import os, sys, subprocess, time
from jupyter_mlops import report
rank = os.environ["RANK"]
child = [sys.executable, "-c", "import time; time.sleep(1000)"]
subprocess.Popen(child, start_new_session=True)
witness = os.open(os.path.join(os.environ["WITNESS"], rank), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
for i in range({STEPS}):
    print("line", i, "é" * (i % 7))
    report(step=i, loss=float(i))
    os.write(witness, b"%d\\n" % i)
    if i % 4 == 0:
        time.sleep(0.002)
"""

SUBMITTER = """
import os, sys, time
from pathlib import Path
from jupyter_mlops.platforms.local.launcher import LocalLauncher
from jupyter_mlops.store.home import Home
from jupyter_mlops.testing.launcher_contract import submit
home = Home.open(Path(sys.argv[1]))
launcher = LocalLauncher(home)
print("ready", flush=True)
sys.stdin.readline()
run = submit(home, launcher, sys.argv[2], workers=2, env=dict(os.environ), id=sys.argv[3])
print(run.id, flush=True)
launcher.wait(run.path, 120)
"""


def cases() -> list[tuple[str, int]]:
    return [(victim, SEED + number) for victim in ("kernel", "keeper", "guardian", "rank") for number in range(TIMES)]


@pytest.fixture
def home(home: Path) -> Home:
    return Home.open(home)


@pytest.mark.parametrize("unbuffered", [True, False], ids=["PYTHONUNBUFFERED", "buffered"])
@pytest.mark.parametrize(("victim", "seed"), cases())
def test_a_kill_at_a_random_moment_loses_and_doubles_nothing(
    home: Home, tmp_path: Path, victim: str, seed: int, unbuffered: bool
) -> None:
    print(f"seed {seed}: JUPYTER_MLOPS_SEED={seed} repeats it")
    chance = random.Random(seed)
    run = RunFolder(home.runs / f"fault-20260101-000000-{chance.randrange(10**4):04d}")
    kernel = start_kernel(home, tmp_path, run.id, unbuffered=unbuffered)
    time.sleep(chance.uniform(0.0, 0.7 if victim == "kernel" else 0.5))
    kill_one(victim, kernel, run, chance)
    launcher = LocalLauncher(home)
    if not run.path.exists():
        # Killed before the run was published: nothing may be left of the draft.
        kernel.kill()
        await_that(lambda: run.path.exists() or not list(home.tmp.iterdir()), patience=20)
    if run.path.exists():
        assert launcher.wait(run.path, 60)
        check_run(run, tmp_path)
    end(kernel)
    await_that(lambda: not processes.survivors(str(run.path)), patience=10)
    await_that(lambda: not run.is_kept(), patience=10)
    check_tmp(home)
    check_index(home)


def start_kernel(home: Home, tmp_path: Path, run_id: str, *, unbuffered: bool) -> subprocess.Popen[str]:
    env = {**os.environ, "WITNESS": str(tmp_path)}
    env.pop("PYTHONUNBUFFERED", None)
    if unbuffered:
        env["PYTHONUNBUFFERED"] = "1"
    argv = [sys.executable, "-c", SUBMITTER, str(home.path), CELL, run_id]
    kernel = subprocess.Popen(argv, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert kernel.stdout is not None
    assert kernel.stdin is not None
    assert kernel.stdout.readline() == "ready\n"
    kernel.stdin.write("go\n")
    kernel.stdin.flush()
    return kernel


def end(kernel: subprocess.Popen[str]) -> None:
    kernel.kill()
    with kernel:
        pass


def kill_one(victim: str, kernel: subprocess.Popen[str], run: RunFolder, chance: random.Random) -> None:
    find: dict[str, Callable[[], list[int]]] = {
        "kernel": lambda: [kernel.pid],
        "keeper": lambda: [keeper.pid] if (keeper := run.keeper()) else [],
        "guardian": lambda: [guardian for guardian, _ in guarded(run)],
        "rank": lambda: [rank for _, rank in guarded(run)],
    }
    deadline = time.monotonic() + 5
    while not (found := find[victim]()) and time.monotonic() < deadline:
        if run.path.exists() and run.status().state.is_finished:
            return
        time.sleep(0.001)
    if found:
        processes.kill(chance.choice(found), signal.SIGKILL)


def guarded(run: RunFolder) -> list[tuple[int, int]]:
    keeper = run.keeper()
    if keeper is None:
        return []
    pairs = [(guardian, processes.children(guardian)) for guardian in processes.children(keeper.pid)]
    # The child that collects the environment has no marked children.
    return [(guardian, below[0]) for guardian, below in pairs if below and is_marked(below[0], run)]


def is_marked(pid: int, run: RunFolder) -> bool:
    try:
        return f"JUPYTER_MLOPS_RUN_DIR={run.path}".encode() in Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return False


def check_run(run: RunFolder, witnesses: Path) -> None:
    status = run.status()
    check_history(run)
    assert status.why or status.state is State.SUCCEEDED
    database = RunDatabase(run.path / "run.db")
    for rank in range(2):
        log = run.log_path(rank, 1).read_bytes() if run.log_path(rank, 1).exists() else b""
        witnessed = (witnesses / str(rank)).read_text().split() if (witnesses / str(rank)).exists() else []
        check_lines(log, len(witnessed))
        check_points(log, [point.value for point in database.history("loss", rank=rank, attempt=1)], len(witnessed))
    database.close()
    if status.state is State.SUCCEEDED:
        assert all((witnesses / str(rank)).read_text().split()[-1] == str(STEPS - 1) for rank in range(2))


def check_lines(log: bytes, witnessed: int) -> None:
    """Every line that reached ``write`` is there once and in order; one more may be."""
    lines = [line for line in log.decode().split("\n")[:-1] if line.startswith("line ")]
    assert [int(line.split()[1]) for line in lines] == list(range(len(lines)))
    assert all(line == f"line {i} " + "é" * (i % 7) for i, line in enumerate(lines))
    assert len(lines) >= witnessed


def check_points(log: bytes, recorded: list[float], witnessed: int) -> None:
    in_log = [point.value for point in LogParser().feed(log, 0.0).points() if point.name == "loss"]
    assert recorded == in_log
    assert recorded == [float(i) for i in range(len(recorded))]
    assert len(recorded) >= witnessed


def check_tmp(home: Home) -> None:
    """What a killed writer left there goes with the next sweep, once it is old enough to be nobody's."""
    for entry in home.tmp.iterdir():
        os.utime(entry, (0, 0))
    home.sweep()
    assert not list(home.tmp.iterdir())


def check_index(home: Home) -> None:
    with Index(home) as index:
        live = json.dumps([repr(row) for row in index.list()])
        index.rebuild()
        assert json.dumps([repr(row) for row in index.list()]) == live


@pytest.mark.parametrize("seed", range(SEED, SEED + TIMES))
def test_keeper_and_guardians_killed_at_once_leave_nothing(home: Home, tmp_path: Path, seed: int) -> None:
    print(f"seed {seed}: JUPYTER_MLOPS_SEED={seed} repeats it")
    chance = random.Random(seed)
    run = RunFolder(home.runs / f"fault-20260101-000000-{chance.randrange(10**4):04d}")
    kernel = start_kernel(home, tmp_path, run.id, unbuffered=False)
    await_that(lambda: run.path.exists() and bool(guarded(run)))
    time.sleep(chance.uniform(0.0, 0.2))
    keeper = run.keeper()
    assert keeper is not None
    os.kill(keeper.pid, signal.SIGSTOP)
    for guardian, _ in guarded(run):
        processes.kill(guardian)
    processes.kill(keeper.pid)
    assert LocalLauncher(home).wait(run.path, 60)
    check_run(run, tmp_path)
    end(kernel)
    assert processes.survivors(str(run.path)) == []


def test_a_metric_flood_is_recorded_whole(home: Home) -> None:
    cell = "from jupyter_mlops import report\nfor i in range(150_000):\n    report(step=i, loss=i)\n"
    launcher = LocalLauncher(home)
    run = submit(home, launcher, cell)
    assert launcher.wait(run.path, 120)
    database = RunDatabase(run.path / "run.db")
    assert database.metrics()["loss"].count == 150_000
    database.close()
