"""The ranks of a run as a small table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from jupyter_mlops.cards import words
from jupyter_mlops.cards.icons import icon
from jupyter_mlops.cards.text import html
from jupyter_mlops.domain.runs import RankStatus, RankUsage, RunSnapshot
from jupyter_mlops.domain.units import THIN, format_size

MOST = 4
"""How many ranks are shown."""
_ODD = 1.6
"""From which ratio on two ranks differ."""
_COLUMNS = ("42%", "22%", "15%", "21%")
_PACED_COLUMNS = ("49%", "17%", "14%", "20%")
_WORDS = {
    "failed": "failed",
    "stopped": "stopped",
    "waiting": "not started",
    "starting": "starting",
    "running": "",
    "succeeded": "ended",
}
_MOST_TELLING = list(_WORDS)


class _Scale(NamedTuple):
    """What the numbers of all ranks are held against."""

    widest: float
    """Percent of a core that fill a meter."""
    digits: int | None
    """Decimals of paces; None where no rank has one."""


def ranks(snapshot: RunSnapshot) -> str:
    """Return state, role, pace, processor and memory of each rank, or of those that tell most where there are many."""
    known = snapshot.ranks or [RankStatus(rank=rank, index=rank) for rank in range(min(snapshot.row.workers, MOST))]
    usage = {used.rank: used for used in snapshot.usage}
    scale = _Scale(
        max([100.0, *(used.cpu for used in usage.values() if used.cpu is not None and math.isfinite(used.cpu))]),
        _digits(snapshot.usage),
    )
    odd, why = _standing_out(snapshot)
    shown = known if len(known) <= MOST else _telling(known, snapshot, odd)
    rows = "".join(_row(rank, usage.get(rank.rank), snapshot, scale, rank.rank == odd) for rank in shown)
    more = max(len(snapshot.ranks), snapshot.row.workers) - len(shown)
    rest = f"and {more} more: <code>{escape(words.handle(snapshot))}.ranks</code>" if more > 0 else ""
    table = f'<table class="j-ranks">{_head(scale)}<tbody>{rows}</tbody></table>'
    return table + "".join(f'<p class="j-small j-muted">{text}</p>' for text in (rest, why) if text)


def _head(scale: _Scale) -> str:
    columns = _COLUMNS if scale.digits is None else _PACED_COLUMNS
    sizes = "".join(f'<col style="width:{width}">' for width in columns)
    first = (
        '<th scope="col" colspan="2">Ranks</th>'
        if scale.digits is None
        else '<th scope="col">Ranks</th><th scope="col" class="r">steps/s</th>'
    )
    return (
        f"<colgroup>{sizes}</colgroup><thead><tr>{first}"
        '<th scope="col" class="r">CPU</th><th scope="col" class="r">memory</th></tr></thead>'
    )


def _digits(usage: Sequence[RankUsage]) -> int | None:
    """Return with how many decimals paces stand below each other: as many as the slowest of them needs."""
    known = [used.rate for used in usage if used.rate is not None and math.isfinite(used.rate)]
    if not known:
        return None
    return next((digits for digits, least in enumerate((100.0, 10.0, 0.1)) if min(known) >= least), 3)


def _standing_out(snapshot: RunSnapshot) -> tuple[int | None, str]:
    """Return the rank that holds the others up, or works much less or more than they do, and a sentence."""
    if snapshot.straggler is not None:
        return snapshot.straggler.rank, escape(words.straggler(snapshot))
    return odd_rank(snapshot.usage)


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


def _telling(known: Sequence[RankStatus], snapshot: RunSnapshot, odd: int | None) -> list[RankStatus]:
    """Return as many ranks as there is room for, in the order of their numbers; trouble comes before good news."""

    def trouble(rank: RankStatus) -> tuple[int, int]:
        return -1 if rank.rank == odd else _MOST_TELLING.index(words.rank_tone(rank, snapshot)), rank.rank

    return sorted(sorted(known, key=trouble)[:MOST], key=lambda rank: rank.rank)


def _row(rank: RankStatus, used: RankUsage | None, snapshot: RunSnapshot, scale: _Scale, is_odd: bool) -> str:
    tone = words.rank_tone(rank, snapshot)
    shape = icon("warning" if is_odd else "ring" if tone == "waiting" else tone, 12)
    goes = used if rank.ended is None else None
    cpu = goes.cpu if goes and goes.cpu is not None and math.isfinite(goes.cpu) else None
    memory = goes.memory if goes else (rank.peak or None)
    paint = f"j-{tone} j-odd" if is_odd else f"j-{tone}"
    first = _named(f'{shape} {_name(rank)} <span class="j-muted">{_WORDS[tone]}</span>', goes, cpu, scale)
    numbers = _number("" if cpu is None else f"{cpu:.0f}{THIN}%")
    numbers += _number("" if memory is None else format_size(memory))
    return f'<tr class="{paint}"{_how_it_ended(rank)}>{first}{numbers}</tr>'


def _named(name: str, goes: RankUsage | None, cpu: float | None, scale: _Scale) -> str:
    """Return the first two columns: who, and how fast, or how busy where no rank says how fast it is."""
    if scale.digits is None:
        return (
            f'<td colspan="2">{name}</td>' if cpu is None else f"<td>{name}</td><td>{_meter(cpu / scale.widest)}</td>"
        )
    rate = goes.rate if goes and goes.rate is not None and math.isfinite(goes.rate) else None
    if rate is None:
        return f'<td colspan="2">{name}</td>'
    return f"<td>{name}</td>" + _number(f"{rate:,.{scale.digits}f}".replace(",", THIN))


def _name(rank: RankStatus) -> str:
    role = "" if words.is_plain(rank) else f' <span class="j-muted">{html(words.role_name(rank), 24)}</span>'
    again = f' <span class="j-muted">({words.restarted(rank)})</span>' if rank.restarts else ""
    return f"rank {rank.rank}{role}{again}"


def _number(text: str) -> str:
    return f'<td class="r">{text}</td>'


def _meter(share: float) -> str:
    return f'<span class="j-meter"><i style="width:{100 * min(max(share, 0.0), 1.0):.0f}%"></i></span>'


def _how_it_ended(rank: RankStatus) -> str:
    said = escape(f"{words.rank_name(rank)} {words.exit_words(rank)}")
    return "" if rank.ended is None else f' title="{said}"'
