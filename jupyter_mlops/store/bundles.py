"""Bundles, which never change: linked into another folder, as they are or with another cell."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from jupyter_mlops.store.files import write_atomic

CELL = "cell.py"


def link(source: Path, target: Path, cell: str | None = None) -> None:
    """Make ``target`` the same bundle as ``source``, sharing its files where the file system allows it.

    Args:
        source: A bundle.
        target: Where there is none yet.
        cell: What the cell is there; None if it stays as it is.
    """
    if cell is None:
        shutil.copytree(source, target, copy_function=_link)
        return
    shutil.copytree(source, target, copy_function=_link, ignore=lambda folder, _: _own_cell(folder, source))
    write_atomic(target / CELL, cell.encode())


def cell_of(bundle: Path) -> str:
    """Return the cell of a bundle."""
    return (bundle / CELL).read_text(encoding="utf-8")


def _own_cell(folder: str, source: Path) -> list[str]:
    # A package that the cell uses may have a ``cell.py`` of its own.
    return [CELL] if os.path.samefile(folder, source) else []


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
