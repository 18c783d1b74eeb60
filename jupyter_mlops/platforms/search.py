"""A conductor from the first trial of a sweep to its end, the same for every platform.

One loop: it wakes when a trial ends, else a few times a second, and then tells the search what came of trials, answers
requests and begins the next ones. The order makes what happens happen once, wherever this process is killed: the
search is asked, the event ``asked`` is written, the run is published under the id that the trial's number gives; it
ends; the search is told, the event ``told`` is written. Who takes over compares the three and does what is missing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from jupyter_mlops.domain import trials as rules
from jupyter_mlops.domain.algorithms import find_algorithm, pruner_of
from jupyter_mlops.domain.errors import MlopsError, NotFound
from jupyter_mlops.domain.runs import Scalar, State
from jupyter_mlops.domain.sweeps import Importance, Result, TrialFact
from jupyter_mlops.domain.trials import DELETED, Ending, Outcome
from jupyter_mlops.platforms.base import Launcher
from jupyter_mlops.platforms.learning import Learning
from jupyter_mlops.platforms.trials import Trials
from jupyter_mlops.platforms.watching import Reports, Watch
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.runs import RunFolder
from jupyter_mlops.store.sweepkeeping import SweepKeeper

_TURN_SECONDS = 0.1
_REPORT_SECONDS = 0.25
_LOOKS = 5
_LEARNING_SECONDS = 30.0
"""How long the end of a search waits for what was learnt."""
_RESTARTED = "The machine was restarted"


class Mind(Protocol):
    """What is searched with: ``tuning.study.Study``."""

    @property
    def notes(self) -> Sequence[str]:
        """What is worth knowing of how trials are chosen."""

    def ask(self, trial: int, lost: dict[str, Scalar] | None = None) -> dict[str, Scalar]:
        """Return the parameters of a trial."""

    def report(self, trial: int, step: float, value: float) -> None:
        """Keep what a trial reported."""

    def prune(self, trial: int) -> str:
        """Return why a trial should be given up; empty if it should not."""

    def tell(self, trial: int, result: Result, values: Sequence[float] = ()) -> bool:
        """Keep what came of a trial; return whether that is news."""

    def told(self) -> dict[int, tuple[Result, list[float]]]:
        """Return the results that were told."""

    def importance(self) -> list[Importance]:
        """Return what was learnt about which parameters matter; called from another thread."""


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
        self._who = f"the sweep {self._spec.name}"
        self._clock = clock
        self._watch = Watch(launcher)
        self._trials = Trials(home, self._spec, keeper.folder.bundle, launcher, clock)
        self._reports: dict[int, Reports] = {}
        self._stopping: set[int] = set()
        self._looks: dict[int, int] = {}
        self._prunes = pruner_of(self._spec) != "none"
        self._is_planned = find_algorithm(self._spec.algorithm).is_repeatable
        self._reports_due = 0.0
        self._learning = Learning(mind.importance)

    def conduct(self, look: Callable[[], bool] = lambda: True) -> None:
        """Return when the sweep has ended and nothing more is asked of it.

        Args:
            look: Called a few times a second; says whether the sweep is still wanted. Where its folder is gone, its
                trials are stopped and nothing is written any more.
        """
        try:
            self._catch_up()
            while self._goes_on():
                if not self._conduct_leg(look):
                    return
        finally:
            self.close()

    def close(self) -> None:
        """Take away what was prepared. Idempotent."""
        self._trials.cancel()
        for reports in self._reports.values():
            reports.close()
        self._reports.clear()

    def end_after_restart(self) -> None:
        """End what another boot of this machine has begun. Its runs end as runs do."""
        self._catch_up()
        how = f"{_RESTARTED}; %sweeps resume {self._spec.name} goes on."
        self._end(Ending(State.STOPPED, how), why=f"{_RESTARTED}.", look=lambda: True)

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
        for fact in rules.going(self._keeper.status):
            if fact.trial in told and not self._trials.folder(fact).exists():
                result, values = told[fact.trial]
                self._keeper.told(fact.trial, result, values, DELETED)
            elif self._trials.folder(fact).exists():
                self._watch.add(fact.trial, self._trials.folder(fact))
            else:
                self._watch.add(fact.trial, self._trials.submit(fact))

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

    def _conduct_leg(self, look: Callable[[], bool]) -> bool:
        """Return whether the sweep has come to its end; otherwise its folder is gone."""
        while look():
            self._answer()
            if (ending := rules.ending_of(self._spec, self._keeper.status, self._clock())) is not None:
                return self._end(ending, look=look)
            self._begin_trials()
            self._keeper.publish_row()
            self._prepare()
            self._take_reports()
            self._keep_importance(self._learning.take(self._complete()))
            for trial in self._watch.ended(self._pause()):
                self._conclude(trial)
        return self._let_go()

    def _begin_trials(self) -> None:
        while rules.may_begin(self._spec, self._keeper.status):
            params = self._mind.ask(len(self._keeper.status.trials) + 1)
            fact = self._keeper.asked(params)
            self._watch.add(fact.trial, self._trials.submit(fact))

    def _prepare(self) -> None:
        """Do what the next trial needs and what does not depend on those that go."""
        status = self._keeper.status
        if len(status.trials) < status.wanted:
            # What keeps it from being made is told when it is needed.
            with suppress(MlopsError, OSError):
                self._trials.prepare()
            if self._is_planned:
                self._mind.ask(len(status.trials) + 1)

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

    # -- trials that go --------------------------------------------------------------------------------------------

    def _take_reports(self) -> None:
        """Give up trials that fall behind."""
        now = time.monotonic()
        if not self._prunes or now < self._reports_due:
            return
        self._reports_due = now + _REPORT_SECONDS
        for fact in rules.going(self._keeper.status):
            if fact.trial not in self._stopping and self._report(fact) and (why := self._mind.prune(fact.trial)):
                self._stopping.add(fact.trial)
                self._watch.stop(self._trials.folder(fact), self._who, why)

    def _report(self, fact: TrialFact) -> bool:
        """Tell the search what a trial has reported since; return whether that was anything."""
        reports = self._reports.get(fact.trial)
        if reports is None:
            metric = self._spec.objectives[0].metric
            reports = self._reports[fact.trial] = Reports(self._trials.folder(fact), metric)
        points = reports.new()
        for step, value in points:
            self._mind.report(fact.trial, step, value)
        return bool(points)

    def _conclude(self, trial: int) -> None:
        """Tell what came of a trial, once."""
        fact = self._keeper.status.trials[trial - 1]
        if fact.result:
            return
        outcome = self._outcome(fact)
        if outcome is None:
            self._watch.add_later(trial, self._trials.folder(fact))
            return
        if self._prunes and self._trials.folder(fact).exists():
            self._report(fact)
        if (reports := self._reports.pop(trial, None)) is not None:
            reports.close()
        self._stopping.discard(trial)
        if not self._mind.tell(trial, outcome.result, [float(value) for value in outcome.values]):
            outcome = self._as_told(trial, outcome)
        self._keeper.told(trial, *outcome)

    def _as_told(self, trial: int, outcome: Outcome) -> Outcome:
        """Return what the search knows, if that is another thing: it was told, and its run may be gone since."""
        result, values = self._mind.told()[trial]
        return outcome if result == outcome.result else Outcome(result, list(values), outcome.why)

    def _outcome(self, fact: TrialFact) -> Outcome | None:
        """Return what came of a trial; None if it still goes, or cannot be read just now."""
        try:
            row = RunFolder(self._trials.folder(fact)).row()
        except NotFound:
            return Outcome("stopped", [], DELETED)
        if row.broken and self._may_look_again(fact.trial):
            return None
        return rules.outcome_of(self._spec.objectives, row) if row.state.is_finished else None

    def _may_look_again(self, trial: int) -> bool:
        """Say whether a run that cannot be read may be readable in a moment: its database may be locked."""
        self._looks[trial] = self._looks.get(trial, 0) + 1
        return self._looks[trial] < _LOOKS

    # -- ends ------------------------------------------------------------------------------------------------------

    def _end(self, ending: Ending, why: str = "", *, look: Callable[[], bool]) -> bool:
        """Stop the trials that go, and write the end of the leg; return False if the folder is gone."""
        self._trials.cancel()
        why = why or f"The search has ended: {ending.why}"
        for fact in rules.going(self._keeper.status):
            self._watch.stop(self._trials.folder(fact), self._who, why)
        while rules.going(self._keeper.status):
            if not look():
                return self._let_go()
            self._answer_stops()
            for trial in self._watch.ended(_TURN_SECONDS):
                self._conclude(trial)
            self._keeper.publish_row()
        if ending.state is State.SUCCEEDED:
            self._keep_importance(self._learning.finish(self._complete(), _LEARNING_SECONDS, look))
            if not look():
                return self._let_go()
        self._keeper.finish(*ending)
        return True

    def _answer_stops(self) -> None:
        for request in self._keeper.requests():
            if request.verb == "stop":
                self._keeper.answer(request, "Stopping.")

    def _let_go(self) -> bool:
        """Stop the trials of a sweep whose folder is gone."""
        going = {fact.trial for fact in rules.going(self._keeper.status)}
        for trial in going:
            folder = self._trials.folder(self._keeper.status.trials[trial - 1])
            self._watch.stop(folder, self._who, "Its sweep was deleted.")
        while going:
            going.difference_update(self._watch.ended(_TURN_SECONDS))
        return False

    # -- what was learnt -------------------------------------------------------------------------------------------

    def _complete(self) -> int:
        return sum(fact.result == "complete" for fact in self._keeper.status.trials)

    def _keep_importance(self, found: list[Importance]) -> None:
        if found:
            self._keeper.write_importance(found)
