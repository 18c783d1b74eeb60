"""Lines of a rank's log that programs read: the record separator, a JSON text, a line feed (RFC 7464).

Each is one write to standard output, so that neither threads nor forked workers can tear it.
"""

from __future__ import annotations

import os
from _json import encode_basestring_ascii as quote
from time import time

RUN_DIR = "JUPYTER_MLOPS_RUN_DIR"
LONGEST = 60_000
"""Bytes of a record; the reader of a log gives up on lines that are much longer."""


def is_rank() -> bool:
    """Say whether this process is a rank of a run, or was started by one."""
    return RUN_DIR in os.environ


def number_of_rank() -> int:
    """Return the number of this rank; 0 outside a run."""
    return int(os.environ.get("JUPYTER_MLOPS_RANK") or os.environ.get("RANK") or 0)


def number_of_attempt() -> int:
    """Return which attempt of its run this is, from 1."""
    return int(os.environ.get("JUPYTER_MLOPS_ATTEMPT") or 1)


def emit(kind: str, content: object) -> None:
    """Write one record; ``content`` is made of dicts, lists, strings, numbers and None."""
    text = f'\x1e{{{quote(kind)}:{encode(content)},"rank":{number_of_rank()},"time":{time():.6f}}}\n'
    os.write(1, text.encode())


def note(sentence: str) -> None:
    """Let the run say ``sentence`` to its user."""
    try:
        emit("note", sentence)
    except OSError:
        # What cannot be said is no reason to end the cell.
        pass


def encode(content: object) -> str:
    """Return ``content`` as JSON. The json module would cost every run 10 ms."""
    if isinstance(content, str):
        return quote(content)
    if isinstance(content, dict):
        return "{" + ",".join([quote(str(key)) + ":" + encode(value) for key, value in content.items()]) + "}"
    if isinstance(content, (list, tuple)):
        return "[" + ",".join([encode(item) for item in content]) + "]"
    if content is None:
        return "null"
    if isinstance(content, bool):
        return "true" if content else "false"
    return repr(content)
