"""Which values are, or hold, tables and arrays: told by the names of their classes, without importing anything."""

from __future__ import annotations

from typing import Any

TABLES = frozenset(
    {
        "numpy.ndarray",
        "pandas.DataFrame",
        "pandas.Series",
        "polars.DataFrame",
        "polars.Series",
        "pyarrow.RecordBatch",
        "pyarrow.Table",
        "scipy._spbase",
        "scipy.spmatrix",
        "torch.Tensor",
    }
)
"""Those of ``runtime.fingerprints.kinds``, which looks at them in the rank's interpreter; a test holds them equal."""
_MOST = 1000


def holds_table(value: Any) -> bool:
    """Say whether ``value`` is a table or an array, or a dict, list or tuple with one among its first elements."""
    if _is_table(value):
        return True
    if isinstance(value, dict):
        return any(map(_is_table, list(value.values())[:_MOST]))
    return isinstance(value, list | tuple) and any(map(_is_table, value[:_MOST]))


def _is_table(value: Any) -> bool:
    return any(f"{kind.__module__.partition('.')[0]}.{kind.__name__}" in TABLES for kind in type(value).__mro__)
