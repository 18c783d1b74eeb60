"""The card of a comparison, as HTML, as text and as a MIME bundle; see ``runs``, whose parts it shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import msgspec

from jupyter_mlops._version import __version__
from jupyter_mlops.cards import comparewords, words
from jupyter_mlops.cards.charts import Series, chart
from jupyter_mlops.cards.comparetext import compare_text
from jupyter_mlops.cards.comparewords import Shown
from jupyter_mlops.cards.diff import differences_body
from jupyter_mlops.cards.icons import icon
from jupyter_mlops.cards.parts import DOT, notes, pairs, subtitle
from jupyter_mlops.cards.style import framed
from jupyter_mlops.cards.text import code, html, one_line
from jupyter_mlops.cards.transport import LARGEST, encoded
from jupyter_mlops.domain.comparison import Compared, ComparedColumn, Comparison
from jupyter_mlops.domain.units import format_age, format_duration, format_metric

__all__ = ["COMPARISON_MIME_TYPE", "Shown", "compare_html", "compare_mimebundle", "compare_text"]

COMPARISON_MIME_TYPE = "application/vnd.jupyter-mlops.comparison+json"

_ROWS = 12
_PARAMETERS = 6
_METRICS = 5
_LINES = 8
_PAINTS = 4
"""How many colours there are; further lines are dashed."""


def compare_html(shown: Shown, now: float) -> str:
    """Return a comparison as HTML that stands by itself, with no script, fetching nothing.

    Args:
        shown: The runs; whatever they hold may be hostile.
        now: Seconds since the epoch.
    """
    comparison = shown.comparison
    label = f"comparison of {comparison.title}: {comparewords.summary(comparison)}"
    body = "" if shown.differences is None else differences_body(shown.differences)
    said = notes([] if shown.differences is None else shown.differences.notes)
    return framed(escape(one_line(label, 160)), _head(comparison) + _table(shown, now) + _figure(shown) + body + said)


def compare_mimebundle(shown: Shown, query: Mapping[str, Any], now: float) -> dict[str, Any]:
    """Return a comparison in every form: what asks for it and what came of it, HTML, and text."""
    facts = {"home": shown.home, "version": __version__, "time": round(now, 3)}
    return {
        COMPARISON_MIME_TYPE: {**facts, "query": dict(query), "comparison": small(shown.comparison)},
        "text/html": compare_html(shown, now),
        "text/plain": compare_text(shown),
    }


def small(comparison: Comparison) -> Any:
    """Return a comparison as JSON values, small enough to be saved in every notebook that shows it."""
    data = b""
    for runs, columns, text in ((100, 40, 200), (40, 24, 100), (16, 12, 60), (6, 8, 30)):
        data = encoded(_cut(comparison, runs, columns, text))
        if len(data) <= LARGEST:
            break
    return msgspec.json.decode(data)


def _cut(comparison: Comparison, most_runs: int, most_columns: int, text: int) -> Comparison:
    """Return the best runs and the columns that tell most."""
    kept = [run for _, run in comparewords.rows(comparison, most_runs)]
    ids = {run.row.id for run in kept}
    facts = [column for column in comparison.columns if column.part == "fact"]
    params = [column for column in comparison.columns if column.part == "parameter"][:most_columns]
    metrics = comparewords.metrics(comparison, most_columns)
    columns = [
        msgspec.structs.replace(column, best=[run_id for run_id in column.best if run_id in ids])
        for column in [*params, *metrics, *facts]
    ]
    runs = [_cut_run(run, params, metrics, text) for run in kept]
    left_out = comparison.left_out + len(comparison.runs) - len(runs)
    return msgspec.structs.replace(
        comparison, runs=runs, columns=columns, left_out=left_out, title=comparison.title[:text]
    )


def _cut_run(run: Compared, params: Sequence[ComparedColumn], metrics: Sequence[ComparedColumn], text: int) -> Compared:
    row = run.row
    values = {column.name: row.params[column.name] for column in params if column.name in row.params}
    return msgspec.structs.replace(
        run,
        row=msgspec.structs.replace(
            row,
            params={name: value[:text] if isinstance(value, str) else value for name, value in values.items()},
            metrics={column.name: row.metrics[column.name] for column in metrics if column.name in row.metrics},
            why=row.why[:text],
            note=row.note[:text],
            broken=row.broken[:text],
            tags=[tag[:text] for tag in row.tags[:8]],
            progress=None,
        ),
        data=dict(list(run.data.items())[:8]),
    )


def _head(comparison: Comparison) -> str:
    said = comparewords.summary(comparison)
    return (
        f'<div class="j-head"><b>Compare</b> <b class="j-name j-cut">{html(comparison.title, 80)}</b>'
        f'{DOT}<span class="j-facts">{html(said, 160)}</span></div>'
    )


def _table(shown: Shown, now: float) -> str:
    comparison = shown.comparison
    params = comparewords.parameters(comparison, _PARAMETERS)
    metrics = comparewords.metrics(comparison, _METRICS)
    rows = comparewords.rows(comparison, _ROWS, shown.differences)
    body = "".join(
        _row(label, run, [*params, *metrics], _paint(place) if run.row.id in shown.curves else "", now)
        for place, (label, run) in enumerate(rows)
    )
    table = f'<table class="j-table j-compared">{_titles(params, metrics)}<tbody>{body}</tbody></table>'
    return f'<div class="j-scroll">{table}</div>{_rest(comparison, len(rows))}'


def _titles(params: Sequence[ComparedColumn], metrics: Sequence[ComparedColumn]) -> str:
    groups = [(len(params), "Parameters"), (len(metrics), "Metrics")]
    spans = "".join(f'<th scope="colgroup" colspan="{size}">{title}</th>' for size, title in groups if size)
    names = "".join(f'<th scope="col" class="r">{html(column.name, 24)}</th>' for column in [*params, *metrics])
    top = f'<tr class="j-groups"><td colspan="2"></td>{spans}<td></td></tr>' if params and metrics else ""
    return (
        f'<thead>{top}<tr><th scope="col">Run</th><th scope="col">State</th>{names}'
        '<th scope="col" class="r">Took</th></tr></thead>'
    )


def _row(label: str, run: Compared, columns: Sequence[ComparedColumn], paint: str, now: float) -> str:
    row = run.row
    tone = words.tone(row)
    age = f'<span class="j-muted j-small">{format_age(max(now - row.created, 0.0))} ago</span>' if row.created else ""
    key = f'<i class="j-key {paint}"></i>' if paint else '<i class="j-key"></i>'
    cells = "".join(_cell(run, column) for column in columns)
    took = format_duration(words.duration(row, now)) if row.started is not None else ""
    name = f'<th scope="row" title="{escape(one_line(row.id, 140))}">{key}{html(label, 50)} {age}</th>'
    state = f'<td><span class="j-state">{icon(tone)}{words.state_word(row)}</span></td>'
    return f'<tr class="j-{tone}">{name}{state}{cells}<td class="r">{took}</td></tr>'


def _cell(run: Compared, column: ComparedColumn) -> str:
    text = html(comparewords.cell(run, column))
    if run.row.id in column.best:
        return f'<td class="r j-bestof">{icon("star", 11)}<span class="j-vh">best: </span><b>{text}</b></td>'
    return f'<td class="r">{text}</td>'


def _rest(comparison: Comparison, rows: int) -> str:
    more = len(comparison.runs) + comparison.left_out - rows
    said = [f"and {words.count(more)} more runs; {code('.table')} has all of them"] if more > 0 else []
    if comparison.metric and comparison.better and len(comparison.runs) > 1:
        way = "most" if comparison.better > 0 else "least"
        said.append(f"best is the {way} of {html(comparison.metric, 40)}")
    shown = "".join(f"<span>{part}</span> " for part in said)
    return f'<div class="j-caption">{shown}</div>' if said else ""


def _figure(shown: Shown) -> str:
    """Return the curves of the best runs over each other, and beside them what all runs share."""
    same = pairs(comparewords.same(shown.comparison), 7)
    side = f"<div>{subtitle('The same in all')}{same}</div>" if same else ""
    rows = comparewords.rows(shown.comparison, _LINES, shown.differences)
    places = {run.row.id: place for place, (_, run) in enumerate(rows)}
    drawn = [(label, run.row.id) for label, run in rows if len(shown.curves.get(run.row.id, ())) > 1]
    if not drawn:
        return f'<div class="j-beside">{side}</div>' if side and shown.differences is None else ""
    series = [
        Series("", shown.curves[run_id], f"j-c{places[run_id] % _PAINTS + 1}", dashed=places[run_id] >= _PAINTS)
        for _, run_id in drawn
    ]
    metric = shown.comparison.metric
    said = "; ".join(f"{label} ends at {format_metric(shown.curves[run_id][-1][1])}" for label, run_id in drawn)
    title = f'{html(metric, 40)} <span class="j-small">by {html(shown.axis, 20)}, colours as above</span>'
    drawing = chart(series, one_line(f"{metric} by {shown.axis}: {said}.", 400), html(shown.axis, 12))
    return f'<div class="j-beside"><div class="j-figure">{subtitle(title)}{drawing}</div>{side}</div>'


def _paint(place: int) -> str:
    if place >= _LINES:
        return ""
    return f"j-c{place % _PAINTS + 1}{' j-dashed' if place >= _PAINTS else ''}"
