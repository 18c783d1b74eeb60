"""One process of an endpoint, a router or a replica: started so that it outlives its keeper, found again, ended whole.

A member is known by pid and start time, and everything that it starts by its environment: ``MARK`` names the endpoint,
``PART`` the member.
"""

from __future__ import annotations

import os
import select
from collections.abc import Iterator, Mapping, Sequence

from jupyter_mlops.platforms.local import processes, signals
from jupyter_mlops.store import machine

MARK = "JUPYTER_MLOPS_ENDPOINT"
"""The variable by which a process is known to belong to an endpoint's folder."""
PART = "JUPYTER_MLOPS_ENDPOINT_PART"
"""The variable by which a process is known to belong to one replica, or to the router."""

LOG_BYTES = 4 << 20
"""A log that is larger is cut; what it held so far is kept as ``.1``."""

_CLOSED = (signals.SIGTERM, signals.SIGINT, signals.SIGHUP, signals.SIGPIPE, signals.SIGCHLD, signals.SIGUSR1)


class Member:
    """A process that was started, or adopted.

    Attributes:
        part: Unique among all processes that the endpoint ever had.
        log: File of both its streams.
        logged: Size of the log when it started: what follows is its own.
    """

    def __init__(self, pid: int, part: str, log: str, *, logged: int = 0, is_child: bool = True) -> None:
        self.pid, self.part, self.log, self.logged = pid, part, log, logged
        self.fd = os.pidfd_open(pid)
        self._is_child = is_child

    @classmethod
    def start(
        cls, argv: Sequence[str], env: Mapping[str, str], part: str, log: str, leases: Sequence[int] = ()
    ) -> Member:
        """Start a process in a session of its own.

        Args:
            argv: Program and arguments.
            env: All of its environment but ``PART``.
            part: What it is called.
            log: File that takes both streams.
            leases: Locks that it, and all that it starts, is to hold as long as any of them lives.

        Raises:
            OSError: the program cannot be started.
        """
        logged = os.stat(log).st_size if os.path.exists(log) else 0
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        streams = [
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, log, flags, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ]
        for fd in leases:
            os.set_inheritable(fd, True)
        try:
            pid = os.posix_spawn(
                argv[0],
                list(argv),
                {**env, PART: part},
                file_actions=streams,
                setsid=True,
                setsigmask=(),
                setsigdef=_CLOSED,
            )
        finally:
            for fd in leases:
                os.set_inheritable(fd, False)
        return cls(pid, part, log, logged=logged)

    @classmethod
    def adopt(cls, pid: int, ticks: int, log: str) -> Member | None:
        """Return the process that another keeper has started; None if it is gone."""
        if not pid or machine.process_started(pid) != ticks:
            return None
        part = _variable(pid, PART)
        try:
            found = cls(pid, part, log, is_child=False)
        except ProcessLookupError:
            return None
        if not part or machine.process_started(pid) != ticks:
            found.close()
            return None
        return found

    def is_over(self) -> bool:
        """Say whether the process has ended."""
        poller = select.poll()
        poller.register(self.fd, select.POLLIN)
        return bool(poller.poll(0))

    def reap(self) -> int | None:
        """Return how it ended, as ``os.waitstatus_to_exitcode`` says it; None where only its parent could know."""
        if self._is_child:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:
                return None
            if pid:
                self._is_child = False
                return os.waitstatus_to_exitcode(status)
        return None

    def terminate(self) -> None:
        """Ask it to end."""
        self._signal(signals.SIGTERM)

    def kill(self) -> None:
        """End it, and whatever it has started."""
        self._signal(signals.SIGKILL)
        self.end_rest()

    def end_rest(self) -> None:
        """End what the process has left behind."""
        for pid in marked(f"{PART}={self.part}"):
            if pid != os.getpid():
                processes.kill(pid)

    def cut_log(self) -> None:
        """Keep the log short. Whoever writes to it appends, wherever its end is."""
        try:
            size = os.stat(self.log).st_size
            if size > LOG_BYTES:
                with open(self.log, "r+b") as file, open(f"{self.log}.1", "wb") as old:
                    while block := file.read(1 << 16):
                        old.write(block)
                    file.truncate(0)
                self.logged = 0
        except OSError:
            # A full disk: it is tried again.
            pass

    def close(self) -> None:
        """Let go of it. Idempotent."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def _signal(self, number: int) -> None:
        # By the descriptor: a pid may be another process's by now.
        try:
            signals.pidfd_send_signal(self.fd, number)
        except OSError:
            pass


def marked(*words: str) -> list[int]:
    """Return the live processes of this user whose environment has all of ``words``, such as ``NAME=value``."""
    wanted = [word.encode() for word in words]
    return [pid for pid in processes.own_processes() if _has(pid, wanted)]


def part_of(pid: int) -> str:
    """Return which member of its endpoint a process belongs to; empty if it is none, or gone."""
    return _variable(pid, PART)


def _has(pid: int, wanted: list[bytes]) -> bool:
    there = set(_environment(pid))
    return all(word in there for word in wanted)


def _variable(pid: int, name: str) -> str:
    start = f"{name}=".encode()
    return next((os.fsdecode(word[len(start) :]) for word in _environment(pid) if word.startswith(start)), "")


def _environment(pid: int) -> Iterator[bytes]:
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            yield from file.read().split(b"\0")
    except OSError:
        return
