"""What a piece of Python reads from the scope it stands in, and what it makes there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_PANDAS_NAME = re.compile(r"@([A-Za-z_]\w*)")


@dataclass
class Notices:
    """What a cell says besides the names that it reads.

    Attributes:
        bound: Every name that it may make.
        chains: Dotted names as they are written: ``("sklearn", "svm", "SVC")``.
        imports: Modules that it imports, as they are written.
        is_opaque: It may make names that cannot be seen (``from x import *``, ``exec``).
    """

    bound: set[str] = field(default_factory=set)
    chains: set[tuple[str, ...]] = field(default_factory=set)
    imports: set[str] = field(default_factory=set)
    is_opaque: bool = False


def bound_names(nodes: Iterable[ast.AST]) -> set[str]:
    """Return the names that ``nodes`` bind in their own scope, ``global`` declarations apart."""
    found: set[str] = set()
    for node in nodes:
        found.update(bound(node))
    return found


def bound(node: ast.AST) -> Iterator[str]:
    """Yield what ``node`` binds in the scope it stands in."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
        return
    if isinstance(node, ast.Lambda):
        return
    if isinstance(node, _COMPREHENSIONS):
        # Its targets are its own; a walrus in it binds outside.
        for inner in ast.walk(node):
            if isinstance(inner, ast.NamedExpr):
                yield inner.target.id
        return
    if isinstance(node, ast.Import | ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name.partition(".")[0]
        return
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
        yield node.name
    elif isinstance(node, ast.MatchMapping) and node.rest:
        yield node.rest
    for child in ast.iter_child_nodes(node):
        yield from bound(child)


def loads(node: ast.AST, notices: Notices) -> Iterator[str]:
    """Yield what ``node`` reads from the scope it stands in, in source order as far as that matters."""
    if isinstance(node, ast.Name):
        if isinstance(node.ctx, ast.Load):
            yield node.id
        return
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        for outer in evaluated_at_definition(node):
            yield from loads(outer, notices)
        yield from free_in_function(node, notices)
        return
    if isinstance(node, ast.ClassDef):
        for outer in (*node.decorator_list, *node.bases, *(word.value for word in node.keywords)):
            yield from loads(outer, notices)
        now, later = class_reads(node, notices)
        yield from (*now, *later)
        return
    if isinstance(node, _COMPREHENSIONS):
        yield from _comprehension_reads(node, notices)
        return
    _notice(node, notices)
    yield from _reads_in_text(node)
    for child in _in_running_order(node):
        yield from loads(child, notices)


def evaluated_at_definition(node: Function) -> list[ast.AST]:
    """Return the parts of a function that run where it is defined: defaults, decorators, annotations."""
    arguments = node.args
    outer: list[ast.AST | None] = [*arguments.defaults, *arguments.kw_defaults]
    if not isinstance(node, ast.Lambda):
        outer += [*node.decorator_list, node.returns]
        outer += [argument.annotation for argument in _arguments(arguments)]
    return [part for part in outer if part is not None]


def free_in_function(node: Function, notices: Notices) -> Iterator[str]:
    """Yield the names that the body reads and that are not its own."""
    body: list[ast.AST] = [node.body] if isinstance(node, ast.Lambda) else list(node.body)
    declared, borrowed = _declarations(body)
    own = {argument.arg for argument in _arguments(node.args)} | bound_names(body)
    own -= declared | borrowed
    own |= _type_parameters(node)
    # A name declared global may exist only in the notebook: the function adds to it, or reads it.
    notices.bound.update(declared & bound_names(body))
    yield from sorted(declared)
    for statement in body:
        yield from (name for name in loads(_without_local_annotations(statement), notices) if name not in own)


def class_reads(node: ast.ClassDef, notices: Notices) -> tuple[list[str], list[str]]:
    """Return what a class body reads when it runs, and what its methods read later."""
    now: list[str] = []
    later: list[str] = []
    made: set[str] = set()
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            for outer in evaluated_at_definition(statement):
                now += [name for name in loads(outer, notices) if name not in made]
            # Names of the class are no names for its methods.
            later += free_in_function(statement, notices)
        else:
            now += [name for name in loads(statement, notices) if name not in made]
        made.update(bound(statement))
    own = _type_parameters(node)
    now = [name for name in now if name not in own]
    return now, [name for name in later if name != "__class__" and name not in own]


def _in_running_order(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Assign):
        return iter((node.value, *node.targets))
    return ast.iter_child_nodes(node)


def _notice(node: ast.AST, notices: Notices) -> None:
    """Keep what a node says besides names: imports, dotted chains, hidden bindings."""
    if isinstance(node, ast.Attribute):
        chain = _chain(node)
        if chain:
            notices.chains.add(chain)
    elif isinstance(node, ast.Import):
        notices.imports.update(alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        if node.module and not node.level:
            notices.imports.add(node.module)
            notices.imports.update(f"{node.module}.{alias.name}" for alias in node.names if alias.name != "*")
        if any(alias.name == "*" for alias in node.names):
            notices.is_opaque = True
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("exec", "globals"):
        notices.is_opaque = True


def _chain(node: ast.Attribute) -> tuple[str, ...]:
    parts: list[str] = []
    inner: ast.expr = node
    while isinstance(inner, ast.Attribute):
        parts.append(inner.attr)
        inner = inner.value
    return (inner.id, *reversed(parts)) if isinstance(inner, ast.Name) else ()


def _reads_in_text(node: ast.AST) -> Iterator[str]:
    """Yield names in texts that are code: ``df.query("x > @limit")`` and ``eval("limit + 1")``."""
    if not (isinstance(node, ast.Call) and node.args):
        return
    first = node.args[0]
    if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
        return
    if isinstance(node.func, ast.Attribute) and node.func.attr in ("query", "eval"):
        yield from _PANDAS_NAME.findall(first.value)
    elif isinstance(node.func, ast.Name) and node.func.id in ("eval", "exec"):
        try:
            tree = ast.parse(first.value)
        except (SyntaxError, ValueError):
            return
        made = bound_names(tree.body)
        yield from (name for name in loads(tree, Notices()) if name not in made)


def _arguments(arguments: ast.arguments) -> list[ast.arg]:
    extra = [argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *extra]


def _without_local_annotations(node: ast.AST) -> ast.AST:
    """Return ``node`` without the annotation of a local variable, which never runs."""
    if isinstance(node, ast.AnnAssign) and node.simple and node.value is not None:
        return ast.Assign(targets=[node.target], value=node.value)
    return node


def _declarations(body: list[ast.AST]) -> tuple[set[str], set[str]]:
    """Return what is declared ``global`` and what ``nonlocal`` in this scope."""
    declared: set[str] = set()
    borrowed: set[str] = set()
    todo = list(body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Global):
            declared.update(node.names)
        elif isinstance(node, ast.Nonlocal):
            borrowed.update(node.names)
        elif not isinstance(node, _SCOPES):
            todo.extend(ast.iter_child_nodes(node))
    return declared, borrowed


def _type_parameters(node: ast.AST) -> set[str]:
    """Return ``T`` of ``def f[T]()``, which Python has from 3.12 on."""
    return {parameter.name for parameter in getattr(node, "type_params", ())}


def _comprehension_reads(node: _Comprehension, notices: Notices) -> Iterator[str]:
    own: set[str] = set()
    for generator in node.generators:
        yield from (name for name in loads(generator.iter, notices) if name not in own)
        own.update(bound(generator.target))
        for condition in generator.ifs:
            yield from (name for name in loads(condition, notices) if name not in own)
    results = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
    for result in results:
        yield from (name for name in loads(result, notices) if name not in own)
