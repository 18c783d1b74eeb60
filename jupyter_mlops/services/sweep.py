"""One sweep, as a notebook or a script holds it: every attribute reads the sweep's folder when it is looked at."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Protocol

from jupyter_mlops.domain.errors import Conflict, NotFound, Unsupported
from jupyter_mlops.domain.lineage import Lineage
from jupyter_mlops.domain.runs import Scalar, State
from jupyter_mlops.domain.sweeps import SweepRow, SweepSnapshot, SweepSpec, SweepStatus
from jupyter_mlops.services.held import Held, Keeping
from jupyter_mlops.services.run import Run
from jupyter_mlops.services.runlist import RunList
from jupyter_mlops.services.trials import Importances, Trial, as_frame
from jupyter_mlops.store.sweeps import SweepFolder

if TYPE_CHECKING:
    import optuna
    import pandas

    from jupyter_mlops.services.exports import Exported


_LEARNING_SECONDS = 20.0


class Verbs(Keeping[SweepFolder], Protocol):
    """What a sweep asks of the service that gave it out."""

    def stop(self, sweep: Sweep) -> Sweep:
        """End the sweep with its trials and return it."""

    def resume(self, sweep: Sweep, trials: int = 0) -> Sweep:
        """Let the sweep go on and return it."""

    def wait(self, sweep: Sweep, timeout: float | None = None) -> State:
        """Return the sweep's state when it is finished, or after ``timeout`` seconds."""

    def is_finished_within(self, sweep: Sweep, seconds: float) -> bool:
        """Say whether the sweep is finished, as soon as it is, after ``seconds`` at the latest."""

    def trial(self, sweep: Sweep, number: int) -> Run:
        """Return the run of one trial."""

    def trials(self, sweep: Sweep) -> RunList:
        """Return the runs of all trials, in the order of their numbers."""

    def history(self, sweep: Sweep) -> list[Trial]:
        """Return what came of each trial, in the order of their numbers."""

    def lineage(self, sweep: Sweep) -> Lineage:
        """Return where the sweep comes from, and what came of it."""

    def frees(self, sweep: Sweep) -> int:
        """Return the bytes that deleting the sweep with its trials gives back."""

    def snapshot(self, sweep: Sweep) -> SweepSnapshot:
        """Return the sweep as its card shows it."""

    def bundle(self, snapshot: SweepSnapshot, *, is_tall: bool = False, is_first: bool = False) -> dict[str, Any]:
        """Return a card in every form that a notebook knows."""


