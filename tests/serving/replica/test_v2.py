"""The Open Inference Protocol V2 in JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.serving.replica.running import Replica

ROW: list[dict[str, Any]] = [
    {"name": "name", "datatype": "BYTES", "shape": [1], "data": ["a"]},
    {"name": "size", "datatype": "FP64", "shape": [1], "data": [1.5]},
    {"name": "count", "datatype": "INT64", "shape": [1], "data": [3]},
    {"name": "old", "datatype": "INT32", "shape": [1, 1], "data": [40]},
]


def _with(name: str, **told: Any) -> dict[str, Any]:
    return {"inputs": [{**each, **told} if each["name"] == name else each for each in ROW]}


def test_a_row_is_answered_with_its_id_under_both_names(table: Replica) -> None:
    for name in ("flowers", "iris"):
        for version in ("", "/versions/3"):
            answer = table.client.post(f"/v2/models/{name}{version}/infer", json={"id": "x", "inputs": ROW})
            assert answer.json() == {
                "model_name": name,
                "model_version": "3",
                "id": "x",
                "outputs": [{"name": "predict", "shape": [1], "datatype": "BYTES", "data": ["a:1.5"]}],
            }


def test_outputs_that_are_asked_for_are_given_in_that_order(table: Replica) -> None:
    outputs = [{"name": "predict_proba"}, {"name": "predict"}]
    given = table.infer({"inputs": ROW, "outputs": outputs}).json()["outputs"]
    assert [each["name"] for each in given] == ["predict_proba", "predict"]
    assert given[0] == {"name": "predict_proba", "shape": [1, 2], "datatype": "FP64", "data": [0.25, 0.75]}


def test_a_method_that_gives_several_things_has_an_output_for_each(table: Replica) -> None:
    given = table.infer({"inputs": ROW, "outputs": [{"name": "transform"}]}).json()["outputs"]
    assert given == [
        {"name": "double", "shape": [1], "datatype": "FP64", "data": [3.0]},
        {"name": "name", "shape": [1], "datatype": "BYTES", "data": ["a"]},
    ]


def test_a_column_that_may_be_missing_may_be_left_out_or_be_null(table: Replica) -> None:
    assert table.infer({"inputs": ROW[:3]}).status_code == 200
    assert table.infer(_with("old", data=[None], datatype="FP64")).status_code == 200


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"inputs": ROW[1:]}, "Column 'name' is missing; the model takes name, size, count, old."),
        ({"inputs": [*ROW, {**ROW[1], "name": "sise"}]}, "The model has no column 'sise'; did you mean 'size'?"),
        (_with("size", datatype="BYTES", data=["x"]), "'size' is FP64, and got BYTES."),
        (_with("name", datatype="FP64", data=[1]), "'name' is text (BYTES), and got FP64."),
        (_with("count", datatype="FP64", data=[1.5]), "'count' is INT64, and got 1.5."),
        (
            _with("count", datatype="FP64", data=[None]),
            "'count' is INT64, which knows no missing values, and one is missing.",
        ),
        (_with("old", data=[2**40]), "'old' is INT32, which cannot hold 1099511627776."),
        (_with("old", datatype="FP64", data=[0.5]), "'old' is INT32, and got 0.5."),
        (_with("size", data=["x"]), "'size' is FP64, and got 'x'."),
        (_with("size", data=[[1], [2, 3]]), "The rows of 'size' are not equally long."),
        (_with("size", shape=[2]), "'size' has 1 value, and shape [2] needs 2."),
        (_with("size", shape=[2], data=[1, 2]), "'name' has 1 row, and 'size' has 2."),
        (_with("size", shape=[1, 1, 1]), "Column 'size' has shape [1, 1, 1], and takes [rows] or [rows, 1]."),
        (_with("size", shape=[-1]), "The shape of 'size' is a list of whole numbers from 0, and got [-1]."),
        (_with("size", shape="x"), "The shape of 'size' is a list of whole numbers, and got 'x'."),
        (_with("size", shape=[10**15], data=[]), f"'size' has 0 values, and shape [{10**15}] needs {10**15:,}."),
        (_with("size", datatype="FP8"), "'FP8' of 'size' is no datatype of those that there are: "),
        (_with("name", data=[None]), "Column 'name' has no value in row 0, and none was missing when it was trained."),
        (
            {"inputs": [{"name": "x", "datatype": "FP64", "shape": [1, 3], "data": [1, 2, 3]}]},
            "'x' has shape [1, 3], and the model takes [rows, 4]: name, size, count, old.",
        ),
        ({"inputs": [*ROW, ROW[0]]}, "Input 'name' is there twice."),
        ({"inputs": []}, "A request has a list 'inputs', with at least one input."),
        ({"inputs": [7]}, "An input is a JSON object, and got 7."),
        ({"inputs": ROW, "id": 7}, "The id of a request is a text, and got 7."),
        (
            {"inputs": ROW, "outputs": [{"name": "predict_prob"}]},
            "The model has no output 'predict_prob'; it has predict, ",
        ),
        ({"inputs": ROW, "parameters": 7}, "The parameters of the request are a JSON object, and got 7."),
        ([], "The request is a JSON object, and got []."),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(table: Replica, told: Any, sentence: str) -> None:
    assert table.refused(told).startswith(sentence)


def test_no_rows_are_refused(table: Replica) -> None:
    none = [{**each, "shape": [0], "data": []} for each in ROW]
    assert table.refused({"inputs": none}) == "The request has no rows."


@pytest.mark.parametrize("body", [b"", b"{", b'{"inputs": [NaN]}', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_is_refused(table: Replica, body: bytes) -> None:
    assert table.refused(None, content=body).startswith("The request is no JSON: ")


def test_one_tensor_may_carry_all_columns_of_a_table_of_numbers(iris: Replica) -> None:
    rows = [[5.1, 3.5, 1.4, 0.2], [6.3, 3.3, 6.0, 2.5]]
    for kind in ("FP64", "FP32"):
        for data in (rows, [value for row in rows for value in row]):
            tensor = {"name": "input-0", "datatype": kind, "shape": [2, 4], "data": data}
            assert iris.infer({"inputs": [tensor]}).json()["outputs"][0]["data"] == [0, 2]
    whole = {"name": "x", "datatype": "INT64", "shape": [1, 4], "data": [5, 3, 1, 0]}
    assert iris.infer({"inputs": [whole]}).json()["outputs"][0]["data"] == [0]


def test_columns_may_come_in_any_order(iris: Replica) -> None:
    values = {"petal width (cm)": 2.5, "sepal width (cm)": 3.3, "petal length (cm)": 6.0, "sepal length (cm)": 6.3}
    inputs = [{"name": name, "datatype": "FP64", "shape": [1], "data": [value]} for name, value in values.items()]
    assert iris.infer({"inputs": inputs}).json()["outputs"][0]["data"] == [2]


def test_a_missing_number_that_the_model_does_not_take_is_the_callers_mistake(iris: Replica) -> None:
    tensor = {"name": "x", "datatype": "FP64", "shape": [1, 4], "data": [1, 2, None, 4]}
    sentence = iris.refused({"inputs": [tensor]})
    assert sentence.startswith(
        "Column 'petal length (cm)' has a missing value, and the model takes none: Input X contains NaN"
    )


def test_server_model_and_readiness_are_told(table: Replica) -> None:
    def get(path: str) -> Any:
        answer = table.client.get(path)
        assert answer.status_code == 200
        return answer.json()

    assert get("/v2")["name"] == "jupyter-mlops"
    assert "binary_tensor_data" in get("/v2")["extensions"]
    assert get("/v2/health/live") == {"live": True}
    assert get("/v2/models/iris/ready") == {"name": "iris", "ready": True}
    assert get("/v2/models/flowers/versions/3/ready") == {"name": "flowers", "ready": True}
    told = get("/v2/models/iris")
    assert told["versions"] == ["3"]
    assert told["inputs"][1] == {"name": "size", "datatype": "FP64", "shape": [-1]}
    assert told["outputs"][:2] == [
        {"name": "predict", "datatype": "BYTES", "shape": [-1]},
        {"name": "predict_proba", "datatype": "FP64", "shape": [-1, 2]},
    ]


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/v2/models/roses/infer", "There is no model 'roses' here; this is 'flowers'."),
        ("/v2/models/iris/versions/4", "There is no version '4' of 'iris' here; this is 3."),
        ("/v1/models/iris/versions/4:predict", "There is no version '4' of 'iris' here; this is 3."),
        ("/v1/models/roses:predict", "There is no model 'roses' here; this is 'flowers'."),
        ("/v2/helth/ready", "There is nothing at '/v2/helth/ready'; did you mean '/v2/health/ready'?"),
        ("/../../etc/passwd", "There is nothing at "),
        ("/v2/systemsharedmemory/status", "There is nothing at "),
    ],
)
def test_what_is_not_there_is_said(table: Replica, path: str, sentence: str) -> None:
    answer = table.client.get(path)
    assert answer.status_code == 404
    assert answer.json()["error"].startswith(sentence)


def test_another_verb_is_refused_with_those_that_there_are(table: Replica) -> None:
    answer = table.client.get("/v2/models/iris/infer")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert table.client.head("/v2/health/ready").status_code == 200
    assert table.client.request("DELETE", "/v2").status_code == 405


def test_answers_are_packed_only_if_that_is_accepted_and_worth_it(table: Replica) -> None:
    many = [{**each, "shape": [200], "data": each["data"] * 200} for each in ROW]
    for accepted, how in [
        ("gzip", "gzip"),
        ("deflate;q=0.5", "deflate"),
        ("br", None),
        ("gzip;q=0", None),
        ("*", "gzip"),
    ]:
        answer = table.infer({"inputs": many}, headers={"accept-encoding": accepted})
        assert answer.headers.get("content-encoding") == how
        assert answer.json()["outputs"][0]["shape"] == [200]
    assert "content-encoding" not in table.infer({"inputs": ROW}, headers={"accept-encoding": "gzip"}).headers


def test_requests_of_another_length_than_they_say_are_refused(table: Replica) -> None:
    body = json.dumps({"inputs": ROW}).encode()
    sentence = table.refused(None, content=body, headers={"inference-header-content-length": str(len(body) + 5)})
    assert sentence == f"The request is cut off: its JSON has {len(body) + 5} bytes, and {len(body)} have come."
    sentence = table.refused(None, content=body + b"1234", headers={"inference-header-content-length": str(len(body))})
    assert sentence == "4 bytes of binary data belong to no input."
    sentence = table.refused(None, content=body, headers={"inference-header-content-length": "x"})
    assert sentence == "Inference-Header-Content-Length is a number, and got 'x'."


@pytest.mark.parametrize("how", ["gzip", "deflate", "br"])
def test_what_is_not_packed_as_it_says_is_refused(table: Replica, how: str) -> None:
    status = 415 if how == "br" else 400
    assert how in table.refused(None, status, content=b"abc", headers={"content-encoding": how}) or status == 400
