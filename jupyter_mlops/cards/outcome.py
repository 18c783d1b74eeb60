"""What a run that is over has left behind, and how it comes back."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_mlops.cards import words
from jupyter_mlops.cards.parts import do, pairs, subtitle
from jupyter_mlops.cards.text import code, html, one_line, sentence
from jupyter_mlops.domain.runs import Made, RunSnapshot
from jupyter_mlops.domain.units import format_size

_MOST_KEPT, _MOST_OFFERED = 3, 4


def left_behind(snapshot: RunSnapshot) -> str:
    """Return what the cell made and how it comes back."""
    kept = [made for made in snapshot.made if made.size is not None]
    offered = [made for made in snapshot.made if made.size is None and not made.why]
    refused = [made for made in snapshot.made if made.why]
    said = [_kept(kept, snapshot)] if kept else []
    said += [_offered(offered)] if offered else []
    said += [f"{_name(made)} could not be kept: {sentence(made.why, 120)}" for made in refused[:1]]
    return " · ".join(said) or f"{do(snapshot, 'logs()')} reads what it printed"


def made(snapshot: RunSnapshot) -> str:
    """Return what the cell made, name by name, and how it comes back."""
    kept, offered = words.restore_lines(snapshot)
    rows = [(made.name, f"{one_line(made.type, 24)}, {_how(made)}") for made in snapshot.made]
    lines = [f"{do(snapshot, f'values[{_quoted(kept[0])}]')} brings it back"] if kept else []
    lines += [_offer(offered)] if offered else []
    below = "".join(f'<p class="j-small j-muted j-cut">{line}</p>' for line in lines)
    return subtitle("What it made" if rows else "It left no names behind") + pairs(rows, 4) + below


def why_stopped(snapshot: RunSnapshot) -> str:
    """Return why the run was stopped, as a column."""
    return f'{subtitle("What happened")}<p class="j-small">{stopped(snapshot)}</p>'


def stopped(snapshot: RunSnapshot) -> str:
    """Return why the run was stopped."""
    return sentence(words.said(snapshot.row.why or "Stopped on request; nothing is left running"), 300)


def broken(snapshot: RunSnapshot) -> str:
    """Return why the run cannot be shown."""
    return f"This run's folder cannot be read: {sentence(words.said(snapshot.row.broken), 300)}"


def removal(snapshot: RunSnapshot) -> str:
    """Return the line that removes what cannot be read."""
    return f"{code(f'%runs delete {snapshot.row.id}')} removes it"


def _kept(kept: Sequence[Made], snapshot: RunSnapshot) -> str:
    shown = [f"{_name(made)} {html(made.type, 40)}, {format_size(made.size or 0)}" for made in kept[:_MOST_KEPT]]
    more = [f"{len(kept) - _MOST_KEPT} more"] if len(kept) > _MOST_KEPT else []
    back = do(snapshot, f"values[{_quoted(kept[0].name)}]")
    return f"kept {'; '.join(shown + more)}: {back}"


def _offered(offered: Sequence[Made]) -> str:
    made_names = ", ".join(_name(made) for made in offered[:_MOST_OFFERED])
    return f"made {made_names}: {_offer([made.name for made in offered])}"


def _offer(names: Sequence[str]) -> str:
    names = names[:_MOST_OFFERED]
    return f"{code('--keep ' + ','.join(names))} brings {'it' if len(names) == 1 else 'them'} back"


def _how(made: Made) -> str:
    if made.size is not None:
        return format_size(made.size)
    return "could not be kept" if made.why else "not kept"


def _quoted(name: str) -> str:
    """Return a name as a text of Python."""
    return f'"{name}"'


def _name(made: Made) -> str:
    return f"<b><code>{html(made.name, 40)}</code></b>"
