"""What users mean when they say run: submit, list, get, wait, stop, retry, delete, close, annotate."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from jupyter_mlops.domain.errors import InvalidOption, MlopsError, NotFound, nearest
from jupyter_mlops.domain.lineage import Lineage
from jupyter_mlops.domain.names import check_label, is_id
from jupyter_mlops.domain.parameters import substitute
from jupyter_mlops.domain.runs import RunRow, RunSnapshot, RunSpec, Scalar, State
from jupyter_mlops.domain.sweeps import trial_id
from jupyter_mlops.domain.units import parse_duration
from jupyter_mlops.domain.where import Condition, Where, parse_where
from jupyter_mlops.platforms.base import Launcher
from jupyter_mlops.services import options
from jupyter_mlops.services.checks import duration
from jupyter_mlops.services.kept import Kept, await_keeper, who
from jupyter_mlops.services.origin import POD_SENTENCE, refuse_inside_a_rank
from jupyter_mlops.services.run import Run
from jupyter_mlops.services.runlist import RunList
from jupyter_mlops.services.snapshots import read_snapshot
from jupyter_mlops.services.submission import Cell, Submission, write_captured, write_linked
from jupyter_mlops.store import runs as folders
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.index import Index
from jupyter_mlops.store.runs import RunFolder

if TYPE_CHECKING:
    from jupyter_mlops.services.checking import Checked
    from jupyter_mlops.services.explaining import Explained
    from jupyter_mlops.services.exports import Exported

_Rows = list[RunRow]


class Runs(Kept[Run, RunFolder]):
    """The runs of one home. Use it from one thread at a time.

    Args:
        home: Where runs are kept.
        index: The home's index.
        launchers: Platforms by name; ``local`` is used where none is named.
        clock: Seconds since the epoch.
        choose: Picks one character of a string at random.
        namespace: Returns the notebook's variables, None in a script.
    """

    noun = "run"

    def __init__(
        self,
        home: Home,
        index: Index,
        launchers: Mapping[str, Launcher],
        *,
        clock: Callable[[], float],
        choose: Callable[[str], str],
        namespace: Callable[[], Mapping[str, Any] | None] = lambda: None,
    ) -> None:
        super().__init__(index, clock)
        self.home = home
        self.index = index
        self.namespace = namespace
        self.launchers = launchers
        self.submission = Submission(home, clock, choose)
        self._has_warned_of_pod = False

    def submit(
        self,
        code: str | Cell,
        name: str,
        *,
        params: Mapping[str, Scalar] | None = None,
        kind: str = "python",
        workers: int | str = 1,
        slots: int | str | None = None,
        ps: int | str | None = None,
        evaluator: bool | None = None,
        servers: int | str | None = None,
        chief: bool | None = None,
        keep: str | Iterable[str] = (),
        timeout: float | str | None = None,
        retries: int | str = 0,
        restart: str = "never",
        hang: float | str | None = None,
        cpus: float | str | None = None,
        memory: int | str | None = None,
        gpus: int | str = 0,
        python: str | os.PathLike[str] | None = None,
        cold: bool = False,
        on: str = "local",
        log_limit: int | str | None = None,
        log_full: str = "cut",
    ) -> Run:
        """Start a run of ``code`` and return it; it goes on when this process ends.

        Args:
            code: Python source, or a notebook's cell with the variables that it may take along.
            name: A label; several runs may share one.
            params: Values for top-level literals of the code.
            kind: What the processes are: ``python``, ``pytorch``, ``tensorflow``, ``xgboost``, ``mpi``, ``paddle``,
                ``mxnet``, ``jax``. Each sees the environment that the training operator of its kind gives.
            workers: How many pods train; a pod is one process, or ``slots`` of them.
            slots: How many processes each of them has (pytorch, mpi, paddle).
            ps: How many parameter servers there are besides (tensorflow, paddle).
            evaluator: Whether there is an evaluator besides (tensorflow).
            servers: How many servers there are besides (mxnet).
            chief: Whether the first worker is a Chief (tensorflow).
            keep: Variables whose values come back: ``run.values["model"]``.
            timeout: Seconds, or text such as ``"5m"``, after which it is ended.
            retries: How often it is started again after a failure.
            restart: With ``"on-failure"`` a pod that has failed is started again alone, ``retries`` times in all; with
                ``"exit-code"`` only one that a signal ended or whose code is 128 or more.
            hang: Seconds, or text such as ``"5m"``, after which a run is said to hang when nothing of it prints or
                computes any more; 0 is never.
            cpus: Cores of each process.
            memory: Bytes, or text such as ``"4GB"``, that each process may use.
            gpus: Devices of each process.
            python: The interpreter, by its path or by its name among the settings; by default the one that runs this.
            cold: Whether the processes are started from nothing, even where one that is warm could be used.
            on: The platform.
            log_limit: Bytes, or text such as ``"2GB"``, that all logs may take.
            log_full: ``"cut"`` drops the middle of a log that is full, ``"stop"`` ends the run.

        Raises:
            InvalidInput: something makes no sense as asked; nothing was started.
            Uncapturable: a value that the code uses cannot travel; nothing was started.
            Unsupported: the platform cannot do it; nothing was started.
            Unavailable: the home cannot be written; nothing was started.
            SyntaxError: the code is no Python; nothing was started.
        """
        refuse_inside_a_rank()
        cell = Cell(code) if isinstance(code, str) else code
        spec = self._asked(
            cell,
            check_label(name),
            params,
            kind=kind,
            workers=workers,
            slots=slots,
            ps=ps,
            evaluator=evaluator,
            servers=servers,
            chief=chief,
            keep=keep,
            timeout=timeout,
            retries=retries,
            restart=restart,
            hang=hang,
            cpus=cpus,
            memory=memory,
            gpus=gpus,
            python=python,
            cold=cold,
            on=on,
            log_limit=log_limit,
            log_full=log_full,
        )
        return self.start(cell, spec)

    def explain(
        self, code: str | Cell, name: str = "run", *, params: Mapping[str, Scalar] | None = None, **asked: Any
    ) -> Explained:
        """Return what ``submit`` would start with the same arguments: every rank with role, command and environment.

        Nothing is started, and neither the framework nor mpirun need be there.

        Args:
            code: Python source, or a notebook's cell.
            name: The run's name.
            params: Values for top-level literals of the code.
            **asked: As ``submit`` takes them: ``kind``, ``workers``, ``slots``, ``ps``, …

        Raises:
            InvalidInput: something makes no sense as asked.
            SyntaxError: the code is no Python.
        """
        from jupyter_mlops.services.explaining import explained

        cell = Cell(code) if isinstance(code, str) else code
        spec = self._asked(cell, check_label(name or "run"), params, **_known(asked))
        _check_cell(cell, spec.params)
        return explained(self.home, spec)

    def check(
        self,
        code: str | Cell,
        name: str = "check",
        *,
        params: Mapping[str, Scalar] | None = None,
        seconds: float | str | None = None,
        **asked: Any,
    ) -> Checked:
        """Start what ``submit`` would start for a moment, end it, and return what was seen.

        That is what the cell imports, what travels with it, the first lines of each rank, and how it ended if it did.
        Nothing is left of it, unless it failed.

        Args:
            code: Python source, or a notebook's cell.
            name: The run's name.
            params: Values for top-level literals of the code.
            seconds: How long it may go at most, or text such as ``"1m"``; 20 if it is None.
            **asked: As ``submit`` takes them: ``kind``, ``workers``, ``slots``, ``ps``, …

        Raises:
            MlopsError: as ``submit`` does.
            SyntaxError: the code is no Python.
        """
        from jupyter_mlops.services.checking import SECONDS, checked

        refuse_inside_a_rank()
        cell = Cell(code) if isinstance(code, str) else code
        spec = self._asked(cell, check_label(name or "check"), params, **_known(asked))
        return checked(self, cell, spec, SECONDS if seconds is None else duration("check", seconds))

    def start(self, cell: Cell, spec: RunSpec) -> Run:
        """Return a run of a cell for which everything is asked already."""
        return self._publish(spec, write_captured(self.home, cell, spec.params))

    def get(self, run: str | Run) -> Run:
        """Return a run by its id, or the latest of a name, or a trial by ``NAME/NUMBER``.

        Raises:
            NotFound: nothing has that id or name.
        """
        return run if isinstance(run, Run) else self._open(self._find(run))

    def list(
        self,
        where: str | Iterable[Condition] = "",
        *,
        sort: str = "created",
        descending: bool = True,
        limit: int | None = None,
        offset: int = 0,
        archived: bool | None = False,
        sweep: str | None = "",
    ) -> RunList:
        """Return the runs that fit, the latest first.

        Args:
            where: Conditions such as ``"digits lr > 0.01 state = failed age < 2d"``.
            sort: A column, a parameter or a metric.
            descending: Whether the largest comes first.
            limit: How many at most.
            offset: How many are passed over.
            archived: Whether archived runs are meant; None is both.
            sweep: The sweep whose trials are meant; empty is runs that are no trials, None both.
        """
        conditions = parse_where(where, self._clock()) if isinstance(where, str) else tuple(where)
        wanted = Where(
            conditions=conditions,
            archived=archived,
            sweep=sweep,
            sort=sort,
            descending=descending,
            limit=limit,
            offset=offset,
        )
        self.settle_all()
        rows = self.index.list(wanted)
        shown = where if isinstance(where, str) else ""
        return RunList([self._open(row.id) for row in rows], rows, self._clock, shown)

    def stop(self, run: str | Run) -> Run:
        """End a run and return it when nothing of it is left; a finished run stays as it is."""
        run = self.get(run)
        if not run.state.is_finished:
            self._launcher(run).stop(run.path, who())
            self.index.refresh(run.folder)
        return run

    def retry(self, run: str | Run) -> Run:
        """Return a new run of the same code, values, parameters and options."""
        refuse_inside_a_rank()
        run = self.get(run)
        return self._publish(self.submission.again(run.spec), write_linked(run.path / "bundle"))

    def is_finished_within(self, run: Run, seconds: float) -> bool:
        """Say whether a run is finished, as soon as it is, after ``seconds`` at the latest."""
        if self._launcher(run).wait(run.path, seconds):
            return True
        return run.state.is_finished

    def close(self, run: str | Run) -> Run:
        """Write by hand that a run of another machine, which will not come back, has ended.

        Raises:
            Conflict: the run is finished, or goes on here.
        """
        from jupyter_mlops.store.keeping import RunKeeper

        run = self.get(run)
        with self._closing(run) as why:
            keeper = RunKeeper(self.home, run.path, self._clock)
            try:
                keeper.finish(State.STOPPED, why)
            finally:
                keeper.close()
        return run

    def delete(self, run: str | Run, *, stop: bool = False) -> int:
        """Delete a run with all it holds and return the bytes that this freed.

        Args:
            run: A run, its id or its name.
            stop: Whether an unfinished run is stopped first.

        Raises:
            Conflict: it is not finished, and ``stop`` is not set.
        """
        run = self.get(run)
        is_broken = self._is_broken(run)
        if stop and not is_broken:
            self.stop(run)
        if is_broken or run.state.is_finished:
            await_keeper(run.folder)
        freed = folders.delete(self.home, run.folder)
        self.index.refresh(run.id)
        return freed

    def export(self, which: str | Run | Iterable[str | Run], uri: str, experiment: str | None = None) -> Exported:
        """Write runs into a tracking store of MLflow; once more brings what is there up to date.

        Args:
            which: A run, its id or name, or several of them.
            uri: ``http://…``, ``sqlite:///…``, whatever MLflow takes as a tracking URI.
            experiment: Its name; by default that of the first run.

        Raises:
            InvalidOption: MLflow cannot write there.
            Unavailable: MLflow is not installed, or nobody answers there.
        """
        from jupyter_mlops.services.exports import export_runs

        several = [which] if isinstance(which, str | Run) else which
        return export_runs([self.get(run) for run in several], uri, experiment)

    def older(self, age: str | float) -> RunList:
        """Return the finished runs that ended longer ago than ``age``, seconds or text such as ``"30d"``."""
        seconds = parse_duration(age) if isinstance(age, str) else age
        before = self._clock() - seconds
        found = self.list(archived=None, sweep=None)
        keep = [
            at for at, row in enumerate(found.rows) if row.state.is_finished and (row.ended or row.created) < before
        ]
        return RunList([found[at] for at in keep], [found.rows[at] for at in keep], self._clock)

    def place(self, run: Run) -> str:
        """Return where a waiting run stands in line, in one sentence; empty if it does not wait."""
        return self._launcher(run).place(run.path)

    def settle(self, folder: RunFolder) -> None:
        """See to it that the facts of one unfinished run are true."""
        if folder.is_kept():
            return
        launcher = self.launchers.get(folder.spec().platform)
        if launcher is not None:
            launcher.settle(folder.path)
            self.index.refresh(folder)

    def lineage(self, run: Run) -> Lineage:
        """Return where a run comes from, and what came of it."""
        from jupyter_mlops.services.lineage import Lineages
        from jupyter_mlops.services.uses import Uses

        return Lineages(self.home, self.index, Uses(self.home)).of_run(run.id)

    def snapshot(self, run: Run) -> RunSnapshot:
        """Return a run as its card shows it."""
        if not self._is_broken(run):
            run.status  # noqa: B018 - settles the run, so that the card tells the truth
        snapshot = read_snapshot(run.folder, self.home.id)
        snapshot.detached = run.is_detached
        snapshot.variable = run.variable
        if snapshot.row.state is State.QUEUED:
            snapshot.row = msgspec.structs.replace(snapshot.row, why=self.place(run) or snapshot.row.why)
        if not snapshot.row.broken and not snapshot.row.state.is_finished:
            snapshot.elsewhere = self.elsewhere(run)
            snapshot.notes = [*self._situation(run, snapshot.elsewhere), *snapshot.notes]
        return snapshot

    def bundle(self, snapshot: RunSnapshot, *, is_tall: bool = False, is_first: bool = False) -> dict[str, Any]:
        """Return a card in every form that a notebook knows; see ``Run.bundle``."""
        from jupyter_mlops import cards

        return cards.run_mimebundle(snapshot, self._clock(), is_tall=is_tall, is_first=is_first)

    def _asked(self, cell: Cell, name: str, params: Mapping[str, Scalar] | None, **wanted: Any) -> RunSpec:
        draft = msgspec.structs.replace(self.submission.draft(name, cell), params=dict(params or {}))
        return options.asked(draft, self.launchers, interpreters=self.home.settings.interpreters, **wanted)

    def _publish(self, spec: RunSpec, write: Callable[[Path, RunSpec], RunSpec]) -> Run:
        launcher = self.launchers[spec.platform]
        launcher.check(spec)
        folder = RunFolder(self.submission.publish(spec, self.home.runs, launcher, write))
        self.index.refresh(folder)
        return Run(folder, self, self._said_once(spec))

    def _said_once(self, spec: RunSpec) -> _Sentences:
        if not spec.origin.pod or self._has_warned_of_pod:
            return []
        self._has_warned_of_pod = True
        return [POD_SENTENCE]

    def _situation(self, run: Run, elsewhere: str) -> _Sentences:
        """Return what is worth knowing while a run goes: what its submission said, and what goes beside it."""
        return [*([elsewhere] if elsewhere else []), *self._siblings(run), *run.remarks]

    def _siblings(self, run: Run) -> _Sentences:
        unfinished = [RunFolder(self.home.runs / other) for other in self.index.unfinished() if other != run.id]
        older = []
        for folder in unfinished:
            with suppress(MlopsError):
                spec = folder.spec()
                if spec.name == run.name and not spec.sweep and (spec.created, spec.id) < (run.spec.created, run.id):
                    older.append(spec.id)
        return [f"An earlier run of this name still goes; `%runs stop {other}` ends it." for other in older]

    def _find(self, text: str) -> str:
        if is_id(text) and (self.home.runs / text).is_dir():
            return text
        row = self._trial(*text.split("/")) if text.count("/") == 1 else self.index.get(text) or self.index.latest(text)
        if row is None:
            what = "id" if is_id(text) else "name or id"
            raise NotFound(f"No run has the {what} {text!r}{nearest(text, self.index.names()) or '.'}")
        return row.id

    def _trial(self, name: str, number: str) -> RunRow | None:
        """Return a trial of the latest sweep of a name, which an older one may have more of; None without a sweep."""
        sweep = self.index.sweeps.latest(name)
        if sweep is None:
            return None
        row = self.index.get(trial_id(sweep.id, int(number))) if number.isdecimal() else None
        if row is None:
            raise NotFound(f"The latest sweep of {name!r}, {sweep.id}, has no trial {number}.")
        return row

    def _open(self, run_id: str) -> Run:
        return Run(self._folder(run_id), self)

    def _folder(self, an_id: str) -> RunFolder:
        return RunFolder(self.home.runs / an_id)

    def _launcher(self, run: Run) -> Launcher:
        launcher = self.launchers.get(run.platform)
        if launcher is None:
            raise InvalidOption(f"The run {run.id} is on the platform {run.platform!r}, which is not installed here.")
        return launcher

    def _is_broken(self, run: Run) -> bool:
        return bool(run.folder.row().broken)


_Sentences = list[str]


def _known(asked: Mapping[str, Any]) -> dict[str, Any]:
    unknown = [name for name in asked if name not in options.NAMES]
    if unknown:
        raise InvalidOption(f"A run has no option {unknown[0]!r}{nearest(unknown[0], options.NAMES) or '.'}")
    return dict(asked)


def _check_cell(cell: Cell, params: Mapping[str, Scalar]) -> None:
    """Refuse a cell that could not be submitted, or that does not have the parameters."""
    from jupyter_mlops.capture.cells import read_cell

    body = read_cell(cell.code, cell.magic).body
    if params:
        substitute(body, params)
