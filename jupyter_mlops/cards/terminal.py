"""The card of one run as a few aligned lines of text."""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_mlops.cards import failure, hang, words
from jupyter_mlops.cards.charts import spark_text
from jupyter_mlops.cards.metrics import key_names
from jupyter_mlops.cards.text import one_line, plain, shorten
from jupyter_mlops.domain.runs import MetricSummary, RankStatus, RunSnapshot, State
from jupyter_mlops.domain.units import format_metric, format_size

_COLOURS = {
    "waiting": "33",
    "starting": "36",
    "running": "34",
    "succeeded": "32",
    "failed": "31",
    "broken": "31",
    "stopped": "2",
    "pruned": "2",
    "detached": "35",
}
_LABEL = 10
_MOST_METRICS = 4
_LINES_OF_LOG = 3
_LINES_OF_TRACEBACK = 40


def run_text(snapshot: RunSnapshot, now: float, *, colour: bool = False) -> str:
    """Return a run's card as lines of text, at most 100 columns wide where nothing of the cell's own is quoted.

    Args:
        snapshot: The run; terminal sequences in what it holds are taken out.
        now: Seconds since the epoch.
        colour: Whether the word for the state is coloured, and the traceback keeps its colours.
    """
    return "\n".join([_head(snapshot, now, colour), *_body(snapshot, colour)])


def labelled(label: str, lines: Iterable[str]) -> list[str]:
    """Return lines indented under a label."""
    return [f"  {label if place == 0 else '':<{_LABEL}}{line}".rstrip() for place, line in enumerate(lines)]


def _head(snapshot: RunSnapshot, now: float, colour: bool) -> str:
    row = snapshot.row
    word = painted(words.state_word(row, snapshot.detached), words.tone(row, snapshot.detached), colour)
    facts = " · ".join(one_line(fact, 60) for fact in words.facts(snapshot, now))
    name = one_line(row.name, 60)
    return f"{word}  {name}  {words.kind(row)}, {one_line(row.platform, 20)}  {facts}".rstrip()


def painted(word: str, tone: str, colour: bool) -> str:
    """Return a word for a state, in its colour where colours are wanted."""
    return f"\x1b[1;{_COLOURS[tone]}m{word}\x1b[0m" if colour else word


def _body(snapshot: RunSnapshot, colour: bool) -> list[str]:
    row, me = snapshot.row, words.handle(snapshot)
    if row.broken:
        return [
            f"  This run's folder cannot be read: {one_line(row.broken, 300)}",
            f"  %runs delete {one_line(row.id)} removes it",
        ]
    body = _reason(snapshot) + _failure(snapshot, colour) + _metrics(snapshot) + _ranks(snapshot) + _log(snapshot)
    body += labelled("captured", [one_line(snapshot.captured, 90)] if snapshot.captured else [])
    body += labelled("code", [words.origin(snapshot)] if words.origin(snapshot) else [])
    word, why = words.warmth(snapshot)
    body += labelled("start", [f"{word}: {why}"] if word == "cold" else [word] if word else [])
    body += _made(snapshot)
    body += labelled("note", [one_line(note, 300) for note in snapshot.notes[:4]])
    return body + labelled("next", [_next(snapshot, me)])


def _reason(snapshot: RunSnapshot) -> list[str]:
    if not snapshot.row.why or (snapshot.error is not None and snapshot.row.state is State.FAILED):
        return []
    return labelled("why", [one_line(words.said(snapshot.row.why), 300)])


def _failure(snapshot: RunSnapshot, colour: bool) -> list[str]:
    error = snapshot.error
    if error is None or snapshot.row.state is not State.FAILED:
        return []
    said = labelled("error", [f"{one_line(error.type, 80)}: {one_line(error.message, 300)}", failure.where(snapshot)])
    if error.traceback.strip():
        return said + _traceback(error.traceback, colour)
    if not error.line:
        return said
    quoted = [
        f"{'->' if is_failing else '  '} {number:>4} {plain(text.expandtabs(4), 200)}"
        for number, text, is_failing in failure.excerpt(snapshot.code, error.line)
    ]
    return said + labelled("", quoted)


def _traceback(text: str, colour: bool) -> list[str]:
    lines = text.rstrip().splitlines()
    shown = lines[-_LINES_OF_TRACEBACK:]
    rest = ["…"] if len(lines) > len(shown) else []
    return ["", *rest, *(line if colour else plain(line, 300) for line in shown), ""]


def _metrics(snapshot: RunSnapshot) -> list[str]:
    metrics = snapshot.row.metrics
    names = key_names(metrics, _MOST_METRICS)
    wide = max((len(one_line(name, 24)) for name in names), default=0)
    lines = [_metric(name, metrics[name], wide) for name in names]
    more = len(metrics) - len(names)
    return labelled("metrics", lines + ([f"and {more} more: {words.handle(snapshot)}.metrics"] if more > 0 else []))


