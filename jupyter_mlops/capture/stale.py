"""What travels but is not what the notebook, or the file beside it, says now."""

from __future__ import annotations

import ast
import functools
import os
import sys
import types
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from jupyter_mlops.capture.origins import class_source, definitions, history, source_of

_LARGEST_NOTEBOOK = 64 << 20
_Definition = type | types.FunctionType


class _Cell(msgspec.Struct):
    source: str | list[str] = ""
    cell_type: str = ""


class _Notebook(msgspec.Struct):
    cells: list[_Cell] = []


def stale_definitions(
    met: Mapping[str, list[tuple[str, _Definition]]], namespace: Mapping[str, Any], notebook: Path | None
) -> list[str]:
    """Return a sentence for each function and class that is older than the notebook's.

    Args:
        met: By qualified name, what travels: the variable it was met in, and the object.
        namespace: The notebook's variables.
        notebook: The notebook's file, if it is known.
    """
    saved = _saved_definitions(notebook) if met and notebook else {}
    found: list[str] = []
    for name, places in met.items():
        for variable, thing in places:
            if _is_replaced(name, thing, namespace):
                found.append(
                    f"`{variable}` holds an older `{name}` than the one that the notebook defines now; "
                    f"run the cell that makes `{variable}` again to use the new one."
                )
            elif _is_edited(name, thing, namespace, saved):
                found.append(
                    f"`{name}` was edited after it last ran: the run uses the version that ran; "
                    "run its cell again to use the new one."
                )
    return list(dict.fromkeys(found))


def _is_replaced(name: str, thing: _Definition, namespace: Mapping[str, Any]) -> bool:
    now = namespace.get(name)
    if now is thing or not isinstance(now, type | types.FunctionType) or now.__module__ != "__main__":
        return False
    # A decorated function holds the plain one, from the same lines.
    before, after = _source(name, thing, namespace), _source(name, now, namespace)
    return bool(before and after) and before != after


def _is_edited(name: str, thing: _Definition, namespace: Mapping[str, Any], saved: Mapping[str, str]) -> bool:
    if name not in saved:
        return False
    ran = _source(name, thing, namespace)
    if not ran or ran == saved[name]:
        return False
    # A file that was not saved since holds what ran earlier, not what was edited later.
    return all(definitions(cell).get(name) != saved[name] for cell in history(namespace))


def _source(name: str, thing: _Definition, namespace: Mapping[str, Any]) -> str:
    if isinstance(thing, type):
        return class_source(thing, namespace)
    return definitions(source_of(thing.__code__.co_filename)).get(name, "")


def _saved_definitions(notebook: Path) -> Mapping[str, str]:
    try:
        facts = notebook.stat()
        if facts.st_size > _LARGEST_NOTEBOOK:
            return {}
        return _read_notebook(str(notebook), facts.st_mtime_ns, facts.st_size)
    except (OSError, msgspec.DecodeError):
        return {}


@functools.lru_cache(maxsize=4)
def _read_notebook(path: str, _changed: int, _size: int) -> Mapping[str, str]:
    content = msgspec.json.decode(Path(path).read_bytes(), type=_Notebook)
    found: dict[str, str] = {}
    for cell in content.cells:
        if cell.cell_type == "code":
            found.update(definitions(cell.source if isinstance(cell.source, str) else "".join(cell.source)))
    return found


def stale_modules(tops: Mapping[str, Path]) -> list[str]:
    """Return a sentence for each imported module below the top-level names ``tops`` whose file has changed since."""
    found: list[str] = []
    for name, module in sorted(sys.modules.items()) if tops else ():
        if name.partition(".")[0] in tops and _differs_from_file(module):
            found.append(
                f"`{name}` was changed on disk after the notebook imported it: the run uses the file as it is."
            )
    return found


def _differs_from_file(module: types.ModuleType) -> bool:
    file = getattr(module, "__file__", None)
    if not isinstance(file, str) or not file.endswith(".py"):
        return False
    try:
        if os.stat(file).st_mtime <= _process_started():
            return False
        text = Path(file).read_bytes()
        tree = ast.parse(text)
        code = compile(tree, file, "exec", dont_inherit=True)
    except (OSError, SyntaxError, ValueError):
        return False
    now = dict(_codes(code))
    functions = (_essence(code) != _essence(now.get(code.co_qualname)) for code in _loaded_codes(module, file))
    return any(functions) or _has_other_constants(module, tree)


def _has_other_constants(module: types.ModuleType, tree: ast.Module) -> bool:
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
            for target in statement.targets:
                if isinstance(target, ast.Name) and not target.id.startswith("__"):
                    # A value that is compared by its own code may answer anything; only plain ones are compared.
                    held = vars(module).get(target.id)
                    plain = isinstance(held, str | bytes | int | float | complex | None)
                    if plain and held != statement.value.value:
                        return True
    return False


def _essence(code: types.CodeType | None) -> object:
    if code is None:
        return None
    constants = tuple(_essence(part) if isinstance(part, types.CodeType) else part for part in code.co_consts)
    return code.co_code, constants, code.co_names, code.co_varnames


def _codes(code: types.CodeType) -> Iterator[tuple[str, types.CodeType]]:
    for part in code.co_consts:
        if isinstance(part, types.CodeType):
            yield part.co_qualname, part
            yield from _codes(part)


def _loaded_codes(module: types.ModuleType, file: str) -> Iterator[types.CodeType]:
    for thing in list(vars(module).values()):
        members = (
            list(vars(thing).values()) if isinstance(thing, type) and thing.__module__ == module.__name__ else [thing]
        )
        for member in members:
            code = getattr(getattr(member, "__func__", member), "__code__", None)
            if isinstance(code, types.CodeType) and code.co_filename == file:
                yield code


@functools.cache
def _process_started() -> float:
    """Return when this process began, in seconds since the epoch; 0 where the system does not tell."""
    try:
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        boot = next(line for line in Path("/proc/stat").read_text().splitlines() if line.startswith("btime "))
        return int(boot.split()[1]) + int(fields[19]) / os.sysconf("SC_CLK_TCK")
    except (OSError, StopIteration, ValueError, IndexError):
        return 0.0
