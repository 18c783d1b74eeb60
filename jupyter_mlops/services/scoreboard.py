"""A scoreboard as a notebook holds it, and the held-out pair that it is made from."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from jupyter_mlops import wire
from jupyter_mlops.domain.errors import InvalidInput
from jupyter_mlops.domain.models import VersionSpec
from jupyter_mlops.domain.observed import Scoreboard as Board
from jupyter_mlops.domain.quality import METRICS, Metric, find_metric, usual_metric
from jupyter_mlops.platforms.judging import Pair
from jupyter_mlops.services.predicting import columns_of, plain
from jupyter_mlops.store.files import write_atomic

if TYPE_CHECKING:
    import pandas

MOST_ROWS = 100_000


class Scoreboard:
    """Stable and canary over the same held-out rows. Alone, in a notebook, it is a table.

    Attributes:
        board: All that was measured.
    """

    def __init__(self, board: Board, rows: Callable[[], list[Any]]) -> None:
        self.board = board
        self._rows = rows

    @property
    def sentence(self) -> str:
        """What follows from it."""
        return self.board.sentence

    @property
    def differing(self) -> int:
        """How many rows stable and canary answer differently."""
        return self.board.differing

    def frame(self) -> pandas.DataFrame:
        """Return the measures: one a row, with what stable and canary have, and whether its gate passes."""
        import pandas

        rows = [msgspec.structs.asdict(measure) for measure in self.board.measures]
        names = {
            "stable": f"r{self.board.stable}",
            "canary": f"r{self.board.canary}" if self.board.canary else "canary",
        }
        return pandas.DataFrame(rows).set_index("name").rename(columns=names)

    @property
    def disagreements(self) -> pandas.DataFrame:
        """The held-out rows that the two answer differently, 100 at most: their values, the truth, both answers."""
        import pandas

        rows, found = self._rows(), []
        for each in self.board.differences:
            row = rows[each.row] if each.row < len(rows) else {}
            values = row if isinstance(row, Mapping) else {str(at): value for at, value in enumerate(row)}
            answers = {f"r{self.board.stable}": each.stable, f"r{self.board.canary}": each.canary}
            found.append({**values, "true": each.true, **answers})
        return pandas.DataFrame(found, index=pandas.Index([each.row for each in self.board.differences], name="row"))

    def __repr__(self) -> str:
        from jupyter_mlops.cards.scoreboards import scoreboard_text

        return scoreboard_text(self.board)

    def _repr_html_(self) -> str:
        from jupyter_mlops.cards.scoreboards import scoreboard_html

        return scoreboard_html(self.board)


class HeldOut(msgspec.Struct, frozen=True):
    """Held-out rows, checked, and what is measured of them."""

    pair: Pair
    rows: list[Any]
    truth: list[Any]


def held_out(rows: Any, truth: Any, metric: str, version: VersionSpec | None) -> HeldOut:
    """Return held-out rows as plain JSON, and what is measured of them.

    Args:
        rows: What the model takes.
        truth: What is true, by row.
        metric: How good answers are; accuracy of labels and the mean error of numbers if it is empty.
        version: What is served: whether it answers labels or numbers.

    Raises:
        InvalidInput: they do not fit each other.
        InvalidOption: there is no such metric.
    """
    held, true = rows_of(rows), truth_of(truth)
    if len(held) != len(true):
        raise InvalidInput(f"There are {len(held):,} rows and {len(true):,} true answers; give one for each row.")
    if not held:
        raise InvalidInput("There are no rows to replay.")
    if len(held) > MOST_ROWS:
        raise InvalidInput(f"{len(held):,} rows are too many to be stored; {MOST_ROWS:,} tell as much.")
    classes = version.classes if version is not None else []
    chosen = find_metric(metric) if metric else _usual(true, classes, version)
    return HeldOut(Pair(chosen.name, f"held-out rows, {len(held):,} rows", len(held), classes), held, true)


def _usual(truth: list[Any], classes: list[str], version: VersionSpec | None) -> Metric:
    """Return what is measured where nobody says: a model that answers with fractions is no classifier."""
    outputs = version.signature.outputs if version is not None and version.signature is not None else []
    if not classes and outputs and outputs[0].type.startswith("FP"):
        return METRICS["rmse"]
    return usual_metric(truth, bool(classes))


def store_pair(folder: Path, held: HeldOut) -> None:
    """Store held-out rows with an endpoint."""
    judge = folder / "judge"
    judge.mkdir(mode=0o700, exist_ok=True)
    write_atomic(judge / "rows.json", json.dumps(held.rows).encode())
    write_atomic(judge / "truth.json", json.dumps(held.truth).encode())
    write_atomic(judge / "judge.json", wire.encode_pretty(held.pair))


def rows_of(rows: Any) -> list[Any]:
    """Return rows as JSON has them: an object each for a table, a list each for an array."""
    columns = columns_of(rows, None)
    if len(columns) == 1 and columns[0][0] == "input":
        return [_json(row) for row in columns[0][1].tolist()]
    lists = [[plain(value) for value in array.tolist()] for _, array in columns]
    return [dict(zip((name for name, _ in columns), row, strict=True)) for row in zip(*lists, strict=True)]


def _json(value: Any) -> Any:
    return [_json(each) for each in value] if isinstance(value, list) else plain(value)


def truth_of(truth: Any) -> list[Any]:
    """Return what is true as JSON has it."""
    import numpy

    values = truth.to_numpy() if hasattr(truth, "to_numpy") else numpy.asarray(truth)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    return [_json(value) for value in values.tolist()]
