"""Rows that somebody has typed, as requests of the protocol, and answers as JSON; no NumPy takes part."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from jupyter_mlops.domain.errors import InvalidInput, Unavailable
from jupyter_mlops.domain.signatures import Field, Signature
from jupyter_mlops.services.trying import answers_of, request_of

TABLE = Signature("table", [Field("x", "FP64"), Field("n", "INT64", optional=True), Field("color", "BYTES")])
TENSOR = Signature("tensor", [Field("pixels", "FP32", [2, 2])])


def inputs(rows, signature):
    return {each["name"]: (each["datatype"], each["shape"], each["data"]) for each in _inputs(rows, signature)}


def _inputs(rows, signature):
    return request_of(rows, signature, ["predict"])["inputs"]


def test_rows_with_names_become_a_column_each_of_the_types_of_the_signature():
    rows = [{"x": 1, "n": 2, "color": "red"}, {"color": None, "x": 0.5}]
    assert inputs(rows, TABLE) == {
        "x": ("FP64", [2], [1, 0.5]),
        "n": ("FP64", [2], [2, None]),
        "color": ("BYTES", [2], ["red", None]),
    }


def test_rows_without_names_are_in_the_order_of_the_columns():
    assert inputs([[1, 2, "red"]], TABLE) == {
        "x": ("FP64", [1], [1]),
        "n": ("INT64", [1], [2]),
        "color": ("BYTES", [1], ["red"]),
    }


def test_rows_of_a_tensor_are_one_input():
    assert inputs([[[1, 2], [3, 4]]], TENSOR) == {"pixels": ("FP32", [1, 2, 2], [1, 2, 3, 4])}


def test_without_a_signature_types_are_those_of_the_values():
    assert inputs([[1, 2], [3, 4]], None) == {"input": ("INT64", [2, 2], [1, 2, 3, 4])}
    assert inputs([{"a": True, "b": "x"}], None) == {"a": ("BOOL", [1], [True]), "b": ("BYTES", [1], ["x"])}


def test_a_name_that_the_model_lacks_is_sent_for_its_refusal_names_the_nearest():
    assert "colour" in inputs([{"x": 1, "colour": 3}], TABLE)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([[1, 2]], "Row 0 has 2 values, and the model takes 3: x, n, color."),
        ([[1, 2, "a"], 5], "Row 1 has 1 value, and the model takes 3: x, n, color."),
        ([[1, 2, "a"], {"x": 1}], "The rows are not of one kind: either all are objects with names, or all are lists."),
    ],
)
def test_rows_that_do_not_fit_are_refused(rows, sentence):
    with pytest.raises(InvalidInput) as told:
        request_of(rows, TABLE, ["predict"])
    assert str(told.value) == sentence


def test_answers_are_one_value_or_one_list_a_row():
    outputs = [
        {"name": "predict", "shape": [2], "datatype": "BYTES", "data": ["a", "b"]},
        {"name": "predict_proba", "shape": [2, 2], "datatype": "FP64", "data": [0.5, 0.5, 0.25, 0.75]},
        {"name": "deep", "shape": [1, 2, 2], "datatype": "INT64", "data": [1, 2, 3, 4]},
    ]
    assert answers_of(json.dumps({"outputs": outputs}).encode()) == {
        "predict": ["a", "b"],
        "predict_proba": [[0.5, 0.5], [0.25, 0.75]],
        "deep": [[[1, 2], [3, 4]]],
    }
    with pytest.raises(Unavailable, match="cannot be read"):
        answers_of(b"<html>")


def test_the_servers_side_of_endpoints_does_without_numpy():
    code = (
        "import sys; import jupyter_mlops.server.endpoints; import jupyter_mlops.store.watched;"
        "print(sorted({'numpy', 'pandas', 'sklearn', 'cloudpickle'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
