"""The registry of this machine: models are folders of the home."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from jupyter_mlops import wire
from jupyter_mlops.domain.errors import Broken, NotFound, Unavailable, nearest
from jupyter_mlops.domain.models import (
    AliasMoved,
    ModelSpec,
    Registered,
    VersionFile,
    VersionSpec,
    check_alias,
    digest_of,
)
from jupyter_mlops.domain.names import LABEL, check_label
from jupyter_mlops.store.checksums import check_files, checksums_of
from jupyter_mlops.store.files import write_atomic
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.indexfile import folder_names
from jupyter_mlops.store.modelkeeping import begin, flushed, keeping
from jupyter_mlops.store.models import ModelFolder

_SPEC, _CHECKSUMS, _NOTES = "version.json", "checksums.json", "notes.json"
_OURS = (_SPEC, _CHECKSUMS, _NOTES, "keeper.lock")


class LocalRegistry:
    """``Registry`` on the folders of a home.

    Args:
        home: Where the models are.
        clock: Seconds since the epoch.
    """

    name = "local"

    def __init__(self, home: Home, clock: Callable[[], float] = time.time) -> None:
        self._home = home
        self._clock = clock

    def add(self, draft: Path, spec: VersionSpec, files: list[VersionFile], who: str) -> VersionSpec:
        check_label(spec.model)
        check_files(draft, files, f"The draft of {spec.model}", _OURS)
        size = sum(file.size for file in files)
        spec = msgspec.structs.replace(spec, size=size, digest=digest_of(files))
        try:
            return self._added(draft, spec, files, who)
        except OSError as error:
            raise Unavailable(f"The model {spec.model} cannot be written: {error.strerror}.") from error

    def models(self) -> list[str]:
        return [name for name in folder_names(self._home.models) if LABEL.fullmatch(name)]

    def versions(self, model: str) -> list[int]:
        return self._folder(model).status().versions

    def read(self, model: str, version: int) -> VersionSpec:
        return self._folder(model).version(version)

    def files(self, model: str, version: int) -> list[VersionFile]:
        folder = self._folder(model)
        folder.check_version(version)
        return folder.files(version)

    def folder(self, model: str, version: int) -> Path:
        folder = self._folder(model)
        folder.check_version(version)
        return folder.version_path(version)

    def verify(self, model: str, version: int) -> None:
        folder = self._folder(model)
        spec, files, what = folder.version(version), folder.files(version), f"{model}:{version}"
        if digest_of(file for file in files if file.path != _SPEC) != spec.digest:
            raise Broken(f"{what} is not what was registered: {_CHECKSUMS} has changed.")
        path = folder.version_path(version)
        # Notes are what may change; one whose writer was killed may have left its draft.
        drafts = (name for name in os.listdir(path) if name.startswith(f"{_NOTES}."))
        check_files(path, files, what, (_CHECKSUMS, _NOTES, *drafts))

    def aliases(self, model: str) -> dict[str, int]:
        return self._folder(model).status().aliases

    def history(self, model: str) -> list[AliasMoved]:
        return self._folder(model).status().history

    def point(self, model: str, alias: str, version: int, who: str) -> None:
        self._folder(model)
        check_alias(alias)
        with keeping(self._home, model, self._clock) as keeper:
            keeper.point(alias, version, who)

    def delete(self, model: str, version: int, who: str) -> int:
        self._folder(model)
        with keeping(self._home, model, self._clock) as keeper:
            return keeper.delete(version, who)

    def forget(self, model: str) -> int:
        self._folder(model)
        with keeping(self._home, model, self._clock) as keeper:
            return keeper.forget()

    def _added(self, draft: Path, spec: VersionSpec, files: list[VersionFile], who: str) -> VersionSpec:
        for file in files:
            os.chmod(draft / file.path, 0o400)
        # Before the lock is taken: the disk may need a while for a large model.
        flushed(draft)
        while True:
            try:
                with keeping(self._home, spec.model, self._clock) as keeper:
                    number = keeper.status().last + 1
                    spec = _completed(draft, spec, number, files)
                    keeper.add(draft, number, spec.size, who)
                    return spec
            except NotFound:
                spec = _completed(draft, spec, 1, files)
                model = ModelSpec(spec.model, spec.model, self._clock(), spec.origin, self.name)
                if begin(self._home, model, draft, Registered(self._clock(), 1, who, spec.size)):
                    return spec

    def _folder(self, model: str) -> ModelFolder:
        if not LABEL.fullmatch(model) or not (self._home.models / model).is_dir():
            raise NotFound(f"There is no model {model!r}{nearest(model, self.models()) or '.'}")
        return ModelFolder(self._home.models / model)


def _completed(draft: Path, spec: VersionSpec, number: int, files: list[VersionFile]) -> VersionSpec:
    """Write into a draft what it is, and return that."""
    spec = msgspec.structs.replace(spec, version=number)
    for name in _OURS:
        (draft / name).unlink(missing_ok=True)
    write_atomic(draft / _SPEC, wire.encode_pretty(spec), 0o400)
    told = [*files, *checksums_of(draft, [file.path for file in files])]
    write_atomic(draft / _CHECKSUMS, wire.encode_pretty(told), 0o400)
    flushed(draft)
    return spec
