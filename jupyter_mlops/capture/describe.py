"""What a value is, in the words of a receipt."""

from __future__ import annotations

import types
from typing import Any

from jupyter_mlops.domain.receipts import count_text

TIMES = " \N{MULTIPLICATION SIGN} "


def describe(value: Any) -> str:
    """Return such as ``ndarray 100``, ``list of 3``, ``function``; never a part of the value."""
    if isinstance(value, types.ModuleType):
        return f"module {value.__name__}"
    if isinstance(value, type):
        return "class"
    if isinstance(value, types.FunctionType | types.BuiltinFunctionType | types.MethodType):
        return "function"
    kind = type(value).__name__
    if isinstance(value, list | tuple | dict | set | frozenset):
        return f"{kind} of {count_text(len(value))}"
    if isinstance(value, str | bytes | bytearray):
        return f"{kind} of length {count_text(len(value))}"
    shape = _shape(value)
    return f"{kind} {shape}" if shape else kind


def _shape(value: Any) -> str:
    # Attributes of a foreign object may do anything; only what arrays and tables have is believed.
    try:
        shape = getattr(value, "shape", None)
        if isinstance(shape, tuple) and all(isinstance(size, int) for size in shape):
            return TIMES.join(count_text(size) for size in shape)
    except Exception:
        return ""
    return ""
