"""An endpoint in words: what both the HTML and the text of its card say."""

from __future__ import annotations

from jupyter_mlops.cards import words
from jupyter_mlops.cards.text import one_line
from jupyter_mlops.domain.endpoints import EndpointRow, EndpointSnapshot, RevisionRow
from jupyter_mlops.domain.errors import InvalidName
from jupyter_mlops.domain.names import check_label, variable_for
from jupyter_mlops.domain.runs import State
from jupyter_mlops.domain.units import THIN, format_duration

ENDING = "_endpoint"


def state_word(row: EndpointRow) -> str:
    """Return the word that stands for an endpoint's state on screen."""
    if row.broken:
        return "Broken"
    return "Ready" if row.state is State.RUNNING else words.STATE_WORDS[row.state]


def tone(row: EndpointRow) -> str:
    """Return the name of a state's shape and colour."""
    if row.broken:
        return "broken"
    return "succeeded" if row.state is State.RUNNING else words.STATE_WORDS[row.state].lower()


def handle(snapshot: EndpointSnapshot) -> str:
    """Return the expression by which a notebook reaches the endpoint."""
    try:
        return snapshot.variable or variable_for(check_label(snapshot.row.name), ENDING)
    except InvalidName:
        return f'connect().endpoints.get("{one_line(snapshot.row.id)}")'


def facts(row: EndpointRow, now: float) -> list[str]:
    """Return what stands at the right of a card's head."""
    if row.broken:
        return []
    if row.state is not State.RUNNING or row.started is None:
        return [f"as of {words.clock(now)}"]
    up = format_duration(max(now - row.started, 0.0))
    return [replicas(row), f"up {up}", f"as of {words.clock(now)}"]


def replicas(row: EndpointRow) -> str:
    """Return ``3 replicas``, or how many of them are ready."""
    if row.ready == row.wanted:
        return f"{row.ready} replica{'' if row.ready == 1 else 's'}"
    return f"{row.ready} of {row.wanted} replicas"


def pace(row: EndpointRow) -> list[str]:
    """Return what its requests are like: how many, how fast, how many fail."""
    shown = [f"{rate(row.rate)}/s"] if row.rate else []
    shown += [f"p95 {milliseconds(row.p95)}"] if row.p95 is not None else []
    shown += [f"errors {percent(row.errors)}"] if row.errors else []
    return shown or ["no requests yet" if row.p95 is None else "no requests now"]


def judged(snapshot: EndpointSnapshot) -> str:
    """Return what the last scoreboard says; empty if it is of other traffic than there is now."""
    board, row = snapshot.scoreboard, snapshot.row
    if board is None or (board.stable, board.canary) != (row.stable, row.canary or row.shadow):
        return ""
    return board.sentence


def rate(value: float) -> str:
    """Return requests a second with two digits that count."""
    return f"{value:.0f}" if value >= 10 else f"{value:.2g}"


def milliseconds(value: float | None) -> str:
    """Return a time in milliseconds; empty if there is none."""
    if value is None:
        return ""
    return f"{value:.3g}{THIN}ms" if value < 1000 else f"{value / 1000:.3g}{THIN}s"


def percent(share: float | None) -> str:
    """Return a share in percent; empty if there is none."""
    return "" if share is None else f"{100 * share:.3g}{THIN}%"


def serves(row: RevisionRow) -> str:
    """Return what a revision serves: ``digits v4``."""
    return f"{one_line(row.model, 40)} v{row.version}"


def role(row: RevisionRow) -> str:
    """Return a revision's role with its traffic: ``canary 10 %``."""
    return f"{row.role} {row.percent} %" if row.role in ("stable", "canary") else row.role
