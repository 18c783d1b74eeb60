"""Endpoints: listed, deployed, described, asked, moved, scaled, stopped, deleted."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

from jupyter_server.auth.decorator import authorized
from tornado import web

from jupyter_mlops.domain.endpoints import EndpointRow, EndpointSnapshot
from jupyter_mlops.domain.where import Where, parse_where
from jupyter_mlops.server.base import ARCHIVED, MlopsHandler, answers, changed_notes
from jupyter_mlops.server.endpointreplies import (
    CanaryChange,
    Deploy,
    Deployed,
    EndpointLog,
    EndpointLogQuery,
    EndpointPage,
    EndpointsQuery,
    GatesChange,
    PointsOfQuery,
    PortChange,
    Remembered,
    Rollback,
    Scale,
    StatPoints,
    StopQuery,
    Tried,
    Try,
)
from jupyter_mlops.server.replies import Deleted, RunChange
from jupyter_mlops.services.endpoint import Endpoint
from jupyter_mlops.services.endpoints import Endpoints
from jupyter_mlops.services.trying import tried
from jupyter_mlops.workspace import Workspace

T = TypeVar("T")


class _OfOne(MlopsHandler):
    async def ask(self, name: str, ask: Callable[[Endpoints, Endpoint], T]) -> T:
        """Return what ``ask`` says of one endpoint."""
        return await self.workers.read(lambda workspace: ask(workspace.endpoints, workspace.endpoints.get(name)))

    async def do(self, name: str, do: Callable[[Endpoints, Endpoint], T]) -> T:
        """Return what ``do``, which may take seconds, does to one endpoint."""
        return await self.workers.act(lambda workspace: do(workspace.endpoints, workspace.endpoints.get(name)))

    async def row_after(self, name: str, do: Callable[[Endpoints, Endpoint], Endpoint]) -> None:
        """Reply with an endpoint's row after ``do`` was done to it."""
        self.reply(await self.do(name, lambda endpoints, endpoint: do(endpoints, endpoint).folder.row()))

    async def snapshot_after(self, name: str, do: Callable[[Endpoints, Endpoint], object]) -> None:
        """Reply with all that an endpoint's page shows after ``do`` was done to it."""
        self.reply(await self.do(name, lambda endpoints, endpoint: _snapshot_after(endpoints, endpoint, do)))


class EndpointsHandler(MlopsHandler):
    """All endpoints."""

    @web.authenticated
    @authorized
    @answers(EndpointPage, query=EndpointsQuery)
    async def get(self) -> None:
        """List a page of endpoints."""
        query = self.question(EndpointsQuery)
        self.reply(await self.workers.read(lambda workspace: _page(workspace, query)))

    @web.authenticated
    @authorized
    @answers(Deployed, body=Deploy, status=201, also=(200,))
    async def post(self) -> None:
        """Deploy a version and answer when it has its traffic, or only look whether it could be."""
        asked = self.sent(Deploy)
        deployed = await self.workers.act(lambda workspace: _deployed(workspace, asked))
        self.reply(deployed, 200 if asked.check else 201)


class EndpointHandler(_OfOne):
    """One endpoint."""

    @web.authenticated
    @authorized
    @answers(EndpointSnapshot)
    async def get(self, name: str) -> None:
        """Describe an endpoint."""
        self.reply(await self.ask(name, lambda endpoints, endpoint: endpoints.snapshot(endpoint)))

    @web.authenticated
    @authorized
    @answers(EndpointRow, body=RunChange)
    async def patch(self, name: str) -> None:
        """Change an endpoint's note and tags, or archive it."""
        change = self.sent(RunChange)
        self.reply(await self.ask(name, lambda endpoints, endpoint: changed_notes(endpoints, endpoint.folder, change)))

    @web.authenticated
    @authorized
    @answers(Deleted, query=StopQuery)
    async def delete(self, name: str) -> None:
        """Delete an endpoint with its revisions."""
        stop = self.question(StopQuery).stop
        self.reply(Deleted(await self.do(name, lambda endpoints, endpoint: endpoints.delete(endpoint, stop=stop))))


class EndpointPointsHandler(_OfOne):
    """Slices of time."""

    @web.authenticated
    @authorized
    @answers(StatPoints, query=PointsOfQuery)
    async def get(self, name: str) -> None:
        """Return what the requests of each revision were like over time."""
        query = self.question(PointsOfQuery)
        points = await self.ask(name, lambda endpoints, endpoint: endpoints.points(endpoint, query.seconds, query.most))
        self.reply(StatPoints(points))


class RememberedHandler(_OfOne):
    """Requests that are remembered."""

    @web.authenticated
    @authorized
    @answers(Remembered)
    async def get(self, name: str) -> None:
        """Return the latest requests and answers."""
        self.reply(Remembered(await self.ask(name, lambda endpoints, endpoint: endpoints.samples(endpoint))))


class EndpointLogHandler(_OfOne):
    """Logs."""

    @web.authenticated
    @authorized
    @answers(EndpointLog, query=EndpointLogQuery)
    async def get(self, name: str) -> None:
        """Return the end of a log."""
        query = self.question(EndpointLogQuery)
        self.reply(await self.ask(name, lambda endpoints, endpoint: _log(endpoints, endpoint, query)))


class PredictHandler(_OfOne):
    """Try it."""

    @web.authenticated
    @authorized
    @answers(Tried, body=Try)
    async def post(self, name: str) -> None:
        """Let the endpoint answer rows."""
        asked = self.sent(Try)
        self.reply(await self.do(name, lambda endpoints, endpoint: _tried(endpoints, endpoint, asked)))


