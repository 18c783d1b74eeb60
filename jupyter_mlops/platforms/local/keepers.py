"""The submitter's side of what is kept by a process of this machine: keepers are started, asked and waited for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec

from jupyter_mlops.domain.errors import Conflict, Unavailable
from jupyter_mlops.platforms.local import inherited, nest, processes
from jupyter_mlops.runtime.channel import Hangup, call
from jupyter_mlops.store import machine
from jupyter_mlops.store.folders import AnyFolder, KeeperIdentity
from jupyter_mlops.store.home import Home, publish_folder

PROGRAM = (
    "import sys; sys.path[:] = sys.argv.pop().split(':'); from jupyter_mlops.platforms.local.keeper import main; main()"
)
ZYGOTE = (
    "import sys; sys.path[:] = sys.argv.pop().split(':'); from jupyter_mlops.platforms.local.zygote import main; main()"
)
_START_SECONDS = 20.0
_ZYGOTE_SECONDS = 0.25
"""How long the zygote may take; to start a keeper as a program takes less than that."""
_SETTLE_TRIES = 5
_LOOK_SECONDS = 0.02


class Keepers:
    """Keepers of one home. Safe to use from several threads at once.

    Args:
        home: Where what they keep is.
        read: Reads a folder.
        hang_seconds: How long a request may stay unanswered before the keeper that does not answer is ended.
        noun: What they keep, where a keeper should know before its folder is published.
        is_warm: Whether keepers may be forked by the home's zygote, which is started when one is missed.
    """

    def __init__(
        self,
        home: Home,
        read: Callable[[Path], AnyFolder],
        hang_seconds: float,
        noun: str = "",
        *,
        is_warm: bool = False,
    ) -> None:
        self._home = home
        self._noun = noun
        self._is_warm = is_warm
        self._read = read
        self._hang_seconds = hang_seconds
        self._ends: dict[Path, End] = {}

    def prepare(self, draft: Path) -> PreparedKeeper:
        """Start a keeper on a draft that is still being written."""
        return PreparedKeeper(draft, *self._start(draft, wait_for_go=True))

    def launch(self, folder: Path) -> None:
        """See to it that ``folder`` has a keeper."""
        if self._read(folder).is_kept():
            return
        keeper, ready, _ = self._start(folder, wait_for_go=False)
        # Either this keeper has the lock now, or another one has it.
        _await_ready(ready)
        keeper.wait()

    def _start(self, folder: Path, *, wait_for_go: bool) -> tuple[Started, int, int]:
        """Start a keeper on ``folder``.

        Returns:
            What was started; the fd on which it says whether it has the lock; the fd that lets it go when it is closed.
        """
        is_warm = self._is_warm and nest.is_warm(str(self._home.path))
        ready, ready_write = os.pipe()
        go_read, go = os.pipe() if wait_for_go else (-1, -1)
        given = [fd for fd in (ready_write, go_read) if fd >= 0]
        try:
            if is_warm and _fork_by_zygote(self._home.path, folder, self._noun, given):
                return _NoChild(), ready, go
            keeper = _start_program(self._home.path, folder, self._noun, ready_write, go_read)
        except BaseException:
            for fd in (ready, go):
                if fd >= 0:
                    os.close(fd)
            raise
        finally:
            for fd in given:
                os.close(fd)
        if is_warm:
            # By the time of the next run it is there; this one does not wait for it.
            threading.Thread(target=_start_zygote, args=(self._home.path,), daemon=True).start()
        return keeper, ready, go

    def settle(self, folder: Path) -> None:
        """Return when a live keeper has ``folder``, or what it holds is finished, or another machine's."""
        kept = self._read(folder)
        for _ in range(_SETTLE_TRIES):
            if kept.status().state.is_finished or kept.is_kept() or kept.is_elsewhere():
                return
            self.launch(folder)
            self._await_progress(kept)
        if not kept.status().state.is_finished and not kept.is_kept():
            raise Unavailable(f"No keeper can write how {kept.id} ended; is the disk full? See {folder}/keeper.log.")

    def stop(self, folder: Path, who: str, why: str) -> None:
        """Ask for the end of what ``folder`` holds and return when it is finished."""
        kept = self._read(folder)
        self.settle(folder)
        if kept.status().state.is_finished:
            return
        if kept.is_elsewhere():
            raise elsewhere(kept)
        request = kept.request("stop", who, why)
        patience = Patience(kept, request, self._hang_seconds)
        while not self.wait(folder, 0.5):
            patience.look()

    def await_answer(self, folder: Path, request: str, timeout: float | None = None) -> None:
        """Return when a keeper, which is started if there is none, has answered a request.

        Raises:
            Unavailable: it has not after ``timeout`` seconds, and goes on with it; or no keeper answers.
        """
        kept = self._read(folder)
        patience = Patience(kept, request, self._hang_seconds)
        launches, end = 0, None if timeout is None else time.monotonic() + timeout
        while any(each.id == request for each in kept.unanswered()):
            if end is not None and time.monotonic() > end:
                raise Unavailable(f"{kept.id} has not answered within {timeout:g} s; it goes on with what was asked.")
            if kept.is_kept():
                patience.look()
                time.sleep(_LOOK_SECONDS)
            elif launches == _SETTLE_TRIES:
                raise Unavailable(f"No keeper of {kept.id} answers; is the disk full? See {folder}/keeper.log.")
            else:
                launches += 1
                self.launch(folder)

    def wait(self, folder: Path, timeout: float) -> bool:
        """Return True as soon as what ``folder`` holds is finished, False after ``timeout`` seconds."""
        deadline = time.monotonic() + timeout
        kept = self._read(folder)
        while not kept.status().state.is_finished:
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            if kept.is_elsewhere():
                time.sleep(min(left, 1.0))
            elif kept.is_kept():
                self._end_of(folder).await_(left)
            else:
                self.settle(folder)
        self._ends.pop(folder, None)
        return True

    def _end_of(self, folder: Path) -> End:
        end = self._ends.get(folder)
        if end is None or end.is_over():
            end = self._ends[folder] = End(folder / "keeper.lock")
        return end

    def _await_progress(self, kept: AnyFolder) -> None:
        """Return when the keeper that was just launched has shown what it does, or has ended."""
        deadline = time.monotonic() + _START_SECONDS
        before = kept.status()
        while kept.is_kept() and time.monotonic() < deadline:
            now = kept.status()
            if now.state.is_finished or now.launches != before.launches:
                return
            time.sleep(0.005)


