"""A replica that answers what it was asked, with faults: ``python fake_replica.py SOCKET NAME``, or in a test's loop.

What a request's JSON says decides: ``{"sleep": 0.1}``, ``{"fault": "die"}`` (before an answer), ``"tear"`` (amidst it),
``"hang"``, ``"close"`` (answers, and closes without saying so), ``{"bytes": 1000000}``, ``{"chunked": true}``.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from typing import Any


class FakeReplica:
    """A replica in the loop of whoever makes it.

    Attributes:
        seen: Paths and heads of the requests that came.
        gone: Connections that were closed while their answer was awaited.
        ready: What it says of itself.
    """

    def __init__(self, socket: str, name: str) -> None:
        self.socket = socket
        self.name = name
        self.seen: list[tuple[str, bytes]] = []
        self.gone = 0
        self.ready = True
        self.connections = 0
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._busy = 0

    async def start(self) -> FakeReplica:
        if os.path.exists(self.socket):
            os.unlink(self.socket)
        self._server = await asyncio.start_unix_server(self._serve, self.socket, limit=1 << 20)
        return self

    async def stop(self) -> None:
        """Hear nobody any more, and hang up."""
        assert self._server is not None
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()

    async def drain(self) -> None:
        """End as a replica does on SIGTERM: answer what was asked, then hang up."""
        assert self._server is not None
        self._server.close()
        while self._busy:
            await asyncio.sleep(0.005)
        for writer in list(self._writers):
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        try:
            while await self._answer(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError):
            self.gone += 1
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return False
        self._busy += 1
        try:
            return await self._answer_to(head, reader, writer)
        finally:
            self._busy -= 1

    async def _answer_to(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        path = head.split(b" ", 2)[1].decode()
        lines = [line.partition(b": ") for line in head.lower().split(b"\r\n")]
        length = next((int(value) for name, _, value in lines if name == b"content-length"), 0)
        body = await reader.readexactly(length)
        if path == "/v2/health/ready":
            writer.write(b"HTTP/1.1 %d X\r\ncontent-length: 0\r\n\r\n" % (200 if self.ready else 503))
            return True
        self.seen.append((path, head))
        try:
            asked: dict[str, Any] = json.loads(body)
        except ValueError:
            asked = {}
        return await self._act(path, asked, len(body), reader, writer)

    async def _act(
        self, path: str, asked: dict[str, Any], length: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        fault = asked.get("fault")
        if fault == "die" and asked.get("at", self.name) == self.name:
            writer.transport.abort()
            return False
        if fault == "kill" and asked.get("at", self.name) == self.name:
            os.kill(os.getpid(), signal.SIGKILL)
        if fault == "hang" and asked.get("at", self.name) == self.name:
            if not await reader.read(1):
                self.gone += 1
            return False
        await asyncio.sleep(asked.get("sleep", 0))
        told = {"replica": self.name, "path": path, "id": asked.get("id"), "length": length}
        answer = json.dumps(told).encode() if "bytes" not in asked else b"x" * asked["bytes"]
        status = asked.get("status", 200)
        if fault == "tear":
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % (len(answer) + 100) + answer)
            await writer.drain()
            return False
        if asked.get("chunked"):
            writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
            for at in range(0, len(answer), 50_000):
                piece = answer[at : at + 50_000]
                writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                await writer.drain()
            writer.write(b"0\r\n\r\n")
        elif asked.get("endless"):
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + answer)
            await writer.drain()
            return False
        else:
            kind = b"content-type: application/json\r\nx-path: %b\r\n" % path.encode()
            writer.write(b"HTTP/1.1 %d OK\r\n%bcontent-length: %d\r\n\r\n" % (status, kind, len(answer)) + answer)
        await writer.drain()
        return fault != "close"


async def _main(socket: str, name: str) -> None:
    replica = await FakeReplica(socket, name).start()
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    print("ready", flush=True)
    await ended.wait()
    await replica.drain()


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
