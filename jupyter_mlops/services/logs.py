"""A rank's log as a terminal would show it: the raw bytes stay on disk, records of ours are hidden."""

from __future__ import annotations

import os
from pathlib import Path

from jupyter_mlops.domain.terminal import fold

TAIL_BYTES = 64 << 10


def read_log(path: Path) -> str:
    """Return all of a log, line by line; empty if there is none yet."""
    try:
        return "\n".join(fold(path.read_bytes()))
    except FileNotFoundError:
        return ""


def read_tail(path: Path, lines: int) -> list[str]:
    """Return the last lines of a log that hold something, read from its end only."""
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(max(0, size - TAIL_BYTES))
            data = file.read()
    except FileNotFoundError:
        return []
    if size > TAIL_BYTES:
        # The first line is cut somewhere, perhaps inside a character.
        data = data.partition(b"\n")[2] or data
    return [line for line in fold(data) if line.strip()][-lines:]
