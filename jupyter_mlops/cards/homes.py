"""A home in sum: what ``%mlops`` shows."""

from __future__ import annotations

from jupyter_mlops.cards import words
from jupyter_mlops.cards.parts import notes, pairs, subtitle
from jupyter_mlops.cards.style import framed
from jupyter_mlops.cards.terminal import labelled
from jupyter_mlops.cards.text import code, html, one_line
from jupyter_mlops.domain.homes import HomeSummary, Part, Setting
from jupyter_mlops.domain.runs import State
from jupyter_mlops.domain.units import format_count, format_size

_ROWS = 12


def home_html(summary: HomeSummary) -> str:
    """Return a home's place, disk use, runs and settings."""
    tables = (("Disk", _disk(summary)), ("Runs", _runs(summary)), ("Settings", _settings(summary)))
    columns = "".join(f"<div>{subtitle(title)}{pairs(rows, _ROWS)}</div>" for title, rows in tables if rows)
    hint = f"Nothing is deleted by itself: {code('%runs delete --older 30d')} says what it frees, and asks."
    return framed(
        "home",
        f'<div class="j-head"><b>Home</b> <code class="j-cut">{html(summary.path, 300)}</code> '
        f'<span class="j-facts">{html(_slots(summary))}</span></div><div class="j-home">{columns}</div>'
        f'<div class="j-foot"><span class="j-cut">{hint}</span></div>{notes(summary.notes)}',
    )


def home_text(summary: HomeSummary) -> str:
    """Return a home's place, disk use, runs and settings as lines of text."""
    lines = [f"Home  {one_line(summary.path, 300)}", *labelled("slots", [_slots(summary)] if _slots(summary) else [])]
    for label, rows in (("disk", _disk(summary)), ("runs", _runs(summary)), ("settings", _settings(summary))):
        wide = max((len(name) for name, _ in rows), default=0)
        lines += labelled(label, [f"{one_line(name, 40):<{wide}}  {one_line(value, 60)}" for name, value in rows])
    return "\n".join([*lines, *labelled("note", [one_line(note, 300) for note in summary.notes])])


def _slots(summary: HomeSummary) -> str:
    if summary.slots is None:
        return ""
    return f"{summary.taken} of {summary.slots} slots taken"


def _disk(summary: HomeSummary) -> list[tuple[str, str]]:
    rows = [(part.name, _part(part)) for part in summary.parts]
    return rows + ([("free", format_size(summary.free))] if summary.free is not None else [])


def _part(part: Part) -> str:
    return format_size(part.size) + ("" if part.count is None else f" in {format_count(part.count)}")


def _runs(summary: HomeSummary) -> list[tuple[str, str]]:
    rows = [
        (words.STATE_WORDS[state], format_count(summary.states[state])) for state in State if summary.states.get(state)
    ]
    rows += [("Broken", format_count(summary.broken))] if summary.broken else []
    return rows or [("none yet", "")]


def _settings(summary: HomeSummary) -> list[tuple[str, str]]:
    return [(setting.name, _setting(setting)) for setting in summary.settings]


def _setting(setting: Setting) -> str:
    return (setting.shown or _value(setting.value)) + (" (default)" if setting.is_default else "")


def _value(value: object) -> str:
    if value is None:
        return "not set"
    return str(value).lower() if isinstance(value, bool) else str(value)
