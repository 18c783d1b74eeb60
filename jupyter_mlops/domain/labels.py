"""What runs that stand beside each other are called: as short as it can be while no two have the same label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from jupyter_mlops.domain.runs import RunRow


def labels(rows: Sequence[RunRow]) -> list[str]:
    """Return a label for each run: ``digits``, ``digits 7f3k`` where the name is another's too, ``digits/3``."""
    found = [""] * len(rows)
    left = list(range(len(rows)))
    for form in _FORMS:
        tried = {at: form(rows[at]) for at in left}
        count = Counter(tried.values())
        for at, label in tried.items():
            found[at] = label
        left = [at for at, label in tried.items() if count[label] > 1]
    return found


def _plain(row: RunRow) -> str:
    return row.name if row.trial is None else f"{row.name}/{row.trial}"


def _with_tail(row: RunRow) -> str:
    """Return the label with the last part of the id; of a trial that is the sweep's, whose number goes before it."""
    tail = row.id.rsplit("-", 1)[-1]
    return f"{_plain(row)} {tail if row.trial is None else tail.partition('t')[0]}"


_FORMS: tuple[Callable[[RunRow], str], ...] = (_plain, _with_tail, lambda row: row.id)
