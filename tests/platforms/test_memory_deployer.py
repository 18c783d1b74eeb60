"""The in-memory platform keeps every promise of a deployer."""

from __future__ import annotations

import shutil

from jupyter_mlops.store.endpoints import sockets_of
from jupyter_mlops.store.home import Home
from jupyter_mlops.testing.deployer_contract import DeployerContract
from jupyter_mlops.testing.memory_deployer import MemoryDeployer, restart
from jupyter_mlops.testing.memory_endpoints import PLANES
from jupyter_mlops.testing.served import Served


class TestMemoryDeployer(DeployerContract):
    def make_deployer(self, home: Home) -> MemoryDeployer:
        return MemoryDeployer(home)

    def vanish(self, served: Served) -> None:
        assert isinstance(served.deployer, MemoryDeployer)
        served.deployer.vanish(served.path)

    def kill(self, served: Served, revision: int) -> None:
        PLANES[served.path].of(revision)[0].is_alive = False

    def restart(self, served: Served) -> None:
        self.vanish(served)
        restart(served.path)

    def clean(self, served: Served) -> None:
        self.vanish(served)
        restart(served.path)
        shutil.rmtree(sockets_of(served.path), ignore_errors=True)
