"""What an endpoint's processes are started with: programs, arguments and environments."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from jupyter_mlops.platforms.local.keepers import PROGRAM, import_path
from jupyter_mlops.platforms.local.members import MARK, PART

SERVING = Path(__file__).parents[2] / "serving" / "start.py"
_BASICS = ("PATH", "HOME", "USER", "LANG", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "CUDA_VISIBLE_DEVICES")


def serving(python: str, role: str, config: Path) -> list[str]:
    """Return the command of a router or a replica."""
    return [python, str(SERVING), role, str(config)]


def keeper(home: Path, folder: Path) -> list[str]:
    """Return the command that gives the endpoint in ``folder`` a keeper."""
    arguments = [str(folder), str(home), "-1", "-1", "0", "endpoint"]
    return [sys.executable, "-I", "-S", "-c", PROGRAM, *arguments, ":".join(import_path())]


def environment(folder: Path, told: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of an endpoint's process.

    Args:
        folder: The endpoint.
        told: What the revision's spec says; where it says nothing, the keeper's own environment is meant.
    """
    own = {name: value for name, value in os.environ.items() if not told or name in _BASICS}
    found = {name: value for name, value in {**own, **told}.items() if not name.startswith("JUPYTER_MLOPS_RUN")}
    found.pop(PART, None)
    return {**found, MARK: str(folder), "PYTHONUNBUFFERED": "1"}
