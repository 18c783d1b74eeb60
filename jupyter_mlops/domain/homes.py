"""What a home holds, in sum."""

from __future__ import annotations

import msgspec

from jupyter_mlops.domain.runs import Scalar, State


class Part(msgspec.Struct, frozen=True):
    """One kind of thing in a home and the disk it takes.

    Attributes:
        name: What it is, as people say it: ``runs``, ``captured data``, ``index``.
        size: Bytes.
        count: How many there are; None where nobody counts.
    """

    name: str
    size: int
    count: int | None = None


class Setting(msgspec.Struct, frozen=True):
    """One setting as it counts now.

    Attributes:
        shown: The value as people say it: ``1 GB``; empty if it is the value itself.
        is_default: Whether nobody has set it.
        about: What it does, in a few words.
    """

    name: str
    value: Scalar
    shown: str = ""
    is_default: bool = True
    about: str = ""


class HomeSummary(msgspec.Struct, omit_defaults=True):
    """A home as ``%mlops`` shows it.

    Attributes:
        path: Where it is.
        free: Bytes that are free on its disk; None if unknown.
        states: How many runs stand where.
        broken: How many folders cannot be read.
        slots: How many runs may go at once; None if unknown.
        taken: How many of the slots are taken.
        notes: Sentences that are worth showing, such as why changes are noticed late.
    """

    path: str
    id: str = ""
    parts: list[Part] = []
    free: int | None = None
    states: dict[State, int] = {}
    broken: int = 0
    slots: int | None = None
    taken: int = 0
    settings: list[Setting] = []
    platforms: list[str] = []
    notes: list[str] = []
