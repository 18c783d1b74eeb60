"""Counts of what each column's values were like, by the bins of the training data's profile.

Counting each request by itself would cost more than the model. So its arrays are kept, and counted when there are many
rows, or when somebody asks.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from .rows import Rows, Taker
from .tensors import Array, as_text

AT_ONCE = 256
"""So many requests are counted together, at least."""
MOST_ROWS = 4096
"""So many rows are kept at most before they are counted."""


class Counts:
    """What came since the process started."""

    def __init__(self, profile: dict[str, Any] | None, taker: Taker) -> None:
        self.rows = 0
        self.since = time.time()
        self._pending: list[Rows] = []
        self._waiting = 0
        self._columns = [_Column(told) for told in (profile or {}).get("columns", [])]
        self._places = {name: at for at, name in enumerate(taker.names)} if taker.is_table else None

    def add(self, rows: Rows) -> None:
        """Take note of a request's rows."""
        self.rows += rows.count
        if self._columns:
            self._pending.append(rows)
            self._waiting += rows.count
            if len(self._pending) >= AT_ONCE or self._waiting >= MOST_ROWS:
                self._count()

    def told(self) -> dict[str, Any]:
        """Return counts as JSON has them."""
        self._count()
        return {
            "rows": self.rows,
            "since": self.since,
            "columns": {
                column.name: {"counts": column.counts.tolist(), "missing": column.missing} for column in self._columns
            },
        }

    def _count(self) -> None:
        pending, self._pending, self._waiting = self._pending, [], 0
        matrices = [rows.matrix for rows in pending if rows.matrix is not None and rows.matrix.ndim == 2]
        for wide in {matrix.shape[1] for matrix in matrices}:
            self._count_matrix(np.concatenate([matrix for matrix in matrices if matrix.shape[1] == wide]))
        parts = [rows.columns for rows in pending if rows.matrix is None and rows.columns]
        for column in self._columns:
            arrays = [columns[column.name] for columns in parts if column.name in columns]
            if arrays:
                column.add(np.concatenate(arrays))

    def _count_matrix(self, matrix: Array) -> None:
        for at, column in enumerate(self._columns):
            place = self._places.get(column.name, -1) if self._places is not None else at
            if 0 <= place < matrix.shape[1]:
                column.add(matrix[:, place])


class _Column:
    def __init__(self, told: dict[str, Any]) -> None:
        self.name: str = told["name"]
        self.counts = np.zeros(len(told["counts"]), np.int64)
        self.missing = 0
        self._edges = np.array(told.get("edges", []), float)
        self._values = {value: at for at, value in enumerate(told.get("values", []))}
        self._is_number = told["kind"] == "number"

    def add(self, values: Array) -> None:
        if values.ndim == 1 and len(self.counts):
            bins = self._bins(values) if self._is_number else self._categories(values)
            self.missing += len(values) - len(bins)
            # More bins than the profile has would be a broken profile: the last one holds them.
            self.counts += np.bincount(np.minimum(bins, len(self.counts) - 1), minlength=len(self.counts))

    def _bins(self, values: Array) -> Array:
        if values.dtype.kind == "O":
            return np.zeros(0, np.int64)
        if values.dtype.kind == "f":
            values = values[~np.isnan(values)]
        return np.searchsorted(self._edges, values, side="right")

    def _categories(self, values: Array) -> Array:
        others = len(self.counts) - 1
        texts = (as_text(value) for value in values.tolist())
        return np.array([self._values.get(text, others) for text in texts if text is not None], np.int64)
