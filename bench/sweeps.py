"""What a search adds to its trials, how busy it keeps the cores, and what its conductor takes after many trials.

The peer is Optuna's own way to use several processes: each runs ``study.optimize`` on one journal. It is measured with
the objective in those processes, as Optuna's manual has it, and with one interpreter for each trial, as a run has.
"""

from __future__ import annotations

import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.memory import used
from bench.tables import new_workspace, print_table, summary
from jupyter_mlops.services.sweep import Sweep
from jupyter_mlops.workspace import Workspace

LIMIT_SECONDS = 0.030
LIMIT_MB = 120.0
LIMIT_LONGER = 1.3
RUNS = 30
MANY = int(os.environ.get("JUPYTER_MLOPS_BENCH_TRIALS", "1000"))
PROCESSES = 2
BURN_SECONDS = 2.0
BURNS = 12

CELL = "x = 0.5\ny = 0.5\nfrom jupyter_mlops import report\nreport(loss=(x - 0.3) ** 2 + (y - 0.7) ** 2)\n"
SPACE = {"x": "0.0..1.0", "y": "0.0..1.0"}
BURN = f"import time\nwhile time.process_time() < {BURN_SECONDS}:\n    pass\n{CELL}"
PEER = """
import subprocess, sys
import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
optuna.logging.set_verbosity(optuna.logging.WARNING)
def inside(trial):
    return (trial.suggest_float("x", 0, 1) - 0.3) ** 2 + (trial.suggest_float("y", 0, 1) - 0.7) ** 2
def outside(trial):
    program = f"print(({trial.suggest_float('x', 0, 1)} - 0.3) ** 2 + ({trial.suggest_float('y', 0, 1)} - 0.7) ** 2)"
    return float(subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout)
storage = JournalStorage(JournalFileBackend(sys.argv[1]))
study = optuna.create_study(study_name="peer", storage=storage, load_if_exists=True)
study.optimize({"inside": inside, "outside": outside}[sys.argv[2]], n_trials=int(sys.argv[3]))
"""


def main() -> int:
    """Print the tables, and return 0 if the limits are kept."""
    with new_workspace() as workspace:
        more = cost(workspace)
    with new_workspace() as workspace:
        longer = busyness(workspace)
    with new_workspace() as workspace:
        megabytes = many(workspace)
    return 0 if more <= LIMIT_SECONDS and longer <= LIMIT_LONGER and megabytes <= LIMIT_MB else 1


def cost(workspace: Workspace) -> float:
    """Return the seconds that a trial takes more than a run of the same cell, one after the other."""
    run_seconds(workspace)
    runs = [run_seconds(workspace) for _ in range(RUNS)]
    rows = [["run, submit to wait()", *summary(runs), "1.00", ""]]
    most = 0.0
    for algorithm in ("random", "tpe"):
        sweep = search(workspace, CELL, trials=RUNS, parallel=1, algorithm=algorithm)
        told = [trial.told or 0.0 for trial in sweep.status.trials]
        trials = [later - earlier for earlier, later in itertools.pairwise(told)]
        more = statistics.median(trials) - statistics.median(runs)
        ratio = statistics.median(trials) / statistics.median(runs)
        rows.append([f"trial, {algorithm}, end to end", *summary(trials), f"{ratio:.2f}", f"{1000 * more:.1f}"])
        most = max(most, more)
    title = f"A trial and a run of the same cell, ms, {RUNS} each (limit: {1000 * LIMIT_SECONDS:.0f} ms more)"
    print_table(title, ["", "median", "best", "90 %", "ratio", "more"], rows)
    return most


