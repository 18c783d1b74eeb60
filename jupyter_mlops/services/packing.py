"""What is known of an object that becomes a version, in the words of the registry."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_mlops.domain.models import VersionFile
from jupyter_mlops.packaging.pack import Pack, pack
from jupyter_mlops.services.inputs import Input
from jupyter_mlops.serving.loading import predictor
from jupyter_mlops.store.checksums import checksums_of


class Packed(Pack):
    """What is told of a version, and its files."""

    files: list[VersionFile]


def packed(model: Any, draft: Path, name: str, found: Input, environment: Mapping[str, Any]) -> Packed:
    """Write the files of a version into ``draft``.

    Args:
        model: The object.
        draft: Where.
        name: The model's name.
        found: Its training input.
        environment: Of the run that trained it, as ``environment.json`` has it; empty if none did.

    Raises:
        InvalidInput: the object cannot be served or stored.
        Unsupported: a package is missing.
    """
    installed = environment.get("packages") or {}
    told = pack(model, draft, name, predictor, table=found.table, source=found.words, installed=installed)
    if environment.get("python"):
        told.python_version = str(environment["python"])
    return Packed(**{key: getattr(told, key) for key in told.__struct_fields__}, files=checksums_of(draft, _OURS))


_OURS = ("keeper.lock",)
