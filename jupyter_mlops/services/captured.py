"""How the values that travelled with two runs differ, told without unpickling one of them."""

from __future__ import annotations

import filecmp
from pathlib import Path

from jupyter_mlops.capture.streams import Told
from jupyter_mlops.domain.comparison import Difference
from jupyter_mlops.domain.datasets import Datasets
from jupyter_mlops.domain.differences import SHORT, difference
from jupyter_mlops.domain.receipts import Item, size_text
from jupyter_mlops.domain.runs import Scalar
from jupyter_mlops.domain.secrets import is_secret_name, is_secret_value
from jupyter_mlops.services.side import DEFINITIONS, Side

_LONGEST = 120
_NAMED = 6
_LARGEST_COMPARED = 64 << 20


class CapturedValues:
    """The values of two runs beside each other, less what is told elsewhere: notebook functions, tables and arrays.

    Attributes:
        differences: Those that are not the same.
        same: How many are.
        unknown: Names of those of which nobody can say.
    """

    def __init__(self, a: Side, b: Side) -> None:
        self.differences: list[Difference] = []
        self.same = 0
        self.unknown: list[str] = []
        self._a, self._b = a, b
        self._are_equal = _are_equal(a.path / "bundle", b.path / "bundle")
        tables = [{one.name for one in (side.datasets or Datasets()).datasets} for side in (a, b)]
        told_elsewhere = (a.definitions.keys() & b.definitions.keys()) | (tables[0] & tables[1])
        for name in dict.fromkeys([*a.values, *b.values]):
            if name not in told_elsewhere:
                self._look_at(name)

    @property
    def notes(self) -> list[str]:
        """Return a sentence about those of which nobody can say."""
        if not self.unknown:
            return []
        names = ", ".join(f"`{name}`" for name in self.unknown[:_NAMED])
        more = len(self.unknown) - _NAMED
        rest = f" and {more} more" if more > 0 else ""
        return [f"Whether {names}{rest} held the same cannot be told; kind and size are the same."]

    def _look_at(self, name: str) -> None:
        item_a, item_b = self._a.values.get(name), self._b.values.get(name)
        if item_a is None or item_b is None:
            # What only one of them defines and calls stands among the changes of code.
            if (item_a or item_b).what in DEFINITIONS:  # type: ignore[union-attr]
                return
            self.differences.append(Difference(name, self._words(self._a, item_a), self._words(self._b, item_b)))
        elif self._are_equal:
            self.same += 1
        else:
            self._compare(name, item_a, item_b)

    def _compare(self, name: str, item_a: Item, item_b: Item) -> None:
        a, b = self._a.told.get(name, Told()), self._b.told.get(name, Told())
        words_a, words_b = self._words(self._a, item_a), self._words(self._b, item_b)
        if a.digest and a.digest == b.digest:
            self.same += 1
        elif words_a != words_b:
            self.differences.append(difference(name, words_a, words_b))
        elif not (a.digest and b.digest and a.is_exact and b.is_exact):
            self.unknown.append(name)
        elif a.is_plain or b.is_plain:
            # A secret, or a text that is the same up to where it is cut off.
            self.differences.append(Difference(name, words_a, "another value of that kind"))
        else:
            one, other = (f"{words_a}, content {told.digest[:SHORT]}" for told in (a, b))
            self.differences.append(Difference(name, one, other))

    def _words(self, side: Side, item: Item | None) -> Scalar:
        """Return a value if it is plain and no secret, else what it is and how large; None if there is none."""
        if item is None:
            return None
        told = side.told.get(item.name, Told())
        if not told.is_plain or _is_secret(item.name, told.value) or self._is_marked(item.name):
            return f"{item.what}, {size_text(item.size)}"
        value = told.value
        return value[: _LONGEST - 1] + "…" if isinstance(value, str) and len(value) > _LONGEST else value

    def _is_marked(self, name: str) -> bool:
        return any(side.receipt is not None and name in side.receipt.secrets for side in (self._a, self._b))


def _is_secret(name: str, value: Scalar) -> bool:
    return isinstance(value, str) and (is_secret_name(name) or is_secret_value(value))


def _are_equal(a: Path, b: Path) -> bool:
    """Say whether the values of two bundles are the same bytes, which those of a retry and of trials are."""
    try:
        one, other = a / "values.pickle", b / "values.pickle"
        is_small = one.stat().st_size <= _LARGEST_COMPARED
        if not one.samefile(other) and not (is_small and filecmp.cmp(one, other, shallow=False)):
            return False
        buffers = [sorted(path.name for path in (bundle / "buffers").glob("*")) for bundle in (a, b)]
        return buffers[0] == buffers[1] and all(
            (a / "buffers" / name).samefile(b / "buffers" / name) for name in buffers[0]
        )
    except OSError:
        return False
