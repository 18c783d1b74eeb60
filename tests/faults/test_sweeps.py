"""SIGKILL at random moments of whoever takes part in a sweep: no trial is lost, none is told twice, the study is sound.

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
from collections import Counter
from pathlib import Path

import pytest

from jupyter_mlops.domain.runs import State
from jupyter_mlops.domain.sweeps import TrialFact
from jupyter_mlops.platforms.local import processes
from jupyter_mlops.platforms.local.launcher import LocalLauncher
from jupyter_mlops.platforms.local.tuner import LocalTuner
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.index import Index
from jupyter_mlops.store.runs import RunFolder
from jupyter_mlops.store.sweeps import SweepFolder
from jupyter_mlops.testing.launcher_contract import await_that
from jupyter_mlops.testing.tuner_contract import check_sweep, submit_sweep, told_count, trial_run

pytestmark = pytest.mark.faults

TIMES = int(os.environ.get("JUPYTER_MLOPS_FAULTS", "4"))
SEED = int(os.environ.get("JUPYTER_MLOPS_SEED", str(random.SystemRandom().randrange(10**6))))
TRIALS = 8

CELL = """
n = 1
import time
from jupyter_mlops import report
for step in range(3):
    report(step=step, accuracy=n / (step + 1))
    time.sleep(0.02)
if n % 7 == 0:
    raise ValueError("seven")
