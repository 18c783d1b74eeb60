"""What the files of a folder are, told by their SHA-256, and whether they still are."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from jupyter_mlops.domain.errors import Broken
from jupyter_mlops.domain.models import VersionFile


def checksums_of(folder: Path, but: Collection[str] = ()) -> list[VersionFile]:
    """Return the files below a folder with their checksums, by their paths.

    Args:
        folder: Where they are.
        but: Names that are passed over where they stand in the folder itself.

    Raises:
        Broken: something there is no plain file.
    """
    found = []
    for entry in sorted(_plain_files(folder), key=lambda entry: entry.path):
        path = os.path.relpath(entry.path, folder)
        if path not in but:
            found.append(VersionFile(path, entry.stat().st_size, _digest(entry.path)))
    return found


def check_files(folder: Path, files: Iterable[VersionFile], what: str, but: Collection[str] = ()) -> None:
    """Return if a folder holds exactly ``files``.

    Args:
        folder: Where they are.
        files: What it should hold.
        what: What a sentence calls it.
        but: Names that are passed over where they stand in the folder itself.

    Raises:
        Broken: it does not; the first file that differs is named.
    """
    there = {os.path.relpath(entry.path, folder): entry for entry in _plain_files(folder)}
    # Sizes first: a gigabyte need not be read to tell that a file is too short.
    wanted = {file.path: file for file in files}
    for path in sorted(wanted):
        if path not in there:
            raise Broken(f"{what} is not what was registered: {path} is missing.")
        if there[path].stat().st_size != wanted[path].size:
            raise Broken(f"{what} is not what was registered: {path} has another size.")
    for path in sorted(there.keys() - wanted.keys()):
        if path not in but:
            raise Broken(f"{what} is not what was registered: {path} was added.")
    for path in sorted(wanted):
        if _digest(there[path].path) != wanted[path].digest:
            raise Broken(f"{what} is not what was registered: {path} has changed.")


def _plain_files(folder: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as found:
        entries = list(found)
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _plain_files(Path(entry.path))
        elif entry.is_file(follow_symlinks=False):
            yield entry
        else:
            raise Broken(f"{entry.path} is no plain file; a version of a model holds nothing else.")


def _digest(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Broken(f"{path} cannot be read: {error.strerror}.") from error
