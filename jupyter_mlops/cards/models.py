"""The cards of a version and of a model, as HTML, as text and as MIME bundles; see ``runs``, whose parts they share."""

from __future__ import annotations

from html import escape
from typing import Any

import msgspec

from jupyter_mlops._version import __version__
from jupyter_mlops.cards import modelwords, words
from jupyter_mlops.cards.icons import icon
from jupyter_mlops.cards.modeltable import models_html, models_text
from jupyter_mlops.cards.parts import DOT, dotted, foot_row, notes, pairs, subtitle
from jupyter_mlops.cards.style import framed
from jupyter_mlops.cards.terminal import labelled
from jupyter_mlops.cards.text import code, html, one_line, sentence
from jupyter_mlops.cards.transport import encoded
from jupyter_mlops.domain.models import ModelSnapshot, VersionRow, VersionSnapshot
from jupyter_mlops.domain.units import format_age

__all__ = ["MODEL_MIME_TYPE", "model_mimebundle", "version_html", "version_mimebundle", "version_text"]

MODEL_MIME_TYPE = "application/vnd.jupyter-mlops.model+json"
_METRICS = 6


def version_mimebundle(snapshot: VersionSnapshot, now: float) -> dict[str, Any]:
    """Return a version's card in every form: facts for the live card, HTML, and text."""
    called = modelwords.called(snapshot.row)
    facts = {"id": called, "home": snapshot.home, "version": __version__, "time": round(now, 3)}
    return {
        MODEL_MIME_TYPE: {**facts, "snapshot": _small(snapshot)},
        "text/html": version_html(snapshot, now),
        "text/plain": version_text(snapshot, now),
    }


def model_mimebundle(snapshot: ModelSnapshot, now: float) -> dict[str, Any]:
    """Return what a notebook shows of a model: its versions, as a table."""
    return {"text/html": _versions_html(snapshot, now), "text/plain": _versions_text(snapshot, now)}


def version_html(snapshot: VersionSnapshot, now: float) -> str:
    """Return a version's card as HTML that stands by itself, with no script, fetching nothing.

    Args:
        snapshot: The version; whatever it holds may be hostile.
        now: Seconds since the epoch.
    """
    row = snapshot.row
    label = f"model {row.model}, version {row.version}"
    if row.broken:
        said = f"This version cannot be used: {sentence(words.said(row.broken), 300)}"
        return framed(
            escape(one_line(label, 120)), f'{_head(snapshot, now)}<div class="j-strip"><span>{said}</span></div>'
        )
    columns = f"<div>{_metrics(snapshot)}</div><div>{_origin(snapshot)}</div><div>{_takes(snapshot)}</div>"
    body = f'<div class="j-body j-sweep">{columns}</div>'
    inner = _head(snapshot, now) + body + foot_row(_left(snapshot), _next(snapshot)) + notes(snapshot.spec.notes)
    return framed(escape(one_line(label, 120)), inner)


def version_text(snapshot: VersionSnapshot, now: float) -> str:
    """Return a version's card as a few aligned lines of text."""
    row = snapshot.row
    aliases = " ".join(f"@{one_line(alias, 40)}" for alias in row.aliases)
    head = f"{one_line(row.model, 60)} v{row.version}  {aliases}  {_type(snapshot)}  {_age(row, now)}"
    if row.broken:
        return "\n".join([head, *labelled("why", [one_line(words.said(row.broken), 300)])])
    shown = [f"{one_line(name, 40)} {value}  {change}".rstrip() for name, value, change in _compared(snapshot)]
    lines = labelled("metrics", shown)
    lines += labelled(
        "from", [*[f"{link.kind} {one_line(link.title, 80)}" for link in snapshot.lineage.links if not link.here]][:6]
    )
    lines += labelled("takes", [modelwords.takes(snapshot)])
    lines += labelled("serves", modelwords.served(row.uses)[:4])
    lines += labelled("note", [one_line(note, 300) for note in snapshot.spec.notes[:4]])
    me = modelwords.handle(snapshot)
    return "\n".join(
        [
            head,
            *lines,
            *labelled("next", [f"%deploy {one_line(modelwords.called(row))} serves it, {me}.load() gives it back"]),
        ]
    )


def _small(snapshot: VersionSnapshot) -> Any:
    """Return a snapshot as JSON values, less what a live card reads from the server anyway."""
    cut = msgspec.structs.replace(
        snapshot,
        spec=msgspec.structs.replace(
            snapshot.spec, datasets=[], notes=[note[:1_000] for note in snapshot.spec.notes[:8]]
        ),
        profile=None,
        files=snapshot.files[:20],
        example=[],
        model=None,
        row=msgspec.structs.replace(snapshot.row, note=snapshot.row.note[:1_000]),
    )
    return msgspec.json.decode(encoded(cut))


