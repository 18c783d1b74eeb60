"""The end of a sweep whose search cannot go on: its trials are stopped, and what came of them is written."""

from __future__ import annotations

from jupyter_mlops.domain import trials as rules
from jupyter_mlops.domain.errors import NotFound
from jupyter_mlops.domain.runs import State
from jupyter_mlops.domain.trials import DELETED, Outcome
from jupyter_mlops.platforms.base import Launcher
from jupyter_mlops.platforms.watching import Watch
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.runs import RunFolder
from jupyter_mlops.store.sweepkeeping import SweepKeeper

_WAIT_SECONDS = 60.0


def abandon(home: Home, keeper: SweepKeeper, launcher: Launcher, why: str) -> None:
    """Let the sweep fail with ``why``. The search is told of its trials when, if ever, somebody resumes it."""
    if keeper.status.state.is_finished:
        _begin_again(keeper)
    watch = Watch(launcher)
    going = {fact.trial: home.runs / fact.run for fact in rules.going(keeper.status)}
    for trial, folder in going.items():
        watch.add(trial, folder)
        watch.stop(folder, f"the sweep {keeper.spec.name}", f"The search has ended: {why}")
    while going and (ended := watch.ended(_WAIT_SECONDS)):
        for trial in ended:
            keeper.told(trial, *_outcome(keeper, RunFolder(going.pop(trial))))
    keeper.finish(State.FAILED, why)


def _begin_again(keeper: SweepKeeper) -> None:
    """Begin the leg that somebody asked for, and that fails."""
    keeper.begin()
    for request in keeper.requests():
        if request.verb == "resume":
            keeper.extend(request)


def _outcome(keeper: SweepKeeper, run: RunFolder) -> Outcome:
    try:
        return rules.outcome_of(keeper.spec.objectives, run.row())
    except NotFound:
        return Outcome("stopped", [], DELETED)
