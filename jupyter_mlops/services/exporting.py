"""A version as a folder that another server takes as it is."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from jupyter_mlops.domain.errors import Conflict, InvalidOption, Unavailable, nearest
from jupyter_mlops.domain.models import VersionSpec


def export(spec: VersionSpec, folder: Path, target: Path, server: str = "") -> Path:
    """Write what a server takes to ``target``, and return where it is.

    Args:
        spec: The version.
        folder: Where its files are.
        target: A folder that is not there yet, or is empty.
        server: ``mlflow``, ``sklearn``, ``xgboost``, ``lightgbm``, ``tensorflow``, ``onnx``; empty is all of it.

    Raises:
        InvalidOption: that server does not take this kind of model; those that do are named.
        Conflict: something is there already.
        Unavailable: it cannot be written.
    """
    called = f"{spec.model}:{spec.version}"
    if server and server not in spec.folders:
        those = " and ".join(sorted(spec.folders)) or "none"
        hint = nearest(server, spec.folders)
        raise InvalidOption(
            f"{called} is a model of {spec.flavor}, which {server!r} does not take; {those} do{hint or '.'}"
        )
    target = Path(os.path.abspath(target.expanduser()))
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Conflict(f"{target} is there already; nothing was exported. Name a folder that is not.")
    try:
        shutil.copytree(folder / spec.folders[server] if server else folder, target, dirs_exist_ok=True)
        for path in [target, *target.rglob("*")]:
            # A version's files are read-only; a copy of them is not a version.
            path.chmod(path.stat().st_mode | 0o200)
    except OSError as error:
        raise Unavailable(f"{called} cannot be exported: {error.strerror}: {error.filename or target}.") from error
    return target
