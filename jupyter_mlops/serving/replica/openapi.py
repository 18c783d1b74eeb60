"""The OpenAPI document of this very model: what its rows look like stands in it."""

from __future__ import annotations

from typing import Any

from .config import Config
from .metadata import outputs
from .model import Model
from .rows import Field
from .tensors import DATATYPES, NUMBERS, TEXT

Schema = dict[str, Any]

_ERRORS = {
    "400": "The request makes no sense as it is; one sentence says why.",
    "413": "The request is too large.",
    "415": "The request is packed in a way that is not known.",
    "500": "The model failed; its endpoint's log says where.",
}


def document(config: Config, model: Model) -> dict[str, Any]:
    """Return the document."""
    name = config.names[0]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": name,
            "version": str(config.version),
            "description": f"{config.model}, version {config.version}: Open Inference Protocol V2, and KServe's V1.",
        },
        "paths": _paths(name, config),
        "components": {"schemas": _schemas(config, model), "responses": _responses()},
    }


def example(field: Field) -> Any:
    """Return a value that a field takes."""
    if field.shape:
        value = example(Field(field.name, field.type))
        for length in reversed(field.shape):
            value = [value] * (length if length >= 0 else 1)
        return value
    return "a" if field.type == TEXT else True if field.type == "BOOL" else 1.5 if field.type[:2] == "FP" else 1


def row(model: Model) -> Any:
    """Return a row as an instance of a V1 request."""
    taker = model.taker
    if taker.is_table or len(taker.fields) > 1:
        return {field.name: example(field) for field in taker.fields}
    return example(taker.fields[0]) if taker.fields else [1.5, 2.5]


def request(model: Model) -> dict[str, Any]:
    """Return a V2 request with one row."""
    inputs = [
        {
            "name": field.name,
            "datatype": field.type,
            "shape": [1, *(length if length >= 0 else 1 for length in field.shape)],
            "data": [example(field)],
        }
        for field in model.taker.fields
    ]
    return {"inputs": inputs or [{"name": "input", "datatype": "FP64", "shape": [1, 2], "data": [1.5, 2.5]}]}


def _paths(name: str, config: Config) -> dict[str, Any]:
    predict = _post("Predict, as KServe's V1 and TensorFlow Serving do.", "Predict", "Predicted")
    root, version = f"/v2/models/{name}", f"/v2/models/{name}/versions/{config.version}"
    paths: dict[str, Any] = {
        "/v2": _get("What the server is.", "Server"),
        "/v2/health/live": _get("Whether the server runs.", "Live"),
        "/v2/health/ready": _get("Whether the model answers.", "Ready"),
        "/v1/models": _get("What the model is called by.", "Models"),
        f"/v1/models/{name}": _get("Whether the model answers, as KServe's V1 says it.", "Status"),
        f"/v1/models/{name}:predict": predict,
    }
    for path in (root, version):
        paths[path] = _get("What the model takes and gives.", "Model")
        paths[f"{path}/ready"] = _get("Whether the model answers.", "ModelReady")
        paths[f"{path}/infer"] = _post("Predict, as the Open Inference Protocol says.", "Infer", "Inferred")
    return paths


def _get(summary: str, schema: str) -> Schema:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"get": {"summary": summary, "responses": {"200": {"description": summary, "content": content}}}}


def _post(summary: str, asked: str, answered: str) -> Schema:
    def content(schema: str) -> Schema:
        return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}

    responses: Schema = {"200": {"description": "What the model says.", "content": content(answered)}}
    responses |= {code: {"$ref": f"#/components/responses/{code}"} for code in _ERRORS}
    body = {"required": True, "content": content(asked)}
    return {"post": {"summary": summary, "requestBody": body, "responses": responses}}


def _responses() -> Schema:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {code: {"description": told, "content": content} for code, told in _ERRORS.items()}


def _schemas(config: Config, model: Model) -> dict[str, Schema]:
    text: Schema = {"type": "string"}
    flag: Schema = {"type": "boolean"}
    tensors = _list(_object({"name": text, "datatype": text, "shape": _list({"type": "integer"})}))
    status = _object({"version": text, "state": text, "status": {"type": "object"}})
    methods = [field.name for field in outputs(config, model)]
    told: Schema = {"name": text, "versions": _list(text), "platform": text, "inputs": tensors, "outputs": tensors}
    return {
        "Error": _object({"error": text}),
        "Server": _object({"name": text, "version": text, "extensions": _list(text)}),
        "Live": _object({"live": flag}),
        "Ready": _object({"ready": flag}),
        "Models": _object({"models": _list(text)}),
        "Status": _object({"name": text, "ready": flag, "model_version_status": _list(status)}),
        "Model": _object(told),
        "ModelReady": _object({"name": text, "ready": flag}),
        "Infer": {**_infer(model, methods), "examples": [request(model)]},
        "Inferred": _inferred(),
        "Predict": {**_predict(model, methods), "examples": [{"instances": [row(model)]}]},
        "Predicted": {"type": "object", "properties": {"predictions": {"type": "array"}, "outputs": {}}},
    }


