"""Runs beside each other: one table, and what differs between two."""

from __future__ import annotations

from typing import Literal

import msgspec

from jupyter_mlops.domain.runs import Number, RunRow, Scalar

Part = Literal["parameter", "metric", "fact"]
_Op = Literal["same", "removed", "added"]


class ComparedColumn(msgspec.Struct, frozen=True, omit_defaults=True):
    """One column of a comparison.

    Attributes:
        key: ``parameter:lr``, ``metric:loss``, ``fact:duration``; unique. Facts are ``state created duration workers
            kind code commit note tags`` and, for each table or array, ``data NAME``.
        name: What stands above it; what follows the colon in ``key``.
        varies: Whether not all runs have the same there.
        filled: How many runs have something there.
        better: 1 if more is better, -1 if less is, 0 if nobody knows.
        best: Ids of the runs that have the best there; empty where nobody knows what is better, or all have the same.
    """

    key: str
    name: str
    part: Part
    varies: bool = True
    filled: int = 0
    better: int = 0
    best: list[str] = []


class Compared(msgspec.Struct, omit_defaults=True):
    """One run of a comparison: its row, and what lists do not have.

    In ``row.params`` are all parameters of the cell with the values that it ran with, not only those that were set.
    Metrics lack ``recent``, which is most of a row.

    Attributes:
        code: SHA-256 of the cell without the values of its parameters: runs of the same code have the same.
        data: Fingerprint of each captured table or array, by variable, shortened.
        commit: Commit of the notebook's folder, shortened, ``+`` behind it if files were changed; empty if unknown.
    """

    row: RunRow
    code: str = ""
    data: dict[str, str] = {}
    commit: str = ""


class Comparison(msgspec.Struct, omit_defaults=True):
    """Runs beside each other.

    Attributes:
        title: What was asked for: ``digits``, ``5 runs``.
        left_out: How many more runs were meant than are compared at once.
        metric: The metric that tells most about these runs, or a sweep's objective; empty if they share none.
        better: 1 if more of that metric is better, -1 if less is, 0 if nobody knows.
    """

    title: str = ""
    runs: list[Compared] = []
    columns: list[ComparedColumn] = []
    left_out: int = 0
    metric: str = ""
    better: int = 0
    generation: str = ""
    seq: int = 0


class Difference(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that is not the same in both runs.

    Attributes:
        a: What the first has; None if it does not have it.
        b: What the second has.
        delta: ``b - a`` where both are numbers.
    """

    name: str
    a: Scalar = None
    b: Scalar = None
    delta: Number | None = None


class CodeLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of a comparison of code.

    Attributes:
        op: Whether both have it, only the first (``removed``), or only the second (``added``).
        a: Its number in the first; 0 if it is not there.
        b: Its number in the second; 0 if it is not there.
        spans: Where it differs from its counterpart: pairs of start and end, in characters (code points); empty where
            it has no counterpart.
    """

    op: _Op
    text: str
    a: int = 0
    b: int = 0
    spans: list[tuple[int, int]] = []


class CodeChange(msgspec.Struct, omit_defaults=True):
    """How the code of two runs differs.

    Attributes:
        name: ``cell``, or the file of a local module, or ``function NAME`` of the notebook.
        lines: All lines of both.
    """

    name: str
    lines: list[CodeLine] = []


class Same(msgspec.Struct, frozen=True, omit_defaults=True):
    """How much is the same."""

    parameters: int = 0
    values: int = 0
    packages: int = 0
    datasets: int = 0


class Differences(msgspec.Struct, omit_defaults=True):
    """What differs between two runs, which are ``a`` and ``b``.

    Attributes:
        options: How they were asked for: workers, resources, kind, ...
        metrics: The last value of each metric that both, or one of them, have; the same ones too.
        code: What is not the same of cell, notebook functions and local modules.
        values: Captured values that are not the same, by what they are and how large; a digest where there is one.
        environment: Interpreter, packages, host.
        git: Commit, branch, whether files were changed.
        data: Captured tables and arrays: rows, columns that came and went, or whose content changed.
        notes: One sentence for each thing that could not be compared.
        sentence: What made the difference, as far as it can be told, in one sentence.
    """

    a: RunRow
    b: RunRow
    parameters: list[Difference] = []
    options: list[Difference] = []
    metrics: list[Difference] = []
    code: list[CodeChange] = []
    values: list[Difference] = []
    environment: list[Difference] = []
    git: list[Difference] = []
    data: list[Difference] = []
    same: Same = Same()
    notes: list[str] = []
    sentence: str = ""
