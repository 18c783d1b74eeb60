"""The bodies of a run that is not over: waiting, starting, running, and going on without its cell."""

from __future__ import annotations

from jupyter_mlops.cards import words
from jupyter_mlops.cards.charts import chart
from jupyter_mlops.cards.parts import do, figures, log_tail, pairs, subtitle
from jupyter_mlops.cards.ranks import MOST, ranks
from jupyter_mlops.cards.text import code, sentence
from jupyter_mlops.domain.runs import RunSnapshot, State

_TURN = "It waits for its turn"
_BEGINS = "Its processes start; the first line of the cell has not run yet"
_REPORT = "report(loss=0.2)"
_ROWS_OF_SIDE = 7


def body(snapshot: RunSnapshot) -> str:
    """Return the body while ranks start and run: curves, ranks and the end of the log."""
    side = f'<div class="j-side">{ranks(snapshot)}{_parameters(snapshot)}</div>'
    drawn = figures(snapshot)
    if drawn:
        shape = "j-live" if len(drawn) > 1 else "j-one"
        return f'<div class="j-body {shape}">{"".join(drawn)}{side}{log_tail(snapshot, 3)}</div>'
    if snapshot.row.state is State.STARTING:
        return _starting(snapshot, side)
    return f'<div class="j-body j-none"><div class="j-figure">{_without_curves(snapshot)}</div>{side}</div>'


def over(snapshot: RunSnapshot, beside: str) -> str:
    """Return the body of a run that is over: curves, the end of the log, and ``beside`` them what came of it."""
    side = f'<div class="j-side">{beside}{_parameters(snapshot)}</div>'
    drawn = figures(snapshot)
    if drawn:
        shape = "j-live" if len(drawn) > 1 else "j-one"
        return f'<div class="j-body {shape}">{"".join(drawn)}{side}{log_tail(snapshot, 3)}</div>'
    said = "What it printed last" if snapshot.log else "It printed nothing, and it reported no metric."
    printed = f'<div class="j-figure">{subtitle(said)}{log_tail(snapshot, 12)}</div>'
    return f'<div class="j-body j-none">{printed}{side}</div>'


def waiting(snapshot: RunSnapshot) -> str:
    """Return the body that gives the reason first."""
    asked = words.asked(snapshot) + words.parameters(snapshot.row, 24)
    return (
        f'<div class="j-body j-waits"><div>'
        f'<p class="j-headline">{sentence(words.said(snapshot.row.why or _TURN), 300)}</p>'
        f"<p>It starts by itself, whether this cell waits or not. Interrupt the kernel to go on working.</p>"
        f'<p class="j-last j-small j-muted">{code("%runs")} shows what runs and what waits</p></div>'
        f"<div>{subtitle('Asked for')}{pairs(asked, 8)}</div></div>"
    )


def detached(snapshot: RunSnapshot) -> str:
    """Return how a run goes on whose cell no longer waits, and how it is reached."""
    again = f"{do(snapshot, 'wait()')} shows it live again, {do(snapshot, 'stop()')} ends it."
    if snapshot.row.state is State.QUEUED:
        reason = sentence(words.said(snapshot.row.why or _TURN), 300)
        return f"{reason} It starts by itself, without this cell: {again}"
    return f"The run goes on without this cell, the kernel or the browser: {again}"


def way_out(snapshot: RunSnapshot) -> str:
    """Return what to do while the kernel waits for the run."""
    return f"interrupt the kernel to detach; then {do(snapshot, 'stop()')} ends it"


def way_back(snapshot: RunSnapshot) -> str:
    """Return what to do with a run whose cell no longer waits."""
    return f"goes on without this cell; {do(snapshot, 'wait()')} shows it live again, {do(snapshot, 'stop()')} ends it"


def _starting(snapshot: RunSnapshot, side: str) -> str:
    """Return the body that keeps the charts' places until the first line of the cell has run."""
    tail = log_tail(snapshot, 3)
    shape = "j-live" if tail else "j-live j-starts"
    reason = f"<span>{sentence(words.said(snapshot.row.why or _BEGINS), 110)}</span>"
    return f'<div class="j-body {shape}">{_empty_figure(reason)}{_empty_figure("")}{side}{tail}</div>'


def _empty_figure(title: str) -> str:
    frame = chart([], "No value yet.", "")
    return f'<div class="j-figure"><p class="j-title j-over j-muted">{title}</p>{frame}</div>'


def _without_curves(snapshot: RunSnapshot) -> str:
    hint = f"No metric yet: a printed {code('loss=0.2')} or {code(_REPORT)} of jupyter_mlops draws a curve here."
    return f'<p class="j-title j-muted"><span class="j-cut">{hint}</span></p>{log_tail(snapshot, 12)}'


def _parameters(snapshot: RunSnapshot) -> str:
    """Return the parameters where the table of ranks leaves room for them."""
    rows = words.parameters(snapshot.row, 24)
    room = _ROWS_OF_SIDE - min(max(len(snapshot.ranks), snapshot.row.workers), MOST + 1)
    return f'<div class="j-below">{subtitle("Parameters")}{pairs(rows, room)}</div>' if rows and room > 0 else ""
