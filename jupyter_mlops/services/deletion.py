"""Deleting after one question, which says what goes and what that frees."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from jupyter_mlops.domain.errors import InvalidInput
from jupyter_mlops.domain.units import format_size
from jupyter_mlops.store.folders import AnyFolder

_NAMED = 5


class Deletable(Protocol):
    """A run, a sweep, a model or a version."""

    jupyter_mlops_noun: str

    @property
    def id(self) -> str:
        """What tells it from all others."""

    @property
    def folder(self) -> AnyFolder:
        """What holds it."""

    def frees(self) -> int:
        """Return the bytes that deleting it gives back."""


Kept = TypeVar("Kept", bound=Deletable)
Kept_contra = TypeVar("Kept_contra", bound=Deletable, contravariant=True)


class Deleting(Protocol[Kept_contra]):
    """A service that deletes."""

    def delete(self, kept: Kept_contra, /, *, stop: bool = False) -> int:
        """Delete it, stopped first if that is wanted, and return the bytes that this freed."""


def delete_after_asking(service: Deleting[Kept], found: Sequence[Kept], ask: Callable[[str], str], *, yes: bool) -> str:
    """Delete ``found``, all of one noun, and return a sentence that says what became of it.

    Args:
        service: Of the noun.
        found: What is to be deleted; what is unfinished is stopped first.
        ask: Puts a question to the user and returns the answer, as ``input`` does.
        yes: Whether the answer is known.

    Raises:
        InvalidInput: nobody is there to answer.
    """
    if not found:
        return "There is nothing to delete."
    if not yes and not _is_confirmed(question(found), ask):
        return "Nothing was deleted."
    freed = sum(service.delete(kept, stop=True) for kept in found)
    return f"{counted(len(found), found[0].jupyter_mlops_noun)} deleted, {format_size(freed)} freed."


def question(found: Sequence[Kept]) -> str:
    """Return what is asked before ``found`` is deleted."""
    frees = sum(kept.frees() for kept in found)
    going = [kept for kept in found if not kept.folder.row().state.is_finished]
    stops = f" {counted(len(going), going[0].jupyter_mlops_noun)} still going will be stopped first." if going else ""
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    names = ", ".join(kept.id for kept in found[:_NAMED]) + more
    return f"Delete {names}? This frees {format_size(frees)}.{stops}"


def counted(number: int, noun: str = "run") -> str:
    """Return ``1 run`` or ``3 runs``."""
    return f"1 {noun}" if number == 1 else f"{number} {noun}s"


def _is_confirmed(question: str, ask: Callable[[str], str]) -> bool:
    try:
        return ask(f"{question} [y/N] ").strip().lower() in ("y", "yes")
    # A kernel without standard input raises an error of IPython's that is derived from NotImplementedError.
    except (EOFError, NotImplementedError, OSError) as error:
        raise InvalidInput(f"{question} Nobody can answer here: add --yes.") from error
