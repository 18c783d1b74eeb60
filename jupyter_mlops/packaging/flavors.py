"""What kind of model an object is, and whether it can be one at all."""

from __future__ import annotations

import inspect
from typing import Any

from jupyter_mlops.domain.errors import InvalidInput

METHODS = ("predict", "predict_proba", "decision_function", "transform")
_ROOTS = {
    "xgboost": "xgboost",
    "lightgbm": "lightgbm",
    "sklearn": "sklearn",
    "imblearn": "sklearn",
    "torch": "pytorch",
    "keras": "tensorflow",
    "tensorflow": "tensorflow",
    "tf_keras": "tensorflow",
    "onnx": "onnx",
}


def flavor_of(model: Any) -> str:
    """Return how an object is stored and loaded.

    Raises:
        InvalidInput: it cannot be served: it has no ``predict``, or was not fitted.
    """
    roots = [base.__module__.partition(".")[0] for base in type(model).__mro__]
    # A class of the user that extends another one is stored as what it extends.
    flavor = next((_ROOTS[root] for root in roots if root in _ROOTS), "python")
    if inspect.isclass(model):
        raise InvalidInput(f"{model.__name__} is a class; register an object of it: {model.__name__}(...).")
    if flavor == "onnx" and type(model).__name__ != "ModelProto":
        flavor = "python"
    if flavor in ("python", "sklearn") and not _can_predict(model, flavor):
        raise InvalidInput(f"{_called(model)} has no predict, so it cannot be served; register what has.")
    if flavor in ("sklearn", "xgboost", "lightgbm"):
        _check_fitted(model)
    return flavor


def methods_of(model: Any, flavor: str) -> list[str]:
    """Return what can be asked of a model, the usual one first."""
    if flavor in ("onnx", "pytorch", "tensorflow") or not callable(getattr(model, "predict", None)):
        return ["predict"]
    return [name for name in METHODS if _has(model, name)]


def classes_of(model: Any) -> list[str]:
    """Return what a classifier tells apart, in the order of its scores."""
    try:
        classes = model.classes_
        return [str(each) for each in classes.tolist()] if getattr(classes, "ndim", 0) == 1 else []
    except AttributeError:
        return []


def type_of(model: Any) -> str:
    """Return the name of an object's class, or of a function."""
    kind = model if inspect.isfunction(model) else type(model)
    return f"{kind.__module__}.{kind.__qualname__}"


def _can_predict(model: Any, flavor: str) -> bool:
    if _has(model, "predict"):
        return True
    return callable(model) if flavor == "python" else _has(model, "transform")


def _has(model: Any, name: str) -> bool:
    try:
        return callable(getattr(model, name, None))
    except Exception:
        return False


def _called(model: Any) -> str:
    name = type(model).__name__
    return f"An object of type {name}" if name.islower() else name


def _check_fitted(model: Any) -> None:
    if not hasattr(model, "get_params"):
        return
    try:
        from sklearn.exceptions import NotFittedError
        from sklearn.utils.validation import check_is_fitted
    except ImportError:
        return
    try:
        check_is_fitted(model)
    except (NotFittedError, TypeError) as error:
        raise InvalidInput(f"{type(model).__name__} was not fitted; call fit before it is registered.") from error
