"""Sweeps: listed, started from a run, described, stopped, resumed, deleted, annotated."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from jupyter_server.auth.decorator import authorized
from tornado import web

from jupyter_mlops.domain.sweeps import SweepRow, SweepSnapshot
from jupyter_mlops.server.base import MlopsHandler, answers
from jupyter_mlops.server.replies import (
    Deleted,
    DeleteQuery,
    MoreTrials,
    RunChange,
    SweepPage,
    SweepQuery,
    SweepsQuery,
    Trials,
    TrialsQuery,
    Tune,
    Tuned,
)
from jupyter_mlops.services.sweep import Sweep
from jupyter_mlops.workspace import Workspace

T = TypeVar("T")


class _OfOne(MlopsHandler):
    async def ask(self, sweep_id: str, ask: Callable[[Workspace, Sweep], T]) -> T:
        """Return what ``ask`` says of one sweep."""
        return await self.workers.read(lambda workspace: ask(workspace, workspace.sweeps.get(sweep_id)))

    async def do(self, sweep_id: str, do: Callable[[Workspace, Sweep], T]) -> T:
        """Return what ``do``, which may take seconds, does to one sweep."""
        return await self.workers.act(lambda workspace: do(workspace, workspace.sweeps.get(sweep_id)))


class SweepsHandler(MlopsHandler):
    """All sweeps."""

    @web.authenticated
    @authorized
    @answers(SweepPage, query=SweepsQuery)
    async def get(self) -> None:
        """List a page of sweeps, the latest first."""
        raise NotImplementedError

    @web.authenticated
    @authorized
    @answers(Tuned, body=Tune, status=201, also=(200,))
    async def post(self) -> None:
        """Start a search from a run, or only look whether it could be started."""
        raise NotImplementedError


class SweepHandler(_OfOne):
    """One sweep."""

    @web.authenticated
    @authorized
    @answers(SweepSnapshot, query=SweepQuery)
    async def get(self, sweep_id: str) -> None:
        """Describe a sweep, with all its trials or without them."""
        raise NotImplementedError

    @web.authenticated
    @authorized
    @answers(SweepRow, body=RunChange)
    async def patch(self, sweep_id: str) -> None:
        """Change a sweep's note and tags, or archive it."""
        raise NotImplementedError

    @web.authenticated
    @authorized
    @answers(Deleted, query=DeleteQuery)
    async def delete(self, sweep_id: str) -> None:
        """Delete a sweep with all its trials."""
        raise NotImplementedError


class TrialsHandler(_OfOne):
    """The trials of a sweep."""

    @web.authenticated
    @authorized
    @answers(Trials, query=TrialsQuery)
    async def get(self, sweep_id: str) -> None:
        """Return the trials that have changed, as the search knows them."""
        raise NotImplementedError


class StopSweepHandler(_OfOne):
    """The end of a sweep, on demand."""

    @web.authenticated
    @authorized
    @answers(SweepRow)
    async def post(self, sweep_id: str) -> None:
        """Stop a sweep and its trials, and answer when nothing of them is left."""
        raise NotImplementedError


class ResumeSweepHandler(_OfOne):
    """More of the same."""

    @web.authenticated
    @authorized
    @answers(SweepRow, body=MoreTrials)
    async def post(self, sweep_id: str) -> None:
        """Let a sweep go on, with more trials if they are asked for."""
        raise NotImplementedError
