"""Starts the children that write down what a run ran in and what it was given: neither may delay the ranks."""

from __future__ import annotations

import json
import os
import time

from jupyter_mlops.platforms.local import datasets, facts, processes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from jupyter_mlops.platforms.local.ranks import Spec

_FACTS_SECONDS = 5.0
_DATASETS_SECONDS = 600.0
"""How long after the end of the run they may go on."""


class Collector:
    """Writes ``environment.json`` and ``datasets.json`` of a run folder, with what the ranks leave of the processor.

    Args:
        home: The home of the run.
        folder: The run's folder.
        spec: ``spec.json`` as it is.
    """

    def __init__(self, home: str, folder: str, spec: Spec) -> None:
        self._folder = folder
        self._facts = _start_facts(folder, spec)
        self._datasets = datasets.start(home, folder, spec)

    def pids(self) -> set[int]:
        """Return the pids of the children that are left."""
        return {self._facts, self._datasets} - {0}

    def reap(self) -> None:
        """Take the ends of children that have ended, so that they are no zombies for as long as the run goes."""
        if self._facts and os.waitpid(self._facts, os.WNOHANG) != (0, 0):
            self._facts = 0
        if self._datasets:
            pid, status = os.waitpid(self._datasets, os.WNOHANG)
            if pid:
                self._end_datasets("" if status == 0 else "the program that takes them has ended early")

    def finish(self) -> None:
        """Return when the files are written, or were given up."""
        began, pause = time.monotonic(), 0.005
        while self.pids():
            self.reap()
            passed = time.monotonic() - began
            if self._facts and passed > _FACTS_SECONDS:
                processes.kill(self._facts)
            if self._datasets and passed > _DATASETS_SECONDS:
                processes.kill(self._datasets)
            time.sleep(pause)
            pause = min(0.1, pause * 1.5)

    def _end_datasets(self, why: str) -> None:
        self._datasets = 0
        if why:
            datasets.give_up(self._folder, why)


def _start_facts(folder: str, spec: Spec) -> int:
    origin = spec.get("origin", {})
    known = {name: origin.get(name, "") for name in ("host", "notebook", "cell")}
    argv = [spec["python"], facts.__file__, f"{folder}/environment.json", spec["cwd"], json.dumps(known)]
    null = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
    try:
        return os.posix_spawn(argv[0], argv, spec.get("env", {}), file_actions=null, setsid=True)
    except OSError:
        # An interpreter that is not there: the ranks say so themselves.
        return 0
