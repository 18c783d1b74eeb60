"""A router as a process of its own, its keeper's side of the control socket, and a small fast client."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from jupyter_mlops.serving import start
from tests.serving.router.fake_replica import FakeReplica

FAKE = Path(__file__).with_name("fake_replica.py")
INFER = "/v2/models/digits/infer"


class Answer:
    """An answer as it came."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def revision(self) -> int:
        return int(self.headers.get("x-mlops-revision", 0))


class Client:
    """A connection that asks one thing after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def ask(self, path: str = INFER, body: Any = None, *, method: str = "", **headers: str) -> Answer:
        """Send a request and return its answer; without a body it is a GET."""
        self.send(path, body, method=method, **headers)
        return await self.read(head_only=method == "HEAD")

    def send(self, path: str = INFER, body: Any = None, *, method: str = "", **headers: str) -> None:
        sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        length = "" if body is None else f"content-length: {len(sent)}\r\n"
        method = method or ("GET" if body is None else "POST")
        self.writer.write(f"{method} {path} HTTP/1.1\r\nhost: e\r\n{lines}{length}\r\n".encode() + sent)

    async def read(self, *, head_only: bool = False) -> Answer:
        head = await self.reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode().rstrip().split("\r\n")
        headers: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(": ")
            assert name not in headers, f"{name} stands twice in {head!r}"
            headers[name] = value
        status = int(first.split()[1])
        if head_only or status == 100:
            return Answer(status, headers, b"")
        if "content-length" in headers:
            body = await self.reader.readexactly(int(headers["content-length"]))
        elif headers.get("transfer-encoding") == "chunked":
            body = await self._chunks()
        else:
            body = await self.reader.read(-1)
        return Answer(status, headers, body)

    def close(self) -> None:
        self.writer.transport.abort()

    async def _chunks(self) -> bytes:
        body = b""
        while size := int(await self.reader.readline(), 16):
            body += await self.reader.readexactly(size)
            await self.reader.readexactly(2)
        await self.reader.readline()
        return body


class Endpoint:
    """A router that runs, and the keeper's side of it."""

    def __init__(
        self,
        folder: Path,
        process: subprocess.Popen[bytes],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self.folder = folder
        self.process = process
        self.writer = writer
        self.replicas: dict[str, FakeReplica] = {}
        self._reader = reader
        self._clients: list[Client] = []

    async def tell(self, do: str, **more: Any) -> dict[str, Any]:
        """Ask as the keeper does."""
        self.writer.write(json.dumps({"id": 7, "do": do, **more}).encode() + b"\n")
        told: dict[str, Any] = json.loads(await self._reader.readline())
        assert told["id"] == 7
        return told

    async def route(self, **revisions: Any) -> None:
        """Set routes: ``r3=["a", "b"]`` are names of replicas; ``stable``, ``canary``, ``percent`` stand beside."""
        resend = revisions.pop("resend", True)
        models = revisions.pop("models", {})
        told = {
            name[1:]: {
                "replicas": [self.socket(replica) for replica in revisions.pop(name)],
                "model": models.get(name, "digits"),
                "version": int(name[1:]) + 10,
                "resend": resend,
            }
            for name in list(revisions)
            if name[0] == "r"
        }
        answer = await self.tell("routes", routes={"revisions": told, **revisions})
        assert answer["ok"], answer

    async def replica(self, name: str) -> FakeReplica:
        """Start a replica in this process."""
        self.replicas[name] = await FakeReplica(self.socket(name), name).start()
        return self.replicas[name]

    def process_replica(self, name: str) -> subprocess.Popen[bytes]:
        """Start a replica as a process, and return it when it listens."""
        process = subprocess.Popen([sys.executable, FAKE, self.socket(name), name], stdout=subprocess.PIPE)
        assert process.stdout is not None
        with process.stdout as told:
            assert told.readline() == b"ready\n"
        return process

    async def client(self, port: int = 0) -> Client:
        """Open a connection."""
        if port:
            made = Client(*await asyncio.open_connection("127.0.0.1", port))
        else:
            made = Client(*await asyncio.open_unix_connection(self.socket("e"), limit=1 << 24))
        self._clients.append(made)
        return made

    async def ask(self, path: str = INFER, body: Any = None, **more: Any) -> Answer:
        """Ask once on a connection of its own."""
        client = await self.client()
        answer = await client.ask(path, body, **more)
        client.close()
        return answer

    async def stats(self, revision: int) -> dict[str, Any]:
        """Return what the router has seen of a revision."""
        stats: dict[str, Any] = (await self.tell("stats"))["revisions"][str(revision)]
        return stats

    def socket(self, name: str) -> str:
        return str(self.folder / f"{name}.sock")

    async def close(self) -> None:
        for client in self._clients:
            client.close()
        for replica in self.replicas.values():
            await replica.stop()
        self.writer.close()


@pytest.fixture
def sockets() -> Iterator[Path]:
    """A folder for sockets, whose paths must be short."""
    folder = Path(tempfile.mkdtemp(prefix="mlops-r-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


Opened = Callable[..., Any]


@pytest.fixture
def opened(sockets: Path) -> Opened:
    """Start a router, with more in its config: ``async with opened(hold=1.0) as endpoint``."""

    @asynccontextmanager
    async def open_(**more: Any) -> AsyncIterator[Endpoint]:
        before = _inode(sockets)
        process = start_router(sockets, **more)
        try:
            endpoint = Endpoint(sockets, process, *await control(sockets, process, before))
            try:
                yield endpoint
            finally:
                await endpoint.close()
        finally:
            process.terminate()
            assert process.wait(15) == 0

    return open_


def start_router(sockets: Path, **more: Any) -> subprocess.Popen[bytes]:
    """Start a router whose endpoint's folder is that of the sockets."""
    told = {
        "endpoint": "digits",
        "folder": str(sockets),
        "socket": str(sockets / "e.sock"),
        "control": str(sockets / "c.sock"),
        "revive": [],
        "port": 0,
        "token": "",
        "drain": 2.0,
    }
    config = sockets / "router.json"
    config.write_text(json.dumps(told | more))
    env = os.environ | {"JUPYTER_MLOPS_ENDPOINT": str(sockets)}
    return subprocess.Popen([sys.executable, start.__file__, "router", str(config)], env=env)


async def control(sockets: Path, process: subprocess.Popen[bytes], before: int = 0) -> Any:
    """Connect as the keeper does, as soon as the router listens to requests too."""
    end = time.monotonic() + 20
    while _inode(sockets) == before:
        assert process.poll() is None
        assert time.monotonic() < end
        await asyncio.sleep(0.01)
    return await asyncio.open_unix_connection(str(sockets / "c.sock"), limit=1 << 24)


def _inode(sockets: Path) -> int:
    """Return what tells the socket for requests from another one of its name; 0 if there is none."""
    try:
        return (sockets / "e.sock").stat().st_ino
    except FileNotFoundError:
        return 0
