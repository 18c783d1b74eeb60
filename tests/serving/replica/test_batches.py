"""Requests of one moment, which are predicted together; each gets its own answer."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import numpy as np

from jupyter_mlops.serving.replica.app import App
from jupyter_mlops.serving.replica.config import Config
from tests.serving.replica.running import Replica

SIGNATURE = {
    "kind": "table",
    "inputs": [{"name": "a", "type": "FP64"}, {"name": "b", "type": "FP64"}],
    "outputs": [{"name": "predict", "type": "INT64"}],
}
WARM = [[3, 0]]


def test_what_comes_in_one_moment_is_predicted_together() -> None:
    app, calls = _app()
    asked = [[[n, 0]] * (n % 3 + 1) for n in range(8)]
    answers = _at_once(app, asked)
    assert [answer["predictions"] for _, answer in answers] == [[n] * (n % 3 + 1) for n in range(8)]
    assert calls == [1, sum(len(rows) for rows in asked)]


def test_who_is_to_blame_is_told_and_the_others_are_answered() -> None:
    app, calls = _app()
    answers = _at_once(app, [[[1, 0]], [[2, None]], [[3, 0]]])
    assert [status for status, _ in answers] == [200, 400, 200]
    assert answers[1][1]["error"].startswith("Column 'b' has a missing value, and the model takes none: ")
    assert [answers[0][1], answers[2][1]] == [{"predictions": [1]}, {"predictions": [3]}]
    assert calls == [1, 3, 1, 1, 1]


def test_scores_are_not_asked_for_together() -> None:
    app, calls = _app()
    _at_once(app, [[[1, 0]], [[2, 0]]], method="predict_proba")
    assert calls == [1, 1, 1]


def test_many_clients_get_their_own_answers(iris: Replica) -> None:
    rows = {0: [5.1, 3.5, 1.4, 0.2], 1: [6.0, 2.7, 4.1, 1.3], 2: [6.3, 3.3, 6.0, 2.5]}
    wrong: list[Any] = []

    def ask(number: int) -> None:
        for turn in range(60):
            label = (number + turn) % 3
            tensor = {"name": "x", "datatype": "FP64", "shape": [1, 4], "data": rows[label]}
            said = iris.infer({"id": f"{number}-{turn}", "inputs": [tensor]}).json()
            if (said.get("id"), said["outputs"][0]["data"]) != (f"{number}-{turn}", [label]):
                wrong.append(said)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def _app() -> tuple[App, list[int]]:
    """Return an application that has answered once, and how many rows each call of its model had."""
    from sklearn.base import BaseEstimator, ClassifierMixin

    calls: list[int] = []

    class First(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
        def fit(self, rows: Any, labels: Any) -> None: ...

        def predict(self, rows: Any) -> Any:
            calls.append(len(rows))
            if np.isnan(rows).any():
                raise ValueError("Input contains NaN.")
            return rows[:, 0].astype(int)

        def predict_proba(self, rows: Any) -> Any:
            calls.append(len(rows))
            return rows

    # As if it were one of scikit-learn's own, of which it is known that they look at no names.
    First.__module__ = "sklearn.linear_model"
    methods = ["predict", "predict_proba"]
    config = Config("", "sklearn", "m", 1, classes=["0", "1"], signature=SIGNATURE, methods=methods)
    app = App(config, First())
    app._model._took = dict.fromkeys(range(8), 0.0)
    _at_once(app, [WARM])
    return app, calls


def _at_once(app: App, requests: list[Any], method: str = "predict") -> list[tuple[int, Any]]:
    """Ask for all in one turn of the loop; return statuses and answers."""

    async def ask(rows: Any) -> tuple[int, Any]:
        body = json.dumps({"instances": rows, "signature_name": method}).encode()
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await app({"method": "POST", "path": "/v1/models/m:predict", "headers": []}, receive, send)
        return sent[0]["status"], json.loads(sent[1]["body"])

    async def ask_all() -> list[tuple[int, Any]]:
        tasks = [asyncio.ensure_future(ask(rows)) for rows in requests]
        app.requests.update(tasks)  # type: ignore[arg-type]
        answers = await asyncio.gather(*tasks)
        app.requests.clear()
        return answers

    return asyncio.run(ask_all())
