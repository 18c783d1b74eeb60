"""KServe's server takes what is exported, and its client talks to a replica of ours.

Its servers for scikit-learn, XGBoost and LightGBM are in images, not in PyPI: what finds and loads the model's file is
done here by their rules, and served by its ``ModelServer``, which is in PyPI.
"""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.servers.conftest import says, server
from tests.serving.replica.running import free_port, replica

pytestmark = pytest.mark.timeout(300)

_SERVE = """
import json, pathlib, sys
import joblib, lightgbm, numpy, xgboost
from kserve import Model, ModelServer

ENDS = {"sklearn": (".joblib", ".pkl", ".pickle"), "xgboost": (".bst", ".json", ".ubj"), "lightgbm": (".bst",)}

class Served(Model):
    def __init__(self, name, kind, folder):
        super().__init__(name)
        files = [path for path in pathlib.Path(folder).iterdir() if path.suffix in ENDS[kind]]
        if len(files) != 1:
            raise RuntimeError(f"one model file in {folder}, not {files}")
        (file,) = files
        if kind == "sklearn":
            self.model = joblib.load(file).predict
        elif kind == "xgboost":
            booster = xgboost.Booster(model_file=str(file))
            self.model = lambda rows: booster.predict(xgboost.DMatrix(rows, feature_names=booster.feature_names))
        else:
            self.model = lightgbm.Booster(model_file=str(file)).predict
        self.ready = True

    async def predict(self, payload, headers=None, response_headers=None):
        return {"predictions": self.model(numpy.array(payload["instances"])).tolist()}

models = [Served(*each) for each in json.loads(sys.argv.pop())]
ModelServer(enable_grpc=False, workers=1).start(models)
"""
MODELS = {
    "sklearn": ("sklearn", "sklearn"),
    "lambda": ("sklearn", "sklearn"),
    "for-seldon": ("sklearn", "seldon"),
    "xgboost-booster": ("xgboost", "xgboost"),
    "lightgbm-booster": ("lightgbm", "lightgbm"),
}

_ASK = """
import asyncio, json, sys
import numpy
from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig
from kserve.protocol.rest.v2_datamodels import *

async def ask(url, name, rows):
    said = {}
    for protocol in ("v1", "v2"):
        client = InferenceRESTClient(RESTConfig(protocol=protocol, retries=0, timeout=30))
        if protocol == "v1":
            said["v1"] = (await client.infer(url, {"instances": rows}, model_name=name))["predictions"]
            continue
        said["live"] = await client.is_server_live(url)
        said["ready"] = await client.is_server_ready(url)
        said["model"] = await client.is_model_ready(url, name)
        for binary in (False, True):
            tensor = InferInput(name="input", shape=[len(rows), len(rows[0])], datatype="FP64")
            tensor.set_data_from_numpy(numpy.array(rows, float), binary_data=binary)
            request = InferRequest(model_name=name, infer_inputs=[tensor])
            answer = await client.infer(url, request, model_name=name)
            said["binary" if binary else "v2"] = answer.outputs[0].as_numpy().tolist()
    return said

print(json.dumps(asyncio.run(ask(sys.argv[1], sys.argv[2], json.loads(sys.argv[3])))))
"""


def _model(name):
    return "sklearn" if name == "for-seldon" else name


@pytest.fixture(scope="module")
def kserve(exported, tmp_path_factory):
    """Return a client of one server with all models."""
    port = free_port()
    place = tmp_path_factory.mktemp("kserve")
    models = [[name, kind, str(exported[_model(name)].to(folder))] for name, (kind, folder) in MODELS.items()]
    words = ["-c", _SERVE, f"--http_port={port}", "--enable_grpc=false", json.dumps(models)]
    with server("kserve", words, port, "/v2/health/ready", place / "log") as client:
        yield client


@pytest.mark.parametrize("name", MODELS)
def test_it_answers_the_same_numbers(kserve, exported, name):
    one = exported[_model(name)]
    said = kserve.post(f"/v1/models/{name}:predict", json={"instances": np.asarray(one.head).tolist()})
    assert said.status_code == 200, said.text
    np.testing.assert_allclose(said.json()["predictions"], one.answer, rtol=1e-5)


def test_its_client_is_answered_by_a_replica(exported):
    one = exported["sklearn"]
    inputs = [{"name": "input", "type": "FP64", "shape": [4]}]
    with replica(one.stored.model, {"kind": "tensor", "inputs": inputs}, "sklearn") as running:
        said = says("kserve", _ASK, f"http://{running.url}", "flowers", json.dumps(one.head.tolist()))
    assert (said["live"], said["ready"], said["model"]) == (True, True, True)
    assert said["v1"] == said["v2"] == said["binary"] == one.answer
