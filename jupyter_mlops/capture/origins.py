"""Where the notebook's code comes from: its cells, their numbers, and the source of its classes."""

from __future__ import annotations

import ast
import hashlib
import inspect
import linecache
import os
import sys
import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


class Cells:
    """Names the cells that define what travels, and keeps their text.

    Attributes:
        sources: Text of each cell by its label, such as ``Cell [3]``.
    """

    def __init__(self) -> None:
        self.sources: dict[str, str] = {}
        self._labels: dict[str, str] = {}

    def label(self, code: types.CodeType) -> str:
        """Return the file name that ``code`` has in the rank."""
        filename = code.co_filename
        if filename not in self._labels:
            self._labels[filename] = self._new_label(filename)
        return self._labels[filename]

    def _new_label(self, filename: str) -> str:
        if os.path.exists(filename):
            # The module of a script, or an installed file: tracebacks find it by themselves.
            return filename
        source = source_of(filename)
        if not source:
            return filename
        number = _prompts().get(filename)
        label = f"Cell [{number}]" if number is not None else os.path.basename(filename)
        self.sources[label] = source
        return label


def source_of(filename: str) -> str:
    """Return the text that was compiled under ``filename``; empty if nobody knows it."""
    return "".join(linecache.getlines(filename))


def _prompts() -> Mapping[str, int]:
    """Return the number in ``[n]`` of each cell's file, where IPython runs."""
    interactive = sys.modules.get("IPython.core.interactiveshell")
    shell = getattr(getattr(interactive, "InteractiveShell", None), "_instance", None)
    known = getattr(getattr(shell, "compile", None), "_filename_map", None)
    return known if isinstance(known, Mapping) else {}


def class_hash(kind: type, namespace: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a class's source; empty if the source is not known.

    Args:
        kind: A class of the notebook, or one nested in such a class.
        namespace: The notebook's.
    """
    return hash_of(class_source(kind, namespace))


def hash_of(source: str) -> str:
    """Return the SHA-256 of a definition; empty for an empty one."""
    return hashlib.sha256(source.encode()).hexdigest() if source else ""


def class_source(kind: type, namespace: Mapping[str, Any]) -> str:
    """Return the source of the notebook's class ``kind``, or of the class it is nested in."""
    name = kind.__qualname__.partition(".")[0]
    for text in _texts(kind, namespace):
        found = definitions(text).get(name)
        if found:
            return found
    return ""


def _texts(kind: type, namespace: Mapping[str, Any]) -> Iterator[str]:
    """Yield what may define ``kind``: the files of its methods, then the notebook's cells, latest first."""
    for member in list(vars(kind).values()):
        code = getattr(inspect.unwrap(getattr(member, "__func__", member)), "__code__", None)
        # Methods that a decorator such as ``dataclass`` writes have no file.
        if isinstance(code, types.CodeType) and code.co_qualname.startswith(kind.__qualname__ + "."):
            yield source_of(code.co_filename)
    yield from reversed(history(namespace))
    main = getattr(sys.modules.get("__main__"), "__file__", None)
    if main:
        yield source_of(main)


def history(namespace: Mapping[str, Any]) -> Sequence[str]:
    """Return the cells that ran, first to last."""
    cells = namespace.get("In")
    return [cell for cell in cells if isinstance(cell, str)] if isinstance(cells, list) else []


def definitions(text: str) -> dict[str, str]:
    """Return the source of each class and function that ``text`` defines at top level, the last of each name."""
    if "class " not in text and "def " not in text:
        return {}
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return {}
    return definitions_in(tree, text)


def definitions_in(tree: ast.Module, text: str) -> dict[str, str]:
    """Return what ``definitions`` does, for a text that is parsed already."""
    lines = text.splitlines()
    nodes = [node for node in tree.body if isinstance(node, _Definition)]
    return {node.name: _segment(node, lines) for node in nodes}


def _segment(node: _Definition, lines: Sequence[str]) -> str:
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return "\n".join(line.rstrip() for line in lines[first - 1 : node.end_lineno])
