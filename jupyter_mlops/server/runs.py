"""Runs: listed, described, stopped, repeated, deleted, annotated."""

from __future__ import annotations

import time

import msgspec
from jupyter_server.auth.decorator import authorized
from tornado import web

from jupyter_mlops.domain.datasets import Datasets
from jupyter_mlops.domain.lineage import Lineage
from jupyter_mlops.domain.parameters import parameters
from jupyter_mlops.domain.receipts import Receipt
from jupyter_mlops.domain.runs import RunRow, RunSnapshot, State
from jupyter_mlops.domain.where import Where, parse_where
from jupyter_mlops.server.base import ARCHIVED, MlopsHandler, answers, changed_notes
from jupyter_mlops.server.replies import (
    AttemptQuery,
    Code,
    Deleted,
    DeleteQuery,
    Displayed,
    Environment,
    Parameters,
    RunChange,
    RunDetail,
    RunPage,
    RunsQuery,
)
from jupyter_mlops.services.outputs import read_display
from jupyter_mlops.services.run import Run
from jupyter_mlops.workspace import Workspace


class RunsHandler(MlopsHandler):
    """All runs."""

    @web.authenticated
    @authorized
    @answers(RunPage, query=RunsQuery)
    async def get(self) -> None:
        """List a page of runs, the latest first."""
        query = self.question(RunsQuery)
        self.reply(await self.workers.read(lambda workspace: _page(workspace, query)))


class RunHandler(MlopsHandler):
    """One run."""

    @web.authenticated
    @authorized
    @answers(RunDetail)
    async def get(self, run_id: str) -> None:
        """Describe a run."""
        self.reply(await self.read(run_id, _detail))

    @web.authenticated
    @authorized
    @answers(RunRow, body=RunChange)
    async def patch(self, run_id: str) -> None:
        """Change a run's note and tags, or archive it."""
        change = self.sent(RunChange)
        self.reply(await self.read(run_id, lambda workspace, run: changed_notes(workspace.runs, run.folder, change)))

    @web.authenticated
    @authorized
    @answers(Deleted, query=DeleteQuery)
    async def delete(self, run_id: str) -> None:
        """Delete a run with all it holds."""
        stop = self.question(DeleteQuery).stop
        freed = await self.act(run_id, lambda workspace, run: workspace.runs.delete(run, stop=stop))
        self.reply(Deleted(freed))


class StopHandler(MlopsHandler):
    """The end of a run, on demand."""

    @web.authenticated
    @authorized
    @answers(RunRow)
    async def post(self, run_id: str) -> None:
        """Stop a run and answer when nothing of it is left; a finished run stays as it is."""
        self.reply(await self.act(run_id, lambda workspace, run: workspace.runs.stop(run).folder.row()))


class RetryHandler(MlopsHandler):
    """The same again."""

    @web.authenticated
    @authorized
    @answers(RunRow, status=201)
    async def post(self, run_id: str) -> None:
        """Start a new run of the same code, values and parameters."""
        row = await self.act(run_id, lambda workspace, run: workspace.runs.retry(run).folder.row())
        self.reply(row, 201)


class CloseHandler(MlopsHandler):
    """The end of a run that nobody can tell of any more."""

    @web.authenticated
    @authorized
    @answers(RunRow)
    async def post(self, run_id: str) -> None:
        """Write that a run of another machine, which will not come back, has ended."""
        self.reply(await self.act(run_id, lambda workspace, run: workspace.runs.close(run).folder.row()))


class SnapshotHandler(MlopsHandler):
    """A run's card."""

    @web.authenticated
    @authorized
    @answers(RunSnapshot)
    async def get(self, run_id: str) -> None:
        """Return all that a card shows."""
        self.reply(await self.read(run_id, lambda workspace, run: workspace.runs.snapshot(run)))


