"""How far a run means to go, where only its parameters say so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from jupyter_mlops.domain.runs import Progress, Scalar

_AXES = ("epoch", "step", "iteration", "global_step")
_SPELLINGS = ("{}s", "n_{}s", "num_{}s", "max_{}s", "total_{}s", "num_train_{}s")


def with_plan(progress: Progress | None, params: Mapping[str, Scalar]) -> Progress | None:
    """Return ``progress`` with the end that a parameter names: ``epochs=5`` is the end of what counts epochs.

    Progress that knows its end, or that has gone past the parameter, stays as it is.
    """
    if progress is None or progress.total is not None or not progress.unit:
        return progress
    for spelling in _SPELLINGS:
        end = params.get(spelling.format(progress.unit.rstrip("s")))
        if isinstance(end, (int, float)) and not isinstance(end, bool) and 0 <= progress.done <= end:
            return msgspec.structs.replace(progress, total=float(end))
    return progress


def planned(params: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """Return those of a cell's parameters that may say how far it means to go."""
    named = {spelling.format(axis) for axis in _AXES for spelling in _SPELLINGS}
    return {name: value for name, value in params.items() if name in named}
