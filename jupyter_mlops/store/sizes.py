"""How much disk folders take that share files with others."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path


def freed_by(folders: Iterable[Path]) -> int:
    """Return the bytes that deleting all of ``folders`` gives back: what others share with them stays."""
    links: dict[tuple[int, int], int] = {}
    found: dict[tuple[int, int], os.stat_result] = {}
    for folder in folders:
        for status in _files_in(folder):
            key = (status.st_dev, status.st_ino)
            links[key] = links.get(key, 0) + 1
            found[key] = status
    # One link besides the folders' own is the store's, which goes with them.
    return sum(status.st_blocks * 512 for key, status in found.items() if status.st_nlink - links[key] <= 1)


def _files_in(folder: Path) -> Iterator[os.stat_result]:
    for base, _, names_there in os.walk(folder):
        for name in names_there:
            with contextlib.suppress(FileNotFoundError):
                yield os.lstat(os.path.join(base, name))
