"""Which names a cell reads before it has made them itself."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from jupyter_mlops.capture.scopes import (
    Function,
    Notices,
    bound,
    class_reads,
    evaluated_at_definition,
    free_in_function,
    loads,
)


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
class Uses(Notices):
    """What a cell does with names.

    Attributes:
        reads: In the order of first need.
    """

    reads: dict[str, Read] = field(default_factory=dict)


def names_used(tree: ast.Module) -> Uses:
    """Return what the module ``tree`` reads, makes and imports, in the order in which it would run."""
    walk = _Walk()
    walk.run(tree.body)
    walk.expand_all()
    return walk.uses


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
        for name in loads(node, self.uses):
            self.read(name)
        for name in bound(node):
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

    def define(self, names: list[str], node: Function) -> None:
        for outer in evaluated_at_definition(node):
            self.visit(outer)
        reads = set(free_in_function(node, self.uses))
        for name in names:
            self.bind(name)
            self.waiting[name] = reads - {name}
        if getattr(node, "decorator_list", None):
            # What a decorator does with the function is unknown: it may call it at once.
            self.expand_all()

    def _class(self, node: ast.ClassDef) -> None:
        for outer in (*node.decorator_list, *node.bases, *(word.value for word in node.keywords)):
            self.visit(outer)
        now, later = class_reads(node, self.uses)
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
