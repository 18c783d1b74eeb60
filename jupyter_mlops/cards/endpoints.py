"""The card of one endpoint, as HTML, as text and as a MIME bundle; see ``runs``, whose parts it shares."""

from __future__ import annotations

from html import escape
from typing import Any

import msgspec

from jupyter_mlops._version import __version__
from jupyter_mlops.cards import endpointwords, words
from jupyter_mlops.cards.charts import spark
from jupyter_mlops.cards.icons import icon
from jupyter_mlops.cards.parts import DOT, dotted, foot_row, notes, subtitle
from jupyter_mlops.cards.style import framed
from jupyter_mlops.cards.terminal import labelled
from jupyter_mlops.cards.text import code, html, one_line, sentence
from jupyter_mlops.cards.transport import encoded
from jupyter_mlops.domain.endpoints import EndpointSnapshot, RevisionRow
from jupyter_mlops.domain.runs import State

__all__ = ["ENDPOINT_MIME_TYPE", "endpoint_html", "endpoint_mimebundle", "endpoint_text"]

ENDPOINT_MIME_TYPE = "application/vnd.jupyter-mlops.endpoint+json"
_ROLLOUTS = 4
_REVISIONS = 4


def endpoint_mimebundle(snapshot: EndpointSnapshot, now: float) -> dict[str, Any]:
    """Return an endpoint's card in every form: facts for the live card, HTML, and text."""
    facts = {"id": snapshot.row.id, "home": snapshot.home, "version": __version__, "time": round(now, 3)}
    return {
        ENDPOINT_MIME_TYPE: {**facts, "snapshot": _small(snapshot)},
        "text/html": endpoint_html(snapshot, now),
        "text/plain": endpoint_text(snapshot, now),
    }


def endpoint_html(snapshot: EndpointSnapshot, now: float) -> str:
    """Return an endpoint's card as HTML that stands by itself, with no script, fetching nothing.

    Args:
        snapshot: The endpoint; whatever it holds may be hostile.
        now: Seconds since the epoch.
    """
    row = snapshot.row
    label = escape(one_line(f"endpoint {row.name}: {endpointwords.state_word(row)}", 120))
    if row.broken:
        said = f"This endpoint's folder cannot be read: {sentence(words.said(row.broken), 300)}"
        return framed(label, f'{_head(snapshot, now)}<div class="j-strip"><span>{said}</span></div>')
    why = f'<div class="j-strip"><span>{sentence(words.said(row.why), 300)}</span></div>' if row.why else ""
    columns = f"<div>{_traffic(snapshot)}</div><div>{_requests(snapshot)}</div><div>{_rollouts(snapshot)}</div>"
    body = f'<div class="j-body j-sweep">{columns}</div>'
    return framed(
        label, _head(snapshot, now) + why + body + foot_row(_left(snapshot), _next(snapshot)) + notes(snapshot.notes)
    )


def endpoint_text(snapshot: EndpointSnapshot, now: float) -> str:
    """Return an endpoint's card as a few aligned lines of text."""
    row = snapshot.row
    facts = " · ".join(endpointwords.facts(row, now))
    head = f"{endpointwords.state_word(row)}  {one_line(row.name, 60)}  endpoint  {facts}".rstrip()
    if row.broken:
        return "\n".join([head, *labelled("why", [one_line(words.said(row.broken), 300)])])
    lines = labelled("why", [one_line(words.said(row.why), 300)] if row.why else [])
    lines += labelled(
        "traffic",
        [f"r{each.revision} {endpointwords.role(each)}  {endpointwords.serves(each)}" for each in _shown(snapshot)],
    )
    lines += labelled("requests", [", ".join(endpointwords.pace(row))])
    lines += labelled(
        "drift", [one_line(snapshot.drift.sentence, 200)] if snapshot.drift is not None and row.drifting else []
    )
    lines += labelled("judged", [one_line(said, 200)] if (said := endpointwords.judged(snapshot)) else [])
    lines += labelled("note", [one_line(note, 300) for note in snapshot.notes[:4]])
    return "\n".join([head, *lines, *labelled("next", [_plain_next(snapshot)])])


