"""The files that a run left."""

from __future__ import annotations

import os
from typing import BinaryIO

from jupyter_server.auth.decorator import authorized
from tornado import web

from jupyter_mlops import wire
from jupyter_mlops.server import downloads
from jupyter_mlops.server.base import Failure, MlopsHandler, answers
from jupyter_mlops.server.replies import Files
from jupyter_mlops.services.runfiles import list_files, open_file

_CHUNK = 256 << 10


class FilesHandler(MlopsHandler):
    """A run's files."""

    @web.authenticated
    @authorized
    @answers(Files)
    async def get(self, run_id: str) -> None:
        """List the files that the cell put into ``out_dir``."""
        self.reply(await self.read(run_id, lambda _, run: Files(*list_files(run.path / "files"))))


class FileHandler(MlopsHandler):
    """One of a run's files."""

    @web.authenticated
    @authorized
    @answers(bytes, also=(206, 304))
    async def get(self, run_id: str, path: str) -> None:
        """Download a file, or the part of it that a ``Range`` asks for."""
        await self._send(run_id, path)

    @web.authenticated
    @authorized
    @answers(bytes, also=(206, 304))
    async def head(self, run_id: str, path: str) -> None:
        """Say how large a file is, and what says that it is still the same."""
        await self._send(run_id, path)

    async def _send(self, run_id: str, path: str) -> None:
        # A page elsewhere must not make a browser send what its cookie opens.
        self.check_xsrf_cookie()
        with await self.read(run_id, lambda _, run: open_file(run.path / "files", path)) as file:
            status = os.fstat(file.fileno())
            kind = self._describe(path.rpartition("/")[2], status)
            if self.check_etag_header():
                self.set_status(304)
            elif (part := self._part(status)) is None:
                kind = self._refuse_range(status.st_size)
            elif self.request.method == "GET":
                await self._send_part(file, *part)
        await self.finish(set_content_type=kind)

    def _describe(self, name: str, status: os.stat_result) -> str:
        """Say what is sent, and return as what."""
        kind, same = downloads.content_type(name), downloads.version(status)
        self.set_header("Accept-Ranges", "bytes")
        self.set_header("Cache-Control", "private, no-cache")
        self.set_header("Content-Type", kind)
        self.set_header("Etag", same.tag)
        self.set_header("Last-Modified", same.modified)
        self.set_header("X-Content-Type-Options", "nosniff")
        if kind == downloads.SAVED:
            self.set_attachment_header(name)
        return kind

    def _part(self, status: os.stat_result) -> tuple[int, int] | None:
        """Say which bytes are sent and return the first and the one after the last; None if there are none of them."""
        size = status.st_size
        try:
            asked = downloads.part(self._range(status), size)
        except ValueError:
            return None
        first, after = (0, size) if asked is None else asked
        if asked is not None:
            self.set_status(206)
            self.set_header("Content-Range", f"bytes {first}-{after - 1}/{size}")
        self.set_header("Content-Length", after - first)
        return first, after

    def _range(self, status: os.stat_result) -> str:
        # Who has the start of another version must not append the end of this one.
        if self.request.headers.get("If-Range", "") in ("", *downloads.version(status)):
            return self.request.headers.get("Range", "")
        return ""

    def _refuse_range(self, size: int) -> str:
        self.set_status(416)
        self.set_header("Content-Range", f"bytes */{size}")
        self.clear_header("Content-Disposition")
        self.write(wire.encode(Failure("range", f"The file has {size} bytes, and none of those that are asked for.")))
        return "application/json"

    async def _send_part(self, file: BinaryIO, first: int, after: int) -> None:
        file.seek(first)
        left = after - first
        # A file that grows meanwhile is sent as long as it was.
        while left and (data := await self.workers.read(lambda _: file.read(min(_CHUNK, left)))):  # noqa: B023
            left -= len(data)
            self.write(data)
            await self.flush()
