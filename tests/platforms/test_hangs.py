"""Runs whose ranks are silent and idle: their stacks are taken, they go on, and anybody may ask."""

from __future__ import annotations

import os
import signal
import textwrap
from pathlib import Path

import pytest

from jupyter_mlops.domain.runs import Answered, Hung, Limits, RankStack, StacksTaken, State
from jupyter_mlops.platforms.local import processes
from jupyter_mlops.platforms.local.launcher import LocalLauncher
from jupyter_mlops.services.stacks import take
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.runs import RunFolder
from jupyter_mlops.testing.launcher_contract import FOREVER, await_that, log_lines, submit

DEADLOCK = """
import threading
mine, theirs = threading.Lock(), threading.Lock()
inside = threading.Barrier(2)
def transfer(first, second):
    with first:
        inside.wait()
        with second:
            print("never")
threading.Thread(target=transfer, args=(theirs, mine), daemon=True).start()
print("begun")
transfer(mine, theirs)
"""
PEER = """
import os, socket, threading
from pathlib import Path
mark = Path({mark!r})
print("begun")
while not mark.exists():
    {wait}
print("goes on")
threading.Event().wait()
"""


@pytest.fixture
def launcher(home: Home) -> LocalLauncher:
    return LocalLauncher(home)


def hangs(run: RunFolder) -> list[Hung]:
    return [event for event in run.events() if isinstance(event, Hung)]


def ask(run: RunFolder) -> list[RankStack]:
    """Ask where the ranks are, as anybody may."""
    request = run.request("stacks", "a test")
    await_that(lambda: any(isinstance(event, Answered) and event.request == request for event in run.events()))
    return next(e.stacks for e in run.events() if isinstance(e, StacksTaken) and e.request == request)


def test_a_deadlock_in_one_rank_is_found_with_all_threads(home: Home, launcher: LocalLauncher) -> None:
    run = submit(home, launcher, DEADLOCK.strip(), limits=Limits(hang=0.5))
    await_that(lambda: bool(hangs(run)))
    [found] = hangs(run)
    assert found.seconds >= 0.5
    [stack] = found.stacks
    assert stack.line == 7
    assert stack.text.count("in transfer") == 2
    assert "jupyter_mlops" not in stack.text
    assert run.status().hung == found
    assert run.status().state is State.RUNNING
    launcher.stop(run.path, "a test")
    # What was found is what explains the end.
    assert run.status().hung == found
    assert not list(run.path.glob("logs/1/*.stacks"))


def test_ranks_that_wait_for_each_other_are_all_told_and_go_on(
    home: Home, launcher: LocalLauncher, tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    run = submit(
        home,
        launcher,
        PEER.format(mark=str(mark), wait="import time; time.sleep(0.2)").strip(),
        workers=2,
        limits=Limits(hang=0.5),
    )
    await_that(lambda: bool(hangs(run)))
    assert [stack.rank for stack in hangs(run)[0].stacks] == [0, 1]
    assert {stack.line for stack in hangs(run)[0].stacks} <= {5, 6}
    mark.touch()
    await_that(lambda: len(hangs(run)) > 1)
    assert hangs(run)[1].stacks == []
    assert log_lines(run) == ["begun", "goes on"]
    # It stops anew, and that is told anew.
    await_that(lambda: len(hangs(run)) > 2)
    assert hangs(run)[2].stacks[0].line == 8
    launcher.stop(run.path, "a test")


def test_a_rank_that_computes_in_silence_does_not_hang(home: Home, launcher: LocalLauncher, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    run = submit(
        home, launcher, PEER.format(mark=str(mark), wait="sum(range(10_000))").strip(), limits=Limits(hang=0.3)
    )
    await_that(lambda: log_lines(run) == ["begun"])
    assert ask(run)[0].line in (5, 6)
    # Time has passed for the keeper, which has read CPU times often enough to judge.
    for _ in range(3):
        ask(run)
    assert hangs(run) == []
    launcher.stop(run.path, "a test")


def test_code_of_c_that_keeps_the_lock_of_python_is_seen(home: Home, launcher: LocalLauncher) -> None:
    cell = "import ctypes\nprint('begun')\nctypes.PyDLL(None).sem_wait(bytes(32))\nprint('never')"
    run = submit(home, launcher, cell)
    await_that(lambda: log_lines(run) == ["begun"])
    await_that(lambda: ask(run)[0].line == 3)
    launcher.stop(run.path, "a test")


def test_a_rank_that_cannot_answer_is_told_as_such_and_comes_to_no_harm(home: Home, launcher: LocalLauncher) -> None:
    run = submit(home, launcher, FOREVER, workers=2)
    await_that(lambda: all("begun" in log_lines(run, rank) for rank in (0, 1)))
    await_that(lambda: run.status().ranks[1].pid > 0)
    pid = run.status().ranks[1].pid
    os.kill(pid, signal.SIGSTOP)
    try:
        first, second = ask(run)
    finally:
        os.kill(pid, signal.SIGCONT)
    assert "Cell (" in first.text
    assert second.text.startswith("It is stopped")
    assert "Cell (" in ask(run)[1].text
    launcher.stop(run.path, "a test")


@pytest.mark.parametrize(
    ("does", "says"),
    [
        ("os.execvp('sleep', ['sleep', '1000'])", "It is `sleep`"),
        ("signal.signal(signal.SIGRTMIN + 5, signal.SIG_DFL)", "It is `python"),
        ("os.closerange(3, 200)", "It has closed the file"),
    ],
)
def test_a_process_that_would_die_of_the_question_is_not_asked(
    home: Home, launcher: LocalLauncher, does: str, says: str
) -> None:
    cell = f"""
        import os, signal, time
        print("begun", flush=True)
        {does}
        time.sleep(1000)
    """
    run = submit(home, launcher, textwrap.dedent(cell).strip())
    await_that(lambda: log_lines(run) == ["begun"])
    await_that(lambda: ask(run)[0].text.startswith(says))
    assert processes.survivors(str(run.path))
    assert run.status().state is State.RUNNING
    launcher.stop(run.path, "a test")


def test_children_that_a_rank_has_forked_keep_silent(home: Home, launcher: LocalLauncher) -> None:
    cell = """
        import os, time
        child = os.fork()
        print("child" if child == 0 else "parent", flush=True)
        if child == 0:
            time.sleep(1000)
        os.waitpid(child, 0)
    """
    run = submit(home, launcher, textwrap.dedent(cell).strip())
    await_that(lambda: sorted(log_lines(run)) == ["child", "parent"])
    await_that(lambda: ask(run)[0].line == 6)
    assert ask(run)[0].text.count("Current thread") == 1
    launcher.stop(run.path, "a test")


def test_a_run_that_is_cut_short_says_where_it_stood(home: Home, launcher: LocalLauncher) -> None:
    run = submit(home, launcher, "import threading\nthreading.Event().wait()", limits=Limits(hang=0.5, timeout=2.0))
    assert launcher.wait(run.path, 60)
    status = run.status()
    assert "(--timeout); all ranks had been silent and idle for" in status.why
    assert status.why.endswith("rank 0 at line 2.")
    assert status.hung is not None
    assert take(run) == status.hung.stacks
