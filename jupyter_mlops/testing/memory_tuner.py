"""A search without processes and without Optuna: the second implementation of ``Tuner``, which judges the first.

Conductors are threads of this process; their trials are runs of ``MemoryLauncher``. What is tried next is chosen by the
standard library's ``random``. All facts are real: folders, locks, events, index.
"""

from __future__ import annotations

import json
import math
import os
import random
import shutil
import threading
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from jupyter_mlops import wire
from jupyter_mlops.domain.algorithms import check_search, find_algorithm, pruner_of
from jupyter_mlops.domain.errors import Conflict, Unsupported
from jupyter_mlops.domain.grids import grid_point, grid_size, values_of
from jupyter_mlops.domain.runs import Scalar, State
from jupyter_mlops.domain.spaces import Dimension
from jupyter_mlops.domain.sweeps import Importance, Result, SweepSpec
from jupyter_mlops.platforms.search import Search
from jupyter_mlops.store import machine
from jupyter_mlops.store.folders import KeeperIdentity
from jupyter_mlops.store.home import Home, publish_folder
from jupyter_mlops.store.locks import Lock, try_lock
from jupyter_mlops.store.sweepkeeping import SweepKeeper
from jupyter_mlops.store.sweeps import SweepFolder
from jupyter_mlops.testing.memory import MemoryLauncher

_TURN_SECONDS = 0.005
STARTUP = 5
"""So many trials are complete before one is pruned."""


class MemoryTuner:
    """``Tuner`` with threads for processes. A second one on the same home stands for another process.

    Args:
        home: Where the sweeps are.
    """

    name = "memory"

    def __init__(self, home: Home) -> None:
        self._home = home
        self._launcher = MemoryLauncher(home)
        self._conductors: list[_Conductor] = []

    def check(self, spec: SweepSpec) -> None:
        check_search(spec)
        if find_algorithm(spec.algorithm).name not in ("random", "grid") or spec.function:
            raise Unsupported(
                "The memory platform has no such search; use --algorithm random, or grid, and no --space."
            )
        if pruner_of(spec) == "hyperband":
            raise Unsupported("The memory platform prunes by the median alone; use --prune median.")
        self._launcher.check(spec.run)

    def prepare(self, draft: Path) -> PreparedConductor:
        lock = try_lock(draft / "keeper.lock")
        assert lock is not None
        return PreparedConductor(self, draft, lock)

    def launch(self, folder: Path) -> None:
        if not SweepFolder(folder).status().state.is_finished:
            self._launch(folder)

    def conduct(self, folder: Path, lock: Lock, boot: str = "") -> None:
        """Start a conductor on ``folder``.

        Args:
            folder: The sweep.
            lock: The folder's, which is given to the conductor.
            boot: During which boot the conductor before this one lived; empty if there was none.
        """
        conductor = _Conductor(self._home, folder, lock, self._launcher, boot)
        self._conductors.append(conductor)
        conductor.start()

    def settle(self, folder: Path) -> None:
        sweep = SweepFolder(folder)
        while not sweep.status().state.is_finished and not sweep.is_kept() and not sweep.is_elsewhere():
            self._launch(folder)
            time.sleep(_TURN_SECONDS)

    def stop(self, folder: Path, who: str) -> None:
        self.settle(folder)
        sweep = SweepFolder(folder)
        if sweep.status().state.is_finished:
            return
        _check_here(sweep)
        sweep.request("stop", who)
        while not self.wait(folder, 1.0):
            pass

    def resume(self, folder: Path, trials: int, who: str) -> None:
        sweep = SweepFolder(folder)
        _check_here(sweep)
        self.settle(folder)
        status = sweep.status()
        if not trials and status.state.is_finished and len(status.trials) >= status.wanted:
            raise Conflict(f"All {status.wanted} trials of {sweep.spec().name} are done; ask for more.")
        request = sweep.request("resume", who, trials=trials)
        while any(each.id == request for each in sweep.unanswered()):
            self._launch(folder)
            time.sleep(_TURN_SECONDS)

    def wait(self, folder: Path, timeout: float) -> bool:
        deadline = time.monotonic() + timeout
        sweep = SweepFolder(folder)
        while not sweep.status().state.is_finished:
            if time.monotonic() > deadline:
                return False
            self.settle(folder)
            time.sleep(_TURN_SECONDS)
        return True

    def vanish(self) -> None:
        """End every conductor of this tuner as SIGKILL would: nothing more is written, the locks are free."""
        for conductor in self._conductors:
            conductor.vanish()

    def _launch(self, folder: Path) -> None:
        lock = try_lock(folder / "keeper.lock")
        if lock is not None:
            before = SweepFolder(folder).keeper()
            self.conduct(folder, lock, before.boot if before is not None else "")


class PreparedConductor:
    """A lock on a draft; its conductor starts with the publication."""

    def __init__(self, tuner: MemoryTuner, draft: Path, lock: Lock) -> None:
        self._tuner = tuner
        self._draft = draft
        self._lock = lock

    def publish(self, folder: Path) -> None:
        publish_folder(self._draft, folder)
        self._tuner.conduct(folder, self._lock)

    def cancel(self) -> None:
        self._lock.release()
        shutil.rmtree(self._draft, ignore_errors=True)


