"""What a model takes and gives, told by its training input, by itself, and by what it answers."""

from __future__ import annotations

from typing import Any

from jupyter_mlops.domain.signatures import DataType, Field, Signature
from jupyter_mlops.packaging.columns import Columns

_ONNX: dict[int, DataType] = {
    1: "FP32",
    2: "UINT8",
    3: "INT8",
    4: "UINT16",
    5: "INT16",
    6: "INT32",
    7: "INT64",
    8: "BYTES",
    9: "BOOL",
    10: "FP16",
    11: "FP64",
    12: "UINT32",
    13: "UINT64",
}


def signature_of(model: Any, flavor: str, columns: Columns | None, answer: Any) -> Signature | None:
    """Return a model's signature; None if nothing tells it.

    Args:
        model: The model.
        flavor: What kind it is.
        columns: Its training input, if there is one.
        answer: What it answers to the first rows of that; None if it could not be asked.
    """
    if flavor == "onnx":
        return _of_graph(model.graph)
    if columns is None:
        return _told_by(model)
    inputs = _inputs(columns)
    return Signature("table" if columns.is_table else "tensor", inputs, _outputs(answer))


def _inputs(columns: Columns) -> list[Field]:
    if not columns.is_table:
        return [Field("input", columns.type, columns.shape)]
    return [Field(name, columns.type_of(at), [], columns.has_missing(at)) for at, name in enumerate(columns.names)]


def _told_by(model: Any) -> Signature | None:
    names = getattr(model, "feature_names_in_", None)
    count = getattr(model, "n_features_in_", None)
    if names is not None and not _may_take_words(model):
        return Signature("table", [Field(str(name), "FP64") for name in names])
    if names is None and isinstance(count, int):
        return Signature("tensor", [Field("input", "FP64", [count])])
    return None


def _may_take_words(model: Any) -> bool:
    """Say whether columns may be something else than numbers."""
    parts = [model, *(model.get_params(deep=True).values() if hasattr(model, "get_params") else ())]
    return any(
        type(part).__name__ in ("Pipeline", "ColumnTransformer")
        or getattr(part, "is_categorical_", None) is not None
        or bool(getattr(part, "enable_categorical", False))
        or bool(getattr(getattr(part, "booster_", None), "pandas_categorical", None))
        for part in parts
    )


def _outputs(answer: Any) -> list[Field]:
    if answer is None:
        return []
    try:
        answered = Columns(answer)
    except Exception:
        # What it gives is told by its first answer, then.
        return []
    if answered.is_table:
        return _inputs(answered)
    shape = [] if answered.shape == [1] and getattr(answer, "ndim", 1) == 1 else answered.shape
    return [Field("predict", answered.type, shape)]


def _of_graph(graph: Any) -> Signature:
    constants = {each.name for each in graph.initializer}
    inputs = [_of_value(each) for each in graph.input if each.name not in constants]
    return Signature("tensor", inputs, [_of_value(each) for each in graph.output if each.type.HasField("tensor_type")])


def _of_value(value: Any) -> Field:
    tensor = value.type.tensor_type
    shape = [each.dim_value or -1 for each in tensor.shape.dim][1:]
    return Field(value.name, _ONNX.get(tensor.elem_type, "FP32"), shape)
