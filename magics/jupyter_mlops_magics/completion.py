"""Completion on the magics' lines: options, parameters of the cell, names of runs, verbs, settings."""

from __future__ import annotations

from typing import Any

from IPython.core.completer import CompletionContext, context_matcher

_OURS = tuple(
    f"{magic} "
    for magic in (
        "%%train",
        "%%tune",
        "%tune",
        "%runs",
        "%sweeps",
        "%compare",
        "%register",
        "%models",
        "%deploy",
        "%endpoints",
        "%mlops",
    )
)


@context_matcher(identifier="jupyter_mlops")  # type: ignore[untyped-decorator]
def complete(context: CompletionContext) -> dict[str, Any]:
    """Return what may stand at the cursor, and silence other sources where the line is ours."""
    line = context.text_until_cursor.lstrip()
    if not line.startswith(_OURS):
        return {"completions": []}
    from jupyter_mlops_magics.candidates import candidates

    return candidates(line, context)