class RandomMind:
    """Searches at random, or point by point; what it was told stands in a file of a line for each result.

    Args:
        folder: The sweep's.
        spec: What was asked for.
    """

    notes: Sequence[str] = ()

    def __init__(self, folder: Path, spec: SweepSpec) -> None:
        self._spec = spec
        self._path = folder / "told.jsonl"
        self._told: dict[int, tuple[Result, list[float]]] = {}
        self._reports: dict[int, dict[float, float]] = {}
        if self._path.exists():
            for line in self._path.read_text().splitlines():
                trial, result, values = json.loads(line)
                self._told[trial] = result, values

    def ask(self, trial: int, lost: dict[str, Scalar] | None = None) -> dict[str, Scalar]:
        # Seed and number say all, so nothing can be lost.
        del lost
        if self._spec.algorithm == "grid":
            return grid_point(self._spec.space, (trial - 1) % grid_size(self._spec.space))
        seed = self._spec.id if self._spec.seed is None else self._spec.seed
        chance = random.Random(f"{seed}/{trial}")
        return {dimension.name: _choose(dimension, chance) for dimension in self._spec.space}

    def report(self, trial: int, step: float, value: float) -> None:
        self._reports.setdefault(trial, {}).setdefault(step, value)

    def prune(self, trial: int) -> str:
        mine = self._reports.get(trial)
        if pruner_of(self._spec) == "none" or not mine:
            return ""
        step = max(mine)
        complete = [other for other, (result, _) in self._told.items() if result == "complete"]
        others = [self._reports[other][step] for other in complete if step in self._reports.get(other, {})]
        if len(complete) < STARTUP or not others:
            return ""
        middle, is_more = median(others), self._spec.objectives[0].direction == "maximize"
        is_behind = mine[step] < middle if is_more else mine[step] > middle
        return f"pruned at step {step:g}: {mine[step]:g}, the median is {middle:g}" if is_behind else ""

    def tell(self, trial: int, result: Result, values: Sequence[float] = ()) -> bool:
        if trial in self._told:
            return False
        reports = self._reports.get(trial, {})
        kept = [reports[max(reports)]] if result == "pruned" and reports else list(values)
        with self._path.open("a") as file:
            file.write(json.dumps([trial, result, kept]) + "\n")
        self._told[trial] = result, kept
        return True

    def told(self) -> dict[int, tuple[Result, list[float]]]:
        return dict(self._told)

    def importance(self) -> list[Importance]:
        # Chance learns nothing.
        return []


class _Ended(BaseException):
    """Ends a conductor's thread, as a signal ends a process."""


class _Conductor(threading.Thread):
    """Keeps one sweep from its lock to its end."""

    def __init__(self, home: Home, folder: Path, lock: Lock, launcher: MemoryLauncher, boot: str) -> None:
        super().__init__(name=f"conductor {folder.name}", daemon=True)
        self._home = home
        self._folder = folder
        self._lock = lock
        self._launcher = launcher
        self._boot = boot
        self._vanished = threading.Event()
        self._gone = threading.Event()

    def run(self) -> None:
        try:
            self._lock.write(_identity())
            self._keep(SweepKeeper(self._home, self._folder))
        except _Ended:
            pass
        except Exception:
            traceback.print_exc()
            raise
        finally:
            self._lock.release()
            self._gone.set()

    def vanish(self) -> None:
        """Return when nothing of this conductor is left; its trials go on."""
        self._vanished.set()
        self._gone.wait(10)

    def _keep(self, keeper: SweepKeeper) -> None:
        if not keeper.status.state.is_finished or keeper.requests():
            is_restarted = keeper.status.launches > 0 and bool(self._boot) and self._boot != machine.boot_id()
            keeper.launched()
            search = Search(self._home, keeper, RandomMind(self._folder, keeper.spec), self._launcher)
            if is_restarted and keeper.status.state is not State.QUEUED and not keeper.status.state.is_finished:
                search.end_after_restart()
            search.conduct(self._look)
        keeper.close()

    def _look(self) -> bool:
        if self._vanished.is_set():
            raise _Ended
        return self._folder.exists()


def _choose(dimension: Dimension, chance: random.Random) -> Scalar:
    if dimension.options or dimension.step is not None:
        return chance.choice(values_of(dimension))
    low, high = float(dimension.low or 0), float(dimension.high or 0)
    if dimension.log:
        value = math.exp(chance.uniform(math.log(low), math.log(high)))
    elif dimension.whole:
        return chance.randint(int(low), int(high))
    else:
        value = chance.uniform(low, high)
    value = min(max(value, low), high)
    return round(value) if dimension.whole else value


def _identity() -> str:
    identity = KeeperIdentity(
        pid=os.getpid(),
        started=machine.process_started(os.getpid()),
        boot=machine.boot_id(),
        machine=machine.machine_id(),
        host=machine.host(),
    )
    return wire.encode_line(identity).decode()


def _check_here(sweep: SweepFolder) -> None:
    if sweep.is_elsewhere():
        raise Conflict(
            f"{sweep.id} is kept by another machine, which must be asked; %sweeps close {sweep.id} ends it here."
        )
