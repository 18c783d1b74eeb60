"""The router's process."""

from __future__ import annotations

import asyncio
import gc
import os
import resource
import signal
import time

import uvloop

from .config import Config
from .control import LINE_BYTES, Control
from .doors import Doors, bound_socket
from .router import Router

LOOK_SECONDS = 2.0
"""Between two looks at what takes too long."""


def main(config_path: str) -> int:
    """Route requests until told to end; return 0."""
    config = Config.read(config_path)
    _raise_file_limit()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(config))
    return 0


async def _serve(config: Config) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    # Keepers that were started here are nobody's business once they run.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    router = Router(config, loop)
    doors = Doors(router)
    control = Control(router, doors, stop.set)
    listener = await asyncio.start_unix_server(control.serve, sock=bound_socket(config.control), limit=LINE_BYTES)
    await doors.open_socket(config.socket)
    why = await doors.open_port(config.port, config.token) if config.port else ""
    _say(why or "the router listens")
    control.wait_for_keeper()
    # What is there now stays; the collector need not look at it again.
    gc.collect()
    gc.freeze()
    await _until(stop, router)
    await _drain(router, doors)
    listener.close()
    control.hang_up()
    _say("the router ends")


async def _until(stop: asyncio.Event, router: Router) -> None:
    """Return when the router is to end; look at clients and the folder until then."""
    seconds = min(LOOK_SECONDS, router.config.look)
    looked = time.monotonic()
    while True:
        try:
            async with asyncio.timeout(seconds):
                await stop.wait()
                return
        except TimeoutError:
            router.look_at_clients()
        if time.monotonic() - looked >= router.config.look:
            looked = time.monotonic()
            if not os.path.isdir(router.config.folder):
                _say("the endpoint's folder is gone")
                return


async def _drain(router: Router, doors: Doors) -> None:
    await doors.close()
    router.stopping = True
    for client in list(router.clients):
        client.drain()
    end = time.monotonic() + router.config.drain
    while router.clients and time.monotonic() < end:
        await asyncio.sleep(0.02)
    for client in list(router.clients):
        client.transport.abort()


def _raise_file_limit() -> None:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _say(sentence: str) -> None:
    print(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {sentence}", flush=True)
