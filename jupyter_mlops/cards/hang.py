"""Where the ranks of a run are that seems to hang: calmly, since it may only be slow."""

from __future__ import annotations

from html import escape

from jupyter_mlops.cards import words
from jupyter_mlops.cards.icons import icon
from jupyter_mlops.cards.text import html, one_line, plain
from jupyter_mlops.domain.runs import Hung, RankStack, RunSnapshot
from jupyter_mlops.domain.units import format_duration

_MOST = 8


def block(snapshot: RunSnapshot) -> str:
    """Return for how long nothing has moved, and the stack of each rank, the first unfolded; empty if all goes on."""
    hung = snapshot.hung
    if hung is None:
        return ""
    stacks = "".join(_stack(stack, snapshot, is_first=not place) for place, stack in enumerate(hung.stacks[:_MOST]))
    more = len(hung.stacks) - _MOST
    rest = f'<div class="j-note j-muted">and {more} more ranks</div>' if more > 0 else ""
    is_over = snapshot.row.ended is not None
    rest_of_it = "Where each rank was:" if is_over else "The run goes on. Where each rank is:"
    said = f"<b>{said_of(snapshot, hung)}</b> {rest_of_it}"
    return f'<div class="j-note">{icon("warning")}<span>{said}</span></div>{stacks}{rest}'


def said_of(snapshot: RunSnapshot, hung: Hung) -> str:
    """Return for how long nothing has moved."""
    if snapshot.row.ended is not None:
        seconds = snapshot.row.ended - hung.time + hung.seconds
        return f"All ranks had been silent and idle for {format_duration(seconds)} when it ended."
    return f"All ranks have been silent and idle for {format_duration(hung.seconds)}."


def place(stack: RankStack, snapshot: RunSnapshot) -> str:
    """Return where a rank is, in one line: ``rank 1 (worker 0), line 6: dist.all_reduce(loss)``."""
    name = words.name_of(stack.rank, snapshot.ranks)
    source = snapshot.code.splitlines()[stack.line - 1 : stack.line] if stack.line else []
    where = f"line {stack.line}" if stack.line else "in no line of the cell"
    return f"{name}, {where}" + (f": {one_line(source[0], 100)}" if source else "")


def _stack(stack: RankStack, snapshot: RunSnapshot, *, is_first: bool) -> str:
    shown = "".join(f"{escape(plain(line, 300))}\n" for line in stack.text.rstrip().splitlines()[-60:])
    opened = " open" if is_first else ""
    return f"<details{opened}><summary>{html(place(stack, snapshot), 200)}</summary><pre>{shown}</pre></details>"
