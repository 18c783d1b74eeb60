"""What one line says, and what the lines before say about it."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from jupyter_mlops.domain.runs import Progress

AXES = ("global_step", "step", "iteration", "epoch")
"""What says where a value was taken, finest first; never metrics."""

Axes = dict[str, tuple[float, float | None]]
"""Where a line says it is: axis, number and, where it is said, how many there are."""

NUMBER = r"[-+]?(?:\d{1,40}(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?|[-+]?(?i:nan|inf(?:inity)?)"
# A number ends where no unit, path, date or further digit is glued to it.
END = r"(?=[\s;|)\]}'\"]|,(?!\d)|\.(?:\s|$)|$)"


class Context(msgspec.Struct, omit_defaults=True):
    """What the lines before say about the next one.

    Attributes:
        epoch: From a heading like ``Epoch 4/6``.
        epochs: The 6 of it.
        base: The number of the first epoch, 0 or 1.
        steps: Of the epoch's bar of Keras, once it has come to its end.
        columns: Names above a table's rows.
        between: Lines of other kinds since the table's last row.
        quoted: How many more lines may belong to a traceback or a warning, which show code.
    """

    epoch: int | None = None
    epochs: int | None = None
    base: int = 1
    steps: int = 0
    columns: list[str] = []
    between: int = 0
    quoted: int = 0


class Reading(NamedTuple):
    """What one line says.

    Attributes:
        axis: What ``step`` counts.
        step: None where the line does not say it: then the points of the name are counted.
        progress: None where nothing but ``step`` says how far it is.
    """

    axis: str = "step"
    step: float | None = None
    values: list[tuple[str, float]] = []
    progress: Progress | None = None


def shown(text: str) -> str:
    """Return what people are shown of a line."""
    return " ".join(text.split())[:200]


def within_epoch(bar: Progress, epoch: tuple[float, float | None] | None, context: Context) -> Progress:
    """Return the progress over all epochs where the bar counts within one and their number is known."""
    now, epochs = epoch if epoch is not None else (context.epoch, context.epochs)
    if now is None or not epochs or not bar.total or bar.unit in ("epoch", "B"):
        return bar
    done = now - context.base + min(bar.done / bar.total, 1.0)
    return Progress(done=round(min(max(done, 0.0), epochs), 4), total=epochs, unit="epoch", text=bar.text)
