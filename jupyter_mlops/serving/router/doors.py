"""Where an endpoint is entered: a Unix socket, and a port for those who know the token."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from typing import TYPE_CHECKING

from .inbound import Inbound

if TYPE_CHECKING:
    from .router import Router

_BACKLOG = 1024


class Doors:
    """The listening sockets.

    Attributes:
        port: That is open; 0 if none is.
    """

    def __init__(self, router: Router) -> None:
        self.port = 0
        self._router = router
        self._unix: asyncio.Server | None = None
        self._tcp: asyncio.Server | None = None

    async def open_socket(self, path: str) -> None:
        """Listen on a Unix socket, in the place of whoever did before."""
        self._unix = await self._router.loop.create_unix_server(
            lambda: Inbound(self._router), sock=bound_socket(path), backlog=_BACKLOG
        )

    async def open_port(self, port: int, token: str) -> str:
        """Listen on a port of the loopback device in the place of the one before, or on none; return why not."""
        if not 0 <= port < 1 << 16:
            return f"{port} is no port; choose one from 1024 to 65535."
        if port and not token:
            return "A port needs a token."
        if port and port == self.port:
            await self._close_port()
        if port:
            secret = f"Bearer {token}".encode()
            try:
                server = await self._router.loop.create_server(
                    lambda: Inbound(self._router, secret), "127.0.0.1", port, backlog=_BACKLOG
                )
            except OSError as error:
                return _why(port, error)
        await self._close_port()
        if port:
            self._tcp, self.port = server, port
        return ""

    async def close(self) -> None:
        """Let nobody in any more."""
        await self._close_port()
        if self._unix is not None:
            self._unix.close()

    async def _close_port(self) -> None:
        server, self._tcp, self.port = self._tcp, None, 0
        if server is not None:
            server.close()


def bound_socket(path: str) -> socket.socket:
    """Return a socket that is bound to a path, which until now may have been another one's."""
    fresh = f"{path}.{os.getpid()}"
    found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        found.bind(fresh)
        os.chmod(fresh, 0o600)
        # Connections that come before anybody accepts them wait, so that there is no moment without a door.
        found.listen(_BACKLOG)
        os.rename(fresh, path)
    except OSError:
        found.close()
        raise
    return found


def _why(port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program; choose another one."
    if error.errno == errno.EACCES:
        return f"Port {port} is reserved for the system; choose one from 1024 on."
    return f"Port {port} cannot be opened: {error}."
