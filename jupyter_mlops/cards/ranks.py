"""The ranks of a run as a small table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from jupyter_mlops.cards import words
from jupyter_mlops.cards.icons import icon
from jupyter_mlops.cards.text import html
from jupyter_mlops.domain.runs import RankStatus, RankUsage, RunSnapshot
from jupyter_mlops.domain.units import THIN, format_size

_MOST = 8
_ODD = 1.6
"""From which ratio on two ranks differ."""
_HEAD = (
    '<colgroup><col style="width:42%"><col style="width:22%"><col style="width:15%"><col style="width:21%"></colgroup>'
    '<thead><tr><th scope="col" colspan="2">Ranks</th><th scope="col" class="r">CPU</th>'
    '<th scope="col" class="r">memory</th></tr></thead>'
)
_WORDS = {
    "failed": "failed",
    "stopped": "stopped",
    "waiting": "not started",
    "starting": "starting",
    "running": "",
    "succeeded": "ended",
}
_MOST_TELLING = list(_WORDS)


def ranks(snapshot: RunSnapshot) -> str:
    """Return state, processor and memory of each rank, or of those that tell most where there are many."""
    known = snapshot.ranks or [RankStatus(rank=rank) for rank in range(min(snapshot.row.workers, _MOST))]
    usage = {used.rank: used for used in snapshot.usage}
    widest = max([100.0, *(used.cpu for used in usage.values() if used.cpu is not None and math.isfinite(used.cpu))])
    shown = known if len(known) <= _MOST else _telling(known, snapshot)
    odd, why = odd_rank(snapshot.usage)
    rows = "".join(_row(rank, usage.get(rank.rank), snapshot, widest, rank.rank == odd) for rank in shown)
    more = max(len(snapshot.ranks), snapshot.row.workers) - len(shown)
    rest = f"and {more} more: <code>{escape(words.handle(snapshot))}.ranks</code>" if more > 0 else ""
    table = f'<table class="j-ranks">{_HEAD}<tbody>{rows}</tbody></table>'
    return table + "".join(f'<p class="j-small j-muted">{text}</p>' for text in (rest, why) if text)


def odd_rank(usage: Sequence[RankUsage]) -> tuple[int | None, str]:
    """Return the rank whose processor time differs most from that of the others, and a sentence; None if none does."""
    known = [(used.rank, used.cpu) for used in usage if used.cpu is not None and math.isfinite(used.cpu)]
    found = [(rank, cpu, _agreed([other for one, other in known if one != rank])) for rank, cpu in known]
    odd = [
        (rank, cpu, others)
        for rank, cpu, others in found
        if others is not None and max(cpu, others) >= 20 and _ratio(cpu, others) > _ODD
    ]
    if not odd:
        return None, ""
    rank, cpu, others = max(odd, key=lambda one: _ratio(*one[1:]))
    mine, theirs = f"{cpu:.0f}{THIN}%", f"{others:.0f}{THIN}%"
    if cpu < others:
        return rank, f"Rank {rank} is at {mine} CPU, the others are at about {theirs}."
    return rank, f"Rank {rank} is at {mine} CPU, the others at about {theirs}: they may wait for it."


def _agreed(values: Sequence[float]) -> float | None:
    """Return the middle of values that differ little; None if they do not, or are less than two."""
    if len(values) < 2 or _ratio(min(values), max(values)) > _ODD:
        return None
    return (min(values) + max(values)) / 2


def _ratio(one: float, other: float) -> float:
    return max(one, other) / max(min(one, other), 1.0)


def _telling(known: Sequence[RankStatus], snapshot: RunSnapshot) -> list[RankStatus]:
    """Return as many ranks as there is room for, in the order of their numbers; trouble comes before good news."""
    by_trouble = sorted(known, key=lambda rank: (_MOST_TELLING.index(words.rank_tone(rank, snapshot)), rank.rank))
    return sorted(by_trouble[: _MOST - 1], key=lambda rank: rank.rank)


def _row(rank: RankStatus, used: RankUsage | None, snapshot: RunSnapshot, widest: float, is_odd: bool) -> str:
    tone = words.rank_tone(rank, snapshot)
    shape = icon("warning" if is_odd else "ring" if tone == "waiting" else tone, 12)
    name = f'{shape} {html(words.rank_name(rank), 24)} <span class="j-muted">{_WORDS[tone]}</span>'
    cpu = used.cpu if used and rank.ended is None and used.cpu is not None and math.isfinite(used.cpu) else None
    memory = used.memory if used and rank.ended is None else (rank.peak or None)
    first = f'<td colspan="2">{name}</td>' if cpu is None else f"<td>{name}</td><td>{_meter(cpu / widest)}</td>"
    numbers = _number("" if cpu is None else f"{cpu:.0f}{THIN}%") + _number(
        "" if memory is None else format_size(memory)
    )
    paint = f"j-{tone} j-odd" if is_odd else f"j-{tone}"
    return f'<tr class="{paint}"{_how_it_ended(rank)}>{first}{numbers}</tr>'


def _number(text: str) -> str:
    return f'<td class="r">{text}</td>'


def _meter(share: float) -> str:
    return f'<span class="j-meter"><i style="width:{100 * min(max(share, 0.0), 1.0):.0f}%"></i></span>'


def _how_it_ended(rank: RankStatus) -> str:
    said = escape(f"{words.rank_name(rank)} {words.exit_words(rank)}")
    return "" if rank.ended is None else f' title="{said}"'
