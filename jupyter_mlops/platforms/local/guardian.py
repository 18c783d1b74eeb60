"""A guardian owns one rank and all that it starts.

    keeper ──fork──► guardian (single thread, subreaper, read end of the keeper's lifeline)
                         └──fork, exec──► rank ──► whatever the rank starts, ``setsid`` children included

When the rank ends, when the keeper ends (end of the lifeline) or when the keeper says so (SIGUSR1), the guardian kills
everything below it, writes how the rank ended, and ends. Whether other ranks go on is the keeper's decision.

Standard library only: a guardian is a fork of a keeper that has imported nothing yet, and stays below 1 MB of its own.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import time
from typing import NamedTuple, NoReturn

from jupyter_mlops.platforms.local import processes
from jupyter_mlops.store.files import write_atomic


class RankCommand(NamedTuple):
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

    argv: list[str]
    env: dict[str, str]
    cwd: str
    log: str
    exit: str
    cores: frozenset[int] = frozenset()
    umask: int = -1


class RankEnd(NamedTuple):
    """How a rank ended.

    Attributes:
        pid: The rank's pid.
        time: When it ended, in seconds since the epoch.
        code: Its exit code, where it ended itself.
        signal: The signal that killed it, else.
        peak: Largest resident memory of one of its processes, in bytes.
        cut: Whether its guardian killed it because the keeper was gone.
    """

    pid: int
    time: float
    code: int | None
    signal: int | None
    peak: int
    cut: bool = False


def start(command: RankCommand, lifeline: int) -> int:
    """Fork a guardian with its rank and return the guardian's pid.

    Args:
        command: What becomes the rank.
        lifeline: Read end of a pipe whose only write end is the keeper's.
    """
    pid = os.fork()
    if pid:
        return pid
    try:
        _guard(command, lifeline)
    finally:
        os._exit(70)


def read_end(path: str) -> RankEnd | None:
    """Return how the rank ended that left ``path``; None if it left nothing."""
    try:
        with open(path, "rb") as file:
            return RankEnd(**json.load(file))
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
    signal.signal(signal.SIGTERM, lambda number, frame: processes.kill(rank, signal.SIGTERM))
    signal.signal(signal.SIGUSR1, lambda number, frame: processes.kill(rank, signal.SIGKILL))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGUSR1})
    cut = _await_end(rank)
    processes.kill(rank)
    _, status, usage = os.wait4(rank, 0)
    processes.end_children()
    _write_end(command.exit, rank, status, usage.ru_maxrss * 1024, cut)
    os._exit(0)


def _ignore_terminal() -> None:
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)


def _await_end(rank: int) -> bool:
    """Return when the rank has ended, False, or the keeper is gone, True."""
    poller = select.poll()
    poller.register(rank_fd := os.pidfd_open(rank), select.POLLIN)
    poller.register(0, select.POLLIN)
    return all(fd != rank_fd for fd, _ in poller.poll())


def _start_rank(command: RankCommand) -> int:
    guardian = os.getpid()
    # Blocked until the handlers know the rank: a stop that comes right now must not kill the guardian instead.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGUSR1})
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
    for number in (signal.SIGTERM, signal.SIGUSR1, signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, set())
    if command.umask >= 0:
        os.umask(command.umask)
    os.chdir(command.cwd)
    os.execve(command.argv[0], command.argv, command.env)


def _write_end(path: str, pid: int, status: int, peak: int, cut: bool) -> None:
    code = os.waitstatus_to_exitcode(status)
    end = RankEnd(pid, time.time(), code if code >= 0 else None, -code if code < 0 else None, peak, cut)
    try:
        write_atomic(path, json.dumps(end._asdict()).encode())
    except OSError:
        # A full disk or a vanished folder must not keep the guardian alive; the keeper then says what it does not know.
        pass