class PromoteHandler(_OfOne):
    """The canary becomes the stable revision."""

    @web.authenticated
    @authorized
    @answers(EndpointRow)
    async def post(self, name: str) -> None:
        """Promote the canary, and answer when traffic has moved."""
        await self.row_after(name, lambda endpoints, endpoint: endpoints.promote(endpoint))


class RollbackHandler(_OfOne):
    """Back to what was."""

    @web.authenticated
    @authorized
    @answers(EndpointRow, body=Rollback)
    async def post(self, name: str) -> None:
        """Roll back, and answer when traffic has moved."""
        to = self.sent(Rollback).to
        await self.row_after(name, lambda endpoints, endpoint: endpoints.rollback(endpoint, to))


class CanaryHandler(_OfOne):
    """How much the canary gets."""

    @web.authenticated
    @authorized
    @answers(EndpointRow, body=CanaryChange)
    async def post(self, name: str) -> None:
        """Change it, and answer when traffic has moved."""
        percent = self.sent(CanaryChange).percent
        await self.row_after(name, lambda endpoints, endpoint: endpoints.canary(endpoint, percent))


class ScaleHandler(_OfOne):
    """How many replicas."""

    @web.authenticated
    @authorized
    @answers(EndpointRow, body=Scale)
    async def post(self, name: str) -> None:
        """Change it, and answer when they are ready."""
        asked = self.sent(Scale)
        await self.row_after(
            name, lambda endpoints, endpoint: endpoints.scale(endpoint, asked.replicas, asked.revision)
        )


class GatesHandler(_OfOne):
    """What it does by itself."""

    @web.authenticated
    @authorized
    @answers(EndpointSnapshot, body=GatesChange)
    async def post(self, name: str) -> None:
        """Change it."""
        asked = self.sent(GatesChange)
        await self.snapshot_after(
            name, lambda endpoints, endpoint: endpoints.gates(endpoint, asked.promote_if, asked.rollback_if)
        )


class PortHandler(_OfOne):
    """Where it listens besides."""

    @web.authenticated
    @authorized
    @answers(EndpointSnapshot, body=PortChange)
    async def post(self, name: str) -> None:
        """Open or close a loopback port."""
        port = self.sent(PortChange).port
        await self.snapshot_after(name, lambda endpoints, endpoint: endpoints.port(endpoint, port))


class ReplayHandler(_OfOne):
    """The scoreboard anew."""

    @web.authenticated
    @authorized
    @answers(EndpointSnapshot)
    async def post(self, name: str) -> None:
        """Replay the held-out rows on stable and canary."""
        await self.snapshot_after(name, lambda endpoints, endpoint: endpoints.replay(endpoint))


class StopEndpointHandler(_OfOne):
    """Down."""

    @web.authenticated
    @authorized
    @answers(EndpointRow)
    async def post(self, name: str) -> None:
        """Stop it, and answer when nothing of it is left."""
        await self.row_after(name, lambda endpoints, endpoint: endpoints.stop(endpoint))


class StartEndpointHandler(_OfOne):
    """Up."""

    @web.authenticated
    @authorized
    @answers(EndpointRow)
    async def post(self, name: str) -> None:
        """Start it again, and answer when it is ready."""
        await self.row_after(name, lambda endpoints, endpoint: endpoints.start(endpoint))


def _snapshot_after(
    endpoints: Endpoints, endpoint: Endpoint, do: Callable[[Endpoints, Endpoint], object]
) -> EndpointSnapshot:
    do(endpoints, endpoint)
    return endpoints.snapshot(endpoint)


def _page(workspace: Workspace, query: EndpointsQuery) -> EndpointPage:
    where = Where(
        conditions=parse_where(query.where, time.time()),
        archived=ARCHIVED[query.archived],
        states=frozenset(query.state),
        sort=query.sort,
        descending=query.descending,
        limit=query.limit,
        offset=query.offset,
    )
    # Looked at before the rows are, as with runs.
    generation, seq = workspace.index.position()
    rows, total, states = workspace.index.endpoints.page(where)
    return EndpointPage(rows, total, states, generation, seq)


def _deployed(workspace: Workspace, deploy: Deploy) -> Deployed:
    asked: dict[str, Any] = {
        "endpoint": deploy.endpoint,
        "replicas": deploy.replicas,
        "canary": deploy.canary,
        "shadow": deploy.shadow,
        "cpus": deploy.cpus,
        "memory": deploy.memory,
        "gpus": deploy.gpus,
        "port": deploy.port,
        "promote_if": deploy.promote_if,
        "rollback_if": deploy.rollback_if,
    }
    if deploy.check:
        plan = workspace.endpoints.plan(deploy.model, **asked)
        return Deployed(None, plan.sentences, plan.command)
    endpoint = workspace.endpoints.deploy(deploy.model, **asked)
    return Deployed(endpoint.folder.row(), endpoint.remarks, _command(endpoint))


def _command(endpoint: Endpoint) -> str:
    return endpoint.folder.revision(endpoint.folder.status().last).command


def _log(endpoints: Endpoints, endpoint: Endpoint, query: EndpointLogQuery) -> EndpointLog:
    sources = list(endpoints.log_paths(endpoint))
    return EndpointLog(query.source, endpoints.logs(endpoint, query.source, query.most), sources)


def _tried(endpoints: Endpoints, endpoint: Endpoint, asked: Try) -> Tried:
    began = time.perf_counter()
    revision, found = tried(endpoints, endpoint, asked.rows, asked.methods, asked.revision)
    return Tried(revision, found, round(1000 * (time.perf_counter() - began), 3))
