"""One of the two runs whose differences are looked for: what its folder says, each part read when it is needed."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import msgspec

from jupyter_mlops.capture.origins import definitions
from jupyter_mlops.capture.streams import Told, read_values
from jupyter_mlops.domain.datasets import Datasets
from jupyter_mlops.domain.kinds import OPTIONS
from jupyter_mlops.domain.receipts import Item, Receipt
from jupyter_mlops.domain.runs import RunRow, RunSpec, Scalar
from jupyter_mlops.domain.units import format_duration, format_size
from jupyter_mlops.services.cellcode import Cell, read_cell
from jupyter_mlops.services.facts import decoded, read_text
from jupyter_mlops.store.runs import RunFolder

SHORT = 10
DEFINITIONS = ("function", "class")
_LARGEST_CODE = 2 << 20


class Environment(msgspec.Struct):
    """``environment.json``, as far as it is compared."""

    python: str = ""
    executable: str = ""
    host: str = ""
    packages: dict[str, str] = {}
    git: dict[str, Any] | None = None


class Side:
    """One run, read from its folder. What is missing or cannot be read is empty.

    Args:
        folder: The run's.
        row: The run as lists show it.
    """

    def __init__(self, folder: RunFolder, row: RunRow) -> None:
        self.path = folder.path
        self.row = row
        self.spec: RunSpec = folder.spec()

    @cached_property
    def source(self) -> str:
        """The cell as it ran."""
        return read_text(self.path / "bundle" / "cell.py")

    @cached_property
    def cell(self) -> Cell:
        """Its parameters, and its text without their values."""
        return read_cell(self.source)

    @property
    def parameters(self) -> dict[str, Scalar]:
        """All parameters of the cell with the values that it ran with."""
        return {**self.cell.params, **self.spec.params, **self.row.params}

    @property
    def options(self) -> dict[str, Scalar]:
        """How the run was asked for, in words."""
        spec, limits, resources = self.spec, self.spec.limits, self.spec.resources
        asked: dict[str, Scalar] = {
            "kind": spec.kind,
            "platform": spec.platform,
            "workers": spec.workers,
            **_processes(spec),
            "cpus": resources.cpus,
            "memory": resources.memory and format_size(resources.memory),
            "gpus": resources.gpus or None,
            "timeout": limits.timeout and format_duration(limits.timeout),
            "retries": limits.retries or None,
            "restart": None if limits.restart == "never" else limits.restart,
            "hang": format_duration(limits.hang) if limits.hang else "never",
            "cold": spec.cold or None,
            "log limit": format_size(limits.log),
            "at the log limit": limits.full,
            "keep": ", ".join(spec.keep) or None,
            "folder": spec.cwd,
        }
        return {name: value for name, value in asked.items() if value is not None}

    @cached_property
    def receipt(self) -> Receipt | None:
        """What travelled with the cell."""
        return decoded(self.path / "bundle" / "receipt.json", Receipt)

    @property
    def values(self) -> dict[str, Item]:
        """What travelled as a value, by name; what only has a name in the rank, such as a module, is not there."""
        items = self.receipt.items if self.receipt else []
        return {item.name: item for item in items if item.travels == "value"}

    @cached_property
    def told(self) -> dict[str, Told]:
        """What the pickles say of each value."""
        return read_values(self.path / "bundle")

    @cached_property
    def definitions(self) -> dict[str, str]:
        """The source of each function and class of the notebook that travelled, by name."""
        cells = decoded(self.path / "bundle" / "cells.json", dict[str, str]) or {}
        known = {name: source for text in cells.values() for name, source in definitions(text).items()}
        return {name: known[name] for name, item in self.values.items() if item.what in DEFINITIONS and name in known}

    @cached_property
    def sources(self) -> dict[str, str]:
        """The text of each file of a local module that travelled, by its path."""
        root = self.path / "bundle" / "sources"
        found = {}
        for name in self.receipt.sources if self.receipt else []:
            path = root / name
            # What a receipt says is not taken on trust.
            is_ours = path.resolve().is_relative_to(root.resolve()) and path.is_file() and path.suffix == ".py"
            if is_ours and path.stat().st_size <= _LARGEST_CODE:
                found[name] = read_text(path)
        return found

    @cached_property
    def environment(self) -> Environment | None:
        """What its ranks ran in; None if that was not written down."""
        return decoded(self.path / "environment.json", Environment)

    @property
    def surroundings(self) -> dict[str, Scalar]:
        """Interpreter, host and packages."""
        known = self.environment or Environment()
        about: dict[str, Scalar] = {"python": known.python, "interpreter": known.executable, "host": known.host}
        return {**{name: value for name, value in about.items() if value}, **known.packages}

    @property
    def repository(self) -> dict[str, Scalar]:
        """Commit, branch, and whether files were changed."""
        git = (self.environment and self.environment.git) or {}
        commit, branch = str(git.get("commit") or "")[:SHORT], str(git.get("branch") or "")
        about: dict[str, Scalar] = {"commit": commit, "branch": branch}
        changed: dict[str, Scalar] = {"changed files": "yes" if git.get("dirty") else "no"} if commit else {}
        return {**{name: value for name, value in about.items() if value}, **changed}

    @cached_property
    def datasets(self) -> Datasets | None:
        """The fingerprints of its tables and arrays; None if nobody made any."""
        return decoded(self.path / "datasets.json", Datasets)


def _processes(spec: RunSpec) -> dict[str, Scalar]:
    """Return what of the kind's processes was asked for beside workers."""
    return {name: getattr(spec, name) for name in OPTIONS.get(spec.kind, ())}
