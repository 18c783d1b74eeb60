"""A version as a folder that another server takes as it is."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from jupyter_mlops.domain.errors import Conflict, InvalidOption, Unavailable, nearest
from jupyter_mlops.domain.models import VersionSpec

SELDON = "seldon"
_NAMES = {"sklearn": ("model.pkl", "model.joblib"), "xgboost": ("model.ubj", "model.bst")}
"""What Seldon's prepackaged servers look for, by flavor: as the file is called here, and there."""


def export(spec: VersionSpec, folder: Path, target: Path, server: str = "") -> Path:
    """Write what a server takes to ``target``, and return where it is.

    Args:
        spec: The version.
        folder: Where its files are.
        target: A folder that is not there yet, or is empty.
        server: ``mlflow``, ``sklearn``, ``xgboost``, ``lightgbm``, ``tensorflow``, ``onnx``, ``seldon``; empty is all
            of it.

    Raises:
        InvalidOption: that server does not take this kind of model; those that do are named.
        Conflict: something is there already.
        Unavailable: it cannot be written.
    """
    called = f"{spec.model}:{spec.version}"
    servers = _servers(spec)
    if server and server not in servers:
        those = _listed(sorted(servers))
        hint = nearest(server, servers)
        raise InvalidOption(
            f"{called} is a model of {spec.flavor}, which {server!r} does not take; {those} do{hint or '.'}"
        )
    target = Path(os.path.abspath(target.expanduser()))
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Conflict(f"{target} is there already; nothing was exported. Name a folder that is not.")
    try:
        shutil.copytree(folder / servers[server] if server else folder, target, dirs_exist_ok=True)
        if server == SELDON:
            _rename(target, spec.flavor)
        for path in [target, *target.rglob("*")]:
            # A version's files are read-only; a copy of them is not a version.
            path.chmod(path.stat().st_mode | 0o200)
    except OSError as error:
        raise Unavailable(f"{called} cannot be exported: {error.strerror}: {error.filename or target}.") from error
    return target


def _servers(spec: VersionSpec) -> dict[str, str]:
    """Return what a server wants, below the version's folder; Seldon's is the server of the flavor, else MLflow's."""
    own = spec.folders.get(spec.flavor) or spec.folders.get("mlflow")
    return {**spec.folders, **({SELDON: own} if own and spec.flavor != "onnx" else {})}


def _rename(target: Path, flavor: str) -> None:
    """Call the model's file as Seldon's server does; what stands in it is the same."""
    here, there = _NAMES.get(flavor, ("", ""))
    if here and (target / here).exists():
        (target / here).rename(target / there)


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]])) or "none"
