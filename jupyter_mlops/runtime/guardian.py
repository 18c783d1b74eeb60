"""A guardian owns one pod of a run and all that it starts.

    keeper ──fork──► guardian (single thread, subreaper, read end of the keeper's lifeline)
                         └──fork──► pod ──► whatever the pod starts, ``setsid`` children included

When the pod ends, when the keeper ends (end of the lifeline) or when the keeper says so (SIGUSR1), the guardian kills
everything below it, writes how the pod ended, and ends. Whether other pods go on is the keeper's decision.

Where a template has what the pod imports, it forks the guardian in the keeper's place, and the pod goes on as the
interpreter that it is. Standard library only: this runs in a keeper that has imported nothing yet, and in templates of
other interpreters.
"""

from __future__ import annotations

import gc
import os
import select
import time
from _signal import (  # type: ignore[import-not-found]  # typeshed does not know it; ``signal`` imports enum
    SIG_BLOCK,
    SIG_DFL,
    SIG_IGN,
    SIG_SETMASK,
    SIG_UNBLOCK,
    SIGHUP,
    SIGINT,
    SIGKILL,
    SIGPIPE,
    SIGTERM,
    SIGUSR1,
    pthread_sigmask,
    signal,
)

from jupyter_mlops.runtime import processes
from jupyter_mlops.runtime.standing import stand_back

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

_TOLD = (SIGTERM, SIGUSR1)
_OF_A_TERMINAL = (SIGINT, SIGHUP, SIGPIPE)
_STANDING_SECONDS = 0.2


class RankCommand:
    """What becomes a pod's process.

    Attributes:
        argv: Program and arguments.
        env: The whole environment.
        cwd: Working directory.
        log: File that takes both streams.
        exit: File that tells how the process ended.
        cores: Cores it may use; empty for all.
        umask: Of the process; -1 for the keeper's.
        stands_back: Whether it comes after others for the processor.
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
        stands_back: bool = False,
    ) -> None:
        self.argv, self.env, self.cwd = argv, env, cwd
        self.log, self.exit = log, exit
        self.cores, self.umask, self.stands_back = cores, umask, stands_back


def block() -> set[int]:
    """Hold back what may be sent to a guardian, before it is forked; return what was held back already.

    Its handlers must know the pod first: a stop that comes right now must not kill the guardian, nor be lost to a
    handler of this process.
    """
    before: set[int] = pthread_sigmask(SIG_BLOCK, _TOLD + _OF_A_TERMINAL)
    return before


def unblock(before: set[int]) -> None:
    """Let through again, in the process that has forked a guardian, what was held back."""
    pthread_sigmask(SIG_SETMASK, before)


def guard(command: RankCommand, lifeline: int, opened: Sequence[int] | None = None) -> None:
    """Be the guardian of a new pod, in a process that was forked for it with its signals blocked. Never return ...

    ... but in the pod, with everything in place that a program may inherit: session, streams, working directory, cores.

    Args:
        command: What becomes the pod.
        lifeline: Read end of a pipe whose only write end is the keeper's.
        opened: Descriptors that this process has of its forker and that neither guardian nor pod may hold, the
            lifeline among them; None for all but the streams.
    """
    try:
        # Everything but the lifeline goes: locks, or they would outlive the keeper; the lifeline's write end above all.
        os.dup2(lifeline, 0)
        _close(opened)
        processes.adopt_orphans()
        guardian = os.getpid()
        pod = processes.fork()
        if pod:
            _keep(command, pod)
    except BaseException:
        os._exit(70)
    _prepare(command, guardian, opened)


def become(command: RankCommand) -> NoReturn:
    """Replace this process, which is prepared, by the command's program."""
    try:
        # What is ignored stays so over an exec, and Python ignores SIGPIPE.
        for number in _TOLD + _OF_A_TERMINAL:
            signal(number, SIG_DFL)
        pthread_sigmask(SIG_SETMASK, ())
        os.execve(command.argv[0], command.argv, command.env)
    except OSError as error:
        _say_why_not(error)


def _close(opened: Sequence[int] | None) -> None:
    if opened is None:
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    for fd in opened or ():
        os.close(fd)


def _keep(command: RankCommand, pod: int) -> NoReturn:
    gc.freeze()
    gc.disable()
    for number in _OF_A_TERMINAL:
        signal(number, SIG_IGN)
    signal(SIGTERM, lambda number, frame: processes.kill(pod, SIGTERM))
    signal(SIGUSR1, lambda number, frame: processes.kill(pod, SIGKILL))
    pthread_sigmask(SIG_UNBLOCK, _TOLD + _OF_A_TERMINAL)
    cut = _await_end(pod, command.stands_back)
    processes.kill(pod)
    _, status, usage = os.wait4(pod, 0)
    processes.end_children()
    _write_end(command.exit, pod, status, usage.ru_maxrss * 1024, cut)
    os._exit(0)


def _await_end(pod: int, stands_back: bool) -> bool:
    """Return when the pod has ended, False, or the keeper is gone, True."""
    poller = select.poll()
    pod_fd = os.pidfd_open(pod)
    poller.register(pod_fd, select.POLLIN)
    poller.register(0, select.POLLIN)
    while stands_back and not poller.poll(_STANDING_SECONDS * 1000):
        stands_back = not stand_back(pod)
    return all(fd != pod_fd for fd, _ in poller.poll())


def _prepare(command: RankCommand, guardian: int, opened: Sequence[int] | None) -> None:
    try:
        log = os.open(command.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
        null = os.open("/dev/null", os.O_RDONLY)
        os.dup2(null, 0)
        _close(None if opened is None else [log, null])
        os.setsid()
        processes.die_with_parent(guardian)
        if command.stands_back:
            stand_back(os.getpid())
        if command.cores:
            os.sched_setaffinity(0, command.cores)
        if command.umask >= 0:
            os.umask(command.umask)
        os.chdir(command.cwd)
    except OSError as error:
        _say_why_not(error)
    except BaseException:
        os._exit(127)


def _say_why_not(error: OSError) -> NoReturn:
    os.write(2, f"The rank could not start: {error.strerror}: {error.filename}\n".encode())
    os._exit(127)


def _write_end(path: str, pid: int, status: int, peak: int, cut: bool) -> None:
    if os.WIFSIGNALED(status):
        how = f'"code":null,"signal":{os.WTERMSIG(status)}'
    else:
        how = f'"code":{os.WEXITSTATUS(status)},"signal":null'
    end = f'{{"pid":{pid},"time":{time.time()!r},{how},"peak":{peak},"cut":{"true" if cut else "false"}}}'
    draft = f"{path}.{os.getpid()}.tmp"
    try:
        fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        os.write(fd, end.encode())
        os.close(fd)
        os.replace(draft, path)
    except OSError:
        # A full disk or a vanished folder must not keep the guardian alive; the keeper then says what it does not know.
        pass
