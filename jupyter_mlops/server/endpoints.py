"""Endpoints: listed, deployed, described, asked, moved, scaled, stopped, deleted."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from jupyter_mlops.domain.endpoints import EndpointRow, EndpointSnapshot
from jupyter_mlops.server.base import MlopsHandler, answers
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


class EndpointsHandler(MlopsHandler):
    """All endpoints."""

    @web.authenticated
    @authorized
    @answers(EndpointPage, query=EndpointsQuery)
    async def get(self) -> None:
        """List a page of endpoints."""
        raise NotImplementedError

    @web.authenticated
    @authorized
    @answers(Deployed, body=Deploy, status=201, also=(200,))
    async def post(self) -> None:
        """Deploy a version and answer when it has its traffic, or only look whether it could be."""
        raise NotImplementedError


class EndpointHandler(MlopsHandler):
    """One endpoint."""

    @web.authenticated
    @authorized
    @answers(EndpointSnapshot)
    async def get(self, name: str) -> None:
        """Describe an endpoint."""
        raise NotImplementedError

    @web.authenticated
    @authorized
    @answers(EndpointRow, body=RunChange)
    async def patch(self, name: str) -> None:
        """Change an endpoint's note and tags, or archive it."""
        raise NotImplementedError

    @web.authenticated
    @authorized
    @answers(Deleted, query=StopQuery)
    async def delete(self, name: str) -> None:
        """Delete an endpoint with its revisions."""
        raise NotImplementedError


class EndpointPointsHandler(MlopsHandler):
    """Slices of time."""

    @web.authenticated
    @authorized
    @answers(StatPoints, query=PointsOfQuery)
    async def get(self, name: str) -> None:
        """Return what the requests of each revision were like over time."""
        raise NotImplementedError


class RememberedHandler(MlopsHandler):
    """Requests that are remembered."""

    @web.authenticated
    @authorized
    @answers(Remembered)
    async def get(self, name: str) -> None:
        """Return the latest requests and answers."""
        raise NotImplementedError


class EndpointLogHandler(MlopsHandler):
    """Logs."""

    @web.authenticated
    @authorized
    @answers(EndpointLog, query=EndpointLogQuery)
    async def get(self, name: str) -> None:
        """Return the end of a log."""
        raise NotImplementedError


class PredictHandler(MlopsHandler):
    """Try it."""

    @web.authenticated
    @authorized
    @answers(Tried, body=Try)
    async def post(self, name: str) -> None:
        """Let the endpoint answer rows."""
        raise NotImplementedError


class PromoteHandler(MlopsHandler):
    """The canary becomes the stable revision."""

    @web.authenticated
    @authorized
    @answers(EndpointRow)
    async def post(self, name: str) -> None:
        """Promote the canary, and answer when traffic has moved."""
        raise NotImplementedError


class RollbackHandler(MlopsHandler):
    """Back to what was."""

    @web.authenticated
    @authorized
    @answers(EndpointRow, body=Rollback)
    async def post(self, name: str) -> None:
        """Roll back, and answer when traffic has moved."""
        raise NotImplementedError


class CanaryHandler(MlopsHandler):
    """How much the canary gets."""

    @web.authenticated
    @authorized
    @answers(EndpointRow, body=CanaryChange)
    async def post(self, name: str) -> None:
        """Change it, and answer when traffic has moved."""
        raise NotImplementedError


class ScaleHandler(MlopsHandler):
    """How many replicas."""

    @web.authenticated
    @authorized
    @answers(EndpointRow, body=Scale)
    async def post(self, name: str) -> None:
        """Change it, and answer when they are ready."""
        raise NotImplementedError


class GatesHandler(MlopsHandler):
    """What it does by itself."""

    @web.authenticated
    @authorized
    @answers(EndpointSnapshot, body=GatesChange)
    async def post(self, name: str) -> None:
        """Change it."""
        raise NotImplementedError


class PortHandler(MlopsHandler):
    """Where it listens besides."""

    @web.authenticated
    @authorized
    @answers(EndpointSnapshot, body=PortChange)
    async def post(self, name: str) -> None:
        """Open or close a loopback port."""
        raise NotImplementedError


class ReplayHandler(MlopsHandler):
    """The scoreboard anew."""

    @web.authenticated
    @authorized
    @answers(EndpointSnapshot)
    async def post(self, name: str) -> None:
        """Replay the held-out rows on stable and canary."""
        raise NotImplementedError


class StopEndpointHandler(MlopsHandler):
    """Down."""

    @web.authenticated
    @authorized
    @answers(EndpointRow)
    async def post(self, name: str) -> None:
        """Stop it, and answer when nothing of it is left."""
        raise NotImplementedError


class StartEndpointHandler(MlopsHandler):
    """Up."""

    @web.authenticated
    @authorized
    @answers(EndpointRow)
    async def post(self, name: str) -> None:
        """Start it again, and answer when it is ready."""
        raise NotImplementedError
