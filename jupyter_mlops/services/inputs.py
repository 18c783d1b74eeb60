"""The training input of a model: what is given, or the one captured table of its run that fits the model's features."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from jupyter_mlops.domain.errors import InvalidInput, NotFound, nearest
from jupyter_mlops.services.run import Run

_KINDS = (2, 3, 4)
"""Dimensions of what may be an input: one row of it is a vector, or an image."""


class Input(NamedTuple):
    """What a profile is made from.

    Attributes:
        table: A table or an array; None if there is none.
        words: What it is: ``X_train, 1,437 rows``; if there is none, why.
        like: A table with the same columns where several could be meant: it tells what the model takes, and no profile.
    """

    table: Any
    words: str
    like: Any = None


class Features(NamedTuple):
    """What a model was trained with, as far as it tells.

    Attributes:
        names: Of its columns; empty if it had none.
        number: How many there are; 0 if it does not say.
    """

    names: list[str]
    number: int


def given(data: Any, name: str = "", model: Any = None) -> Input:
    """Return what somebody gave: the columns that the model was trained with, if it says which.

    Raises:
        InvalidInput: it lacks some of them.
    """
    features = features_of(model)
    if features.names and _columns(data) and _columns(data) != features.names:
        lacks = [each for each in features.names if each not in _columns(data)]
        if lacks:
            raise InvalidInput(
                f"{name or 'The data'} has no column {lacks[0]!r}, which the model was trained with"
                f"{nearest(lacks[0], _columns(data)) or '.'}"
            )
        data = _part(data, features)
    return Input(data, _words(name or "the data given", data))


def find(run: Run | None, model: Any, wanted: str = "") -> Input:
    """Return the captured table of a run that a model was trained with.

    Args:
        run: The run that made it; None if none did.
        model: The model.
        wanted: Name of the captured variable; found by the model's features if it is empty.

    Raises:
        NotFound: the run had captured no variable of that name.
        InvalidInput: that variable is no table.
    """
    if run is None:
        return Input(None, "no data was given")
    tables = captured_tables(run)
    if wanted and wanted not in tables:
        has = f"it has {', '.join(tables)}" if tables else "it has none"
        raise NotFound(f"The run {run.id} captured no table {wanted!r} ({has}){nearest(wanted, tables) or '.'}")
    if not tables:
        return Input(None, "its run captured no table")
    features = features_of(model)
    if not (wanted or features.names or features.number):
        return Input(None, "the model does not say which columns it takes")
    values = _restored(run)
    if wanted:
        return given(_checked(values.get(wanted), wanted), wanted, model)
    return _chosen({name: values[name] for name in tables if name in values}, features)


def captured_tables(run: Run) -> list[str]:
    """Return the names of the tables and arrays that travelled with a run's cell; nothing is unpickled."""
    return [item.name for item in run.receipt.items if item.table]


def features_of(model: Any) -> Features:
    """Return what a model was trained with, as far as it tells."""
    named: tuple[Any, ...] = (
        _told(model, "feature_names_in_"),
        _told(model, "feature_names"),
        _called(model, "feature_name"),
    )
    names = next((list(map(str, found)) for found in named if _is_several(found)), [])
    if names and all(name == f"Column_{at}" for at, name in enumerate(names)):
        # What LightGBM calls the columns of an array.
        return Features([], len(names))
    count = _told(model, "n_features_in_") or _called(model, "num_features") or len(names)
    return Features(names, count if isinstance(count, int) else 0)


def _told(model: Any, name: str) -> Any:
    try:
        return getattr(model, name, None)
    except Exception:
        # A property of somebody's class may raise anything; it then does not say.
        return None


def _called(model: Any, method: str) -> Any:
    found = _told(model, method)
    # Only what such a library has: anything else of that name may do anything.
    is_known = type(model).__module__.partition(".")[0] in ("xgboost", "lightgbm")
    return found() if is_known and callable(found) else None


def _is_several(found: Any) -> bool:
    return found is not None and not callable(found) and not isinstance(found, str) and len(found) > 0


def _chosen(tables: Mapping[str, Any], features: Features) -> Input:
    exact = {name: table for name, table in tables.items() if _fits(table, features)}
    if not exact and features.names:
        # A table that holds the target too.
        exact = {name: _part(table, features) for name, table in tables.items() if _holds(table, features)}
    if not exact:
        return Input(None, f"no captured table has the model's {features.number or len(features.names)} columns")
    named = [name for name in exact if "train" in name.lower()]
    if len(exact) > 1 and len(named) != 1:
        like = next(iter(exact.values()))
        return Input(None, f"{' and '.join(exact)} fit the model; say which with --data", like)
    name = named[0] if len(exact) > 1 else next(iter(exact))
    return given(exact[name], name)


def _fits(table: Any, features: Features) -> bool:
    columns = _columns(table)
    if features.names:
        return columns == features.names
    shape: tuple[int, ...] = getattr(table, "shape", ())
    return len(shape) in _KINDS and shape[1] == features.number


def _holds(table: Any, features: Features) -> bool:
    return set(features.names) <= set(_columns(table))


def _part(table: Any, features: Features) -> Any:
    return table[features.names] if hasattr(table, "loc") else table.select(features.names)


def _columns(table: Any) -> list[str]:
    return list(map(str, getattr(table, "columns", ())))


def _checked(table: Any, name: str) -> Any:
    if getattr(table, "shape", None) is None and not isinstance(table, list):
        raise InvalidInput(f"{name} is no table and no array, so nothing can be told from it; give the training input.")
    return table


def _words(name: str, table: Any) -> str:
    rows = len(table) if hasattr(table, "__len__") else 0
    return f"{name}, {rows:,} {'row' if rows == 1 else 'rows'}"


def _restored(run: Run) -> dict[str, Any]:
    """Return what travelled with a run's cell, loaded as a rank loads it."""
    from jupyter_mlops.runtime import values

    namespace: dict[str, Any] = {}
    with _importable(os.path.join(run.path, "bundle", "sources")):
        try:
            values.load(os.path.join(run.path, "bundle"), namespace)
        except values.CannotLoad:
            # What comes before it is there; without the rest there is no profile, which is said.
            return namespace
    return namespace


@contextmanager
def _importable(sources: str) -> Iterator[None]:
    """Let local modules of the cell be found, after all others."""
    sys.path.append(sources)
    try:
        yield
    finally:
        sys.path.remove(sources)
