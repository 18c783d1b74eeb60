"""What an environment must have so that a model can be loaded, as pip takes it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import metadata
from typing import Any

_OF_FLAVOR = {
    "sklearn": ("scikit-learn",),
    "xgboost": ("xgboost", "xgboost-cpu", "scikit-learn"),
    "lightgbm": ("lightgbm", "scikit-learn"),
    "pytorch": ("torch",),
    "tensorflow": ("tensorflow", "tensorflow-cpu", "keras"),
    "onnx": ("onnxruntime", "onnx"),
    "python": (),
}
_ALWAYS = ("cloudpickle", "numpy")
_DISTRIBUTIONS = {"sklearn": "scikit-learn", "cv2": "opencv-python", "PIL": "pillow", "yaml": "pyyaml"}


def requirements_of(model: Any, flavor: str, table: Any, installed: Mapping[str, str]) -> list[str]:
    """Return the packages that loading a model takes, each with its version.

    Args:
        model: The model.
        flavor: What kind it is.
        table: Its training input; the library that holds it is wanted too.
        installed: Versions by distribution, of the environment that trained; asked of this one where it is empty.
    """
    wanted = [*_OF_FLAVOR[flavor], *_ALWAYS, *_modules_of(model), _root(type(table))]
    names = dict.fromkeys(_DISTRIBUTIONS.get(name, name) for name in wanted if name)
    versions = {_normal(name): version for name, version in installed.items()}
    found = {name: versions.get(_normal(name)) or _installed(name) for name in names}
    return sorted(f"{name}=={version}" for name, version in found.items() if version)


def _modules_of(model: Any) -> list[str]:
    """Return the packages of a model and of its parts."""
    parts = [model]
    if hasattr(model, "get_params"):
        parts += [each for each in model.get_params(deep=True).values() if hasattr(each, "fit")]
    return [_root(type(part)) for part in parts]


def _root(kind: type) -> str:
    root = kind.__module__.partition(".")[0]
    return "" if root in ("builtins", "__main__") else root


def _installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _normal(name: str) -> str:
    return name.lower().replace("_", "-")
