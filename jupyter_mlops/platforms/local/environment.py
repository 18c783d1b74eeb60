"""Starts the child that writes down what a run ran in: reading it must not delay the ranks."""

from __future__ import annotations

import json
import os
import time

from jupyter_mlops.platforms.local import facts, processes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from jupyter_mlops.platforms.local.ranks import Spec

_PATIENCE_SECONDS = 5.0


class Collector:
    """Writes ``environment.json`` of a run folder, in the background and with what the ranks leave of the processor."""

    def __init__(self, folder: str, spec: Spec) -> None:
        origin = spec.get("origin", {})
        known = {name: origin.get(name, "") for name in ("host", "notebook", "cell")}
        argv = [spec["python"], facts.__file__, f"{folder}/environment.json", spec["cwd"], json.dumps(known)]
        null = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
        try:
            self._pid = os.posix_spawn(argv[0], argv, spec.get("env", {}), file_actions=null, setsid=True)
        except OSError:
            # An interpreter that is not there: the ranks say so themselves.
            self._pid = 0

    def pids(self) -> set[int]:
        """Return the child's pid in a set, empty if there is none."""
        return {self._pid} - {0}

    def reap(self) -> None:
        """Take the child's end if it has ended, so that it is no zombie for as long as the run goes."""
        if self._pid and os.waitpid(self._pid, os.WNOHANG) != (0, 0):
            self._pid = 0

    def finish(self) -> None:
        """Return when the file is written, or was given up."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while self._pid:
            self.reap()
            if self._pid and time.monotonic() > deadline:
                processes.kill(self._pid)
            time.sleep(0.01)
