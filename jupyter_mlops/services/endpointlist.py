"""Several endpoints, as a list that a notebook shows as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from jupyter_mlops.domain.endpoints import EndpointRow
from jupyter_mlops.services.endpoint import Endpoint


class EndpointList(list[Endpoint]):
    """Endpoints in the order in which they were asked for.

    Attributes:
        rows: What the index said of each when the list was made; this is what the table shows.
    """

    def __init__(
        self, endpoints: Iterable[Endpoint], rows: list[EndpointRow], clock: Callable[[], float], where: str = ""
    ) -> None:
        super().__init__(endpoints)
        self.rows = rows
        self._clock = clock
        self._where = where

    def __repr__(self) -> str:
        from jupyter_mlops.cards.endpointtable import endpoints_text

        return endpoints_text(self.rows, self._clock(), self._where)

    def _repr_html_(self) -> str:
        from jupyter_mlops.cards.endpointtable import endpoints_html

        return endpoints_html(self.rows, self._clock(), self._where)

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        # IPython would print a subclass of list element by element, which here is card by card.
        printer.text(repr(self))
