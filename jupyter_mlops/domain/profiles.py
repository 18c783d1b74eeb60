"""What the columns of a table look like: enough to tell later whether they have moved."""

from __future__ import annotations

from typing import Literal

import msgspec

from jupyter_mlops.domain.runs import Number

BINS = 10
MOST_VALUES = 50
"""How many values of a category are told apart; the others are counted together."""


class ColumnProfile(msgspec.Struct, frozen=True, omit_defaults=True):
    """One column.

    Attributes:
        kind: ``number`` is counted in bins, ``category`` by value.
        edges: Of a number: between the bins, so one fewer than ``counts``; values below the first edge are in the first
            bin, those from the last edge on in the last. They are quantiles, so that bins hold about as many values.
        values: Of a category: the most frequent; the last of ``counts`` is all others.
        counts: How many rows each bin, or each value, has.
        missing: How many rows have none.
    """

    name: str
    kind: Literal["number", "category"]
    counts: list[int]
    edges: list[float] = []
    values: list[str] = []
    missing: int = 0
    low: Number | None = None
    high: Number | None = None
    mean: Number | None = None


class Profile(msgspec.Struct, frozen=True, omit_defaults=True):
    """``profile.json``: the training input of a version.

    Attributes:
        source: What it was made from, in words: ``X_train, 1,437 rows``.
    """

    rows: int
    columns: list[ColumnProfile]
    source: str = ""
