"""The index: what lists need of all that is kept, in one SQLite file that can be rebuilt from the folders any time.

The folders are the truth and the index a cache. A row is therefore never edited: it is what the folder says,
read while the index is locked for writing, so that a slow reader cannot put yesterday's row over today's.
"""

from __future__ import annotations

import contextlib
import sqlite3
from typing import Any

import msgspec

from jupyter_mlops.domain.endpoints import EndpointRow
from jupyter_mlops.domain.errors import NotFound
from jupyter_mlops.domain.models import ModelRow
from jupyter_mlops.domain.runs import RunRow
from jupyter_mlops.domain.sweeps import SweepRow
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.indexfile import AnyFolder, IndexFile, begin_anew, fill, folders_of
from jupyter_mlops.store.models import is_behind
from jupyter_mlops.store.nouns import ENDPOINTS, MODELS, NOUNS, RUNS, RUNS_WITHOUT_CURVES, SWEEPS, Noun
from jupyter_mlops.store.rows import Rows


class Changes(msgspec.Struct, frozen=True):
    """What changed since a reader looked last.

    Attributes:
        generation: Which life of the index this is; a rebuild starts another.
        seq: Where the reader is now; pass both the next time.
        changed: Noun (``runs``, ``sweeps``, …) and id of everything that was put or removed, in order.
        is_reset: Whether the generation is a new one: everything may have changed.
    """

    generation: str
    seq: int
    changed: list[tuple[str, str]]
    is_reset: bool = False


class Index(Rows[RunRow]):
    """The index of a home. It speaks of runs; ``sweeps``, ``models`` and ``endpoints`` say the same of theirs.

    ``without_curves`` reads many runs in a fifth of the time, for those who do not draw the small curves of lists.

    Safe to use from several threads, and from many processes at once. A file that is damaged is moved aside and
    rebuilt, whenever that is noticed.

    Raises:
        Unsupported: a newer version made the file.
        Unavailable: it cannot be written, or is locked for longer than ``indexfile.BUSY_SECONDS``.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        super().__init__(IndexFile(home), RUNS)
        self.sweeps: Rows[SweepRow] = Rows(self._file, SWEEPS)
        self.models: Rows[ModelRow] = Rows(self._file, MODELS)
        self.endpoints: Rows[EndpointRow] = Rows(self._file, ENDPOINTS)
        self.without_curves: Rows[RunRow] = Rows(self._file, RUNS_WITHOUT_CURVES)

    def position(self) -> tuple[str, int]:
        """Return the generation and the number of the last change in it, from which ``changes`` goes on."""
        query = "SELECT generation, seq FROM meta"
        generation, seq = self._file.run(lambda connection: connection.execute(query).fetchone())
        return generation, seq

    def changes(self, generation: str = "", seq: int = 0) -> Changes:
        """Return what changed since ``seq`` of ``generation``; with another generation, everything that is there."""
        return self._file.run(lambda connection: _changes(connection, generation, seq))

    def reconcile(self) -> list[str]:
        """Take in what is not indexed, drop what has no folder any more, and return the ids of both."""
        odd = [*self.take_in(), *self.sweeps.take_in(), *self.models.take_in(), *self.endpoints.take_in()]
        # No keeper tells of a model: who registers may be killed before he says so.
        behind = [row.id for row in self.models.list() if is_behind(self._home.models / row.id, row)]
        for name in behind:
            self.models.refresh(name)
        return odd + behind

    def rebuild(self) -> int:
        """Make all rows anew from the folders, in one transaction, under a new generation; return how many."""
        known = {noun.table: folders_of(noun, self._home) for noun in NOUNS}
        # Read once outside the transaction: inside, only what has changed since is read again.
        for folders in known.values():
            for folder in folders:
                with contextlib.suppress(NotFound):
                    folder.row()

        def rebuild(connection: sqlite3.Connection) -> int:
            begin_anew(connection)
            return sum(fill(connection, noun, _all(noun, self._home, known[noun.table])) for noun in NOUNS)

        return self._file.write(rebuild)

    def close(self) -> None:
        """Let go of the file. Idempotent; the next use opens it again."""
        self._file.close()

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def _all(noun: Noun[Any], home: Home, known: list[AnyFolder]) -> list[AnyFolder]:
    """Return all folders that are there now, those that are known as they are."""
    return list(({folder.id: folder for folder in folders_of(noun, home)} | {each.id: each for each in known}).values())


def _changes(connection: sqlite3.Connection, generation: str, seq: int) -> Changes:
    # One snapshot: the number must not be newer than the list.
    connection.execute("BEGIN")
    try:
        now, last = connection.execute("SELECT generation, seq FROM meta").fetchone()
        since = seq if now == generation else 0
        query = "SELECT noun, id FROM changes WHERE seq > ? ORDER BY seq"
        changed = connection.execute(query, (since,)).fetchall()
    finally:
        connection.execute("COMMIT")
    return Changes(generation=now, seq=last, changed=changed, is_reset=now != generation)
