"""Many rows, to two pairs of sums that do not know their order."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np

from jupyter_mlops.runtime.fingerprints.columns import Column
from jupyter_mlops.runtime.fingerprints.mixing import MASK, finish, key, mix, other_key, second, total
from jupyter_mlops.runtime.fingerprints.objects import canonical

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, Sequence

    from jupyter_mlops.runtime.fingerprints.columns import Rows
    from jupyter_mlops.runtime.fingerprints.mixing import Lanes

LARGE = 250_000_000
"""Cells above which a part of the rows must do: 2 GB of numbers. Not bytes, which libraries count differently."""
MOST_COLUMNS = 1000
"""Columns of which each is told; all of them count."""
_CHUNK = 1 << 14
_KEYS = 8


class Sums:
    """What rows come to in both lanes."""

    def __init__(self) -> None:
        self.values = (0, 0)

    def add(self, lanes: Lanes) -> None:
        """Add what is there for each row."""
        first, other = self.values
        self.values = (first + total(lanes[0])) & MASK, (other + total(lanes[1])) & MASK

    @property
    def text(self) -> str:
        """The sums, to be hashed."""
        return "{:016x}{:016x}".format(*self.values)


class Table:
    """Columns of one length."""

    def __init__(self, columns: Sequence[Column], rows: int) -> None:
        self.columns, self.rows, self.width = columns, rows, len(columns)
        self.sums = [Sums() for _ in columns]

    def lanes(self, rows: Rows, width: int | None = None) -> Lanes:
        """Return both lanes of some rows: of their first ``width`` columns, or of all, which counts columns too."""
        first = other = None
        for number, column in enumerate(self.columns[:width]):
            mixed = mix(column.words(rows))
            again = second(mixed)
            if width is None:
                self.sums[number].add((mixed, again))
            mixed *= key(number)
            again *= other_key(number)
            first = mixed if first is None else first + mixed
            other = again if other is None else other + again
        if first is None or other is None:
            nothing = np.zeros(len(np.empty(self.rows, np.bool_)[rows]), np.uint64)
            first, other = nothing, nothing.copy()
        return finish(first, other)


class Total:
    """What all rows, or a part of them, came to.

    Attributes:
        sampled: How many rows that were; 0 if all.
    """

    def __init__(self, text: str, sampled: int) -> None:
        self.text, self.sampled = text, sampled


def add_up(table: Any, large: int | None = None, chunk: int = _CHUNK) -> Total:
    """Return what the rows of ``table`` come to.

    Args:
        table: Has ``rows``, ``width`` and ``lanes``.
        large: Cells above which a part of the rows must do; ``LARGE`` if it is None.
        chunk: Rows that are looked at together.
    """
    share = (LARGE if large is None else large) / 2 / max(1, table.rows * table.width)
    found = _sample(table, share, chunk) if share < 0.5 else None
    if found is not None:
        return found
    sums = Sums()
    for start in range(0, table.rows, chunk):
        sums.add(table.lanes(slice(start, start + chunk)))
    return Total(sums.text, 0)


def _sample(table: Any, share: float, chunk: int) -> Total | None:
    """Return what the rows come to that their own first columns choose; None if these do not tell rows apart."""
    width = _KEYS
    while width < table.width:
        known, chosen = Sums(), []
        for start in range(0, table.rows, chunk):
            lanes = table.lanes(slice(start, start + chunk), width)
            known.add(lanes)
            chosen.append(start + np.flatnonzero(lanes[0] <= np.uint64(int(share * MASK) & MASK)))
        rows = np.concatenate(chosen)
        if 0.5 < len(rows) / (share * table.rows) < 2:
            sums = Sums()
            for start in range(0, len(rows), chunk):
                sums.add(table.lanes(rows[start : start + chunk]))
            return Total(f"{known.text} {width} {len(rows)} {sums.text}", len(rows))
        width *= 2
    return None


def digest(*parts: object) -> str:
    """Return 128 bits in hexadecimal that stand for ``parts``."""
    return blake2b(canonical(list(parts)), digest_size=16).hexdigest()


def table_fingerprint(
    what: str, columns: list[Column], rows: int, size: int, large: int | None = None
) -> dict[str, Any]:
    """Return the fields of a fingerprint, without the name."""
    table = Table(columns, rows)
    counted = add_up(table, large)
    schema = digest("table", what == "Series", [[_exact(column.name), column.kind] for column in columns])
    told = list(_told(table, counted.sampled))
    return {
        "what": what,
        "rows": rows,
        "columns": told[:MOST_COLUMNS],
        "schema": schema,
        "digest": digest(schema, rows, counted.text),
        "sampled": counted.sampled,
        "size": size,
    }


def _told(table: Table, sampled: int) -> Iterator[dict[str, str]]:
    for column, sums in zip(table.columns, table.sums):
        found = digest("column", column.kind, table.rows, sampled, sums.text)
        yield {"name": _shown(column.name), "type": column.type, "digest": found[:16]}


def _exact(name: object) -> bytes:
    """Return what tells a name from others: a number is no text."""
    return canonical(name)


def _shown(name: object) -> str:
    return " / ".join(map(str, name)) if isinstance(name, tuple) else str(name)
