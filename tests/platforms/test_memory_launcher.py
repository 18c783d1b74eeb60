"""The in-memory platform keeps every promise of a launcher."""

from __future__ import annotations

import threading
from collections.abc import Callable

from jupyter_mlops.store.home import Home
from jupyter_mlops.store.runs import RunFolder
from jupyter_mlops.testing.launcher_contract import LauncherContract, await_that, publish_only
from jupyter_mlops.testing.memory import MemoryLauncher


class TestMemoryLauncher(LauncherContract):
    def make_launcher(self, home: Home, before_start: Callable[[], None] | None = None) -> MemoryLauncher:
        return MemoryLauncher(home, before_start or (lambda: None))

    def vanish(self, launcher: MemoryLauncher, run: RunFolder) -> None:
        launcher.vanish()

    def publish_with_vanishing_keepers(self, home: Home, cell: str, times: int) -> RunFolder:
        run = publish_only(home, cell)
        for number in range(times):
            go_on = threading.Event()
            launcher = self.make_launcher(home, go_on.wait)
            launcher.launch(run.path)
            await_that(lambda number=number: run.status().launches == number + 1)
            threading.Timer(0.05, go_on.set).start()
            launcher.vanish()
        return run
