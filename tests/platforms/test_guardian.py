"""A guardian ends the whole tree of its rank, whatever ends first."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from jupyter_mlops.platforms.local import guardian, processes
from jupyter_mlops.platforms.local.guardian import RankEnd
from jupyter_mlops.testing.launcher_contract import await_that

MARKED = "JUPYTER_MLOPS_RUN_DIR"
# A plain child, a child in a session of its own, and a grandchild whose parent has gone.
TREE = """
import subprocess, sys, time, os
sleep = [sys.executable, "-c", "import time; time.sleep(1000)"]
subprocess.Popen(sleep)
subprocess.Popen(sleep, start_new_session=True)
subprocess.run([sys.executable, "-c", f"import subprocess; subprocess.Popen({sleep!r}, start_new_session=True)"])
print("ready", flush=True)
"""


class Guarded(NamedTuple):
    guardian: int
    lifeline: int
    folder: Path

    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text() if path.exists() else ""

    def await_log(self, words: str) -> None:
        await_that(lambda: words in self.log())

    def reap(self) -> RankEnd | None:
        os.waitpid(self.guardian, 0)
        return guardian.read_end(str(self.folder / "exit"))

    def alive(self) -> list[int]:
        return processes.survivors(str(self.folder))


@pytest.fixture
def start(tmp_path: Path) -> Iterator[object]:
    started: list[Guarded] = []

    def start(code: str) -> Guarded:
        env = {**os.environ, MARKED: str(tmp_path)}
        command = guardian.RankCommand(
            [sys.executable, "-c", code], env, str(tmp_path), str(tmp_path / "log"), str(tmp_path / "exit")
        )
        read, write = os.pipe()
        # A bystander's fork of this process must not hold the lifeline open, so it is closed on exec like all else.
        guarded = Guarded(guardian.start(command, read).pid, write, tmp_path)
        os.close(read)
        started.append(guarded)
        return guarded

    yield start
    processes.end_survivors(str(tmp_path))


def test_the_exit_code_of_a_rank_is_told(start) -> None:
    guarded = start("import sys; print('hello'); sys.exit(3)")
    end = guarded.reap()
    assert end is not None
    assert (end.code, end.signal, end.cut) == (3, None, False)
    assert end.peak > 1 << 20
    assert guarded.log() == "hello\n"


def test_a_stop_in_the_first_moment_of_a_guardian_ends_the_rank_and_is_told(start) -> None:
    for _ in range(20):
        guarded = start("import time; time.sleep(1000)")
        processes.kill(guarded.guardian, signal.SIGTERM)
        end = guarded.reap()
        assert end is not None
        assert (end.signal, end.cut) == (signal.SIGTERM, False)


def test_the_signal_that_killed_a_rank_is_told(start) -> None:
    end = start("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)").reap()
    assert end is not None
    assert (end.code, end.signal) == (None, signal.SIGSEGV)


def test_what_a_rank_leaves_behind_ends_with_it(start) -> None:
    guarded = start(TREE)
    end = guarded.reap()
    assert end is not None
    assert end.code == 0
    assert guarded.alive() == []


def test_the_end_of_the_keeper_ends_the_whole_tree(start) -> None:
    guarded = start(TREE + "time.sleep(1000)")
    guarded.await_log("ready")
    assert len(guarded.alive()) == 4
    os.close(guarded.lifeline)
    end = guarded.reap()
    assert end is not None
    assert (end.signal, end.cut) == (signal.SIGKILL, True)
    assert guarded.alive() == []


def test_a_killed_guardian_takes_its_rank_with_it_and_survivors_bear_the_mark(start) -> None:
    guarded = start(TREE + "time.sleep(1000)")
    guarded.await_log("ready")
    os.kill(guarded.guardian, signal.SIGKILL)
    os.waitpid(guarded.guardian, 0)
    assert processes.end_survivors(str(guarded.folder)) >= 3
    assert guarded.alive() == []


def test_asking_to_end_lets_the_rank_save_its_work(start) -> None:
    handler = "import signal, sys, time\nsignal.signal(15, lambda *_: (print('saved'), sys.exit(0)))\n"
    guarded = start(handler + "print('ready', flush=True)\ntime.sleep(1000)")
    guarded.await_log("ready")
    os.kill(guarded.guardian, signal.SIGTERM)
    end = guarded.reap()
    assert end is not None
    assert end.code == 0
    assert "saved" in guarded.log()


def test_a_rank_that_ignores_the_question_is_killed(start) -> None:
    guarded = start(
        "import signal, time\nsignal.signal(15, signal.SIG_IGN)\nprint('ready', flush=True)\ntime.sleep(1000)"
    )
    guarded.await_log("ready")
    os.kill(guarded.guardian, signal.SIGTERM)
    os.kill(guarded.guardian, signal.SIGUSR1)
    end = guarded.reap()
    assert end is not None
    assert end.signal == signal.SIGKILL


def test_a_program_that_is_not_there_is_told_in_the_log(tmp_path: Path) -> None:
    command = guardian.RankCommand(["/no/python"], {}, str(tmp_path), str(tmp_path / "log"), str(tmp_path / "exit"))
    read, write = os.pipe()
    guardian.start(command, read).reap()
    os.close(read)
    os.close(write)
    end = guardian.read_end(str(tmp_path / "exit"))
    assert end is not None
    assert end.code == 127
    assert "/no/python" in (tmp_path / "log").read_text()


def test_who_only_reads_a_log_is_no_survivor(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "0.log").write_text("x")
    with (logs / "0.log").open() as _:
        assert processes.survivors(str(tmp_path)) == []
