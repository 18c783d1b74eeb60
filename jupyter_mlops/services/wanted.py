"""Which runs somebody means who names some, to compare them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from jupyter_mlops.domain.errors import NotFound, nearest
from jupyter_mlops.domain.names import is_id
from jupyter_mlops.domain.where import Condition, Where
from jupyter_mlops.services.asked import LIMIT, Asked
from jupyter_mlops.services.run import Run
from jupyter_mlops.services.runs import Runs
from jupyter_mlops.services.sweep import Sweep
from jupyter_mlops.services.sweeps import Sweeps

What = str | Run | Sweep | Iterable["What"]
"""Names, ids, trials as ``NAME/3``, runs, sweeps, and lists of such."""


def wanted(
    runs: Runs,
    sweeps: Sweeps,
    what: Iterable[What],
    sweep: str | Sweep | None = None,
    *,
    where: str = "",
    limit: int = LIMIT,
) -> Asked:
    """Return what is to be asked for.

    Args:
        runs: All runs.
        sweeps: All sweeps.
        what: What is named; a name means all its runs that are no trials.
        sweep: A sweep, its id or its name, all of whose trials are meant besides.
        where: Conditions that those must meet.
        limit: How many at most.

    Raises:
        NotFound: something has no such name or id.
    """
    named = list(_flat(what))
    if sweep is not None:
        named.append(sweeps.get(sweep))
    match named:
        case []:
            return Asked(where=where, limit=limit)
        case [Sweep(id=an_id)]:
            return Asked(sweep=an_id, where=where, limit=limit)
        case [str(word)] if _is_name(runs, word):
            return Asked(name=word, where=where, limit=limit)
    ids = [run_id for each in named for run_id in _ids(runs, sweeps, each)]
    return Asked(list(dict.fromkeys(ids)), where=where, limit=limit, is_narrowed=bool(where))


def _flat(what: Iterable[What]) -> Iterable[str | Run | Sweep]:
    for each in what:
        if isinstance(each, str | Run | Sweep):
            yield each
        else:
            yield from _flat(each)


def _is_name(runs: Runs, word: str) -> bool:
    return not is_id(word) and word in runs.index.names()


def _ids(runs: Runs, sweeps: Sweeps, what: str | Run | Sweep) -> list[str]:
    if isinstance(what, Run):
        return [what.id]
    if isinstance(what, Sweep):
        return _of(runs, Where(sweep=what.id, archived=False))
    if _is_name(runs, what):
        return _of(runs, Where(conditions=(Condition("name", "=", what),), archived=False, sweep=""))
    try:
        return [runs.get(what).id]
    except NotFound as error:
        _refuse(runs, sweeps, what, error)


def _of(runs: Runs, where: Where) -> list[str]:
    return [row.id for row in runs.index.without_curves.list(where)]


def _refuse(runs: Runs, sweeps: Sweeps, word: str, error: NotFound) -> NoReturn:
    if "/" not in word and sweeps.rows.latest(word) is not None:
        raise NotFound(
            f"There is nothing to compare: no run has the name {word!r}, but a sweep has; %compare --sweep {word} "
            "compares its trials."
        ) from error
    if is_id(word) or "/" in word:
        raise error
    known = [*runs.index.names(), *sweeps.rows.names()]
    raise NotFound(f"There is nothing to compare: no run has the name {word!r}{nearest(word, known) or '.'}") from error
