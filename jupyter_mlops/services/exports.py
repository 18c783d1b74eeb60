"""Runs and sweeps, copied to any tracking store of MLflow: once each, however often it is asked for."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from jupyter_mlops.domain.errors import InvalidInput, InvalidOption, MlopsError, Unavailable
from jupyter_mlops.domain.parameters import parameters
from jupyter_mlops.domain.runs import Scalar, State
from jupyter_mlops.domain.spaces import text_of
from jupyter_mlops.domain.sweeps import SweepRow
from jupyter_mlops.services.recorded import points

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run as MlflowRun

    from jupyter_mlops.services.run import Run
    from jupyter_mlops.services.sweep import Sweep

_OWN = "jupyter_mlops"
_RUN, _SWEEP, _STATE, _ATTEMPT = (f"{_OWN}.{word}" for word in ("run", "sweep", "state", "attempt"))
_PARENT = "mlflow.parentRunId"
_STATUS = {
    State.QUEUED: "SCHEDULED",
    State.STARTING: "RUNNING",
    State.RUNNING: "RUNNING",
    State.SUCCEEDED: "FINISHED",
    State.FAILED: "FAILED",
    State.STOPPED: "KILLED",
}
_BATCH = 500
_PARAMS = 50
_LONGEST = 500
_PROBE_SECONDS = 5.0


class Exported(msgspec.Struct, frozen=True):
    """What an export made, or found and brought up to date.

    Attributes:
        uri: The tracking store.
        experiment: Name of the experiment.
        runs: MLflow's ids, by id of the run or sweep.
    """

    uri: str
    experiment: str
    runs: dict[str, str]

    def __repr__(self) -> str:
        count = len(self.runs)
        what = f"{next(iter(self.runs))} is" if count == 1 else f"{count} runs are"
        return f"{what} in the experiment {self.experiment!r} of {self.uri}."


def export_runs(runs: Iterable[Run], uri: str, experiment: str | None = None) -> Exported:
    """Write runs into a tracking store of MLflow, or bring up to date what is there of them.

    Args:
        runs: At least one.
        uri: The store: ``http://…``, ``sqlite:///…``, ``databricks``, whatever MLflow takes.
        experiment: Its name; that of the first run if it is None.

    Raises:
        InvalidOption: MLflow knows no such store, or nothing can be written there.
        Unavailable: MLflow is not installed, or nobody answers.
    """
    chosen = list(runs)
    if not chosen:
        raise InvalidInput("There is no run to export.")
    with _translated(uri):
        to = _Destination(uri, experiment or chosen[0].name)
        return to.done({run.id: to.put_run(run) for run in chosen})


def export_sweep(sweep: Sweep, uri: str, experiment: str | None = None) -> Exported:
    """Write a sweep into a tracking store of MLflow: a run, and its trials as runs below it.

    Raises:
        InvalidOption, Unavailable: as ``export_runs``.
    """
    trials = list(sweep.trials)
    with _translated(uri):
        to = _Destination(uri, experiment or sweep.name)
        parent = to.put_sweep(sweep)
        return to.done({sweep.id: parent, **{run.id: to.put_run(run, parent) for run in trials}})


@contextmanager
def _translated(uri: str) -> Iterator[None]:
    """Let what MLflow and its libraries raise be one sentence that names the store."""
    _refuse(uri)
    try:
        yield
    except MlopsError:
        raise
    except ImportError as error:
        needed = "MLflow" if (error.name or "").startswith("mlflow") else f"the package {error.name!r}"
        raise Unavailable(
            f"Exporting to {uri} needs {needed}, which is not installed here; pip install mlflow."
        ) from error
    except Exception as error:
        # MLflow's own way out stands behind its first sentence.
        remedy = " Use sqlite:///mlflow.db, or set MLFLOW_ALLOW_FILE_STORE=true." if "maintenance" in str(error) else ""
        raise InvalidOption(f"MLflow cannot write to {uri!r}: {_sentence(error)}.{remedy}") from error


def _refuse(uri: str) -> None:
    if not uri:
        raise InvalidOption("Say where the export goes: a tracking URI of MLflow, such as http://127.0.0.1:5000.")
    parts = urlsplit(uri)
    if parts.scheme == "jupyter-mlops":
        raise InvalidOption("jupyter-mlops: is where runs are already; name another tracking store of MLflow.")
    if parts.scheme in ("http", "https") and parts.hostname:
        # MLflow itself would try for minutes.
        try:
            port = parts.port or (443 if parts.scheme == "https" else 80)
            socket.create_connection((parts.hostname, port), _PROBE_SECONDS).close()
        except (OSError, ValueError) as error:
            raise Unavailable(f"Nobody answers at {uri}; is the tracking server running?") from error


def _sentence(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    first = re.split(r"(?<=[a-z'\")])\. ", text)[0]
    return first[:300].rstrip(".:")


class _Destination:
    """One experiment of one tracking store."""

    def __init__(self, uri: str, experiment: str) -> None:
        from mlflow import MlflowClient

        self.uri, self.name = uri, experiment
        self.client: MlflowClient = MlflowClient(tracking_uri=uri)
        found = self.client.get_experiment_by_name(experiment)
        self.experiment = str(found.experiment_id if found else self.client.create_experiment(experiment))

    def done(self, runs: dict[str, str]) -> Exported:
        """Return what was exported."""
        return Exported(self.uri, self.name, runs)

    def put_run(self, run: Run, parent: str = "") -> str:
        """Return MLflow's id of a run that holds all of ``run``."""
        status = run.status
        tags = _tags_of(run) | ({_PARENT: parent} if parent else {})
        found = self._find(_RUN, run.id, status.attempt) or self._create(run.name, run.spec.created, tags)
        target = str(found.info.run_id)
        if found.data.tags.get(_STATE) != status.state or not status.state.is_finished:
            self._log_params(target, _params_of(run), found.data.params)
            for name in run.folder.row().metrics:
                self._log_points(target, run, name, status.attempt)
            self._log_files(target, run)
        self._end(target, status.state, status.ended)
        # The last thing: what was interrupted before its state was said is done again.
        self._set_tags(target, tags, found.data.tags)
        return target

    def put_sweep(self, sweep: Sweep) -> str:
        """Return MLflow's id of a run that stands for ``sweep``."""
        row = sweep.row
        tags = _sweep_tags(row)
        found = self._find(_SWEEP, sweep.id) or self._create(row.name, row.created, tags)
        target = str(found.info.run_id)
        spec = sweep.spec
        asked = {"algorithm": spec.algorithm, "prune": spec.prune, "objective": _objectives(row), "seed": spec.seed}
        space = {f"space.{dimension.name}": text_of(dimension) for dimension in spec.space}
        self._log_params(target, {**asked, **space}, found.data.params)
        if len(row.best_values) == len(row.objectives) == 1:
            self.client.log_metric(target, _clean(f"best_{row.objectives[0].metric}"), float(row.best_values[0]))
        self._end(target, row.state, row.ended)
        self._set_tags(target, tags, found.data.tags)
        return target

    def _find(self, tag: str, value: str, attempt: int = 1) -> MlflowRun | None:
        found = self.client.search_runs([self.experiment], f"tags.`{tag}` = '{value}'", max_results=1)
        run = found[0] if found else None
        if run is not None and run.data.tags.get(_ATTEMPT, str(attempt)) != str(attempt):
            # What an earlier attempt came to is not part of this one, and nothing can be taken back.
            self.client.delete_run(run.info.run_id)
            return None
        return run

    def _create(self, name: str, created: float, tags: Mapping[str, str]) -> MlflowRun:
        # It is not what its state says until all is there.
        first = {key: value for key, value in tags.items() if key != _STATE}
        return self.client.create_run(self.experiment, int(created * 1000), first, name)

    def _log_params(self, target: str, params: Mapping[str, Scalar], known: Mapping[str, str]) -> None:
        from mlflow.entities import Param

        fresh = [
            Param(_clean(name), str(value)[:_LONGEST]) for name, value in params.items() if _clean(name) not in known
        ]
        for start in range(0, len(fresh), _PARAMS):
            self.client.log_batch(target, params=fresh[start : start + _PARAMS])

    def _log_points(self, target: str, run: Run, name: str, attempt: int) -> None:
        from mlflow.entities import Metric

        there = len(self.client.get_metric_history(target, _clean(name)))
        new = points(run.path, name, attempt)[there:]
        metrics = [Metric(_clean(name), point.value, int(point.time * 1000), int(point.step)) for point in new]
        for start in range(0, len(metrics), _BATCH):
            self.client.log_batch(target, metrics=metrics[start : start + _BATCH])

    def _log_files(self, target: str, run: Run) -> None:
        files = run.path / "files"
        if files.is_dir() and any(files.iterdir()):
            self.client.log_artifacts(target, str(files))
        for name in ("bundle/cell.py", "environment.json", "datasets.json"):
            if (run.path / name).exists():
                self.client.log_artifact(target, str(run.path / name), _OWN)

    def _set_tags(self, target: str, tags: Mapping[str, str], known: Mapping[str, str]) -> None:
        for name, value in tags.items():
            if known.get(name) != value:
                self.client.set_tag(target, name, value)

    def _end(self, target: str, state: State, ended: float | None) -> None:
        if state.is_finished:
            self.client.set_terminated(target, _STATUS[state], int((ended or 0) * 1000) or None)
        else:
            self.client.update_run(target, _STATUS[state])


