"""What this process knows of the runs that MLflow began in it: enough for what MLflow asks back."""

from __future__ import annotations

import os
import threading
from collections import deque
from hashlib import blake2b
from time import time
from urllib.request import pathname2url

from mlflow.entities import LifecycleStage, Metric, Param, Run, RunData, RunInfo, RunStatus, RunTag

from jupyter_mlops.runtime.records import RUN_DIR, note, number_of_attempt, number_of_rank
from jupyter_mlops.runtime.tracking.saying import say_metrics, say_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable

DEFAULT_EXPERIMENT = "0"
PARENT = "mlflow.parentRunId"
_AUTOLOG = "mlflow.autologging"
_DESCRIPTION = "mlflow.note.content"
_MOST_POINTS = 10_000


def files_uri(*below: str) -> str:
    """Return where files go: the run's own folder of files, of other ranks than the first a folder in it."""
    rank = number_of_rank()
    folder = os.path.join(os.environ.get(RUN_DIR) or os.getcwd(), "files", *([f"rank-{rank}"] if rank else []), *below)
    return "file://" + pathname2url(os.path.abspath(folder))


def own_id() -> str:
    """Return MLflow's id of the run itself: the same in each process of the rank."""
    words = (os.environ.get("JUPYTER_MLOPS_RUN", ""), number_of_attempt(), number_of_rank())
    return blake2b(repr(words).encode(), digest_size=16).hexdigest()


class Kept:
    """One of MLflow's runs.

    Attributes:
        prefix: What stands before the names of its metrics and parameters; empty if it is the run itself.
        is_told: Whether anything of it is recorded.
    """

    def __init__(self, info: RunInfo, prefix: str, *, is_told: bool) -> None:
        self.info, self.prefix, self.is_told = info, prefix, is_told
        self.params: dict[str, str] = {}
        self.tags: dict[str, str] = {}
        self.points: dict[str, deque[Metric]] = {}
        self._last: dict[str, int] = {}

    def log(self, metrics: Iterable[Any], params: Iterable[Any], tags: Iterable[Any]) -> None:
        """Take what was logged in one call, and record it."""
        self._log_metrics(list(metrics))
        told = {param.key: param.value for param in params}
        self.params.update(told)
        self._say("params", told)
        self._set(tags)

    def run(self) -> Run:
        """Return it as MLflow describes runs."""
        metrics = [points[-1] for points in self.points.values()]
        params = [Param(key, value) for key, value in self.params.items()]
        return Run(self.info, RunData(metrics, params, [RunTag(key, value) for key, value in self.tags.items()]))

    def _set(self, tags: Iterable[Any]) -> None:
        told = {tag.key: tag.value for tag in tags}
        self.tags.update(told)
        if told.get(_DESCRIPTION) and self.is_told:
            note(told[_DESCRIPTION])
        # Those with this prefix are MLflow's own: who, from where, and which version of it.
        self._say("tags", {name: value for name, value in told.items() if not name.startswith("mlflow.")})

    def _say(self, kind: str, values: dict[str, str]) -> None:
        if self.is_told and values:
            say_words(kind, {self.prefix + name: value for name, value in values.items()})

    def _log_metrics(self, metrics: list[Any]) -> None:
        together: dict[tuple[int, int], dict[str, float]] = {}
        for metric in metrics:
            self.points.setdefault(metric.key, deque(maxlen=_MOST_POINTS)).append(metric)
            place = (self._step(metric), metric.timestamp)
            together.setdefault(place, {})[self.prefix + metric.key] = metric.value
        for (step, moment), values in together.items():
            if self.is_told:
                say_metrics(values, step, moment / 1000)

    def _step(self, metric: Any) -> int:
        """Return where a value belongs. Who names no step gets 0 each time from MLflow: then values are counted."""
        last = self._last.get(metric.key)
        step = int(metric.step) if metric.step or last is None else last + 1
        self._last[metric.key] = step
        return step


class Shelf:
    """All of MLflow's runs of this process; several threads may use it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: dict[str, Kept] = {}
        self._prefixes = {""}

    def begin(self, experiment: str, user: str, start: int | None, tags: list[Any], name: str) -> Kept:
        """Return a new one. The first without a parent is the run itself; others stand in it under their names."""
        with self._lock:
            named = {tag.key: tag.value for tag in tags}
            run_id = own_id()
            is_own = PARENT not in named and run_id not in self._runs
            prefix = "" if is_own else self._free_prefix(name)
            is_told = is_own or PARENT not in named or _AUTOLOG not in named
            if not is_own:
                run_id = os.urandom(16).hex()
            info = _info(run_id, experiment, user, start, name, prefix)
            kept = self._runs[run_id] = Kept(info, prefix, is_told=is_told)
        kept._set(tags)
        self._explain(kept, named)
        return kept

    def find(self, run_id: str) -> Kept | None:
        """Return one by its id. The run itself is known even where another process of the rank began it."""
        with self._lock:
            if run_id not in self._runs and run_id == own_id():
                self._runs[run_id] = Kept(_info(run_id, DEFAULT_EXPERIMENT, "", None, "", ""), "", is_told=True)
            return self._runs.get(run_id)

    def all(self) -> list[Kept]:
        """Return all, the first first."""
        with self._lock:
            return list(self._runs.values())

    def _free_prefix(self, name: str) -> str:
        prefix, number = f"{name}/", 1
        while prefix in self._prefixes:
            number += 1
            prefix = f"{name}-{number}/"
        self._prefixes.add(prefix)
        return prefix

    def _explain(self, kept: Kept, tags: dict[str, str]) -> None:
        if number_of_rank() != 0 or not kept.prefix:
            return
        # A note is said once, however often it is written.
        if not kept.is_told:
            note("Runs that MLflow's autolog began below this one are left out; its files may have what they tried.")
        elif PARENT in tags:
            note("What the cell logged to runs below this one stands here under their names.")
        else:
            note("The cell began several runs of MLflow: the first is this one, the others stand here by name.")


def _info(run_id: str, experiment: str, user: str, start: int | None, name: str, prefix: str) -> RunInfo:
    return RunInfo(
        run_id=run_id,
        experiment_id=experiment,
        user_id=user,
        status=RunStatus.to_string(RunStatus.RUNNING),
        start_time=int(time() * 1000) if start is None else start,
        end_time=None,
        lifecycle_stage=LifecycleStage.ACTIVE,
        artifact_uri=files_uri(*([prefix.rstrip("/").replace("/", "_")] if prefix else [])),
        run_name=name or os.environ.get("JUPYTER_MLOPS_RUN", ""),
    )


shelf = Shelf()
