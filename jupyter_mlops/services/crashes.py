"""What a rank wrote as a signal killed it: Python's own list of frames, of which only the cell's are worth showing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from jupyter_mlops import runtime

LINES = 200
"""How far from the end of a log the list is looked for: Python writes at most 100 frames for each thread."""

_HEAD = "Fatal Python error: "
_FRAME = re.compile(r'\s*File "(.*)", line (\d+) in ')
_CELL = re.compile(r"Cell \[\d*\]")
_OURS = str(Path(runtime.__file__).parent)


def crash(lines: Sequence[str]) -> tuple[int, list[str]]:
    """Return the line of the cell at which a rank was killed, and its log without frames of ours.

    Args:
        lines: The last lines of the log.

    Returns:
        The line, 0 where no list of frames has one; and the lines that are worth showing.
    """
    head = next((at for at, line in enumerate(lines) if line.startswith(_HEAD)), None)
    if head is None:
        return 0, list(lines)
    # The most recent call comes first.
    cell = next((int(found[2]) for line in lines[head:] if (found := _FRAME.match(line)) and _CELL.match(found[1])), 0)
    return cell, [*lines[:head], *(line for line in lines[head:] if not _is_ours(line))]


def _is_ours(line: str) -> bool:
    found = _FRAME.match(line)
    # What starts a rank stands last, without a file.
    return found is not None and (found[1].startswith(_OURS) or found[1] == "<string>")
