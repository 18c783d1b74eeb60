"""MLflow loads and serves what is exported, without anything of ours."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.servers.conftest import says, server
from tests.serving.replica.running import free_port

pytestmark = pytest.mark.timeout(300)

_LOAD = """
import json, sys
import mlflow, numpy
answers = {}
for name, (folder, rows) in json.loads(sys.argv[1]).items():
    model = mlflow.pyfunc.load_model(folder)
    kind = model.metadata.get_input_schema()
    found = model.predict(numpy.array(rows, "float32" if "float32" in str(kind) or name == "onnx" else float))
    answers[name] = {k: numpy.asarray(v).tolist() for k, v in found.items()} if isinstance(found, dict) else (
        numpy.asarray(found).tolist()
    )
print(json.dumps(answers))
"""
ARRAYS = ["sklearn", "lambda", "lightgbm", "lightgbm-booster", "class", "function", "callable"]


@pytest.fixture(scope="module")
def answers(exported):
    """Return what MLflow says when it has loaded models of arrays."""
    asked = {name: [str(exported[name].to("mlflow")), exported[name].head.tolist()] for name in ARRAYS}
    return says("mlflow", _LOAD, json.dumps(asked))


@pytest.mark.parametrize("name", ARRAYS)
def test_it_loads_the_folder(answers, exported, name):
    one = exported[name]
    # What MLflow loads of a wrapper is its booster, which gives scores.
    model = one.stored.model
    expected = model.booster_.predict(one.head) if name == "lightgbm" else one.answer
    np.testing.assert_allclose(answers[name], expected, rtol=1e-5)


@pytest.mark.parametrize("name", ["pipeline", "class"])
def test_its_server_answers_the_same_numbers(exported, name, tmp_path):
    one = exported[name]
    port = free_port()
    words = ["-m", "mlflow", "models", "serve", "-m", str(one.to("mlflow")), "--env-manager=local"]
    words += ["--host=127.0.0.1", f"--port={port}", "--workers=1"]
    with server("mlflow", words, port, "/ping", tmp_path / "log") as client:
        if hasattr(one.head, "columns"):
            asked = {"dataframe_split": json.loads(one.head.to_json(orient="split"))}
        else:
            asked = {"inputs": one.head.tolist()}
        said = client.post("/invocations", json=asked)
    assert said.status_code == 200, said.text
    np.testing.assert_allclose(said.json()["predictions"], one.answer)
