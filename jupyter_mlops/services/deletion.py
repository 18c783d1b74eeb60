"""Deleting after one question, which says what goes and what that frees."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from jupyter_mlops.domain.errors import InvalidInput
from jupyter_mlops.domain.units import format_size
from jupyter_mlops.services.run import Run
from jupyter_mlops.services.runs import Runs

_NAMED = 5


def delete_after_asking(runs: Runs, found: Sequence[Run], ask: Callable[[str], str], *, yes: bool) -> str:
    """Delete ``found`` and return a sentence that says what became of it.

    Args:
        runs: The service.
        found: What is to be deleted; unfinished runs are stopped first.
        ask: Puts a question to the user and returns the answer, as ``input`` does.
        yes: Whether the answer is known.

    Raises:
        InvalidInput: nobody is there to answer.
    """
    if not found:
        return "There is nothing to delete."
    if not yes and not _is_confirmed(question(found), ask):
        return "Nothing was deleted."
    freed = sum(runs.delete(run, stop=True) for run in found)
    return f"{counted(len(found))} deleted, {format_size(freed)} freed."


def question(found: Sequence[Run]) -> str:
    """Return what is asked before ``found`` is deleted."""
    frees = sum(run.folder.frees() for run in found)
    going = sum(not run.folder.row().state.is_finished for run in found)
    stops = f" {counted(going)} still going will be stopped first." if going else ""
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    names = ", ".join(run.id for run in found[:_NAMED]) + more
    return f"Delete {names}? This frees {format_size(frees)}.{stops}"


def counted(number: int) -> str:
    """Return ``1 run`` or ``3 runs``."""
    return "1 run" if number == 1 else f"{number} runs"


def _is_confirmed(question: str, ask: Callable[[str], str]) -> bool:
    try:
        return ask(f"{question} [y/N] ").strip().lower() in ("y", "yes")
    # A kernel without standard input raises an error of IPython's that is derived from NotImplementedError.
    except (EOFError, NotImplementedError, OSError) as error:
        raise InvalidInput(f"{question} Nobody can answer here: add --yes.") from error
