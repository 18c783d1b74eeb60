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
    else:
        link_but_cell(source, target)
        write_cell(target, cell)


def link_but_cell(source: Path, target: Path) -> None:
    """Make ``target`` the same bundle as ``source``, which lacks its cell as yet."""
    shutil.copytree(source, target, copy_function=_link, ignore=lambda folder, _: _own_cell(folder, source))


def write_cell(bundle: Path, cell: str) -> None:
    """Give a bundle that lacks it its cell."""
    write_atomic(bundle / CELL, cell.encode())


def cell_of(bundle: Path) -> str:
    """Return the cell of a bundle."""
    return (bundle / CELL).read_bytes().decode()


def _own_cell(folder: str, source: Path) -> list[str]:
    # A package that the cell uses may have a ``cell.py`` of its own.
    return [CELL] if os.path.samefile(folder, source) else []


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
