"""A snapshot small enough to be saved in every notebook that shows the run."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from jupyter_mlops import wire
from jupyter_mlops.cards.metrics import in_order
from jupyter_mlops.domain.runs import Hung, RunSnapshot

_Point = TypeVar("_Point")

LARGEST = 40_000
"""Bytes of JSON that a snapshot may have."""


def small(snapshot: RunSnapshot) -> Any:
    """Return a snapshot as JSON values, less what a live card reads from the server anyway.

    Numbers that JSON does not have are null. Curves lose points, then what is long loses its middle or its rest.
    """
    for points, metrics, text in ((120, 60, 4_000), (60, 24, 1_500), (30, 8, 400)):
        data = encoded(_cut(snapshot, points, metrics, text))
        if len(data) <= LARGEST:
            break
    return msgspec.json.decode(data)


def encoded(snapshot: Any) -> bytes:
    """Return a snapshot as JSON; what is no text in UTF-8 is replaced."""
    try:
        return wire.encode(snapshot)
    except UnicodeEncodeError:
        # Half of a surrogate pair, which Python's strings may hold and UTF-8 may not.
        return wire.encode(_whole(msgspec.to_builtins(snapshot)))


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_whole(name): _whole(item) for name, item in value.items()}
    return [_whole(item) for item in value] if isinstance(value, list | tuple) else value


def _cut(snapshot: RunSnapshot, points: int, metrics: int, text: int) -> RunSnapshot:
    names = in_order(snapshot.row.metrics)[:metrics]
    row = msgspec.structs.replace(
        snapshot.row,
        why=snapshot.row.why[:text],
        params={
            name: value[:text] if isinstance(value, str) else value
            for name, value in list(snapshot.row.params.items())[:metrics]
        },
        metrics={name[:200]: snapshot.row.metrics[name] for name in names},
        tags=[tag[:100] for tag in snapshot.row.tags[:metrics]],
        note=snapshot.row.note[:text],
        broken=snapshot.row.broken[:text],
    )
    error = snapshot.error and msgspec.structs.replace(
        snapshot.error, message=snapshot.error.message[:text], traceback=snapshot.error.traceback[-text:]
    )
    return msgspec.structs.replace(
        snapshot,
        row=row,
        error=error,
        ranks=snapshot.ranks[: 2 * metrics],
        usage=snapshot.usage[: 2 * metrics],
        hung=snapshot.hung and _short(snapshot.hung, metrics, text),
        made=snapshot.made[:metrics],
        notes=[note[:text] for note in snapshot.notes[-8:]],
        log=[(rank, line[:400]) for rank, line in snapshot.log[-12:]],
        curves={name: _thinned(snapshot.curves[name], points) for name in in_order(snapshot.curves)[:4]},
        bands={name: _thinned(band, points // 2) for name, band in list(snapshot.bands.items())[:2]},
        captured=snapshot.captured[:400],
        code=snapshot.code if len(snapshot.code) <= 2 * text else "",
    )


def _short(hung: Hung, ranks: int, text: int) -> Hung:
    stacks = [msgspec.structs.replace(stack, text=stack.text[: text // 2]) for stack in hung.stacks[: ranks // 4]]
    return msgspec.structs.replace(hung, stacks=stacks)


def _thinned(curve: list[_Point], most: int) -> list[_Point]:
    if len(curve) <= most:
        return curve
    return [curve[round(place * (len(curve) - 1) / (most - 1))] for place in range(most)]
