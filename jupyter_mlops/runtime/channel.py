"""Short talks over Unix sockets between processes of one user: JSON, and descriptors beside it.

By the C module behind ``socket``: whoever is forked from a process that talks like this has imported nothing more than
a process that was started. Standard library only.
"""

from __future__ import annotations

import os
from _socket import (  # ``socket`` itself imports enum
    AF_UNIX,
    CMSG_LEN,
    SCM_RIGHTS,
    SOCK_CLOEXEC,
    SOCK_STREAM,
    SOL_SOCKET,
    socket,
)

from jupyter_mlops.runtime.bundle import decode
from jupyter_mlops.runtime.records import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

GO = b"1"
"""What the asker says when it has heard the answer: from then on what was made for it may act."""

_MOST_FDS = 8
_HEAD = 4
_WORD = 4


class Hangup(Exception):
    """The other side is not there, says nothing in time, or something that makes no sense."""


class Channel:
    """One end of a talk.

    Attributes:
        fd: The descriptor of the socket.
    """

    def __init__(self, end: Any) -> None:
        self._end = end
        self.fd: int = end.fileno()

    def send(self, content: object, fds: Sequence[int] = ()) -> None:
        """Say ``content``, of plain values, and give descriptors along.

        Raises:
            Hangup: nobody hears it.
        """
        data = encode(content).encode("utf-8", "surrogatepass")
        message = len(data).to_bytes(_HEAD, "little") + data
        rights = b"".join(fd.to_bytes(_WORD, "little") for fd in fds)
        try:
            sent = self._end.sendmsg([message], [(SOL_SOCKET, SCM_RIGHTS, rights)] if fds else [])
            # The other side may have heard all, and have gone.
            if sent < len(message):
                self._end.sendall(message[sent:])
        except OSError as error:
            raise Hangup(str(error)) from error

    def receive(self) -> tuple[Any, list[int]]:
        """Return what the other side says, and the descriptors that came along, which are this process's own now.

        Raises:
            Hangup: it says nothing, or not all of it.
        """
        fds: list[int] = []
        try:
            data, rights, _, _ = self._end.recvmsg(65536, CMSG_LEN(_MOST_FDS * _WORD))
            for _, _, words in rights:
                fds += [int.from_bytes(words[at : at + _WORD], "little") for at in range(0, len(words), _WORD)]
            while len(data) < _HEAD or len(data) < _HEAD + int.from_bytes(data[:_HEAD], "little"):
                more = self._end.recv(65536)
                if not more:
                    raise Hangup("The other side is gone.")
                data += more
            for fd in fds:
                os.set_inheritable(fd, False)
            return decode(data[_HEAD:].decode("utf-8", "surrogatepass")), fds
        except (OSError, ValueError, StopIteration, Hangup) as error:
            for fd in fds:
                os.close(fd)
            raise Hangup(str(error)) from error

    def say_go(self) -> None:
        """Let what was made for this side act.

        Raises:
            Hangup: it is gone.
        """
        try:
            self._end.sendall(GO)
        except OSError as error:
            raise Hangup(str(error)) from error

    def hears_go(self) -> bool:
        """Wait for the other side to let this one act; False if it does not want it any more."""
        try:
            return bool(self._end.recv(1) == GO)
        except OSError:
            return False

    def wait_at_most(self, seconds: float) -> None:
        """Give up with ``Hangup`` what takes longer than ``seconds`` from now on."""
        self._end.settimeout(seconds)

    def close(self) -> None:
        """End the talk."""
        self._end.close()

    def forget(self) -> None:
        """Leave the descriptor alone, which somebody else has closed."""
        self._end.detach()


class Listener:
    """Takes talks at an address, which is a path and belongs to the one who listened there last."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._end = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC)
        draft = f"{path}.{os.getpid()}"
        self._end.bind(draft)
        self._end.listen(256)
        self._inode = os.stat(draft).st_ino
        os.rename(draft, path)
        self.fd: int = self._end.fileno()

    def accept(self) -> Channel:
        """Return the next talk."""
        fd, _ = self._end._accept()  # type: ignore[attr-defined]  # typeshed does not know it
        return Channel(socket(AF_UNIX, SOCK_STREAM, 0, fd))

    def is_here(self) -> bool:
        """Say whether who comes to the address comes to this."""
        try:
            return os.stat(self.path).st_ino == self._inode
        except OSError:
            return False

    def forget(self) -> None:
        """Leave the descriptor alone, which somebody else has closed."""
        self._end.detach()

    def leave(self) -> None:
        """Take nobody any more."""
        if self.is_here():
            os.unlink(self.path)


def call(path: str, seconds: float) -> Channel:
    """Return a talk with whoever listens at ``path``, who has ``seconds`` for each answer.

    Raises:
        Hangup: nobody listens there.
    """
    end = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC)
    end.settimeout(seconds)
    try:
        end.connect(path)
    except OSError as error:
        end.close()
        raise Hangup(str(error)) from error
    return Channel(end)
