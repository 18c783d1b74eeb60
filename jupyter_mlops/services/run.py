"""One run, as a notebook or a script holds it: every attribute reads the run's folder when it is looked at."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from jupyter_mlops import wire
from jupyter_mlops.domain.datasets import Datasets
from jupyter_mlops.domain.errors import Broken, NotFound, nearest
from jupyter_mlops.domain.lineage import Lineage
from jupyter_mlops.domain.receipts import Receipt
from jupyter_mlops.domain.runs import RankStatus, RunSnapshot, RunSpec, RunStatus, Scalar, State
from jupyter_mlops.services.held import Held, Keeping
from jupyter_mlops.services.outputs import Display, Files, Text, Values, read_display
from jupyter_mlops.store.runs import RunFolder

if TYPE_CHECKING:
    import pandas

    from jupyter_mlops.services.exports import Exported
    from jupyter_mlops.services.stacks import Stacks
    from jupyter_mlops.store.records import HistoryPoint


_ENVIRONMENT_SECONDS = 6.0
"""How long after a run's end its environment may still be written."""


class Verbs(Keeping[RunFolder], Protocol):
    """What a run asks of the service that gave it out."""

    def stop(self, run: Run) -> Run:
        """End the run and return it."""

    def retry(self, run: Run) -> Run:
        """Return a new run of the same bundle."""

    def wait(self, run: Run, timeout: float | None = None) -> State:
        """Return the run's state when it is finished, or after ``timeout`` seconds."""

    def is_finished_within(self, run: Run, seconds: float) -> bool:
        """Say whether the run is finished, as soon as it is, after ``seconds`` at the latest."""

    def place(self, run: Run) -> str:
        """Return where a waiting run stands in line, in one sentence; empty where nobody knows."""

    def snapshot(self, run: Run) -> RunSnapshot:
        """Return the run as its card shows it."""

    def bundle(self, snapshot: RunSnapshot, *, is_tall: bool = False, is_first: bool = False) -> dict[str, Any]:
        """Return a card in every form that a notebook knows."""

    def namespace(self) -> Mapping[str, Any] | None:
        """Return the notebook's variables; None in a script."""

    def lineage(self, run: Run) -> Lineage:
        """Return where the run comes from, and what came of it."""


