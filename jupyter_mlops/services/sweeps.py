"""What users mean when they say sweep: submit, list, get, wait, stop, resume, delete, close, annotate."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from jupyter_mlops.domain.algorithms import find_algorithm, missing
from jupyter_mlops.domain.errors import (
    Conflict,
    InvalidInput,
    InvalidOption,
    MlopsError,
    NotFound,
    Unsupported,
    nearest,
)
from jupyter_mlops.domain.grids import grid_size
from jupyter_mlops.domain.lineage import Lineage
from jupyter_mlops.domain.names import is_id
from jupyter_mlops.domain.parameters import check_value
from jupyter_mlops.domain.runs import Scalar, State
from jupyter_mlops.domain.sweeps import SweepSnapshot, SweepSpec, trial_id
from jupyter_mlops.domain.where import Condition, Where, parse_where
from jupyter_mlops.platforms.base import Tuner
from jupyter_mlops.services import checks, interpreters, options
from jupyter_mlops.services.bases import Base, OfCell, OfRun, names_a_run, write_space
from jupyter_mlops.services.interpreters import Interpreter
from jupyter_mlops.services.kept import Kept, await_keeper, who
from jupyter_mlops.services.origin import refuse_inside_a_rank
from jupyter_mlops.services.run import Run
from jupyter_mlops.services.runlist import RunList
from jupyter_mlops.services.runs import Runs
from jupyter_mlops.services.searches import Plan, Search, Space, plan_search
from jupyter_mlops.services.submission import Cell, Write
from jupyter_mlops.services.sweep import Sweep
from jupyter_mlops.services.sweeplist import SweepList
from jupyter_mlops.services.sweepsnapshots import read_sweep
from jupyter_mlops.services.trials import Trial, trial_of
from jupyter_mlops.store import sweeps as folders
from jupyter_mlops.store.deletion import check_finished
from jupyter_mlops.store.sweeps import SweepFolder


class Sweeps(Kept[Sweep, SweepFolder]):
    """The sweeps of one home. Use it from one thread at a time.

    Args:
        runs: The runs of the same home, among which trials are.
        tuners: What searches, by the name of its platform.
        clock: Seconds since the epoch.
    """

    noun = "sweep"

    def __init__(self, runs: Runs, tuners: Mapping[str, Tuner], *, clock: Callable[[], float]) -> None:
        super().__init__(runs.index.sweeps, clock)
        self.home = runs.home
        self.runs = runs
        self.rows = runs.index.sweeps
        self._tuners = tuners

    def submit(
        self,
        what: str | Cell | Run,
        name: str = "",
        *,
        space: Space,
        objective: str | Iterable[str],
        direction: str | None = None,
        trials: int | str | None = None,
        parallel: int | str | None = None,
        algorithm: str | None = None,
        prune: str | None = None,
        seed: int | str | None = None,
        stop_at: float | str | None = None,
        timeout: float | str | None = None,
        trial_timeout: float | str | None = None,
        **run_options: Any,
    ) -> Sweep:
        """Start a search and return it; it goes on when this process ends.

        Args:
            what: A notebook's cell with the variables that it may take along; or Python source; or a run, its name or
                its id, whose code and values are then used as they were, with its options where none are given.
            name: A label; several sweeps may share one. That of the run if it is empty.
            space: What each parameter may be: ``{"lr": "1e-4..1e-1:log", "depth": "2..8", "act": "relu|tanh"}``, a
                list of options, or one value that stays; or a function in Optuna's define-by-run form.
            objective: The metric that is to be best: ``"accuracy"``, ``"loss:minimize"``; several with commas.
            direction: ``"maximize"`` or ``"minimize"``; guessed from the metric's name if it is None.
            trials: How many trials are made; 20, or all points of a grid, if it is None.
            parallel: How many go at once; as many as there is room for if it is None, one if there is a seed that only
                then repeats.
            algorithm: How it chooses: ``"tpe"``, ``"random"``, ``"grid"``, ...
            prune: Which trials are given up early: ``"none"``, ``"median"``, ``"hyperband"``.
            seed: With it the same trials come again, unless several go at once and the algorithm learns.
            stop_at: The value with which the search is content.
            timeout: Seconds, or text such as ``"2h"``, after which the search ends.
            trial_timeout: The same for each trial.
            **run_options: Of each trial, as ``Runs.submit`` takes them: ``kind``, ``workers``, ``keep``, ``retries``,
                ``cpus``, ``memory``, ``gpus``, ``python``, ``on``, …

        Raises:
            InvalidInput: something makes no sense as asked; nothing was started.
            NotFound: no run has that name or id; nothing was started.
            Uncapturable: a value that the code uses cannot travel; nothing was started.
            Unsupported: a package is missing, or the platform cannot do it; nothing was started.
            Unavailable: the home cannot be written; nothing was started.
            SyntaxError: the code is no Python; nothing was started.
        """
        refuse_inside_a_rank()
        search = Search(
            space=space,
            objective=objective,
            direction=direction,
            trials=trials,
            parallel=parallel,
            algorithm=algorithm,
            prune=prune,
            seed=seed,
            stop_at=stop_at,
            timeout=timeout,
        )
        base, plan = self._planned(what, name, search, {**run_options, "timeout": trial_timeout})
        write = _writes(base.writes(self.home, plan.fixed), self._writes_space(base, plan, search))
        path = self.runs.submission.publish(plan.spec, self.home.sweeps, self._tuner_of(plan.spec), write)
        folder = SweepFolder(path)
        self.rows.refresh(folder)
        return Sweep(folder, self, plan.sentences)

    def plan(self, what: str | Cell | Run, name: str = "", *, trial_timeout: Any = None, **asked: Any) -> Plan:
        """Return what ``submit`` would start with the same arguments, and start nothing.

        Raises:
            MlopsError: it would not be started.
            SyntaxError: the code is no Python.
        """
        of_search = {key: asked.pop(key) for key in Search.__struct_fields__ if key in asked}
        _, plan = self._planned(what, name, Search(**of_search), {**asked, "timeout": trial_timeout})
        return plan

    def get(self, which: str | Sweep) -> Sweep:
        """Return a sweep by its id, or the latest of a name.

        Raises:
            NotFound: nothing has that id or name.
        """
        return which if isinstance(which, Sweep) else Sweep(self._folder(self._find(which)), self)

    def list(
        self,
        where: str | Iterable[Condition] = "",
        *,
        sort: str = "created",
        descending: bool = True,
        limit: int | None = None,
        offset: int = 0,
        archived: bool | None = False,
    ) -> SweepList:
        """Return the sweeps that fit, the latest first.

        Args:
            where: Conditions such as ``"digits best > 0.9 state = failed age < 2d"``; a parameter is the best trial's.
            sort: A column, ``best``, or a parameter or a metric of the best trial.
            descending: Whether the largest comes first.
            limit: How many at most.
            offset: How many are passed over.
            archived: Whether archived sweeps are meant; None is both.
        """
        conditions = parse_where(where, self._clock()) if isinstance(where, str) else tuple(where)
        wanted = Where(
            conditions=conditions, archived=archived, sort=sort, descending=descending, limit=limit, offset=offset
        )
        self.settle_all()
        rows = self.rows.list(wanted)
        shown = where if isinstance(where, str) else ""
        return SweepList([Sweep(self._folder(row.id), self) for row in rows], rows, self._clock, shown)

    def stop(self, sweep: str | Sweep) -> Sweep:
        """End a sweep with its trials and return it when nothing of them is left; a finished one stays as it is."""
        sweep = self.get(sweep)
        if not sweep.state.is_finished:
            self._tuner_of(sweep.spec).stop(sweep.path, who())
            self.rows.refresh(sweep.folder)
        return sweep

    def resume(self, sweep: str | Sweep, trials: int | str = 0) -> Sweep:
        """Let a sweep go on, and return it.

        Args:
            sweep: A sweep, its id or its name.
            trials: How many more trials are wanted; 0 finishes those that still are.

        Raises:
            Conflict: nothing is wanted any more; or another machine has it.
        """
        refuse_inside_a_rank()
        sweep = self.get(sweep)
        more = checks.whole("trials", trials, least=0)
        _check_grid(sweep, more)
        self._tuner_of(sweep.spec).resume(sweep.path, more, who())
        self.rows.refresh(sweep.folder)
        return sweep

    def is_finished_within(self, sweep: Sweep, seconds: float) -> bool:
        return self._tuner_of(sweep.spec).wait(sweep.path, seconds) or sweep.state.is_finished

    def close(self, sweep: str | Sweep) -> Sweep:
        """Write by hand that a sweep of another machine, which will not come back, has ended, and its trials too.

        Raises:
            Conflict: the sweep is finished, or goes on here.
        """
        from jupyter_mlops.store.sweepkeeping import SweepKeeper

        sweep = self.get(sweep)
        with self._closing(sweep) as why:
            for folder in sweep.folder.trials(self.home):
                run = self.runs.get(folder.id)
                if self.runs.elsewhere(run):
                    self.runs.close(run)
            keeper = SweepKeeper(self.home, sweep.path, self._clock)
            try:
                keeper.finish(State.STOPPED, why)
            finally:
                keeper.close()
        return sweep

    def delete(self, sweep: str | Sweep, *, stop: bool = False) -> int:
        """Delete a sweep with all its trials and return the bytes that this freed.

        Args:
            sweep: A sweep, its id or its name.
            stop: Whether an unfinished sweep is stopped first.

        Raises:
            Conflict: it is not finished, and ``stop`` is not set; or one of its trials is still being kept.
        """
        sweep = self.get(sweep)
        is_broken = bool(sweep.folder.row().broken)
        if stop and not is_broken:
            self.stop(sweep)
        if is_broken or sweep.state.is_finished:
            await_keeper(sweep.folder)
        check_finished(sweep.folder)
        trials = sweep.folder.trials(self.home)
        for trial in trials:
            # A trial that cannot be read goes as well.
            with suppress(MlopsError):
                self.runs.settle(trial)
            await_keeper(trial)
        try:
            return folders.delete(self.home, sweep.folder)
        finally:
            for trial in trials:
                self.runs.index.refresh(trial)
            self.rows.refresh(sweep.folder)

    def frees(self, sweep: Sweep) -> int:
        """Return the bytes that deleting a sweep with its trials gives back."""
        return folders.frees(self.home, sweep.folder)

    def settle(self, folder: SweepFolder) -> None:
        if folder.is_kept():
            return
        tuner = self._tuners.get(folder.spec().run.platform)
        if tuner is not None:
            tuner.settle(folder.path)
            self.rows.refresh(folder)

    def trial(self, sweep: Sweep, number: int) -> Run:
        """Return the run of one trial.

        Raises:
            NotFound: the sweep has no such trial, or its run was deleted.
        """
        folder = self.home.runs / trial_id(sweep.id, number)
        if not folder.is_dir():
            trials = sweep.folder.status().trials
            asked = 0 < number <= len(trials)
            has = f"it has {len(trials)}, from 1 on" if trials else "it has none yet"
            why = "its run was deleted" if asked and trials[number - 1].result else "its run is just being made"
            raise NotFound(f"The sweep {sweep.id} has no trial {number} to show; {why if asked else has}.")
        return self.runs.get(folder.name)

    def trials(self, sweep: Sweep) -> RunList:
        """Return the runs of all trials, in the order of their numbers. The index alone is read."""
        return self.runs.list(sweep=sweep.id, archived=None, sort="trial", descending=False)

    def history(self, sweep: Sweep) -> _Trials:
        """Return what came of each trial, in the order of their numbers."""
        rows = {row.id: row for row in self.runs.index.list(Where(sweep=sweep.id))}
        return [trial_of(sweep.spec, fact, rows.get(fact.run)) for fact in sweep.status.trials]

    def lineage(self, sweep: Sweep) -> Lineage:
        """Return where a sweep comes from, and what came of it."""
        from jupyter_mlops.services.lineage import Lineages
        from jupyter_mlops.services.uses import Uses

        return Lineages(self.home, self.runs.index, Uses(self.home)).of_sweep(sweep.id)

    def snapshot(self, sweep: Sweep, *, trials: bool = True) -> SweepSnapshot:
        """Return a sweep as its card shows it, with all its trials or without them."""
        if not sweep.folder.row().broken:
            sweep.status  # noqa: B018 - settles the sweep, so that the card tells the truth
        snapshot = read_sweep(sweep.folder, self.home.id, trials=trials)
        snapshot.detached = sweep.is_detached
        snapshot.variable = sweep.variable
        snapshot.notes = [*sweep.remarks, *snapshot.notes]
        if not snapshot.row.broken and not snapshot.row.state.is_finished:
            snapshot.elsewhere = self.elsewhere(sweep)
            snapshot.notes = [*([snapshot.elsewhere] if snapshot.elsewhere else []), *snapshot.notes]
        return snapshot

    def bundle(self, snapshot: SweepSnapshot, *, is_tall: bool = False, is_first: bool = False) -> dict[str, Any]:
        """Return a card in every form that a notebook knows; see ``Sweep.bundle``."""
        from jupyter_mlops.cards.sweeps import sweep_mimebundle

        del is_first
        return sweep_mimebundle(snapshot, self._clock(), is_tall=is_tall)

    def _planned(
        self, what: str | Cell | Run, name: str, search: Search, run_options: Mapping[str, Any]
    ) -> tuple[Base, Plan]:
        base = self._base(what, name)
        settings = self.home.settings
        run = options.asked(base.run, self.runs.launchers, interpreters=settings.interpreters, **_known(run_options))
        slots = settings.slot_count(os.cpu_count() or 1)
        cell = base.parameters()
        plan = plan_search(run, cell, search, slots)
        keeper = self._interpreter(plan.spec, base)
        if plan.spec.function and keeper.is_this:
            _check_function(search.space, plan.spec.function, cell)
        spec = msgspec.structs.replace(
            plan.spec,
            python=keeper.python,
            path=keeper.path,
            base=base.run_id,
            command=base.command or plan.command,
        )
        self.runs.launchers[run.platform].check(run)
        self._tuner_of(spec).check(spec)
        return base, msgspec.structs.replace(plan, spec=spec)

    def _base(self, what: str | Cell | Run, name: str) -> Base:
        if isinstance(what, str):
            what = self.runs.get(what) if names_a_run(what) else Cell(what)
        if isinstance(what, Run):
            return OfRun(self.runs.submission, what, name, self.runs.namespace() or {})
        return OfCell(self.runs.submission, what, name)

    def _interpreter(self, spec: SweepSpec, base: Base) -> Interpreter:
        """Return what keeps the search: this interpreter, or the base's own where this one lacks what is needed."""
        algorithm = find_algorithm(spec.algorithm)
        keeper = interpreters.this()
        lacks = missing(algorithm, has=keeper.has)
        if lacks and base.run_id and base.run.python != keeper.python:
            modules = frozenset(name for need in algorithm.needs for name in (need.module, need.instead) if name)
            keeper = interpreters.ask(base.run.python, base.run.env, modules)
            lacks = missing(algorithm, f"{base.run.python} -m pip install", keeper.has)
        if lacks:
            raise Unsupported(lacks)
        return keeper

    def _writes_space(self, base: Base, plan: Plan, search: Search) -> Callable[[Path, Any], object]:
        if not plan.spec.function:
            return lambda draft, run: None
        return write_space(self.home, plan.spec.function, search.space, base)

    def _tuner_of(self, spec: SweepSpec) -> Tuner:
        tuner = self._tuners.get(spec.run.platform)
        if tuner is None:
            raise InvalidOption(f"The platform {spec.run.platform!r} cannot search, or is not installed here.")
        return tuner

    def _find(self, text: str) -> str:
        if is_id(text) and (self.home.sweeps / text).is_dir():
            return text
        row = self.rows.get(text) or self.rows.latest(text)
        if row is None and "/" in text:
            raise InvalidInput(f"{text} is a trial, which is a run: %runs show {text} shows it.")
        if row is None:
            what = "id" if is_id(text) else "name or id"
            raise NotFound(f"No sweep has the {what} {text!r}{nearest(text, self.rows.names()) or '.'}")
        return row.id

    def _folder(self, an_id: str) -> SweepFolder:
        return SweepFolder(self.home.sweeps / an_id)