class Sweep(Held[SweepFolder, SweepSpec, SweepStatus, SweepSnapshot]):
    """A search that makes runs, its trials; ``sweep`` alone, in a notebook, is its card."""

    jupyter_mlops_noun = "sweep"
    _instead = "lr = sweep.best_params['lr']"

    def __init__(self, folder: SweepFolder, verbs: Verbs, remarks: Iterable[str] = ()) -> None:
        super().__init__(folder, verbs, remarks)
        self._verbs = verbs

    @property
    def row(self) -> SweepRow:
        """The sweep as lists show it."""
        self.state  # noqa: B018 - settles the sweep, so that the row tells the truth
        return self.folder.row()

    @property
    def stand(self) -> tuple[State, int]:
        """Its state and its leg as its folder says, without looking whether that is still true."""
        row = self.folder.row()
        return row.state, row.leg

    @property
    def why(self) -> str:
        """Why it is in this state, in one sentence; empty where nothing needs saying."""
        return self.status.why

    @property
    def best(self) -> Run:
        """The run of the best trial so far.

        Raises:
            Conflict: there are several objectives, among which only ``front`` tells.
            NotFound: no trial is complete yet.
        """
        return self[self._best().best or 0]

    @property
    def best_params(self) -> dict[str, Scalar]:
        """The parameters of the best trial so far: those that were searched for."""
        return dict(self._best().best_params)

    @property
    def best_value(self) -> float:
        """What the best trial so far reached."""
        return float(self._best().best_values[0])

    @property
    def trials(self) -> RunList:
        """The runs of all trials, in the order of their numbers; a notebook shows them as a table."""
        return self._verbs.trials(self)

    @property
    def front(self) -> list[Run]:
        """The runs that no other one surpasses in all objectives: the Pareto front; with one objective, the best.

        A trial whose run was deleted is passed over.
        """
        row = self.row
        best = [row.best] if row.best is not None else []
        wanted = set(row.front if len(row.objectives) > 1 else best)
        return [run for run in self.trials if run.spec.trial in wanted]

    @property
    def lineage(self) -> Lineage:
        """Where it comes from and what came of it: data, code, trials that became versions, endpoints."""
        return self._verbs.lineage(self)

    def export_mlflow(self, uri: str, experiment: str | None = None) -> Exported:
        """Write it into a tracking store of MLflow, with its trials as runs below it; see ``Run.export_mlflow``."""
        from jupyter_mlops.services.exports import export_sweep

        return export_sweep(self, uri, experiment)

    def importance(self) -> Importances:
        """Return how much each parameter matters: shares that sum to 1, by name, as the search found last.

        With several objectives there is one such table for each: ``sweep.importance()["latency"]["lr"]``. It is empty
        as long as too few trials are complete to tell.
        """
        # It is reckoned after the end, for which nobody shall wait; who asks for it does.
        until = (self.status.ended or 0.0) + _LEARNING_SECONDS
        while self.state is State.SUCCEEDED and not self._has_learnt() and time.time() < until:
            time.sleep(0.05)
        return Importances(self.spec.objectives, self.folder.importance())

    def _has_learnt(self) -> bool:
        try:
            return os.stat(self.path / "importance.json").st_mtime >= (self.status.ended or 0.0)
        except FileNotFoundError:
            return False

    def history(self) -> pandas.DataFrame | list[Trial]:
        """Return what came of each trial: a DataFrame where pandas is installed, else a list.

        The frame has the trial's number as its index, then a column for each parameter and each objective, and
        ``state``, ``why``, ``started`` and ``duration``, the last in seconds.
        """
        found = self._verbs.history(self)
        try:
            import pandas
        except ImportError:
            return found
        frame: pandas.DataFrame = as_frame(pandas, self.spec, found)
        return frame

    def study(self) -> optuna.Study:
        """Return a copy of the study as Optuna knows it, for its own plots and reports.

        Raises:
            Unsupported: Optuna is not installed.
            NotFound: the search has not begun.
        """
        try:
            from jupyter_mlops.tuning.copying import copy_study
        except ImportError as error:
            raise Unsupported(
                f'The study is Optuna\'s, which is not installed here ({error}); %pip install "jupyter-mlops[tune]" '
                "installs it."
            ) from error
        return copy_study(self.folder.journal)

    def stop(self) -> Sweep:
        """End it with the trials that go, and return it; a finished sweep stays as it is."""
        return self._verbs.stop(self)

    def resume(self, trials: int = 0) -> Sweep:
        """Let it go on, and return it.

        Args:
            trials: How many more trials are wanted; 0 finishes those that still are.
        """
        return self._verbs.resume(self, trials)

    def is_finished_within(self, seconds: float) -> bool:
        return self._verbs.is_finished_within(self, seconds)

    def frees(self) -> int:
        return self._verbs.frees(self)

    def snapshot(self) -> SweepSnapshot:
        return self._verbs.snapshot(self)

    def bundle(self, snapshot: SweepSnapshot, *, is_tall: bool = False, is_first: bool = False) -> dict[str, Any]:
        return self._verbs.bundle(snapshot, is_tall=is_tall, is_first=is_first)

    def __getitem__(self, number: int) -> Run:
        return self._verbs.trial(self, number)

    def __iter__(self) -> Iterator[Run]:
        return iter(self.trials)

    def _wait(self, timeout: float | None) -> State:
        return self._verbs.wait(self, timeout)

    def _best(self) -> SweepRow:
        row = self.row
        if len(row.objectives) > 1:
            names = " and ".join(objective.metric for objective in row.objectives)
            raise Conflict(f"The sweep {self.id} is for {names}, so no single trial is the best; use .front.")
        if row.best is None:
            raise NotFound(f"No trial of the sweep {self.id} is complete{'' if row.state.is_finished else ' yet'}.")
        return row
