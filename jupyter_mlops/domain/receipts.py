"""What travels with a cell, said before anything starts."""

from __future__ import annotations

from typing import Literal

import msgspec

FORMAT = 1
_SHOWN = 4

Travel = Literal["value", "name", "source"]

_TRAVELS: dict[str, str] = {"value": "as a value", "name": "by name", "source": "as source"}


class Item(msgspec.Struct, frozen=True, omit_defaults=True):
    """One name that the cell uses.

    Attributes:
        name: The variable.
        what: What it is, in words: ``list of 3``.
        travels: As a ``value``, by ``name`` (a module that the rank imports), or as ``source``.
        size: Bytes that it adds to the bundle.
        user: The function that needs it; empty if the cell itself does.
        table: Whether it is, or holds, a table or an array: these get a fingerprint while the run goes.
    """

    name: str
    what: str
    travels: Travel = "value"
    size: int = 0
    user: str = ""
    table: bool = False


class LeftBehind(msgspec.Struct, frozen=True):
    """A name that the cell may read but that cannot travel; the cell makes it itself on the usual path."""

    name: str
    why: str


class Receipt(msgspec.Struct):
    """What a run was given by its notebook: ``bundle/receipt.json``.

    Attributes:
        size: Bytes of all values.
        left: What stays in the notebook.
        stale: Sentences about functions, classes and modules that are not what the notebook now says.
        secrets: Names whose name or value looks like a secret; never the value.
        sources: Files of local modules, relative to ``bundle/sources``.
        notes: Sentences about lines that were skipped and the like.
    """

    items: list[Item] = []
    size: int = 0
    left: list[LeftBehind] = []
    stale: list[str] = []
    secrets: list[str] = []
    sources: list[str] = []
    notes: list[str] = []
    format: int = FORMAT

    @property
    def summary(self) -> str:
        """Return the line for the card: ``Net, loader (12 kB)``; empty if nothing travels but modules by name."""
        names = [item.name for item in self.items if item.travels != "name"]
        if not names:
            return ""
        more = len(names) - _SHOWN
        shown = ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
        return f"{shown} ({size_text(self.size)})"

    def __repr__(self) -> str:
        rows = [(item.name, item.what, size_text(item.size), _TRAVELS[item.travels], item.user) for item in self.items]
        names, whats, sizes = (max((len(row[column]) for row in rows), default=0) for column in range(3))
        lines = [
            f"{name:<{names}}  {what:<{whats}}  {size:>{sizes}}  {travels}{f', for `{user}`' if user else ''}"
            for name, what, size, travels, user in rows
        ]
        return "\n".join([*lines, *self.warnings]) or "Nothing of the notebook travels with this cell."

    @property
    def warnings(self) -> list[str]:
        """Return one sentence for each thing that a user should know before the run is trusted."""
        secrets = [f"`{name}` looks like a secret and is stored with the run." for name in self.secrets]
        left = [f"`{item.name}` stays in the notebook: {item.why}" for item in self.left]
        return [*self.stale, *secrets, *left, *self.notes]


def size_text(count: int) -> str:
    """Return bytes as people say them: ``12 kB``, ``1.5 GB``."""
    if count < 1000:
        return f"{count} B"
    unit, amount = "kB", count / 1000
    for larger in ("MB", "GB", "TB"):
        if amount < 999.5:
            break
        unit, amount = larger, amount / 1000
    return f"{amount:.1f} {unit}" if amount < 9.95 and unit != "kB" else f"{amount:.0f} {unit}"


def count_text(count: int) -> str:
    """Return a count with thin groups: ``1 797``."""
    return f"{count:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
