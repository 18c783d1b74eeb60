"""Names and values in any order: ``step=3 loss=0.2``, ``Epoch 4/6 - train loss: 0.5``, ``epoch 4 loss 0.5``."""

from __future__ import annotations

import re
from functools import lru_cache
from math import isfinite

from jupyter_mlops.domain.formats.names import is_metric, is_wanted, name_before
from jupyter_mlops.domain.formats.reading import AXES, END, NUMBER, Axes, Context, Reading, shown, within_epoch
from jupyter_mlops.domain.runs import Progress

_PLAIN_NAME = re.compile(r"[^\W\d][\w.@/-]*")
_LONGEST_NAME = 120
_BETWEEN = frozenset(",;|")
_VALUE = re.compile(
    rf"([:=])\s*(?:(?:tensor|np\.float\d+)\()?({NUMBER})(?:,\s[^()]{{0,200}}\)|\))?(\s?%)?{END}"
    r"|([:=])\s*(\d{1,12})/(\d{1,12})\s\((?:\d+(?:\.\d*)?)\s?%\)"
)
# Arguments of what looks like a call are settings, but a tensor is a value.
_CALL = re.compile(r"\b(?!tensor\b)[^\W\d]\w*\([^()]*=[^()]*\)?")
_SPACED = re.compile(rf"([^\W\d][\w.@/-]*)\s+({NUMBER})%?{END}")

_AXIS = re.compile(
    r"(?i)(?<![\w./-])(global[_ ]step|epoch|ep|step|iteration|iter|it|batch)"
    r"\s*[:=#]?\s*[\[(]?\s*(\d{1,12}(?:\.\d{1,6})?)(?:\s*(?:/|of)\s*(\d{1,12}))?(?=[\s,;:|)\]}]|\.\s|\.?$|-\s)[\])]?"
)
_SHORT_AXIS = re.compile(r"(?:it|ep)[\s:=#\[(]{1,9}\d")
_AXIS_NAMES = {"global step": "global_step", "ep": "epoch", "iter": "iteration", "it": "iteration"}
_WITHIN = re.compile(r"[\[(]\s*(\d{1,12})/(\d{1,12})(?:\s*\(\d+(?:\.\d+)?%\))?\s*[\])]")


@lru_cache(1024)
def _role(name: str) -> str | None:
    """Return the axis that a name is, ``metric``, ``other``, or None if it is no name."""
    axis = _AXIS_NAMES.get(name, name)
    if axis in AXES:
        return axis
    if _PLAIN_NAME.fullmatch(name) is None:
        return None
    return "metric" if is_wanted(name) else "other"


def read_only_pairs(text: str, _context: Context) -> Reading | None:
    """Read ``step=3, loss=0.2``: the quick way for the commonest line, which a loop may print very often."""
    values: list[tuple[str, float]] = []
    axes: Axes = {}
    for part in text.split():
        name, equals, number = part.rstrip(",;").partition("=")
        role = _role(name) if len(name) <= _LONGEST_NAME else None
        if role is None or not equals:
            if part in _BETWEEN:
                continue
            return None
        if "_" in number:
            return None
        try:
            value = float(number)
        except ValueError:
            return None
        if role == "metric":
            values.append((name, value))
        elif role != "other" and isfinite(value):
            axes[role] = (value, None)
    axis, step = where(axes) if axes else ("step", None)
    return Reading(axis, step, values)


def read_pairs(text: str, context: Context) -> Reading | None:
    """Read names and values that count because the line says where it is, or because a name is a metric's."""
    axes = axes_of(text)
    values = pairs_in(text, axes)
    if not values:
        return None
    if not axes and not any(is_metric(name) for name, _ in values):
        return None
    axis, step = where(axes)
    return Reading(axis, step, values, _progress_of(axes, text, context))


def axes_of(text: str) -> Axes:
    """Return where a line says it is; ``batch`` is a place within an epoch."""
    axes: Axes = {}
    if not has_axis(text):
        return axes
    for match in _AXIS.finditer(text):
        name = match[1].lower()
        axes[_AXIS_NAMES.get(name, name)] = (float(match[2]), float(match[3]) if match[3] else None)
    if "epoch" in axes and "batch" not in axes and (within := _WITHIN.search(text)):
        axes["batch"] = (float(within[1]), float(within[2]))
    return axes


def where(axes: Axes) -> tuple[str, float | None]:
    """Return axis and step. A number within an epoch starts anew with each, and the epoch alone is too coarse then."""
    for axis in AXES:
        if axis in axes and not (axis == "epoch" and "batch" in axes):
            return axis, axes[axis][0]
    return "step", None


def _progress_of(axes: Axes, text: str, context: Context) -> Progress | None:
    """Return how far a line says it is, if it says of how many."""
    seen = shown(text)
    if "epoch" in axes and axes["epoch"][1] is not None:
        now, epochs = axes["epoch"]
        inner = axes.get("batch") or axes.get("step") or axes.get("iteration")
        if now == 0:
            context.base = 0
        if inner is not None and inner[1]:
            return within_epoch(Progress(done=inner[0], total=inner[1], text=seen), axes["epoch"], context)
        return Progress(done=now + 1 - context.base, total=epochs, unit="epoch", text=seen)
    for axis in (*AXES, "batch"):
        if axis in axes and axes[axis][1] is not None:
            return Progress(done=axes[axis][0], total=axes[axis][1], unit=axis, text=seen)
    return None


def pairs_in(text: str, axes: Axes, *, anchored: bool = False) -> list[tuple[str, float]]:
    """Return names with values. ``train loss: 0.5 acc: 0.7`` are ``train_loss`` and ``train_acc``."""
    if "(" in text:
        text = _CALL.sub(" ; ", text)
    if axes:
        text = _AXIS.sub(" ; ", text)
    values: list[tuple[str, float]] = []
    split, end = "", 0
    for match in _VALUE.finditer(text):
        before, end = _last(text, end, match.start()).rstrip(), match.end()
        name, split = name_before(before, split)
        if name:
            value = float(match[2]) if match[2] else 100 * float(match[5]) / max(float(match[6]), 1.0)
            values.append((name, value))
    if (axes or anchored) and not values:
        values = _spaced(text)
    return values


def _spaced(text: str) -> list[tuple[str, float]]:
    """Return ``loss 0.1432 acc 0.93``, which counts only behind an axis."""
    values = []
    split, end = "", 0
    for match in _SPACED.finditer(text):
        before, end = _last(text, end, match.end(1)), match.end()
        name, split = name_before(before, split)
        if name and (is_metric(name) or name.lower() in ("lr", "learning_rate")):
            values.append((name, float(match[2])))
    return values


def _last(text: str, first: int, after: int) -> str:
    """Return the end of a part of a line: what is remembered of lines must not grow with them."""
    return text[max(first, after - _LONGEST_NAME) : after]


def has_axis(text: str) -> bool:
    """Say whether a line may say where it is; most lines do not, and to look closely takes long."""
    lower = text.lower()
    return any(word in lower for word in ("epoch", "step", "iter", "batch")) or _SHORT_AXIS.search(lower) is not None


def has_pair(text: str) -> object:
    """Say whether a value follows ``=`` or ``:``."""
    return ("=" in text or ":" in text) and _VALUE.search(text)
