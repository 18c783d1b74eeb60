"""The in-memory platform keeps every promise of a launcher."""

from __future__ import annotations

import threading
from functools import partial

from jupyter_mlops.platforms.base import Launcher
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.runs import RunFolder
from jupyter_mlops.testing.launcher_contract import LauncherContract, await_that, publish_only
from jupyter_mlops.testing.memory import MemoryLauncher


def has_launches(run: RunFolder, number: int) -> bool:
    return run.status().launches == number


def wait(event: threading.Event) -> None:
    event.wait()


class TestMemoryLauncher(LauncherContract):
    def make_launcher(self, home: Home) -> MemoryLauncher:
        return MemoryLauncher(home)

    def vanish(self, launcher: Launcher, run: RunFolder) -> None:
        assert isinstance(launcher, MemoryLauncher)
        launcher.vanish()

    def publish_with_vanishing_keepers(self, home: Home, cell: str, times: int) -> RunFolder:
        run = publish_only(home, cell)
        for number in range(times):
            go_on = threading.Event()
            launcher = MemoryLauncher(home, before_start=partial(wait, go_on))
            launcher.launch(run.path)
            await_that(partial(has_launches, run, number + 1))
            threading.Timer(0.05, go_on.set).start()
            launcher.vanish()
        return run
