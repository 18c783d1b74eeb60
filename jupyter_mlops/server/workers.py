"""Where the server's store calls run, so that its loop never waits.

A workspace is for one thread at a time, so each thread opens its own: a list that reads ten thousand rows and a stop
that waits ten seconds do not wait for each other, and threads are to the home what several kernels are. One workspace
behind a lock would be the slowest call's.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from jupyter_mlops.workspace import Workspace

T = TypeVar("T")

READERS = 4
ACTORS = 16


class Workers:
    """Threads that read, and others that act: what takes seconds never keeps a reader waiting.

    Args:
        open_workspace: Called in each thread by the first call there.
    """

    def __init__(
        self, open_workspace: Callable[[], Workspace], *, readers: int = READERS, actors: int = ACTORS
    ) -> None:
        self._open = open_workspace
        self._readers = ThreadPoolExecutor(readers, "jupyter-mlops-read")
        self._actors = ThreadPoolExecutor(actors, "jupyter-mlops-act")
        self._own = threading.local()
        self._opened: list[Workspace] = []
        self.is_closed = False

    async def read(self, ask: Callable[[Workspace], T]) -> T:
        """Return what ``ask`` returns: something that takes milliseconds."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._with_workspace, ask)

    async def act(self, do: Callable[[Workspace], T]) -> T:
        """Return what ``do`` returns: something that may take seconds."""
        return await asyncio.get_running_loop().run_in_executor(self._actors, self._with_workspace, do)

    def close(self) -> None:
        """Take no more calls, and let go of the index when those that go on have ended. Idempotent."""
        self.is_closed = True
        self._readers.shutdown(cancel_futures=True)
        self._actors.shutdown(wait=False, cancel_futures=True)
        while self._opened:
            self._opened.pop().close()

    def _with_workspace(self, call: Callable[[Workspace], T]) -> T:
        workspace: Workspace | None = getattr(self._own, "workspace", None)
        # Somebody may have removed the home; the next call makes it anew, as a kernel's does.
        if workspace is None or not (workspace.home.path / "home.json").exists():
            workspace = self._own.workspace = self._open()
            self._opened.append(workspace)
        return call(workspace)
