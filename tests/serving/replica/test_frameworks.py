"""What frameworks' own models need: matrices of their own, names of a graph, whole numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.serving.replica.running import replica


def test_the_output_of_a_graph_has_the_graphs_name(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    kind = onnx.TensorProto.FLOAT
    node = onnx.helper.make_node("Add", ["x", "x"], ["sum"])
    shapes = [onnx.helper.make_tensor_value_info(name, kind, [None, 2]) for name in ("x", "sum")]
    graph = onnx.helper.make_graph([node], "double", shapes[:1], shapes[1:])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=9)
    signature = {
        "kind": "tensor",
        "inputs": [{"name": "x", "type": "FP32", "shape": [2]}],
        "outputs": [{"name": "sum", "type": "FP32", "shape": [2]}],
    }
    asked: dict[str, Any] = {"inputs": [{"name": "x", "datatype": "FP64", "shape": [1, 2], "data": [1, 2]}]}
    output = {"name": "sum", "shape": [1, 2], "datatype": "FP32", "data": [2.0, 4.0]}

    def write(folder: Path) -> None:
        path = folder / "onnx" / "double" / "1"
        path.mkdir(parents=True)
        onnx.save(model, path / "model.onnx")

    with replica(None, signature, "onnx", write=write) as running:
        assert running.infer(asked).json()["outputs"] == [output]
        assert running.infer({**asked, "outputs": [{"name": "sum"}]}).json()["outputs"] == [output]
        assert running.infer({**asked, "outputs": [{"name": "predict"}]}).json()["outputs"][0]["name"] == "predict"
        assert "it has sum, predict." in running.refused({**asked, "outputs": [{"name": "some"}]})
        assert running.client.get("/v2/models/iris").json()["outputs"] == [
            {"name": "sum", "datatype": "FP32", "shape": [-1, 2]}
        ]


def test_a_booster_gets_its_own_matrix() -> None:
    xgboost = pytest.importorskip("xgboost")
    import numpy as np

    names = ["a", "b"]
    data = xgboost.DMatrix(np.array([[0.0, 1], [1, 0], [2, 1], [3, 0]]), [0, 1, 2, 3], feature_names=names)
    booster = xgboost.train({"max_depth": 2}, data, 5)
    inputs = [{"name": name, "type": "FP64"} for name in names]
    with replica(booster, {"kind": "table", "inputs": inputs}, "xgboost") as running:
        (said,) = running.predict({"instances": [{"b": 1, "a": 2}]}).json()["predictions"]
    assert said == pytest.approx(float(booster.predict(data)[2]), abs=1e-6)


def test_a_pipeline_that_looks_at_names_gets_a_frame() -> None:
    compose = pytest.importorskip("sklearn.compose")
    import pandas as pd
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline

    table = pd.DataFrame({"a": [1.0, 2, 3], "b": [5.0, 1, 2]})
    only = compose.ColumnTransformer([("only", "passthrough", ["b"])])
    model = make_pipeline(only, LinearRegression()).fit(table, [5, 1, 2])
    inputs = [{"name": name, "type": "FP64"} for name in table.columns]
    with replica(model, {"kind": "table", "inputs": inputs}, "sklearn") as running:
        assert running.predict({"instances": [[9, 4]]}).json()["predictions"] == [pytest.approx(4)]
    with replica(model, None, "sklearn") as running:
        assert running.predict({"instances": [{"b": 4, "a": 9}]}).json()["predictions"] == [pytest.approx(4)]
        assert running.predict({"inputs": {"b": [4], "a": [9]}}).json()["outputs"] == [pytest.approx(4)]
