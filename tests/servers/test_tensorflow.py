"""A model of Keras is stored by its own interpreter, and loaded by another: as itself, and as TF Serving does."""

from __future__ import annotations

import numpy as np
import pytest

from tests.servers.conftest import says

pytestmark = pytest.mark.timeout(300)

_STORE = """
import json, pathlib, sys
import keras, numpy
from jupyter_mlops.packaging.pack import pack
from jupyter_mlops.serving.loading import predictor
rows = numpy.arange(12, dtype="float32").reshape(3, 4)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(rows, numpy.array([0, 1, 2]), verbose=0)
told = pack(model, pathlib.Path(sys.argv[1]), "net", predictor, table=rows)
print(json.dumps({
    "flavor": told.flavor,
    "folders": told.folders,
    "inputs": [[f.name, f.type, f.shape] for f in told.signature.inputs],
    "outputs": [[f.name, f.type, f.shape] for f in told.signature.outputs],
    "requirements": told.requirements,
    "answer": model.predict(rows, verbose=0).tolist(),
}))
"""
_LOAD = """
import importlib.util, json, sys
import numpy
file = importlib.util.spec_from_file_location("loading", sys.argv[2])
loading = importlib.util.module_from_spec(file)
file.loader.exec_module(loading)
rows = numpy.arange(12, dtype="float32").reshape(3, 4)
model = loading.load(sys.argv[1], "tensorflow")
own = loading.predictor(model, "tensorflow").predict(rows)
import tensorflow
served = tensorflow.saved_model.load(sys.argv[1] + "/tf/1")
(output,) = served.signatures["serving_default"](tensorflow.constant(rows)).values()
import mlflow
flow = mlflow.pyfunc.load_model(sys.argv[1] + "/model").predict(rows)
print(json.dumps({"own": own.tolist(), "served": output.numpy().tolist(), "mlflow": numpy.asarray(flow).tolist()}))
"""


def test_it_comes_back_and_is_served(tmp_path):
    from jupyter_mlops.serving import loading

    told = says("tensorflow", _STORE, str(tmp_path), ours=True)
    assert (told["flavor"], told["folders"]) == ("tensorflow", {"mlflow": "model", "tensorflow": "tf"})
    assert (told["inputs"], told["outputs"]) == ([["input", "FP32", [4]]], [["predict", "FP32", [3]]])
    assert any(each.startswith("tensorflow-cpu==") for each in told["requirements"])
    found = says("tensorflow", _LOAD, str(tmp_path), loading.__file__)
    for way in ("own", "served", "mlflow"):
        np.testing.assert_allclose(found[way], told["answer"], rtol=1e-5, err_msg=way)
