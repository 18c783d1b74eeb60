"""A template: an interpreter that has imported what a cell imports, runs nothing, and forks the ranks of runs.

    keeper ──asks──► template ──fork──► guardian ──fork──► rank, which goes on to the bootstrap

A rank that was forked is as one that was started: ``fresh`` and ``guardian`` see to it, and what they could not make
so is refused, with a sentence, and the rank is started as others are. Modules come from installed packages only, and
what changes on the disk ends the template: a stale module would be a lie.

Standard library only. Needs Python 3.9, for ``os.pidfd_open``.
"""

from __future__ import annotations

import gc
import os
import select
import sys
import time
from _signal import SIG_DFL, SIG_IGN, SIGCHLD, signal  # type: ignore[import-not-found]  # as in ``guardian``

from jupyter_mlops.runtime import bootstrap, fresh, guardian, inventory, late, processes, whynot  # noqa: F401  # for ranks
from jupyter_mlops.runtime.bundle import decode
from jupyter_mlops.runtime.channel import Channel, Hangup, Listener
from jupyter_mlops.runtime.process import open_streams, teach_modules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

LOOK_SECONDS = 2.0
ASK_SECONDS = 1.0
_GO_SECONDS = 10.0
_LEAST_FREE = 0.1
"""A template ends when less than this part of the memory is left."""


def serve() -> None:
    """Import what is wanted and fork ranks until there is a reason to end. Return only in ranks.

    ``argv[1]`` is JSON: ``socket``, where to listen; ``home``, with which it ends; ``imports``; ``idle``, the seconds
    after which a template that nobody has asked ends.
    """
    _Template(decode(sys.argv.pop())).serve()


class _Template:
    def __init__(self, plan: dict[str, Any]) -> None:
        self.home: str = plan["home"]
        self.socket: str = plan["socket"]
        self.idle: float = plan["idle"]
        self.room = fresh.Room()
        # Ranks print by these streams, and modules that keep one keep the right one.
        open_streams()
        teach_modules()
        self.inventory = inventory.Inventory()
        self.skipped = self.inventory.load(plan["imports"])

    def serve(self) -> None:
        if obstacle := self.inventory.obstacle():
            self._end(obstacle, for_good=True)
        gc.collect()
        gc.freeze()
        signal(SIGCHLD, SIG_IGN)
        self.listener = Listener(self.socket)
        whynot.tell(self.socket, "it was killed")
        poller = select.poll()
        poller.register(self.listener.fd, select.POLLIN)
        self.used = time.monotonic()
        while True:
            if not poller.poll(LOOK_SECONDS * 1000):
                if why := self._reason_to_end():
                    self._end(why)
            elif self._is_rank_now(self.listener.accept()):
                return

    def _reason_to_end(self) -> str:
        if not os.path.isdir(self.home) or not self.listener.is_here():
            return "it is not wanted any more"
        if time.monotonic() - self.used > self.idle:
            return f"nobody had used it for {self.idle / 60:.0f} min"
        if _free_memory() < _LEAST_FREE:
            return "the memory was getting short"
        return ""

    def _end(self, why: str, *, for_good: bool = False) -> NoReturn:
        try:
            whynot.tell(self.socket, why, for_good=for_good)
            if not for_good:
                self.listener.leave()
        finally:
            os._exit(0)

    def _is_rank_now(self, channel: Channel) -> bool:
        fds: list[int] = []
        try:
            channel.wait_at_most(ASK_SECONDS)
            wish, fds = channel.receive()
            if self._takes(wish, channel) and self._fork(wish, channel, fds[0]):
                return True
        except (Hangup, OSError):
            # Who asked starts the rank without this.
            pass
        channel.close()
        for fd in fds:
            os.close(fd)
        return False

    def _takes(self, wish: dict[str, Any], channel: Channel) -> bool:
        stale = self.inventory.change()
        why = stale or self.inventory.shadow([wish["cwd"], *wish["path"]])
        if not why:
            self.used = time.monotonic()
            os.utime(self.socket)
            return True
        channel.send({"why": why})
        if stale:
            self._end(stale)
        return False

    def _fork(self, wish: dict[str, Any], channel: Channel, lifeline: int) -> bool:
        before = guardian.block()
        pid = processes.fork()
        if pid:
            guardian.unblock(before)
            self._answer(channel, pid)
            return False
        command = _await_go(wish, channel)
        guardian.guard(command, lifeline, [self.listener.fd, channel.fd, lifeline])
        self.listener.forget()
        channel.forget()
        self._become(command)
        guardian.unblock(set())
        return True

    def _answer(self, channel: Channel, pid: int) -> None:
        fd = os.pidfd_open(pid)
        try:
            channel.send({"pid": pid}, [fd])
        finally:
            os.close(fd)

    def _become(self, command: guardian.RankCommand) -> None:
        fresh.environment(command.env, late.is_late)
        self.room.write(*(f"{name}={command.env[name]}" for name in late.MARKS if name in command.env))
        fresh.modules()
        self.inventory.restore_path()
        if hasattr(sys, "orig_argv"):
            sys.orig_argv[:] = command.argv


def _await_go(wish: dict[str, Any], channel: Channel) -> guardian.RankCommand:
    """Return, in a process that is to be a guardian, what it guards; end it if nobody wants it any more."""
    try:
        signal(SIGCHLD, SIG_DFL)
        channel.wait_at_most(_GO_SECONDS)
        if channel.hears_go():
            return guardian.RankCommand(
                wish["argv"],
                wish["env"],
                wish["cwd"],
                wish["log"],
                wish["exit"],
                cores=frozenset(wish["cores"]),
                umask=wish["umask"],
                stands_back=wish["stands_back"],
            )
    except BaseException:
        # Nobody is there whom it could be told.
        pass
    os._exit(70)


def _free_memory() -> float:
    """Return which part of the machine's memory could be had."""
    found = {}
    with open("/proc/meminfo", encoding="ascii") as file:
        for line in file:
            name, _, amount = line.partition(":")
            found[name] = int(amount.split()[0])
    return found.get("MemAvailable", 1) / found.get("MemTotal", 1)
