"""Reads runs for their widgets while the kernel does something else, or waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress

from jupyter_mlops.domain.errors import MlopsError
from jupyter_mlops.domain.runs import RunSnapshot
from jupyter_mlops.services.run import Run
from jupyter_mlops.workspace import Workspace, open_workspace

SECONDS = 0.25
"""A widget is brought up to date at most that often."""
_REST = 4.0
"""After each reading the thread rests this many times as long: many runs must not keep the kernel from answering."""

_Push = Callable[[RunSnapshot], None]


class Pusher:
    """One thread for all widgets of a kernel; it ends when none of their runs goes on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[Run, _Push]] = {}
        self._thread: threading.Thread | None = None

    def keep(self, run: Run, push: _Push) -> None:
        """Call ``push`` with what is true of ``run``, at most four times a second, until it is finished."""
        with self._lock:
            self._kept[run.id] = run, push
            if self._thread is None:
                self._thread = threading.Thread(target=self._go, name="jupyter-mlops-widgets", daemon=True)
                self._thread.start()

    def _go(self) -> None:
        # A workspace belongs to one thread.
        workspace: Workspace | None = None
        while kept := self._unfinished():
            for run, push in kept:
                began = time.monotonic()
                with suppress(MlopsError, OSError):
                    workspace = workspace or open_workspace(run.path.parent.parent)
                    self._push(workspace, run, push)
                time.sleep(max(SECONDS / len(kept), _REST * (time.monotonic() - began)))
        if workspace is not None:
            workspace.close()

    def _unfinished(self) -> list[tuple[Run, _Push]]:
        with self._lock:
            if not self._kept:
                self._thread = None
            return list(self._kept.values())

    def _push(self, workspace: Workspace, run: Run, push: _Push) -> None:
        mine = workspace.runs.get(run.id)
        mine.is_detached, mine.variable, mine.remarks = run.is_detached, run.variable, run.remarks
        snapshot = mine.snapshot()
        if snapshot.row.state.is_finished or snapshot.row.broken:
            with self._lock:
                self._kept.pop(run.id, None)
        push(snapshot)
