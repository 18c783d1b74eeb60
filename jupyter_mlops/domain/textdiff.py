"""How two texts of code differ, line by line, and within lines that were changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from jupyter_mlops.domain.comparison import CodeLine

_LARGE = 4_000_000
"""Pairs of lines up to which the shortest difference is looked for; above, lines that occur often are passed over."""
_PAIRS = 1_000
_ALIKE = 0.5
_LONGEST = 1_000
"""Characters of a line within which differences are looked for."""

_TOKENS = re.compile(r"\w+|\s+|.", re.DOTALL)

Spans = list[tuple[int, int]]


class Text(NamedTuple):
    """A text, and what is compared of it.

    Attributes:
        lines: As they are shown.
        compared: Line for line what decides whether two are the same; ``lines`` where nothing is to be overlooked.
        first: The number of the first line.
    """

    lines: Sequence[str]
    compared: Sequence[str]
    first: int = 1

    @classmethod
    def of(cls, text: str, compared: str | None = None, first: int = 1) -> Text:
        """Return the lines of ``text``; blanks at their ends, and empty lines at its end, never differ."""
        shown = [line.rstrip() for line in text.split("\n")]
        while shown and not shown[-1]:
            shown.pop()
        told = shown if compared is None else [line.rstrip() for line in compared.split("\n")]
        return cls(shown, told[: len(shown)], first)


def diff(a: Text, b: Text) -> list[CodeLine]:
    """Return all lines of both, in order; of a block that was changed, those of ``a`` first."""
    lines: list[CodeLine] = []
    for is_same, (a_low, a_high), (b_low, b_high) in _blocks(a.compared, b.compared):
        if is_same:
            pairs = zip(range(a_low, a_high), range(b_low, b_high), strict=True)
            lines += [CodeLine("same", a.lines[at], at + a.first, other + b.first) for at, other in pairs]
        else:
            lines += _changed(a, b, range(a_low, a_high), range(b_low, b_high))
    return lines


def changed_lines(lines: Sequence[CodeLine]) -> int:
    """Return how many lines somebody has changed, added or taken out: a line with its counterpart is one."""
    count = removed = added = 0
    for line in [*lines, CodeLine("same", "")]:
        if line.op == "same":
            count += max(removed, added)
            removed = added = 0
        removed += line.op == "removed"
        added += line.op == "added"
    return count


_Block = tuple[bool, tuple[int, int], tuple[int, int]]


def _blocks(a: Sequence[str], b: Sequence[str]) -> Iterator[_Block]:
    """Yield whether a block is the same, and where it stands in both."""
    head = _common(a, b)
    tail = _common(a[head:][::-1], b[head:][::-1])
    inner_a, inner_b = a[head : len(a) - tail], b[head : len(b) - tail]
    if head:
        yield True, (0, head), (0, head)
    is_large = len(inner_a) * len(inner_b) > _LARGE
    matcher = SequenceMatcher(None, inner_a, inner_b, autojunk=is_large)
    for op, a_low, a_high, b_low, b_high in matcher.get_opcodes():
        yield op == "equal", (head + a_low, head + a_high), (head + b_low, head + b_high)
    if tail:
        yield True, (len(a) - tail, len(a)), (len(b) - tail, len(b))


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    """Return how many lines at the head of both are the same."""
    for at, (one, other) in enumerate(zip(a, b, strict=False)):
        if one != other:
            return at
    return min(len(a), len(b))


def _changed(a: Text, b: Text, removed: range, added: range) -> list[CodeLine]:
    spans_a: dict[int, Spans] = {}
    spans_b: dict[int, Spans] = {}
    for one, other in _pairs(a.lines, b.lines, removed, added):
        spans_a[one], spans_b[other] = _spans(a.lines[one], b.lines[other])
    return [
        *(CodeLine("removed", a.lines[at], a=at + a.first, spans=spans_a.get(at, [])) for at in removed),
        *(CodeLine("added", b.lines[at], b=at + b.first, spans=spans_b.get(at, [])) for at in added),
    ]


def _pairs(a: Sequence[str], b: Sequence[str], removed: range, added: range) -> list[tuple[int, int]]:
    """Return which line became which: the most similar ones, in order; only those that are alike."""
    if len(removed) * len(added) > _PAIRS:
        likeness = {pair: _likeness(a[pair[0]], b[pair[1]]) for pair in zip(removed, added, strict=False)}
        return [pair for pair, like in likeness.items() if like >= _ALIKE]
    # The best sum of likenesses up to each pair, from the end, and the way that leads there.
    best = [[0.0] * (len(added) + 1) for _ in range(len(removed) + 1)]
    like = [[_likeness(a[one], b[other]) for other in added] for one in removed]
    for i in reversed(range(len(removed))):
        for j in reversed(range(len(added))):
            paired = like[i][j] + best[i + 1][j + 1] if like[i][j] >= _ALIKE else 0.0
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    found, i, j = [], 0, 0
    while i < len(removed) and j < len(added):
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            found.append((removed[i], added[j]))
            i, j = i + 1, j + 1
    return found


def _likeness(one: str, other: str) -> float:
    if not one.strip() or not other.strip():
        return 0.0
    matcher = SequenceMatcher(None, _tokens(one.strip()), _tokens(other.strip()), autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= _ALIKE else 0.0


def _spans(one: str, other: str) -> tuple[Spans, Spans]:
    """Return where two lines differ, word by word."""
    a, b = _tokens(one), _tokens(other)
    a_at, b_at = _starts(a), _starts(b)
    spans_a: Spans = []
    spans_b: Spans = []
    for op, a_low, a_high, b_low, b_high in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if op != "equal":
            spans_a += [(a_at[a_low], a_at[a_high])] if a_high > a_low else []
            spans_b += [(b_at[b_low], b_at[b_high])] if b_high > b_low else []
    return spans_a, spans_b


def _tokens(line: str) -> list[str]:
    return _TOKENS.findall(line[:_LONGEST])


def _starts(tokens: Sequence[str]) -> list[int]:
    starts = [0]
    for token in tokens:
        starts.append(starts[-1] + len(token))
    return starts
