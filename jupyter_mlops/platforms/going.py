"""The trials of a sweep that go: watched, given up where they fall behind, and told of when they have ended."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Protocol

from jupyter_mlops.domain import trials as rules
from jupyter_mlops.domain.algorithms import pruner_of
from jupyter_mlops.domain.errors import NotFound
from jupyter_mlops.domain.runs import Scalar
from jupyter_mlops.domain.sweeps import Importance, Result, SweepSpec, TrialFact
from jupyter_mlops.domain.trials import DELETED, Outcome
from jupyter_mlops.platforms.base import Launcher
from jupyter_mlops.platforms.trials import Trials
from jupyter_mlops.platforms.watching import Reports, Watch
from jupyter_mlops.store.runs import RunFolder

_REPORT_SECONDS = 0.25
_LOOKS = 5


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


class Going:
    """Follows trials from their submission to their end.

    Args:
        spec: The sweep's.
        mind: Is told what trials report, and what came of them.
        trials: Knows where their runs are.
        launcher: Knows when they end, and stops them.
    """

    def __init__(self, spec: SweepSpec, mind: Mind, trials: Trials, launcher: Launcher) -> None:
        self._spec = spec
        self._mind = mind
        self._trials = trials
        self._watch = Watch(launcher)
        self._prunes = pruner_of(spec) != "none"
        self._reports: dict[int, Reports] = {}
        self._given_up: set[int] = set()
        self._looks: dict[int, int] = {}
        self._due = 0.0

    def add(self, fact: TrialFact) -> None:
        """Follow a trial, whose run is there."""
        self._watch.add(fact.trial, self._trials.folder(fact))

    def ended(self, seconds: float) -> list[int]:
        """Return the trials that have ended since; at once if there are some, else after ``seconds`` at the latest."""
        return self._watch.ended(seconds)

    def stop(self, facts: Sequence[TrialFact], why: str) -> None:
        """Have trials stopped, without waiting for it; ``why`` is what their runs say."""
        for fact in facts:
            self._watch.stop(self._trials.folder(fact), f"the sweep {self._spec.name}", why)

    def give_up(self, facts: Sequence[TrialFact]) -> None:
        """Have those trials stopped that fall behind, a few times a second."""
        now = time.monotonic()
        if not self._prunes or now < self._due:
            return
        self._due = now + _REPORT_SECONDS
        for fact in facts:
            if fact.trial not in self._given_up and self._report(fact) and (why := self._mind.prune(fact.trial)):
                self._given_up.add(fact.trial)
                self.stop([fact], why)

    def conclude(self, fact: TrialFact) -> Outcome | None:
        """Tell the search what came of a trial, and return it; None if it cannot be said yet: it is followed on."""
        outcome = self._outcome(fact)
        if outcome is None:
            self._watch.add_later(fact.trial, self._trials.folder(fact))
            return None
        if self._prunes and self._trials.folder(fact).exists():
            self._report(fact)
        if (reports := self._reports.pop(fact.trial, None)) is not None:
            reports.close()
        self._given_up.discard(fact.trial)
        is_news = self._mind.tell(fact.trial, outcome.result, [float(value) for value in outcome.values])
        return outcome if is_news else self._as_told(fact, outcome)

    def close(self) -> None:
        """Let the trials' files go. Idempotent."""
        for reports in self._reports.values():
            reports.close()
        self._reports.clear()

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

    def _as_told(self, fact: TrialFact, outcome: Outcome) -> Outcome:
        """Return what the search knows, if that is another thing: it was told, and the run may be gone since."""
        result, values = self._mind.told()[fact.trial]
        return outcome if result == outcome.result else Outcome(result, list(values), outcome.why)
