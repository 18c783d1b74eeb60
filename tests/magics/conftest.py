"""An IPython shell in this process, whose runs are threads."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from jupyter_mlops import workspace as composition
from jupyter_mlops.store.home import Home
from jupyter_mlops.testing.memory import MemoryLauncher
from jupyter_mlops.workspace import Workspace


@pytest.fixture
def workspace(home: Path) -> Iterator[Workspace]:
    """What ``connect()`` returns in this test."""
    opened = Home.open(home)
    workspace = Workspace(opened, {"local": MemoryLauncher(opened)})
    composition._open[(home, os.getpid())] = workspace
    yield workspace
    for run in workspace.runs.list(archived=None):
        run.stop()
    workspace.close()
    del composition._open[(home, os.getpid())]


class Shell:
    """Runs cells as a user does, and tells what they showed."""

    def __init__(self, ip: Any, capsys: pytest.CaptureFixture[str]) -> None:
        self.ip = ip
        self._capsys = capsys
        self.error: BaseException | None = None
        self.value: Any = None

    def __call__(self, code: str) -> str:
        """Run a cell and return what it printed, errors included."""
        self._capsys.readouterr()
        result = self.ip.run_cell(code, store_history=True)
        self.error = result.error_before_exec or result.error_in_exec
        self.value = result.result
        out, err = self._capsys.readouterr()
        return out + err


@pytest.fixture
def shell(workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch) -> Iterator[Shell]:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    config = Config({"HistoryManager": {"enabled": False}, "InteractiveShell": {"colors": "nocolor"}})
    ip = InteractiveShell.instance(config=config)
    ip.run_line_magic("load_ext", "jupyter_mlops")
    yield Shell(ip, capsys)
    ip.run_line_magic("unload_ext", "jupyter_mlops")
    InteractiveShell.clear_instance()
