"""What a comparison needs of a run's files: its parameters with those that it did not set, code, data and commit.

Read once for each run, and again when its folder has changed: every file that counts appears in it by a rename.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from jupyter_mlops import wire
from jupyter_mlops.domain.datasets import Datasets, Fingerprint
from jupyter_mlops.domain.parameters import without_values
from jupyter_mlops.domain.runs import RunRow, Scalar

SHORT = 8
"""Characters of a fingerprint or a commit that are shown."""

_MOST = 20_000
_MAGIC = re.compile(r"# %%\w")
_UNREADABLE = (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError)

T = TypeVar("T")
Params = dict[str, Scalar]


class Facts(msgspec.Struct, frozen=True):
    """What the files of a run say; see ``Compared``.

    Attributes:
        params: All parameters of the cell with the values that it ran with.
    """

    params: Params = {}
    code: str = ""
    data: dict[str, str] = {}
    commit: str = ""


class Cell(msgspec.Struct, frozen=True):
    """What a cell is.

    Attributes:
        params: Its parameters.
        text: The cell below the magic's line, with an ellipsis in the place of each parameter's value.
        hash: SHA-256 of ``text``; empty if there is none.
    """

    params: Params = {}
    text: str = ""
    hash: str = ""


class _Spec(msgspec.Struct):
    code_hash: str = ""


class _Environment(msgspec.Struct):
    git: dict[str, Any] | None = None


class _Shared(msgspec.Struct):
    """What is known of the cell of a sweep: its parameters, and the values of those that some trial did not set."""

    names: set[str]
    cell: Cell


# Of this process, not of a workspace: each thread of the server has a workspace of its own. An entry is put and taken
# as a whole, and two threads that read the same run come to the same.
_known: dict[str, tuple[int, Facts]] = {}


class FactsReader:
    """Reads the facts of many runs; what several of them share is looked at once."""

    def __init__(self) -> None:
        self._of_code: dict[str, Cell] = {}
        self._of_sweep: dict[str, _Shared] = {}

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
        spec = decoded(path / "spec.json", _Spec) or _Spec()
        environment = decoded(path / "environment.json", _Environment) or _Environment()
        datasets = decoded(path / "datasets.json", Datasets) or Datasets()
        cell = self._cell(path, row, spec.code_hash)
        return Facts(
            params={**cell.params, **row.params},
            code=cell.hash,
            data={dataset_name(one): one.digest[:SHORT] for one in datasets.datasets},
            commit=commit_words(environment.git),
        )

    def _cell(self, path: Path, row: RunRow, code_hash: str) -> Cell:
        """Return what a run's cell is. Trials of a sweep have the same one, but for what they set."""
        if code_hash and code_hash in self._of_code:
            return self._of_code[code_hash]
        shared = self._of_sweep.get(row.sweep) if row.sweep else None
        if shared is not None and shared.names <= row.params.keys() | shared.cell.params.keys():
            return shared.cell
        found = self._of_code[code_hash] = read_cell(path)
        if row.sweep:
            unset = {name: value for name, value in found.params.items() if name not in row.params}
            known = shared.cell.params if shared else {}
            self._of_sweep[row.sweep] = _Shared(set(found.params), Cell({**known, **unset}, found.text, found.hash))
        return found


def dataset_name(dataset: Fingerprint) -> str:
    """Return the variable, with the path to what is meant in it."""
    return dataset.name + dataset.part


def commit_words(git: dict[str, Any] | None) -> str:
    """Return a commit, shortened, with ``+`` behind it if files were changed; empty if it is not known."""
    commit = str((git or {}).get("commit") or "")[:SHORT]
    return f"{commit}+" if commit and git and git.get("dirty") else commit


def read_cell(path: Path) -> Cell:
    """Return the cell of the run in ``path``; one that is no Python has no parameters."""
    source = read_text(path / "bundle" / "cell.py")
    if not source:
        return Cell()
    params: Params
    try:
        text, params = without_values(source)
    except (SyntaxError, ValueError, RecursionError):
        text, params = source, {}
    text = below_magic(text)[0]
    return Cell(params, text, hashlib.sha256(text.encode("utf-8", "replace")).hexdigest())


def below_magic(source: str) -> tuple[str, int]:
    """Return a cell without the comment that its magic's line became, and the number of its first line then."""
    head, _, rest = source.partition("\n")
    return (rest, 2) if _MAGIC.match(head) else (source, 1)


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
