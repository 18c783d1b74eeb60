"""Where something comes from, and what came of it."""

from __future__ import annotations

from typing import Literal

import msgspec


class Link(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing of a chain.

    Attributes:
        kind: ``data``, ``code`` (a cell), ``run``, ``sweep``, ``version``, ``revision``.
        id: What opens it: the id of a run or a sweep, ``NAME:3`` of a version, ``ENDPOINT/r3`` of a revision, the
            digest of data, the hash of a cell.
        title: What people call it: ``digits``, ``digits v4``, ``digits.ipynb, cell 4``.
        details: Short lines below it: ``1,437 rows, 64 columns``, ``lr=0.1``.
        here: Whether it is what was asked about.
        gone: Whether it was deleted since.
    """

    kind: Literal["data", "code", "run", "sweep", "version", "revision"]
    id: str
    title: str
    details: list[str] = []
    here: bool = False
    gone: bool = False


class Lineage(msgspec.Struct, frozen=True, omit_defaults=True):
    """A chain in the order in which things came from each other: data, code, sweep, run, version, revision.

    Several of one kind stand beside each other: the datasets of a run, the revisions that serve a version.
    """

    links: list[Link] = []

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        """Name every thing with its id, one a line."""
        return "\n".join(
            f"{link.kind:9}{link.title}  {link.id}{' (deleted)' if link.gone else ''}" for link in self.links
        )
