"""Lists of frames as ``faulthandler`` writes them: which lines are worth showing, and where the cell is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

_HEAD = re.compile(r"(?:Current thread|Thread) 0x[0-9a-f]+ .*\(most recent call first\):$")
_CURRENT = "Current thread"
_FRAME = re.compile(r'\s*File "(.*)", line (\d+) in ')
_CELL = re.compile(r"Cell(?: \[\d+\])? \(.*\)$")
_OURS = re.compile(r"(?:^|.*/)jupyter_mlops/runtime/[^/]+\.py$")
_NOTHING = "<no Python frame>"
_MOST_THREADS = 20


def cell_line(lines: Iterable[str]) -> int:
    """Return the line of the cell in the first frame that is in it: the most recent call; 0 if none is."""
    return next((int(found[2]) for line in lines if (found := _FRAME.match(line)) and _CELL.match(found[1])), 0)


def is_ours(line: str) -> bool:
    """Say whether a line is a frame that brought the cell where it is, or the text that started its interpreter."""
    found = _FRAME.match(line)
    return found is not None and (found[1] == "<string>" or _OURS.match(found[1]) is not None)


def stacks(text: str) -> tuple[int, str]:
    """Return the line of the cell at which a process is, and what all its threads do, the one in the cell first.

    Args:
        text: What ``faulthandler`` wrote for all threads; 0 and an empty text where it wrote nothing of use.
    """
    threads = [shown for thread in _threads(text.splitlines()) if (shown := _shown(thread))]
    # The system lets the main thread take a signal where it can, so that is the one that says what the cell does.
    threads.sort(key=lambda lines: (not cell_line(lines), not lines[0].startswith(_CURRENT)))
    more = len(threads) - _MOST_THREADS
    blocks = ["\n".join(lines) for lines in threads[:_MOST_THREADS]] + (
        [f"and {more} more threads"] if more > 0 else []
    )
    return (cell_line(threads[0]) if threads else 0), "\n\n".join(blocks)


def _threads(lines: Sequence[str]) -> Iterable[list[str]]:
    number = 0

    def count(line: str) -> int:
        nonlocal number
        number += _HEAD.match(line) is not None
        return number

    for place, group in groupby(lines, count):
        if place:
            yield list(group)


def _shown(thread: Sequence[str]) -> list[str]:
    """Return the lines of a thread that are worth showing; none if it has no frame of others."""
    frames = [line for line in thread[1:] if line.strip() and line.strip() != _NOTHING and not is_ours(line)]
    return [thread[0], *frames] if frames else []
