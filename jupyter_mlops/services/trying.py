"""Rows that somebody has typed to an endpoint, and its answers back as JSON: what the server does, without NumPy."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jupyter_mlops.domain.errors import InvalidInput, NotFound, Unavailable
from jupyter_mlops.domain.signatures import Field, Signature
from jupyter_mlops.platforms.judging import inputs_of, rows_of

if TYPE_CHECKING:
    from jupyter_mlops.services.endpoint import Endpoint
    from jupyter_mlops.services.endpoints import Endpoints

_NAMED = 4


def tried(
    endpoints: Endpoints, endpoint: Endpoint, rows: list[Any], methods: Sequence[str] = (), revision: int = 0
) -> tuple[int, dict[str, Any]]:
    """Return which revision has answered, and what: one value or list a row, by method.

    Args:
        endpoints: The endpoint's service.
        endpoint: What is asked.
        rows: A dict a row for a table, a nested list a row for a tensor.
        methods: Those of the model if they are empty.
        revision: 0 is as traffic goes.

    Raises:
        InvalidInput: the model does not take the rows; the sentence says why.
        NotFound: there is no such revision.
        Conflict: the endpoint is stopped, or the revision has no replicas.
        Unavailable: nothing answers.
    """
    predictor, status = endpoints.predictor(endpoint), endpoint.folder.status()
    facts = {fact.spec.revision: fact.spec for fact in status.revisions}
    if revision and revision not in facts:
        there = ", ".join(f"r{number}" for number in facts) or "none yet"
        raise NotFound(f"{endpoint.name} has no revision r{revision}; there is {there}.")
    spec = facts.get(revision or status.stable)
    asked = list(methods) or (list(spec.methods) if spec is not None else ["predict"])
    body = json.dumps(request_of(rows, spec.signature if spec is not None else None, asked)).encode()
    headers, data = predictor.send({"Content-Type": "application/json"}, body, revision)
    told = headers.get("X-Mlops-Revision") or ""
    return int(told) if told.isdecimal() else revision or status.stable, answers_of(data)


def request_of(rows: list[Any], signature: Signature | None, methods: Sequence[str]) -> dict[str, Any]:
    """Return rows as a request of the Open Inference Protocol.

    Raises:
        InvalidInput: a row has more or fewer values than the model has columns.
    """
    return {"inputs": _inputs(rows, signature), "outputs": [{"name": method} for method in methods]}


def answers_of(data: bytes) -> dict[str, Any]:
    """Return what an endpoint has answered: one value or list a row, by the name of the output.

    Raises:
        Unavailable: it is no answer.
    """
    try:
        outputs = json.loads(data)["outputs"]
        return {each["name"]: _nested(each["data"], each["shape"]) for each in outputs}
    except (ValueError, KeyError, TypeError) as error:
        raise Unavailable(f"The endpoint's answer cannot be read: {error}.") from error


def _inputs(rows: list[Any], signature: Signature | None) -> list[dict[str, Any]]:
    are_objects = isinstance(rows[0], Mapping)
    if any(isinstance(row, Mapping) != are_objects for row in rows):
        raise InvalidInput("The rows are not of one kind: either all are objects with names, or all are lists.")
    if signature is None or not signature.inputs:
        return inputs_of(rows)
    fields = signature.inputs
    if are_objects:
        return _of_objects(rows, fields)
    if signature.kind == "tensor":
        return [_input(fields[0], rows)]
    for at, row in enumerate(rows):
        wide = len(row) if isinstance(row, list) else 1
        if wide != len(fields):
            raise InvalidInput(
                f"Row {at} has {wide} value{'s' if wide != 1 else ''}, and the model takes {len(fields)}: "
                f"{_some([field.name for field in fields])}."
            )
    columns = zip(*(row if isinstance(row, list) else [row] for row in rows), strict=True)
    return [_input(field, list(values)) for field, values in zip(fields, columns, strict=True)]


def _of_objects(rows: list[Any], fields: Sequence[Field]) -> list[dict[str, Any]]:
    names = dict.fromkeys(name for row in rows for name in row)
    known = {field.name: field for field in fields}
    found = [_input(field, [row.get(name) for row in rows]) for name, field in known.items() if name in names]
    # A name that the model does not have is sent too: its refusal names the nearest that it has.
    return found + [_input(Field(name, "FP64"), [row.get(name) for row in rows]) for name in names if name not in known]


def _input(field: Field, values: list[Any]) -> dict[str, Any]:
    kind: str = field.type
    if None in values and kind != "BYTES":
        kind = kind if kind.startswith("FP") else "FP64"
    return {"name": field.name, "datatype": kind, "shape": _shape(values), "data": _flat(values)}


def _shape(values: Any) -> list[int]:
    shape = []
    while isinstance(values, list):
        shape.append(len(values))
        values = values[0] if values else None
    return shape


def _flat(values: list[Any]) -> list[Any]:
    while any(isinstance(value, list) for value in values):
        values = [each for value in values for each in (value if isinstance(value, list) else [value])]
    return values


def _nested(data: list[Any], shape: Sequence[int]) -> list[Any]:
    if len(shape) <= 1:
        return data
    return [_nested(row, shape[1:]) for row in rows_of(data, shape)]


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
