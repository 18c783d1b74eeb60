"""What V2 and V1 tell about the server and its model, besides its predictions."""

from __future__ import annotations

from typing import Any

from .config import Config
from .measures import Measures
from .model import Model
from .rows import Field, fields

EXTENSIONS = ["binary_tensor_data", "model_repository", "statistics", "model_configuration"]

_PLATFORMS = {
    "sklearn": "sklearn_sklearn",
    "xgboost": "xgboost_booster",
    "lightgbm": "lightgbm_booster",
    "pytorch": "pytorch_torch",
    "tensorflow": "tensorflow_savedmodel",
    "onnx": "onnx_onnxv1",
    "python": "python_function",
}


def server(release: str) -> dict[str, Any]:
    """Return what ``/v2`` answers."""
    return {"name": "jupyter-mlops", "version": release, "extensions": EXTENSIONS}


def model(name: str, config: Config, served: Model) -> dict[str, Any]:
    """Return what ``/v2/models/{name}`` answers."""
    return {
        "name": name,
        "versions": [str(config.version)],
        "platform": _platform(config),
        "inputs": [tensor(field) for field in served.taker.fields],
        "outputs": [tensor(field) for field in outputs(config, served)],
    }


def outputs(config: Config, served: Model) -> list[Field]:
    """Return what can be asked for: what the signature knows of the usual method, then the other methods."""
    known = fields((config.signature or {}).get("outputs"))
    names = {field.name for field in known}
    others = [name for name in served.methods[1 if known else 0 :] if name not in names]
    wide = len(config.classes) or -1
    return known + [
        Field(name, "FP64", (wide,) if name == "predict_proba" else (-1,) if name != "predict" else ())
        for name in others
    ]


def tensor(field: Field) -> dict[str, Any]:
    """Return an input or output as V2 describes it; -1 is the number of rows, or any length."""
    return {"name": field.name, "datatype": field.type, "shape": [-1, *field.shape]}


def index(name: str, config: Config) -> list[dict[str, str]]:
    """Return what ``/v2/repository/index`` answers."""
    return [{"name": name, "version": str(config.version), "state": "READY", "reason": ""}]


def configuration(name: str, config: Config, served: Model) -> dict[str, Any]:
    """Return what ``/v2/models/{name}/config`` answers, in the words of Triton."""

    def told(field: Field) -> dict[str, Any]:
        kind = "TYPE_STRING" if field.type == "BYTES" else f"TYPE_{field.type}"
        return {"name": field.name, "data_type": kind, "dims": [-1, *field.shape]}

    return {
        "name": name,
        "platform": _platform(config),
        "max_batch_size": 0,
        "input": [told(field) for field in served.taker.fields],
        "output": [told(field) for field in outputs(config, served)],
    }


def statistics(name: str, config: Config, measures: Measures, rows: int) -> dict[str, Any]:
    """Return what ``/v2/models/{name}/stats`` answers."""
    good, bad = measures.count(200, 299), measures.count(400, 599)
    share = good / (good + bad) if good + bad else 0.0
    nanoseconds = int(measures.seconds * 1e9)
    told = {
        "name": name,
        "version": str(config.version),
        "inference_count": rows,
        "execution_count": good,
        "inference_stats": {
            "success": {"count": good, "ns": int(nanoseconds * share)},
            "fail": {"count": bad, "ns": int(nanoseconds * (1 - share))},
        },
    }
    return {"model_stats": [told]}


def _platform(config: Config) -> str:
    return _PLATFORMS.get(config.flavor, config.flavor)
