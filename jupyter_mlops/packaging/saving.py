"""A model's files: the MLflow folder that many servers take, and what some want besides.

MLflow writes the folder; what it would do and no server takes (a format of its own for scikit-learn, examples among the
model's files, requirements that it finds out by loading the model in another process) is asked to be otherwise.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_mlops.domain.errors import InvalidInput, Unsupported
from jupyter_mlops.packaging.travelling import local_modules_by_value

_OF_TENSORS = ("tensorflow", "pytorch")

Folders = dict[str, str]
"""What a server wants, below the version's folder, by the server."""


def save(
    model: Any, flavor: str, folder: Path, name: str, *, requirements: list[str], shown: tuple[Any, Any] = (None, None)
) -> Folders:
    """Write a model's files below ``folder``, and return what servers find there.

    Args:
        model: The object.
        flavor: What kind it is.
        folder: Where.
        name: The model's name.
        requirements: What its environment must have, as pip takes it.
        shown: The first rows of its training input and what it answers, which tell MLflow the signature.

    Raises:
        Unsupported: MLflow is not installed.
        InvalidInput: the model cannot be stored; the reason is named.
    """
    mlflow = _mlflow()
    # Recorded, since MLflow lets some pass whatever the filters say.
    with warnings.catch_warnings(record=True), _quiet(), local_modules_by_value():
        # What the user's filters make an error of would otherwise end it.
        warnings.simplefilter("always")
        asked: dict[str, Any] = {"pip_requirements": requirements}
        if shown[0] is not None:
            asked["signature"] = _of_tensors(*shown) if flavor in _OF_TENSORS else mlflow.models.infer_signature(*shown)
        return _SAVERS[flavor](mlflow, model, folder, name, asked)


def _of_tensors(head: Any, answer: Any) -> Any:
    """Return a signature of one tensor each: what takes tensors has no columns."""
    import numpy
    from mlflow.models import ModelSignature
    from mlflow.types.schema import Schema, TensorSpec

    def schema(value: Any) -> Any:
        array = numpy.asarray(value.to_numpy() if hasattr(value, "to_numpy") else value)
        return Schema([TensorSpec(array.dtype, (-1, *array.shape[1:]))])

    return ModelSignature(schema(head), None if answer is None or isinstance(answer, dict) else schema(answer))


def _sklearn(mlflow: Any, model: Any, folder: Path, name: str, asked: dict[str, Any]) -> Folders:
    del name
    import mlflow.sklearn

    _pickled(model)
    mlflow.sklearn.save_model(model, folder / "model", serialization_format="cloudpickle", **asked)
    return {"mlflow": "model", "sklearn": "model"}


def _xgboost(mlflow: Any, model: Any, folder: Path, name: str, asked: dict[str, Any]) -> Folders:
    del name
    import mlflow.xgboost

    _store_object(model, folder)
    mlflow.xgboost.save_model(model, folder / "model", model_format="ubj", **asked)
    return {"mlflow": "model", "xgboost": "model"}


def _lightgbm(mlflow: Any, model: Any, folder: Path, name: str, asked: dict[str, Any]) -> Folders:
    del name
    import mlflow.lightgbm

    _store_object(model, folder)
    booster = getattr(model, "booster_", model)
    mlflow.lightgbm.save_model(booster, folder / "model", **asked)
    (folder / "bst").mkdir()
    booster.save_model(str(folder / "bst" / "model.bst"))
    return {"mlflow": "model", "lightgbm": "bst"}


def _onnx(mlflow: Any, model: Any, folder: Path, name: str, asked: dict[str, Any]) -> Folders:
    import mlflow.onnx

    mlflow.onnx.save_model(model, folder / "model", **asked)
    place = folder / "onnx" / name / "1"
    place.mkdir(parents=True)
    (place / "model.onnx").write_bytes(model.SerializeToString())
    return {"mlflow": "model", "onnx": "onnx"}


