"""A conductor from the first trial of a sweep to its end, the same for every platform.

One loop: it wakes when a trial ends, else a few times a second, and then tells the search what came of trials, answers
requests and begins the next ones. The order makes what happens happen once, wherever this process is killed: the
search is asked, the event ``asked`` is written, the run is published under the id that the trial's number gives; it
ends; the search is told, the event ``told`` is written. Who takes over compares the three and does what is missing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

from jupyter_mlops.domain import trials as rules
from jupyter_mlops.domain.algorithms import find_algorithm
from jupyter_mlops.domain.errors import MlopsError
from jupyter_mlops.domain.runs import State
from jupyter_mlops.domain.sweeps import Importance, TrialFact
from jupyter_mlops.domain.trials import DELETED, Ending
from jupyter_mlops.platforms.base import Launcher
from jupyter_mlops.platforms.going import Going, Mind
from jupyter_mlops.platforms.learning import Learning
from jupyter_mlops.platforms.trials import Trials
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.sweepkeeping import SweepKeeper

_TURN_SECONDS = 0.1
_LEARNING_SECONDS = 30.0
"""How long a search that has ended reckons what was learnt."""
_RESTARTED = "The machine was restarted"


class Search:
    """Conducts one sweep, whose lock is held by who makes it.

    Args:
        home: Where the sweep is.
        keeper: Writes its facts.
        mind: What is searched with.
        launcher: Starts and stops the trials.
        clock: Seconds since the epoch.
    """

    def __init__(
        self,
        home: Home,
        keeper: SweepKeeper,
        mind: Mind,
        launcher: Launcher,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._keeper = keeper
        self._mind = mind
        self._spec = keeper.spec
        self._clock = clock
        self._trials = Trials(home, self._spec, keeper.folder.bundle, launcher, clock)
        self._going = Going(self._spec, mind, self._trials, launcher)
        self._learning = Learning(mind.importance)
        self._is_planned = find_algorithm(self._spec.algorithm).is_repeatable

    def conduct(self, look: Callable[[], bool] = lambda: True) -> None:
        """Return when the sweep has ended and nothing more is asked of it.

        Args:
            look: Called a few times a second; says whether the sweep is still wanted. Where its folder is gone, its
                trials are stopped and nothing is written any more.
        """
        try:
            self._catch_up()
            while look() and self._goes_on():
                self._conduct_leg(look)
        except OSError:
            # Nothing can be written into a folder that is gone.
            if look():
                raise
        finally:
            self._trials.cancel()
            self._going.close()
        if not look():
            self._let_go()

    def learn(self) -> None:
        """Reckon what the trials of a search that ended well teach. Nobody waits for it: the sweep's lock is free."""
        folder = self._keeper.folder
        if self._keeper.status.state is not State.SUCCEEDED:
            return
        found = self._learning.finish(self._complete(), _LEARNING_SECONDS, folder.path.exists)
        # Somebody may have given it more trials meanwhile, and then knows more.
        if not folder.is_kept():
            self._keeper.add_importance(found or folder.importance())

    def end_after_restart(self) -> None:
        """End what another boot of this machine has begun. Its runs end as runs do."""
        self._catch_up()
        how = f"{_RESTARTED}; %sweeps resume {self._spec.name} goes on."
        self._end(Ending(State.STOPPED, how), f"{_RESTARTED}.", lambda: True)

    # -- what was before -------------------------------------------------------------------------------------------

    def _catch_up(self) -> None:
        """Let study, events and runs say the same."""
        told = self._mind.told()
        for fact in self._keeper.status.trials:
            if fact.trial not in told:
                # A crash of the machine may have taken the study's last words; the events know the parameters.
                self._mind.ask(fact.trial, fact.params)
                if fact.result:
                    self._mind.tell(fact.trial, fact.result, [float(value) for value in fact.values])
        for fact in self._unfinished():
            is_there = self._trials.folder(fact).exists()
            if fact.trial in told and not is_there:
                self._keeper.told(fact.trial, *told[fact.trial], DELETED)
                continue
            if not is_there:
                self._trials.submit(fact)
            self._going.add(fact)

    def _goes_on(self) -> bool:
        """Say whether there is something to do, and begin a new leg if somebody wants that."""
        status = self._keeper.status
        if status.state is State.RUNNING:
            return True
        resumes = [request for request in self._keeper.requests() if request.verb == "resume"]
        if status.state.is_finished and not resumes:
            return False
        # It goes before anybody is told so.
        self._keeper.begin()
        for request in resumes:
            self._keeper.extend(request)
        for note in self._mind.notes:
            self._keeper.note(note)
        return True

    # -- a leg -----------------------------------------------------------------------------------------------------

    def _conduct_leg(self, look: Callable[[], bool]) -> None:
        while look():
            self._answer()
            ending = rules.ending_of(self._spec, self._keeper.status, self._clock())
            if ending is not None:
                is_asked = ending.state is State.STOPPED
                self._end(ending, ending.why if is_asked else f"The search has ended: {ending.why}", look)
                return
            self._begin_trials()
            self._keeper.publish_row()
            self._prepare()
            self._going.give_up(self._unfinished())
            self._keep_importance(self._learning.take(self._complete()))
            self._await_ends(self._pause())

    def _begin_trials(self) -> None:
        while rules.may_begin(self._spec, self._keeper.status):
            params = self._mind.ask(len(self._keeper.status.trials) + 1)
            fact = self._keeper.asked(params)
            self._trials.submit(fact)
            self._going.add(fact)

    def _prepare(self) -> None:
        """Do what the next trial needs and what does not depend on those that go."""
        status = self._keeper.status
        if len(status.trials) < status.wanted:
            # What keeps it from being made is told when it is needed.
            with suppress(MlopsError, OSError):
                self._trials.prepare()
            if self._is_planned:
                self._mind.ask(len(status.trials) + 1)

    def _await_ends(self, seconds: float) -> None:
        """Write what came of the trials that have ended; wait for ``seconds`` if none has."""
        for trial in self._going.ended(seconds):
            fact = self._keeper.status.trials[trial - 1]
            if not fact.result and (outcome := self._going.conclude(fact)) is not None:
                self._keeper.told(trial, *outcome)

    def _pause(self) -> float:
        left = rules.seconds_left(self._spec, self._keeper.status, self._clock())
        return _TURN_SECONDS if left is None else min(_TURN_SECONDS, left)

    def _answer(self) -> None:
        for request in self._keeper.requests():
            if request.verb == "stop":
                self._keeper.answer(request, "Stopping.")
            elif request.verb == "resume":
                self._keeper.extend(request)
            else:
                self._keeper.answer(request, f"A sweep has no request {request.verb!r}.")

    # -- ends ------------------------------------------------------------------------------------------------------

    def _end(self, ending: Ending, why: str, look: Callable[[], bool]) -> None:
        """Stop the trials that go, and write the end of the leg, unless the folder is gone."""
        self._trials.cancel()
        self._going.stop(self._unfinished(), why)
        while self._unfinished() and look():
            self._answer_stops()
            self._await_ends(_TURN_SECONDS)
            self._keeper.publish_row()
        if look():
            self._keeper.finish(*ending)

    def _answer_stops(self) -> None:
        for request in self._keeper.requests():
            if request.verb == "stop":
                self._keeper.answer(request, "Stopping.")

    def _let_go(self) -> None:
        """Stop the trials of a sweep whose folder is gone."""
        going = {fact.trial for fact in self._unfinished()}
        for fact in self._unfinished():
            # Followed once more: what was heard of its end may have been lost with the folder.
            self._going.add(fact)
        self._going.stop(self._unfinished(), "Its sweep was deleted.")
        while going:
            going.difference_update(self._going.ended(_TURN_SECONDS))

    # -- what is known ---------------------------------------------------------------------------------------------

    def _unfinished(self) -> list[TrialFact]:
        return rules.going(self._keeper.status)

    def _complete(self) -> int:
        return sum(fact.result == "complete" for fact in self._keeper.status.trials)

    def _keep_importance(self, found: list[Importance]) -> None:
        if found:
            self._keeper.write_importance(found)
