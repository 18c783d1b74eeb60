"""What is a table or an array, told by the names of its classes: no import, and nothing of the value is asked."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

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
MOST_PARTS = 32
"""Tables within one value that are looked at."""


def table_kind(value: Any) -> str:
    """Return the entry of ``TABLES`` that ``value`` is an instance of; empty if it is none."""
    for kind in type(value).__mro__:
        name = f"{kind.__module__.partition('.')[0]}.{kind.__name__}"
        if name in TABLES:
            # An array without an axis is a number.
            return "" if name in ("numpy.ndarray", "torch.Tensor") and not value.ndim else name
    return ""


def parts_of(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the tables in ``value``: itself, or what a dict, list or tuple holds, each with the way to it."""
    if table_kind(value):
        yield "", value
    elif isinstance(value, dict):
        is_bunch = type(value).__name__ == "Bunch"
        for key, part in list(value.items()):
            if table_kind(part):
                yield (f".{key}" if is_bunch else f"[{key!r}]"), part
    elif isinstance(value, (list, tuple)):
        fields = getattr(type(value), "_fields", None)
        for number, part in enumerate(value):
            if table_kind(part):
                yield (f".{fields[number]}" if fields else f"[{number}]"), part
