"""What the columns of a training input look like."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from jupyter_mlops.domain.profiles import BINS, MOST_VALUES, ColumnProfile, Profile
from jupyter_mlops.domain.series import travelling
from jupyter_mlops.packaging.columns import Columns, names_of

if TYPE_CHECKING:
    import numpy

MOST_COLUMNS = 1000
_FEW_NUMBERS = 2 * BINS


def profile_of(columns: Columns, source: str) -> Profile | None:
    """Return the profile of a training input; None if it has no columns, as images have not, or too many."""
    names = names_of(columns)
    if not names or len(names) > MOST_COLUMNS or not columns.rows:
        return None
    return Profile(columns.rows, [_column(name, columns.column(at)) for at, name in enumerate(names)], source)


def _column(name: str, values: numpy.ndarray[Any, Any]) -> ColumnProfile:
    if values.dtype.kind in "iuf":
        return _number(name, values)
    return _category(name, values)


def _number(name: str, values: numpy.ndarray[Any, Any]) -> ColumnProfile:
    import numpy

    numbers = values[numpy.isfinite(values)].astype(float) if values.dtype.kind == "f" else values.astype(float)
    missing = len(values) - len(numbers)
    if not len(numbers):
        return ColumnProfile(name, "number", [0], missing=missing)
    edges = _edges(numbers)
    counts = numpy.bincount(numpy.searchsorted(edges, numbers, side="right"), minlength=len(edges) + 1)
    low, high, mean = (travelling(float(each)) for each in (numbers.min(), numbers.max(), numbers.mean()))
    return ColumnProfile(name, "number", counts.tolist(), edges.tolist(), [], missing, low, high, mean)


def _edges(numbers: numpy.ndarray[Any, Any]) -> numpy.ndarray[Any, Any]:
    """Return where bins begin, so that each holds about as many; of few different numbers each has a bin."""
    import numpy

    different = numpy.unique(numbers)
    if len(different) <= _FEW_NUMBERS:
        # In the middle between two neighbours, so that neither lies on an edge.
        return numpy.asarray((different[1:] + different[:-1]) / 2)
    return numpy.asarray(numpy.unique(numpy.quantile(numbers, numpy.linspace(0, 1, BINS + 1)[1:-1])))


def _category(name: str, values: numpy.ndarray[Any, Any]) -> ColumnProfile:
    texts = [None if value is None or value != value else str(value) for value in values.tolist()]  # noqa: PLR0124
    counted = Counter(text for text in texts if text is not None)
    top = counted.most_common(MOST_VALUES)
    others = sum(counted.values()) - sum(count for _, count in top)
    counts = [*(count for _, count in top), others]
    return ColumnProfile(name, "category", counts, values=[text for text, _ in top], missing=texts.count(None))
