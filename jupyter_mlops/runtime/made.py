"""Which variables a cell left behind that somebody could want back."""

from __future__ import annotations

import types
from _ast import AnnAssign, Assign, AsyncFor, Constant, For, Import, ImportFrom, List, Name, Starred, Tuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _ast import Module
    from collections.abc import Iterator

_MOST = 50
_NOT_WANTED = (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type)


def names(tree: Module, before: dict[str, object], after: dict[str, object]) -> list[dict[str, str]]:
    """Return name and type of the variables that the cell bound, in their order, ready to be recorded.

    Left out are what the notebook has anyway or nobody asks for: imports, functions, classes, names with an
    underscore, variables of loops, and literals (the cell's parameters).

    Args:
        tree: The cell.
        before: The namespace as it was before the cell ran.
        after: The namespace now.
    """
    plain = set(_plain(tree))
    absent = object()
    return [
        {"name": name, "type": type(value).__name__}
        for name, value in after.items()
        if before.get(name, absent) is not value
        and not name.startswith("_")
        and name not in plain
        and not isinstance(value, _NOT_WANTED)
    ][:_MOST]


def _plain(tree: Module) -> Iterator[str]:
    for statement in tree.body:
        if isinstance(statement, (For, AsyncFor)):
            yield from _targets(statement.target)
        elif isinstance(statement, (Import, ImportFrom)):
            yield from (alias.asname or alias.name.split(".")[0] for alias in statement.names)
        elif isinstance(statement, Assign) and isinstance(statement.value, Constant):
            for target in statement.targets:
                yield from _targets(target)
        elif isinstance(statement, AnnAssign) and isinstance(statement.value, Constant):
            yield from _targets(statement.target)


def _targets(target: object) -> Iterator[str]:
    if isinstance(target, Name):
        yield target.id
    elif isinstance(target, (Tuple, List)):
        for item in target.elts:
            yield from _targets(item)
    elif isinstance(target, Starred):
        yield from _targets(target.value)
