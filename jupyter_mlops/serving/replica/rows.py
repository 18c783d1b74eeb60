"""What a request brings, held against the signature, becomes what the model takes.

A table that is all numbers becomes a matrix, and a DataFrame only where a model needs one: that would be most of the
time of a request with one row.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .refusals import Refused, nearest, shown, some
from .tensors import NUMBERS, TEXT, Array, cast, from_json
from .v2 import Tensor


@dataclass(frozen=True)
class Field:
    """A column of a table, or a tensor: see ``Signature`` of the version."""

    name: str
    type: str
    shape: tuple[int, ...] = ()
    optional: bool = False

    @property
    def words(self) -> str:
        """Return how a sentence calls it."""
        return f"{self.name!r} is text (BYTES)" if self.type == TEXT else f"{self.name!r} is {self.type}"


@dataclass
class Rows:
    """Checked input.

    Attributes:
        count: How many rows there are.
        columns: By their names, as arrays of the signature's types; empty where ``matrix`` says it all.
        matrix: All of a table's columns in their order, if they are numbers; or the one tensor.
        values: What came, where no signature says what it should be.
    """

    count: int
    columns: dict[str, Array]
    matrix: Array | None = None
    values: Any = None


class Taker:
    """Turns requests into rows, by a signature."""

    def __init__(self, signature: dict[str, Any] | None) -> None:
        told = signature or {}
        self.is_known = bool(told.get("inputs"))
        self.is_table = self.is_known and told.get("kind") == "table"
        self.fields = fields(told.get("inputs"))
        self.names = [field.name for field in self.fields]
        self._by_name = {field.name: field for field in self.fields}
        kinds = [field.type for field in self.fields]
        self.is_matrix = self.is_table and TEXT not in kinds and not any(field.shape for field in self.fields)
        self.dtype = np.result_type(*(NUMBERS[kind] for kind in kinds)) if self.is_matrix else np.dtype(object)
        if any(field.optional and NUMBERS.get(field.type, self.dtype).kind != "f" for field in self.fields):
            self.dtype = np.result_type(self.dtype, np.float64) if self.is_matrix else self.dtype
        self._is_float = self.is_matrix and all(NUMBERS[kind].kind == "f" for kind in kinds)
        # With one type for all columns, what fits the matrix fits each column.
        self._kind = kinds[0] if self.is_matrix and len(set(kinds)) == 1 else ""

    def tensors(self, inputs: list[Tensor]) -> Rows:
        """Return what the inputs of a V2 request are."""
        if not self.is_known:
            return _unknown(inputs)
        if not self.is_table:
            return self._as_tensors(inputs)
        only = inputs[0] if len(inputs) == 1 else None
        if only is not None and (only.name not in self._by_name or (only.array.ndim == 2 and len(self.fields) > 1)):
            return self._whole(only)
        return self._by_column({each.name: each for each in inputs})

    def instances(self, told: Any) -> Rows:
        """Return what the instances of a V1 request are: a list of rows."""
        if not isinstance(told, list):
            raise Refused(f"'instances' is a list of rows, and got {shown(told)}.")
        if not told:
            raise Refused("The request has no rows.")
        if not self.is_known:
            return Rows(len(told), {}, values=told)
        if isinstance(told[0], dict):
            return self._dicts(told)
        if self.is_table:
            return self._lists(told)
        if len(self.fields) > 1:
            raise Refused(f"A row has several parts, so it is an object with {some(map(repr, self.names))}.")
        field = self.fields[0]
        return self._checked_tensors({field.name: from_json(told, field.type, field.name)})

    def by_name(self, told: Any) -> Rows:
        """Return what the ``inputs`` of a V1 request are: an object of columns, or of tensors."""
        if not isinstance(told, dict):
            return self.instances(told)
        if not told:
            raise Refused("The request has no rows.")
        if not self.is_known:
            return Rows(
                _common({name: len(v) if isinstance(v, list) else 1 for name, v in told.items()}), {}, values=told
            )
        self._check_names(told)
        arrays = {
            field.name: from_json(told[field.name], field.type, field.name)
            for field in self.fields
            if field.name in told
        }
        if not self.is_table:
            return self._checked_tensors(arrays)
        return self._by_column({name: Tensor(name, self._by_name[name].type, array) for name, array in arrays.items()})

    def _whole(self, tensor: Tensor) -> Rows:
        """Return the columns of a table that came as one tensor."""
        shape, wide = tensor.array.shape, len(self.fields)
        if len(shape) != 2 or shape[1] != wide:
            if len(shape) != 2 or wide == 1 or (shape[1] == 1 and tensor.name not in self._by_name):
                self._check_names([tensor.name])
            raise Refused(
                f"{tensor.name!r} has shape {list(shape)}, and the model takes [rows, {wide}]: {some(self.names)}."
            )
        if not shape[0]:
            raise Refused("The request has no rows.")
        if tensor.kind == self._kind or (self._is_float and tensor.kind != TEXT):
            return Rows(shape[0], {}, tensor.array.astype(self.dtype, copy=False))
        parts = {
            field.name: Tensor(field.name, tensor.kind, tensor.array[:, at]) for at, field in enumerate(self.fields)
        }
        return self._by_column(parts)

    def _by_column(self, parts: dict[str, Tensor]) -> Rows:
        self._check_names(parts)
        columns = {}
        for field in self.fields:
            part = parts.get(field.name)
            if part is not None:
                columns[field.name] = _column(field, part)
        counts = {name: len(array) for name, array in columns.items()}
        count = _common(counts)
        for field in self.fields:
            if field.name not in columns:
                columns[field.name] = _missing(field, count)
        return self._table(count, {field.name: columns[field.name] for field in self.fields})

    def _table(self, count: int, columns: dict[str, Array]) -> Rows:
        if not count:
            raise Refused("The request has no rows.")
        if not self.is_matrix:
            return Rows(count, columns)
        matrix = np.empty((count, len(columns)), self.dtype)
        for at, array in enumerate(columns.values()):
            matrix[:, at] = array
        return Rows(count, columns, matrix)

    def _check_names(self, there: Any) -> None:
        for name in there:
            if name not in self._by_name:
                what = "column" if self.is_table else "input"
                raise Refused(f"The model has no {what} {name!r}{nearest(name, self.names)}")
        for field in self.fields:
            if field.name not in there and not (field.optional and self.is_table):
                what = "Column" if self.is_table else "Input"
                raise Refused(f"{what} {field.name!r} is missing; the model takes {some(self.names)}.")

    def _dicts(self, told: list[Any]) -> Rows:
        for row in told:
            if not isinstance(row, dict):
                raise Refused(f"The first row is an object and another is none: {shown(row)}.")
            if row.keys() != told[0].keys() or len(row) != len(self.fields):
                self._check_names(row)
        self._check_names(told[0])
        if not self.is_table:
            return self._checked_tensors(
                {
                    field.name: from_json([row[field.name] for row in told], field.type, field.name)
                    for field in self.fields
                }
            )
        columns = {}
        for field in self.fields:
            values = [row.get(field.name) for row in told]
            columns[field.name] = self._values(field, values)
        return self._table(len(told), columns)

    def _lists(self, told: list[Any]) -> Rows:
        wide = len(self.fields)
        if wide == 1 and not isinstance(told[0], list):
            told = [[value] for value in told]
        for at, row in enumerate(told):
            if not isinstance(row, list):
                raise Refused(f"Row {at} is {shown(row)}, and should have {wide} values: {some(self.names)}.")
            if len(row) != wide:
                raise Refused(f"Row {at} has {len(row)} values, and the model takes {wide}: {some(self.names)}.")
        if self._kind and self.dtype == NUMBERS[self._kind]:
            matrix = from_json(told, self._kind, "instances")
            if matrix.shape == (len(told), wide):
                return Rows(len(told), {}, matrix)
        columns = {field.name: self._values(field, [row[at] for row in told]) for at, field in enumerate(self.fields)}
        return self._table(len(told), columns)

    def _values(self, field: Field, values: list[Any]) -> Array:
        kind = field.type
        if kind != TEXT and NUMBERS[kind].kind != "f" and any(value is None for value in values):
            kind = "FP64"
        return _column(field, Tensor(field.name, kind, from_json(values, kind, field.name)))

    def _as_tensors(self, inputs: list[Tensor]) -> Rows:
        if len(inputs) == 1 and len(self.fields) == 1:
            # Clients call the only input as they like: `input-0`, `x`.
            parts = {self.fields[0].name: inputs[0]}
        else:
            parts = {each.name: each for each in inputs}
            self._check_names(parts)
        return self._checked_tensors({name: _fitting(self._by_name[name], part) for name, part in parts.items()})

    def _checked_tensors(self, arrays: dict[str, Array]) -> Rows:
        for name, array in arrays.items():
            shape = self._by_name[name].shape
            same = array.ndim == len(shape) + 1 and all(
                wanted in (-1, got) for wanted, got in zip(shape, array.shape[1:], strict=True)
            )
            if not same:
                wanted = ", ".join(["rows", *("any" if each == -1 else str(each) for each in shape)])
                raise Refused(f"{name!r} has shape {list(array.shape)}, and the model takes [{wanted}].")
        count = _common({name: len(array) for name, array in arrays.items()})
        if not count:
            raise Refused("The request has no rows.")
        return Rows(count, arrays, next(iter(arrays.values())) if len(arrays) == 1 else None)


def fields(told: Any) -> list[Field]:
    """Return the fields that a signature lists."""
    return [
        Field(each["name"], each["type"], tuple(each.get("shape", ())), each.get("optional", False))
        for each in told or []
    ]


def _unknown(inputs: list[Tensor]) -> Rows:
    counts = {each.name: len(each.array) if each.array.ndim else 1 for each in inputs}
    if len(inputs) == 1:
        array = inputs[0].array
        if not array.size:
            raise Refused("The request has no rows.")
        return Rows(counts[inputs[0].name], {}, array, values=array)
    return Rows(
        _common(counts), {each.name: each.array for each in inputs}, values={each.name: each.array for each in inputs}
    )


def _fitting(field: Field, tensor: Tensor) -> Array:
    """Return a tensor in the type of its field; refuse one that cannot be."""
    if tensor.kind == field.type:
        return tensor.array
    if TEXT in (tensor.kind, field.type):
        raise Refused(f"{field.words}, and got {tensor.kind}.")
    return cast(tensor.array, field.type, field.name)


def _column(field: Field, tensor: Tensor) -> Array:
    """Return one column as it is in the signature."""
    array = tensor.array
    if array.ndim == len(field.shape) + 2 and array.shape[1] == 1:
        array = array.reshape(array.shape[0], *array.shape[2:])
    if array.ndim != len(field.shape) + 1:
        raise Refused(f"Column {field.name!r} has shape {list(tensor.array.shape)}, and takes [rows] or [rows, 1].")
    if field.type == TEXT:
        return _fitting(field, Tensor(field.name, tensor.kind, _without_holes(field, array)))
    if field.optional and array.dtype.kind == "f" and NUMBERS[field.type].kind != "f":
        holes = np.isnan(array)
        if holes.any():
            _fitting(field, Tensor(field.name, tensor.kind, array[~holes]))
            return array
    return _fitting(field, Tensor(field.name, tensor.kind, array))


def _without_holes(field: Field, array: Array) -> Array:
    if not field.optional:
        for at, value in enumerate(array.ravel()):
            if value is None:
                raise Refused(
                    f"Column {field.name!r} has no value in row {at}, and none was missing when it was trained."
                )
    return array


def _missing(field: Field, count: int) -> Array:
    if field.type == TEXT:
        return np.full(count, None, object)
    return np.full(count, math.nan)


def _common(counts: dict[str, int]) -> int:
    names: Sequence[str] = list(counts)
    first = names[0]
    for name in names:
        if counts[name] != counts[first]:
            rows = "1 row" if counts[first] == 1 else f"{counts[first]:,} rows"
            raise Refused(f"{first!r} has {rows}, and {name!r} has {counts[name]:,}.")
    return counts[first]