def _infer(model: Model, methods: list[str]) -> Schema:
    parameters: Schema = {"type": "object"}
    taker = model.taker
    if taker.is_table:
        column = [_tensor([field.name], [field.type], field.shape) for field in taker.fields]
        whole = _tensor(None, sorted({field.type for field in taker.fields}), (len(taker.fields),))
        by_column = _list({"anyOf": column}) | {"minItems": len(column), "maxItems": len(column)}
        inputs: Schema = {"anyOf": [by_column, _list(whole) | {"minItems": 1, "maxItems": 1}]}
    elif taker.fields:
        each = [_tensor([field.name], [field.type], field.shape) for field in taker.fields]
        inputs = _list({"anyOf": each}) | {"minItems": len(each), "maxItems": len(each)}
    else:
        inputs = _list(_tensor(None, DATATYPES, None)) | {"minItems": 1}
    wanted = _object({"name": {"enum": methods}, "parameters": parameters}, ["name"])
    parts = {"id": {"type": "string"}, "parameters": parameters, "inputs": inputs, "outputs": _list(wanted)}
    return _object(parts, ["inputs"])


def _tensor(names: list[str] | None, kinds: list[str], shape: tuple[int, ...] | None) -> Schema:
    parts: Schema = {
        "name": {"type": "string"} if names is None else {"enum": names},
        "datatype": {"enum": kinds},
        "shape": _list({"type": "integer", "minimum": 1}) | ({} if shape is None else _long(shape)),
        "data": _list({"anyOf": [_value(kind) for kind in kinds] + [{"type": "array"}]}),
        "parameters": {"type": "object"},
    }
    return _object(parts, ["name", "datatype", "shape", "data"])


def _long(shape: tuple[int, ...]) -> Schema:
    # A column may come as [rows] or as [rows, 1].
    return {"minItems": 1 + len(shape), "maxItems": 1 + len(shape) if shape else 2}


def _inferred() -> Schema:
    tensor: Schema = {
        "name": {"type": "string"},
        "datatype": {"enum": DATATYPES},
        "shape": _list({"type": "integer"}),
        "data": {"type": "array"},
        "parameters": {"type": "object"},
    }
    outputs = _list(_object(tensor, ["name", "datatype", "shape"]))
    text = {"type": "string"}
    parts = {"model_name": text, "model_version": text, "id": text, "outputs": outputs}
    return _object(parts, ["model_name", "model_version", "outputs"])


def _predict(model: Model, methods: list[str]) -> Schema:
    rows = {"type": "array", "items": _row(model), "minItems": 1}
    return _object({"instances": rows, "signature_name": {"enum": methods}}, ["instances"])


def _row(model: Model) -> Schema:
    taker = model.taker
    if not taker.fields:
        return {}
    if not taker.is_table and len(taker.fields) == 1:
        return _nested(taker.fields[0])
    parts = {field.name: _optional(field) for field in taker.fields}
    by_name = _object(parts, [field.name for field in taker.fields if not (field.optional and taker.is_table)])
    if not taker.is_table:
        return by_name
    in_order = {"type": "array", "prefixItems": list(parts.values()), "minItems": len(parts), "maxItems": len(parts)}
    return {"anyOf": [by_name, in_order]}


def _optional(field: Field) -> Schema:
    schema = _nested(field)
    return {"anyOf": [schema, {"type": "null"}]} if field.optional else schema


def _nested(field: Field) -> Schema:
    schema = _value(field.type)
    for length in reversed(field.shape):
        schema = _list(schema) | ({} if length < 0 else {"minItems": length, "maxItems": length})
    return schema


def _value(kind: str) -> Schema:
    if kind == TEXT:
        return {"type": "string"}
    if kind == "BOOL":
        return {"type": "boolean"}
    if kind[:2] == "FP":
        return {"type": "number"}
    bits = 8 * NUMBERS[kind].itemsize
    lowest, highest = (0, 2**bits - 1) if kind[0] == "U" else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    return {"type": "integer", "minimum": lowest, "maximum": highest}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _object(parts: dict[str, Schema], required: list[str] | None = None) -> Schema:
    return {
        "type": "object",
        "properties": parts,
        "required": list(parts) if required is None else required,
        "additionalProperties": False,
    }
