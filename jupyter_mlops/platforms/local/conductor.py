"""The process that keeps a sweep: what ``keeper.py`` becomes in the interpreter that the sweep names."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from jupyter_mlops.domain.errors import MlopsError
from jupyter_mlops.domain.sweeps import SweepSpec
from jupyter_mlops.platforms.abandon import abandon
from jupyter_mlops.platforms.local.keeper import write_log
from jupyter_mlops.platforms.local.launcher import LocalLauncher
from jupyter_mlops.platforms.search import Search
from jupyter_mlops.runtime import cell, values
from jupyter_mlops.runtime.bootstrap import CHILD
from jupyter_mlops.runtime.bundle import Bundle
from jupyter_mlops.store import machine
from jupyter_mlops.store.files import hold_reserve
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.locks import Lock
from jupyter_mlops.store.sweepkeeping import SweepKeeper

if TYPE_CHECKING:
    from jupyter_mlops.tuning.defining import Define

_SEEN_SECONDS = 30.0


def main() -> NoReturn:
    """Keep a sweep until its end. Arguments: home, folder, fd of its lock, boot of the conductor before."""
    home, folder, fd, boot = sys.argv[1:5]
    sys.argv[1:] = []
    lock = Lock(int(fd))
    # Whoever is started from here on must not hold the lock.
    os.set_inheritable(lock.fd, False)
    keeper = SweepKeeper(Home.open(Path(home)), Path(folder))
    search = None
    if not keeper.status.state.is_finished or keeper.requests():
        search = _conduct(Home.open(Path(home)), keeper, lock, boot)
    lock.release()
    if search is not None:
        search.learn()
    keeper.close()
    # Threads that wait for what has ended already keep nothing up.
    os._exit(0)


def _conduct(home: Home, keeper: SweepKeeper, lock: Lock, boot: str) -> Search | None:
    """Return what searched, if it came to an end of its own."""
    launcher = LocalLauncher(home)
    is_restarted = keeper.status.launches > 0 and bool(boot) and boot != machine.boot_id()
    hold_reserve(keeper.path)
    keeper.launched()
    look = _Look(keeper.path, lock)
    try:
        search = _search(home, keeper, launcher)
        if is_restarted and not keeper.status.state.is_finished:
            search.end_after_restart()
        search.conduct(look)
        return search if look() else None
    except Exception as error:
        if not look():
            return None
        write_log(str(keeper.path))
        abandon(home, keeper, launcher, _sentence(error))
        return None


def _search(home: Home, keeper: SweepKeeper, launcher: LocalLauncher) -> Search:
    # Optuna is imported by nobody but a conductor.
    from jupyter_mlops.tuning.study import Study

    with contextlib.suppress(OSError):
        os.chdir(keeper.spec.run.cwd)
    study = Study.open(keeper.path, keeper.spec, _define(keeper.path, keeper.spec))
    return Search(home, keeper, study, launcher)


def _define(folder: Path, spec: SweepSpec) -> Define | None:
    """Return the notebook's function that says the space, restored as a rank restores what its cell uses."""
    if not spec.function:
        return None
    bundle = Bundle(str(folder), "space")
    if bundle.sources:
        sys.path.insert(0, bundle.sources)
    namespace: dict[str, Any] = cell.make_main(CHILD).__dict__
    import linecache

    bundle.fill_linecache(linecache)
    values.load(bundle.path, namespace)
    define: Define = namespace[spec.function]
    return define


def _sentence(error: Exception) -> str:
    if isinstance(error, MlopsError | values.CannotLoad):
        return str(error)
    return f"Its conductor failed ({type(error).__name__}: {error}); its keeper.log has the details."


class _Look:
    """Says whether the sweep's folder is still there, and shows others that its conductor lives."""

    def __init__(self, folder: Path, lock: Lock) -> None:
        self._path = folder / "keeper.lock"
        self._lock = lock
        self._seen = time.monotonic()

    def __call__(self) -> bool:
        if time.monotonic() - self._seen > _SEEN_SECONDS:
            self._lock.renew()
            self._seen = time.monotonic()
        try:
            return os.stat(self._path).st_ino == os.fstat(self._lock.fd).st_ino
        except FileNotFoundError:
            return False
