"""Runs beside each other: the table, two of them, and their curves."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from jupyter_mlops.domain.comparison import Comparison, Differences
from jupyter_mlops.server.base import MlopsHandler, answers, run_of
from jupyter_mlops.server.replies import (
    AtStep,
    AtStepQuery,
    CompareQuery,
    DifferencesQuery,
    Overlay,
    OverlayQuery,
)
from jupyter_mlops.services.asked import Asked
from jupyter_mlops.workspace import Workspace


class CompareHandler(MlopsHandler):
    """The table."""

    @web.authenticated
    @authorized
    @answers(Comparison, query=CompareQuery)
    async def get(self) -> None:
        """Return runs beside each other; those that are not there any more are left out."""
        query = self.question(CompareQuery)
        asked = Asked(query.run, query.name, query.sweep, query.where, query.limit)
        self.reply(await self.workers.read(lambda workspace: workspace.comparisons.of(asked)))


class DifferencesHandler(MlopsHandler):
    """Two runs."""

    @web.authenticated
    @authorized
    @answers(Differences, query=DifferencesQuery)
    async def get(self) -> None:
        """Return what differs between two runs."""
        query = self.question(DifferencesQuery)
        self.reply(await self.workers.read(lambda workspace: _differences(workspace, query)))


class AtStepHandler(MlopsHandler):
    """One metric at one step."""

    @web.authenticated
    @authorized
    @answers(AtStep, query=AtStepQuery)
    async def get(self) -> None:
        """Return the value that each run had at a step."""
        query = self.question(AtStepQuery)
        values = await self.workers.read(
            lambda workspace: workspace.comparisons.at_step(query.run, query.metric, query.step)
        )
        self.reply(AtStep(values))


class OverlayHandler(MlopsHandler):
    """One metric of several runs."""

    @web.authenticated
    @authorized
    @answers(Overlay, query=OverlayQuery)
    async def get(self) -> None:
        """Return the points of one metric of several runs, thinned so that extremes stay."""
        query = self.question(OverlayQuery)
        curves = await self.workers.read(
            lambda workspace: workspace.comparisons.overlay(query.run, query.metric, query.most)
        )
        series = {run_id: curve.series for run_id, curve in curves.items()}
        self.reply(Overlay(series, {run_id: curve.start for run_id, curve in curves.items()}))


def _differences(workspace: Workspace, query: DifferencesQuery) -> Differences:
    return workspace.comparisons.between(run_of(workspace, query.a).folder, run_of(workspace, query.b).folder)
