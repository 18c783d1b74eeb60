"""What users mean when they say model: register, list, get, point, load, verify, export, delete, annotate."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from jupyter_mlops.domain.errors import InvalidInput, InvalidOption, MlopsError, NotFound, nearest
from jupyter_mlops.domain.lineage import Lineage
from jupyter_mlops.domain.models import (
    CHAMPION,
    LATEST,
    ModelRow,
    ModelSnapshot,
    VersionRow,
    VersionSnapshot,
    check_alias,
)
from jupyter_mlops.domain.names import check_label
from jupyter_mlops.domain.runs import RunNotes
from jupyter_mlops.domain.where import Condition, Where, parse_where
from jupyter_mlops.platforms.registry import Registry
from jupyter_mlops.services.kept import who
from jupyter_mlops.services.lineage import Lineages
from jupyter_mlops.services.model import Model
from jupyter_mlops.services.modellist import ModelList
from jupyter_mlops.services.origin import refuse_inside_a_rank
from jupyter_mlops.services.run import Run
from jupyter_mlops.services.runs import Runs
from jupyter_mlops.services.uses import Uses
from jupyter_mlops.services.version import Version
from jupyter_mlops.store.models import ModelFolder

if TYPE_CHECKING:
    from jupyter_mlops.services.registering import Plan
    from jupyter_mlops.services.registrable import Source
    from jupyter_mlops.services.sweeps import Sweeps

_FORMS = "a version is named as in digits:3, digits@champion or digits"


class Models:
    """The models of one home. Use it from one thread at a time.

    Args:
        runs: The runs of the same home.
        sweeps: Returns its sweeps.
        registries: Where versions are kept, by the name of the platform; ``local`` is used where none is named.
        clock: Seconds since the epoch.
    """

    noun = "model"

    def __init__(
        self, runs: Runs, sweeps: Callable[[], Sweeps], registries: Mapping[str, Registry], clock: Callable[[], float]
    ) -> None:
        self.home = runs.home
        self.runs = runs
        self.rows = runs.index.models
        self.uses = Uses(runs.home)
        self.lineages = Lineages(runs.home, runs.index, self.uses)
        self.clock = clock
        self._sweeps = sweeps
        self._registries = registries

    def register(
        self,
        what: Any,
        name: str = "",
        *,
        alias: str = "",
        value: str = "",
        data: Any = None,
        best: str = "",
        command: str = "",
        aside: bool = False,
    ) -> Version:
        """Make a version of what a run kept, or of an object, and return it.

        Args:
            what: A run, a sweep (its best trial is meant), a name or an id of one, a trial as ``NAME/3``, or an object
                of the notebook with ``predict``.
            name: The model's; that of the run or sweep if it is empty.
            alias: An alias that is to point at the version: ``champion``.
            value: Name of the kept value; may be empty where there is but one that can be registered.
            data: The training input, a table or an array, from which signature, example and profile are made; or the
                name of a variable that the run had captured. If it is None, the one captured table that fits is used.
            best: A metric, ``accuracy`` or ``loss:minimize``: the best of all runs of the name is meant.
            command: The line that asked for it.
            aside: Whether another process does it: this one must not unpickle.

        Raises:
            InvalidInput: something makes no sense as asked, or several things may be meant; nothing was registered.
            NotFound: nothing has that name, or nothing was kept; nothing was registered.
            Conflict: the run still goes.
            Unsupported: a package is missing; nothing was registered.
        """
        refuse_inside_a_rank("A run does not register its own model: name it with --keep, and register the run.")
        from jupyter_mlops.services.registering import register

        source = self._source(what, value, best)
        version, remarks = register(self, source, name=name, alias=alias, data=data, command=command, aside=aside)
        return Version(self._folder(version.model), version.version, self, remarks)

    def plan(
        self, what: Any, name: str = "", *, alias: str = "", value: str = "", data: Any = None, best: str = ""
    ) -> Plan:
        """Return what ``register`` would make with the same arguments. Nothing is unpickled, and nothing made.

        Where several values can be registered, the likeliest is taken.

        Raises:
            MlopsError: it would not be registered, as far as can be told.
        """
        from jupyter_mlops.services.registering import plan

        return plan(self, self._source(what, value, best, guess=True), name=name, alias=alias, data=data)

    def get(self, which: str | Model) -> Model:
        """Return a model by its name.

        Raises:
            NotFound: there is none of that name; the nearest is named.
        """
        return which if isinstance(which, Model) else Model(self._folder(which), self)

    def version(self, which: str | Version) -> Version:
        """Return a version by its name.

        Args:
            which: ``digits:3``, ``digits@champion``, or ``digits``: the champion, else the latest.

        Raises:
            NotFound: there is no such model, alias or version; the nearest is named.
        """
        if isinstance(which, Version):
            return which
        name, number, alias = parsed(which)
        folder = self._folder(name)
        return Version(folder, self._number(folder, number or alias), self)

    def list(
        self,
        where: str | Iterable[Condition] = "",
        *,
        sort: str = "updated",
        descending: bool = True,
        limit: int | None = None,
        offset: int = 0,
        archived: bool | None = False,
    ) -> ModelList:
        """Return the models that fit, those that changed last first.

        Args:
            where: Conditions such as ``"digits accuracy > 0.9 tag = best"``; a metric is the champion's, else the
                latest version's; ``@champion > 2`` asks where an alias points.
            sort: A column or a metric.
            descending: Whether the largest comes first.
            limit: How many at most.
            offset: How many are passed over.
            archived: Whether archived models are meant; None is both.
        """
        conditions = parse_where(where, self.clock()) if isinstance(where, str) else tuple(where)
        wanted = Where(
            conditions=conditions, archived=archived, sort=sort, descending=descending, limit=limit, offset=offset
        )
        rows = self.uses.fill(self.rows.list(wanted))
        shown = where if isinstance(where, str) else ""
        return ModelList([Model(ModelFolder(self.home.models / row.id), self) for row in rows], rows, self.clock, shown)

    def versions(self, model: str | Model) -> _Versions:
        """Return the versions of a model, the latest first."""
        folder = self.get(model).folder
        return [Version(folder, number, self) for number in folder.status().versions[::-1]]

    def point(self, model: str | Model, alias: str, version: int | str | Version) -> Model:
        """Let an alias point at a version, and return the model.

        Args:
            model: The model, or its name.
            alias: A label, such as ``champion``.
            version: A version, its number, ``digits:3``, ``latest``, or an alias that points at it.

        Raises:
            NotFound: there is no such version; the nearest is named.
            InvalidName: the alias is no label.
        """
        model = self.get(model)
        self.registry.point(model.name, check_alias(alias), self._meant(model, version), who())
        self.rows.refresh(model.folder)
        return model

    def unalias(self, model: str | Model, alias: str) -> Model:
        """Remove an alias, and return the model.

        Raises:
            NotFound: there is no such alias; the nearest is named.
        """
        model = self.get(model)
        model.folder.check_alias(alias)
        self.registry.point(model.name, alias, 0, who())
        self.rows.refresh(model.folder)
        return model

    def delete(self, which: str | Model | Version, *, stop: bool = False) -> int:
        """Remove a version, or a model with all of them, and return the bytes that this freed.

        Args:
            which: A version, or ``digits:3``; a model, or its name.
            stop: Means nothing: no model is unfinished.

        Raises:
            Conflict: an endpoint serves it, or keeps it for a roll back.
        """
        del stop
        if isinstance(which, str) and (":" in which or "@" in which):
            which = self.version(which)
        if isinstance(which, Version):
            self.uses.refuse(which.model, which.number)
            freed = self.registry.delete(which.model, which.number, who())
        else:
            which = self.get(which)
            self.uses.refuse(which.name)
            freed = self.registry.forget(which.name)
        self.rows.refresh(which.folder.id)
        return freed

    def verify(self, version: str | Version) -> None:
        """Return if every byte of a version is what it was when it was registered.

        Raises:
            Broken: it is not; the first file that differs is named.
        """
        version = self.version(version)
        self.registry.verify(version.model, version.number)

    def load(self, version: str | Version) -> Any:
        """Return the object that was registered, as it was.

        Raises:
            Broken: a byte of it has changed; the file is named.
            Unavailable: it needs a package that is not installed here.
        """
        from jupyter_mlops.services.loading import load

        version = self.version(version)
        self.verify(version)
        return load(version)

    def export(self, version: str | Version, path: str | os.PathLike[str], server: str = "") -> Path:
        """Write a folder that a server takes as it is, and return where it is; see ``Version.export``."""
        version = self.version(version)
        self.verify(version)
        from jupyter_mlops.services.exporting import export

        return export(version.spec, version.path, Path(path), server)

    def annotate(self, folder: ModelFolder, notes: RunNotes) -> None:
        """Let ``notes`` be what people wrote about a model."""
        folder.write_notes(notes)
        self.rows.refresh(folder)

    def annotate_version(self, version: Version, notes: RunNotes) -> None:
        """Let ``notes`` be what people wrote about a version."""
        version.folder.write_version_notes(version.number, notes)
        self.rows.refresh(version.folder)

    def archive(self, which: str | Model, *, archived: bool = True) -> Model:
        """Take a model off the usual list, or put it back; nothing else changes."""
        model = self.get(which)
        self.annotate(model.folder, msgspec.structs.replace(model.folder.notes(), archived=archived))
        return model

    def lineage(self, which: str | Run | Version) -> Lineage:
        """Return where a run, or a version, comes from and what came of it."""
        if isinstance(which, Run):
            return self.lineages.of_run(which.id)
        return self.version_lineage(self.version(which))

    def version_lineage(self, version: Version) -> Lineage:
        """Return where a version comes from and where it is served."""
        return self.lineages.of_version(version.model, version.number)

    def run_of(self, version: Version) -> Run | None:
        """Return the run that made a version; None if the notebook did, or if the run is gone."""
        if not version.spec.run:
            return None
        with suppress(NotFound):
            return self.runs.get(version.spec.run)
        return None

    def row(self, model: Model) -> ModelRow:
        """Return a model as lists show it."""
        return self.uses.fill([model.folder.row()])[0]

    def version_row(self, version: Version) -> VersionRow:
        """Return a version as lists show it."""
        version.folder.check_version(version.number)
        row = version.folder.version_row(version.number, version.folder.status())
        return self.uses.fill_versions([row])[0]

    def snapshot(self, model: str | Model) -> ModelSnapshot:
        """Return a model as its page shows it."""
        model = self.get(model)
        row = self.row(model)
        if row.broken and not row.versions:
            return ModelSnapshot(row, home=self.home.id)
        status = model.folder.status()
        versions = self.uses.fill_versions(model.folder.version_rows(status))
        return ModelSnapshot(row, versions, status.history[::-1], self.home.id)

    def version_snapshot(self, version: str | Version) -> VersionSnapshot:
        """Return a version as its card and the model's page show it.

        Raises:
            NotFound: there is no such version.
            Broken: it cannot be read.
        """
        version = self.version(version)
        folder, spec = version.folder, version.spec
        row = self.version_row(version)
        snapshot = VersionSnapshot(spec, row, variable=version.variable, home=self.home.id, prompt=spec.origin.prompt)
        snapshot.champion = self._held_against(folder, version.number)
        snapshot.model = self.uses.fill([folder.row()])[0]
        snapshot.lineage = self.version_lineage(version)
        # The rest is worth showing where a part of it cannot be read.
        reasons = []
        for field, read in (("profile", folder.profile), ("files", folder.files), ("example", folder.example)):
            try:
                setattr(snapshot, field, read(version.number))
            except MlopsError as error:
                reasons.append(str(error))
        row.broken = row.broken or next(iter(reasons), "")
        if version.remarks:
            snapshot.spec = msgspec.structs.replace(spec, notes=[*version.remarks, *spec.notes])
        return snapshot

    def bundle(self, snapshot: ModelSnapshot) -> dict[str, Any]:
        """Return a model's card in every form that a notebook knows."""
        from jupyter_mlops.cards.models import model_mimebundle

        return model_mimebundle(snapshot, self.clock())

    def version_bundle(self, snapshot: VersionSnapshot) -> dict[str, Any]:
        """Return a version's card in every form that a notebook knows."""
        from jupyter_mlops.cards.models import version_mimebundle

        return version_mimebundle(snapshot, self.clock())

    @property
    def registry(self) -> Registry:
        """Where versions are kept."""
        return self._registries["local"]

    def _source(self, what: Any, value: str, best: str, *, guess: bool = False) -> Source:
        from jupyter_mlops.services.registrable import source_of

        return source_of(self.runs, self._sweeps(), what, value, best, guess=guess)

    def _folder(self, name: str) -> ModelFolder:
        path = self.home.models / name if check_name(name) else None
        if path is None or not path.is_dir():
            raise NotFound(f"There is no model {name!r}{nearest(name, self.registry.models()) or '.'}")
        return ModelFolder(path)

    def _number(self, folder: ModelFolder, which: int | str) -> int:
        if isinstance(which, int) and which:
            folder.check_version(which)
            return which
        status = folder.status()
        if which and which != LATEST:
            return folder.check_alias(str(which))
        champion = 0 if which == LATEST else status.aliases.get(CHAMPION, 0)
        if not (champion or status.versions):
            raise NotFound(f"The model {folder.id} has no version.")
        return champion or status.versions[-1]

    def _meant(self, model: Model, version: int | str | Version) -> int:
        if isinstance(version, str):
            version = int(version) if version.isdecimal() else version
        if isinstance(version, str) and (":" in version or "@" in version):
            version = self.version(version)
        if isinstance(version, Version):
            if version.model != model.name:
                raise InvalidInput(
                    f"{version.name} is no version of {model.name}, so none of its aliases can point there."
                )
            return self._number(model.folder, version.number)
        if version == 0:
            model.folder.check_version(0)
        return self._number(model.folder, version)

    def _held_against(self, folder: ModelFolder, number: int) -> VersionRow | None:
        """Return the champion; of the champion itself the version before it."""
        status = folder.status()
        champion = status.aliases.get(CHAMPION, 0)
        before = [version for version in status.versions if version < number]
        other = champion if champion and champion != number else next(reversed(before), 0)
        return folder.version_row(other, status) if other else None


_Versions = list[Version]


def parsed(which: str) -> tuple[str, int, str]:
    """Return the model's name, the number (0 if none is told) and the alias (empty if none is told) of a version.

    Raises:
        InvalidOption: ``which`` names no version.
    """
    name, colon, number = which.partition(":")
    if colon and number != LATEST:
        if not number.isdecimal():
            raise InvalidOption(f"{number!r} is no number of a version; {_FORMS}.")
        return name, _checked(number, name), ""
    name, at, alias = which.partition("@") if not colon else (name, "@", LATEST)
    if at and not alias:
        raise InvalidOption(f"{which!r} names no alias; {_FORMS}.")
    return name, 0, alias


def _checked(number: str, name: str) -> int:
    if not int(number):
        raise NotFound(f"The model {name} has no version 0: numbers begin with 1.")
    return int(number)


def check_name(name: str) -> bool:
    """Say whether a model may have that name."""
    with suppress(MlopsError):
        return bool(check_label(name))
    return False
