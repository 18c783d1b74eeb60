"""What a captured table or array is, told by what it holds: its fingerprint."""

from __future__ import annotations

import msgspec

FORMAT = 1


class TableColumn(msgspec.Struct, frozen=True, omit_defaults=True):
    """One column of a table.

    Attributes:
        type: As its library calls it, such as ``int64``.
        digest: Hexadecimal; of the column's values with the rows in any order.
    """

    name: str
    type: str
    digest: str = ""


class Fingerprint(msgspec.Struct, frozen=True, omit_defaults=True):
    """A table or an array of one run: two with the same ``digest`` hold the same.

    The order of columns matters, the order of rows does not.

    Attributes:
        name: The variable.
        what: What it is, in words: ``DataFrame``, ``array``.
        rows: How many there are.
        shape: Of an array; empty for a table.
        columns: Of a table; empty for an array.
        schema: Hexadecimal; of names and types alone.
        digest: Hexadecimal; of schema and content.
        sampled: How many rows the digest was made from; 0 if from all.
        size: Bytes in memory.
        part: Path from the variable to what is meant where the variable only holds it, such as ``[0]`` or ``.data``.
    """

    name: str
    what: str
    rows: int
    schema: str
    digest: str
    shape: list[int] = []
    columns: list[TableColumn] = []
    sampled: int = 0
    size: int = 0
    part: str = ""


class Datasets(msgspec.Struct, omit_defaults=True):
    """``datasets.json`` of a run: the fingerprints of what travelled with its cell.

    Attributes:
        notes: One sentence for each table that has none, with the reason.
    """

    datasets: list[Fingerprint] = []
    notes: list[str] = []
    format: int = FORMAT
