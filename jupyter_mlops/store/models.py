"""A model's folder, read from outside: the versions that are there, and the aliases that point at them.

Which versions there are the folder ``versions/`` says, into which each is renamed as a whole; when they came, and where
aliases pointed, the events say. Whoever is killed between the two leaves an event to be added by the next writer
(``store.modelkeeping``), and readers see what the folder says meanwhile.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from jupyter_mlops import wire
from jupyter_mlops.domain.errors import Broken, NotFound, Unsupported, nearest
from jupyter_mlops.domain.models import (
    CHAMPION,
    FORMAT,
    ModelEvent,
    ModelRow,
    ModelSpec,
    ModelStatus,
    VersionFile,
    VersionRow,
    VersionSpec,
    aliases_of,
    apply,
    row_of,
    version_row,
)
from jupyter_mlops.domain.profiles import Profile
from jupyter_mlops.domain.runs import Origin, RunNotes
from jupyter_mlops.store.folders import KeptFolder, or_reason
from jupyter_mlops.store.following import UNREADABLE, Cached

LISTED = 20
"""How many versions a row shows."""

_LOOKS = 20
_CLOSE_SECONDS = 0.05
"""How long after the time that it tells an event may be written: too short means a look that was not needed."""
_events: msgspec.json.Decoder[ModelEvent] = msgspec.json.Decoder(ModelEvent)


class ModelFolder(KeptFolder[ModelSpec, ModelEvent, ModelStatus, ModelRow]):
    """Reads one model."""

    noun = "model"
    newest = FORMAT
    asked = "model.json"

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._versions: dict[int, Cached[VersionSpec]] = {}

    @property
    def versions(self) -> Path:
        """Where the versions are."""
        return self.path / "versions"

    def version_path(self, version: int) -> Path:
        """Return where a version is, whether it is there or not."""
        return self.versions / str(version)

    def decode_spec(self, data: bytes) -> ModelSpec:
        return wire.decode(data, ModelSpec)

    def decode_event(self, line: bytes) -> ModelEvent:
        return _events.decode(line)

    def begin(self, spec: ModelSpec) -> ModelStatus:
        del spec
        return ModelStatus()

    def apply(self, spec: ModelSpec, status: ModelStatus, event: ModelEvent) -> None:
        del spec
        apply(status, event)

    def origin(self) -> Origin:
        return self.spec().origin

    def told(self) -> ModelStatus:
        """Return what the events alone come to."""
        status = self._events.read(self.spec())[1]
        return msgspec.structs.replace(
            status,
            versions=list(status.versions),
            aliases=dict(status.aliases),
            history=list(status.history),
            sizes=dict(status.sizes),
            notes=list(status.notes),
        )

    def status(self) -> ModelStatus:
        spec = self.spec()
        for _ in range(_LOOKS):
            before = len(self._events.read(spec)[0])
            there = numbers_in(self.versions)
            status = self.told()
            # Versions and events must be of one moment: an alias that has just moved would seem to point nowhere.
            if len(self._events.read(spec)[0]) == before:
                break
        status.versions = there
        status.last = max([status.last, *there])
        status.aliases = {alias: version for alias, version in status.aliases.items() if version in there}
        status.sizes = {version: self._size(version, status) for version in there}
        return status

    def version(self, version: int) -> VersionSpec:
        """Return what a version is.

        Raises:
            NotFound: there is no such version; the nearest is named.
            Broken: its folder holds what cannot be read.
            Unsupported: a newer version of jupyter-mlops wrote it.
        """
        if version not in self._versions:
            self._versions[version] = Cached(
                self.version_path(version) / "version.json", lambda _, data: _version_told(data, self.id, version)
            )
        try:
            found = self._versions[version].read()
        except OSError as error:
            raise Broken(f"{self.id}:{version} cannot be used: {error.filename} cannot be read.") from error
        if found is not None:
            return found
        self.check_version(version)
        raise Broken(f"{self.id}:{version} cannot be used: its version.json is missing.")

    def check_version(self, version: int) -> None:
        """Refuse a version that is not there.

        Raises:
            NotFound: there is no such version, or no such model; the nearest is named.
        """
        if version > 0 and self.version_path(version).is_dir():
            return
        self._check_exists()
        there = numbers_in(self.versions)
        if not there:
            raise NotFound(f"The model {self.id} has no version {version}: it has none.")
        close = min(there, key=lambda number: (abs(number - version), -number))
        raise NotFound(f"The model {self.id} has no version {version}; the nearest is {self.id}:{close}.")

    def check_alias(self, alias: str) -> int:
        """Return the version that an alias points at.

        Raises:
            NotFound: there is no such alias; the nearest is named.
        """
        aliases = self.status().aliases
        if alias in aliases:
            return aliases[alias]
        hint = nearest(alias, aliases) or (f"; there is {_listed(sorted(aliases))}." if aliases else ": it has none.")
        raise NotFound(f"The model {self.id} has no alias {alias!r}{hint}")

    def version_notes(self, version: int) -> RunNotes:
        """Return what people wrote about a version. The caller must not change it."""
        path = self.version_path(version) / "notes.json"
        try:
            data = path.read_bytes().rstrip(b"\0")
            return wire.decode(data, RunNotes) if data else RunNotes()
        except FileNotFoundError:
            return RunNotes()
        except UNREADABLE as error:
            raise Broken(f"{self.id}:{version} has damaged notes: mend or delete its notes.json.") from error

    def write_version_notes(self, version: int, notes: RunNotes) -> None:
        """Let ``notes`` be what people wrote about a version; the last writer wins."""
        self.check_version(version)
        self._write(f"versions/{version}/notes.json", wire.encode_pretty(notes))

    def files(self, version: int) -> list[VersionFile]:
        """Return the files of a version with their checksums, as they were when it was registered."""
        return read_checksums(self.version_path(version), self.id, version)

    def profile(self, version: int) -> Profile | None:
        """Return what the training input of a version looks like; None if nobody told."""
        path = self.version_path(version) / "profile.json"
        try:
            return wire.decode(path.read_bytes(), Profile)
        except FileNotFoundError:
            return None
        except UNREADABLE as error:
            raise Broken(f"{self.id}:{version} has a damaged profile.json ({error}).") from error

    def example(self, version: int) -> list[object]:
        """Return the first rows of a version's input example; nothing if there is none."""
        path = self.version_path(version) / "example.json"
        try:
            return wire.decode(path.read_bytes(), list[object])
        except FileNotFoundError:
            return []
        except UNREADABLE as error:
            raise Broken(f"{self.id}:{version} has a damaged example.json ({error}).") from error

    def version_rows(self, status: ModelStatus | None = None, most: int | None = None) -> list[VersionRow]:
        """Return the versions as lists show them, the latest first; one that cannot be read says so."""
        status = self.status() if status is None else status
        return [self.version_row(version, status) for version in status.versions[::-1][:most]]

    def version_row(self, version: int, status: ModelStatus) -> VersionRow:
        """Return one version as lists show it; if it cannot be read, the row says so."""
        broken = VersionRow(model=self.id, version=version, aliases=aliases_of(status, version))
        try:
            spec = self.version(version)
        except (NotFound, Broken, Unsupported) as error:
            broken.broken = str(error)
            return broken
        notes, reason = or_reason(lambda: self.version_notes(version), RunNotes())
        row = version_row(spec, status, notes)
        row.broken = reason
        return row

    def row(self) -> ModelRow:
        read = self._readable()
        if isinstance(read, str):
            return ModelRow(id=self.id, name=self.id, broken=read)
        spec, status = read
        notes, reason = or_reason(self.notes, RunNotes())
        recent = self.version_rows(status, LISTED)
        champion = status.aliases.get(CHAMPION, 0)
        shown = self.version_row(champion, status) if champion else next(iter(recent), None)
        row = row_of(spec, status, recent, shown, notes)
        row.broken = reason
        return row

    def _size(self, version: int, status: ModelStatus) -> int:
        if version in status.sizes:
            return status.sizes[version]
        # Whoever registered it was killed before he could say so.
        try:
            return or_reason(lambda: self.version(version).size, 0)[0]
        except NotFound:
            return 0