def busyness(workspace: Workspace) -> float:
    """Return how many times as long as in bare processes costly trials take in a search, as many at once."""
    sweep = search(workspace, BURN, trials=BURNS, parallel=PROCESSES, algorithm="tpe")
    ended = max(trial.told or 0.0 for trial in sweep.status.trials)
    wall = ended - sweep.status.trials[0].asked
    bare = bare_seconds()
    rows = [[name, f"{took:.2f}", f"{took / bare:.2f}"] for name, took in (("processes", bare), ("sweep, tpe", wall))]
    limit = f"limit: {LIMIT_LONGER:g} times as long"
    title = f"{BURNS} times {BURN_SECONDS:g} s of processor time, {PROCESSES} at once, s ({limit})"
    print_table(title, ["", "all of them", "ratio"], rows)
    return wall / bare


def bare_seconds() -> float:
    """Return the seconds that bare interpreters take for what the costly trials do."""
    program = BURN.partition("x = ")[0]
    began = time.monotonic()
    with ThreadPoolExecutor(PROCESSES) as pool:
        list(pool.map(lambda _: subprocess.run([sys.executable, "-c", program], check=True), range(BURNS)))
    return time.monotonic() - began


def many(workspace: Workspace) -> float:
    """Return the memory of a conductor at the end of many trials."""
    sweep = workspace.sweeps.submit(
        CELL, "bench", space=SPACE, objective="loss", trials=MANY, parallel=PROCESSES, algorithm="tpe"
    )
    began, most = time.monotonic(), 0.0
    while not sweep.state.is_finished:
        keeper = sweep.folder.keeper()
        if keeper is not None and Path(f"/proc/{keeper.pid}").exists():
            most = max(most, used(keeper.pid))
        time.sleep(0.5)
    check(sweep)
    rate = MANY / (time.monotonic() - began)
    alone, each = (peer_rate(kind, trials) for kind, trials in (("inside", MANY), ("outside", min(MANY, 200))))
    rows = [
        [f"study.optimize in {PROCESSES} processes", f"{alone:.1f}", "1.00", ""],
        ["the same, an interpreter for each trial", f"{each:.1f}", f"{each / alone:.2f}", ""],
        [f"sweep, {PROCESSES} at once", f"{rate:.1f}", f"{rate / alone:.2f}", f"{most:.0f}"],
    ]
    title = f"{MANY} trials of a cheap objective, tpe (limit: {LIMIT_MB:.0f} MB)"
    print_table(title, ["", "trials/s", "ratio", "conductor, USS in MB"], rows)
    return most


def peer_rate(kind: str, trials: int) -> float:
    """Return how many trials a second Optuna makes with several processes."""
    with tempfile.TemporaryDirectory() as folder:
        argv = [sys.executable, "-c", PEER, f"{folder}/journal", kind]
        subprocess.run([*argv, "1"], check=True)
        began = time.monotonic()
        peers = [subprocess.Popen([*argv, str(trials // PROCESSES)]) for _ in range(PROCESSES)]
        if any(peer.wait() for peer in peers):
            raise SystemExit("Optuna's own search failed")
        return trials / (time.monotonic() - began)


def run_seconds(workspace: Workspace) -> float:
    """Return the seconds from submitting a run of the cell to its end."""
    began = time.monotonic()
    run = workspace.runs.submit(CELL, name="bench")
    if run.wait() != "succeeded":
        raise SystemExit(f"{run.id} is {run.state}: {run.why}")
    return time.monotonic() - began


def search(workspace: Workspace, cell: str, *, trials: int, parallel: int, algorithm: str) -> Sweep:
    """Return a search that has ended well."""
    sweep = workspace.sweeps.submit(
        cell, "bench", space=SPACE, objective="loss", trials=trials, parallel=parallel, algorithm=algorithm
    )
    sweep.wait()
    check(sweep)
    return sweep


def check(sweep: Sweep) -> None:
    """End the benchmark if a search has not ended well."""
    if sweep.state != "succeeded" or sweep.status.trials[-1].result != "complete":
        raise SystemExit(f"{sweep.id} is {sweep.state}: {sweep.why}")


if __name__ == "__main__":
    sys.exit(main())
