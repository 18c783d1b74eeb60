"""Replicas that several tests ask: each is started once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.serving.replica.models import Echo, Named, Odd
from tests.serving.replica.running import Replica, replica

TABLE: dict[str, Any] = {
    "kind": "table",
    "inputs": [
        {"name": "name", "type": "BYTES"},
        {"name": "size", "type": "FP64"},
        {"name": "count", "type": "INT64"},
        {"name": "old", "type": "INT32", "optional": True},
    ],
    "outputs": [{"name": "predict", "type": "BYTES"}],
}
PROFILE: dict[str, Any] = {
    "rows": 6,
    "columns": [
        {"name": "name", "kind": "category", "values": ["a", "b"], "counts": [3, 2, 1]},
        {"name": "size", "kind": "number", "edges": [1.0, 2.0], "counts": [2, 2, 2]},
        {"name": "old", "kind": "number", "edges": [50.0], "counts": [3, 3]},
    ],
}


@pytest.fixture(scope="session")
def table() -> Iterator[Replica]:
    """A model of a table with texts, whole numbers and holes."""
    methods = ["predict", "predict_proba", "transform"]
    with replica(Named(), TABLE, methods=methods, classes=["a", "b"], profile=PROFILE) as running:
        yield running


@pytest.fixture(scope="session")
def echo() -> Iterator[Replica]:
    """A model without a signature, which gives back what it gets."""
    with replica(Echo(), None) as running:
        yield running


@pytest.fixture(scope="session")
def odd() -> Iterator[Replica]:
    """A model that fails in many ways."""
    with replica(Odd(), {"kind": "tensor", "inputs": [{"name": "word", "type": "BYTES"}]}, limit=1_000_000) as running:
        yield running


@pytest.fixture(scope="session")
def iris() -> Iterator[Replica]:
    """A classifier of scikit-learn that was trained on a DataFrame."""
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression

    x, y = load_iris(return_X_y=True, as_frame=True)
    model = LogisticRegression(max_iter=500).fit(x, y)
    inputs = [{"name": name, "type": "FP64"} for name in x.columns]
    signature = {"kind": "table", "inputs": inputs, "outputs": [{"name": "predict", "type": "INT64"}]}
    methods = ["predict", "predict_proba", "decision_function"]
    with replica(model, signature, "sklearn", methods=methods, classes=["0", "1", "2"]) as running:
        yield running
