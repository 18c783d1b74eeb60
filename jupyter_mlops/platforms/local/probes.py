"""Asks a replica whether it answers, without waiting: one connection, which is looked at again and again."""

from __future__ import annotations

import _socket
import os

_REQUEST = b"GET /v2/health/ready HTTP/1.1\r\nHost: replica\r\nConnection: close\r\n\r\n"
_DONT_WAIT = getattr(_socket, "MSG_DONTWAIT", 0)


class Probe:
    """Of one replica. A replica that listens and has not loaded its model keeps the connection waiting.

    Attributes:
        fd: What becomes readable when there is an answer; -1 while there is no connection.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._socket: _socket.socket | None = None
        self._answer = b""
        self.fd = -1

    def look(self) -> bool:
        """Say whether the replica has answered that it is ready."""
        if self._socket is None and not self._connect():
            return False
        return self._read()

    def close(self) -> None:
        """Hang up. Idempotent."""
        if self._socket is not None:
            self._socket.close()
        self._socket, self._answer, self.fd = None, b"", -1

    def _connect(self) -> bool:
        if not os.path.exists(self._path):
            return False
        found = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        try:
            found.setblocking(False)
            found.connect(self._path)
            found.send(_REQUEST)
        except OSError:
            found.close()
            return False
        self._socket, self.fd = found, found.fileno()
        return True

    def _read(self) -> bool:
        assert self._socket is not None
        try:
            data = self._socket.recv(1 << 12)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        self._answer += data
        status, _, rest = self._answer.partition(b"\r\n")
        if rest or not data:
            is_ready = status.split(b" ")[1:2] == [b"200"]
            self.close()
            return is_ready
        return False
