"""Where versions of models are served, as the endpoints' folders say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from jupyter_mlops.domain.endpoints import RevisionSpec
from jupyter_mlops.domain.errors import Conflict, MlopsError
from jupyter_mlops.domain.models import ModelRow, Use, VersionRow
from jupyter_mlops.store.endpoints import EndpointFolder
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.indexfile import folder_names

_ROLES = ("stable", "canary", "shadow", "kept")


class Uses:
    """Looks at all endpoints of a home; what has not changed since is not read again."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._folders: dict[str, EndpointFolder] = {}

    def of(self, model: str, version: int) -> list[Use]:
        """Return where a version is served, or kept for a roll back: what has most to do first."""
        return self.all().get((model, version), [])

    def all(self) -> dict[tuple[str, int], list[Use]]:
        """Return where each version is served."""
        found: dict[tuple[str, int], list[Use]] = {}
        for spec, use in self._uses():
            found.setdefault((spec.model, spec.version), []).append(use)
        for uses in found.values():
            uses.sort(key=lambda use: (_ROLES.index(use.role), use.endpoint, -use.revision))
        return found

    def fill(self, rows: list[ModelRow]) -> list[ModelRow]:
        """Return models whose recent versions say where they are served."""
        found = self.all()
        for row in rows:
            for version in row.recent:
                version.uses = found.get((version.model, version.version), [])
        return rows

    def fill_versions(self, rows: list[VersionRow]) -> list[VersionRow]:
        """Return versions that say where they are served."""
        found = self.all()
        for row in rows:
            row.uses = found.get((row.model, row.version), [])
        return rows

    def refuse(self, model: str, version: int | None = None) -> None:
        """Refuse to delete what an endpoint serves, or keeps for a roll back.

        Raises:
            Conflict: an endpoint names the version, or any version of the model if none is told.
        """
        for spec, use in self._uses():
            if spec.model == model and version in (None, spec.version):
                raise Conflict(f"{model}:{spec.version} cannot be deleted: {_words(use)}.")

    def _uses(self) -> Iterator[tuple[RevisionSpec, Use]]:
        for name in folder_names(self._home.endpoints):
            folder = self._folders.setdefault(name, EndpointFolder(self._home.endpoints / name))
            # An endpoint that cannot be read says so elsewhere; what its revisions are can be read all the same.
            with suppress(MlopsError, OSError):
                yield from _uses_of(folder)


def _words(use: Use) -> str:
    if use.role == "kept":
        return (
            f"the endpoint {use.endpoint} keeps it as r{use.revision} for a roll back; delete that revision there first"
        )
    return (
        f"the endpoint {use.endpoint} serves it as r{use.revision}; deploy another version there, or delete the "
        "endpoint, first"
    )


def _uses_of(folder: EndpointFolder) -> Iterator[tuple[RevisionSpec, Use]]:
    status = folder.status()
    for fact in status.revisions:
        yield fact.spec, Use(folder.id, fact.spec.revision, fact.role, fact.percent)
    # What is written but not started yet: its keeper is about to be asked.
    for path in (folder.path / "revisions").glob("*"):
        if path.name.isdecimal() and int(path.name) > status.last:
            with suppress(MlopsError):
                yield folder.revision(int(path.name)), Use(folder.id, int(path.name), "kept")
