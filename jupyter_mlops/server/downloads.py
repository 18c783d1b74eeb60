"""How a file is sent: which part of it, as what, and what says that it is still the same."""

from __future__ import annotations

import os
import re
from email.utils import formatdate
from typing import NamedTuple

# Of what a browser shows by itself only these can hold no script. All else is saved, whatever its name says it is.
SHOWN = {
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
SAVED = "application/octet-stream"

_RANGE = re.compile(r"\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*", re.ASCII)


class Version(NamedTuple):
    """What says that a file is still the same."""

    tag: str
    modified: str


def version(status: os.stat_result) -> Version:
    """Return the version of a file: another one whenever it was written."""
    return Version(f'"{status.st_mtime_ns:x}-{status.st_size:x}"', formatdate(status.st_mtime, usegmt=True))


def content_type(name: str) -> str:
    """Return as what a file is sent; one that is not ``SAVED`` may be shown."""
    return SHOWN.get(os.path.splitext(name)[1].lower(), SAVED)


def part(asked: str, size: int) -> tuple[int, int] | None:
    """Return the first byte that a ``Range`` asks for and the one after the last; None if it is no such range.

    What makes no sense, or are several ranges, is answered with the whole file, as the standard allows.

    Raises:
        ValueError: the file has none of the bytes.
    """
    match = _RANGE.fullmatch(asked)
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        if int(last) == 0 or size == 0:
            raise ValueError(asked)
        return max(0, size - int(last)), size
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise ValueError(asked)
    return int(first), min(size, int(last) + 1) if last else size
