"""What the trials of a search run: a cell of the notebook, or an earlier run's cell and values as they were."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from jupyter_mlops.domain.names import LABEL, check_label, is_id
from jupyter_mlops.domain.parameters import parameters
from jupyter_mlops.domain.runs import RunSpec, Scalar
from jupyter_mlops.services.run import Run
from jupyter_mlops.services.submission import Cell, Submission, Write, write_captured, write_linked
from jupyter_mlops.store.home import Home

_TRIAL = re.compile(rf"{LABEL.pattern}/[1-9]\d*")


class Base(ABC):
    """What every trial is, before it has parameters.

    Attributes:
        run: Its run, with no options but those that the cell's origin gives.
        namespace: The notebook's variables, from which a space's function takes what it uses.
        run_id: Id of the run that is used as it was; empty if a cell is captured.
        command: The line that asked for it; empty if none did.
    """

    run: RunSpec
    namespace: Mapping[str, Any]
    run_id = ""
    command = ""

    @abstractmethod
    def parameters(self) -> dict[str, Scalar]:
        """Return the parameters of the cell with their values.

        Raises:
            InvalidCell: it is empty, or cannot run outside the notebook.
            SyntaxError: it is no Python.
        """

    @abstractmethod
    def writes(self, home: Home, fixed: Mapping[str, Scalar]) -> Write[RunSpec]:
        """Return what writes the bundle of the search, with what is fixed put in."""


class OfCell(Base):
    """A search with a cell, which is captured once."""

    def __init__(self, submission: Submission, cell: Cell, name: str) -> None:
        self._cell = cell
        self.run = submission.draft(check_label(name), cell)
        self.namespace = cell.namespace
        self.command = cell.magic

    def parameters(self) -> dict[str, Scalar]:
        from jupyter_mlops.capture.cells import read_cell

        return parameters(read_cell(self._cell.code, self._cell.magic).body)

    def writes(self, home: Home, fixed: Mapping[str, Scalar]) -> Write[RunSpec]:
        return write_captured(home, self._cell, fixed)


class OfRun(Base):
    """A search with an earlier run's bundle."""

    def __init__(self, submission: Submission, run: Run, name: str, namespace: Mapping[str, Any]) -> None:
        self._bundle = run.path / "bundle"
        # A text of the notebook's is a class of its own.
        self._code = str.__str__(run.code)
        again = submission.again(run.spec, check_label(name) if name else "")
        self.run = msgspec.structs.replace(again, retry_of="")
        self.namespace = namespace
        self.run_id = run.id

    def parameters(self) -> dict[str, Scalar]:
        return parameters(self._code)

    def writes(self, home: Home, fixed: Mapping[str, Scalar]) -> Write[RunSpec]:
        del home
        return write_linked(self._bundle, fixed)


def names_a_run(text: str) -> bool:
    """Say whether ``text`` is how people call a run: as a cell it would compute nothing."""
    return bool(LABEL.fullmatch(text) or _TRIAL.fullmatch(text) or is_id(text))


def write_space(home: Home, name: str, function: Callable[[Any], Any], base: Base) -> Callable[[Path, RunSpec], object]:
    """Return what captures the function that says the space, as the value that a cell of its name alone would use."""
    write = write_captured(home, Cell(name, {**base.namespace, name: function}), {}, folder="space")
    return lambda draft, run: write(draft, msgspec.structs.replace(run, keep=[]))
