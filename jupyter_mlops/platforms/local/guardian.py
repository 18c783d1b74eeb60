"""A guardian owns one rank and all that it starts.

    keeper ──fork──► guardian (single thread, subreaper, read end of the keeper's lifeline)
                         └──fork, exec──► rank ──► whatever the rank starts, ``setsid`` children included

When the rank ends, when the keeper ends (end of the lifeline) or when the keeper says so (SIGUSR1), the guardian kills
everything below it, writes how the rank ended, and ends. Whether other ranks go on is the keeper's decision.

Standard library only: a guardian is a fork of a keeper that has imported nothing yet, and stays below 1 MB of its own.
"""

from __future__ import annotations

import gc
import os
import select
import time

from jupyter_mlops.platforms.local import processes, signals
from jupyter_mlops.platforms.local.guarded import Guarded
from jupyter_mlops.store import plainjson
from jupyter_mlops.store.files import write_atomic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


class RankCommand:
    """What becomes a rank.

    Attributes:
        argv: Program and arguments.
        env: The whole environment.
        cwd: Working directory.
        log: File that takes both streams.
        exit: File that tells how the rank ended.
        cores: Cores the rank may use; empty for all.
        umask: Of the rank; -1 for this process's.
    """

    def __init__(
        self,
        argv: list[str],
        env: dict[str, str],
        cwd: str,
        log: str,
        exit: str,  # noqa: A002 - the rank's, as log is
        *,
        cores: frozenset[int] = frozenset(),
        umask: int = -1,
    ) -> None:
        self.argv, self.env, self.cwd = argv, env, cwd
        self.log, self.exit = log, exit
        self.cores, self.umask = cores, umask


class RankEnd:
    """How a rank ended.

    Attributes:
        pid: The rank's pid.
        time: When it ended, in seconds since the epoch.
        code: Its exit code, where it ended itself.
        signal: The signal that killed it, else.
        peak: Largest resident memory of one of its processes, in bytes.
        cut: Whether its guardian killed it because the keeper was gone.
    """

    def __init__(
        self, pid: int, time: float, code: int | None, signal: int | None, *, peak: int = 0, cut: bool = False
    ) -> None:
        self.pid, self.time = pid, time
        self.code, self.signal = code, signal
        self.peak, self.cut = peak, cut


def start(command: RankCommand, lifeline: int) -> Guarded:
    """Fork a guardian with its rank and return them.

    Args:
        command: What becomes the rank.
        lifeline: Read end of a pipe whose only write end is the keeper's.
    """
    # Blocked until the guardian's handlers know the rank: a stop that comes right now must not kill it, nor be lost to
    # a handler of this process.
    blocked = signals.pthread_sigmask(signals.SIG_BLOCK, {signals.SIGTERM, signals.SIGUSR1})
    pid = os.fork()
    if pid:
        signals.pthread_sigmask(signals.SIG_SETMASK, blocked)
        return Guarded(pid, os.pidfd_open(pid))
    try:
        _guard(command, lifeline)
    finally:
        os._exit(70)


def read_end(path: str) -> RankEnd | None:
    """Return how the rank ended that left ``path``; None if it left nothing."""
    try:
        with open(path, "rb") as file:
            return RankEnd(**plainjson.loads(file.read()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _guard(command: RankCommand, lifeline: int) -> NoReturn:
    # Everything but the lifeline goes: locks, or they would outlive the keeper; the lifeline's write end above all.
    os.dup2(lifeline, 0)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    gc.freeze()
    gc.disable()
    processes.adopt_orphans()
    _ignore_terminal()
    rank = _start_rank(command)
    signals.signal(signals.SIGTERM, lambda number, frame: processes.kill(rank, signals.SIGTERM))
    signals.signal(signals.SIGUSR1, lambda number, frame: processes.kill(rank, signals.SIGKILL))
    signals.pthread_sigmask(signals.SIG_UNBLOCK, {signals.SIGTERM, signals.SIGUSR1})
    cut = _await_end(rank)
    processes.kill(rank)
    _, status, usage = os.wait4(rank, 0)
    processes.end_children()
    _write_end(command.exit, rank, status, usage.ru_maxrss * 1024, cut)
    os._exit(0)


def _ignore_terminal() -> None:
    for number in (signals.SIGINT, signals.SIGHUP, signals.SIGPIPE):
        signals.signal(number, signals.SIG_IGN)


def _await_end(rank: int) -> bool:
    """Return when the rank has ended, False, or the keeper is gone, True."""
    poller = select.poll()
    poller.register(rank_fd := os.pidfd_open(rank), select.POLLIN)
    poller.register(0, select.POLLIN)
    return all(fd != rank_fd for fd, _ in poller.poll())


def _start_rank(command: RankCommand) -> int:
    guardian = os.getpid()
    rank = os.fork()
    if rank:
        return rank
    try:
        _become(command, guardian)
    except OSError as error:
        os.write(2, f"The rank could not start: {error.strerror}: {error.filename}\n".encode())
    finally:
        os._exit(127)


def _become(command: RankCommand, guardian: int) -> NoReturn:
    log = os.open(command.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    null = os.open("/dev/null", os.O_RDONLY)
    os.dup2(null, 0)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    os.setsid()
    processes.die_with_parent(guardian)
    if command.cores:
        os.sched_setaffinity(0, command.cores)
    for number in (signals.SIGTERM, signals.SIGUSR1, signals.SIGINT, signals.SIGHUP, signals.SIGPIPE):
        signals.signal(number, signals.SIG_DFL)
    signals.pthread_sigmask(signals.SIG_SETMASK, set())
    if command.umask >= 0:
        os.umask(command.umask)
    os.chdir(command.cwd)
    os.execve(command.argv[0], command.argv, command.env)


def _write_end(path: str, pid: int, status: int, peak: int, cut: bool) -> None:
    told = os.waitstatus_to_exitcode(status)
    code, number = (told, None) if told >= 0 else (None, -told)
    end = RankEnd(pid, time.time(), code, number, peak=peak, cut=cut)
    try:
        write_atomic(path, plainjson.dumps(vars(end)).encode())
    except OSError:
        # A full disk or a vanished folder must not keep the guardian alive; the keeper then says what it does not know.
        pass
