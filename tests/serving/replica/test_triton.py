"""Triton's client, as people use it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from tests.serving.replica.running import Replica

httpclient = pytest.importorskip("tritonclient.http")
utils = pytest.importorskip("tritonclient.utils")

ROWS = np.array([[5.1, 3.5, 1.4, 0.2], [6.3, 3.3, 6.0, 2.5]])
TENSORS = {
    "FP64": ROWS,
    "FP32": ROWS.astype(np.float32),
    "INT64": np.array([[1, -2], [2**62, 4]]),
    "BOOL": np.array([True, False]),
    "BYTES": np.array(["ä", "b" * 300], object),
}


@pytest.fixture
def client(echo: Replica) -> Iterator[Any]:
    with httpclient.InferenceServerClient(echo.url) as opened:
        yield opened


@pytest.mark.parametrize("kind", TENSORS)
@pytest.mark.parametrize("binary_in", [True, False])
@pytest.mark.parametrize("binary_out", [True, False])
def test_tensors_come_back_as_they_went(client: Any, kind: str, binary_in: bool, binary_out: bool) -> None:
    array = TENSORS[kind]
    given = _input(array, kind, binary_in)
    outputs = [httpclient.InferRequestedOutput("predict", binary_data=binary_out)]
    result = client.infer("iris", [given], outputs=outputs, request_id="7", model_version="3")
    back = result.as_numpy("predict")
    if kind == "BYTES":
        back = np.array([each.decode() if isinstance(each, bytes) else each for each in back], object)
    np.testing.assert_array_equal(back, array)
    assert result.get_response()["id"] == "7"
    assert result.get_response()["model_version"] == "3"


@pytest.mark.parametrize("how", ["gzip", "deflate"])
def test_requests_and_answers_may_be_packed(client: Any, how: str) -> None:
    array = np.arange(3000.0)
    result = client.infer(
        "iris",
        [_input(array, "FP64", True)],
        request_compression_algorithm=how,
        response_compression_algorithm=how,
    )
    np.testing.assert_array_equal(result.as_numpy("predict"), array)


def test_a_classifier_is_asked_for_several_outputs(iris: Replica) -> None:
    with httpclient.InferenceServerClient(iris.url) as client:
        outputs = [httpclient.InferRequestedOutput(name) for name in ("predict", "predict_proba", "decision_function")]
        result = client.infer("flowers", [_input(ROWS, "FP64", True)], outputs=outputs)
    np.testing.assert_array_equal(result.as_numpy("predict"), [0, 2])
    assert result.as_numpy("predict_proba").shape == (2, 3)
    assert result.as_numpy("decision_function").shape == (2, 3)


def test_server_and_model_are_told(client: Any, iris: Replica) -> None:
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready("iris")
    assert client.is_model_ready("iris", "3")
    assert not client.is_model_ready("roses")
    assert client.get_server_metadata()["name"] == "jupyter-mlops"
    with httpclient.InferenceServerClient(iris.url) as other:
        assert [each["datatype"] for each in other.get_model_metadata("iris", "3")["inputs"]] == ["FP64"] * 4
        assert other.get_model_config("iris")["input"][0]["data_type"] == "TYPE_FP64"


def test_the_repository_and_its_statistics_are_told(client: Any) -> None:
    assert client.get_model_repository_index() == [{"name": "flowers", "version": "3", "state": "READY", "reason": ""}]
    before = client.get_inference_statistics("iris")["model_stats"][0]
    client.infer("iris", [_input(ROWS, "FP64", True)])
    after = client.get_inference_statistics("iris", "3")["model_stats"][0]
    assert after["inference_count"] - before["inference_count"] == 2
    assert after["inference_stats"]["success"]["count"] - before["inference_stats"]["success"]["count"] == 1


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda client: client.load_model("iris"), "Models are not loaded here; deploy another version instead."),
        (lambda client: client.infer("roses", [_input(ROWS, "FP64", True)]), "There is no model 'roses' here"),
        (lambda client: client.get_system_shared_memory_status(), "There is nothing at "),
        (lambda client: client.get_trace_settings(), "There is nothing at "),
    ],
)
def test_what_is_not_known_is_said_in_one_sentence(client: Any, ask: Any, sentence: str) -> None:
    with pytest.raises(utils.InferenceServerException, match=sentence):
        ask(client)


def _input(array: Any, kind: str, binary: bool) -> Any:
    given = httpclient.InferInput("x", list(array.shape), kind)
    given.set_data_from_numpy(array, binary_data=binary)
    return given
