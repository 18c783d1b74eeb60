"""A workspace whose runs are threads: what services decide does not depend on how a platform starts processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_mlops.store.home import Home
from jupyter_mlops.testing.memory import MemoryLauncher
from jupyter_mlops.workspace import Workspace, registries_of, tuners_of


@pytest.fixture
def launcher(home: Path) -> MemoryLauncher:
    return MemoryLauncher(Home.open(home))


@pytest.fixture
def workspace(home: Path, launcher: MemoryLauncher) -> Iterator[Workspace]:
    opened, launchers = Home.open(home), {"local": launcher}
    workspace = Workspace(opened, launchers, tuners_of(opened, launchers), registries_of(opened))
    yield workspace
    for run in workspace.runs.list():
        run.stop()
    workspace.close()
