"""What differs between two runs, as HTML and as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from jupyter_mlops.cards import comparewords as words
from jupyter_mlops.cards.parts import notes, subtitle
from jupyter_mlops.cards.style import framed
from jupyter_mlops.cards.text import html, one_line, plain, sentence
from jupyter_mlops.domain.comparison import CodeChange, CodeLine, Difference, Differences
from jupyter_mlops.domain.labels import labels
from jupyter_mlops.domain.textdiff import changed_lines
from jupyter_mlops.domain.units import format_metric

_AROUND = 2
"""Lines that are the same, shown before and after a change."""

_MOST_LINES = 60
_MOST_CHANGES = 6
_MOST_ROWS = 12
_SIGNS = {"same": " ", "removed": "-", "added": "+"}


def differences_html(found: Differences) -> str:
    """Return what differs as HTML that stands by itself."""
    a, b = labels([found.a, found.b])
    head = (
        f'<div class="j-head"><b>Differences</b> <span class="j-cut">{html(a, 60)} <span class="j-muted">against'
        f"</span> {html(b, 60)}</span></div>"
    )
    return framed("differences", head + differences_body(found) + notes(found.notes))


def differences_body(found: Differences) -> str:
    """Return the likeliest reason, then all that differs: a table, and code beside it."""
    said = f'<div class="j-strip j-reason"><span>{sentence(found.sentence, 400)}</span></div>'
    code = "".join(_change_html(change) for change in found.code[:_MOST_CHANGES])
    more = len(found.code) - _MOST_CHANGES
    code += f'<p class="j-small j-muted">and {more} more files or functions</p>' if more > 0 else ""
    beside = f'<div class="j-code">{code}</div>' if code else ""
    return f'{said}<div class="j-diff{" j-diffs" if code else ""}"><div>{_table(found)}</div>{beside}</div>'


def differences_text(found: Differences) -> str:
    """Return what differs as lines of text."""
    a, b = labels([found.a, found.b])
    lines = [f"{one_line(a, 60)} against {one_line(b, 60)}", one_line(found.sentence, 400).replace("`", "")]
    for title, differences in [*words.groups(found), ("metric", found.metrics)]:
        lines += _rows_text(title, differences)
    same = words.same_words(found)
    lines += [f"  {'same':<12}{same}"] if same else []
    for change in found.code:
        lines += ["", f"  {_title(change)}", *(f"    {line}" for line in _code_text(change))]
    return "\n".join([*lines, *(f"  {'note':<12}{one_line(note, 300)}" for note in found.notes)])


def _table(found: Differences) -> str:
    a, b = labels([found.a, found.b])
    body = "".join(_group_html(title, differences) for title, differences in words.groups(found))
    same = words.same_words(found)
    if same:
        body += (
            f'<tr><th scope="row" class="j-muted">same</th><td colspan="2" class="j-muted">{html(same, 90)}</td></tr>'
        )
    body += "".join(_metric_html(metric) for metric in found.metrics[:_MOST_ROWS])
    heads = "".join(f'<th scope="col">{html(label, 40)}</th>' for label in (a, b))
    return (
        f'<table class="j-table j-whats"><thead><tr><th scope="col">What</th>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _group_html(title: str, differences: Sequence[Difference]) -> str:
    shown = "".join(
        f'<tr><th scope="row">{html(each.name, 40)} <span class="j-muted j-small">{title}</span></th>'
        f'<td class="j-del">{_value(each.a)}</td><td class="j-add">{_value(each.b)}</td></tr>'
        for each in differences[:_MOST_ROWS]
    )
    more = len(differences) - _MOST_ROWS
    return shown + (f'<tr><td colspan="3" class="j-muted">and {more} more</td></tr>' if more > 0 else "")


def _value(value: object) -> str:
    return html(words.scalar(value, 90))


def _metric_html(metric: Difference) -> str:
    change = f' <span class="j-muted">{words.delta(metric.delta)}</span>' if metric.delta else ""
    return (
        f'<tr><th scope="row">{html(metric.name, 40)} <span class="j-muted j-small">metric</span></th>'
        f"<td>{_metric(metric.a)}</td><td>{_metric(metric.b)}{change}</td></tr>"
    )


def _metric(value: object) -> str:
    return format_metric(None if value is None else float(str(value)))


def _change_html(change: CodeChange) -> str:
    rows = "".join(_line_html(line) for line in _shown(change.lines))
    return f'{subtitle(html(_title(change), 80))}<pre class="j-frame">{rows}</pre>'


def _title(change: CodeChange) -> str:
    count = changed_lines(change.lines)
    what = "code of the cell" if change.name == "cell" else change.name
    return f"{one_line(what, 80)}: {count} line{'' if count == 1 else 's'}"


def _line_html(line: CodeLine | None) -> str:
    if line is None:
        return '<span class="j-row j-muted">  ⋯\n</span>'
    paint = {"same": "", "removed": " j-del", "added": " j-add"}[line.op]
    # Padded, so that columns are columns also where the style sheet is taken out.
    numbers = " ".join(f'<span class="j-n">{number or "":>3}</span>' for number in (line.a, line.b))
    sign = _SIGNS[line.op]
    return f'<span class="j-row{paint}">{numbers} {sign} <bdi>{_marked(line)}</bdi>\n</span>'


def _marked(line: CodeLine) -> str:
    """Return the text of a line with what differs in it marked."""
    parts, at = [], 0
    for start, end in line.spans:
        parts += [escape(plain(line.text[at:start])), f"<b>{escape(plain(line.text[start:end]))}</b>"]
        at = end
    return "".join([*parts, escape(plain(line.text[at : at + 400]))])


def _shown(lines: Sequence[CodeLine]) -> Iterator[CodeLine | None]:
    """Yield changes with what is around them, None where lines are passed over."""
    near = {
        other for at, line in enumerate(lines) if line.op != "same" for other in range(at - _AROUND, at + _AROUND + 1)
    }
    last, count = -1, 0
    for at in sorted(each for each in near if 0 <= each < len(lines)):
        if count == _MOST_LINES:
            yield None
            return
        if at > last + 1:
            yield None
        yield lines[at]
        last, count = at, count + 1


def _rows_text(title: str, differences: Sequence[Difference]) -> list[str]:
    wide = max((len(one_line(each.name, 30)) for each in differences), default=0)
    lines = []
    for place, each in enumerate(differences[:_MOST_ROWS]):
        is_metric = title == "metric"
        a, b = (_metric(value) if is_metric else words.scalar(value, 60) for value in (each.a, each.b))
        change = f"  {words.delta(each.delta)}" if each.delta else ""
        lines.append(f"  {title if place == 0 else '':<12}{one_line(each.name, 30):<{wide}}  {a} → {b}{change}")
    more = len(differences) - _MOST_ROWS
    return [*lines, *([f"  {'':<12}and {more} more"] if more > 0 else [])]


def _code_text(change: CodeChange) -> Iterator[str]:
    for line in _shown(change.lines):
        yield "⋯" if line is None else f"{_SIGNS[line.op]} {plain(line.text, 200)}".rstrip()
