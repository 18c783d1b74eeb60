"""A tracking store of MLflow that records into the run whose cell logs: no server, no database."""

from __future__ import annotations

import os
from time import time

from mlflow.entities import (
    Experiment,
    LifecycleStage,
    LoggedModel,
    LoggedModelStatus,
    RunInfo,
    RunStatus,
    ViewType,
)
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_STATE, RESOURCE_DOES_NOT_EXIST
from mlflow.store.entities import PagedList
from mlflow.store.tracking.abstract_store import AbstractStore

from jupyter_mlops.runtime.records import is_rank
from jupyter_mlops.runtime.tracking.kept import DEFAULT_EXPERIMENT, Kept, files_uri, shelf

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_RUN_NAME = "mlflow.runName"


class RunStore(AbstractStore):
    """What is logged is recorded; what is asked back is answered from what this process has logged.

    Args:
        store_uri: ``jupyter-mlops:``.
        artifact_uri: Not used; files go to the run's.
    """

    def __init__(self, store_uri: str | None = None, artifact_uri: str | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._uri = store_uri
        self._experiments: dict[str, str] = {DEFAULT_EXPERIMENT: "Default"}
        self._models: dict[str, LoggedModel] = {}

    # Experiments: a name is all that there is of them.

    def search_experiments(self, *_: Any, **__: Any) -> PagedList[Experiment]:
        return PagedList([self.get_experiment(number) for number in self._experiments], None)

    def create_experiment(self, name: str, artifact_location: Any = None, tags: Any = None) -> str:
        number = str(len(self._experiments))
        self._experiments[number] = name
        return number

    def get_experiment(self, experiment_id: str) -> Experiment:
        name = self._experiments.get(str(experiment_id))
        if name is None:
            raise MlflowException(f"This run knows no experiment {experiment_id!r}.", RESOURCE_DOES_NOT_EXIST)
        return Experiment(str(experiment_id), name, files_uri(), LifecycleStage.ACTIVE)

    def get_experiment_by_name(self, experiment_name: str) -> Experiment | None:
        for number, name in self._experiments.items():
            if name == experiment_name:
                return self.get_experiment(number)
        return None

    def set_experiment_tag(self, experiment_id: str, tag: Any) -> None:
        """Forget it: experiments are not kept."""

    # Runs

    def create_run(
        self, experiment_id: str, user_id: str, start_time: int | None, tags: list[Any], run_name: str | None
    ) -> Any:
        if not is_rank():
            raise MlflowException(
                "Nothing is logged here: the tracking URI jupyter-mlops: records into the run whose cell logs; "
                "log from a cell with %%train, or name another place with mlflow.set_tracking_uri().",
                INVALID_STATE,
            )
        named = {tag.key: tag.value for tag in tags or []}
        name = run_name or named.get(_RUN_NAME) or f"run-{len(shelf.all()) + 1}"
        return shelf.begin(str(experiment_id), user_id, start_time, list(tags or []), name).run()

    def get_run(self, run_id: str) -> Any:
        return self._find(run_id).run()

    def update_run_info(self, run_id: str, run_status: Any, end_time: Any, run_name: Any = None) -> RunInfo:
        kept = self._find(run_id)
        info = kept.info
        kept.info = RunInfo(
            run_id=info.run_id,
            experiment_id=info.experiment_id,
            user_id=info.user_id,
            status=info.status if run_status is None else RunStatus.to_string(run_status),
            start_time=info.start_time,
            end_time=end_time,
            lifecycle_stage=info.lifecycle_stage,
            artifact_uri=info.artifact_uri,
            run_name=run_name or info.run_name,
        )
        return kept.info

    def delete_run(self, run_id: str) -> None:
        raise MlflowException("What a run has recorded stays; delete the run itself with %runs delete.", INVALID_STATE)

    restore_run = delete_run

    def log_batch(self, run_id: str, metrics: Any = (), params: Any = (), tags: Any = ()) -> None:
        self._find(run_id).log(metrics, params, tags)

    def record_logged_model(self, run_id: str, mlflow_model: Any) -> None:
        """Forget it: its files say what it is."""

    def log_inputs(self, run_id: str, datasets: Any = None, models: Any = None) -> None:
        """Forget them: what came with the cell has fingerprints of its own."""

    def log_outputs(self, run_id: str, models: Any) -> None:
        """Forget them: the files of a model are there."""

    def link_traces_to_run(self, trace_ids: list[str], run_id: str) -> None:
        """Forget them: traces are not kept."""

    def get_metric_history(
        self, run_id: str, metric_key: str, max_results: int | None = None, page_token: str | None = None
    ) -> PagedList[Any]:
        return PagedList(list(self._find(run_id).points.get(metric_key, ())), None)

    def _search_runs(
        self,
        experiment_ids: list[str],
        filter_string: str,
        run_view_type: int,
        max_results: int,
        order_by: list[str] | None,
        page_token: str | None,
    ) -> tuple[list[Any], str | None]:
        from mlflow.utils.search_utils import SearchUtils

        asked = set(map(str, experiment_ids))
        runs = [kept.run() for kept in shelf.all() if kept.info.experiment_id in asked]
        found = SearchUtils.filter([] if run_view_type == ViewType.DELETED_ONLY else runs, filter_string)
        page: tuple[list[Any], str | None] = SearchUtils.paginate(
            SearchUtils.sort(found, order_by), page_token, max_results
        )
        return page

    # Models: their files go to the run's, and this process knows what they are.

    def create_logged_model(
        self,
        experiment_id: str = DEFAULT_EXPERIMENT,
        name: str | None = None,
        source_run_id: str | None = None,
        tags: Any = None,
        params: Any = None,
        model_type: str | None = None,
    ) -> LoggedModel:
        model_id = "m-" + os.urandom(16).hex()
        now = int(time() * 1000)
        taken = {model.name for model in self._models.values()}
        folder = name if name and name not in taken else model_id
        model = LoggedModel(
            experiment_id=experiment_id,
            model_id=model_id,
            name=name or model_id,
            artifact_location=files_uri(folder),
            creation_timestamp=now,
            last_updated_timestamp=now,
            model_type=model_type,
            source_run_id=source_run_id,
            status=LoggedModelStatus.PENDING,
            tags=tags,
            params=params,
        )
        self._models[model_id] = model
        return model

    def get_logged_model(self, model_id: str, allow_deleted: bool = False) -> LoggedModel:
        if model_id not in self._models:
            raise MlflowException(f"This run knows no model {model_id!r}.", RESOURCE_DOES_NOT_EXIST)
        return self._models[model_id]

    def finalize_logged_model(self, model_id: str, status: Any) -> LoggedModel:
        model = self.get_logged_model(model_id)
        model.status = status
        return model

    def set_logged_model_tags(self, model_id: str, tags: Any) -> None:
        self.get_logged_model(model_id).tags.update({tag.key: tag.value for tag in tags})

    def log_logged_model_params(self, model_id: str, params: Any) -> None:
        self.get_logged_model(model_id).params.update({param.key: param.value for param in params})

    def search_logged_models(self, *_: Any, **__: Any) -> PagedList[LoggedModel]:
        return PagedList(list(self._models.values()), None)

    def _find(self, run_id: str) -> Kept:
        kept = shelf.find(run_id)
        if kept is None:
            raise MlflowException(f"This run of MLflow is not known here: {run_id!r}.", RESOURCE_DOES_NOT_EXIST)
        return kept
