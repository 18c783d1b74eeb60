"""A training input, whatever library it is of, as columns: names, types of the protocol, rows as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from jupyter_mlops.domain.errors import InvalidInput
from jupyter_mlops.domain.signatures import DataType

if TYPE_CHECKING:
    import numpy

    Array = numpy.ndarray[Any, Any]

EXAMPLE_ROWS = 5
_DENSE_CELLS = 10_000_000
"""Of a sparse matrix, so many numbers are written out."""
_TYPES: dict[str, DataType] = {
    "bool": "BOOL",
    "int8": "INT8",
    "int16": "INT16",
    "int32": "INT32",
    "int64": "INT64",
    "uint8": "UINT8",
    "uint16": "UINT16",
    "uint32": "UINT32",
    "uint64": "UINT64",
    "float16": "FP16",
    "float32": "FP32",
    "float64": "FP64",
}


class Columns:
    """A table, or an array.

    Args:
        data: A DataFrame of pandas or Polars, a table of Arrow, a matrix of SciPy, an array, or a list of rows.

    Attributes:
        names: Of the columns; empty for an array.
        shape: Of an array's rows; empty for a table.
        rows: How many there are; of a large sparse matrix only the first are looked at.

    Raises:
        InvalidInput: it is nothing of that.
    """

    def __init__(self, data: Any) -> None:
        try:
            self._data = _plain(data)
        except (ImportError, TypeError, ValueError) as error:
            raise InvalidInput(
                f"The training input cannot be read as a table ({type(data).__name__}: {str(error).rstrip('.')}); give "
                "a DataFrame, an array, or a list of rows of the same length."
            ) from error
        self.is_table = hasattr(self._data, "columns")
        self.names = [str(name) for name in self._data.columns] if self.is_table else []
        self.shape = [] if self.is_table else [int(each) for each in self._data.shape[1:]]
        self.rows = len(self._data)

    def column(self, at: int) -> Array:
        """Return the values of one column; missing ones are None or NaN."""
        import numpy

        if not self.is_table:
            return numpy.asarray(self._data[:, at])
        series = self._data.iloc[:, at]
        kind = series.dtype
        if isinstance(kind, numpy.dtype) and kind.kind not in "OmM":
            return numpy.asarray(series.to_numpy())
        if getattr(kind, "kind", "O") in "iufb":
            # Nullable numbers: a missing one is what JSON and the protocol call null.
            return numpy.asarray(
                series.astype("float64") if series.hasnans else series.to_numpy(dtype=kind.numpy_dtype)
            )
        return numpy.asarray(series.astype(object))

    def type_of(self, at: int) -> DataType:
        """Return the type of a column."""
        import numpy

        series = self._data.iloc[:, at]
        kind = series.dtype
        name = str(kind).lower() if not isinstance(kind, numpy.dtype) else kind.name
        return _TYPES.get(name, "BYTES")

    def has_missing(self, at: int) -> bool:
        """Say whether a column lacks values."""
        return bool(self._data.iloc[:, at].isna().any())

    @property
    def type(self) -> DataType:
        """The type of an array."""
        return _TYPES.get(self._data.dtype.name, "BYTES")

    def head(self) -> Any:
        """Return the first rows as the model takes them."""
        return self._data[:EXAMPLE_ROWS] if not self.is_table else self._data.head(EXAMPLE_ROWS)

    def example(self) -> list[Any]:
        """Return the first rows as JSON has them: an object a row for a table, a list a row for an array."""
        if not self.is_table:
            return [_json(row) for row in self.head().tolist()]
        columns = [_json(self.column(at)[:EXAMPLE_ROWS].tolist()) for at in range(len(self.names))]
        return [dict(zip(self.names, row, strict=True)) for row in zip(*columns, strict=True)]


def _plain(data: Any) -> Any:
    """Return a pandas table or a NumPy array."""
    import numpy

    if hasattr(data, "toarray"):
        return data.tocsr()[: max(EXAMPLE_ROWS, _DENSE_CELLS // max(data.shape[1], 1))].toarray()
    for method in ("to_pandas", "to_frame"):
        if not hasattr(data, "iloc") and callable(getattr(data, method, None)):
            return getattr(data, method)()
    if hasattr(data, "iloc"):
        return data if hasattr(data, "columns") else data.to_frame()
    if hasattr(data, "detach"):
        data = data.detach().cpu().numpy()
    array = numpy.asarray(data)
    if array.ndim == 0:
        raise ValueError("it is one value")
    return array.reshape(-1, 1) if array.ndim == 1 else array


def _json(value: Any) -> Any:
    if isinstance(value, list):
        return [_json(each) for each in value]
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return None if _is_missing(value) else str(value)


def _is_missing(value: Any) -> bool:
    return type(value).__name__ in ("NAType", "NaTType") or value != value  # noqa: PLR0124


def names_of(columns: Columns, feature_names: Sequence[str] = ()) -> list[str]:
    """Return what the columns of a two-dimensional input are called; those of an array by their place."""
    if columns.names:
        return columns.names
    wide = columns.shape[0] if len(columns.shape) == 1 else 0
    return list(feature_names) if len(feature_names) == wide else [str(at) for at in range(wide)]
