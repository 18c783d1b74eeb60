"""The local platform keeps every promise of a deployer."""

from __future__ import annotations

import os
import signal

from jupyter_mlops.platforms.local import members, processes
from jupyter_mlops.platforms.local.deployer import LocalDeployer
from jupyter_mlops.store.home import Home
from jupyter_mlops.testing.deployer_contract import DeployerContract
from jupyter_mlops.testing.launcher_contract import await_that
from jupyter_mlops.testing.served import Served
from tests.conftest import end_endpoints


class TestLocalDeployer(DeployerContract):
    def make_deployer(self, home: Home) -> LocalDeployer:
        return LocalDeployer(home)

    def vanish(self, served: Served) -> None:
        pid = _keeper(served)
        processes.kill(pid)
        await_that(lambda: not os.path.exists(f"/proc/{pid}") or not served.folder.is_kept() or _keeper(served) != pid)

    def kill(self, served: Served, revision: int) -> None:
        processes.kill(served.fact(revision).replicas[0].pid)

    def restart(self, served: Served) -> None:
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in (_keeper(served), *_marked(served)):
                processes.kill(pid, number)
        await_that(lambda: not served.folder.is_kept() and not _marked(served))

    def clean(self, served: Served) -> None:
        end_endpoints(served.home.path)


def _keeper(served: Served) -> int:
    keeper = served.folder.keeper()
    assert keeper is not None
    return keeper.pid


def _marked(served: Served) -> list[int]:
    return members.marked(f"{members.MARK}={served.path}")
