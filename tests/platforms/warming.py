"""Homes whose runs begin warm, for tests."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_mlops.domain.runs import RunStatus, State
from jupyter_mlops.platforms.local import nest
from jupyter_mlops.platforms.local.launcher import LocalLauncher
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.runs import RunFolder
from jupyter_mlops.testing.launcher_contract import PATIENCE_SECONDS, await_that, submit
from tests.conftest import processes_in, wait_until_empty

IMPORTS = ["joblib", "numpy"]


@contextlib.contextmanager
def warm_home() -> Iterator[Home]:
    """Make a home whose runs may begin warm; nothing of it is left at the end."""
    path = Path(tempfile.mkdtemp(prefix="mlops-")).resolve()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_MLOPS_HOME", str(path))
        patch.setenv("JUPYTER_MLOPS_WARM", "1")
        try:
            yield Home.open(path)
            nest.end(str(path))
            left = wait_until_empty(lambda: processes_in(path))
            assert not left, f"still running in {path}: {left}"
        finally:
            nest.end(str(path))
            shutil.rmtree(path, ignore_errors=True)


def finish(home: Home, cell: str, **values: Any) -> RunFolder:
    """Run a cell to its end."""
    launcher = LocalLauncher(home)
    run = submit(home, launcher, cell, **values)
    assert launcher.wait(run.path, PATIENCE_SECONDS)
    return run


def warm_up(home: Home, **values: Any) -> RunStatus:
    """Run cells until one begins warm."""
    found: list[RunStatus] = []

    def is_warm() -> bool:
        found.append(finish(home, "pass", **values).status())
        assert found[-1].state is State.SUCCEEDED, found[-1]
        return bool(found[-1].warm)

    await_that(is_warm)
    return found[-1]
