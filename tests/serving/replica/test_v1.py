"""KServe's protocol V1, which TensorFlow Serving speaks too."""

from __future__ import annotations

from typing import Any

import pytest

from tests.serving.replica.running import Replica

ROW = {"name": "a", "size": 1.5, "count": 3, "old": None}


def test_rows_may_be_objects_or_lists(table: Replica) -> None:
    expected = {"predictions": ["a:1.5", "b:2"]}
    objects = [ROW, {"name": "b", "size": 2, "count": 3}]
    assert table.predict({"instances": objects}).json() == expected
    assert table.predict({"instances": [["a", 1.5, 3, None], ["b", 2, 3, 4]]}).json() == expected
    for path in ("/v1/models/iris:predict", "/v1/models/flowers/versions/3:predict"):
        assert table.client.post(path, json={"instances": objects}).json() == expected


def test_columns_are_answered_as_tensorflow_serving_does(table: Replica) -> None:
    columns = {"name": ["a", "b"], "size": [1.5, 2], "count": [3, 3]}
    assert table.predict({"inputs": columns}).json() == {"outputs": ["a:1.5", "b:2"]}
    assert table.predict({"inputs": [ROW]}).json() == {"predictions": ["a:1.5"]}


def test_another_method_is_asked_for_by_signature_name(table: Replica) -> None:
    def ask(name: str) -> Any:
        return table.predict({"instances": [ROW], "signature_name": name}).json()

    assert ask("predict_proba") == {"predictions": [[0.25, 0.75]]}
    assert ask("serving_default") == {"predictions": ["a:1.5"]}
    assert ask("transform") == {"predictions": [{"double": 3.0, "name": "a"}]}
    assert ask("transfrom") == {
        "error": "The model has no output 'transfrom'; it has predict, predict_proba, transform."
    }


def test_a_row_of_numbers_is_predicted(iris: Replica) -> None:
    assert iris.predict({"instances": [[5.1, 3.5, 1.4, 0.2], [6, 3, 6, 2]]}).json() == {"predictions": [0, 2]}


def test_without_a_signature_a_model_gets_what_comes(echo: Replica) -> None:
    assert echo.predict({"instances": [1, 2.5]}).json() == {"predictions": [1.0, 2.5]}
    assert echo.predict({"instances": ["a", None]}).json() == {"predictions": ["a", None]}
    assert echo.predict({"inputs": {"a": [1, 2], "b": ["x", "y"]}}).json() == {
        "outputs": {"a": [1, 2], "b": ["x", "y"]}
    }


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"instances": [{**ROW, "sise": 1}]}, "The model has no column 'sise'; did you mean 'size'?"),
        ({"instances": [ROW, {"name": "a"}]}, "Column 'size' is missing; the model takes name, size, count, old."),
        ({"instances": [ROW, 7]}, "The first row is an object and another is none: 7."),
        ({"instances": [["a", 1.5]]}, "Row 0 has 2 values, and the model takes 4: name, size, count, old."),
        ({"instances": [["a", 1.5, 3, 4], 7]}, "Row 1 is 7, and should have 4 values: name, size, count, old."),
        ({"instances": [{**ROW, "size": "big"}]}, "'size' is FP64, and got 'big'."),
        ({"instances": [{**ROW, "size": {}}]}, "'size' is FP64, and got {}."),
        ({"instances": [{**ROW, "name": 7}]}, "'name' is text (BYTES), and got 7."),
        ({"instances": [ROW, {**ROW, "count": 1.5}]}, "'count' is INT64, and got 1.5 in row 1."),
        (
            {"instances": [{**ROW, "count": None}]},
            "'count' is INT64, which knows no missing values, and one is missing",
        ),
        ({"instances": []}, "The request has no rows."),
        ({"instances": {}}, "'instances' is a list of rows, and got {}."),
        ({"inputs": {}}, "The request has no rows."),
        ({"inputs": {"name": ["a"]}}, "Column 'size' is missing; the model takes name, size, count, old."),
        ({"inputs": {"name": "a", "size": [1], "count": [1]}}, "The data of 'name' is a list, and got 'a'."),
        ({}, "A request has either 'instances', a list of rows, or 'inputs', an object of columns."),
        ({"instances": [ROW], "signature_name": 7}, "The signature_name is the name of a method, and got 7."),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(table: Replica, told: Any, sentence: str) -> None:
    answer = table.predict(told)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(sentence)


def test_the_model_is_told_as_kserve_and_tensorflow_serving_look_for_it(table: Replica) -> None:
    assert table.client.get("/v1/models").json() == {"models": ["flowers", "iris"]}
    told = table.client.get("/v1/models/iris").json()
    assert (told["name"], told["ready"]) == ("iris", True)
    assert told["model_version_status"][0]["state"] == "AVAILABLE"