def is_behind(path: Path, row: ModelRow) -> bool:
    """Say whether something may have happened to the model in ``path`` that its row does not know."""
    try:
        changed = max(os.stat(path / "events.jsonl").st_mtime, os.stat(path / "versions").st_mtime)
    except FileNotFoundError:
        return False
    return changed > row.updated + _CLOSE_SECONDS


def numbers_in(versions: Path) -> list[int]:
    """Return the numbers of the versions in a folder, in order."""
    try:
        return sorted(
            int(name) for name in os.listdir(versions) if name.isascii() and name.isdecimal() and name[0] != "0"
        )
    except (FileNotFoundError, NotADirectoryError):
        return []


def read_checksums(path: Path, model: str, version: int) -> list[VersionFile]:
    """Return what the ``checksums.json`` in ``path`` says.

    Raises:
        Broken: it is missing or damaged.
    """
    try:
        return wire.decode((path / "checksums.json").read_bytes(), list[VersionFile])
    except (OSError, *UNREADABLE) as error:
        raise Broken(f"{model}:{version} cannot be checked: its checksums.json cannot be read ({error}).") from error


def _version_told(data: bytes, model: str, version: int) -> VersionSpec:
    try:
        spec = wire.decode(data.rstrip(b"\0"), VersionSpec)
    except UNREADABLE as error:
        raise Broken(f"{model}:{version} cannot be used: its version.json is damaged ({error}).") from error
    if spec.format > FORMAT:
        raise Unsupported(
            f"{model}:{version} has format {spec.format}, which a newer version of jupyter-mlops wrote; "
            "update jupyter-mlops to use it."
        )
    if (spec.model, spec.version) != (model, version):
        raise Broken(f"The folder of {model}:{version} holds {spec.model}:{spec.version}; move it back, or delete it.")
    return spec


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
