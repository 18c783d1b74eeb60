"""The submitter's side of searches on this machine: conductors are started, asked and waited for."""

from __future__ import annotations

import os
from pathlib import Path

from jupyter_mlops.domain.algorithms import check_search
from jupyter_mlops.domain.errors import Conflict, InvalidOption
from jupyter_mlops.domain.sweeps import SweepSpec
from jupyter_mlops.platforms.base import Launcher
from jupyter_mlops.platforms.local.keepers import Keepers, PreparedKeeper, elsewhere
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.sweeps import SweepFolder

_HANG_SECONDS = 15.0
"""A conductor may think about the next trial for some seconds."""


class LocalTuner:
    """``Tuner`` for detached conductors of this machine.

    Args:
        home: Where sweeps are.
        launcher: What makes the trials here.
    """

    name = "local"

    def __init__(self, home: Home, launcher: Launcher) -> None:
        self._launcher = launcher
        self._keepers = Keepers(home, SweepFolder, _HANG_SECONDS)

    def check(self, spec: SweepSpec) -> None:
        check_search(spec)
        if spec.python and not os.access(spec.python, os.X_OK):
            raise InvalidOption(f"The interpreter of the search, {spec.python!r}, is not a program.")
        self._launcher.check(spec.run)

    def prepare(self, draft: Path) -> PreparedKeeper:
        return self._keepers.prepare(draft)

    def launch(self, folder: Path) -> None:
        if not SweepFolder(folder).status().state.is_finished:
            self._keepers.launch(folder)

    def settle(self, folder: Path) -> None:
        self._keepers.settle(folder)

    def stop(self, folder: Path, who: str) -> None:
        self._keepers.stop(folder, who, "")

    def resume(self, folder: Path, trials: int, who: str) -> None:
        sweep = SweepFolder(folder)
        if sweep.is_elsewhere():
            raise elsewhere(sweep)
        # What another boot has left comes to its end first.
        self.settle(folder)
        _check_wanted(sweep, trials)
        request = sweep.request("resume", who, trials=trials)
        self._keepers.await_answer(folder, request)

    def wait(self, folder: Path, timeout: float) -> bool:
        return self._keepers.wait(folder, timeout)


def _check_wanted(sweep: SweepFolder, trials: int) -> None:
    status = sweep.status()
    if trials == 0 and status.state.is_finished and len(status.trials) >= status.wanted:
        name = sweep.spec().name
        raise Conflict(
            f"All {status.wanted} trials of {name} are done; ask for more: %sweeps resume {name} --trials 20."
        )
