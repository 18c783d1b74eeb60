"""What a conductor sees of its trials while they go: that they end, and what they report on the way."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from pathlib import Path

from jupyter_mlops.domain.errors import MlopsError
from jupyter_mlops.platforms.base import Launcher
from jupyter_mlops.store.records import RunDatabase

_WAIT_SECONDS = 3600.0
_AGAIN_SECONDS = 1.0
_ALL = 1000
"""Of so many points each is reported, of ten times as many each tenth, and so on: a study keeps what is reported."""


class Watch:
    """Tells which trials have ended, as soon as they have. One thread asks, others may watch.

    Args:
        launcher: Knows when a run has ended.
    """

    def __init__(self, launcher: Launcher) -> None:
        self._launcher = launcher
        self._ended: queue.SimpleQueue[int] = queue.SimpleQueue()

    def add(self, trial: int, folder: Path) -> None:
        """Watch the run of a trial until its end."""
        name = f"jupyter-mlops-trial-{trial}"
        threading.Thread(target=self._await_end, args=(trial, folder), name=name, daemon=True).start()

    def add_later(self, trial: int, folder: Path) -> None:
        """Watch a run that has ended and could not be read: it is told of again in a moment."""
        timer = threading.Timer(_AGAIN_SECONDS, self._await_end, (trial, folder))
        timer.daemon = True
        timer.start()

    def stop(self, folder: Path, who: str, why: str) -> None:
        """Have the run of a trial stopped, without waiting for it."""
        threading.Thread(target=self._stop, args=(folder, who, why), name="jupyter-mlops-stop", daemon=True).start()

    def ended(self, seconds: float) -> list[int]:
        """Return the trials that have ended since; at once if there are some, else after ``seconds`` at the latest."""
        found: list[int] = []
        with contextlib.suppress(queue.Empty):
            found.append(self._ended.get(timeout=seconds))
            while True:
                found.append(self._ended.get_nowait())
        return found

    def _await_end(self, trial: int, folder: Path) -> None:
        try:
            while not self._launcher.wait(folder, _WAIT_SECONDS):
                pass
        except (MlopsError, OSError):
            # Its folder is gone, or nobody can write in it: who asks next sees which.
            if folder.exists():
                time.sleep(_AGAIN_SECONDS)
        self._ended.put(trial)

    def _stop(self, folder: Path, who: str, why: str) -> None:
        # A run that cannot be stopped has ended, or its folder is gone, which the one who watches it notices.
        with contextlib.suppress(MlopsError, OSError):
            self._launcher.stop(folder, who, why)


class Reports:
    """Reads what one trial reports of the objective, each point once.

    Args:
        folder: The trial's run.
        metric: The objective's.
    """

    def __init__(self, folder: Path, metric: str) -> None:
        self._path = folder / "run.db"
        self._metric = metric
        self._database = RunDatabase(self._path)
        self._stamp: tuple[int, ...] = ()
        self._attempt = 1
        self._since = 0

    def new(self) -> list[tuple[float, float]]:
        """Return step and value of the points that came since the last time."""
        stamp = tuple(map(_changed, (self._path, self._path.with_name("run.db-wal"))))
        if stamp == self._stamp or not stamp[0]:
            return []
        found: list[tuple[int, float, float]] = []
        with contextlib.suppress(MlopsError):
            attempt = self._database.attempt()
            if attempt != self._attempt:
                self._attempt, self._since = attempt, 0
            found = self._database.points_since(self._metric, self._since, attempt)
            self._stamp = stamp
        if found:
            self._since = found[-1][0] + 1
        return [(step, value) for number, step, value in found if _is_reported(number)]

    def close(self) -> None:
        """Close the database. Idempotent."""
        with contextlib.suppress(MlopsError):
            self._database.close()


def _is_reported(number: int) -> bool:
    stride = 1
    while number >= _ALL * stride:
        stride *= 10
    return number % stride == 0


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
