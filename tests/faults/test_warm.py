"""SIGKILL at random moments of whoever takes part in a warm start.

The run's state is true, nothing of it is left, and the next one works, from a template or without.

``JUPYTER_MLOPS_FAULTS`` says how many of each kind (4 by default); ``JUPYTER_MLOPS_SEED`` repeats a failure.
"""

from __future__ import annotations

import os
import random
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_mlops.domain.runs import AttemptBegun, State
from jupyter_mlops.platforms.local import nest, processes
from jupyter_mlops.platforms.local.launcher import LocalLauncher
from jupyter_mlops.runtime.channel import Hangup
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.runs import RunFolder
from jupyter_mlops.testing.launcher_contract import await_that, log_lines, submit
from tests.conftest import processes_in
from tests.faults.test_kills import CELL, SEED, TIMES, check_index, check_run, check_tmp, guarded

pytestmark = pytest.mark.faults

VICTIMS = ("zygote", "template", "keeper", "guardian", "rank", "all that is warm")


@pytest.fixture(scope="module")
def warm() -> Iterator[Home]:
    """A home with a zygote and a template. At the end nothing of it may be left."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory(prefix="mlops-") as folder:
        patch.setenv("JUPYTER_MLOPS_HOME", folder)
        patch.setenv(nest.VARIABLE, "1")
        home = Home.open(Path(folder).resolve())
        yield home
        await_that(lambda: has_ended(home))
        assert not os.path.exists(nest.folder(str(home.path)))


@pytest.fixture
def home(warm: Home) -> Home:
    """The home, with a template whatever the test before has killed."""
    await_that(lambda: is_warm(warm, LocalLauncher(warm)))
    return warm


def has_ended(home: Home) -> bool:
    """Ask all that is warm to end, and say whether nothing is left; what was just starting is asked again."""
    nest.end(str(home.path))
    return not processes_in(home.path)


def is_warm(home: Home, launcher: LocalLauncher) -> bool:
    """Run something, and say whether it began from a template."""
    run = submit(home, launcher, "print('done')")
    assert launcher.wait(run.path, 60)
    assert run.status().state is State.SUCCEEDED
    assert log_lines(run) == ["done"]
    return all(event.warm for event in run.events() if isinstance(event, AttemptBegun))


def state(home: Home) -> dict[str, Any]:
    try:
        return nest.ask_zygote(str(home.path), {"verb": "state"}, 5.0)
    except Hangup:
        return {}


def templates(home: Home) -> list[int]:
    return list(state(home).get("templates", {}).values())


def zygotes(home: Home) -> list[int]:
    return [pid] if (pid := state(home).get("pid")) else []


def kill_one(home: Home, victim: str, run: RunFolder, chance: random.Random) -> None:
    find: dict[str, Callable[[], list[int]]] = {
        "zygote": lambda: zygotes(home),
        "template": lambda: templates(home),
        "keeper": lambda: [keeper.pid] if (keeper := run.keeper()) else [],
        "guardian": lambda: [guardian for guardian, _ in forked(home, run)],
        "rank": lambda: [rank for _, rank in forked(home, run)],
        "all that is warm": lambda: [*zygotes(home), *templates(home)],
    }
    deadline = time.monotonic() + 10
    while not (found := find[victim]()) and time.monotonic() < deadline:
        if run.path.exists() and run.status().state.is_finished:
            return
        time.sleep(0.001)
    for pid in found if victim == "all that is warm" else [chance.choice(found)] if found else []:
        processes.kill(pid, signal.SIGKILL)


def forked(home: Home, run: RunFolder) -> list[tuple[int, int]]:
    """Return guardians with their ranks; those that a template has forked are no children of the keeper."""
    children = {pid: processes.children(pid) for template in templates(home) for pid in processes.children(template)}
    return guarded(run) + [(guardian, below[0]) for guardian, below in children.items() if below]


@pytest.mark.parametrize(("victim", "seed"), [(each, SEED + number) for each in VICTIMS for number in range(TIMES)])
def test_a_kill_at_a_random_moment_of_a_warm_start(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, victim: str, seed: int
) -> None:
    print(f"seed {seed}: JUPYTER_MLOPS_SEED={seed} repeats it")
    monkeypatch.setenv("WITNESS", str(tmp_path))
    chance = random.Random(seed)
    launcher = LocalLauncher(home)
    run = submit(home, launcher, CELL, workers=2, env=dict(os.environ))
    time.sleep(chance.uniform(0.0, 0.25))
    kill_one(home, victim, run, chance)
    assert launcher.wait(run.path, 60)
    check_run(run, tmp_path)
    if victim in ("zygote", "template", "all that is warm"):
        assert run.status().state is State.SUCCEEDED, run.status().why
    await_that(lambda: not processes.survivors(str(run.path)))
    await_that(lambda: not run.is_kept())
    is_warm(home, launcher)
    check_tmp(home)
    check_index(home)


def test_a_home_that_vanishes_takes_its_zygote_and_its_templates_along(home: Home) -> None:
    left = [*zygotes(home), *templates(home)]
    assert len(left) >= 2
    gone = home.path.rename(f"{home.path}-gone")
    try:
        await_that(lambda: not any(Path(f"/proc/{pid}").exists() for pid in left))
    finally:
        gone.rename(home.path)
