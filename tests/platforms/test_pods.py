"""Pods whose ranks something else starts, and what pods of this machine are given: real processes throughout.

``mpirun`` is the real one. torch would be gigabytes: in its place stands a module that starts processes as ``torchrun``
does from what the operator gives it. ``make test-frameworks`` has the real ones.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_mlops.domain.runs import Limits, Resources, State
from jupyter_mlops.platforms.local import ranks
from jupyter_mlops.platforms.local.launcher import LocalLauncher
from jupyter_mlops.platforms.local.starters import Starters
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.runs import RunFolder
from jupyter_mlops.testing.launcher_contract import (
    PATIENCE_SECONDS,
    await_state,
    await_that,
    check_history,
    log_lines,
    of_roles,
    submit,
)
from tests.platforms.warming import warm_home, warm_up

TORCHRUN = """\
import os, subprocess, sys
count, node, nodes = (int(os.environ["PET_" + name]) for name in ("NPROC_PER_NODE", "NODE_RANK", "NNODES"))
print("starts", count)
def start(local):
    numbers = {"LOCAL_RANK": local, "RANK": node * count + local, "WORLD_SIZE": count * nodes, "TORCHELASTIC_RUN_ID": 0}
    env = {**os.environ, **{name: str(number) for name, number in numbers.items()}}
    return subprocess.Popen([sys.executable, *sys.argv[1:]], env=env)
ranks = {process.pid: process for process in map(start, range(count))}
while ranks:
    pid, status = os.wait()
    ranks.pop(pid).returncode = 0
    if status:
        for process in ranks.values():
            process.terminate()
        sys.exit(1)
