"""Which metrics a small place shows first."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence

from jupyter_mlops.domain.directions import direction, set_of, split, words_of
from jupyter_mlops.domain.runs import MetricSummary

_HELD_OUT = ("validation", "valid", "val", "eval", "test", "dev")
_TRAINED_ON = ("training", "train")
_PLUMBING = set_of(
    "lr learning time seconds sec ms eta memory mem gb mb throughput speed rate norm momentum wd samples step steps "
    "epoch iteration batch tokens util gpu cpu"
)

Points = Sequence[tuple[float, float]]


def in_order(names: Iterable[str]) -> list[str]:
    """Return the names, most telling first: scores, losses, the rest, and what only keeps the machine running."""
    return sorted(names, key=_weight)


def key_names(metrics: Mapping[str, MetricSummary], most: int) -> list[str]:
    """Return up to ``most`` names, no two of which are the same metric on other data."""
    chosen: dict[str, str] = {}
    for name in in_order(metrics):
        chosen.setdefault(family(name), name)
    return list(chosen.values())[:most]


def groups(names: Collection[str], most: int) -> list[list[str]]:
    """Return up to ``most`` groups of at most two names for one chart each, such as validation and training loss."""
    found: dict[str, list[str]] = {}
    for name in in_order(names):
        found.setdefault(family(name), []).append(name)
    return [names[:2] for names in list(found.values())[:most]]


def family(name: str) -> str:
    """Return the metric's name without the word for the data it was measured on."""
    words = [word for word in split(name) if word and word not in _HELD_OUT + _TRAINED_ON]
    return "_".join(words) or name


def short(name: str) -> str:
    """Return the word for the data a metric was measured on, such as ``val``; ``train`` if it names none."""
    return next((word for word in split(name) if word in _HELD_OUT), "train")


def best(name: str, summary: MetricSummary) -> tuple[float, float] | None:
    """Return the best value and its step, where the name says which way is better and there is more than one point."""
    way = direction(name)
    if way == 0 or summary.count < 2:
        return None
    value, step = (float(summary.max), summary.max_step) if way > 0 else (float(summary.min), summary.min_step)
    return (value, step) if math.isfinite(value) and math.isfinite(step) else None


def points(curve: Points) -> list[tuple[float, float]]:
    """Return the points of a curve that can be drawn."""
    return [(x, y) for x, y in curve if _is_number(x) and _is_number(y)]


def _is_number(value: float | None) -> bool:
    return value is not None and math.isfinite(value) and abs(value) < 1e300


def _weight(name: str) -> tuple[int, int]:
    words = words_of(name)
    if direction(name):
        kind = 0 if direction(name) > 0 else 1
    else:
        kind = 3 if not words.isdisjoint(_PLUMBING) else 2
    return kind, 0 if not words.isdisjoint(_HELD_OUT) else 1
