"""MLServer, which KServe and Seldon start, takes what is exported."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.servers.conftest import server
from tests.serving.replica.running import free_port

MODELS = {
    "sklearn": ("mlserver_sklearn.SKLearnModel", "sklearn"),
    "lambda": ("mlserver_sklearn.SKLearnModel", "sklearn"),
    "xgboost": ("mlserver_xgboost.XGBoostModel", "xgboost"),
    "lightgbm-booster": ("mlserver_lightgbm.LightGBMModel", "lightgbm"),
    "class": ("mlserver_mlflow.MLflowRuntime", "mlflow"),
    "function": ("mlserver_mlflow.MLflowRuntime", "mlflow"),
}

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def mlserver(exported, tmp_path_factory):
    """Return a client of one server with all models."""
    place = tmp_path_factory.mktemp("mlserver")
    port = free_port()
    settings = {"host": "127.0.0.1", "http_port": port, "grpc_port": free_port(), "metrics_port": free_port()}
    (place / "settings.json").write_text(json.dumps({**settings, "parallel_workers": 0, "debug": False}))
    for name, (runtime, folder) in MODELS.items():
        (place / name).mkdir()
        told = {"name": name, "implementation": runtime, "parameters": {"uri": str(exported[name].to(folder))}}
        (place / name / "model-settings.json").write_text(json.dumps(told))
    program = "from mlserver.cli import main; main()"
    with server("mlserver", ["-c", program, "start", str(place)], port, "/v2/health/ready", place / "log") as client:
        yield client


@pytest.mark.parametrize("name", MODELS)
def test_it_answers_the_same_numbers(mlserver, exported, name):
    rows = np.asarray(exported[name].head, float)
    tensor = {"name": "input", "shape": list(rows.shape), "datatype": "FP64", "data": rows.tolist()}
    said = mlserver.post(f"/v2/models/{name}/infer", json={"inputs": [tensor]})
    assert said.status_code == 200, said.text
    (output,) = said.json()["outputs"]
    expected = np.asarray(exported[name].answer)
    np.testing.assert_allclose(np.reshape(output["data"], expected.shape), expected, rtol=1e-5)


def test_a_table_of_words_is_asked_by_column(mlserver, exported):
    del exported
    names = {each["name"] for each in mlserver.post("/v2/repository/index", json={}).json()}
    assert names == set(MODELS)
