"""The submitter's side of the local platform: starts keepers, asks them, waits for them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import msgspec

from jupyter_mlops.domain.errors import Conflict, InvalidOption, Unavailable, Unsupported
from jupyter_mlops.domain.kinds import KINDS
from jupyter_mlops.domain.runs import RunSpec
from jupyter_mlops.platforms.local import admission, leases, processes
from jupyter_mlops.store import machine
from jupyter_mlops.store.home import Home, publish_folder
from jupyter_mlops.store.locks import is_held
from jupyter_mlops.store.runs import KeeperIdentity, RunFolder

_PROGRAM = (
    "import sys; sys.path[:] = sys.argv.pop().split(':'); from jupyter_mlops.platforms.local.keeper import main; main()"
)
_START_SECONDS = 20.0
_HANG_SECONDS = 5.0
_SETTLE_TRIES = 5


class LocalLauncher:
    """``Launcher`` for detached processes of this machine."""

    name = "local"

    def __init__(self, home: Home) -> None:
        self._home = home
        self._ends: dict[Path, _End] = {}

    def check(self, spec: RunSpec) -> None:
        if spec.kind not in KINDS:
            raise Unsupported(f"The local platform has no kind {spec.kind!r}; it has: {', '.join(KINDS)}.")
        if not os.access(spec.python, os.X_OK):
            raise InvalidOption(f"--python: {spec.python!r} is not a program; give the path of an interpreter.")
        if not os.path.isdir(spec.cwd):
            raise InvalidOption(f"The working directory {spec.cwd!r} is not there any more; change to one that is.")
        self._check_resources(spec)

    def prepare(self, draft: Path) -> PreparedKeeper:
        return PreparedKeeper(draft, *_start_keeper(self._home.path, draft, wait_for_go=True))

    def launch(self, folder: Path) -> None:
        if is_held(folder / "keeper.lock"):
            return
        keeper, ready, _ = _start_keeper(self._home.path, folder, wait_for_go=False)
        # Either this keeper has the lock now, or another one has it.
        _await_ready(ready)
        keeper.wait()

    def settle(self, folder: Path) -> None:
        run = RunFolder(folder)
        for _ in range(_SETTLE_TRIES):
            if run.status().state.is_finished or run.is_kept() or run.is_elsewhere():
                return
            self.launch(folder)
            self._await_progress(run)
        if not run.status().state.is_finished and not run.is_kept():
            raise Unavailable(f"No keeper can write how {run.id} ended; is the disk full? See {folder}/keeper.log.")

    def stop(self, folder: Path, who: str, why: str = "") -> None:
        run = RunFolder(folder)
        self.settle(folder)
        if run.status().state.is_finished:
            return
        if run.is_elsewhere():
            raise Conflict(
                f"{run.id} runs on {_host(run)}: stop it there, or end it by hand with %runs close {run.id}."
            )
        request = run.request("stop", who, why)
        asked = time.monotonic()
        while not self.wait(folder, 0.5):
            if time.monotonic() - asked > _HANG_SECONDS and _is_unanswered(run, request):
                self._end_hanging_keeper(run)

    def wait(self, folder: Path, timeout: float) -> bool:
        deadline = time.monotonic() + timeout
        run = RunFolder(folder)
        while not run.status().state.is_finished:
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            if run.is_elsewhere():
                time.sleep(min(left, 1.0))
            elif run.is_kept():
                self._end_of(folder).await_(left)
            else:
                self.settle(folder)
        self._ends.pop(folder, None)
        return True

    def place(self, folder: Path) -> str:
        return admission.place_sentence(str(self._home.path), folder.name)

    def _check_resources(self, spec: RunSpec) -> None:
        cores = len(os.sched_getaffinity(0))
        if spec.resources.cpus and spec.resources.cpus > cores:
            raise Unsupported(
                f"A rank wants {spec.resources.cpus:g} cores; this machine has {cores}: use --cpus {cores}."
            )
        wanted = spec.resources.gpus * spec.workers
        there = len(leases.device_indices(str(self._home.path), spec.env.get("CUDA_VISIBLE_DEVICES")))
        if wanted > there:
            has = f"{there} GPU{'s' if there > 1 else ''}" if there else "no GPU"
            remedy = f"use --gpus {there // spec.workers}" if there >= spec.workers else "leave --gpus out"
            raise Unsupported(f"The run wants {wanted} GPUs and this machine has {has}; {remedy}.")

    def _end_of(self, folder: Path) -> _End:
        end = self._ends.get(folder)
        if end is None or end.is_over():
            end = self._ends[folder] = _End(folder / "keeper.lock")
        return end

    def _await_progress(self, run: RunFolder) -> None:
        """Return when the keeper that was just launched has shown what it does, or has ended."""
        deadline = time.monotonic() + _START_SECONDS
        before = run.status()
        while run.is_kept() and time.monotonic() < deadline:
            now = run.status()
            if now.state.is_finished or now.launches != before.launches:
                return
            time.sleep(0.005)

    def _end_hanging_keeper(self, run: RunFolder) -> None:
        keeper = run.keeper()
        if keeper is not None and run.is_kept() and _is_alive(keeper):
            processes.kill(keeper.pid)


class PreparedKeeper:
    """A keeper that holds the lock of a draft and waits for its publication."""

    def __init__(self, draft: Path, keeper: subprocess.Popen[bytes], ready: int, go: int) -> None:
        self._draft = draft
        self._keeper = keeper
        self._ready = ready
        self._go = go

    def publish(self, folder: Path) -> None:
        if self._ready >= 0:
            ready, self._ready = self._ready, -1
            if not _await_ready(ready):
                raise Unavailable(
                    f"The run's keeper did not start within {_START_SECONDS:g} s; "
                    f"is {sys.executable} there, and the machine not overloaded?"
                )
        publish_folder(self._draft, folder)
        self._let_go()

    def cancel(self) -> None:
        if self._ready >= 0:
            os.close(self._ready)
        self._let_go()
        shutil.rmtree(self._draft, ignore_errors=True)

    def _let_go(self) -> None:
        os.close(self._go)
        self._keeper.wait()


class _End:
    """Tells when a lock is given up: a thread sleeps in the system until then, so that waiting costs nothing."""

    def __init__(self, lock: Path) -> None:
        self._lock = lock
        self._over = threading.Event()
        threading.Thread(target=self._sleep, name="jupyter-mlops-end", daemon=True).start()

    def await_(self, timeout: float) -> None:
        """Return when the lock is free, or after ``timeout`` seconds."""
        self._over.wait(timeout)

    def is_over(self) -> bool:
        """Say whether the lock has been given up."""
        return self._over.is_set()

    def _sleep(self) -> None:
        import fcntl

        try:
            with self._lock.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH)
        except OSError:
            # A folder that was deleted, or a system that interrupts the call: the waiter looks again.
            pass
        self._over.set()


def _start_keeper(home: Path, folder: Path, *, wait_for_go: bool) -> tuple[subprocess.Popen[bytes], int, int]:
    """Start a keeper on ``folder``.

    Returns:
        The process; the fd on which it says whether it has the lock; the fd that lets it go when it is closed.
    """
    ready, ready_write = os.pipe()
    go_read, go = os.pipe() if wait_for_go else (-1, -1)
    inherited = [fd for fd in (ready_write, go_read) if fd >= 0]
    arguments = [str(folder), str(home), str(ready_write), str(go_read), str(os.getpid())]
    # Isolated and without ``site``: a third of an interpreter's start, and nothing of the user's is imported.
    argv = [sys.executable, "-I", "-S", "-c", _PROGRAM, *arguments, ":".join(import_path())]
    try:
        keeper = subprocess.Popen(
            argv,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=inherited,
            cwd="/",
        )
    except OSError as error:
        for fd in (ready, go):
            if fd >= 0:
                os.close(fd)
        raise Unavailable(f"The run's keeper could not start: {error.strerror}: {sys.executable}.") from error
    finally:
        for fd in inherited:
            os.close(fd)
    return keeper, ready, go


def _await_ready(ready: int) -> bool:
    import select

    try:
        if not select.select([ready], [], [], _START_SECONDS)[0]:
            return False
        return os.read(ready, 1) == b"1"
    finally:
        os.close(ready)


def import_path() -> list[str]:
    """Return where a keeper finds the standard library, this package and msgspec."""
    own = Path(__file__).parents[3]
    return [*_standard_library(), str(own), str(Path(msgspec.__file__).parents[1])]


def _standard_library() -> list[str]:
    import sysconfig

    paths = sysconfig.get_paths()
    dynamic = sysconfig.get_config_var("DESTSHARED")
    return [paths["stdlib"], *([dynamic] if dynamic else [str(Path(paths["platstdlib"]) / "lib-dynload")])]


def _environment() -> dict[str, str]:
    # A keeper never bears the mark of another run: whoever takes that one over would kill it.
    return {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER_MLOPS_RUN")}


def _is_unanswered(run: RunFolder, request: str) -> bool:
    return any(each.id == request for each in run.unanswered())


def _is_alive(keeper: KeeperIdentity) -> bool:
    return keeper.boot == machine.boot_id() and machine.process_started(keeper.pid) == keeper.started


def _host(run: RunFolder) -> str:
    keeper = run.keeper()
    return (keeper.host if keeper else "") or run.spec().origin.host or "another machine"
