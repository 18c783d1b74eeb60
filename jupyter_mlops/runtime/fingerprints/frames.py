"""Tables of pandas, Polars and PyArrow as columns. None of them is imported: who has one has its library."""

from __future__ import annotations

from sys import getsizeof

import numpy as np

from jupyter_mlops.runtime.fingerprints.columns import Column, category_column, column_of, moment_column, without
from jupyter_mlops.runtime.fingerprints.mixing import mix
from jupyter_mlops.runtime.fingerprints.texts import piece_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from jupyter_mlops.runtime.fingerprints.columns import Array, Rows

_WEIGHED = 1000
_ARROW_FLOATS = {"halffloat": "float16", "float": "float32", "double": "float64"}


def pandas_columns(frame: Any) -> list[Column]:
    """Return the columns of a DataFrame; first those of its index, if that says more than where a row stands."""
    found = _index_columns(frame.index)
    for number, name in enumerate(frame.columns):
        found.append(_named(name, _pandas(frame.iloc[:, number]), str(frame.dtypes.iloc[number])))
    return found


def pandas_series(series: Any) -> list[Column]:
    """Return the column of a Series; first those of its index, if that says more than where a row stands."""
    return [*_index_columns(series.index), _named(series.name, _pandas(series), str(series.dtype))]