class CodeHandler(MlopsHandler):
    """A run's code."""

    @web.authenticated
    @authorized
    @answers(Code)
    async def get(self, run_id: str) -> None:
        """Return the cell as it ran."""
        self.reply(await self.read(run_id, _code))


class ReceiptHandler(MlopsHandler):
    """A run's receipt."""

    @web.authenticated
    @authorized
    @answers(Receipt)
    async def get(self, run_id: str) -> None:
        """Return what travelled with the cell."""
        self.reply(await self.read(run_id, lambda _, run: run.receipt))


class EnvironmentHandler(MlopsHandler):
    """A run's surroundings."""

    @web.authenticated
    @authorized
    @answers(Environment)
    async def get(self, run_id: str) -> None:
        """Return interpreter, packages, commit and host."""
        self.reply(await self.read(run_id, lambda _, run: Environment(run.environment)))


class ParametersHandler(MlopsHandler):
    """What a search may change."""

    @web.authenticated
    @authorized
    @answers(Parameters)
    async def get(self, run_id: str) -> None:
        """Return the parameters of a run's cell with the values that it ran with."""
        self.reply(await self.read(run_id, lambda _, run: Parameters(parameters(str.__str__(run.code)))))


class DatasetsHandler(MlopsHandler):
    """A run's tables and arrays."""

    @web.authenticated
    @authorized
    @answers(Datasets)
    async def get(self, run_id: str) -> None:
        """Return the fingerprints of the tables and arrays that travelled with the cell."""
        self.reply(await self.read(run_id, lambda _, run: run.datasets))


class LineageHandler(MlopsHandler):
    """Where a run comes from, and what came of it."""

    @web.authenticated
    @authorized
    @answers(Lineage)
    async def get(self, run_id: str) -> None:
        """Return the chain from the run's data to what serves its model."""
        self.reply(await self.read(run_id, lambda _, run: run.lineage))


class DisplayHandler(MlopsHandler):
    """A run's rich output."""

    @web.authenticated
    @authorized
    @answers(Displayed, query=AttemptQuery)
    async def get(self, run_id: str) -> None:
        """Return what a rank displayed. It is data: whoever shows it sanitizes it."""
        query = self.question(AttemptQuery)
        self.reply(await self.read(run_id, lambda _, run: _displayed(run, query)))


def _page(workspace: Workspace, query: RunsQuery) -> RunPage:
    where = Where(
        conditions=parse_where(query.where, time.time()),
        archived=ARCHIVED[query.archived],
        sweep=None if query.trials and not query.sweep else query.sweep,
        states=frozenset(query.state),
        sort=query.sort,
        descending=query.descending,
        limit=query.limit,
        offset=query.offset,
    )
    # Looked at before the rows are: what changes in between is then asked for once more, not missed. The index alone
    # is read: the server settles what is unfinished by itself, every two seconds.
    generation, seq = workspace.index.position()
    rows, total, states = workspace.index.page(where)
    return RunPage(rows, total, states, generation, seq)


def _detail(workspace: Workspace, run: Run) -> RunDetail:
    status = run.folder.status()
    is_elsewhere = not status.state.is_finished and run.folder.is_elsewhere()
    return RunDetail(
        row=run.folder.row(),
        status=status,
        spec=msgspec.structs.replace(run.spec, env={}),
        place=workspace.runs.place(run) if status.state is State.QUEUED else "",
        elsewhere=workspace.runs.elsewhere(run) if is_elsewhere else "",
        attempts=run.folder.attempts(),
        home=workspace.home.id,
    )


def _code(_: Workspace, run: Run) -> Code:
    error = run.folder.status().error
    # The text of a notebook is a class of its own, which no encoder knows.
    return Code(str.__str__(run.code), run.spec.code_hash, error.line if error else 0)


def _displayed(run: Run, query: AttemptQuery) -> Displayed:
    attempt = query.attempt or run.folder.status().attempt
    return Displayed(attempt, query.rank, read_display(run.path / "display" / str(attempt) / str(query.rank)))
