"""What the index has a table of, and what each table's rows are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar, cast

import msgspec

from jupyter_mlops.domain.endpoints import EndpointRow
from jupyter_mlops.domain.models import ModelRow
from jupyter_mlops.domain.runs import MetricSummary, Number, RunRow
from jupyter_mlops.domain.sweeps import SweepRow
from jupyter_mlops.domain.where import ENDPOINTS as ENDPOINT_FIELDS
from jupyter_mlops.domain.where import MODELS as MODEL_FIELDS
from jupyter_mlops.domain.where import RUNS as RUN_FIELDS
from jupyter_mlops.domain.where import SWEEPS as SWEEP_FIELDS
from jupyter_mlops.domain.where import AnyRow, Fields
from jupyter_mlops.store.endpoints import EndpointFolder
from jupyter_mlops.store.folders import KeptFolder
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.models import ModelFolder
from jupyter_mlops.store.runs import RunFolder
from jupyter_mlops.store.sweeps import SweepFolder

Row = TypeVar("Row", bound=AnyRow)
Row_co = TypeVar("Row_co", bound=AnyRow, covariant=True)


class Decoder(Protocol[Row_co]):
    """What makes a row of its bytes."""

    def decode(self, data: bytes, /) -> Row_co:
        """Return the row."""


@dataclass(frozen=True)
class Noun(Generic[Row]):
    """A noun of the index.

    Attributes:
        table: Its table, and what changes call it: ``runs``.
        fields: What a condition may name.
        row: Decodes a row as it was stored.
        compared: What a condition or an order may look at: a row without what only lists draw.
        place: Where its folders are.
        folder: Reads one of them.
    """

    table: str
    fields: Fields
    row: Decoder[Row]
    compared: type[msgspec.Struct]
    place: Callable[[Home], Path]
    folder: Callable[[Path], KeptFolder[Any, Any, Any, Row]]

    def compare(self) -> Callable[[bytes], Row]:
        """Return what decodes what ``comparable`` made. To a condition it is what a row is."""
        return cast(Callable[[bytes], Row], msgspec.msgpack.Decoder(self.compared).decode)

    def comparable(self, row: Row) -> bytes:
        """Return what of ``row`` is compared."""
        return msgspec.msgpack.encode(msgspec.convert(row, self.compared, from_attributes=True))

    def folder_of(self, home: Home, an_id: str) -> KeptFolder[Any, Any, Any, Row]:
        """Return the folder that has the id, whether it is there or not."""
        return self.folder(self.place(home) / an_id)


class _Last(msgspec.Struct, gc=False):
    last: Number


def _without(row: type[msgspec.Struct], *names: str, **other: Any) -> type[msgspec.Struct]:
    """Return a struct like ``row`` that lacks some fields and has others of another type."""
    fields: list[Any] = []
    for field in msgspec.structs.fields(row):
        if field.name not in names:
            told = {"default": field.default, "default_factory": field.default_factory}
            fields.append((field.name, other.get(field.name, field.type), msgspec.field(**told)))
    return msgspec.defstruct("Compared", fields, gc=False, omit_defaults=True)


RUNS: Noun[RunRow] = Noun(
    "runs",
    RUN_FIELDS,
    msgspec.msgpack.Decoder(RunRow),
    _without(RunRow, "progress", metrics=dict[str, _Last]),
    lambda home: home.runs,
    RunFolder,
)


class _WithoutCurves:
    """Decodes runs without the small curves of their metrics, which are nearly all of a row."""

    def __init__(self) -> None:
        metrics = dict[str, _without(MetricSummary, "recent")]  # type: ignore[misc, valid-type]
        self._light = msgspec.msgpack.Decoder(_without(RunRow, metrics=metrics))

    def decode(self, data: bytes, /) -> RunRow:
        row = RunRow(*msgspec.structs.astuple(self._light.decode(data)))
        row.metrics = {name: MetricSummary(*msgspec.structs.astuple(light)) for name, light in row.metrics.items()}
        return row


RUNS_WITHOUT_CURVES: Noun[RunRow] = replace(RUNS, row=_WithoutCurves())
SWEEPS: Noun[SweepRow] = Noun(
    "sweeps",
    SWEEP_FIELDS,
    msgspec.msgpack.Decoder(SweepRow),
    _without(SweepRow, "front", "recent"),
    lambda home: home.sweeps,
    SweepFolder,
)
MODELS: Noun[ModelRow] = Noun(
    "models",
    MODEL_FIELDS,
    msgspec.msgpack.Decoder(ModelRow),
    _without(ModelRow, "recent"),
    lambda home: home.models,
    ModelFolder,
)
ENDPOINTS: Noun[EndpointRow] = Noun(
    "endpoints",
    ENDPOINT_FIELDS,
    msgspec.msgpack.Decoder(EndpointRow),
    _without(EndpointRow, "recent"),
    lambda home: home.endpoints,
    EndpointFolder,
)
NOUNS: tuple[Noun[Any], ...] = (RUNS, SWEEPS, MODELS, ENDPOINTS)
TABLES = ("runs", "sweeps", "models", "endpoints")
"""The tables of the index's file."""
