"""The card of one run, as HTML, as text and as a MIME bundle.

A card is static: it offers the line of code where a live one would have a button.
"""

from __future__ import annotations

from html import escape
from typing import Any

from jupyter_mlops._version import __version__
from jupyter_mlops.cards import failure, hang, live, outcome, parts, words
from jupyter_mlops.cards.icons import icon
from jupyter_mlops.cards.style import framed
from jupyter_mlops.cards.terminal import run_text
from jupyter_mlops.cards.text import code, one_line
from jupyter_mlops.cards.transport import small
from jupyter_mlops.domain.runs import RunSnapshot, State

__all__ = ["MIME_TYPE", "run_html", "run_mimebundle", "run_text"]

MIME_TYPE = "application/vnd.jupyter-mlops.run+json"

# The style sheet shows it in JupyterLab, and nowhere else.
_LACKS = (
    '<div class="j-note j-lacks" hidden style="display:none">'
    f"{icon('warning')}<span>This card could be live, with buttons: JupyterLab lacks its extension. "
    f"{code('pip install jupyter-mlops')} where JupyterLab runs, then restart it.</span></div>"
)


def run_html(snapshot: RunSnapshot, now: float, *, is_tall: bool = False, is_first: bool = False) -> str:
    """Return a run's card as HTML that stands by itself.

    It has no script and fetches nothing. It follows JupyterLab's theme, or the system's where there is none, and reads
    as plain text where style sheets and drawings are taken out.

    Args:
        snapshot: The run; whatever it holds may be hostile.
        now: Seconds since the epoch.
        is_tall: Whether the card keeps its height at the end: it replaces one that was tall.
        is_first: Whether it is the first that a kernel shows, which says what JupyterLab lacks where it is shown there.
    """
    label = f"run {snapshot.row.name}: {words.state_word(snapshot.row, snapshot.detached)}"
    return framed(escape(one_line(label, 120)), _card(snapshot, now, is_tall) + (_LACKS if is_first else ""))


def run_mimebundle(
    snapshot: RunSnapshot, now: float, *, is_tall: bool = False, is_first: bool = False
) -> dict[str, Any]:
    """Return a run's card in every form: facts for the live card, HTML, and text. See ``run_html``."""
    facts = {"id": snapshot.row.id, "home": snapshot.home, "version": __version__, "time": round(now, 3)}
    return {
        MIME_TYPE: {**facts, "snapshot": small(snapshot)},
        "text/html": run_html(snapshot, now, is_tall=is_tall, is_first=is_first),
        "text/plain": run_text(snapshot, now),
    }


def _card(snapshot: RunSnapshot, now: float, is_tall: bool) -> str:
    row = snapshot.row
    if row.broken:
        return _strip(snapshot, now, outcome.broken(snapshot), outcome.removal(snapshot))
    if row.state is State.SUCCEEDED:
        return _tall(snapshot, now, live.over(snapshot, outcome.made(snapshot))) if is_tall else _line(snapshot, now)
    if row.state is State.STOPPED and is_tall:
        again = f"again: {parts.do(snapshot, 'retry()')}"
        return _tall(snapshot, now, live.over(snapshot, outcome.why_stopped(snapshot)), again)
    if row.state is State.STOPPED:
        return _strip(snapshot, now, outcome.stopped(snapshot), f"again: {parts.do(snapshot, 'retry()')}")
    if row.state is State.FAILED:
        return _tall(snapshot, now, failure.body(snapshot), below=failure.traceback(snapshot.error))
    if snapshot.detached and not is_tall:
        return _strip(snapshot, now, live.detached(snapshot))
    body = live.waiting(snapshot) if row.state is State.QUEUED else live.body(snapshot)
    right = live.way_back(snapshot) if snapshot.detached else live.way_out(snapshot)
    return _tall(snapshot, now, body, right, below=hang.block(snapshot))


def _tall(snapshot: RunSnapshot, now: float, body: str, right: str = "", below: str = "") -> str:
    """Return the card that keeps its height from waiting to failed."""
    top = parts.head(snapshot, now) + parts.progress(snapshot)
    return top + body + parts.foot(snapshot, right) + below + parts.notes(snapshot.notes)


def _strip(snapshot: RunSnapshot, now: float, said: str, right: str = "") -> str:
    """Return the card of a run that needs no attention: one sentence and its key metric."""
    top = parts.head(snapshot, now) + ("" if snapshot.row.broken else parts.progress(snapshot))
    end = f'<span class="j-muted">{right}</span>' if right else ""
    strip = f'<div class="j-strip"><span>{said}</span>{parts.key_metrics(snapshot, 1)} {end}</div>'
    return top + strip + parts.notes(snapshot.notes)


def _line(snapshot: RunSnapshot, now: float) -> str:
    """Return the card of a run that ended well: state and metrics, what it printed last, then what it left."""
    top = parts.head(snapshot, now, parts.key_metrics(snapshot, 2, has_rest=True))
    return (
        top
        + parts.log_tail(snapshot, 3, paint="j-ends")
        + parts.foot_row(
            [outcome.left_behind(snapshot)],
            " ".join(filter(None, [parts.code_words(snapshot), parts.warmth(snapshot)])),
        )
        + parts.notes(snapshot.notes)
    )
