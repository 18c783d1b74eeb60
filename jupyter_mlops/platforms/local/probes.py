"""Asks a replica something without waiting: one connection, which is looked at again and again."""

from __future__ import annotations

import _socket
import os

_BLOCK_BYTES = 1 << 16


class Question:
    """One request to a replica. A replica that listens and has not loaded its model keeps it waiting.

    Attributes:
        fd: What becomes readable when there is an answer; -1 while there is no connection.
        status: Of the answer; 0 while there is none.
        body: Of the answer.
        is_over: Whether nothing more will come.
    """

    def __init__(self, socket: str, path: str) -> None:
        self.fd, self.status, self.body, self.is_over = -1, 0, b"", False
        self._read = b""
        self._socket: _socket.socket | None = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        try:
            self._socket.setblocking(False)
            self._socket.connect(socket)
            self._socket.send(f"GET {path} HTTP/1.1\r\nHost: replica\r\nConnection: close\r\n\r\n".encode())
            self.fd = self._socket.fileno()
        except OSError:
            self.close()

    def look(self) -> bool:
        """Read what has come; say whether that is all."""
        while self._socket is not None:
            try:
                block = self._socket.recv(_BLOCK_BYTES)
            except BlockingIOError:
                break
            except OSError:
                block = b""
            self._read += block
            if not block:
                self._take()
        return self.is_over

    def close(self) -> None:
        """Hang up. Idempotent."""
        if self._socket is not None:
            self._socket.close()
        self._socket, self.fd, self.is_over = None, -1, True

    def _take(self) -> None:
        head, _, self.body = self._read.partition(b"\r\n\r\n")
        words = head.split(b" ", 2)
        self.status = int(words[1]) if len(words) > 2 and words[1].isdigit() else 0
        self.close()


class Probe:
    """Whether a replica answers.

    Attributes:
        fd: What becomes readable when there is something to see; -1 if nothing tells that.
    """

    def __init__(self, socket: str) -> None:
        self._socket = socket
        self._question: Question | None = None

    @property
    def fd(self) -> int:
        return self._question.fd if self._question is not None else -1

    def look(self) -> bool:
        """Say whether the replica has answered that it is ready."""
        if self._question is None:
            if not os.path.exists(self._socket):
                return False
            self._question = Question(self._socket, "/v2/health/ready")
        if not self._question.look():
            return False
        status, self._question = self._question.status, None
        return status == 200

    def close(self) -> None:
        """Hang up. Idempotent."""
        if self._question is not None:
            self._question.close()
            self._question = None
