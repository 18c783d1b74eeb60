"""``report()``: the exact way in which a cell says its metrics."""

from __future__ import annotations

import os
import sys
from _json import encode_basestring_ascii as quote
from time import time

from jupyter_mlops.runtime.records import RUN_DIR, number_of_rank


def report(values: dict[str, object] | None = None, /, **named: object) -> None:
    """Say metrics of this moment: ``report(step=3, loss=0.2)`` or ``report({"val/loss": 0.2}, step=3)``.

    Values are numbers, or what ``float()`` makes a number of: NumPy scalars, tensors with one element.
    ``step``, ``epoch``, ``iteration`` and ``global_step`` say where; without one of them the reports are counted.
    Outside a run the values are printed.

    Raises:
        TypeError: a value is no number.
    """
    if values is not None:
        named = {**_checked(values), **named}
    if RUN_DIR not in os.environ:
        print(*[f"{name}={value}" for name, value in named.items()])
        return
    # What was printed before stands before; this costs nothing where nothing waits.
    out = sys.stdout
    if out is not None:
        out.flush()
    fields = ",".join([quote(name) + ":" + _number(name, value) for name, value in named.items()])
    if fields:
        os.write(1, f'\x1e{{"report":{{{fields}}},"rank":{_rank},"time":{time():.6f}}}\n'.encode())


def _checked(values: object) -> dict[str, object]:
    if not isinstance(values, dict):
        raise TypeError(f"report() takes names with numbers, like report(loss=0.2), not a {type(values).__name__}.")
    return {str(name): value for name, value in values.items()}


def _number(name: str, value: object) -> str:
    kind = type(value)
    if kind is int:
        return repr(value)
    text = repr(value if kind is float else _float(name, value))
    # JSON has no word for nan and inf, so they travel as strings.
    return f'"{text}"' if text[-1] in "nf" else text


def _float(name: str, value: object) -> float:
    if not isinstance(value, (str, bytes)):
        try:
            return float(value)  # type: ignore[arg-type]  # Whatever has __float__: arrays, tensors, decimals.
        except (TypeError, ValueError, RuntimeError):
            pass
    raise TypeError(f"report() takes numbers, but {name} is a {type(value).__name__}; print it instead.")


# A process stays in its rank, and looking it up would cost each call half a microsecond.
_rank = number_of_rank()
