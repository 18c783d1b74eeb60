"""Why a template is not there: a word that it leaves beside its socket for those who come. Standard library only."""

from __future__ import annotations

import os
import time

from jupyter_mlops.runtime.bundle import decode
from jupyter_mlops.runtime.records import encode

IMPORTING = "it was still importing what the cell imports"
_IMPORT_SECONDS = 30.0
_FORGIVE_SECONDS = 600.0
"""What prevented a template may have been repaired after so long."""


def tell(socket: str, why: str, *, for_good: bool = False) -> None:
    """Write down why the template of ``socket`` is not there; ``for_good`` if the next one would not be either."""
    try:
        with open(socket + ".why", "w", encoding="utf-8") as file:
            file.write(encode({"why": why, "good": for_good}))
    except OSError:
        # The folder is gone, and with it whoever could read that.
        pass


def is_coming(socket: str) -> bool:
    """Say whether the template of ``socket`` is just importing, as far as is known."""
    try:
        age = time.time() - os.stat(socket + ".why").st_mtime
    except OSError:
        return False
    return age < _IMPORT_SECONDS and told(socket)[0] == IMPORTING


def told(socket: str) -> tuple[str, bool]:
    """Return why the template of ``socket`` is not there, empty if nothing is known, and whether to do without one."""
    try:
        with open(socket + ".why", encoding="utf-8") as file:
            found = decode(file.read())
        age = time.time() - os.stat(socket + ".why").st_mtime
        return found["why"], found["good"] and age < _FORGIVE_SECONDS
    except (OSError, ValueError, StopIteration):
        return "", False
