"""Whether requests look like the training data: the population stability index, by the bins of its profile."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from jupyter_mlops.domain.observed import Drift, DriftColumn
from jupyter_mlops.domain.profiles import ColumnProfile, Profile
from jupyter_mlops.domain.units import MINUS, THIN, format_count

MOVING, MOVED = 0.1, 0.2
"""From where on a column is moving, and has moved: the usual limits of the index."""
LEAST_ROWS = 20
"""With fewer rows nothing is said, whatever they are."""

_SMOOTHING = 0.5
"""Rows that are added to each bin, then and now: an empty one would make the index infinite."""
_SURE = 3.09
"""Of the normal distribution, one in a thousand lies above."""


class Counted(msgspec.Struct, omit_defaults=True):
    """What came of one column: how many values each bin of the profile got, and how many were missing."""

    counts: list[int]
    missing: int = 0


def drift_of(profile: Profile, revision: int, rows: int, since: float, counted: Mapping[str, Counted]) -> Drift:
    """Return how requests differ from the training data.

    Args:
        profile: Of the training data.
        revision: Whose profile it is.
        rows: How many rows of requests were counted.
        since: The time of the first of them.
        counted: What came of each column; one that is not there, or has other bins, is passed over.
    """
    found = []
    for then in profile.columns:
        now = counted.get(then.name)
        if now is not None and len(now.counts) == len(then.counts):
            found.append((then, now, _column(then, now)))
    found.sort(key=lambda each: -(each[2].psi if each[2].psi is not None else -1.0))
    return Drift(
        revision=revision,
        source=profile.source,
        rows=rows,
        since=since,
        columns=[column for _, _, column in found],
        sentence=_sentence(profile, rows, found),
    )


def psi(then: Sequence[int], now: Sequence[int]) -> float:
    """Return the population stability index of two rows of counts over the same bins; 0 is the same shares."""
    before, after = _smoothed(then), _smoothed(now)
    return sum((b - a) * math.log(b / a) for a, b in zip(before, after, strict=True))


def noise(then: Sequence[int], now: Sequence[int]) -> float:
    """Return the index that rows of one and the same distribution surpass by chance once in a thousand times.

    Of the same shares, the index is distributed as chi-squared over the bins, times the sum of one by each number of
    rows.

    Source: Yurdakul, "Statistical properties of the population stability index", 2018; the quantile of chi-squared is
    Wilson's and Hilferty's.
    """
    free = max(sum(1 for a, b in zip(then, now, strict=True) if a or b) - 1, 1)
    part = 2 / (9 * free)
    quantile = free * (1 - part + _SURE * math.sqrt(part)) ** 3
    return quantile * (1 / max(sum(then), 1) + 1 / max(sum(now), 1))


def _smoothed(counts: Sequence[int]) -> list[float]:
    whole = sum(counts) + _SMOOTHING * len(counts)
    return [(count + _SMOOTHING) / whole for count in counts]


def _column(profile: ColumnProfile, counted: Counted) -> DriftColumn:
    then, now = [*profile.counts, profile.missing], [*counted.counts, counted.missing]
    told = DriftColumn(name=profile.name, psi=None, verdict="few", then=_shares(then), now=_shares(now))
    if sum(now) < LEAST_ROWS or not sum(then):
        return told
    index, chance = psi(then, now), noise(then, now)
    if index <= chance and chance > MOVED:
        return told
    told.psi = round(index, 4)
    told.verdict = "steady" if index < MOVING or index <= chance else "moving" if index < MOVED else "moved"
    return told


def _shares(counts: Sequence[int]) -> list[float]:
    whole = sum(counts)
    return [round(count / whole, 5) if whole else 0.0 for count in counts]


_VERBS = {(True, True): "have", (True, False): "has", (False, True): "are", (False, False): "is"}
_Found = Sequence[tuple[ColumnProfile, Counted, DriftColumn]]


def _sentence(profile: Profile, rows: int, found: _Found) -> str:
    if not profile.columns:
        return "The training data has no profile, so nothing can be said about drift; register with --data X_train."
    if not rows or not found:
        return "No rows of requests were counted in the last hour."
    moved = [each for each in found if each[2].verdict == "moved"]
    moving = [each for each in found if each[2].verdict == "moving"]
    if moved or moving:
        verb = "has moved" if moved else "is moving"
        others = [column.name for _, _, column in (moved or moving)[1:]]
        profile_of, counted, column = (moved or moving)[0]
        told = f"`{column.name}` {verb}: {_what_moved(profile_of, counted)} (PSI {column.psi or 0:.2f})"
        if others:
            told += f"; so {_VERBS[bool(moved), len(others) > 1]} {_listed(others)}"
        return f"{told}."
    if all(column.verdict == "few" for _, _, column in found):
        return f"{format_count(rows)} row{'s are' if rows != 1 else ' is'} too few to tell whether the input has moved."
    return "The input looks like the training data."


def _listed(names: Sequence[str], most: int = 2) -> str:
    shown = [f"`{name}`" for name in names[:most]]
    if len(names) > most:
        return f"{', '.join(shown)} and {len(names) - most} more"
    return " and ".join(shown)


def _what_moved(profile: ColumnProfile, counted: Counted) -> str:
    """Say in numbers what is most different."""
    then, now = [*profile.counts, profile.missing], [*counted.counts, counted.missing]
    gains = [(b - a) * math.log(b / a) for a, b in zip(_smoothed(then), _smoothed(now), strict=True)]
    most = max(range(len(gains)), key=gains.__getitem__)
    if most == len(then) - 1:
        return f"{_percent(then, most)} of the rows had no value, and {_percent(now, most)} have none now"
    if profile.kind == "category":
        value = f"'{profile.values[most]}'" if most < len(profile.values) else "none of the usual values"
        return f"{value} was in {_percent(then, most)} of the rows, and is in {_percent(now, most)} now"
    before, after = _median(profile, profile.counts), _median(profile, counted.counts)
    if before != after:
        return f"its median was {before} and is {after} now"
    return f"{_percent(then, most)} of the rows were {_bin_told(profile, most)}, and {_percent(now, most)} are now"


def _percent(counts: Sequence[int], at: int) -> str:
    share = 100 * counts[at] / max(sum(counts), 1)
    return f"{share:.0f}{THIN}%" if share >= 1 or not share else f"{share:.1g}{THIN}%"


def _bin_told(profile: ColumnProfile, at: int) -> str:
    edges = profile.edges
    if not edges:
        return "there"
    if at == 0:
        return f"below {_number(edges[0])}"
    if at >= len(edges):
        return f"at least {_number(edges[-1])}"
    return f"between {_number(edges[at - 1])} and {_number(edges[at])}"


def _median(profile: ColumnProfile, counts: Sequence[int]) -> str:
    """Return the middle value as the bins tell it: between two edges in proportion, beyond them only that it is so."""
    edges = profile.edges
    at, into = _middle(counts)
    low = edges[at - 1] if at > 0 else _finite(profile.low)
    high = edges[at] if at < len(edges) else _finite(profile.high)
    if counts is not profile.counts and (at == 0 or at >= len(edges)) and edges:
        # Nobody has kept how far beyond the training data the values of requests go.
        return f"below {_number(edges[0])}" if at == 0 else f"over {_number(edges[-1])}"
    if low is None or high is None:
        return _number(low if high is None else high)
    return _number(low + (high - low) * into)


def _middle(counts: Sequence[int]) -> tuple[int, float]:
    """Return the bin in which the middle row is, and how far into it."""
    half, below = sum(counts) / 2, 0
    for at, count in enumerate(counts):
        if count and below + count >= half:
            return at, (half - below) / count
        below += count
    return 0, 0.0


def _finite(value: float | str | None) -> float | None:
    number = None if value is None else float(value)
    return number if number is not None and math.isfinite(number) else None


def _number(value: float | None) -> str:
    if value is None:
        return "unknown"
    if 1000 <= abs(value) < 1e9:
        return format_count(round(value))
    return f"{value:.3g}".replace("-", MINUS)


def moved_columns(columns: Iterable[DriftColumn]) -> list[str]:
    """Return the names of those that have moved."""
    return [column.name for column in columns if column.verdict == "moved"]
