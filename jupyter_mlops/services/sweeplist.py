"""Several sweeps, as a list that a notebook shows as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from jupyter_mlops.domain.sweeps import SweepRow
from jupyter_mlops.services.sweep import Sweep


class SweepList(list[Sweep]):
    """Sweeps in the order in which they were asked for.

    Attributes:
        rows: What the index said of each when the list was made; this is what the table shows.
    """

    def __init__(
        self, sweeps: Iterable[Sweep], rows: list[SweepRow], clock: Callable[[], float], where: str = ""
    ) -> None:
        super().__init__(sweeps)
        self.rows = rows
        self._clock = clock
        self._where = where

    def __repr__(self) -> str:
        from jupyter_mlops.cards.sweeptable import sweeps_text

        return sweeps_text(self.rows, self._clock(), self._where)

    def _repr_html_(self) -> str:
        from jupyter_mlops.cards.sweeptable import sweeps_html

        return sweeps_html(self.rows, self._clock(), self._where)

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        # IPython would print a subclass of list element by element, which here is card by card.
        printer.text(repr(self))
