"""What a run would start: a block for each pod, its command and its variables."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Sequence
from itertools import groupby

from jupyter_mlops.cards.style import framed
from jupyter_mlops.cards.text import html, one_line
from jupyter_mlops.domain.explained import RankPlan

_OURS = "JUPYTER_MLOPS_"
_PORTS = "Ports are examples: each pod gets a free one when it starts."
_LONGEST = 400


def explained_text(plans: Sequence[RankPlan], title: str) -> str:
    """Return the plans as lines of text."""
    lines = [f"{one_line(title, 100)}; nothing is started."]
    for pod in _by_pod(plans):
        theirs, ours = _variables(pod)
        lines += ["", f"  {_called(pod)}", f"    $ {_command(pod[0].argv)}"]
        wide = max(len(name) for name, _ in theirs + ours)
        lines += [f"    {name:<{wide}}  {value}".rstrip() for name, value in theirs] or [f"    {_nothing(pod[0])}"]
        lines += [f"    {name:<{wide}}  {value}".rstrip() for name, value in ours]
    return "\n".join([*lines, "", f"  {_PORTS}"])


def explained_html(plans: Sequence[RankPlan], title: str) -> str:
    """Return the plans as a page."""
    blocks = "".join(map(_block, _by_pod(plans)))
    head = f'<div class="j-head"><b>{html(title, 100)}</b> <span class="j-facts">nothing is started</span></div>'
    foot = f'<div class="j-foot"><span class="j-muted">{html(_PORTS)}</span></div>'
    return framed("what would be started", f"{head}{blocks}{foot}")


def _block(pod: list[RankPlan]) -> str:
    theirs, ours = _variables(pod)
    told = _rows(theirs) or f'<tr class="j-kv-row"><td class="j-muted" colspan="2">{html(_nothing(pod[0]))}</td></tr>'
    return (
        f'<section class="j-pod"><p class="j-title"><b>{html(_called(pod))}</b></p>'
        f"<code>{html(_command(pod[0].argv))}</code>"
        f'<div class="j-told"><table class="j-kv">{told}</table>'
        f'<table class="j-kv j-muted">{_rows(ours)}</table></div></section>'
    )


def _rows(variables: list[tuple[str, str]]) -> str:
    return "".join(
        f'<tr class="j-kv-row"><th scope="row"><code>{html(name)}</code></th><td><code>{html(value)}</code></td></tr>'
        for name, value in variables
    )


def _by_pod(plans: Sequence[RankPlan]) -> Iterator[list[RankPlan]]:
    for _, ranks in groupby(plans, key=lambda plan: (plan.role, plan.index)):
        yield list(ranks)


def _called(pod: list[RankPlan]) -> str:
    """Return which ranks a pod has, what it is called, and who starts them where it is not the pod."""
    first, last = pod[0].rank, pod[-1].rank
    ranks = f"rank {first}" if first == last else f"ranks {first}\N{EN DASH}{last}"
    starter = {"torchrun": "torchrun", "paddle": "paddle.distributed.launch", "mpi-worker": "mpirun"}.get(pod[0].starts)
    by = f", started by {starter}" if starter else ""
    return f"{ranks} \N{MIDDLE DOT} {pod[0].role}-{pod[0].index}{by}"


def _nothing(plan: RankPlan) -> str:
    return f"(the operator tells this {plan.role} nothing)"


def _variables(pod: list[RankPlan]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the operator's variables and ours; where the ranks of a pod differ, the values of all of them."""
    found = []
    for name, value in pod[0].env.items():
        values = list(dict.fromkeys(plan.env[name] for plan in pod))
        found.append((name, one_line(value if len(values) == 1 else ", ".join(values), _LONGEST)))
    ours = [pair for pair in found if pair[0].startswith(_OURS)]
    return [pair for pair in found if pair not in ours], ours


def _command(argv: Sequence[str]) -> str:
    """Return a command as one would type it, its paths shortened."""
    return one_line(" ".join(map(_short, argv)), _LONGEST)


def _short(word: str) -> str:
    if not os.path.isabs(word) or " " in word:
        return shlex.quote(word)
    name = os.path.basename(word)
    return name if not name.endswith(".py") else os.path.join("…", name)
