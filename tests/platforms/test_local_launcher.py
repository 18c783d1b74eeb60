"""The local platform keeps every promise of a launcher."""

from __future__ import annotations

from functools import partial

from jupyter_mlops.platforms.base import Launcher
from jupyter_mlops.platforms.local import leases, processes
from jupyter_mlops.platforms.local.launcher import LocalLauncher
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.runs import RunFolder
from jupyter_mlops.testing.launcher_contract import LauncherContract, await_that, publish_only


def has_launches(run: RunFolder, number: int) -> bool:
    return run.status().launches == number


class TestLocalLauncher(LauncherContract):
    def make_launcher(self, home: Home) -> LocalLauncher:
        return LocalLauncher(home)

    def vanish(self, launcher: Launcher, run: RunFolder) -> None:
        keeper = run.keeper()
        assert keeper is not None
        processes.kill(keeper.pid)
        await_that(lambda: not run.is_kept())

    def publish_with_vanishing_keepers(self, home: Home, cell: str, times: int) -> RunFolder:
        run = publish_only(home, cell)
        # Without a free slot a keeper has the lock and no rank.
        slots = [leases.take_slot(str(home.path)) for _ in range(leases.slot_count(str(home.path)))]
        launcher = self.make_launcher(home)
        for number in range(times):
            launcher.launch(run.path)
            await_that(partial(has_launches, run, number + 1))
            self.vanish(launcher, run)
        for _, lock in filter(None, slots):
            lock.release()
        return run
