"""A module of PyTorch is stored by its own interpreter, and loaded by another, which does not know its class."""

from __future__ import annotations

import numpy as np
import pytest

from tests.servers.conftest import says

pytestmark = pytest.mark.timeout(300)

_STORE = """
import json, pathlib, sys
import numpy, torch
from jupyter_mlops.packaging.pack import pack
from jupyter_mlops.serving.loading import predictor
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(4, 2)
        self.drop = torch.nn.Dropout(0.5)
    def forward(self, rows):
        return self.drop(self.linear(rows))
rows = numpy.arange(12, dtype="float32").reshape(3, 4)
model = Net()
told = pack(model, pathlib.Path(sys.argv[1]), "net", predictor, table=rows)
trains = model.training
answer = model.eval()(torch.as_tensor(rows)).detach().numpy()
print(json.dumps({
    "flavor": told.flavor,
    "trains": trains,
    "inputs": [[f.name, f.type, f.shape] for f in told.signature.inputs],
    "outputs": [[f.name, f.type, f.shape] for f in told.signature.outputs],
    "answer": answer.tolist(),
}))
"""
_LOAD = """
import importlib.util, json, sys
import numpy
file = importlib.util.spec_from_file_location("loading", sys.argv[2])
loading = importlib.util.module_from_spec(file)
file.loader.exec_module(loading)
rows = numpy.arange(12, dtype="float32").reshape(3, 4)
model = loading.load(sys.argv[1], "pytorch")
own = loading.predictor(model, "pytorch").predict(rows)
assert "mlflow" not in sys.modules
import mlflow
flow = mlflow.pyfunc.load_model(sys.argv[1] + "/model").predict(rows)
print(json.dumps({"own": own.tolist(), "mlflow": numpy.asarray(flow).tolist()}))
"""


def test_it_comes_back(tmp_path):
    from jupyter_mlops.serving import loading

    told = says("torch", _STORE, str(tmp_path), ours=True)
    assert (told["flavor"], told["trains"]) == ("pytorch", True)
    assert (told["inputs"], told["outputs"]) == ([["input", "FP32", [4]]], [["predict", "FP32", [2]]])
    found = says("torch", _LOAD, str(tmp_path), loading.__file__)
    for way in ("own", "mlflow"):
        np.testing.assert_allclose(found[way], told["answer"], rtol=1e-5, err_msg=way)
