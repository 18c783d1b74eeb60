"""What a rank wrote as a signal killed it: Python's own list of frames, of which only the cell's are worth showing."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_mlops.domain.frames import cell_line, is_ours

LINES = 200
"""How far from the end of a log the list is looked for: Python writes at most 100 frames for each thread."""

_HEAD = "Fatal Python error: "


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
    return cell_line(lines[head:]), [*lines[:head], *(line for line in lines[head:] if not is_ours(line))]
