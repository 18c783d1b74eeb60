"""What differs between two runs, told from what is known of each; and which of it is the likeliest reason."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from jupyter_mlops.domain.columns import identity
from jupyter_mlops.domain.comparison import CodeChange, Difference, Differences
from jupyter_mlops.domain.datasets import Datasets, Fingerprint
from jupyter_mlops.domain.runs import MetricSummary, Number, Scalar
from jupyter_mlops.domain.textdiff import changed_lines

SHORT = 8
"""Characters of a digest that are shown."""

CELL = "cell"
"""Name of the change of code that is the cell's."""

_NAMED = 2
_LONGEST = 40


class Told(NamedTuple):
    """What two mappings come to.

    Attributes:
        same: How many names have the same in both.
    """

    differences: list[Difference]
    same: int


def differing(a: Mapping[str, Scalar], b: Mapping[str, Scalar]) -> Told:
    """Return what is not the same in both, in the order of ``a``, then what only ``b`` has."""
    names = _names(a, b)
    found = [
        difference(name, a.get(name), b.get(name))
        for name in names
        if name not in a or name not in b or identity(a[name]) != identity(b[name])
    ]
    return Told(found, len(names) - len(found))


def difference(name: str, a: Scalar, b: Scalar) -> Difference:
    """Return one difference, with ``b - a`` where both are numbers."""
    return Difference(name, a, b, delta(a, b))


def delta(a: Scalar, b: Scalar) -> Number | None:
    """Return ``b - a``; None where one of them is no finite number."""
    if isinstance(a, bool) or isinstance(b, bool):
        return None
    if not isinstance(a, int | float) or not isinstance(b, int | float):
        return None
    try:
        # The digits that only come from binary fractions would say 0.19999999999999998.
        found = float(f"{b - a:.12g}")
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def of_metrics(
    a: Mapping[str, MetricSummary], b: Mapping[str, MetricSummary], order: Sequence[str]
) -> list[Difference]:
    """Return the last value of every metric of both, in ``order``, the same ones too."""
    last_a, last_b = ({name: found.last for name, found in metrics.items()} for metrics in (a, b))
    return [difference(name, last_a.get(name), last_b.get(name)) for name in order]


def of_data(a: Datasets, b: Datasets) -> Told:
    """Return how tables and arrays differ: rows, columns, their types, content and order."""
    one, other = (_by_name(datasets) for datasets in (a, b))
    found: list[Difference] = []
    same = 0
    for name in _names(one, other):
        left, right = one.get(name), other.get(name)
        if left is None or right is None:
            found.append(Difference(name, _size(left), _size(right)))
        elif left.digest == right.digest:
            same += 1
        else:
            found += _of_dataset(name, left, right)
    return Told(found, same)


def _by_name(datasets: Datasets) -> dict[str, Fingerprint]:
    return {one.name + one.part: one for one in datasets.datasets}


def _of_dataset(name: str, a: Fingerprint, b: Fingerprint) -> list[Difference]:
    """Return how one table or array, whose digests are not the same, differs."""
    found = differing(_about(name, a), _about(name, b)).differences
    left, right = ({column.name: column for column in each.columns} for each in (a, b))
    for column in _names(left, right):
        one, other = left.get(column), right.get(column)
        key = f"{name}: column {column}"
        if one is None or other is None or one.type != other.type:
            found.append(Difference(key, one.type if one else None, other.type if other else None))
        elif one.digest != other.digest and a.rows == b.rows:
            found.append(Difference(key, _content(one.type, one.digest), _content(other.type, other.digest)))
    shared = [[column for column in each if column in left and column in right] for each in (left, right)]
    if shared[0] != shared[1]:
        found.append(Difference(f"{name}: order of columns", _listed(left), _listed(right)))
    return found or [Difference(f"{name}: content", a.digest[:SHORT], b.digest[:SHORT])]


def _about(name: str, dataset: Fingerprint) -> dict[str, Scalar]:
    return {f"{name}: kind": dataset.what, f"{name}: rows": dataset.rows, f"{name}: shape": _shape(dataset)}


def _size(dataset: Fingerprint | None) -> str | None:
    """Return a table or array in words."""
    if dataset is None:
        return None
    return f"{dataset.what} {_shape(dataset)}" if dataset.shape else f"{dataset.what}, {dataset.rows:,} rows"


def _shape(dataset: Fingerprint) -> str:
    return " \N{MULTIPLICATION SIGN} ".join(map(str, dataset.shape))


def _content(kind: str, digest: str) -> str:
    return f"{kind}, content {digest[:SHORT]}" if digest else kind


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _names(a: Mapping[str, object], b: Mapping[str, object]) -> list[str]:
    return [*a, *(name for name in b if name not in a)]


class _Reason(NamedTuple):
    """Something that differs.

    Attributes:
        what: The thing, in words.
        detail: What it is in the first and in the second; empty where that cannot be said in a few words.
        is_many: Whether the words are a plural.
    """

    what: str
    detail: str = ""
    is_many: bool = False

    def __str__(self) -> str:
        return f"{self.what} ({self.detail})" if self.detail else self.what


def sentence(found: Differences) -> str:
    """Return what made the difference, as far as it can be told: the likeliest first."""
    reasons = [
        *_named(found.parameters, "parameters"),
        *_of_data(found.data),
        *_of_code(found.code),
        *_named(found.values, "captured values"),
        *_named(found.options, "options"),
        *_of_packages(found.environment),
    ]
    if not reasons:
        reasons = _named(found.git, "facts of the repository")
    if not reasons:
        return "Nothing that was recorded differs: what is left is chance, or what was not recorded."
    first, *others = reasons
    if first.detail:
        head = f"{first.what} differs ({first.detail})"
    else:
        head = f"{first.what} {'differ' if first.is_many else 'differs'}"
    *between, last = [str(reason) for reason in others] or [""]
    rest = (f", {', '.join(between)} and {last}" if between else f", and {last}") if last else ""
    return f"{head[:1].upper()}{head[1:]}{rest}."


def _named(found: Sequence[Difference], plural: str) -> list[_Reason]:
    """Return the first differences by name, and the others by number."""
    if len(found) > _NAMED + 1:
        shown = ", ".join(f"`{each.name}`" for each in found[:_NAMED])
        return [_Reason(f"{shown} and {len(found) - _NAMED} more {plural}", is_many=True)]
    return [_Reason(f"`{each.name}`", _against(each)) for each in found]


def _against(found: Difference) -> str:
    return f"{_word(found.a)} against {_word(found.b)}"


def _word(value: Scalar) -> str:
    if value is None:
        return "none"
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _of_data(found: Sequence[Difference]) -> list[_Reason]:
    """Return each table that differs once, with its rows where these differ."""
    tables: dict[str, str] = {}
    for each in found:
        name, _, what = each.name.partition(": ")
        rows = f"{each.a:,} against {each.b:,} rows" if what == "rows" else ""
        tables[name] = tables.get(name) or rows
    return [_Reason(f"the data `{name}`", rows) for name, rows in tables.items()]


def _of_code(found: Sequence[CodeChange]) -> list[_Reason]:
    reasons = []
    for change in found:
        count = changed_lines(change.lines)
        lines = f"{count} line{'' if count == 1 else 's'}"
        where = "code" if change.name == CELL else f"`{change.name.removeprefix('function ')}`"
        reasons.append(_Reason(f"{lines} of {where}", is_many=count != 1))
    return reasons


def _of_packages(found: Sequence[Difference]) -> list[_Reason]:
    """Return what differs of the environment; where a run runs is no reason."""
    return _named([each for each in found if each.name not in ("host", "interpreter")], "packages")
