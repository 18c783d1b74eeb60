"""The router of an endpoint: one is always there, and knows where requests go."""

from __future__ import annotations

from typing import Any

from jupyter_mlops import wire
from jupyter_mlops.platforms.local import lastwords, ports, programs
from jupyter_mlops.platforms.local.bases import Base
from jupyter_mlops.platforms.local.controls import Control, Ticket
from jupyter_mlops.platforms.local.members import Member
from jupyter_mlops.store.endpoints import CONTROL, PUBLIC
from jupyter_mlops.store.files import write_atomic

SILENT_SECONDS = 10.0
"""A router that takes longer for an answer, or to listen, is replaced."""
_PAUSES = (0.0, 0.2, 1.0, 5.0, 15.0)

Routes = dict[str, Any]


class Router:
    """Starts the router, or adopts it, and tells it the routes.

    Attributes:
        failure: Why it cannot be started, or does not stay; empty while all is well.
        control: How it is asked.
    """

    def __init__(self, base: Base) -> None:
        self.control = Control()
        self.failure = ""
        self._base = base
        self._member: Member | None = None
        self._python = ""
        self._ends = 0
        self._next_start = 0.0
        self._since = 0.0
        self._wanted: Routes | None = None
        self._told: Routes | None = None
        self._ticket: Ticket | None = None
        self._is_ending = False

    @property
    def pid(self) -> int:
        """Return its process; 0 while there is none."""
        return self._member.pid if self._member is not None else 0

    @property
    def part(self) -> str:
        """Return what its process is called; empty while there is none."""
        return self._member.part if self._member is not None else ""

    @property
    def fds(self) -> list[int]:
        """Return what becomes readable when there is something to do."""
        return [fd for fd in (self.control.fd, self._member.fd if self._member else -1) if fd >= 0]

    @property
    def is_busy(self) -> bool:
        """Say whether it is about to come up, or has not confirmed what it was told."""
        return not self.control.is_open or self._told != self._wanted

    def use(self, python: str) -> None:
        """Let ``python`` be the interpreter of the next router."""
        self._python = python

    def adopt(self, pid: int, ticks: int) -> None:
        """Take the router that another keeper has started, if it is there."""
        self._member = Member.adopt(pid, ticks, self._log)
        self._since = self._base.now()

    def want(self, routes: Routes) -> None:
        """Let requests go where ``routes`` says."""
        self._wanted = routes
        self._tell()

    def has_taken(self, routes: Routes) -> bool:
        """Say whether the next request goes where ``routes`` says."""
        return self.control.is_open and self._told == routes

    def look(self) -> None:
        """Start it where it is missing, connect, and read what it says."""
        now = self._base.now()
        if self._member is not None and self._member.is_over():
            self._ended(self._member)
        if self._member is None:
            if not self._is_ending and now >= self._next_start and self._python:
                self._start()
            return
        if not self.control.is_open:
            self._told, self._ticket = None, None
            if self.control.open(str(self._base.sockets / CONTROL)):
                self._since = now
        self.control.look()
        self._read_ticket(now)
        self._tell()
        is_silent = self._ticket is not None or not self.control.is_open
        if is_silent and now - self._since > SILENT_SECONDS:
            self._member.kill()

    def end(self) -> None:
        """Ask it to end, after what it is answering."""
        self._is_ending = True
        if self._member is not None:
            self.control.ask("stop")
            self._member.terminate()

    def kill(self) -> None:
        """End it now."""
        self._is_ending = True
        if self._member is not None:
            self._member.kill()

    def cut_log(self) -> None:
        """Keep its log short."""
        if self._member is not None:
            self._member.cut_log()

    @property
    def _log(self) -> str:
        return str(self._base.folder / "logs" / "router.log")

    def _start(self) -> None:
        config = self._base.sockets / "router.json"
        told = {
            "endpoint": self._base.name,
            "folder": str(self._base.folder),
            "socket": str(self._base.sockets / PUBLIC),
            "control": str(self._base.sockets / CONTROL),
            "revive": programs.keeper(self._base.home.path, self._base.folder),
            "port": self._base.keeper.status.port,
            "token": ports.token(self._base.folder) if self._base.keeper.status.port else "",
        }
        try:
            write_atomic(config, wire.encode(told))
            argv = programs.serving(self._python, "router", config)
            environment = programs.environment(self._base.folder, {})
            self._member = Member.start(argv, environment, self._base.part("router"), self._log)
        except OSError as error:
            self.failure = f"The router cannot be started: {error.strerror}: {self._python}."
            self._pause()
            return
        self._since = self._base.now()
        self._base.keeper.router_started(self._member.pid)

    def _ended(self, member: Member) -> None:
        why = lastwords.sentence(self._python, self._log, member.logged, member.reap())
        member.end_rest()
        member.close()
        self.control.close()
        lived = self._base.now() - self._since
        self._member, self._told, self._ticket = None, None, None
        if not self._is_ending:
            self._ends = self._ends + 1 if lived < 10.0 else 1
            self.failure = f"The router has ended: {why}." if self._ends > 2 else ""
            self._pause()

    def _pause(self) -> None:
        self._next_start = self._base.now() + _PAUSES[min(self._ends, len(_PAUSES)) - 1 if self._ends else 1]

    def _tell(self) -> None:
        if self._wanted is not None and self.control.is_open and self._ticket is None and self._told != self._wanted:
            self._ticket = self.control.ask("routes", routes=self._wanted)
            self._asked = self._wanted
            self._since = self._base.now()

    def _read_ticket(self, now: float) -> None:
        ticket = self._ticket
        if ticket is None:
            return
        if ticket.is_lost:
            self._ticket = None
        elif ticket.answer is not None:
            self._ticket, self._since = None, now
            if ticket.answer.get("ok"):
                self._told, self.failure = self._asked, ""
            else:
                self.failure = str(ticket.answer.get("why", ""))
