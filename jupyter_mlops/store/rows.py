"""The rows of one table of the index: what lists need of every run, or of every sweep."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Generic

import msgspec

from jupyter_mlops.domain.runs import State
from jupyter_mlops.domain.where import Row, Where
from jupyter_mlops.store.folders import KeptFolder
from jupyter_mlops.store.indexfile import Folder, IndexFile, drop, folder_names, store, store_or_drop
from jupyter_mlops.store.listing import Page, read_page
from jupyter_mlops.store.nouns import Noun

_UNFINISHED = tuple(state.value for state in State if not state.is_finished)
# The class below has a method named ``list``, which hides the type from its annotations.
_Ids = list[str]


class Rows(Generic[Row]):
    """The rows of one noun. Safe to use from several threads, and from many processes at once."""

    def __init__(self, file: IndexFile, noun: Noun[Row]) -> None:
        self._file = file
        self._noun = noun

    def refresh(self, which: str | Folder[Row]) -> Row | None:
        """Let the index say what a folder says now, and return that; None if the folder is gone.

        Args:
            which: An id, or a folder that the caller keeps, which then is read only where it has changed.
        """
        folder = which if isinstance(which, KeptFolder) else self._noun.folder_of(self._file.home, which)
        return self._file.write(lambda connection: store_or_drop(connection, self._noun, folder))

    def update(self, make: Callable[[], Row], *, is_news: bool = False) -> Row:
        """Store the row that ``make`` returns, and return it. ``make`` is called while nobody else can write.

        Args:
            make: Returns the row.
            is_news: Whether readers are told even if the row is the one that they know: its run has printed.
        """
        return self._file.write(lambda connection: store(connection, self._noun, make(), is_news=is_news))

    def put(self, row: Row) -> None:
        """Store a row that nobody else can have a newer one of; otherwise use ``refresh`` or ``update``."""
        self._file.write(lambda connection: store(connection, self._noun, row))

    def remove(self, an_id: str) -> None:
        """Forget what has no folder any more."""
        self._file.write(lambda connection: drop(connection, self._noun, an_id))

    def get(self, an_id: str) -> Row | None:
        """Return the row that has the id, or None."""
        return self._first(f"SELECT row FROM {self._noun.table} WHERE id = ?", an_id)

    def latest(self, name: str) -> Row | None:
        """Return what was submitted last under ``name``, trials apart, or None."""
        condition = "WHERE name = ? AND sweep = '' ORDER BY created DESC, id DESC LIMIT 1"
        return self._first(f"SELECT row FROM {self._noun.table} {condition}", name)

    def page(self, where: Where = Where()) -> Page[Row]:  # noqa: B008 - immutable
        """Return the page that ``where`` describes, with what there is on all pages.

        Raises:
            InvalidOption: a condition or the order names what no row has.
        """
        return self._file.run(lambda connection: read_page(connection, self._noun, where))

    def list(self, where: Where = Where()) -> list[Row]:  # noqa: B008 - immutable
        """Return the rows that ``where`` describes, as ``page`` does."""
        return self.page(where).rows

    def count(self, where: Where = Where()) -> int:  # noqa: B008 - immutable
        """Return how many rows ``where`` describes, its page apart."""
        return self.page(msgspec.structs.replace(where, limit=0, offset=0)).total

    def names(self) -> _Ids:
        """Return all names, the one that was used last first; trials apart."""
        order = "GROUP BY name ORDER BY max(created) DESC, name"
        return self._column(f"SELECT name FROM {self._noun.table} WHERE sweep = '' {order}")

    def unfinished(self) -> _Ids:
        """Return the ids of what has not finished, oldest first."""
        # Asked every two seconds: the unfinished states are few rows of an index, the finished ones the whole table.
        marks = ", ".join("?" * len(_UNFINISHED))
        query = f"SELECT id FROM {self._noun.table} WHERE state IN ({marks}) ORDER BY created, id"
        return self._column(query, *_UNFINISHED)

    def take_in(self) -> _Ids:
        """Index the folders that are not, drop what has no folder any more, and return the ids of both.

        This is what a crash between a folder and its row leaves behind. It looks at names only.
        """
        there = set(folder_names(self._noun.place(self._file.home)))
        odd = sorted(there ^ set(self._column(f"SELECT id FROM {self._noun.table}")))
        for an_id in odd:
            self.refresh(an_id)
        return odd

    def _first(self, query: str, *values: str) -> Row | None:
        found = self._file.run(lambda connection: connection.execute(query, values).fetchone())
        return None if found is None else self._noun.row.decode(found[0])

    def _column(self, query: str, *values: str) -> _Ids:
        def read(connection: sqlite3.Connection) -> _Ids:
            return [row[0] for row in connection.execute(query, values)]

        return self._file.run(read)
