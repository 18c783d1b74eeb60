"""The local platform keeps every promise of a tuner."""

from __future__ import annotations

from jupyter_mlops.platforms.base import Tuner
from jupyter_mlops.platforms.local import processes
from jupyter_mlops.platforms.local.launcher import LocalLauncher
from jupyter_mlops.platforms.local.tuner import LocalTuner
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.sweeps import SweepFolder
from jupyter_mlops.testing.launcher_contract import await_that
from jupyter_mlops.testing.tuner_contract import TunerContract


class TestLocalTuner(TunerContract):
    def make_tuner(self, home: Home) -> LocalTuner:
        return LocalTuner(home, LocalLauncher(home))

    def vanish(self, tuner: Tuner, sweep: SweepFolder) -> None:
        del tuner
        keeper = sweep.keeper()
        assert keeper is not None
        processes.kill(keeper.pid)
        await_that(lambda: not sweep.is_kept())