"""

MPI = """\
import os, signal, sys, time
from mpi4py import MPI
world = MPI.COMM_WORLD
rank = world.Get_rank()
print("hello", rank, world.Get_size(), flush=True)
"""


@pytest.fixture
def launcher(home: Home) -> LocalLauncher:
    return LocalLauncher(home)


@pytest.fixture
def torch(tmp_path: Path) -> dict[str, str]:
    """An environment with something that starts processes as torchrun does."""
    folder = tmp_path / "site" / "torch" / "distributed"
    folder.mkdir(parents=True)
    for package in (folder, folder.parent):
        (package / "__init__.py").touch()
    (folder / "run.py").write_text(TORCHRUN)
    return {**os.environ, "PYTHONPATH": str(tmp_path / "site")}


def finished(launcher: LocalLauncher, run: RunFolder) -> RunFolder:
    assert launcher.wait(run.path, PATIENCE_SECONDS)
    check_history(run)
    return run


def codes(run: RunFolder) -> list[int | None]:
    return [rank.code for rank in run.status().ranks]


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def has_shared_memory(run: RunFolder) -> bool:
    """Say whether the folder is there that an MPI run has outside of its own."""
    place = Starters("", sys.executable, ranks.logs_path(str(run.path), 1), None).mpi_place()
    return Path(place).exists()


# -- what torchrun starts -----------------------------------------------------------------------------------------


def test_processes_of_a_pod_are_ranks_of_the_run_with_their_own_log(
    home: Home, launcher: LocalLauncher, torch: dict[str, str], tmp_path: Path
) -> None:
    names = ("RANK", "LOCAL_RANK", "WORLD_SIZE", "JUPYTER_MLOPS_RANK", "JUPYTER_MLOPS_LOCAL_RANK")
    cell = of_roles(tmp_path, f"print(*(os.environ[name] for name in {names}))")
    run = finished(launcher, submit(home, launcher, cell, kind="pytorch", workers=2, slots=2, env=torch))
    status = run.status()
    assert (status.state, codes(run)) == (State.SUCCEEDED, [0, 0, 0, 0])
    assert [log_lines(run, rank)[-1] for rank in range(4)] == ["0 0 4 0 0", "1 1 4 1 1", "2 0 4 2 0", "3 1 4 3 1"]
    assert [(rank.role, rank.index) for rank in status.ranks] == [("master", 0)] * 2 + [("worker", 0)] * 2
    assert len({rank.pid for rank in status.ranks}) == 4
    # What the starter says is not the ranks'.
    assert all("starts" not in line for rank in range(4) for line in log_lines(run, rank))


def test_the_rank_that_failed_is_named_and_not_the_pod_that_died_of_it(
    home: Home, launcher: LocalLauncher, torch: dict[str, str], tmp_path: Path
) -> None:
    cell = of_roles(tmp_path, "if os.environ['RANK'] == '3':\n    raise KeyError('shard')\nserve()")
    run = finished(launcher, submit(home, launcher, cell, kind="pytorch", workers=2, slots=2, env=torch))
    status = run.status()
    assert (status.state, status.failed_rank) == (State.FAILED, 3)
    assert "Rank 3: KeyError: 'shard'" in status.why
    assert status.ranks[3].why == "ended itself with exit code 1"
    assert all("rank 3 failed" in rank.why for rank in status.ranks[:3])


def test_a_starter_that_fails_before_its_ranks_says_why_in_their_log(
    home: Home, launcher: LocalLauncher, torch: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "site" / "torch" / "distributed" / "run.py").write_text("raise SystemExit('no rendezvous')")
    run = finished(launcher, submit(home, launcher, "print('never')", kind="pytorch", slots=2, env=torch))
    status = run.status()
    assert (status.state, status.failed_rank, codes(run)) == (State.FAILED, 0, [1, 1])
    assert log_lines(run) == ["no rendezvous"]


def test_a_starter_that_fails_of_itself_says_why_in_their_log(
    home: Home, launcher: LocalLauncher, torch: dict[str, str], tmp_path: Path
) -> None:
    lost = "import time\nwhile not os.path.exists({0!r}):\n    time.sleep(0.01)\nsys.exit('the store is lost')"
    program = TORCHRUN.partition("while ranks:")[0] + lost.format(str(tmp_path / "begun"))
    (tmp_path / "site" / "torch" / "distributed" / "run.py").write_text(program)
    cell = of_roles(tmp_path, "if os.environ['RANK'] == '1':\n    done('begun')\nserve()")
    run = finished(launcher, submit(home, launcher, cell, kind="pytorch", slots=2, env=torch))
    assert run.status().state is State.FAILED
    assert log_lines(run)[-1] == "the store is lost"


def test_all_ranks_of_a_pod_begin_anew_when_it_is_started_again(
    home: Home, launcher: LocalLauncher, torch: dict[str, str], tmp_path: Path
) -> None:
    body = (
        "if pod('worker-0'):\n    if os.environ['LOCAL_RANK'] == '1' and not is_done('first'):\n"
        "        done('first')\n        sys.exit(3)\n    wait_for('first')\n    if os.environ['LOCAL_RANK'] == '1':\n"
        "        done('second')\nwait_for('second')\nprint('trained')"
    )
    limits = Limits(retries=1, restart="on-failure")
    cell = of_roles(tmp_path, body)
    run = finished(launcher, submit(home, launcher, cell, kind="pytorch", workers=2, slots=2, env=torch, limits=limits))
    status = run.status()
    assert (status.state, codes(run)) == (State.SUCCEEDED, [0] * 4)
    assert [rank.restarts for rank in status.ranks] == [0, 0, 1, 1]
    assert log_lines(run, 3) == ["begun", "begun", "trained"]


def test_a_signal_may_be_another_time_s_success(home: Home, launcher: LocalLauncher, tmp_path: Path) -> None:
    body = "if not is_done('first'):\n    done('first')\n    os.kill(os.getpid(), 9)"
    limits = Limits(retries=1, restart="exit-code")
    run = finished(launcher, submit(home, launcher, of_roles(tmp_path, body), kind="jax", limits=limits))
    status = run.status()
    assert (status.state, status.attempt, status.ranks[0].restarts) == (State.SUCCEEDED, 1, 1)


def test_a_rank_over_its_memory_limit_is_ended_and_said_so(
    home: Home, launcher: LocalLauncher, torch: dict[str, str], tmp_path: Path
) -> None:
    cell = of_roles(tmp_path, "if os.environ['RANK'] == '1':\n    held = bytearray(300 << 20)\nserve()")
    resources = Resources(memory=200 << 20)
    run = finished(launcher, submit(home, launcher, cell, kind="pytorch", slots=2, env=torch, resources=resources))
    assert (run.status().state, run.status().failed_rank) == (State.FAILED, 1)
    assert "over its limit" in run.status().why


def test_devices_are_shared_out_among_pods_by_the_processes_they_have(
    home: Home, launcher: LocalLauncher, torch: dict[str, str], tmp_path: Path
) -> None:
    (home.path / "settings.json").write_text('{"gpus": 4}')
    torch.pop("CUDA_VISIBLE_DEVICES", None)
    cell = of_roles(tmp_path, "print(os.environ['CUDA_VISIBLE_DEVICES'])")
    wanted: dict[str, Any] = {"kind": "pytorch", "workers": 2, "slots": 2, "env": torch, "resources": Resources(gpus=1)}
    run = finished(launcher, submit(home, launcher, cell, **wanted))
    assert [log_lines(run, rank)[-1] for rank in range(4)] == ["0,1", "0,1", "2,3", "2,3"]


def test_what_only_serves_gets_no_device(home: Home, launcher: LocalLauncher, tmp_path: Path) -> None:
    (home.path / "settings.json").write_text('{"gpus": 2}')
    env = {name: value for name, value in os.environ.items() if name != "CUDA_VISIBLE_DEVICES"}
    cell = of_roles(tmp_path, "print(repr(os.environ['CUDA_VISIBLE_DEVICES']))")
    wanted: dict[str, Any] = {"kind": "tensorflow", "workers": 2, "ps": 1, "env": env, "resources": Resources(gpus=1)}
    run = finished(launcher, submit(home, launcher, cell, **wanted))
    assert [log_lines(run, rank)[-1] for rank in range(3)] == ["'0'", "'1'", "''"]


# -- guardians --------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["cold", "warm"])
def any_home(request: pytest.FixtureRequest) -> Iterator[Home]:
    """A home whose pods are started as programs, and one where they begin from a template."""
    if request.param == "cold":
        yield request.getfixturevalue("home")
        return
    with warm_home() as home:
        warm_up(home)
        yield home


def test_a_pod_whose_guardian_is_killed_leaves_nothing_and_begins_anew_alone(any_home: Home, tmp_path: Path) -> None:
    launcher = LocalLauncher(any_home)
    body = (
        "import subprocess\nif not is_done(os.environ['RANK']):\n    done(os.environ['RANK'])\n"
        "    print(subprocess.Popen(['sleep', '1000'], start_new_session=True).pid)\n    serve()\n"
    )
    limits = Limits(retries=2, restart="on-failure")
    wanted: dict[str, Any] = {"kind": "pytorch", "workers": 2, "limits": limits}
    run = submit(any_home, launcher, of_roles(tmp_path, body), **wanted)
    await_that(lambda: all(len(log_lines(run, rank)) == 2 for rank in (0, 1)))
    await_that(lambda: all(rank.pid for rank in run.status().ranks))
    first, sleeps = run.status().ranks[1], int(log_lines(run, 1)[1])
    os.kill(parent_of(first.pid), signal.SIGKILL)
    await_that(lambda: run.status().ranks[1].code == 0)
    assert not is_alive(first.pid)
    assert not is_alive(sleeps)
    status = run.status()
    assert (status.state, [rank.restarts for rank in status.ranks]) == (State.RUNNING, [0, 1])
    assert is_alive(int(log_lines(run, 0)[1]))
    assert status.warm == (os.environ["JUPYTER_MLOPS_WARM"] == "1")
    launcher.stop(run.path, "a test")
    check_history(run)


# -- MPI ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("workers", "slots"), [(2, 1), (3, 1), (2, 2)])
def test_mpirun_starts_ranks_in_the_workers_that_it_is_told(
    home: Home, launcher: LocalLauncher, tmp_path: Path, workers: int, slots: int
) -> None:
    tell = (
        "import json\nworld.barrier()\nprint(json.dumps([world.allreduce(rank + 1), os.environ['JUPYTER_MLOPS_ROLE'],"
        " os.environ['JUPYTER_MLOPS_INDEX'], os.environ['JUPYTER_MLOPS_RANK'], os.environ['JUPYTER_MLOPS_WORLD_SIZE'],"
        " os.environ.get('NVIDIA_VISIBLE_DEVICES'), os.environ.get('TMPDIR')]))"
    )
    run = finished(launcher, submit(home, launcher, MPI + tell, kind="mpi", workers=workers, slots=slots))
    world = workers * slots
    assert (run.status().state, codes(run)) == (State.SUCCEEDED, [0] * (world + 1))
    assert run.status().ranks[-1].role == "launcher"
    for rank in range(world):
        hello, told = log_lines(run, rank)
        assert hello == f"hello {rank} {world}"
        index = str(rank // slots)
        # What only the launcher is given is not seen by a rank.
        assert json.loads(told) == [
            sum(range(world + 1)),
            "worker",
            index,
            str(rank),
            str(world),
            None,
            os.environ.get("TMPDIR"),
        ]
    # mpirun and what it has just forked both put that into a group of its own; who comes late is told so, to no harm.
    assert [line for line in log_lines(run, world) if "Warning: setpgid" not in line] == []
    assert not has_shared_memory(run)


def test_a_rank_of_mpi_that_fails_ends_the_job_and_is_named(home: Home, launcher: LocalLauncher) -> None:
    cell = MPI + "if rank == 1:\n    raise KeyError('shard')\nworld.barrier()"
    run = finished(launcher, submit(home, launcher, cell, kind="mpi", workers=2))
    status = run.status()
    assert (status.state, status.failed_rank, status.ranks[1].code) == (State.FAILED, 1, 1)
    assert "Rank 1: KeyError: 'shard'" in status.why
    assert all("rank 1 failed" in status.ranks[rank].why for rank in (0, 2))


def test_a_rank_of_mpi_that_is_killed_is_named_with_its_signal(home: Home, launcher: LocalLauncher) -> None:
    cell = MPI + "if rank == 1:\n    os.kill(os.getpid(), signal.SIGKILL)\nworld.barrier()"
    run = finished(launcher, submit(home, launcher, cell, kind="mpi", workers=2))
    assert (run.status().failed_rank, run.status().ranks[1].signal) == (1, signal.SIGKILL)
    assert "Rank 1 was killed by SIGKILL" in run.status().why


def test_ranks_of_mpi_have_time_to_save_when_the_run_is_stopped(home: Home, launcher: LocalLauncher) -> None:
    save = (
        "def save(*_):\n    time.sleep(1.5)\n    print('saved', flush=True)\n    sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, save)\nworld.barrier()\nprint('ready', flush=True)\n"
        "while True:\n    time.sleep(0.05)\n"
    )
    run = submit(home, launcher, MPI + save, kind="mpi", workers=2)
    await_that(lambda: all(log_lines(run, rank)[-1:] == ["ready"] for rank in (0, 1)))
    launcher.stop(run.path, "a test")
    assert run.status().state is State.STOPPED
    assert [log_lines(run, rank)[-1] for rank in (0, 1)] == ["saved", "saved"]
    check_history(run)


def test_nothing_of_an_mpi_run_is_left_when_its_keeper_is_killed(home: Home, launcher: LocalLauncher) -> None:
    run = submit(home, launcher, MPI + "world.barrier()\nwhile True:\n    time.sleep(0.05)", kind="mpi", workers=2)
    await_state(run, State.RUNNING)
    assert has_shared_memory(run)
    keeper = run.keeper()
    assert keeper is not None
    os.kill(keeper.pid, signal.SIGKILL)
    await_that(lambda: not run.is_kept())
    launcher.settle(run.path)
    await_that(lambda: run.status().state.is_finished)
    assert run.status().state is State.FAILED
    assert "keeper was killed" in run.status().why
    assert all(rank.ended is not None for rank in run.status().ranks)
    assert not has_shared_memory(run)


def test_mpirun_is_started_again_over_workers_that_stay(home: Home, launcher: LocalLauncher, tmp_path: Path) -> None:
    cell = of_roles(
        tmp_path, MPI + "if rank == 1 and not is_done('first'):\n    done('first')\n    sys.exit(3)\nworld.barrier()"
    )
    limits = Limits(retries=1, restart="on-failure")
    run = finished(launcher, submit(home, launcher, cell, kind="mpi", workers=2, limits=limits))
    assert (run.status().state, codes(run)) == (State.SUCCEEDED, [0, 0, 0])
    assert run.status().ranks[2].restarts == 1
    assert log_lines(run, 1) == ["begun", "hello 1 2"] * 2
