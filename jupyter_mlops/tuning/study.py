"""The search behind a sweep: it is asked for parameters, and told what came of them."""

from __future__ import annotations

import contextlib
import math
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import optuna
from optuna.exceptions import ExperimentalWarning
from optuna.storages import JournalStorage
from optuna.trial import FrozenTrial, TrialState, create_trial

from jupyter_mlops.domain.algorithms import pruner_of
from jupyter_mlops.domain.runs import Scalar
from jupyter_mlops.domain.sweeps import Importance, Result, SweepSpec
from jupyter_mlops.tuning.defining import Define, said_by
from jupyter_mlops.tuning.dimensions import distributions_of, exact
from jupyter_mlops.tuning.importance import FEWEST, importance_of
from jupyter_mlops.tuning.journal import Journal, open_storage
from jupyter_mlops.tuning.pruning import make_pruner, why_prune
from jupyter_mlops.tuning.samplers import make_sampler, notes_on

JOURNAL = "study.journal"

_PARAMETERS = "jupyter_mlops:parameters"
_RESULT = "jupyter_mlops:result"
_VALUES = "jupyter_mlops:values"
_STATES: dict[Result, TrialState] = {
    "complete": TrialState.COMPLETE,
    "pruned": TrialState.PRUNED,
    "failed": TrialState.FAIL,
    "stopped": TrialState.FAIL,
}