class Run(Held[RunFolder, RunSpec, RunStatus, RunSnapshot]):
    """A run. ``run.state`` and its siblings say what is true now; ``run`` alone, in a notebook, is its card."""

    jupyter_mlops_noun = "run"
    _instead = 'model = run.values["model"]'

    def __init__(self, folder: RunFolder, verbs: Verbs, remarks: Iterable[str] = ()) -> None:
        super().__init__(folder, verbs, remarks)
        self._verbs = verbs

    @property
    def kind(self) -> str:
        """What its processes are."""
        return self.spec.kind

    @property
    def platform(self) -> str:
        """Where it runs: ``local``."""
        return self.spec.platform

    @property
    def params(self) -> dict[str, Scalar]:
        """The parameters that were set for it."""
        return dict(self.spec.params)

    @property
    def stand(self) -> tuple[State, int]:
        """Its state and its attempt as its folder says, without looking whether that is still true."""
        status = self.folder.status()
        return status.state, status.attempt

    @property
    def why(self) -> str:
        """Why it is in this state, in one sentence; empty where nothing needs saying."""
        status = self.status
        place = self._verbs.place(self) if status.state is State.QUEUED else ""
        return place or status.why

    @property
    def ranks(self) -> list[RankStatus]:
        """The processes of the last attempt."""
        return self.status.ranks

    @property
    def metrics(self) -> dict[str, float]:
        """The last value of each metric of rank 0."""
        return {name: float(summary.last) for name, summary in self.folder.row().metrics.items()}

    def history(self, name: str, rank: int = 0, attempt: int | None = None) -> pandas.DataFrame | list[HistoryPoint]:
        """Return all points of one metric: a DataFrame where pandas is installed, else a list of points.

        Args:
            name: The metric.
            rank: Which process reported it.
            attempt: Which attempt; the last if None.

        Raises:
            NotFound: there is no such metric.
        """
        points = self._points(name, rank, attempt)
        try:
            import pandas
        except ImportError:
            return points
        return pandas.DataFrame(points, columns=list(points[0]._fields))

    @cached_property
    def values(self) -> Values:
        """What ``--keep`` brought back: ``run.values["model"]``."""
        return Values(lambda: self.status, self._restore)

    @property
    def files(self) -> Files:
        """The files that the cell put into ``out_dir``."""
        return Files(self.path / "files")

    @property
    def display(self) -> Display:
        """What rank 0 of the last attempt displayed."""
        return Display(read_display(self.path / "display" / str(self.folder.status().attempt) / "0"))

    def logs(self, rank: int = 0, attempt: int | None = None) -> Text:
        """Return what a rank printed, folded as a terminal would.

        Args:
            rank: Which process.
            attempt: Which attempt; the last if None.

        Raises:
            NotFound: the run has no such rank.
        """
        from jupyter_mlops.services.logs import read_log

        if not 0 <= rank < self.spec.rank_count:
            raise NotFound(f"The run {self.id} has no rank {rank}; it has {self.spec.rank_count}, counted from 0.")
        return Text(read_log(self.folder.log_path(rank, attempt or self.folder.status().attempt)))

    def stacks(self) -> Stacks:
        """Return where each rank is at this moment: the stacks of all its threads. The run goes on.

        Raises:
            Conflict: it is finished, or waits.
        """
        from jupyter_mlops.cards.hang import place
        from jupyter_mlops.services.stacks import Stacks, take

        snapshot = self.snapshot()
        found = take(self.folder)
        return Stacks(found, [place(stack, snapshot) for stack in found])

    @property
    def code(self) -> Text:
        """The cell as it ran, with its parameters."""
        return Text(self._read("bundle/cell.py").decode("utf-8", "replace"))

    @property
    def receipt(self) -> Receipt:
        """What travelled with the cell."""
        return wire.decode(self._read("bundle/receipt.json"), Receipt)

    @property
    def environment(self) -> dict[str, Any]:
        """Interpreter, packages, commit and host; empty until its ranks have started."""
        path = self.path / "environment.json"
        # Reading them does not delay a run, so a short one has ended before they are written.
        until = (self.status.ended or 0.0) + _ENVIRONMENT_SECONDS
        while not path.exists() and time.time() < until:
            time.sleep(0.02)
        try:
            return wire.decode(path.read_bytes(), dict[str, Any])
        except FileNotFoundError:
            return {}

    @property
    def datasets(self) -> Datasets:
        """The fingerprints of the tables and arrays that travelled with the cell; empty if there are none."""
        path = self.path / "datasets.json"
        # They are taken beside the ranks, so a short run has ended before.
        while self._awaits_datasets() and not path.exists():
            time.sleep(0.02)
        try:
            return wire.decode(path.read_bytes(), Datasets)
        except FileNotFoundError:
            return Datasets()
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Broken(f"The run {self.id} has a damaged datasets.json ({error}).") from error

    @property
    def lineage(self) -> Lineage:
        """Where it comes from and what came of it: data, code, versions, endpoints; ``str`` of it names every id."""
        return self._verbs.lineage(self)

    def _awaits_datasets(self) -> bool:
        status = self.status
        is_over = status.ended is not None and time.time() > status.ended + _ENVIRONMENT_SECONDS
        return status.started is not None and not is_over and any(item.table for item in self.receipt.items)

    def stop(self) -> Run:
        """End it and return it; a finished run stays as it is."""
        return self._verbs.stop(self)

    def retry(self) -> Run:
        """Return a new run of the same code, values and parameters."""
        return self._verbs.retry(self)

    def export_mlflow(self, uri: str, experiment: str | None = None) -> Exported:
        """Write it into a tracking store of MLflow; once more brings what is there up to date.

        Args:
            uri: ``http://…``, ``sqlite:///…``, whatever MLflow takes as a tracking URI.
            experiment: Its name; by default the run's.
        """
        from jupyter_mlops.services.exports import export_runs

        return export_runs([self], uri, experiment)

    def is_finished_within(self, seconds: float) -> bool:
        return self._verbs.is_finished_within(self, seconds)

    def outputs(self) -> Display:
        """Return what stands below its card."""
        return self.display

    def snapshot(self) -> RunSnapshot:
        return self._verbs.snapshot(self)

    def bundle(self, snapshot: RunSnapshot, *, is_tall: bool = False, is_first: bool = False) -> dict[str, Any]:
        return self._verbs.bundle(snapshot, is_tall=is_tall, is_first=is_first)

    def _wait(self, timeout: float | None) -> State:
        return self._verbs.wait(self, timeout)

    def _points(self, name: str, rank: int, attempt: int | None) -> list[HistoryPoint]:
        from jupyter_mlops.services.recorded import points

        wanted = attempt or self.folder.status().attempt
        found = points(self.path, name, wanted, rank)
        if not found:
            known = self.folder.row().metrics
            has = f"it has {', '.join(known)}" if known else "it has reported none yet"
            raise NotFound(f"The run {self.id} has no metric {name!r} ({has}){nearest(name, known) or '.'}")
        return found

    def _restore(self, name: str, attempt: int) -> Any:
        from jupyter_mlops.capture.restore import restore

        return restore(self.path, attempt, name, self._verbs.namespace(), note=print)

    def _read(self, name: str) -> bytes:
        try:
            return (self.path / name).read_bytes()
        except OSError as error:
            raise Broken(f"The run {self.id} has no {name}: {error.strerror}.") from error
