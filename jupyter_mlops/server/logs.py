"""Logs: read in parts, followed, searched."""

from __future__ import annotations

import asyncio

from jupyter_server.auth.decorator import authorized
from tornado import web

from jupyter_mlops.domain.logs import LogLines, LogPart, Matches
from jupyter_mlops.server.base import MlopsHandler, answers
from jupyter_mlops.server.replies import LinesQuery, LogQuery, SearchQuery
from jupyter_mlops.services.logparts import LogReader
from jupyter_mlops.services.together import lines_together

LOOK_SECONDS = 0.1
"""How often a log that somebody follows is looked at: its rank writes it and tells nobody."""


class LogHandler(MlopsHandler):
    """A rank's log."""

    is_gone = False

    @web.authenticated
    @authorized
    @answers(LogPart, query=LogQuery)
    async def get(self, run_id: str) -> None:
        """Return a part of a log; with ``wait``, as soon as there is one."""
        query = self.question(LogQuery)
        reader = await self.read(run_id, lambda _, run: LogReader(run.folder, query.rank, query.attempt))
        self.reply(await self._followed(reader, query))

    def on_connection_close(self) -> None:
        self.is_gone = True
        super().on_connection_close()

    async def _followed(self, reader: LogReader, query: LogQuery) -> LogPart:
        end = asyncio.get_running_loop().time() + query.wait
        while True:
            part = await self.workers.read(lambda _: reader.read(query.offset, query.limit))
            if part.text or part.ended or part.end > query.offset >= 0:
                return part
            if self.is_gone or self.workers.is_closed or asyncio.get_running_loop().time() >= end:
                return part
            await asyncio.sleep(LOOK_SECONDS)


class LinesHandler(MlopsHandler):
    """The logs of all ranks."""

    @web.authenticated
    @authorized
    @answers(LogLines, query=LinesQuery)
    async def get(self, run_id: str) -> None:
        """Return the last lines of all ranks, in the order of time."""
        query = self.question(LinesQuery)
        self.reply(await self.read(run_id, lambda _, run: lines_together(run.folder, query.most, query.attempt)))


class SearchHandler(MlopsHandler):
    """What a log says of something."""

    @web.authenticated
    @authorized
    @answers(Matches, query=SearchQuery)
    async def get(self, run_id: str) -> None:
        """Return where a log holds a text."""
        query = self.question(SearchQuery)
        reader = await self.read(run_id, lambda _, run: LogReader(run.folder, query.rank, query.attempt))
        self.reply(
            await self.workers.read(
                lambda _: reader.search(query.text, offset=query.offset, most=query.limit, case=query.case)
            )
        )
