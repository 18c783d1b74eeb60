"""One run, as a notebook or a script holds it: every attribute reads the run's folder when it is looked at."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

import msgspec

from jupyter_mlops import wire
from jupyter_mlops.domain.errors import Broken, NotFound, Uncapturable, nearest
from jupyter_mlops.domain.receipts import Receipt
from jupyter_mlops.domain.runs import RankStatus, RunNotes, RunSnapshot, RunSpec, RunStatus, Scalar, State
from jupyter_mlops.services.origin import current_shell
from jupyter_mlops.services.outputs import Display, Files, Text, Values, read_display
from jupyter_mlops.store.runs import RunFolder

if TYPE_CHECKING:
    import pandas

    from jupyter_mlops.store.records import HistoryPoint


_ENVIRONMENT_SECONDS = 6.0
"""How long after a run's end its environment may still be written."""


class Verbs(Protocol):
    """What a run asks of the service that gave it out."""

    def settle(self, folder: RunFolder) -> None:
        """See to it that the facts of ``folder`` are true."""

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

    def annotate(self, folder: RunFolder, notes: RunNotes) -> None:
        """Let ``notes`` be what people wrote about the run."""

    def snapshot(self, run: Run) -> RunSnapshot:
        """Return the run as its card shows it."""

    def bundle(self, snapshot: RunSnapshot, *, is_tall: bool = False, is_first: bool = False) -> dict[str, Any]:
        """Return a card in every form that a notebook knows."""

    def namespace(self) -> Mapping[str, Any] | None:
        """Return the notebook's variables; None in a script."""


class Run:
    """A run. ``run.state`` and its siblings say what is true now; ``run`` alone, in a notebook, is its card.

    Attributes:
        remarks: Sentences about the submission, which only the submitter's card says.
        is_detached: Whether the cell that submitted it no longer waits.
        variable: The notebook's name for it; empty if it has none.
    """

    jupyter_mlops_noun = "run"

    def __init__(self, folder: RunFolder, verbs: Verbs, remarks: Iterable[str] = ()) -> None:
        self.folder = folder
        self.remarks = list(remarks)
        self.is_detached = False
        self.variable = ""
        self._verbs = verbs

    @property
    def id(self) -> str:
        """Readable, sortable, unique: ``digits-20261124-063012-7f3k``."""
        return self.folder.id

    @property
    def name(self) -> str:
        """The name it was submitted under."""
        return self.spec.name

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

    @cached_property
    def spec(self) -> RunSpec:
        """All that was asked for."""
        return self.folder.spec()

    @property
    def path(self) -> Path:
        """The folder that holds everything about it."""
        return self.folder.path

    @property
    def status(self) -> RunStatus:
        """Where it stands, in full."""
        status = self.folder.status()
        if status.state.is_finished:
            return status
        self._verbs.settle(self.folder)
        return self.folder.status()

    @property
    def state(self) -> State:
        """Where it stands; equal to the plain word: ``run.state == "running"``."""
        return self.status.state

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

        if not 0 <= rank < self.spec.workers:
            raise NotFound(f"The run {self.id} has no rank {rank}; it has {self.spec.workers}, counted from 0.")
        return Text(read_log(self.folder.log_path(rank, attempt or self.folder.status().attempt)))

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
    def note(self) -> str:
        """What people wrote about it; assign to it to change it."""
        return self.folder.notes().note

    @note.setter
    def note(self, text: str) -> None:
        self._verbs.annotate(self.folder, msgspec.structs.replace(self.folder.notes(), note=str(text)))

    @property
    def tags(self) -> tuple[str, ...]:
        """Words to find it by; assign to it to change them."""
        return tuple(self.folder.notes().tags)

    @tags.setter
    def tags(self, tags: Iterable[str]) -> None:
        words = [tags] if isinstance(tags, str) else list(dict.fromkeys(map(str, tags)))
        self._verbs.annotate(self.folder, msgspec.structs.replace(self.folder.notes(), tags=words))

    def wait(self, timeout: float | None = None) -> State:
        """Return its state as soon as it is finished; a notebook shows its card meanwhile.

        Args:
            timeout: Seconds after which its state is returned although it is not finished.
        """
        shell = current_shell()
        if shell is None or threading.current_thread() is not threading.main_thread():
            return self._verbs.wait(self, timeout)
        from jupyter_mlops.services.live import watch

        return watch(self, shell, timeout)

    def stop(self) -> Run:
        """End it and return it; a finished run stays as it is."""
        return self._verbs.stop(self)

    def retry(self) -> Run:
        """Return a new run of the same code, values and parameters."""
        return self._verbs.retry(self)

    def is_finished_within(self, seconds: float) -> bool:
        """Say whether it is finished, as soon as it is, after ``seconds`` at the latest."""
        return self._verbs.is_finished_within(self, seconds)

    def snapshot(self) -> RunSnapshot:
        """Return all that its card shows."""
        return self._verbs.snapshot(self)

    def bundle(self, snapshot: RunSnapshot, *, is_tall: bool = False, is_first: bool = False) -> dict[str, Any]:
        """Return a card in every form that a notebook knows.

        Args:
            snapshot: What it shows.
            is_tall: Whether it keeps its height at the end: it replaces one that was tall.
            is_first: Whether it is the first that this kernel shows.
        """
        return self._verbs.bundle(snapshot, is_tall=is_tall, is_first=is_first)

    def __repr__(self) -> str:
        text: str = self._bundle()["text/plain"]
        return text

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return self._bundle()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Run) and other.path == self.path

    def __hash__(self) -> int:
        return hash(self.path)

    def __reduce__(self) -> NoReturn:
        raise Uncapturable(
            f"A run cannot travel into a cell or a file ({self.id}); take what is needed out of it before, "
            'such as model = run.values["model"].'
        )

    def _bundle(self) -> dict[str, Any]:
        return self.bundle(self.snapshot())

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
