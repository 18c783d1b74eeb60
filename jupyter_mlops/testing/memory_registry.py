"""A registry without a disk: the second implementation of ``Registry``, which judges the first.

What it holds is gone with the process. A name that is forgotten and used again goes on counting, which is allowed.
"""

from __future__ import annotations

import hashlib
import shutil
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from jupyter_mlops import wire
from jupyter_mlops.domain.errors import Broken, NotFound, nearest
from jupyter_mlops.domain.models import AliasMoved, VersionFile, VersionSpec, check_alias, digest_of
from jupyter_mlops.domain.names import check_label
from jupyter_mlops.store.home import Home

_OURS = ("version.json", "checksums.json", "notes.json", "keeper.lock")


@dataclass
class _Version:
    spec: VersionSpec
    files: list[VersionFile]
    content: dict[str, bytes]


@dataclass
class _Model:
    versions: dict[int, _Version] = field(default_factory=dict)
    aliases: dict[str, int] = field(default_factory=dict)
    history: list[AliasMoved] = field(default_factory=list)


@dataclass
class _Store:
    models: dict[str, _Model] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    guard: threading.RLock = field(default_factory=threading.RLock)


_stores: dict[str, _Store] = defaultdict(_Store)


class MemoryRegistry:
    """``Registry`` in this process. A second one on the same home stands for another process.

    Args:
        home: Where files are put when somebody wants a folder.
    """

    name = "memory"

    def __init__(self, home: Home) -> None:
        self._home = home
        self._store = _stores[home.id]

    def add(self, draft: Path, spec: VersionSpec, files: list[VersionFile], who: str) -> VersionSpec:
        del who
        check_label(spec.model)
        content = _content_of(draft)
        _check(content, files, f"The draft of {spec.model}")
        with self._store.guard:
            self._store.last[spec.model] += 1
            spec = msgspec.structs.replace(
                spec,
                version=self._store.last[spec.model],
                size=sum(file.size for file in files),
                digest=digest_of(files),
            )
            model = self._store.models.setdefault(spec.model, _Model())
            model.versions[spec.version] = _Version(spec, list(files), content)
        shutil.rmtree(draft)
        return spec

    def models(self) -> list[str]:
        with self._store.guard:
            return sorted(self._store.models)

    def versions(self, model: str) -> list[int]:
        with self._store.guard:
            return sorted(self._model(model).versions)

    def read(self, model: str, version: int) -> VersionSpec:
        return self._version(model, version).spec

    def files(self, model: str, version: int) -> list[VersionFile]:
        return list(self._version(model, version).files)

    def folder(self, model: str, version: int) -> Path:
        found = self._version(model, version)
        folder = self._home.draft()
        for path, data in found.content.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        (folder / "version.json").write_bytes(wire.encode_pretty(found.spec))
        (folder / "checksums.json").write_bytes(wire.encode_pretty(found.files))
        return folder

    def verify(self, model: str, version: int) -> None:
        found = self._version(model, version)
        _check(found.content, found.files, f"{model}:{version}")

    def aliases(self, model: str) -> dict[str, int]:
        with self._store.guard:
            return dict(self._model(model).aliases)

    def history(self, model: str) -> list[AliasMoved]:
        with self._store.guard:
            return list(self._model(model).history)

    def point(self, model: str, alias: str, version: int, who: str) -> None:
        with self._store.guard:
            found = self._model(model)
            check_alias(alias)
            if version:
                self._version(model, version)
            elif alias not in found.aliases:
                raise NotFound(f"The model {model} has no alias {alias!r}{nearest(alias, found.aliases) or '.'}")
            self._move(found, alias, version, who)

    def delete(self, model: str, version: int, who: str) -> int:
        with self._store.guard:
            found, gone = self._model(model), self._version(model, version)
            for alias in [alias for alias, there in found.aliases.items() if there == version]:
                self._move(found, alias, 0, who)
            del found.versions[version]
        return gone.spec.size

    def forget(self, model: str) -> int:
        with self._store.guard:
            self._model(model)
            gone = self._store.models.pop(model)
        return sum(version.spec.size for version in gone.versions.values())

    def damage(self, model: str, version: int, path: str, data: bytes | None) -> None:
        """Let a stored file hold ``data``, or be gone, without anybody being told."""
        content = self._version(model, version).content
        content.pop(path, None)
        if data is not None:
            content[path] = data

    def _model(self, model: str) -> _Model:
        found = self._store.models.get(model)
        if found is None:
            raise NotFound(f"There is no model {model!r}{nearest(model, self._store.models) or '.'}")
        return found

    def _version(self, model: str, version: int) -> _Version:
        with self._store.guard:
            there = self._model(model).versions
            if version in there:
                return there[version]
            if not there:
                raise NotFound(f"The model {model} has no version {version}: it has none.")
            close = min(there, key=lambda number: (abs(number - version), -number))
            raise NotFound(f"The model {model} has no version {version}; the nearest is {model}:{close}.")

    def _move(self, model: _Model, alias: str, version: int, who: str) -> None:
        before = model.aliases.get(alias, 0)
        if version == before:
            return
        model.history.append(AliasMoved(time.time(), alias, version, before, who))
        if version:
            model.aliases[alias] = version
        else:
            del model.aliases[alias]


def _content_of(draft: Path) -> dict[str, bytes]:
    content = {}
    for path in draft.rglob("*"):
        name = path.relative_to(draft).as_posix()
        if path.is_symlink():
            raise Broken(f"{path} is no plain file; a version of a model holds nothing else.")
        if path.is_file() and name not in _OURS:
            content[name] = path.read_bytes()
    return content


def _check(content: dict[str, bytes], files: list[VersionFile], what: str) -> None:
    wanted = {file.path: file for file in files}
    for path in sorted(wanted.keys() | content.keys()):
        fault = _fault(content.get(path), wanted.get(path))
        if fault:
            raise Broken(f"{what} is not what was registered: {path} {fault}.")


def _fault(data: bytes | None, file: VersionFile | None) -> str:
    if data is None or file is None:
        return "is missing" if data is None else "was added"
    if len(data) != file.size:
        return "has another size"
    return "" if hashlib.sha256(data).hexdigest() == file.digest else "has changed"