class Started(Protocol):
    """What was started in order to have a keeper."""

    def wait(self) -> int:
        """Return when it is no child of this process any more."""


class _NoChild:
    """A keeper that somebody else has forked."""

    def wait(self) -> int:
        return 0


class PreparedKeeper:
    """A keeper that holds the lock of a draft and waits for its publication."""

    def __init__(self, draft: Path, keeper: Started, ready: int, go: int) -> None:
        self._draft = draft
        self._keeper = keeper
        self._ready = ready
        self._go = go

    def publish(self, folder: Path) -> None:
        if self._ready >= 0:
            ready, self._ready = self._ready, -1
            if not _await_ready(ready):
                raise Unavailable(
                    f"The keeper of {folder.name} did not start within {_START_SECONDS:g} s; "
                    f"is {sys.executable} there, and the machine not overloaded?"
                )
        publish_folder(self._draft, folder)
        self._let_go()

    def cancel(self) -> None:
        if self._ready >= 0:
            # A keeper that is just making its lock would leave it behind.
            _await_ready(self._ready)
        self._let_go()
        shutil.rmtree(self._draft, ignore_errors=True)

    def _let_go(self) -> None:
        os.close(self._go)
        self._keeper.wait()


class Patience:
    """With a keeper that was asked for something: one that hangs for too long is ended."""

    def __init__(self, kept: AnyFolder, request: str, hang_seconds: float) -> None:
        self._kept = kept
        self._request = request
        self._hang_seconds = hang_seconds
        self._pid = _pid_of(kept.keeper())
        self._since = time.monotonic()

    def look(self) -> None:
        """End the keeper if it has been there for long and has not answered."""
        keeper, now = self._kept.keeper(), time.monotonic()
        if _pid_of(keeper) != self._pid:
            # Another one has taken it over meanwhile, and gets all the time that there is.
            self._pid, self._since = _pid_of(keeper), now
        is_hanging = now - self._since > self._hang_seconds and self._is_unanswered() and self._kept.is_kept()
        if is_hanging and keeper is not None and not self._is_heard(keeper) and _is_alive(keeper):
            processes.kill(keeper.pid)

    def _is_heard(self, keeper: KeeperIdentity) -> bool:
        """Say whether a keeper that takes its time has just shown that it lives."""
        return self._kept.noun == "endpoint" and time.time() - keeper.seen < self._hang_seconds

    def _is_unanswered(self) -> bool:
        return any(each.id == self._request for each in self._kept.unanswered())


