"""The OpenAPI 3.1 document, from the table of routes and the structs that they take and give."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec

from jupyter_mlops._version import __version__
from jupyter_mlops.server.base import Answers, Failure, MlopsHandler
from jupyter_mlops.server.downloads import SAVED, SHOWN
from jupyter_mlops.server.routes import PREFIX, ROUTES

VERBS = ("get", "head", "post", "put", "patch", "delete")
_REF = "#/components/schemas/{name}"
_Json = dict[str, Any]
_TOKEN: _Json = {
    "type": "apiKey",
    "in": "header",
    "name": "Authorization",
    "description": "Jupyter's own: `token` and the server's token. A browser that is signed in needs none.",
}


@cache
def document() -> _Json:
    """Return the document."""
    types = [type_ for _, _, answer in _answers() for type_ in (answer.reply, answer.body) if _has_schema(type_)]
    schemas, components = msgspec.json.schema_components([*types, Failure], ref_template=_REF)
    by_type = dict(zip(map(repr, [*types, Failure]), schemas, strict=True))
    return {
        "openapi": "3.1.0",
        "info": {"title": "jupyter-mlops", "version": __version__},
        "paths": {f"{PREFIX}{path}": _path(path, handler, by_type) for path, handler in ROUTES.items()},
        "components": {
            "schemas": {name: _described(schema) for name, schema in components.items()},
            "securitySchemes": {"token": _TOKEN},
        },
        "security": [{"token": []}],
    }


def operation(handler: type[MlopsHandler], verb: str) -> Answers | None:
    """Return what a verb of a handler takes and gives; None if it has no such verb."""
    found: Answers | None = getattr(getattr(handler, verb), "answers", None)
    return found


def _answers() -> Iterator[tuple[type[MlopsHandler], str, Answers]]:
    for handler in ROUTES.values():
        for verb in VERBS:
            if (answer := operation(handler, verb)) is not None:
                yield handler, verb, answer


def _path(path: str, handler: type[MlopsHandler], by_type: dict[str, _Json]) -> _Json:
    named = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", path)
    ]
    found: _Json = {"parameters": named} if named else {}
    for verb in VERBS:
        if (answer := operation(handler, verb)) is not None:
            found[verb] = _operation(handler, verb, answer, by_type)
    return found


def _operation(handler: type[MlopsHandler], verb: str, answer: Answers, by_type: dict[str, _Json]) -> _Json:
    name = handler.__name__.removesuffix("Handler")
    good = {"description": "It is so.", "content": _content(answer.reply, by_type)}
    found: _Json = {
        "operationId": f"{verb}{name}",
        "summary": inspect.getdoc(getattr(handler, verb)),
        "responses": {
            **{str(status): good for status in (answer.status, *answer.also)},
            "default": {"description": "It is not.", "content": _content(Failure, by_type)},
        },
    }
    if answer.query is not None:
        found["parameters"] = list(_parameters(answer.query))
    if answer.body is not None:
        found["requestBody"] = {"required": True, "content": _content(answer.body, by_type)}
    return found


def _content(type_: Any, by_type: dict[str, _Json]) -> _Json:
    if type_ is bytes:
        return {kind: {} for kind in (SAVED, *sorted(set(SHOWN.values())))}
    return {"application/json": {"schema": by_type[repr(type_)]}}


def _parameters(query: Any) -> Iterator[_Json]:
    (_,), components = msgspec.json.schema_components([query], ref_template=_REF)
    schema = components[query.__name__]
    _, about = _about(query.__doc__ or "")
    for name, kind in schema["properties"].items():
        found: _Json = {"name": name, "in": "query", "required": name in schema.get("required", []), "schema": kind}
        # JSON has no infinity, and what may be left out is left out, not null.
        if isinstance(kind.get("default"), float) and kind["default"] in (float("inf"), float("-inf")):
            del kind["default"]
        if "anyOf" in kind:
            kind = next(choice for choice in kind["anyOf"] if choice != {"type": "null"})
            found["schema"] = kind
        if name in about:
            found["description"] = about[name]
        yield found


def _described(schema: _Json) -> _Json:
    """Return a struct's schema with what its docstring says, at the struct and at its fields."""
    about, fields = _about(schema.get("description", ""))
    described = schema | ({"description": about} if about else {})
    if "properties" in schema:
        described["properties"] = {
            name: kind | ({"description": fields[name]} if name in fields else {})
            for name, kind in schema["properties"].items()
        }
    return described


def _about(docstring: str) -> tuple[str, dict[str, str]]:
    """Return what a docstring says of a struct, and of its fields."""
    about, _, listed = inspect.cleandoc(docstring).partition("Attributes:\n")
    items = re.findall(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", listed, re.MULTILINE)
    return about.strip(), {name: re.sub(r"\s+", " ", text) for name, text in items}


def _has_schema(type_: Any) -> bool:
    return type_ is not None and type_ is not bytes