def _small(snapshot: EndpointSnapshot) -> Any:
    """Return a snapshot as JSON values, less what a live card reads from the server anyway."""
    facts = [
        msgspec.structs.replace(fact, spec=msgspec.structs.replace(fact.spec, environment={}, path=[], signature=None))
        for fact in snapshot.revisions[:_REVISIONS]
    ]
    board = snapshot.scoreboard
    cut = msgspec.structs.replace(
        snapshot,
        revisions=facts,
        rollouts=snapshot.rollouts[:20],
        scoreboard=None if board is None else msgspec.structs.replace(board, differences=[]),
        drift=None
        if snapshot.drift is None
        else msgspec.structs.replace(snapshot.drift, columns=snapshot.drift.columns[:8]),
        example=[],
        notes=[note[:1_000] for note in snapshot.notes[:8]],
        row=msgspec.structs.replace(snapshot.row, note=snapshot.row.note[:1_000], why=snapshot.row.why[:2_000]),
    )
    return msgspec.json.decode(encoded(cut))


def _head(snapshot: EndpointSnapshot, now: float) -> str:
    row = snapshot.row
    tone = endpointwords.tone(row)
    chips = '<span class="j-chip">endpoint</span>'
    chips += f' <span class="j-chip">{html(row.model, 30)} v{row.version}</span>' if row.model else ""
    return (
        f'<div class="j-head"><b class="j-state j-{tone}">{icon(tone)}{endpointwords.state_word(row)}</b> '
        f'<b class="j-name j-cut">{html(row.name, 60)}</b> {chips}'
        f'{DOT}<span class="j-facts">{dotted(endpointwords.facts(row, now))}</span></div>'
    )


def _shown(snapshot: EndpointSnapshot) -> list[RevisionRow]:
    return [each for each in snapshot.row.revisions if each.role != "kept"][:_REVISIONS]


def _traffic(snapshot: EndpointSnapshot) -> str:
    rows = "".join(
        f'<tr class="j-kv-row"><th scope="row">r{each.revision} <span class="j-muted">{each.role}</span></th>'
        f"<td><b>{each.percent} %</b> {html(endpointwords.serves(each), 40)}</td></tr>"
        for each in _shown(snapshot)
    )
    nothing = '<p class="j-small j-muted">No revision has traffic.</p>'
    return subtitle("Traffic") + (_bar(snapshot) + f'<table class="j-kv">{rows}</table>' if rows else nothing)


def _bar(snapshot: EndpointSnapshot) -> str:
    row = snapshot.row
    if not row.canary:
        return ""
    said = f"r{row.stable} {100 - row.percent} %, r{row.canary} {row.percent} %"
    return f'<span class="j-meter" role="img" aria-label="{said}"><i style="width:{100 - row.percent}%"></i></span>'


def _requests(snapshot: EndpointSnapshot) -> str:
    row = snapshot.row
    said = "".join(f'<p class="j-small">{html(each, 40)}</p>' for each in endpointwords.pace(row))
    drift = (
        f'<p class="j-small">{icon("warning", 12)} {sentence(snapshot.drift.sentence, 200)}</p>'
        if snapshot.drift is not None and row.drifting
        else ""
    )
    return subtitle("Requests") + spark(row.recent, "j-c1", 120, 24) + said + drift


def _rollouts(snapshot: EndpointSnapshot) -> str:
    said = endpointwords.judged(snapshot)
    judged = f'<p class="j-small">{sentence(said, 200)}</p>' if said else ""
    rows = "".join(
        f'<tr><td class="j-muted" style="width:52px">{words.clock(each.time)[:5]}</td>'
        f"<td>{html(each.text, 80)}</td></tr>"
        for each in snapshot.rollouts[:_ROLLOUTS]
    )
    return f'{subtitle("Rollouts")}{judged}<table class="j-ranks j-trials">{rows}</table>'


def _left(snapshot: EndpointSnapshot) -> list[str]:
    return [code(snapshot.url)] if snapshot.url else []


def _next(snapshot: EndpointSnapshot) -> str:
    me, row = endpointwords.handle(snapshot), snapshot.row
    if row.state.is_finished:
        return f"{code(f'{me}.start()')} brings it up again"
    if row.canary or row.shadow:
        return f"{code(f'{me}.promote()')} or {code(f'{me}.rollback()')}"
    return f"{code(f'{me}.predict(rows)')} asks it, {code(f'{me}.stop()')} takes it down"


def _plain_next(snapshot: EndpointSnapshot) -> str:
    me, row = endpointwords.handle(snapshot), snapshot.row
    if row.state is State.FAILED or row.state is State.STOPPED:
        return f"{me}.start() brings it up again, {me}.logs() reads what it said"
    if row.canary or row.shadow:
        return f"{me}.promote() makes r{row.canary or row.shadow} stable, {me}.rollback() drops it"
    return f"{me}.predict(rows) asks it, {me}.stop() takes it down"
