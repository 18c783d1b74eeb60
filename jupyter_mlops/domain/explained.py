"""What would be started, and what was seen when it was started for a moment."""

from __future__ import annotations

import msgspec

from jupyter_mlops.domain.runs import State


class RankPlan(msgspec.Struct, frozen=True, omit_defaults=True):
    """One rank of a run that is not started.

    Attributes:
        rank: Its number in the run.
        role: As the operator says it, in lower case.
        index: Number of its pod in that role, from 0.
        argv: What its pod starts.
        env: What its pod is told: what the operator of the kind tells it, then ``JUPYTER_MLOPS_*``.
        starts: ``cell``; or what starts the cell in the pod, which may tell its processes more: ``torchrun``,
            ``paddle``, ``mpirun``, ``mpi-worker``.
    """

    rank: int
    role: str
    index: int
    argv: list[str]
    env: dict[str, str]
    starts: str = "cell"


class Imported(msgspec.Struct, frozen=True, omit_defaults=True):
    """A module that a cell needs, as its interpreter imports it.

    Attributes:
        version: Empty if it says none.
        seconds: How long the import took, those before it in the list being there.
        error: Why it cannot be imported; empty if it can.
    """

    module: str
    version: str = ""
    seconds: float = 0.0
    error: str = ""


class FirstLines(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a rank printed first.

    Attributes:
        lines: A few lines.
        more: How many followed, before the last ones.
        last: The last ones.
        end: How it ended, in words; empty if it went on.
    """

    rank: int
    role: str
    lines: list[str] = []
    more: int = 0
    last: list[str] = []
    end: str = ""


class Trial(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was seen of a run that was started for a moment.

    Attributes:
        sentence: What came of it.
        is_fine: Whether nothing speaks against starting it.
        state: How it stood in the end; None if it was not started.
        run: Id of the run, which is kept if it failed; else empty.
        captured: What travelled with the cell, a line each.
        warnings: What should be known before it is trusted.
    """

    sentence: str
    is_fine: bool
    state: State | None = None
    run: str = ""
    imports: list[Imported] = []
    captured: list[str] = []
    warnings: list[str] = []
    ranks: list[FirstLines] = []
