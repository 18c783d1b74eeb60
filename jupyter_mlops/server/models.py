"""Models: listed, registered, described, given aliases, deleted."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from jupyter_server.auth.decorator import authorized
from tornado import web

from jupyter_mlops.domain.errors import Broken, InvalidInput, NotFound
from jupyter_mlops.domain.models import ModelRow, ModelSnapshot, VersionRow, VersionSnapshot
from jupyter_mlops.domain.where import Where, parse_where
from jupyter_mlops.server.base import ARCHIVED, MlopsHandler, answers, changed, changed_notes, run_of
from jupyter_mlops.server.modelreplies import (
    AliasChange,
    ModelPage,
    ModelsQuery,
    Register,
    RegisteredVersion,
    Verified,
)
from jupyter_mlops.server.replies import Deleted, RunChange
from jupyter_mlops.server.sweeps import sweep_of
from jupyter_mlops.services.model import Model
from jupyter_mlops.services.models import Models
from jupyter_mlops.services.run import Run
from jupyter_mlops.services.sweep import Sweep
from jupyter_mlops.services.version import Version
from jupyter_mlops.workspace import Workspace

T = TypeVar("T")


class _OfOne(MlopsHandler):
    async def ask(self, name: str, ask: Callable[[Models, Model], T]) -> T:
        """Return what ``ask`` says of one model."""
        return await self.workers.read(lambda workspace: ask(workspace.models, workspace.models.get(name)))

    async def do(self, name: str, do: Callable[[Models, Model], T]) -> T:
        """Return what ``do``, which may take seconds, does to one model."""
        return await self.workers.act(lambda workspace: do(workspace.models, workspace.models.get(name)))


class ModelsHandler(MlopsHandler):
    """All models."""

    @web.authenticated
    @authorized
    @answers(ModelPage, query=ModelsQuery)
    async def get(self) -> None:
        """List a page of models."""
        query = self.question(ModelsQuery)
        self.reply(await self.workers.read(lambda workspace: _page(workspace, query)))

    @web.authenticated
    @authorized
    @answers(RegisteredVersion, body=Register, status=201, also=(200,))
    async def post(self) -> None:
        """Register what a run or a sweep kept, or only look whether it could be."""
        asked = self.sent(Register)
        registered = await self.workers.act(lambda workspace: _registered(workspace, asked))
        self.reply(registered, 200 if asked.check else 201)


class ModelHandler(_OfOne):
    """One model."""

    @web.authenticated
    @authorized
    @answers(ModelSnapshot)
    async def get(self, name: str) -> None:
        """Describe a model with its versions."""
        self.reply(await self.ask(name, lambda models, model: models.snapshot(model)))

    @web.authenticated
    @authorized
    @answers(ModelRow, body=RunChange)
    async def patch(self, name: str) -> None:
        """Change a model's note and tags, or archive it."""
        change = self.sent(RunChange)
        self.reply(await self.ask(name, lambda models, model: changed_notes(models, model.folder, change)))

    @web.authenticated
    @authorized
    @answers(Deleted)
    async def delete(self, name: str) -> None:
        """Delete a model with all its versions."""
        self.reply(Deleted(await self.do(name, lambda models, model: models.delete(model))))


class OneVersionHandler(_OfOne):
    """One version."""

    @web.authenticated
    @authorized
    @answers(VersionSnapshot)
    async def get(self, name: str, version: str) -> None:
        """Describe a version."""
        snapshot = await self.ask(
            name, lambda models, model: models.version_snapshot(_version_of(models, model, version))
        )
        self.reply(snapshot)

    @web.authenticated
    @authorized
    @answers(VersionRow, body=RunChange)
    async def patch(self, name: str, version: str) -> None:
        """Change a version's note and tags."""
        change = self.sent(RunChange)
        self.reply(await self.ask(name, lambda models, model: _annotated(_version_of(models, model, version), change)))

    @web.authenticated
    @authorized
    @answers(Deleted)
    async def delete(self, name: str, version: str) -> None:
        """Delete a version."""
        freed = await self.do(name, lambda models, model: models.delete(_version_of(models, model, version)))
        self.reply(Deleted(freed))


class VerifyHandler(_OfOne):
    """Checksums."""

    @web.authenticated
    @authorized
    @answers(Verified)
    async def post(self, name: str, version: str) -> None:
        """Hold every byte of a version against its checksums."""
        self.reply(await self.do(name, lambda models, model: _verified(_version_of(models, model, version))))


class AliasHandler(_OfOne):
    """One alias."""

    @web.authenticated
    @authorized
    @answers(ModelSnapshot, body=AliasChange)
    async def put(self, name: str, alias: str) -> None:
        """Let an alias point at a version."""
        version = self.sent(AliasChange).version
        self.reply(await self.do(name, lambda models, model: models.point(model, alias, version).snapshot()))

    @web.authenticated
    @authorized
    @answers(ModelSnapshot)
    async def delete(self, name: str, alias: str) -> None:
        """Remove an alias."""
        self.reply(await self.do(name, lambda models, model: models.unalias(model, alias).snapshot()))


def _version_of(models: Models, model: Model, version: str) -> Version:
    """Return the version with that number; an alias does not do, for it may move before the call is read."""
    if not version.isascii() or not version.isdecimal():
        raise NotFound(f"{version!r} is no number of a version of {model.name}.")
    return models.version(f"{model.name}:{version}")


def _page(workspace: Workspace, query: ModelsQuery) -> ModelPage:
    where = Where(
        conditions=parse_where(query.where, time.time()),
        archived=ARCHIVED[query.archived],
        sort=query.sort,
        descending=query.descending,
        limit=query.limit,
        offset=query.offset,
    )
    # Looked at before the rows are, as with runs.
    generation, seq = workspace.index.position()
    rows, total, _ = workspace.index.models.page(where)
    return ModelPage(workspace.models.uses.fill(rows), total, generation, seq)


def _registered(workspace: Workspace, asked: Register) -> RegisteredVersion:
    models, source = workspace.models, _source(workspace, asked)
    given: dict[str, Any] = {"alias": asked.alias, "value": asked.value, "data": asked.data or None}
    # Told before: what was kept stays, and who has just registered wants to see the version.
    plan = models.plan(source, asked.name, **given)
    if asked.check:
        return RegisteredVersion(None, plan.values, plan.tables, plan.sentences, plan.command)
    version = models.register(source, asked.name, **given, aside=True)
    sentences = [*version.remarks, *version.spec.notes]
    return RegisteredVersion(version.row, plan.values, plan.tables, sentences, version.spec.command)


def _source(workspace: Workspace, asked: Register) -> Run | Sweep:
    if bool(asked.run) == bool(asked.sweep):
        raise InvalidInput("Say what is to be registered: the id of a run, or that of a sweep.")
    return run_of(workspace, asked.run) if asked.run else sweep_of(workspace, asked.sweep)


def _annotated(version: Version, change: RunChange) -> VersionRow:
    if change.archived is not msgspec.UNSET:
        raise InvalidInput(f"A version cannot be archived; archive the model {version.model}, or delete the version.")
    notes = version.folder.version_notes(version.number)
    version.annotate(changed(notes, change))
    return version.row


def _verified(version: Version) -> Verified:
    try:
        version.verify()
    except Broken as error:
        return Verified(False, str(error))
    return Verified(True, f"All {len(version.files)} files of {version.name} are what was registered.")