def pandas_size(frame: Any) -> int:
    """Return about how many bytes a DataFrame takes; of objects only some are weighed."""
    size = int(frame.memory_usage(index=True).sum())
    for number, dtype in enumerate(frame.dtypes):
        if getattr(dtype, "kind", "") == "O" and len(frame):
            some = frame.iloc[:: max(1, len(frame) // _WEIGHED), number]
            size += sum(map(getsizeof, some)) * len(frame) // len(some)
    return size


def polars_columns(frame: Any) -> list[Column]:
    """Return the columns of a DataFrame of Polars."""
    return [polars_series(series) for series in frame.get_columns()]


def polars_series(series: Any) -> Column:
    """Return the column that a Series of Polars is."""
    return _named(series.name, _polars(series), str(series.dtype))


def arrow_columns(table: Any) -> list[Column]:
    """Return the columns of a Table or RecordBatch of PyArrow."""
    names = table.schema.names
    return [_named(name, arrow_column(table.column(number)), "") for number, name in enumerate(names)]


def _named(name: object, column: Column, type_name: str) -> Column:
    return column.renamed("" if name is None else name, type_name)


# pandas


def _index_columns(index: Any) -> list[Column]:
    if getattr(index, "nlevels", 1) > 1:
        levels = [index.get_level_values(number) for number in range(index.nlevels)]
        return [_index_column(level) for level in levels]
    return [] if index.name is None and _only_counts(index) else [_index_column(index)]


def _index_column(index: Any) -> Column:
    return _named(("index", index.name), _pandas(index.to_series()), str(index.dtype))


def _only_counts(index: Any) -> bool:
    """Say whether an index holds the numbers of rows, in any order, which is all that a RangeIndex does."""
    if type(index).__name__ == "RangeIndex" or len(index) == 0:
        return True
    if getattr(index.dtype, "kind", "") not in "iu" or index.hasnans:
        return False
    values = np.asarray(index).astype(np.int64 if index.dtype.kind == "i" else np.uint64)
    low, high = int(values.min()), int(values.max())
    step, rest = divmod(high - low, max(1, len(values) - 1))
    if len(values) == 1:
        return True
    if rest or step == 0 or high - low >= 1 << 63:
        return False
    places, over = np.divmod(values - values.dtype.type(low), values.dtype.type(step))
    return not over.any() and bool((np.bincount(places.astype(np.int64), minlength=len(values)) == 1).all())


def _pandas(series: Any) -> Column:
    dtype, kind = series.dtype, type(series.dtype).__name__
    if isinstance(dtype, np.dtype):
        return column_of(series.to_numpy())
    values = series.array
    if kind == "CategoricalDtype":
        return category_column(values.codes, _pandas(dtype.categories.to_series()), is_ordered=bool(dtype.ordered))
    if kind == "DatetimeTZDtype":
        return moment_column(values.asi8, getattr(dtype, "unit", "ns"), f"datetime in {dtype.tz}")
    if kind == "PeriodDtype":
        return Column("", str(dtype), column_of(values.asi8, np.asarray(series.isna())).words)
    if kind == "IntervalDtype":
        return _interval(values, dtype)
    if kind == "ArrowDtype":
        return arrow_column(values.__arrow_array__())
    if kind == "SparseDtype":
        return _pandas(series.sparse.to_dense())
    if kind == "StringDtype":
        return Column("", "string", column_of(series.to_numpy(dtype=object)).words)
    if hasattr(dtype, "numpy_dtype"):
        # Of numbers and truths that may be missing.
        missing = np.asarray(series.isna())
        return column_of(values.to_numpy(dtype=dtype.numpy_dtype, na_value=dtype.numpy_dtype.type(0)), missing)
    return column_of(np.asarray(series, dtype=object))


def _interval(values: Any, dtype: Any) -> Column:
    left, right = (_pandas(side.to_series()) for side in (values.left, values.right))
    missing = np.asarray(values.isna())
    return Column(
        "",
        f"interval of {left.kind}, closed {dtype.closed}",
        lambda rows: without(mix(left.words(rows)) + right.words(rows), missing[rows]),
    )


# Polars


def _polars(series: Any) -> Column:
    dtype = series.dtype
    name = type(dtype).__name__ if not isinstance(dtype, type) else dtype.__name__
    missing = series.is_null().to_numpy()
    if name in ("Categorical", "Enum"):
        # How codes are chosen, and asked for, differs between versions.
        known = list(dtype.categories) if name == "Enum" else series.drop_nulls().unique().to_list()
        numbers = {text: number for number, text in enumerate(known)}
        codes = np.array([numbers.get(text, -1) for text in series.to_list()], dtype=np.int64)
        texts = Column("", "string", column_of(np.array(known, dtype=object)).words)
        return category_column(codes, texts, is_ordered=name == "Enum")
    if name in ("Datetime", "Duration"):
        zone = getattr(dtype, "time_zone", None)
        kind = "duration" if name == "Duration" else f"datetime in {zone}" if zone else "datetime"
        physical = series.to_physical().fill_null(0).to_numpy()
        return moment_column(physical, dtype.time_unit or "us", kind, missing)
    if name in ("Date", "Time"):
        return Column("", name.lower(), column_of(series.to_physical().fill_null(0).to_numpy(), missing).words)
    if name in ("String", "Utf8"):
        values = np.empty(len(series), dtype=object)
        values[:] = series.to_list()
        return Column("", "string", column_of(values).words if not missing.all() else _nothing(len(series)).words)
    if name == "Boolean" or (dtype.is_numeric() and name != "Decimal"):
        plain = series.fill_null(False) if name == "Boolean" else series.fill_null(0)
        return column_of(plain.to_numpy(), missing if missing.any() else None)
    values = np.empty(len(series), dtype=object)
    for number, value in enumerate(series.to_list()):
        values[number] = value
    return column_of(values)


def _nothing(rows: int) -> Column:
    return column_of(np.full(rows, None, dtype=object))


# PyArrow


def arrow_column(chunked: Any) -> Column:
    """Return a column without a name for an array of PyArrow, chunked or not."""
    array = chunked.combine_chunks() if hasattr(chunked, "combine_chunks") else chunked
    if type(array).__name__ == "ChunkedArray":
        # Older versions leave a chunked array chunked, if it has not exactly one chunk.
        array = array.chunk(0) if array.num_chunks else array.type.wrap_array([])
    name = str(array.type)
    missing = array.is_null().to_numpy(zero_copy_only=False)
    column = _arrow(array, name, missing)
    return column.renamed("", name)


def _arrow(array: Any, name: str, missing: Array) -> Column:
    if name in ("string", "large_string"):
        return _arrow_texts(array, np.int32 if name == "string" else np.int64, missing)
    if name.startswith("dictionary<"):
        codes = array.indices.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
        codes[missing] = -1
        return category_column(codes, arrow_column(array.dictionary), is_ordered=bool(array.type.ordered))
    if name.startswith(("timestamp[", "duration[")):
        zone = getattr(array.type, "tz", None)
        kind = "duration" if name[0] == "d" else f"datetime in {zone}" if zone else "datetime"
        return moment_column(_integers(array), array.type.unit, kind, missing)
    if name.startswith("date"):
        days = _integers(array) if name.startswith("date32") else _integers(array) // 86_400_000
        return Column("", "date", column_of(days, missing).words)
    if name == "bool" or name in _ARROW_FLOATS or name.startswith(("int", "uint")):
        plain = array.fill_null(False) if name == "bool" else array.fill_null(0) if missing.any() else array
        column = column_of(plain.to_numpy(zero_copy_only=False), missing)
        return Column("", _ARROW_FLOATS.get(name, name), column.words)
    values = np.empty(len(array), dtype=object)
    for number, value in enumerate(array.to_pylist()):
        values[number] = value
    return column_of(values)


def _integers(array: Any) -> Array:
    values: Array = array.cast("int32" if str(array.type).startswith("date32") else "int64").fill_null(0).to_numpy()
    return values.astype(np.int64, copy=False)


def _arrow_texts(array: Any, offset_type: Any, missing: Array) -> Column:
    """Return the column of texts that stand behind each other in one buffer, without making Python texts of them."""
    _, where, what = array.buffers()
    offsets = np.frombuffer(where, dtype=offset_type)[array.offset : array.offset + len(array) + 1].astype(np.int64)
    data = np.frombuffer(what, dtype=np.uint8) if what is not None else np.zeros(0, np.uint8)

    def words(rows: Rows) -> Any:
        starts, ends = offsets[:-1][rows], offsets[1:][rows]
        low, high = (int(starts.min()), int(ends.max())) if len(starts) else (0, 0)
        if isinstance(rows, slice):
            part = np.append(data[low:high], np.zeros(8, np.uint8))
            return without(piece_words(part, starts - low, ends - starts), missing[rows])
        padded = data if len(data) >= high + 8 else np.append(data, np.zeros(8, np.uint8))
        return without(piece_words(padded, starts, ends - starts), missing[rows])

    return Column("", "string", words)
