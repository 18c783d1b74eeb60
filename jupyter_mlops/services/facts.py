"""What a comparison needs of a run's files: its parameters with those that it did not set, code, data and commit.

Read once for each run, and again when its folder has changed: every file that counts appears in it by a rename.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from jupyter_mlops import wire
from jupyter_mlops.domain.datasets import Datasets, Fingerprint
from jupyter_mlops.domain.runs import RunRow
from jupyter_mlops.services.cellcode import CellReader, Params

SHORT = 8
"""Characters of a fingerprint or a commit that are shown."""

_MOST = 20_000
_UNREADABLE = (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError)

T = TypeVar("T")


class Facts(msgspec.Struct, frozen=True):
    """What the files of a run say; see ``Compared``.

    Attributes:
        params: All parameters of the cell with the values that it ran with.
    """

    params: Params = {}
    code: str = ""
    data: dict[str, str] = {}
    commit: str = ""


class _Environment(msgspec.Struct):
    git: dict[str, Any] | None = None


# Of this process, not of a workspace: each thread of the server has a workspace of its own. An entry is put and taken
# as a whole, and two threads that read the same run come to the same.
_known: dict[str, tuple[int, Facts]] = {}


class FactsReader:
    """Reads the facts of many runs; what several of them share is looked at once."""

    def __init__(self) -> None:
        self._cells = CellReader()

    def read(self, path: Path, row: RunRow) -> Facts:
        """Return the facts of the run in ``path``; what cannot be read is empty."""
        key = os.fspath(path)
        try:
            stamp = os.stat(key).st_mtime_ns
        except OSError:
            return Facts(params=row.params)
        known = _known.get(key)
        if known is None or known[0] != stamp:
            if len(_known) >= _MOST:
                _known.clear()
            known = _known[key] = stamp, self._read(path, row)
        return known[1]

    def _read(self, path: Path, row: RunRow) -> Facts:
        environment = decoded(path / "environment.json", _Environment) or _Environment()
        datasets = decoded(path / "datasets.json", Datasets) or Datasets()
        cell = self._cells.read(read_text(path / "bundle" / "cell.py"), row.params)
        return Facts(
            params={**cell.params, **row.params},
            code=cell.hash,
            data={dataset_name(one): one.digest[:SHORT] for one in datasets.datasets},
            commit=commit_words(environment.git),
        )


def dataset_name(dataset: Fingerprint) -> str:
    """Return the variable, with the path to what is meant in it."""
    return dataset.name + dataset.part


def commit_words(git: dict[str, Any] | None) -> str:
    """Return a commit, shortened, with ``+`` behind it if files were changed; empty if it is not known."""
    commit = str((git or {}).get("commit") or "")[:SHORT]
    return f"{commit}+" if commit and git and git.get("dirty") else commit


def read_text(path: Path) -> str:
    """Return the text of a file; empty if it cannot be read."""
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


def decoded(path: Path, kind: type[T]) -> T | None:
    """Return what a file holds; None if it cannot be read."""
    try:
        return wire.decode(path.read_bytes(), kind)
    except _UNREADABLE:
        return None
