"""Whether a version's files are what they were: every byte once for each deployment, then sizes and times.

A pickle that somebody has changed runs what he wrote, so this comes before a replica starts.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from jupyter_mlops import wire
from jupyter_mlops.domain.errors import Broken
from jupyter_mlops.domain.models import VersionFile
from jupyter_mlops.store import files

_BLOCK_BYTES = 1 << 20
_SLICE_BYTES = 8 << 20
"""How much is read before whoever waits may do something else."""

Stamps = dict[str, tuple[int, int]]
"""Size and time of the last change of each file."""


def check(folder: Path, memory: Path, name: str) -> Iterator[None]:
    """Look at a version's files, a slice at a time: the iterator ends when all is well.

    Args:
        folder: The version's.
        memory: File that remembers what was looked at byte by byte.
        name: What a sentence calls the version.

    Raises:
        Broken: a file is missing, or is another one.
    """
    listed = _listed(folder, name)
    stamps = _stamps(folder, listed, name)
    if _remembered(memory) == stamps:
        return
    for file in listed:
        yield from _read(folder, file, name)
    # Looked at again: what was changed while it was read is another one.
    if _stamps(folder, listed, name) != stamps:
        raise Broken(f"The files of {name} change while they are read; deploy it again.")
    files.write_atomic(memory, wire.encode(stamps))


def _listed(folder: Path, name: str) -> list[VersionFile]:
    try:
        return wire.decode((folder / "checksums.json").read_bytes(), list[VersionFile])
    except OSError as error:
        raise Broken(f"{name} cannot be served: its checksums.json cannot be read ({error.strerror}).") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Broken(f"{name} cannot be served: its checksums.json is damaged.") from error


def _stamps(folder: Path, listed: list[VersionFile], name: str) -> Stamps:
    found: Stamps = {}
    for file in listed:
        try:
            there = os.lstat(folder / file.path)
        except OSError as error:
            raise Broken(f"{name} cannot be served: its file {file.path} is missing.") from error
        if there.st_size != file.size:
            raise _changed(name, file)
        found[file.path] = (there.st_size, there.st_mtime_ns)
    return found


def _remembered(memory: Path) -> Stamps | None:
    try:
        return wire.decode(memory.read_bytes(), Stamps)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def _read(folder: Path, file: VersionFile, name: str) -> Iterator[None]:
    import hashlib

    digest, done = hashlib.sha256(), 0
    try:
        with (folder / file.path).open("rb", buffering=0) as data:
            while block := data.read(_BLOCK_BYTES):
                digest.update(block)
                done += len(block)
                if done % _SLICE_BYTES == 0:
                    yield
    except OSError as error:
        raise Broken(f"{name} cannot be served: {file.path} cannot be read ({error.strerror}).") from error
    if digest.hexdigest() != file.digest:
        raise _changed(name, file)


def _changed(name: str, file: VersionFile) -> Broken:
    return Broken(f"{name} cannot be served: its file {file.path} is not what was registered.")
