"""Requests and answers of the Open Inference Protocol V2, with the binary tensor data extension."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import orjson

from .refusals import Refused, nearest, shown
from .tensors import DATATYPES, NUMBERS, TEXT, Array, as_text, from_binary, from_json, size_of, to_binary

HEADER_LENGTH = b"inference-header-content-length"


@dataclass
class Tensor:
    """One input or output under its name."""

    name: str
    kind: str
    array: Array


@dataclass
class Request:
    """What was asked for.

    Attributes:
        id: Echoed; None if there was none.
        outputs: Names of what is wanted, and whether each is wanted in binary; empty is the usual one.
        is_binary: Whether outputs are wanted in binary if they do not say otherwise themselves.
    """

    inputs: list[Tensor]
    id: str | None = None
    outputs: dict[str, bool] = field(default_factory=dict)
    is_binary: bool = False


def parse(body: bytes | bytearray, header_length: bytes | None) -> Request:
    """Return what a request asks for; refuse what is none."""
    told, rest = document(body, header_length)
    inputs = told.get("inputs")
    if not isinstance(inputs, list) or not inputs:
        raise Refused("A request has a list 'inputs', with at least one input.")
    tensors, place = [], 0
    for each in inputs:
        tensor, place = _input(each, rest, place)
        tensors.append(tensor)
    if place != len(rest):
        raise Refused(f"{len(rest) - place:,} bytes of binary data belong to no input.")
    names = [tensor.name for tensor in tensors]
    if len(set(names)) != len(names):
        raise Refused(f"Input {next(name for name in names if names.count(name) > 1)!r} is there twice.")
    asked = told.get("id")
    if asked is not None and not isinstance(asked, str):
        raise Refused(f"The id of a request is a text, and got {shown(asked)}.")
    is_binary = _flag(_parameters(told, "the request"), "binary_data_output")
    return Request(tensors, asked, _outputs(told.get("outputs"), is_binary), is_binary)


def document(body: bytes | bytearray, header_length: bytes | None = None) -> tuple[dict[str, Any], memoryview]:
    """Return the JSON object of a request, and the binary data behind it."""
    whole = memoryview(body)
    length = len(whole) if header_length is None else _length(header_length, len(whole))
    try:
        told = orjson.loads(whole[:length])
    except orjson.JSONDecodeError as error:
        raise Refused(f"The request is no JSON: {error}.") from None
    if not isinstance(told, dict):
        raise Refused(f"The request is a JSON object, and got {shown(told)}.")
    return told, whole[length:]


def encode(request: Request, outputs: list[Tensor], told: dict[str, Any]) -> tuple[bytes, int | None]:
    """Return an answer's body, and the length of its JSON if binary data follows.

    Args:
        request: What is answered.
        outputs: What the model gave.
        told: What an answer begins with: names of model and version.
    """
    listed, binary = [], []
    for tensor in outputs:
        entry: dict[str, Any] = {"name": tensor.name, "shape": list(tensor.array.shape), "datatype": tensor.kind}
        if request.outputs.get(tensor.name, request.is_binary):
            raw = to_binary(tensor.array, tensor.kind)
            entry["parameters"] = {"binary_data_size": len(raw)}
            binary.append(raw)
        else:
            entry["data"] = in_json(tensor)
        listed.append(entry)
    answer = {**told, "outputs": listed} if request.id is None else {**told, "id": request.id, "outputs": listed}
    text = orjson.dumps(answer, option=orjson.OPT_SERIALIZE_NUMPY)
    return (b"".join([text, *binary]), len(text)) if binary else (text, None)


def in_json(tensor: Tensor) -> Any:
    """Return a tensor's elements in a row, as orjson writes them."""
    flat = tensor.array.reshape(-1)
    if tensor.kind == TEXT:
        return [as_text(value) for value in flat]
    if tensor.kind == "FP16" or flat.dtype.byteorder == ">" or not flat.flags.c_contiguous:
        return np.ascontiguousarray(flat, np.float32 if tensor.kind == "FP16" else NUMBERS[tensor.kind])
    return flat


def _length(told: bytes, whole: int) -> int:
    if not told.isdigit():
        raise Refused(f"Inference-Header-Content-Length is a number, and got {shown(told.decode('latin-1'))}.")
    length = int(told[:20])
    if length > whole:
        raise Refused(f"The request is cut off: its JSON has {length:,} bytes, and {whole:,} have come.")
    return length


def _input(told: Any, rest: memoryview, place: int) -> tuple[Tensor, int]:
    """Return an input, and where the binary data of the next one begins."""
    if not isinstance(told, dict):
        raise Refused(f"An input is a JSON object, and got {shown(told)}.")
    name, kind = told.get("name"), told.get("datatype")
    if not isinstance(name, str):
        raise Refused(f"The name of an input is a text, and got {shown(name)}.")
    if kind not in DATATYPES:
        known = ", ".join(DATATYPES) + nearest(str(kind), DATATYPES)
        raise Refused(f"{shown(kind)} of {name!r} is no datatype of those that there are: {known}")
    if "shape" not in told:
        raise Refused(f"Input {name!r} has no shape.")
    size = _parameters(told, repr(name)).get("binary_data_size")
    if size is None:
        if "data" not in told:
            raise Refused(f"Input {name!r} has no data.")
        return Tensor(name, kind, from_json(told["data"], kind, name, told["shape"])), place
    if "data" in told:
        raise Refused(f"Input {name!r} has data in JSON and in binary; send one of them.")
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise Refused(f"The binary_data_size of {name!r} is a number of bytes, and got {shown(size)}.")
    if place + size > len(rest):
        raise Refused(
            f"The request is cut off: {name!r} has {size:,} bytes of data, and {len(rest) - place:,} have come."
        )
    size_of(told["shape"], name)
    return Tensor(name, kind, from_binary(rest[place : place + size], kind, told["shape"], name)), place + size


def _outputs(told: Any, is_binary: bool) -> dict[str, bool]:
    if told is None:
        return {}
    if not isinstance(told, list):
        raise Refused(f"'outputs' is a list, and got {shown(told)}.")
    asked: dict[str, bool] = {}
    for each in told:
        if not isinstance(each, dict) or not isinstance(each.get("name"), str):
            raise Refused(f"An output is a JSON object with a name, and got {shown(each)}.")
        parameters = _parameters(each, repr(each["name"]))
        if parameters.get("classification"):
            raise Refused("The classification extension is not known here; ask for 'predict_proba' instead.")
        asked[each["name"]] = _flag(parameters, "binary_data", is_binary)
    return asked


def _parameters(told: dict[str, Any], whose: str) -> dict[str, Any]:
    parameters = told.get("parameters")
    if parameters is None:
        return {}
    if not isinstance(parameters, dict):
        raise Refused(f"The parameters of {whose} are a JSON object, and got {shown(parameters)}.")
    if "shared_memory_region" in parameters:
        raise Refused(f"Shared memory is not known here; send the data of {whose} with the request.")
    return parameters


def _flag(parameters: dict[str, Any], name: str, otherwise: bool = False) -> bool:
    value = parameters.get(name, otherwise)
    if not isinstance(value, bool):
        raise Refused(f"{name!r} is true or false, and got {shown(value)}.")
    return value
