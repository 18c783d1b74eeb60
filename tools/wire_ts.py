"""Write what travels between server and browser, from the server's own structs: ``wire.ts`` and ``openapi.json``.

Run it after a change of a struct or a route; a test says when it is due.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import msgspec

from jupyter_mlops.server import endpointreplies, modelreplies, replies
from jupyter_mlops.server.events import SCHEMA_ID, Change
from jupyter_mlops.server.openapi import document

ROOT = Path(__file__).parent.parent
_Json = dict[str, Any]

_HEAD = """\
// Made by tools/wire_ts.py from the server's structs. Do not edit: change those, and run it again.

/** A number that may not be finite, which JSON does not know. `Number(value)` of either is the number. */
export type WireNumber = number | 'NaN' | 'Infinity' | '-Infinity';

/** The id of the events that say what has changed. */
export const CHANGES = %s;
"""

_TAIL = """
/**
 * What the server leaves out because it is the default, by struct, and which fields hold structs.
 */
const SHAPES: Readonly<Record<string, IShape>> = %s;

interface IShape {
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly nested: Readonly<Record<string, readonly ['one' | 'list' | 'map', string]>>;
}

/**
 * Return an answer of the server with every field, the ones that it left out included.
 */
export function complete<K extends keyof Wire>(name: K, value: unknown): Wire[K] {
  return filled(name, value) as Wire[K];
}

function filled(name: string, value: unknown): unknown {
  const shape = SHAPES[name];
  if (shape === undefined || typeof value !== 'object' || value === null) {
    return value;
  }
  const whole: Record<string, unknown> = { ...copied(shape.defaults), ...value };
  for (const [field, [how, of]] of Object.entries(shape.nested)) {
    whole[field] = nested(how, of, whole[field]);
  }
  return whole;
}

function nested(how: 'one' | 'list' | 'map', of: string, value: unknown): unknown {
  if (how === 'one') {
    return filled(of, value);
  }
  if (Array.isArray(value)) {
    return value.map(item => filled(of, item));
  }
  return Object.fromEntries(
    Object.entries(value ?? {}).map(([key, item]) => [key, filled(of, item)])
  );
}

/** Return defaults that may be changed: their lists and maps are always empty. */
function copied(defaults: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(defaults).map(([key, value]) => [
      key,
      Array.isArray(value) ? [] : value !== null && typeof value === 'object' ? {} : value
    ])
  );
}
"""


def made() -> dict[Path, str]:
    """Return the files and what they have to hold."""
    return {
        ROOT / "labextension" / "src" / "wire.ts": wire_ts(),
        ROOT / "docs" / "openapi.json": json.dumps(document(), indent=1, ensure_ascii=False) + "\n",
    }


def wire_ts() -> str:
    """Return the TypeScript module."""
    answers: _Json = dict(document()["components"]["schemas"])
    modules = (replies, modelreplies, endpointreplies)
    questions = [kind for module in modules for name, kind in vars(module).items() if name.endswith("Query")]
    _, asked = msgspec.json.schema_components(questions, ref_template="#/{name}")
    _, events = msgspec.json.schema_components([Change], ref_template="#/{name}")
    schemas = answers | asked | events
    parts = [_HEAD % _quoted(SCHEMA_ID)]
    parts += [_declared(name, schema, is_asked=name in asked) for name, schema in sorted(schemas.items())]
    structs = sorted(name for name, schema in (answers | events).items() if "properties" in schema)
    parts.append("/** The structs that the server sends, by name. */\nexport interface Wire {\n")
    parts[-1] += "".join(f"  {name}: {_named(name)};\n" for name in structs) + "}\n"
    shapes = {name: _shape(answers[name], answers) for name in structs if name in answers}
    return "\n".join(parts) + _TAIL % _literal({name: shape for name, shape in shapes.items() if any(shape.values())})


def _declared(name: str, schema: _Json, *, is_asked: bool) -> str:
    about = _comment(schema.get("description", "").partition("\n")[0], "")
    if "properties" not in schema:
        return f"{about}export type {_named(name)} = {_type(schema)};\n"
    required = schema.get("required", [])
    lines = []
    for field, kind in schema["properties"].items():
        # What the server sends is complete once ``complete`` has filled it; what it is asked may be left out.
        optional = field not in required and (is_asked or "default" not in kind)
        lines.append(_comment(kind.get("description", ""), "  "))
        lines.append(f"  {field}{'?' if optional else ''}: {_type(kind)};\n")
    return f"{about}export interface {_named(name)} {{\n{''.join(lines)}}}\n"


def _named(name: str) -> str:
    """Return a struct's name in TypeScript, where interfaces begin with an I and types do not."""
    return name if name == "State" else f"I{name}"


def _type(schema: _Json) -> str:
    if "$ref" in schema:
        return _named(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        kinds = list(dict.fromkeys(_type(choice) for choice in schema["anyOf"]))
        return " | ".join(kinds).replace("number | '-Infinity' | 'Infinity' | 'NaN'", "WireNumber")
    if "enum" in schema:
        return " | ".join(_quoted(value) for value in schema["enum"])
    if schema.get("type") == "array":
        if "prefixItems" in schema:
            return f"[{', '.join(map(_type, schema['prefixItems']))}]"
        item = _type(schema.get("items", {}))
        return f"({item})[]" if " | " in item else f"{item}[]"
    if schema.get("type") == "object":
        return f"Record<string, {_type(schema.get('additionalProperties', {}))}>"
    simple = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
    return simple.get(schema.get("type", ""), "unknown")


def _shape(schema: _Json, schemas: _Json) -> dict[str, Any]:
    fields = schema["properties"].items()
    return {
        "defaults": {field: kind["default"] for field, kind in fields if "default" in kind},
        "nested": {field: how for field, kind in fields if (how := _nesting(kind, schemas)) is not None},
    }


def _nesting(kind: _Json, schemas: _Json) -> list[str] | None:
    for choice in kind.get("anyOf", [kind]):
        for how, inner in (("one", choice), ("list", choice.get("items")), ("map", choice.get("additionalProperties"))):
            name = inner.get("$ref", "").rpartition("/")[2] if isinstance(inner, dict) else ""
            if name and "properties" in schemas[name]:
                return [how, name]
    return None


def _comment(text: str, indent: str) -> str:
    return f"{indent}/** {text.replace('``', '`').replace('*/', '* /')} */\n" if text else ""


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _literal(value: Any, indent: str = "") -> str:
    """Return a value as TypeScript."""
    if isinstance(value, dict) and value:
        inner = indent + "  "
        items = (f"{inner}{_key(key)}: {_literal(item, inner)}" for key, item in value.items())
        return "{\n" + ",\n".join(items) + f"\n{indent}}}"
    if isinstance(value, list) and value:
        return "[" + ", ".join(_literal(item, indent) for item in value) + "]"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _quoted(value) if isinstance(value, str) else json.dumps(value)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_]\w*", name) else _quoted(name)


def main() -> int:
    """Write the files, and say which were not up to date."""
    for path, text in made().items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            print(f"{path.relative_to(ROOT)} is made anew")
    return 0


if __name__ == "__main__":
    sys.exit(main())
