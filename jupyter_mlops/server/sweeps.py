"""Sweeps: listed, started from a run, described, stopped, resumed, deleted, annotated."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

from jupyter_server.auth.decorator import authorized
from tornado import web

from jupyter_mlops.domain.errors import NotFound
from jupyter_mlops.domain.sweeps import SweepRow, SweepSnapshot
from jupyter_mlops.domain.where import Where, parse_where
from jupyter_mlops.server.base import ARCHIVED, MlopsHandler, answers, changed_notes, run_of
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
        return await self.workers.read(lambda workspace: ask(workspace, sweep_of(workspace, sweep_id)))

    async def do(self, sweep_id: str, do: Callable[[Workspace, Sweep], T]) -> T:
        """Return what ``do``, which may take seconds, does to one sweep."""
        return await self.workers.act(lambda workspace: do(workspace, sweep_of(workspace, sweep_id)))


class SweepsHandler(MlopsHandler):
    """All sweeps."""

    @web.authenticated
    @authorized
    @answers(SweepPage, query=SweepsQuery)
    async def get(self) -> None:
        """List a page of sweeps, the latest first."""
        query = self.question(SweepsQuery)
        self.reply(await self.workers.read(lambda workspace: _page(workspace, query)))

    @web.authenticated
    @authorized
    @answers(Tuned, body=Tune, status=201, also=(200,))
    async def post(self) -> None:
        """Start a search from a run, or only look whether it could be started."""
        tune = self.sent(Tune)
        tuned = await self.workers.act(lambda workspace: _tuned(workspace, tune))
        self.reply(tuned, 200 if tune.check else 201)


class SweepHandler(_OfOne):
    """One sweep."""

    @web.authenticated
    @authorized
    @answers(SweepSnapshot, query=SweepQuery)
    async def get(self, sweep_id: str) -> None:
        """Describe a sweep, with all its trials or without them."""
        trials = self.question(SweepQuery).trials
        snapshot = await self.ask(sweep_id, lambda workspace, sweep: workspace.sweeps.snapshot(sweep, trials=trials))
        self.reply(snapshot)

    @web.authenticated
    @authorized
    @answers(SweepRow, body=RunChange)
    async def patch(self, sweep_id: str) -> None:
        """Change a sweep's note and tags, or archive it."""
        change = self.sent(RunChange)
        row = await self.ask(sweep_id, lambda workspace, sweep: changed_notes(workspace.sweeps, sweep.folder, change))
        self.reply(row)

    @web.authenticated
    @authorized
    @answers(Deleted, query=DeleteQuery)
    async def delete(self, sweep_id: str) -> None:
        """Delete a sweep with all its trials."""
        stop = self.question(DeleteQuery).stop
        freed = await self.do(sweep_id, lambda workspace, sweep: workspace.sweeps.delete(sweep, stop=stop))
        self.reply(Deleted(freed))


class TrialsHandler(_OfOne):
    """The trials of a sweep."""

    @web.authenticated
    @authorized
    @answers(Trials, query=TrialsQuery)
    async def get(self, sweep_id: str) -> None:
        """Return the trials that have changed, as the search knows them."""
        since = self.question(TrialsQuery).since
        self.reply(await self.ask(sweep_id, lambda _, sweep: Trials(*sweep.folder.changed_since(since))))


class StopSweepHandler(_OfOne):
    """The end of a sweep, on demand."""

    @web.authenticated
    @authorized
    @answers(SweepRow)
    async def post(self, sweep_id: str) -> None:
        """Stop a sweep and its trials, and answer when nothing of them is left."""
        self.reply(await self.do(sweep_id, lambda workspace, sweep: workspace.sweeps.stop(sweep).folder.row()))


class ResumeSweepHandler(_OfOne):
    """More of the same."""

    @web.authenticated
    @authorized
    @answers(SweepRow, body=MoreTrials)
    async def post(self, sweep_id: str) -> None:
        """Let a sweep go on, with more trials if they are asked for."""
        more = self.sent(MoreTrials).trials
        row = await self.do(sweep_id, lambda workspace, sweep: workspace.sweeps.resume(sweep, more).folder.row())
        self.reply(row)


def sweep_of(workspace: Workspace, sweep_id: str) -> Sweep:
    """Return the sweep with that id; a name does not do, as in ``run_of``."""
    sweep = workspace.sweeps.get(sweep_id)
    if sweep.id != sweep_id:
        raise NotFound(f"No sweep has the id {sweep_id!r}.")
    return sweep


def _page(workspace: Workspace, query: SweepsQuery) -> SweepPage:
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
    rows, total, states = workspace.index.sweeps.page(where)
    return SweepPage(rows, total, states, generation, seq)


def _tuned(workspace: Workspace, tune: Tune) -> Tuned:
    run = run_of(workspace, tune.run)
    asked: dict[str, Any] = {
        "space": tune.space,
        "objective": tune.objective,
        "direction": tune.direction or None,
        "algorithm": tune.algorithm,
        "prune": tune.prune,
        "trials": tune.trials,
        "parallel": tune.parallel,
        "seed": tune.seed,
        "stop_at": tune.stop_at,
        "timeout": tune.timeout or None,
    }
    if tune.check:
        plan = workspace.sweeps.plan(run, tune.name, **asked)
        return Tuned(None, plan.sentences, plan.command)
    sweep = workspace.sweeps.submit(run, tune.name, **asked)
    return Tuned(sweep.folder.row(), sweep.remarks, sweep.spec.command)
