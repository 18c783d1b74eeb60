"""What a run that is over has left behind, and how it comes back."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_mlops.cards import words
from jupyter_mlops.cards.parts import do
from jupyter_mlops.cards.text import code, html, sentence
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
    back = do(snapshot, f'values["{kept[0].name}"]')
    return f"kept {'; '.join(shown + more)}: {back}"


def _offered(offered: Sequence[Made]) -> str:
    names = [made.name for made in offered[:_MOST_OFFERED]]
    made_names = ", ".join(_name(made) for made in offered[:_MOST_OFFERED])
    return f"made {made_names}: {code('--keep ' + ','.join(names))} brings {'it' if len(names) == 1 else 'them'} back"


def _name(made: Made) -> str:
    return f"<b><code>{html(made.name, 40)}</code></b>"
