"""Requests and answers of KServe's protocol V1, which is TensorFlow Serving's."""

from __future__ import annotations

from typing import Any

import orjson

from .model import Model
from .refusals import Refused, shown
from .rows import Rows
from .tensors import as_text
from .v2 import Tensor, document


def parse(body: bytes | bytearray, model: Model) -> tuple[Rows, list[str], str]:
    """Return rows, methods that are asked for, and what the answer calls the result."""
    told, _ = document(body)
    if ("instances" in told) == ("inputs" in told):
        raise Refused("A request has either 'instances', a list of rows, or 'inputs', an object of columns.")
    method = told.get("signature_name")
    if method is not None and not isinstance(method, str):
        raise Refused(f"The signature_name is the name of a method, and got {shown(method)}.")
    methods = [] if method in {None, "", "serving_default"} else [str(method)]
    if "instances" in told:
        return model.taker.instances(told["instances"]), methods, "predictions"
    # KServe takes a list here and answers as ever; an object of columns is TensorFlow Serving's.
    result = "outputs" if isinstance(told["inputs"], dict) else "predictions"
    return model.taker.by_name(told["inputs"]), methods, result


def encode(outputs: list[Tensor], result: str) -> bytes:
    """Return an answer: a value for each row, or an object for each if the model gives several things."""
    lists = {output.name: _nested(output) for output in outputs}
    only = next(iter(lists.values())) if len(lists) == 1 else None
    answer: Any = lists if only is None else only
    if only is None and result == "predictions":
        answer = [dict(zip(lists, row, strict=False)) for row in zip(*lists.values(), strict=False)]
    return orjson.dumps({result: answer}, option=orjson.OPT_SERIALIZE_NUMPY)


def _nested(output: Tensor) -> list[Any]:
    values: list[Any] = output.array.tolist()
    return _texts(values) if output.kind == "BYTES" else values


def _texts(values: list[Any]) -> list[Any]:
    return [_texts(value) if isinstance(value, list) else as_text(value) for value in values]
