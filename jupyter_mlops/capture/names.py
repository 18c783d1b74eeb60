"""Which names a cell reads before it has made them itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_PANDAS_NAME = re.compile(r"@([A-Za-z_]\w*)")


@dataclass(frozen=True)
class Read:
    """The first moment at which a cell may need a name from the notebook.

    Attributes:
        firm: Nothing before it in the cell could have made the name.
        made: What the cell has certainly made by then; functions called from here see those.
    """

    firm: bool
    made: frozenset[str]


@dataclass
class Uses:
    """What a cell does with names.

    Attributes:
        reads: In the order of first need.
        bound: Every name that the cell may make.
        chains: Dotted names as they are written: ``("sklearn", "svm", "SVC")``.
        imports: Modules that the cell imports, as they are written.
        is_opaque: The cell may make names that cannot be seen (``from x import *``, ``exec``).
    """

    reads: dict[str, Read] = field(default_factory=dict)
    bound: set[str] = field(default_factory=set)
    chains: set[tuple[str, ...]] = field(default_factory=set)
    imports: set[str] = field(default_factory=set)
    is_opaque: bool = False


def names_used(tree: ast.Module) -> Uses:
    """Return what the module ``tree`` reads, makes and imports, in the order in which it would run."""
    walk = _Walk()
    walk.run(tree.body)
    walk.expand_all()
    return walk.uses


def bound_names(nodes: Iterable[ast.AST]) -> set[str]:
    """Return the names that ``nodes`` bind in their own scope, ``global`` declarations apart."""
    found: set[str] = set()
    for node in nodes:
        found.update(_bound(node))
    return found


class _Walk:
    """Follows the statements of a cell and keeps what is certainly and what is possibly made.

    A function's body counts where the function is first mentioned, not where it is defined: that is the first moment
    at which it can run.
    """

    def __init__(self) -> None:
        self.uses = Uses()
        self.certain: set[str] = set()
        self.possible: set[str] = set()
        self.waiting: dict[str, set[str]] = {}

    def run(self, body: Iterable[ast.stmt]) -> None:
        for statement in body:
            self.statement(statement)

    def expand_all(self) -> None:
        for name in list(self.waiting):
            self.expand(name)

    def expand(self, name: str) -> None:
        for inner in sorted(self.waiting.pop(name, ())):
            self.read(inner)

    def read(self, name: str) -> None:
        if name in self.waiting:
            self.expand(name)
        if name in self.certain or name in self.uses.reads:
            return
        self.uses.reads[name] = Read(name not in self.possible, frozenset(self.certain))

    def bind(self, name: str) -> None:
        self.certain.add(name)
        self.possible.add(name)
        self.uses.bound.add(name)

    def statement(self, node: ast.stmt) -> None:
        _STATEMENTS.get(type(node), _Walk.visit)(self, node)

    def visit(self, node: ast.AST | None) -> None:
        """Take in one expression or simple statement: what it loads, then what it stores."""
        if node is None:
            return
        for name in _loads(node, self):
            self.read(name)
        for name in _bound(node):
            self.bind(name)

    def branches(self, *bodies: list[ast.stmt]) -> None:
        """Take in bodies of which exactly one runs."""
        before, ends = set(self.certain), []
        for body in bodies:
            self.certain = set(before)
            self.run(body)
            if not _leaves(body):
                ends.append(self.certain)
        self.certain = set.intersection(*ends) if ends else before

    def perhaps(self, body: list[ast.stmt]) -> None:
        """Take in a body that may not run to its end."""
        before = set(self.certain)
        self.run(body)
        self.certain = before

    def _if(self, node: ast.If) -> None:
        self.visit(node.test)
        self.branches(node.body, node.orelse)

    def _while(self, node: ast.While) -> None:
        self.visit(node.test)
        self.perhaps(node.body)
        self.run(node.orelse)

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit(node.iter)
        before = set(self.certain)
        self.visit(node.target)
        self.run(node.body)
        self.certain = before
        self.run(node.orelse)

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self.visit(item.context_expr)
            self.visit(item.optional_vars)
        self.run(node.body)

    def _try(self, node: ast.Try) -> None:
        before = set(self.certain)
        self.run(node.body)
        self.run(node.orelse)
        ends = [self.certain]
        for handler in node.handlers:
            self.certain = set(before)
            self.visit(handler.type)
            if handler.name:
                self.bind(handler.name)
            self.run(handler.body)
            if not _leaves(handler.body):
                ends.append(self.certain)
        self.certain = set.intersection(*ends)
        self.run(node.finalbody)

    def _match(self, node: ast.Match) -> None:
        self.visit(node.subject)
        before = set(self.certain)
        for case in node.cases:
            self.certain = set(before)
            self.visit(case.pattern)
            self.visit(case.guard)
            self.run(case.body)
        self.certain = before

    def _augmented(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.read(node.target.id)
        self.visit(node)

    def _annotated(self, node: ast.AnnAssign) -> None:
        self.visit(node.value)
        self.visit(node.annotation)
        if node.value is not None:
            self.visit(node.target)

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.read(target.id)
                self.bind(target.id)
            else:
                self.visit(target)

    def _assign(self, node: ast.Assign) -> None:
        # A lambda under a name is a function: its body counts where the name is mentioned.
        if isinstance(node.value, ast.Lambda) and all(isinstance(target, ast.Name) for target in node.targets):
            self.define([target.id for target in node.targets if isinstance(target, ast.Name)], node.value)
        else:
            self.visit(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.define([node.name], node)

    def define(self, names: list[str], node: _Function) -> None:
        for outer in _evaluated_at_definition(node):
            self.visit(outer)
        reads = set(_free_in_function(node, self))
        for name in names:
            self.bind(name)
            self.waiting[name] = reads - {name}
        if getattr(node, "decorator_list", None):
            # What a decorator does with the function is unknown: it may call it at once.
            self.expand_all()

    def _class(self, node: ast.ClassDef) -> None:
        for outer in (*node.decorator_list, *node.bases, *(word.value for word in node.keywords)):
            self.visit(outer)
        now, later = _class_reads(node, self)
        for name in now:
            self.read(name)
        self.bind(node.name)
        self.waiting[node.name] = set(later) - {node.name}


_STATEMENTS: dict[type[ast.stmt], Callable[[_Walk, Any], None]] = {
    ast.If: _Walk._if,
    ast.While: _Walk._while,
    ast.For: _Walk._for,
    ast.AsyncFor: _Walk._for,
    ast.With: _Walk._with,
    ast.AsyncWith: _Walk._with,
    ast.Try: _Walk._try,
    ast.TryStar: _Walk._try,
    ast.Match: _Walk._match,
    ast.AugAssign: _Walk._augmented,
    ast.AnnAssign: _Walk._annotated,
    ast.Delete: _Walk._delete,
    ast.Assign: _Walk._assign,
    ast.FunctionDef: _Walk._function,
    ast.AsyncFunctionDef: _Walk._function,
    ast.ClassDef: _Walk._class,
}


def _leaves(body: list[ast.stmt]) -> bool:
    return bool(body) and isinstance(body[-1], ast.Raise | ast.Continue | ast.Break | ast.Return)


def _bound(node: ast.AST) -> Iterator[str]:
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
        yield from _bound(child)


def _loads(node: ast.AST, walk: _Walk) -> Iterator[str]:
    """Yield what ``node`` reads from the scope it stands in, in source order as far as that matters."""
    if isinstance(node, ast.Name):
        if isinstance(node.ctx, ast.Load):
            yield node.id
        return
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        for outer in _evaluated_at_definition(node):
            yield from _loads(outer, walk)
        yield from _free_in_function(node, walk)
        return
    if isinstance(node, ast.ClassDef):
        for outer in (*node.decorator_list, *node.bases, *(word.value for word in node.keywords)):
            yield from _loads(outer, walk)
        now, later = _class_reads(node, walk)
        yield from (*now, *later)
        return
    if isinstance(node, _COMPREHENSIONS):
        yield from _comprehension_reads(node, walk)
        return
    _notice(node, walk)
    yield from _reads_in_text(node)
    for child in _in_running_order(node):
        yield from _loads(child, walk)


def _in_running_order(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Assign):
        return iter((node.value, *node.targets))
    return ast.iter_child_nodes(node)


def _notice(node: ast.AST, walk: _Walk) -> None:
    """Keep what a node says besides names: imports, dotted chains, hidden bindings."""
    if isinstance(node, ast.Attribute):
        chain = _chain(node)
        if chain:
            walk.uses.chains.add(chain)
    elif isinstance(node, ast.Import):
        walk.uses.imports.update(alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        if node.module and not node.level:
            walk.uses.imports.add(node.module)
            walk.uses.imports.update(f"{node.module}.{alias.name}" for alias in node.names if alias.name != "*")
        if any(alias.name == "*" for alias in node.names):
            walk.uses.is_opaque = True
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("exec", "globals"):
        walk.uses.is_opaque = True


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
        yield from names_used(tree).reads


def _evaluated_at_definition(node: _Function) -> list[ast.AST]:
    arguments = node.args
    outer: list[ast.AST | None] = [*arguments.defaults, *arguments.kw_defaults]
    if not isinstance(node, ast.Lambda):
        outer += [*node.decorator_list, node.returns]
        outer += [argument.annotation for argument in _arguments(arguments)]
    return [part for part in outer if part is not None]


def _arguments(arguments: ast.arguments) -> list[ast.arg]:
    extra = [argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *extra]


def _free_in_function(node: _Function, walk: _Walk) -> Iterator[str]:
    """Yield the names that the body reads and that are not its own."""
    body: list[ast.AST] = [node.body] if isinstance(node, ast.Lambda) else list(node.body)
    declared, borrowed = _declarations(body)
    own = {argument.arg for argument in _arguments(node.args)} | bound_names(body)
    own -= declared | borrowed
    # A name declared global may exist only in the notebook: the function adds to it, or reads it.
    walk.uses.bound.update(declared & bound_names(body))
    yield from sorted(declared)
    for statement in body:
        yield from (name for name in _loads(_without_local_annotations(statement), walk) if name not in own)


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


def _class_reads(node: ast.ClassDef, walk: _Walk) -> tuple[list[str], list[str]]:
    """Return what a class body reads when it runs, and what its methods read later."""
    now: list[str] = []
    later: list[str] = []
    made: set[str] = set()
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            for outer in _evaluated_at_definition(statement):
                now += [name for name in _loads(outer, walk) if name not in made]
            # Names of the class are no names for its methods.
            later += _free_in_function(statement, walk)
        else:
            now += [name for name in _loads(statement, walk) if name not in made]
        made.update(_bound(statement))
    return now, [name for name in later if name != "__class__"]


def _comprehension_reads(node: _Comprehension, walk: _Walk) -> Iterator[str]:
    own: set[str] = set()
    for generator in node.generators:
        yield from (name for name in _loads(generator.iter, walk) if name not in own)
        own.update(_bound(generator.target))
        for condition in generator.ifs:
            yield from (name for name in _loads(condition, walk) if name not in own)
    results = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
    for result in results:
        yield from (name for name in _loads(result, walk) if name not in own)