class Study:
    """A search that outlives its process. Made by ``open``; used by one conductor, in one thread.

    Wherever the process is killed, the next one finds the same trials: their numbers have no gaps, one that was asked
    for and not told has the parameters that it had, and one that was told stays told.

    Attributes:
        notes: What is worth knowing of how trials are chosen, a sentence each.
    """

    def __init__(self, storage: JournalStorage, journal: Journal, spec: SweepSpec, define: Define | None) -> None:
        self.notes = notes_on(spec)
        self._spec = spec
        self._define = define
        self._storage = storage
        self._journal = journal
        self._pruner = make_pruner(pruner_of(spec))
        self._distributions = distributions_of(spec.space)
        self._study = _load(storage, spec, self._pruner)

    @classmethod
    def open(cls, folder: Path, spec: SweepSpec, define: Define | None = None) -> Study:
        """Return the study in ``folder``, which is made if it is missing.

        Args:
            folder: The sweep's.
            spec: What was asked for.
            define: The function that says the space, if the spec names one.

        Raises:
            Broken: the study cannot be read.
        """
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        journal, storage = open_storage(folder / JOURNAL)
        return cls(storage, journal, spec, define)

    def ask(self, trial: int, lost: dict[str, Scalar] | None = None) -> dict[str, Scalar]:
        """Return the parameters of a trial; the same ones whenever it is asked for again.

        Args:
            trial: Its number, from 1; the one after the last, or one that was asked for before.
            lost: Parameters that it is known to have had, should the study have lost them in a crash of the machine.

        Raises:
            InvalidSpace: the function that says the space failed, or said what is no parameter.
        """
        frozen = self._find(trial)
        if frozen is not None and (known := self._known(frozen)) is not None:
            return known
        with _quiet():
            if frozen is None:
                self._create(lost)
                # Somebody may have put a trial in line with Optuna's own means just now, which then has this number.
                frozen = self._trial(trial)
            self._begin(frozen)
            self._study.sampler = make_sampler(self._spec, trial)
            # It goes on with whatever it had been given before its asking was cut short.
            return self._suggest(optuna.Trial(self._study, frozen._trial_id))

    def report(self, trial: int, step: float, value: float) -> None:
        """Keep what a trial that goes reported of the objective; a step's first value stays."""
        frozen = self._trial(trial)
        # Nothing else reads them, and a journal of every point of a long training would be long.
        if isinstance(self._pruner, optuna.pruners.NopPruner) or frozen.state.is_finished():
            return
        at = int(step) if step == int(step) else step
        if at not in frozen.intermediate_values:
            self._storage.set_trial_intermediate_value(frozen._trial_id, at, value)  # type: ignore[arg-type]

    def prune(self, trial: int) -> str:
        """Return why a trial should be given up, in words for its run; empty if it should go on."""
        with _quiet():
            return why_prune(self._study, self._pruner, self._trial(trial))

    def tell(self, trial: int, result: Result, values: Sequence[float] = ()) -> bool:
        """Keep what came of a trial.

        Args:
            trial: Its number.
            result: What came of it.
            values: One of each objective if it is complete.

        Returns:
            Whether this is news: False if it was told before, and then nothing changes.
        """
        frozen = self._trial(trial)
        if frozen.state.is_finished():
            return False
        state = _STATES[result]
        if result == "complete" and any(math.isnan(value) for value in values):
            # For Optuna what is no number has failed; the sweep knows better.
            self._note(frozen, _VALUES, list(values))
            state = TrialState.FAIL
        if state is TrialState.FAIL:
            self._note(frozen, _RESULT, result)
        with _quiet():
            self._study.tell(trial - 1, list(values) if state is TrialState.COMPLETE else None, state)
        return True

    def told(self) -> dict[int, tuple[Result, list[float]]]:
        """Return the results that were told, by the trials' numbers."""
        return {each.number + 1: _result(each) for each in self._trials() if each.state.is_finished()}

    def importance(self) -> list[Importance]:
        """Return what was learnt about which parameters matter; empty while too few trials are complete.

        It takes seconds, in a process of its own, and may be called from another thread.
        """
        complete = sum(each.state is TrialState.COMPLETE for each in self._trials())
        return importance_of(self._journal.path, self._spec.name, self._spec.objectives) if complete >= FEWEST else []

    def close(self) -> None:
        """Give the journal back. Idempotent."""
        self._journal.lock.close()

    def _trials(self) -> list[FrozenTrial]:
        return self._storage.get_all_trials(self._study._study_id, deepcopy=False)

    def _find(self, trial: int) -> FrozenTrial | None:
        trials = self._trials()
        if trial < 1 or trial > len(trials) + 1:
            raise ValueError(f"trial {trial} was asked for, and there are {len(trials)}")
        return trials[trial - 1] if trial <= len(trials) else None

    def _trial(self, trial: int) -> FrozenTrial:
        return self._trials()[trial - 1]

    def _known(self, frozen: FrozenTrial) -> dict[str, Scalar] | None:
        """Return the parameters that a trial has been given, None if not all are known."""
        if self._define is not None:
            return frozen.user_attrs.get(_PARAMETERS)
        return self._exact(frozen.params) if frozen.params.keys() == self._distributions.keys() else None

    def _exact(self, params: dict[str, Any]) -> dict[str, Scalar]:
        return {dimension.name: exact(dimension, params[dimension.name]) for dimension in self._spec.space}

    def _create(self, lost: dict[str, Scalar] | None) -> None:
        template = None
        if lost is not None:
            template = create_trial(state=TrialState.RUNNING, system_attrs={"fixed_params": lost})
        self._storage.create_new_trial(self._study._study_id, template_trial=template)

    def _begin(self, frozen: FrozenTrial) -> None:
        if frozen.state is TrialState.WAITING:
            self._storage.set_trial_state_values(frozen._trial_id, TrialState.RUNNING)

    def _suggest(self, trial: optuna.Trial) -> dict[str, Scalar]:
        if self._define is None:
            return self._exact({name: trial._suggest(name, each) for name, each in self._distributions.items()})
        parameters = said_by(self._define, self._spec.function, trial)
        trial.set_user_attr(_PARAMETERS, parameters)
        return parameters

    def _note(self, frozen: FrozenTrial, key: str, value: Any) -> None:
        self._storage.set_trial_user_attr(frozen._trial_id, key, value)


def _load(storage: JournalStorage, spec: SweepSpec, pruner: optuna.pruners.BasePruner) -> optuna.Study:
    directions = [each.direction for each in spec.objectives]
    # Asking for a study that is there writes an entry into the journal each time, looking does not.
    if any(each.study_name == spec.name for each in storage.get_all_studies()):
        return optuna.load_study(study_name=spec.name, storage=storage, pruner=pruner)
    return optuna.create_study(study_name=spec.name, storage=storage, directions=directions, pruner=pruner)


def _result(trial: FrozenTrial) -> tuple[Result, list[float]]:
    names: dict[TrialState, Result] = {TrialState.COMPLETE: "complete", TrialState.PRUNED: "pruned"}
    if trial.state in names:
        return names[trial.state], list(trial.values or [])
    return trial.user_attrs.get(_RESULT, "failed"), list(trial.user_attrs.get(_VALUES, []))


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep remarks on Optuna's settings, which are ours, and on values that are no numbers from people."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        yield
