"""The act of ``%compare``: find what the words mean, and compare it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from jupyter_mlops.domain.errors import InvalidInput
from jupyter_mlops.services import checks
from jupyter_mlops.services.asked import LIMIT
from jupyter_mlops.services.comparison import RunComparison
from jupyter_mlops.services.run import Run
from jupyter_mlops.services.runlist import RunList
from jupyter_mlops.services.sweep import Sweep
from jupyter_mlops.services.wanted import What
from jupyter_mlops.workspace import connect
from jupyter_mlops_magics.lines import read_line


def compare_runs(magic: Any, line: str) -> RunComparison:
    """Return what ``line`` asks to compare.

    Raises:
        MlopsError: there is nothing to compare, or the line makes no sense.
    """
    from IPython.core.getipython import get_ipython

    shell: Any = get_ipython()
    words, options = read_line(magic, "%compare", line)
    if any(letter in word for word in words for letter in "<>=~"):
        raise InvalidInput('Conditions stand in quotes behind --where: %compare digits --where "lr > 0.01".')
    workspace = connect()
    names = workspace.index.names() if words else []
    sweep = options.get("sweep")
    held = shell.user_ns.get(sweep)
    return workspace.compare(
        *(_meant(word, names, shell.user_ns) for word in words),
        sweep=held if isinstance(held, Sweep) else sweep,
        where=options.get("where", ""),
        limit=checks.whole("limit", options.get("limit", LIMIT), least=1),
    )


def _meant(word: str, names: Collection[str], namespace: Mapping[str, Any]) -> What:
    """Return what ``word`` means: a variable that holds something of ours, else the word itself.

    ``%%train digits`` binds its run to ``digits``, and who compares digits means all of that name.
    """
    held = namespace.get(word)
    if not isinstance(held, Run | Sweep | RunList):
        return word
    return word if word in names and isinstance(held, Run) and held.name == word else held
