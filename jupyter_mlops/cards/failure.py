"""The body of a failed run's card: what was raised, where, what became of the ranks, what to do."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from jupyter_mlops.cards import words
from jupyter_mlops.cards.icons import icon
from jupyter_mlops.cards.parts import log_tail
from jupyter_mlops.cards.text import ansi_html, html, one_line, plain, sentence
from jupyter_mlops.domain.runs import CellError, RankStatus, RunSnapshot
from jupyter_mlops.domain.units import format_duration

_AROUND = 2
_LONGEST_TRACEBACK = 12_000


def body(snapshot: RunSnapshot) -> str:
    """Return the body that names exception and line, or the exit where no exception was seen."""
    ends = "".join(f'<li class="j-{tone}">{icon(tone)}<span>{text}</span></li>' for tone, text in happened(snapshot))
    tries = "".join(_line(line, why) for line, why in remedies(snapshot))
    return (
        f'<div class="j-body j-failedbody"><div>{headline(snapshot)}{_evidence(snapshot)}</div>'
        f'<div><p class="j-title"><span class="j-muted">What happened</span></p><ul class="j-list">{ends}</ul>'
        f'<p class="j-title"><span class="j-muted">Try</span></p>{tries}</div></div>'
    )


def headline(snapshot: RunSnapshot) -> str:
    """Return the exception, or the reason, and below it where."""
    error = snapshot.error
    place = f'<p class="j-where">{html(where(snapshot))}</p>'
    if error is None:
        reason = snapshot.row.why or "The run failed, and nobody saw why."
        return f'<p class="j-headline">{sentence(words.said(reason), 300)}</p>{place}'
    whole = escape(one_line(error.message, 1000))
    said = f"<code>{html(error.type, 80)}</code> {html(error.message, 300)}"
    return f'<p class="j-headline" title="{whole}">{said}</p>{place}'


def where(snapshot: RunSnapshot) -> str:
    """Return rank, cell and line of the failure."""
    rank = snapshot.row.failed_rank
    name = "" if rank is None else words.name_of(rank, snapshot.ranks)
    who = name and f"{name} failed" + (" first" if words.has_several(snapshot) else "")
    cell = f"in cell [{snapshot.prompt}]" if snapshot.prompt else ""
    at = failing_line(snapshot)
    line = f"line {at}" if at else ""
    text = ", ".join(part for part in (who, cell, line) if part)
    return text[:1].upper() + text[1:]


def failing_line(snapshot: RunSnapshot) -> int:
    """Return the line of the cell where it failed; 0 if nobody knows."""
    return snapshot.error.line if snapshot.error else snapshot.line


def happened(snapshot: RunSnapshot) -> list[tuple[str, str]]:
    """Return what became of the ranks as (shape, HTML), the one that failed first at the head."""
    first = next((rank for rank in snapshot.ranks if rank.rank == snapshot.row.failed_rank), None)
    others = [rank for rank in snapshot.ranks if rank is not first]
    found = [("failed", _first_words(first, snapshot))] if first is not None else []
    if any(rank.started is not None or rank.ended is not None for rank in snapshot.ranks):
        found += _others(others, first)
    if first is None and snapshot.error is not None and snapshot.row.why:
        found.insert(0, ("failed", sentence(words.said(snapshot.row.why), 200)))
    return found or [("failed", "No rank has started.")]


def _first_words(rank: RankStatus, snapshot: RunSnapshot) -> str:
    raised = "raised the error and " if snapshot.error is not None else ""
    return f"<b>{html(words.rank_name(rank))}</b> {raised}{_end(rank)}"


def _end(rank: RankStatus) -> str:
    return sentence(words.exit_words(rank).rstrip("."), 200) + "."


def _others(ranks: Sequence[RankStatus], first: RankStatus | None) -> list[tuple[str, str]]:
    """Return the ends of the ranks that did not fail first, together where they ended alike."""
    well = [rank.rank for rank in ranks if rank.ended is not None and rank.code == 0]
    badly = [rank for rank in ranks if rank.ended is not None and rank.code != 0]
    unseen = [rank.rank for rank in ranks if rank.ended is None]
    found = []
    if badly and first is not None:
        found.append(("stopped", _stopped_words(badly, first)))
    elif badly:
        found += [("failed", f"<b>{html(words.rank_name(rank))}</b> {_end(rank)}") for rank in badly[:3]]
    if well:
        found.append(("succeeded", f"<b>{words.numbers(well)}</b> had ended well."))
    if unseen:
        found.append(("stopped", f"<b>{words.numbers(unseen)}</b> never started, or the end was not seen."))
    return found


def _stopped_words(ranks: Sequence[RankStatus], first: RankStatus) -> str:
    names = words.numbers([rank.rank for rank in ranks])
    verb, they = ("was", "it") if len(ranks) == 1 else ("were", "they")
    waited = max(rank.ended or 0.0 for rank in ranks) - (first.ended or 0.0)
    later = f" {format_duration(waited)} later" if first.ended is not None and waited > 0.05 else ""
    return f"<b>{names}</b> {verb} stopped{later}: {they} cannot go on without rank {first.rank}."


def remedies(snapshot: RunSnapshot) -> list[tuple[str, str]]:
    """Return lines to paste, each with what it does."""
    me, rank = words.handle(snapshot), snapshot.row.failed_rank
    logs = (
        f"{me}.logs(rank={rank})" if rank is not None and words.has_several(snapshot) else f"{me}.logs()",
        "all it printed",
    )
    if snapshot.install:
        return [(f"!{snapshot.install}", "then run the cell again"), logs]
    return [logs, (f"{me}.retry()", "same code, same data")]


def _line(text: str, why: str) -> str:
    return f'<pre class="j-line">{escape(plain(text))}<span class="j-muted">  # {escape(why)}</span></pre>'


def _evidence(snapshot: RunSnapshot) -> str:
    """Return the cell's own lines around the failure; without an exception, the last lines of the log."""
    error, rank = snapshot.error, snapshot.row.failed_rank
    at = failing_line(snapshot)
    if at and snapshot.code:
        # The rank prints its traceback too: what the card says already is not said twice.
        is_said = error is None or any(error.type in text for _, text in snapshot.log)
        return frame(snapshot.code, at) + ("" if is_said else log_tail(snapshot, 3, rank, "j-after"))
    tail = log_tail(snapshot, 8, rank, "j-frame") or log_tail(snapshot, 8, None, "j-frame")
    return tail or '<p class="j-small j-muted">It printed nothing.</p>'