def _metric(name: str, summary: MetricSummary, wide: int) -> str:
    last = format_metric(float(summary.last))
    return (
        f"{one_line(name, 24):<{wide}}  {last:>8}  {spark_text(summary.recent):<12}  {words.best_words(name, summary)}"
    )


def _ranks(snapshot: RunSnapshot) -> list[str]:
    if not words.has_several(snapshot) and snapshot.row.state is not State.FAILED:
        return []
    by_words: dict[str, list[RankStatus]] = {}
    for rank in snapshot.ranks:
        by_words.setdefault(_rank_words(rank, snapshot), []).append(rank)
    lines = [f"{_names(ranks)}: {_plural(said) if ranks[1:] else said}" for said, ranks in by_words.items()][:8]
    return labelled("ranks", lines + list(filter(None, [words.straggler(snapshot)]))) + _hang(snapshot)


def _names(ranks: list[RankStatus]) -> str:
    return words.rank_name(ranks[0]) if len(ranks) == 1 else words.numbers([rank.rank for rank in ranks])


def _plural(said: str) -> str:
    return f"were {rest}" if (rest := said.removeprefix("was ")) != said else said


def _hang(snapshot: RunSnapshot) -> list[str]:
    hung = snapshot.hung
    if hung is None:
        return []
    places = [hang.place(stack, snapshot) for stack in hung.stacks[:8]]
    return labelled(
        "hang", [hang.said_of(snapshot, hung), *places, f"{words.handle(snapshot)}.stacks() has their stacks"]
    )


def _rank_words(rank: RankStatus, snapshot: RunSnapshot) -> str:
    if words.rank_tone(rank, snapshot) == "stopped":
        return (
            "stopped" if snapshot.row.failed_rank is None else f"stopped, as rank {snapshot.row.failed_rank} had failed"
        )
    if rank.ended is not None:
        again = f", {words.restarted(rank)}" if rank.restarts else ""
        peak = f", at most {format_size(rank.peak)}" if rank.peak and rank.rank == snapshot.row.failed_rank else ""
        return words.exit_words(rank) + peak + again
    return {"waiting": "not started", "starting": "starting"}.get(words.rank_tone(rank, snapshot), "running")


def _log(snapshot: RunSnapshot) -> list[str]:
    if snapshot.row.state is State.SUCCEEDED or (snapshot.error is not None and snapshot.row.state is State.FAILED):
        return []
    # A rule that frames a message, as Open MPI draws it, tells nothing.
    said = [line for line in snapshot.log if line[1].strip(" -=_*")]
    failed = [line for line in said if line[0] == snapshot.row.failed_rank]
    tail = words.last_lines(failed or said, _LINES_OF_LOG)
    return labelled("log", [_log_line(rank, text, words.has_several(snapshot)) for rank, text in tail])


def _log_line(rank: int, text: str, has_gutter: bool) -> str:
    return (f"r{rank} " if has_gutter else "") + plain(text.rstrip().expandtabs(4), 160)


def _made(snapshot: RunSnapshot) -> list[str]:
    if snapshot.row.state is not State.SUCCEEDED:
        return []
    kept, offered = words.restore_lines(snapshot)
    lines = [f'{one_line(name, 40)}: {words.handle(snapshot)}.values["{one_line(name, 40)}"]' for name in kept[:8]]
    if offered:
        names = [one_line(name, 40) for name in offered[:8]]
        lines.append(
            f"{words.joined(names)}: --keep {','.join(names)} brings {'it' if len(names) == 1 else 'them'} back"
        )
    lines += [
        f"{one_line(made.name, 40)} could not be kept: {one_line(made.why, 200)}" for made in snapshot.made if made.why
    ][:4]
    return labelled("made", lines)


def _next(snapshot: RunSnapshot, me: str) -> str:
    rank = snapshot.row.failed_rank
    if snapshot.row.state is State.FAILED and snapshot.install:
        return f"!{one_line(snapshot.install, 300)} installs what is missing"
    if snapshot.row.state is State.FAILED:
        logs = f"logs(rank={rank})" if rank is not None and words.has_several(snapshot) else "logs()"
        return shorten(f"{me}.{logs} reads what it printed, {me}.retry() runs it again", 300)
    if snapshot.row.state is State.STOPPED:
        return f"{me}.retry() runs it again"
    if snapshot.row.state is State.SUCCEEDED:
        return f"{me}.logs() reads what it printed"
    return f"{me}.wait() waits for its end, {me}.stop() ends it"
