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


def serve(app: Any, sockets: list[socket.socket], folder: str) -> None:
    """Answer until SIGTERM, or until a folder is gone; then answer what has been asked, and return."""
    uvloop.run(_serve(app, sockets, folder))


async def _serve(app: Any, sockets: list[socket.socket], folder: str) -> None:
    config = Config(
        app,
        http=HttpToolsProtocol,
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
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)

    def protocol() -> asyncio.Protocol:
        return HttpToolsProtocol(config=config, server_state=state, app_state={})

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