def excerpt(source: str, line: int) -> list[tuple[int, str, bool]]:
    """Return the lines around one as (number, text, whether it is the one)."""
    lines = source.splitlines()
    first = max(1, min(line - _AROUND, len(lines) - 2 * _AROUND))
    return [
        (number, lines[number - 1], number == line) for number in range(first, min(first + 2 * _AROUND, len(lines)) + 1)
    ]


def frame(source: str, line: int) -> str:
    """Return the lines around a failure with the failing one marked."""
    rows = "".join(_frame_row(number, text, is_failing) for number, text, is_failing in excerpt(source, line))
    return f'<pre class="j-frame">{rows}</pre>'


def _frame_row(number: int, text: str, is_failing: bool) -> str:
    mark, paint = ("▸ ", " j-mark") if is_failing else ("", "")
    # The spaces align the numbers where the style sheet is taken out.
    shown, pad = escape(plain(text.expandtabs(4), 200)), " " * (6 - len(f"{mark}{number}"))
    return f'<span class="j-row{paint}"><span class="j-n">{pad}{mark}{number}</span>  <bdi>{shown}</bdi>\n</span>'


def traceback(error: CellError | None) -> str:
    """Return the whole traceback, folded."""
    if error is None or not error.traceback.strip():
        return ""
    text = error.traceback[-_LONGEST_TRACEBACK:]
    return f"<details><summary>Traceback</summary><pre>{ansi_html(text)}</pre></details>"