def _head(snapshot: VersionSnapshot, now: float) -> str:
    row = snapshot.row
    tone = "broken" if row.broken else "succeeded"
    chips = [f"v{row.version}", *(f"@{alias}" for alias in row.aliases[:4])]
    shown = " ".join(f'<span class="j-chip">{html(chip, 30)}</span>' for chip in chips)
    facts = dotted([*modelwords.facts(row), f"{_age(row, now)} old"])
    return (
        f'<div class="j-head"><b class="j-state j-{tone}">{icon(tone)}{"Broken" if row.broken else "Registered"}</b> '
        f'<b class="j-name j-cut">{html(row.model, 60)}</b> {shown} '
        f'<span class="j-muted j-cut">{html(_type(snapshot), 60)}</span>{DOT}<span class="j-facts">{facts}</span></div>'
    )


def _compared(snapshot: VersionSnapshot) -> list[tuple[str, str, str]]:
    return modelwords.metrics(snapshot.row, snapshot.champion, _METRICS)


def _metrics(snapshot: VersionSnapshot) -> str:
    rows = "".join(
        f'<tr class="j-kv-row"><th scope="row">{html(name, 30)}</th><td><b>{value}</b> '
        f'<span class="j-muted j-small">{html(change, 50)}</span></td></tr>'
        for name, value, change in _compared(snapshot)
    )
    nothing = '<p class="j-small j-muted">Its run had reported none.</p>'
    return subtitle("Metrics") + (f'<table class="j-kv">{rows}</table>' if rows else nothing)


def _origin(snapshot: VersionSnapshot) -> str:
    rows = [
        (_KINDS[link.kind], _titled(link.title, link.details, link.gone))
        for link in snapshot.lineage.links
        if not link.here
    ]
    return subtitle("Where it comes from, and where it serves") + (
        pairs(rows, 8) or f'<p class="j-small">{html(modelwords.origin(snapshot.row))}</p>'
    )


_KINDS = {"data": "data", "code": "cell", "run": "run", "sweep": "sweep", "version": "version", "revision": "endpoint"}


def _titled(title: str, details: list[str], gone: bool) -> str:
    return f"{title}{', deleted' if gone else ''}{f' · {details[0]}' if details else ''}"


def _takes(snapshot: VersionSnapshot) -> str:
    spec = snapshot.spec
    profile = (
        f'<p class="j-small j-muted">profile of {html(spec.data, 80)}</p>'
        if spec.data and not spec.data.startswith("none")
        else ""
    )
    return f'{subtitle("Takes and gives")}<p class="j-small">{html(modelwords.takes(snapshot), 300)}</p>{profile}'


def _left(snapshot: VersionSnapshot) -> list[str]:
    return [f"serves {html(use, 60)}" for use in modelwords.served(snapshot.row.uses)[:2]]


def _next(snapshot: VersionSnapshot) -> str:
    called = one_line(modelwords.called(snapshot.row))
    return f"{code(f'%deploy {called}')} serves it, {code(f'{modelwords.handle(snapshot)}.load()')} gives it back"


def _type(snapshot: VersionSnapshot) -> str:
    kind = snapshot.spec.type.rpartition(".")[2]
    return f"{one_line(kind, 40)}, {snapshot.spec.flavor}" if kind else snapshot.spec.flavor


def _age(row: VersionRow, now: float) -> str:
    return format_age(max(now - row.created, 0.0)) if row.created else ""


def _versions_html(snapshot: ModelSnapshot, now: float) -> str:
    if snapshot.row.broken:
        return models_html([snapshot.row], now)
    names = modelwords.key_metrics({name: 0 for row in snapshot.versions for name in row.metrics}, 3)
    titles = ["Version", "Aliases", *names, "From", "Serves", "Age"]
    headings = "".join(f'<th scope="col">{html(title, 30)}</th>' for title in titles)
    body = "".join(
        f"<tr>{''.join(f'<td>{html(cell, 60)}</td>' for cell in _cells(row, names, now))}</tr>"
        for row in snapshot.versions
    )
    table = f'<table class="j-table"><thead><tr>{headings}</tr></thead><tbody>{body}</tbody></table>'
    name = one_line(snapshot.row.name)
    one = code(f'connect().models.version("{name}:{snapshot.row.latest}")')
    caption = f"<span><b>{html(name, 60)}</b></span> <span>{one} is one of them</span>"
    return framed(
        f"model {html(name, 60)}", f'<div class="j-scroll">{table}</div><div class="j-caption">{caption}</div>'
    )


def _versions_text(snapshot: ModelSnapshot, now: float) -> str:
    if snapshot.row.broken:
        return models_text([snapshot.row], now)
    names = modelwords.key_metrics({name: 0 for row in snapshot.versions for name in row.metrics}, 3)
    lines = [
        ["version", "aliases", *names, "from", "serves", "age"],
        *(_cells(row, names, now) for row in snapshot.versions),
    ]
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    shown = ["  ".join(f"{cell:<{wide}}" for cell, wide in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([f"model {one_line(snapshot.row.name, 60)}", *shown])


def _cells(row: VersionRow, names: list[str], now: float) -> list[str]:
    values = {name: value for name, value, _ in modelwords.metrics(row, None, 1_000)}
    return [
        f"v{row.version}",
        " ".join(f"@{one_line(alias, 30)}" for alias in row.aliases),
        *(values.get(name, "") for name in names),
        (row.broken and "cannot be read") or modelwords.origin(row),
        "; ".join(modelwords.served(row.uses)[:2]),
        _age(row, now),
    ]