def _params_of(run: Run) -> dict[str, Scalar]:
    """Return all parameters of the cell with the values that it ran with, and what it logged besides."""
    try:
        cell = parameters(run.code)
    except (SyntaxError, MlopsError):
        cell = {}
    return {**run.folder.status().logged, **cell, **run.spec.params}


def _tags_of(run: Run) -> dict[str, str]:
    spec, status, notes = run.spec, run.status, run.folder.notes()
    commit = ((run.environment if status.state.is_finished else {}).get("git") or {}).get("commit")
    tags = {
        **{name: str(value) for name, value in status.tags.items()},
        _RUN: spec.id,
        _STATE: str(status.state),
        _ATTEMPT: str(status.attempt),
        f"{_OWN}.why": status.why,
        f"{_OWN}.sweep_id": spec.sweep,
        f"{_OWN}.trial": "" if spec.trial is None else str(spec.trial),
        f"{_OWN}.tags": ", ".join(notes.tags),
        f"{_OWN}.code": spec.code_hash,
        "mlflow.user": spec.origin.user,
        "mlflow.source.name": spec.origin.notebook,
        "mlflow.source.type": "NOTEBOOK" if spec.origin.notebook else "LOCAL",
        "mlflow.source.git.commit": commit or "",
        "mlflow.note.content": notes.note,
    }
    return {_clean(name): value[:_LONGEST] for name, value in tags.items() if value}


def _sweep_tags(row: SweepRow) -> dict[str, str]:
    tags = {
        _SWEEP: row.id,
        _STATE: str(row.state),
        f"{_OWN}.why": row.why,
        f"{_OWN}.best": row.best_run,
        f"{_OWN}.tags": ", ".join(row.tags),
        "mlflow.source.name": row.notebook,
        "mlflow.note.content": row.note,
    }
    return {name: value[:_LONGEST] for name, value in tags.items() if value}


def _objectives(row: SweepRow) -> str:
    return ", ".join(f"{objective.metric}:{objective.direction}" for objective in row.objectives)


def _clean(name: str) -> str:
    """Return a name that every tracking store takes."""
    return re.sub(r"[^\w\-. :/]", "_", name)[:250].strip("/") or "_"