def _python(mlflow: Any, model: Any, folder: Path, name: str, asked: dict[str, Any]) -> Folders:
    del name
    import mlflow.pyfunc

    _store_object(model, folder)
    call = model.predict if callable(getattr(model, "predict", None)) else model
    mlflow.pyfunc.save_model(folder / "model", python_model=_as_pyfunc(mlflow, call), **asked)
    return {"mlflow": "model"}


def _as_pyfunc(mlflow: Any, call: Callable[[Any], Any]) -> Any:
    """Return what MLflow loads, which needs nothing of ours there."""

    class Served(mlflow.pyfunc.PythonModel):  # type: ignore[misc]
        def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]
            # Without types, of which MLflow would make rules.
            del context, params
            return call(model_input)

    # By value: a class whose module is importable would travel as its name.
    Served.__module__ = "__main__"
    return Served()


def _pytorch(mlflow: Any, model: Any, folder: Path, name: str, asked: dict[str, Any]) -> Folders:
    del name
    import cloudpickle
    import mlflow.pytorch
    import torch

    (folder / "object").mkdir()
    trains = model.training
    model.eval()
    try:
        torch.save(model, folder / "object" / "model.pt", pickle_module=cloudpickle)
        mlflow.pytorch.save_model(model, folder / "model", serialization_format="pickle", **asked)
    finally:
        model.train(trains)
    return {"mlflow": "model"}


def _tensorflow(mlflow: Any, model: Any, folder: Path, name: str, asked: dict[str, Any]) -> Folders:
    del name
    if not hasattr(model, "save"):
        raise InvalidInput(
            f"{type(model).__name__} is no Keras model; TensorFlow's other objects cannot be stored as they are."
        )
    import mlflow.tensorflow

    (folder / "object").mkdir()
    model.save(folder / "object" / "model.keras")
    mlflow.tensorflow.save_model(model, folder / "model", **asked)
    if not hasattr(model, "export"):
        return {"mlflow": "model"}
    model.export(str(folder / "tf" / "1"), verbose=False)
    return {"mlflow": "model", "tensorflow": "tf"}


_SAVERS: dict[str, Callable[[Any, Any, Path, str, dict[str, Any]], Folders]] = {
    "sklearn": _sklearn,
    "xgboost": _xgboost,
    "lightgbm": _lightgbm,
    "onnx": _onnx,
    "python": _python,
    "pytorch": _pytorch,
    "tensorflow": _tensorflow,
}


def _store_object(model: Any, folder: Path) -> None:
    """Store the object itself, which the servers' formats would not give back as it was."""
    (folder / "object").mkdir()
    (folder / "object" / "model.pkl").write_bytes(_pickled(model))


def _pickled(model: Any) -> bytes:
    import cloudpickle

    try:
        data: bytes = cloudpickle.dumps(model)
    except Exception as error:
        raise InvalidInput(
            f"{type(model).__name__} cannot be stored: {type(error).__name__}: {str(error).rstrip('.')}; "
            f"take what cannot be pickled{_culprit(model)} out of it."
        ) from error
    return data


def _culprit(model: Any) -> str:
    """Return which part of an object cannot be pickled, in words; empty if no single one."""
    import cloudpickle

    for name, value in getattr(model, "__dict__", {}).items():
        try:
            cloudpickle.dumps(value)
        except Exception:
            return f" (.{name}, {type(value).__name__})"
    return ""


def _mlflow() -> Any:
    try:
        import mlflow
    except ImportError as error:
        raise Unsupported(
            "Models are stored in MLflow's format, and mlflow-skinny is not installed here; %pip install "
            '"jupyter-mlops[models]" installs it.'
        ) from error
    return mlflow


class _quiet:  # noqa: N801 - used as a function
    """Keeps MLflow from telling what it is asked to do otherwise."""

    def __enter__(self) -> None:
        self._logger = logging.getLogger("mlflow")
        self._before = self._logger.level
        self._logger.setLevel(logging.CRITICAL)

    def __exit__(self, *_: object) -> None:
        self._logger.setLevel(self._before)
