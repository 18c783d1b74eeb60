"""All files of a version, and all that can be told of the object that becomes one."""

from __future__ import annotations

import json
import platform
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from jupyter_mlops import wire
from jupyter_mlops.domain.signatures import Signature
from jupyter_mlops.packaging.columns import Columns
from jupyter_mlops.packaging.flavors import classes_of, flavor_of, methods_of, type_of
from jupyter_mlops.packaging.profiling import MOST_COLUMNS, profile_of
from jupyter_mlops.packaging.requirements import requirements_of
from jupyter_mlops.packaging.saving import save
from jupyter_mlops.packaging.signing import signature_of


class Pack(msgspec.Struct):
    """What is told of a version by its object and its training input."""

    flavor: str
    type: str
    python_version: str
    requirements: list[str]
    signature: Signature | None
    folders: dict[str, str]
    methods: list[str]
    classes: list[str]
    notes: list[str]


def pack(
    model: Any,
    folder: Path,
    name: str,
    ask: Callable[[Any, str], Any],
    *,
    table: Any = None,
    source: str = "",
    installed: Mapping[str, str] | None = None,
) -> Pack:
    """Write the files of a version into ``folder``, which is empty but for hidden files, and tell what it is.

    Args:
        model: The object.
        folder: Where.
        name: The model's name.
        ask: Returns what answers for a model of a flavor.
        table: Its training input; None if there is none.
        source: What that is, in words; empty if it only tells which columns there are, and makes no profile.
        installed: Versions by distribution, where the model was trained; of this interpreter if it is empty.

    Raises:
        InvalidInput: the object cannot be served or stored.
        Unsupported: a package is missing.
    """
    flavor = flavor_of(model)
    columns = None if table is None else Columns(table)
    requirements = requirements_of(model, flavor, table, installed or {})
    head = None if columns is None else columns.head()
    trains = getattr(model, "training", None)
    answer = None if head is None else _answer(lambda: ask(model, flavor).predict(head))
    if trains is True:
        # Being asked has told a module of PyTorch that training is over.
        model.train()
    signature = signature_of(model, flavor, columns, answer)
    folders = save(model, flavor, folder, name, requirements=requirements, shown=(head, answer))
    notes = _described(folder, columns, signature, source)
    return Pack(
        flavor,
        type_of(model),
        platform.python_version(),
        requirements,
        signature,
        folders,
        methods_of(model, flavor),
        classes_of(model),
        notes,
    )


def _answer(ask: Callable[[], Any]) -> Any:
    """Return what a model answers to the first rows; None if it does not."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ask()
    except Exception:
        # That it cannot answer is said by the endpoint that serves it.
        return None


def _described(folder: Path, columns: Columns | None, signature: Signature | None, source: str) -> list[str]:
    """Write example and profile, and return sentences about what could not be told."""
    if columns is None:
        return [] if signature is not None else ["What it takes is not known, so requests are not checked."]
    (folder / "example.json").write_text(json.dumps(columns.example()), encoding="utf-8")
    if not source:
        return []
    profile = profile_of(columns, source)
    if profile is not None:
        (folder / "profile.json").write_bytes(wire.encode_pretty(profile))
        return []
    if columns.rows:
        return [f"Its input has no columns, or more than {MOST_COLUMNS:,}, so there is no profile of it."]
    return ["The training input has no rows, so there is no profile of it."]
