"""The object of a version back, and what a replica asks: one object with ``predict``, whatever the framework."""

from __future__ import annotations

import os
import pickle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def load(folder: str | os.PathLike[str], flavor: str) -> Any:
    """Return the object that was registered.

    Args:
        folder: The version's.
        flavor: How it was stored.
    """
    return _LOADERS.get(flavor, _object)(os.fspath(folder))


def predictor(model: Any, flavor: str) -> Any:
    """Return what answers for a model: it has ``predict``, and whatever else the model has."""
    if flavor == "onnx":
        return OnnxModel(model)
    if flavor == "pytorch":
        return TorchModel(model)
    if flavor == "tensorflow":
        return KerasModel(model)
    if flavor == "xgboost" and type(model).__name__ == "Booster":
        return XgboostBooster(model)
    if not hasattr(model, "predict"):
        return Function(model if callable(model) else model.transform)
    return model


class Function:
    """A function, or an estimator that only transforms."""

    def __init__(self, call: Callable[[Any], Any]) -> None:
        self.predict = call


class XgboostBooster:
    """XGBoost's own Booster, which takes nothing but its own matrices."""

    def __init__(self, booster: Any) -> None:
        from xgboost import DMatrix

        self._booster = booster
        self._matrix = DMatrix
        self._names = booster.feature_names

    def predict(self, rows: Any) -> Any:
        """Return one value, or a list of them, a row."""
        names = None if hasattr(rows, "columns") else self._names
        return self._booster.predict(self._matrix(rows, feature_names=names, enable_categorical=True))


class OnnxModel:
    """A graph, run by ONNX Runtime."""

    def __init__(self, model: Any) -> None:
        from onnxruntime import InferenceSession, SessionOptions

        options = SessionOptions()
        # A replica is scaled by processes; threads that spin while they wait would cost a core at rest.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        data = model if isinstance(model, bytes) else model.SerializeToString()
        self._session = InferenceSession(data, options, providers=["CPUExecutionProvider"])
        self._inputs = [each.name for each in self._session.get_inputs()]
        self._kinds = {each.name: _KINDS.get(each.type) for each in self._session.get_inputs()}
        self._outputs = [each.name for each in self._session.get_outputs() if each.type.startswith("tensor")]

    def predict(self, rows: Any) -> Any:
        """Return the graph's outputs, each by its name; of one alone its values."""
        import numpy

        if hasattr(rows, "columns"):
            rows = rows.to_numpy()
        given = rows if isinstance(rows, dict) else {self._inputs[0]: rows}
        given = {name: numpy.asarray(value, self._kinds.get(name)) for name, value in given.items()}
        answers = self._session.run(self._outputs, given)
        return answers[0] if len(answers) == 1 else dict(zip(self._outputs, answers))  # noqa: B905 - Python 3.8


_KINDS = {
    "tensor(float)": "float32",
    "tensor(double)": "float64",
    "tensor(float16)": "float16",
    "tensor(int64)": "int64",
    "tensor(int32)": "int32",
    "tensor(int8)": "int8",
    "tensor(uint8)": "uint8",
    "tensor(bool)": "bool",
    "tensor(string)": "object",
}


class TorchModel:
    """A module of PyTorch, without gradients."""

    def __init__(self, model: Any) -> None:
        import torch

        self._torch = torch
        self._model = model.eval()
        weight = next(iter(model.parameters()), None)
        self._kind = torch.float32 if weight is None else weight.dtype

    def predict(self, rows: Any) -> Any:
        """Return what the module gives for all rows."""
        with self._torch.no_grad():
            if isinstance(rows, dict):
                return self._numbers(self._model(**{name: self._tensor(each) for name, each in rows.items()}))
            return self._numbers(self._model(self._tensor(rows.to_numpy() if hasattr(rows, "columns") else rows)))

    def _tensor(self, array: Any) -> Any:
        tensor = self._torch.as_tensor(array)
        return tensor.to(self._kind) if tensor.is_floating_point() else tensor

    def _numbers(self, answer: Any) -> Any:
        if isinstance(answer, dict):
            return {name: each.numpy() for name, each in answer.items()}
        if isinstance(answer, (list, tuple)):
            return [each.numpy() for each in answer]
        return answer.numpy()


class KerasModel:
    """A model of Keras, which would draw a progress bar."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def predict(self, rows: Any) -> Any:
        """Return what the model gives for all rows."""
        import numpy

        rows = rows.to_numpy() if hasattr(rows, "columns") else rows
        answer = self._model(rows, training=False)
        if isinstance(answer, dict):
            return {name: numpy.asarray(each) for name, each in answer.items()}
        return numpy.asarray(answer)


def _object(folder: str) -> Any:
    return _unpickled(os.path.join(folder, "object", "model.pkl"))


def _sklearn(folder: str) -> Any:
    return _unpickled(os.path.join(folder, "model", "model.pkl"))


def _unpickled(path: str) -> Any:
    with open(path, "rb") as file:
        return pickle.load(file)


def _onnx(folder: str) -> Any:
    root = os.path.join(folder, "onnx")
    path = os.path.join(root, os.listdir(root)[0], "1", "model.onnx")
    try:
        from onnx import load as load_onnx
    except ImportError:
        # To answer, the runtime is enough.
        with open(path, "rb") as file:
            return file.read()
    return load_onnx(path)


def _pytorch(folder: str) -> Any:
    import torch

    return torch.load(os.path.join(folder, "object", "model.pt"), weights_only=False, map_location="cpu")


def _tensorflow(folder: str) -> Any:
    import keras

    return keras.saving.load_model(os.path.join(folder, "object", "model.keras"))


_LOADERS = {"sklearn": _sklearn, "onnx": _onnx, "pytorch": _pytorch, "tensorflow": _tensorflow}
