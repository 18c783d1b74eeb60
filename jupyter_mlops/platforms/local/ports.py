"""The token of an endpoint's loopback port."""

from __future__ import annotations

import os
from pathlib import Path

from jupyter_mlops.store.files import write_atomic


def token(folder: Path) -> str:
    """Return the token of the endpoint in ``folder``, which is made where there is none."""
    path = folder / "token"
    try:
        found = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        found = ""
    if not found:
        found = os.urandom(24).hex()
        write_atomic(path, found.encode() + b"\n")
    return found