_Trials = list[Trial]


def _writes(run: Write[Any], space: Callable[[Path, Any], object]) -> Write[SweepSpec]:
    """Return what fills the draft of a sweep."""

    def write(draft: Path, spec: SweepSpec) -> SweepSpec:
        written = run(draft, spec.run)
        space(draft, written)
        return msgspec.structs.replace(spec, run=written)

    return write


def _check_function(define: Callable[[Any], Any], name: str, cell: Mapping[str, Scalar]) -> None:
    """Refuse a function that fails, or says what the cell does not have, at its first call."""
    from jupyter_mlops.tuning.defining import try_once

    for parameter, value in try_once(define, name).items():
        check_value(parameter, value, cell)


def _known(given: Mapping[str, Any]) -> dict[str, Any]:
    unknown = [name for name in given if name not in options.NAMES]
    if unknown:
        known = (*Search.__struct_fields__, "trial_timeout", *options.NAMES)
        raise InvalidOption(f"A search has no option {unknown[0]!r}{nearest(unknown[0], known) or '.'}")
    return dict(given)


def _check_grid(sweep: Sweep, more: int) -> None:
    """Refuse trials that a grid has no points for."""
    spec, wanted = sweep.spec, sweep.status.wanted
    if spec.algorithm == "grid" and more and wanted + more > (size := grid_size(spec.space)):
        left = max(0, size - wanted)
        raise Conflict(
            f"The grid of {sweep.name} has {size} points, of which {left} are left to try; "
            + (f"use --trials {left}." if left else "search elsewhere with %tune.")
        )