class End:
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


def elsewhere(kept: AnyFolder) -> Conflict:
    """Return the error that another machine has it."""
    keeper = kept.keeper()
    host = (keeper.host if keeper else "") or kept.origin().host or "another machine"
    return Conflict(f"{kept.id} runs on {host}: stop it there, or end it by hand with %{kept.noun}s close {kept.id}.")


def import_path() -> list[str]:
    """Return where a keeper finds the standard library, this package and msgspec."""
    own = Path(__file__).parents[3]
    return [*_standard_library(), str(own), str(Path(msgspec.__file__).parents[1])]


def _start_program(home: Path, folder: Path, noun: str, ready: int, go: int) -> subprocess.Popen[bytes]:
    arguments = [str(folder), str(home), str(ready), str(go), str(os.getpid()), noun]
    try:
        return _run(PROGRAM, arguments, [fd for fd in (ready, go) if fd >= 0])
    except OSError as error:
        raise Unavailable(f"The keeper could not start: {error.strerror}: {sys.executable}.") from error


def _run(program: str, arguments: list[str], fds: list[int]) -> subprocess.Popen[bytes]:
    # Isolated and without ``site``: a third of an interpreter's start, and nothing of the user's is imported.
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", program, *arguments, ":".join(import_path())],
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=fds,
        cwd="/",
    )


def _fork_by_zygote(home: Path, folder: Path, noun: str, fds: list[int]) -> bool:
    """Let the home's zygote fork a keeper; say whether it has."""
    wish = {
        "verb": "keep",
        "folder": str(folder),
        "submitter": os.getpid(),
        "noun": noun,
        "env": _environment(),
        "inherited": inherited.read(),
    }
    try:
        talk = call(nest.zygote_socket(str(home)), _ZYGOTE_SECONDS)
    except Hangup:
        return False
    try:
        talk.send(wish, fds)
        answer, _ = talk.receive()
        if "pid" not in answer:
            return False
        talk.say_go()
    except Hangup:
        return False
    else:
        return True
    finally:
        talk.close()


def _start_zygote(home: Path) -> None:
    try:
        _run(ZYGOTE, [str(home)], []).wait()
    except OSError:
        # The next run tries again, and this one has its keeper.
        pass


def _await_ready(ready: int) -> bool:
    import select

    try:
        if not select.select([ready], [], [], _START_SECONDS)[0]:
            return False
        return os.read(ready, 1) == b"1"
    finally:
        os.close(ready)


def _standard_library() -> list[str]:
    import sysconfig

    paths = sysconfig.get_paths()
    dynamic = sysconfig.get_config_var("DESTSHARED")
    return [paths["stdlib"], *([dynamic] if dynamic else [str(Path(paths["platstdlib"]) / "lib-dynload")])]


def _environment() -> dict[str, str]:
    # A keeper never bears the mark of a run or an endpoint: whoever takes that one over would kill it.
    marks = ("JUPYTER_MLOPS_RUN", "JUPYTER_MLOPS_ENDPOINT")
    return {name: value for name, value in os.environ.items() if not name.startswith(marks)}


def _pid_of(keeper: KeeperIdentity | None) -> int:
    return keeper.pid if keeper is not None else 0


def _is_alive(keeper: KeeperIdentity) -> bool:
    return keeper.boot == machine.boot_id() and machine.process_started(keeper.pid) == keeper.started
