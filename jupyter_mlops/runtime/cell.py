"""A cell as code: compiled as a notebook compiles it, and run in a module that is ``__main__``."""

from __future__ import annotations

import sys
from _ast import Expr, Interactive, Module, PyCF_ALLOW_TOP_LEVEL_AWAIT, PyCF_ONLY_AST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, ModuleType

_COROUTINE = 0x80
"""``inspect.CO_COROUTINE``; importing inspect costs 20 ms."""


def parse(source: str, filename: str) -> Module:
    """Return the tree of a cell, which may await at its top level."""
    tree = compile(source, filename, "exec", PyCF_ONLY_AST | PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    assert isinstance(tree, Module)
    return tree


def compile_tree(tree: Module, source: str, filename: str) -> list[CodeType]:
    """Return the code objects of a cell: its body and, where its value is shown, its last expression.

    The last one hands its value to ``sys.displayhook``. Like in a notebook, a semicolon at the end prevents that.
    """
    if not tree.body or not isinstance(tree.body[-1], Expr) or _ends_in_semicolon(source, tree.body[-1]):
        return [_compile(tree, filename, "exec", 0)]
    body = _compile(Module(body=tree.body[:-1], type_ignores=[]), filename, "exec", 0)
    last = _compile(Interactive(body=tree.body[-1:]), filename, "single", _future_flags(source, body))
    return [body, last]


def run(codes: list[CodeType], namespace: dict[str, object]) -> None:
    """Run the code objects in turn, in an event loop if one of them awaits."""
    if not any(code.co_flags & _COROUTINE for code in codes):
        for code in codes:
            exec(code, namespace)
        return
    import asyncio

    asyncio.run(_run_awaiting(codes, namespace))


def make_main(file: str) -> ModuleType:
    """Return a new module that is ``__main__`` from now on, with ``file`` as its ``__file__``."""
    main = type(sys)("__main__")
    main.__file__ = file
    main.__dict__["__builtins__"] = sys.modules["builtins"]
    _first_mains.append(sys.modules["__main__"])
    sys.modules["__main__"] = main
    return main


# The interpreter goes on to use the module that it began with, without owning it.
_first_mains: list[object] = []


async def _run_awaiting(codes: list[CodeType], namespace: dict[str, object]) -> None:
    for code in codes:
        result = eval(code, namespace)
        if code.co_flags & _COROUTINE:
            await result


def _compile(tree: Module | Interactive, filename: str, mode: str, flags: int) -> CodeType:
    code: CodeType = compile(tree, filename, mode, PyCF_ALLOW_TOP_LEVEL_AWAIT | flags, dont_inherit=True)
    return code


def _future_flags(source: str, code: CodeType) -> int:
    if "__future__" not in source:
        return 0
    import __future__

    flags = 0
    for name in __future__.all_feature_names:
        flags |= code.co_flags & getattr(__future__, name).compiler_flag
    # The flag of nested scopes is also that of an ordinary code object, and compile() refuses it.
    return flags & ~0x10


def _ends_in_semicolon(source: str, last: Expr) -> bool:
    # Columns count bytes. What can follow an expression is closing brackets, a semicolon and comments.
    lines = source.encode().split(b"\n")[(last.end_lineno or 1) - 1 :]
    lines[0] = lines[0][last.end_col_offset or 0 :]
    return any(b";" in line.split(b"#")[0] for line in lines)
