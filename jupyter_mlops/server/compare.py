"""Runs beside each other."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from jupyter_mlops.domain.comparison import Comparison, Differences
from jupyter_mlops.server.base import MlopsHandler, answers
from jupyter_mlops.server.replies import (
    AtStep,
    AtStepQuery,
    CompareQuery,
    DifferencesQuery,
    Overlay,
    OverlayQuery,
)


class CompareHandler(MlopsHandler):
    """The table."""

    @web.authenticated
    @authorized
    @answers(Comparison, query=CompareQuery)
    async def get(self) -> None:
        """Return runs beside each other."""
        raise NotImplementedError


class DifferencesHandler(MlopsHandler):
    """Two runs."""

    @web.authenticated
    @authorized
    @answers(Differences, query=DifferencesQuery)
    async def get(self) -> None:
        """Return what differs between two runs."""
        raise NotImplementedError


class AtStepHandler(MlopsHandler):
    """One metric at one step."""

    @web.authenticated
    @authorized
    @answers(AtStep, query=AtStepQuery)
    async def get(self) -> None:
        """Return the value that each run had at a step."""
        raise NotImplementedError


class OverlayHandler(MlopsHandler):
    """One metric of several runs."""

    @web.authenticated
    @authorized
    @answers(Overlay, query=OverlayQuery)
    async def get(self) -> None:
        """Return the points of one metric of several runs, thinned so that extremes stay."""
        raise NotImplementedError