"""

SUBMITTER = """
import sys
from pathlib import Path
from jupyter_mlops.platforms.local.launcher import LocalLauncher
from jupyter_mlops.platforms.local.tuner import LocalTuner
from jupyter_mlops.store.home import Home
from jupyter_mlops.testing.launcher_contract import make_spec
from jupyter_mlops.testing.tuner_contract import submit_sweep
home = Home.open(Path(sys.argv[1]))
tuner = LocalTuner(home, LocalLauncher(home))
run = make_spec(id=sys.argv[3], name="fault")
print("ready", flush=True)
sys.stdin.readline()
sweep = submit_sweep(home, tuner, sys.argv[2], "n=1..1000", run=run, trials=int(sys.argv[4]), algorithm=sys.argv[5])
tuner.wait(sweep.path, 120)
"""


def cases() -> list[tuple[str, int]]:
    victims = ("kernel", "conductor", "conductors", "keeper", "rank")
    return [(victim, SEED + number) for victim in victims for number in range(TIMES)]


@pytest.fixture
def home(home: Path) -> Home:
    return Home.open(home)


@pytest.mark.parametrize(("victim", "seed"), cases())
def test_a_kill_at_a_random_moment_loses_and_repeats_no_trial(home: Home, victim: str, seed: int) -> None:
    print(f"seed {seed}: JUPYTER_MLOPS_SEED={seed} repeats it")
    chance = random.Random(seed)
    sweep = SweepFolder(home.sweeps / f"fault-20260101-000000-{chance.randrange(10**4):04d}")
    kernel = start_kernel(home, sweep.id, chance.choice(["random", "tpe", "sobol"]))
    tuner = LocalTuner(home, LocalLauncher(home))
    for _ in range(4 if victim == "conductors" else 1):
        time.sleep(chance.uniform(0.0, 0.5 if victim == "kernel" else 1.5))
        kill_one(home, victim, kernel, sweep, chance)
        if victim == "conductors" and sweep.path.exists():
            tuner.settle(sweep.path)
    if not sweep.path.exists():
        # Killed before the sweep was published: nothing may be left of the draft.
        end(kernel)
        await_that(lambda: sweep.path.exists() or not list(home.tmp.iterdir()), patience=20)
    if sweep.path.exists():
        assert tuner.wait(sweep.path, 120)
        assert sweep.status().state is State.SUCCEEDED, sweep.status().why
        assert len(sweep.status().trials) == TRIALS
        check_all(home, sweep)
    end(kernel)


@pytest.mark.parametrize("seed", range(SEED, SEED + TIMES))
def test_after_a_restart_of_the_machine_a_sweep_is_stopped_and_can_be_finished(
    home: Home, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    print(f"seed {seed}: JUPYTER_MLOPS_SEED={seed} repeats it")
    chance = random.Random(seed)
    tuner = LocalTuner(home, LocalLauncher(home))
    sweep = submit_sweep(home, tuner, CELL, "n=1..1000", trials=TRIALS, seed=seed)
    wanted = chance.randrange(TRIALS - 2)
    await_that(lambda: told_count(sweep) >= wanted and len(sweep.status().trials) > wanted)
    time.sleep(chance.uniform(0.0, 0.3))
    cut_the_power(home, sweep)
    is_over = sweep.status().state.is_finished
    monkeypatch.setenv("JUPYTER_MLOPS_BOOT_ID", f"boot-{seed}")
    again = LocalTuner(home, LocalLauncher(home))
    assert again.wait(sweep.path, 60)
    if not is_over:
        assert sweep.status().state is State.STOPPED
        assert sweep.status().why == "The machine was restarted; %sweeps resume test goes on."
    again.resume(sweep.path, 2, "a test")
    assert again.wait(sweep.path, 120)
    assert sweep.status().state is State.SUCCEEDED, sweep.status().why
    assert len(sweep.status().trials) == TRIALS + 2
    check_all(home, sweep)


def test_where_one_run_may_go_at_a_time_a_sweep_finishes(home: Home) -> None:
    home.change(slots=1)
    tuner = LocalTuner(home, LocalLauncher(home))
    sweeps = [submit_sweep(home, tuner, CELL, "n=1..1000", trials=4, parallel=2) for _ in range(2)]
    for sweep in sweeps:
        assert tuner.wait(sweep.path, 120)
    for sweep in sweeps:
        assert sweep.status().state is State.SUCCEEDED
        check_all(home, sweep)


def start_kernel(home: Home, sweep_id: str, algorithm: str) -> subprocess.Popen[str]:
    argv = [sys.executable, "-c", SUBMITTER, str(home.path), CELL, sweep_id, str(TRIALS), algorithm]
    kernel = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
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


def kill_one(home: Home, victim: str, kernel: subprocess.Popen[str], sweep: SweepFolder, chance: random.Random) -> None:
    if victim == "kernel":
        kernel.kill()
        return
    deadline = time.monotonic() + 5
    while not (found := pids(home, victim, sweep)) and time.monotonic() < deadline:
        if sweep.path.exists() and sweep.status().state.is_finished:
            return
        time.sleep(0.001)
    if found:
        processes.kill(chance.choice(found), signal.SIGKILL)


def pids(home: Home, victim: str, sweep: SweepFolder) -> list[int]:
    if victim.startswith("conductor"):
        keeper = sweep.keeper()
        return [keeper.pid] if keeper is not None else []
    keepers = [keeper.pid for run in going(home, sweep) if (keeper := run.keeper()) is not None]
    if victim == "keeper":
        return keepers
    guardians = [pid for keeper in keepers for pid in processes.children(keeper)]
    return [rank for guardian in guardians for rank in processes.children(guardian)]


def going(home: Home, sweep: SweepFolder) -> list[RunFolder]:
    """Return the runs of trials that have no result and are there."""
    facts = sweep.status().trials if sweep.path.exists() else []
    return [run for fact in facts if not fact.result and (run := trial_run(home, fact)).path.exists()]


def cut_the_power(home: Home, sweep: SweepFolder) -> None:
    """End all that keeps the sweep and its trials, conductor first, without a word from any of them."""
    conductor = sweep.keeper()
    assert conductor is not None
    processes.kill(conductor.pid, signal.SIGSTOP)
    for run in going(home, sweep):
        keeper = run.keeper()
        assert keeper is not None
        processes.kill(keeper.pid, signal.SIGSTOP)
        for child in processes.children(keeper.pid):
            processes.kill(child)
        processes.kill(keeper.pid)
        processes.end_survivors(str(run.path))
    processes.kill(conductor.pid)
    await_that(lambda: not sweep.is_kept())


def check_all(home: Home, sweep: SweepFolder) -> None:
    await_that(lambda: not sweep.is_kept(), patience=20)
    check_sweep(home, sweep)
    facts = sweep.status().trials
    for fact in facts:
        run = trial_run(home, fact)
        await_that(lambda run=run: not run.is_kept(), patience=20)  # type: ignore[misc]  # bound now
        assert processes.survivors(str(run.path)) == []
    check_row(sweep, facts)
    check_study(sweep, facts)
    check_tmp(home)
    check_index(home)


def check_row(sweep: SweepFolder, facts: list[TrialFact]) -> None:
    row = sweep.row()
    counts = Counter(fact.result for fact in facts)
    assert (row.going, row.complete, row.pruned) == (0, counts["complete"], counts["pruned"])
    assert (row.failed, row.stopped) == (counts["failed"], counts["stopped"])
    assert row.complete + row.pruned + row.failed + row.stopped == row.wanted


def check_study(sweep: SweepFolder, facts: list[TrialFact]) -> None:
    """Plain Optuna reads it, and it knows of every trial what the sweep knows."""
    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    storage = JournalStorage(JournalFileBackend(str(sweep.journal)))
    study = optuna.load_study(study_name=sweep.spec().name, storage=storage)
    trials = study.trials[: len(facts)]
    assert [trial.number for trial in trials] == list(range(len(facts)))
    for trial, fact in zip(trials, facts, strict=True):
        assert trial.state.is_finished()
        assert trial.params == fact.params
        assert (trial.state is optuna.trial.TrialState.COMPLETE) == (fact.result == "complete")
        if fact.result == "complete":
            assert trial.values == fact.values
    ends = [json.loads(line) for line in sweep.journal.read_text().splitlines()]
    told = Counter(entry["trial_id"] for entry in ends if entry["op_code"] == 6 and entry.get("state") != 0)
    assert set(told.values()) == {1}


def check_tmp(home: Home) -> None:
    """What a killed writer left there goes with the next sweep, once it is old enough to be nobody's."""
    for entry in home.tmp.iterdir():
        os.utime(entry, (0, 0))

    def is_swept() -> bool:
        home.sweep()
        return not list(home.tmp.iterdir())

    await_that(is_swept, patience=20)


def check_index(home: Home) -> None:
    with Index(home) as index:
        live = json.dumps([repr(row) for rows in (index.list(), index.sweeps.list()) for row in rows])
        index.rebuild()
        assert json.dumps([repr(row) for rows in (index.list(), index.sweeps.list()) for row in rows]) == live
