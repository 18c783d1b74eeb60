"""Clients that ask as fast as they are answered: a process of its own, the same for every server.

``python bench/load.py JSON``; it prints what came of it as JSON. Standard library only, one thread, no event loop:
what it costs itself is little beside the servers that share the machine with it.
"""

from __future__ import annotations

import json
import re
import select
import socket
import sys
import time
from typing import Any

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_CLOSES = re.compile(rb"connection: *close", re.IGNORECASE)
_WAIT_SECONDS = 40.0


class Client:
    """One connection, which asks again when it has its answer."""

    def __init__(self, address: str | tuple[str, int], request: bytes) -> None:
        self._address = address
        self._request = request
        self._answer = b""
        self._needed = 0
        self._begun = 0.0
        self.socket = self._connected()

    def ask(self) -> None:
        """Send the request."""
        self._answer, self._needed = b"", 0
        self._begun = time.perf_counter()
        try:
            self.socket.sendall(self._request)
        except OSError:
            # The server has closed it since the last answer, as it may.
            self.socket.close()
            self.socket = self._connected()
            self.socket.sendall(self._request)

    def read(self) -> tuple[int, float] | None:
        """Return status and seconds of an answer that is whole; None if it is not yet. 0 is none at all."""
        try:
            part = self.socket.recv(1 << 18)
        except OSError:
            part = b""
        if not part:
            # Counted; then it goes on.
            self.socket.close()
            self.socket = self._connected()
            return 0, time.perf_counter() - self._begun
        self._answer = self._answer + part if self._answer else part
        if not self._needed:
            end = self._answer.find(b"\r\n\r\n")
            if end < 0:
                return None
            found = _LENGTH.search(self._answer, 0, end)
            self._needed = end + 4 + (int(found[1]) if found else 0)
        if len(self._answer) < self._needed:
            return None
        taken = time.perf_counter() - self._begun
        if _CLOSES.search(self._answer, 0, self._answer.find(b"\r\n\r\n")):
            self.socket.close()
            self.socket = self._connected()
        return int(self._answer[9:12]), taken

    def _connected(self) -> socket.socket:
        end = time.monotonic() + _WAIT_SECONDS
        while True:
            family = socket.AF_UNIX if isinstance(self._address, str) else socket.AF_INET
            made = socket.socket(family)
            try:
                made.connect(self._address)
            except OSError:
                made.close()
                if time.monotonic() > end:
                    raise
                time.sleep(0.01)
            else:
                if family == socket.AF_INET:
                    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return made


def main(told: dict[str, Any]) -> dict[str, Any]:
    """Ask, and return what came of it.

    Args:
        told: ``socket`` or ``port``; ``request``, the text of one; ``clients``; ``requests`` or ``seconds``.
    """
    address = told.get("socket") or ("127.0.0.1", told["port"])
    clients = [Client(address, told["request"].encode()) for _ in range(told["clients"])]
    poll = select.epoll()
    of: dict[int, Client] = {}
    begun = time.perf_counter()
    end = begun + told.get("seconds", 1e9)
    left = told.get("requests", 1 << 60) - len(clients)
    statuses: dict[int, int] = {}
    times: list[float] = []
    for client in clients:
        client.ask()
        of[client.socket.fileno()] = client
        poll.register(client.socket, select.EPOLLIN)
    while of:
        ready = poll.poll(_WAIT_SECONDS)
        if not ready:
            statuses[0] = statuses.get(0, 0) + len(of)
            break
        for descriptor, _ in ready:
            client = of.pop(descriptor)
            before = client.socket
            answer = client.read()
            if answer is not None:
                status, seconds = answer
                statuses[status] = statuses.get(status, 0) + 1
                times.append(seconds)
                left -= 1
                if left < 0 or time.perf_counter() > end:
                    client.socket.close()
                    continue
                client.ask()
            of[client.socket.fileno()] = client
            if client.socket is not before:
                poll.register(client.socket, select.EPOLLIN)
    took = time.perf_counter() - begun
    times.sort()
    return {
        "answers": len(times),
        "failed": sum(count for status, count in statuses.items() if status != 200),
        "statuses": statuses,
        "seconds": took,
        "rate": len(times) / took,
        "p50": 1000 * times[len(times) // 2],
        "p99": 1000 * times[int(0.99 * len(times))],
        "max": 1000 * times[-1],
    }


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]))))
