"""What was seen of a run that was started for a moment."""

from __future__ import annotations

from jupyter_mlops.cards.parts import notes, subtitle
from jupyter_mlops.cards.style import framed
from jupyter_mlops.cards.terminal import labelled
from jupyter_mlops.cards.text import html, one_line, sentence
from jupyter_mlops.domain.explained import FirstLines, Imported, Trial

_LONGEST = 200


def checked_text(trial: Trial) -> str:
    """Return it as lines of text."""
    lines = [f"{'Fine' if trial.is_fine else 'Not fine'}  {one_line(trial.sentence, 300)}"]
    wide = max((len(each.module) for each in trial.imports), default=0)
    lines += labelled("imports", [f"{each.module:<{wide}}  {_import(each)}" for each in trial.imports])
    lines += labelled("captured", [one_line(line, _LONGEST) for line in trial.captured])
    for rank in trial.ranks:
        lines += labelled(f"rank {rank.rank}", [one_line(line, _LONGEST) for line in _lines(rank)])
    lines += labelled("note", [one_line(warning, 300) for warning in trial.warnings])
    lines += labelled("next", [_next(trial)] if _next(trial) else [])
    return "\n".join(lines)


def checked_html(trial: Trial) -> str:
    """Return it as a page."""
    tone = "succeeded" if trial.is_fine else "failed"
    word = "Fine" if trial.is_fine else "Not fine"
    head = (
        f'<div class="j-head"><b class="j-{tone} j-state">{word}</b> '
        f'<span class="j-cut">{sentence(trial.sentence, 300)}</span></div>'
    )
    imports = _table([(each.module, _import(each)) for each in trial.imports])
    parts = [(subtitle("Imports") + imports) if imports else ""]
    parts.append(_block("Captured", "\n".join(one_line(line, _LONGEST) for line in trial.captured)))
    for rank in trial.ranks:
        title = f"rank {rank.rank} \N{MIDDLE DOT} {rank.role}"
        parts.append(_block(title, "\n".join(one_line(line, _LONGEST) for line in _lines(rank))))
    foot = f'<div class="j-foot"><code>{html(_next(trial))}</code></div>' if _next(trial) else ""
    body = "".join(f'<section class="j-pod">{part}</section>' for part in parts if part)
    return framed("what a check has seen", head + body + notes(trial.warnings) + foot)


def _block(title: str, text: str) -> str:
    from html import escape

    return f"{subtitle(html(title))}<pre>{escape(text)}</pre>" if text else ""


def _table(rows: list[tuple[str, str]]) -> str:
    shown = "".join(
        f'<tr class="j-kv-row"><th scope="row">{html(name, 60)}</th><td>{html(value, _LONGEST)}</td></tr>'
        for name, value in rows
    )
    return f'<table class="j-kv">{shown}</table>' if rows else ""


def _import(each: Imported) -> str:
    if each.error:
        return one_line(each.error, _LONGEST)
    return f"{each.version or 'imported'}, {each.seconds:.2f} s" if each.seconds >= 0.01 else each.version or "imported"


def _lines(rank: FirstLines) -> list[str]:
    more = [f"\N{HORIZONTAL ELLIPSIS} {rank.more} more \N{HORIZONTAL ELLIPSIS}"] if rank.more else []
    end = [f"({rank.end.rstrip('.')})"] if rank.end else []
    return [*rank.lines, *more, *rank.last, *end] or ["(nothing)"]


def _next(trial: Trial) -> str:
    return f"%runs show {trial.run}" if trial.run else ""
