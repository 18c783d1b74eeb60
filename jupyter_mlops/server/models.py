"""Models: listed, registered, described, given aliases, deleted."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from jupyter_mlops.domain.models import ModelRow, ModelSnapshot, VersionRow, VersionSnapshot
from jupyter_mlops.server.base import MlopsHandler, answers
from jupyter_mlops.server.modelreplies import (
    AliasChange,
    ModelPage,
    ModelsQuery,
    Register,
    RegisteredVersion,
    Verified,
)
from jupyter_mlops.server.replies import Deleted, RunChange


class ModelsHandler(MlopsHandler):
    """All models."""

    @web.authenticated
    @authorized
    @answers(ModelPage, query=ModelsQuery)
    async def get(self) -> None:
        """List a page of models."""
        raise NotImplementedError

    @web.authenticated
    @authorized
    @answers(RegisteredVersion, body=Register, status=201, also=(200,))
    async def post(self) -> None:
        """Register what a run or a sweep kept, or only look whether it could be."""
        raise NotImplementedError


class ModelHandler(MlopsHandler):
    """One model."""

    @web.authenticated
    @authorized
    @answers(ModelSnapshot)
    async def get(self, name: str) -> None:
        """Describe a model with its versions."""
        raise NotImplementedError

    @web.authenticated
    @authorized
    @answers(ModelRow, body=RunChange)
    async def patch(self, name: str) -> None:
        """Change a model's note and tags, or archive it."""
        raise NotImplementedError

    @web.authenticated
    @authorized
    @answers(Deleted)
    async def delete(self, name: str) -> None:
        """Delete a model with all its versions."""
        raise NotImplementedError


class OneVersionHandler(MlopsHandler):
    """One version."""

    @web.authenticated
    @authorized
    @answers(VersionSnapshot)
    async def get(self, name: str, version: str) -> None:
        """Describe a version."""
        raise NotImplementedError

    @web.authenticated
    @authorized
    @answers(VersionRow, body=RunChange)
    async def patch(self, name: str, version: str) -> None:
        """Change a version's note and tags."""
        raise NotImplementedError

    @web.authenticated
    @authorized
    @answers(Deleted)
    async def delete(self, name: str, version: str) -> None:
        """Delete a version."""
        raise NotImplementedError


class VerifyHandler(MlopsHandler):
    """Checksums."""

    @web.authenticated
    @authorized
    @answers(Verified)
    async def post(self, name: str, version: str) -> None:
        """Hold every byte of a version against its checksums."""
        raise NotImplementedError


class AliasHandler(MlopsHandler):
    """One alias."""

    @web.authenticated
    @authorized
    @answers(ModelSnapshot, body=AliasChange)
    async def put(self, name: str, alias: str) -> None:
        """Let an alias point at a version."""
        raise NotImplementedError

    @web.authenticated
    @authorized
    @answers(ModelSnapshot)
    async def delete(self, name: str, alias: str) -> None:
        """Remove an alias."""
        raise NotImplementedError
