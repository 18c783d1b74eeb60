"""IPython's ``magic_arguments``, with types: what documents a magic and builds its parser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from IPython.core import magic_arguments as ipython

F = TypeVar("F", bound=Callable[..., Any])
_untyped: Any = ipython


class Decorator(Protocol):
    """Returns the function it is given."""

    def __call__(self, function: F, /) -> F: ...


def magic(usage: str) -> Decorator:
    """Return what turns a function's docstring and its options into the magic's help, and gives it a ``parser``."""

    def decorate(function: F) -> F:
        # IPython sets a percent sign before the usage, and argparse takes those that are in it for formats.
        written = usage.removeprefix("%").replace("%", "%%")
        decorated: F = _untyped.magic_arguments()(_untyped.kwds(usage=written)(function))
        return decorated

    return decorate


def option(*flags: str, **keywords: Any) -> Decorator:
    """Return what adds an option, or the words, as ``argparse.add_argument`` takes them."""
    decorator: Decorator = _untyped.argument(*flags, **keywords)
    return decorator


def together(*decorators: Decorator) -> Decorator:
    """Return what adds several options, in this order: magics may share them."""

    def decorate(function: F) -> F:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate
