"""The keeper's connection to its router: one line of JSON each way, never waited for."""

from __future__ import annotations

import _socket
from collections import deque
from typing import Any

import msgspec

_BLOCK_BYTES = 1 << 18


class Ticket:
    """What was asked of the router.

    Attributes:
        answer: What it said; None while it has not.
        is_lost: Whether it cannot answer any more.
    """

    def __init__(self) -> None:
        self.answer: dict[str, Any] | None = None
        self.is_lost = False


class Control:
    """One connection. Not open at first, and no longer once ``is_open`` is False.

    Attributes:
        fd: What becomes readable when there is an answer; -1 while it is not open.
    """

    def __init__(self) -> None:
        self.fd = -1
        self._socket: _socket.socket | None = None
        self._read = b""
        self._unsent = b""
        # The router answers in the order in which it is asked.
        self._tickets: deque[Ticket] = deque()
        self._number = 0

    @property
    def is_open(self) -> bool:
        """Say whether the router can be asked."""
        return self._socket is not None

    def open(self, path: str) -> bool:
        """Connect; say whether that worked."""
        found = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        try:
            found.setblocking(False)
            found.connect(path)
        except OSError:
            found.close()
            return False
        self._socket, self.fd = found, found.fileno()
        return True

    def ask(self, verb: str, **rest: Any) -> Ticket:
        """Ask for something; the ticket has the answer once ``look`` has read it."""
        ticket = Ticket()
        if self._socket is None:
            ticket.is_lost = True
            return ticket
        self._number += 1
        self._tickets.append(ticket)
        self._unsent += msgspec.json.encode({"id": self._number, "do": verb, **rest}) + b"\n"
        self._send()
        return ticket

    def look(self) -> None:
        """Read what has been answered, and send what could not be sent."""
        self._send()
        while self._socket is not None and (block := self._receive()):
            self._read += block
            *lines, self._read = self._read.split(b"\n")
            for line in lines:
                self._take(line)

    def close(self) -> None:
        """Hang up; what is not answered never will be. Idempotent."""
        if self._socket is not None:
            self._socket.close()
        self._socket, self.fd, self._read, self._unsent = None, -1, b"", b""
        for ticket in self._tickets:
            ticket.is_lost = True
        self._tickets.clear()

    def _take(self, line: bytes) -> None:
        if not self._tickets:
            return
        ticket = self._tickets.popleft()
        try:
            ticket.answer = msgspec.json.decode(line, type=dict[str, Any])
        except msgspec.DecodeError:
            ticket.is_lost = True

    def _send(self) -> None:
        while self._socket is not None and self._unsent:
            try:
                self._unsent = self._unsent[self._socket.send(self._unsent) :]
            except BlockingIOError:
                return
            except OSError:
                self.close()

    def _receive(self) -> bytes:
        assert self._socket is not None
        try:
            block = self._socket.recv(_BLOCK_BYTES)
        except BlockingIOError:
            return b""
        except OSError:
            block = b""
        if not block:
            self.close()
        return block
