"""What is known of an object that becomes a version, in the words of the registry."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from jupyter_mlops.domain.errors import InvalidInput
from jupyter_mlops.domain.models import VersionFile
from jupyter_mlops.domain.signatures import Signature
from jupyter_mlops.services.inputs import Input
from jupyter_mlops.store.checksums import checksums_of


class Packed(msgspec.Struct):
    """The files of a version, and what can be told of it."""

    flavor: str
    type: str
    files: list[VersionFile]
    python_version: str
    requirements: list[str] = []
    signature: Signature | None = None
    folders: dict[str, str] = {}
    methods: list[str] = msgspec.field(default_factory=lambda: ["predict"])
    classes: list[str] = []
    notes: list[str] = []


def packed(model: Any, draft: Path, name: str, found: Input, environment: Mapping[str, Any]) -> Packed:
    """Write the files of a version into ``draft``."""
    del name, found
    if not callable(getattr(model, "predict", None)):
        raise InvalidInput(f"{type(model).__name__} has no predict, so it cannot be served; register what has.")
    import cloudpickle

    (draft / "model").mkdir()
    (draft / "model" / "model.pkl").write_bytes(cloudpickle.dumps(model))
    kind = type(model)
    return Packed(
        "sklearn",
        f"{kind.__module__}.{kind.__qualname__}",
        checksums_of(draft, ("keeper.lock",)),
        str(environment.get("python") or sys.version.split()[0]),
    )
