"""Uvicorn's HTTP protocol on sockets that are there already, without its server.

That server wakes ten times a second, and knows nothing of an end whose time is not its own to choose.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from typing import Any

import uvloop
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

KEEP_ALIVE_SECONDS = 3600
"""Only the router connects, which keeps what it has."""
DRAIN_SECONDS = 30.0
LOOK_SECONDS = 10.0


class Corked:
    """A connection that sends an answer's head with its body: for who reads, each part would be a turn of its own."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head = b""

    def write(self, data: bytes) -> None:
        """Send what there is, unless it is an answer's head."""
        if not self._head and data.startswith(b"HTTP/1.1 ") and not data.startswith(b"HTTP/1.1 100"):
            self._head = data
            return
        data, self._head = self._head + data, b""
        self._transport.write(data)

    def flush(self) -> None:
        """Send a head that no body follows."""
        if self._head:
            self.write(b"")

    def close(self) -> None:
        """Send everything, and close."""
        self.flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Protocol(HttpToolsProtocol):
    """Uvicorn's, with answers in one piece."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(Corked(transport))  # type: ignore[arg-type]

    def on_response_complete(self) -> None:
        self.transport.flush()  # type: ignore[attr-defined]
        super().on_response_complete()


def serve(app: Any, sockets: list[socket.socket], folder: str) -> None:
    """Answer until SIGTERM, or until a folder is gone; then answer what has been asked, and return."""
    uvloop.run(_serve(app, sockets, folder))


async def _serve(app: Any, sockets: list[socket.socket], folder: str) -> None:
    config = Config(
        app,
        http=Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
    config.load()
    state = ServerState()
    state.tasks = app.requests
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)

    def protocol() -> asyncio.Protocol:
        return Protocol(config=config, server_state=state, app_state={})

    servers = []
    for each in sockets:
        make = loop.create_unix_server if each.family == socket.AF_UNIX else loop.create_server
        servers.append(await make(protocol, sock=each, backlog=2048))
    watching = loop.create_task(_watch(folder, ended))
    await ended.wait()
    watching.cancel()
    for server in servers:
        server.close()
    await _drain(state)


async def _watch(folder: str, ended: asyncio.Event) -> None:
    """End a process whose endpoint was deleted while nobody kept it."""
    while os.path.isdir(folder):
        await asyncio.sleep(LOOK_SECONDS)
    ended.set()


async def _drain(state: ServerState) -> None:
    for connection in list(state.connections):
        connection.shutdown()
    end = asyncio.get_running_loop().time() + DRAIN_SECONDS
    while (state.connections or state.tasks) and asyncio.get_running_loop().time() < end:
        await asyncio.sleep(0.01)
