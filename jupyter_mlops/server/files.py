"""The files that a run left."""

from __future__ import annotations

import os

from jupyter_server.auth.decorator import authorized
from tornado import web

from jupyter_mlops.server.base import MlopsHandler, answers
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
    @answers(bytes)
    async def get(self, run_id: str, path: str) -> None:
        """Download a file."""
        # A page elsewhere must not make a browser send what its cookie opens.
        self.check_xsrf_cookie()
        with await self.read(run_id, lambda _, run: open_file(run.path / "files", path)) as file:
            left = os.fstat(file.fileno()).st_size
            self.set_header("Content-Length", left)
            self.set_header("Content-Type", "application/octet-stream")
            self.set_header("X-Content-Type-Options", "nosniff")
            self.set_attachment_header(path.rpartition("/")[2])
            # A file that grows meanwhile is sent as long as it was.
            while left and (data := await self.workers.read(lambda _: file.read(min(_CHUNK, left)))):  # noqa: B023
                left -= len(data)
                self.write(data)
                await self.flush()
        await self.finish(set_content_type="application/octet-stream")
