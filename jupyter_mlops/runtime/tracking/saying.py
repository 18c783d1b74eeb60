"""What was logged, said in the log of the rank: metrics as ``report()`` says them, parameters and tags as records."""

from __future__ import annotations

import os
import sys
from _json import encode_basestring_ascii as quote

from jupyter_mlops.runtime.records import emit, number_of_rank

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

AXES = frozenset(("step", "epoch", "iteration", "global_step"))
"""Names that say where a value was measured; MLflow says that beside each value."""
_AT_ONCE = 50
_LONGEST = 500


def say_metrics(values: dict[str, float], step: int, time: float) -> None:
    """Say values of one step; ``time`` is in seconds since the epoch."""
    fields = ",".join([quote(name) + ":" + _number(value) for name, value in values.items() if name not in AXES])
    if not fields:
        return
    # What was printed before stands before.
    if sys.stdout is not None:
        sys.stdout.flush()
    text = f'\x1e{{"report":{{{fields},"step":{step}}},"rank":{number_of_rank()},"time":{time:.6f}}}\n'
    os.write(1, text.encode())


def say_words(kind: str, values: dict[str, str]) -> None:
    """Say parameters or tags; ``kind`` is ``params`` or ``tags``. Only the first rank does."""
    if number_of_rank() == 0:
        for part in _parts(values):
            emit(kind, part)


def plain(text: str) -> Any:
    """Return the number or truth that a text says; MLflow has made texts of them all."""
    known = {"True": True, "False": False, "None": None}
    if text in known:
        return known[text]
    for kind in (int, float):
        try:
            value = kind(text)
        except ValueError:
            continue
        # A number that would be written otherwise, such as 007, is a name. Numbers that are none stay texts.
        if repr(value) == text and text not in ("nan", "inf", "-inf"):
            return value
    return text


def _parts(values: dict[str, str]) -> Iterator[dict[str, Any]]:
    pairs = [(name[:_LONGEST], plain(str(value)[:_LONGEST])) for name, value in values.items()]
    for start in range(0, len(pairs), _AT_ONCE):
        yield dict(pairs[start : start + _AT_ONCE])


def _number(value: float) -> str:
    text = repr(float(value))
    # JSON has no word for nan and inf, so they travel as strings.
    return f'"{text}"' if text[-1] in "nf" else text
