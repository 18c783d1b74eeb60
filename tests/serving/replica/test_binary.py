"""The binary tensor data extension, and how tensors become bytes."""

from __future__ import annotations

import gzip
import json
import struct
import zlib
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import array_shapes, arrays

from jupyter_mlops.serving.replica.refusals import Refused
from jupyter_mlops.serving.replica.tensors import DATATYPES, NUMBERS, from_binary, from_json, to_binary
from jupyter_mlops.serving.replica.v2 import Request, Tensor, encode, parse
from tests.serving.replica.running import Replica

SHAPES = array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=4)


@st.composite
def tensors(draw: st.DrawFn) -> Tensor:
    kind = draw(st.sampled_from(DATATYPES))
    if kind == "BYTES":
        texts = draw(arrays(object, SHAPES, elements=st.text(st.characters(exclude_categories=["Cs"]), max_size=5)))
        return Tensor("x", kind, texts)
    return Tensor("x", kind, draw(arrays(NUMBERS[kind], SHAPES)))


@given(tensors())
def test_binary_there_and_back_is_the_same(tensor: Tensor) -> None:
    raw = to_binary(tensor.array, tensor.kind)
    back = from_binary(memoryview(raw), tensor.kind, list(tensor.array.shape), "x")
    np.testing.assert_array_equal(back, tensor.array)
    assert back.dtype == tensor.array.dtype


@given(tensors(), st.booleans(), st.one_of(st.none(), st.text(max_size=5)))
def test_an_answer_reads_as_a_request_of_the_same_tensors(tensor: Tensor, binary: bool, asked: str | None) -> None:
    if not binary and tensor.array.dtype.kind == "f" and not np.isfinite(tensor.array.astype(np.float64)).all():
        # JSON has no such numbers: they are null.
        return
    told = Request([tensor], asked, {}, binary)
    try:
        body, length = encode(told, [tensor], {"model_name": "m"})
    except TypeError:
        assert asked is not None and any("\ud800" <= each <= "\udfff" for each in asked)
        return
    header = None if length is None else str(length).encode()
    answer = json.loads(body[: length if length is not None else len(body)])
    rest = body[length:] if length is not None else b""
    again = json.dumps({"inputs": answer["outputs"], "id": "x"}).encode()
    back = parse(again + rest, header and str(len(again)).encode()).inputs[0]
    assert back.kind == tensor.kind
    np.testing.assert_array_equal(back.array, tensor.array)


@given(tensors(), st.integers(1, 9))
def test_bytes_that_are_cut_off_are_refused(tensor: Tensor, missing: int) -> None:
    raw = to_binary(tensor.array, tensor.kind)
    if len(raw) >= missing:
        with pytest.raises(Refused):
            from_binary(memoryview(raw)[:-missing], tensor.kind, list(tensor.array.shape), "x")
    with pytest.raises(Refused):
        from_binary(memoryview(raw + b"\0" * missing), tensor.kind, list(tensor.array.shape), "x")


@given(tensors())
def test_json_there_and_back_is_the_same_nested_or_not(tensor: Tensor) -> None:
    values = tensor.array.tolist()
    if tensor.array.dtype.kind == "f" and not np.isfinite(tensor.array.astype(np.float64)).all():
        return
    shape = list(tensor.array.shape)
    np.testing.assert_array_equal(from_json(values, tensor.kind, "x", shape), tensor.array)
    np.testing.assert_array_equal(from_json(tensor.array.ravel().tolist(), tensor.kind, "x", shape), tensor.array)


@given(st.lists(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=2)), max_size=4))
def test_whatever_stands_in_a_list_is_taken_or_refused(values: list[Any]) -> None:
    for kind in DATATYPES:
        try:
            assert from_json(values, kind, "x", [len(values)]).shape == (len(values),)
        except Refused as refused:
            assert "\n" not in str(refused)


def test_a_request_in_binary_is_answered_in_binary(echo: Replica) -> None:
    given = np.array([[1.5, 2.5]])
    answer = echo.infer(None, **_binary(given, "FP64", {"binary_data_output": True}))
    length = int(answer.headers["inference-header-content-length"])
    told = json.loads(answer.content[:length])
    expected = {"name": "predict", "shape": [1, 2], "datatype": "FP64", "parameters": {"binary_data_size": 16}}
    assert told["outputs"] == [expected]
    np.testing.assert_array_equal(np.frombuffer(answer.content[length:]).reshape(1, 2), given)
    assert answer.headers["content-type"] == "application/octet-stream"


def test_an_output_says_itself_whether_it_is_binary(echo: Replica) -> None:
    outputs = [{"name": "predict", "parameters": {"binary_data": False}}]
    answer = echo.infer(None, **_binary(np.array([1.5]), "FP64", {"binary_data_output": True}, outputs))
    assert answer.json()["outputs"][0]["data"] == [1.5]


@pytest.mark.parametrize("how", ["gzip", "deflate", "raw deflate"])
def test_a_binary_request_may_be_packed(echo: Replica, how: str) -> None:
    asked = _binary(np.array(["ä", ""], object), "BYTES")
    if how == "gzip":
        asked["content"] = gzip.compress(asked["content"])
    elif how == "deflate":
        asked["content"] = zlib.compress(asked["content"])
    else:
        packer = zlib.compressobj(wbits=-15)
        asked["content"] = packer.compress(asked["content"]) + packer.flush()
    asked["headers"]["content-encoding"] = how.removeprefix("raw ")
    assert echo.infer(None, **asked).json()["outputs"][0]["data"] == ["ä", ""]


def test_a_small_request_that_unpacks_to_much_is_refused(odd: Replica) -> None:
    body = gzip.compress(b" " * 50_000_000)
    sentence = odd.refused(None, 413, content=body, headers={"content-encoding": "gzip"})
    assert sentence == "The request is larger than 1,000,000 bytes; send the rows in parts."
    assert "cut off" in odd.refused(None, content=gzip.compress(b"{}" * 99)[:-9], headers={"content-encoding": "gzip"})


def test_a_large_request_is_refused(odd: Replica) -> None:
    assert "1,000,000 bytes" in odd.refused(None, 413, content=b" " * 2_000_000)


@pytest.mark.parametrize(
    ("size", "count", "sentence"),
    [
        (8, 2, "'x' has 8 bytes of data, and FP64 of shape [2] needs 16."),
        (17, 2, "The request is cut off: 'x' has 17 bytes of data, and 16 have come."),
        ("8", 1, "The binary_data_size of 'x' is a number of bytes, and got '8'."),
        (-8, 1, "The binary_data_size of 'x' is a number of bytes, and got -8."),
        (16, 10**12, f"'x' has 16 bytes of data, and FP64 of shape [{10**12}] needs {8 * 10**12:,}."),
    ],
)
def test_sizes_that_do_not_fit_are_refused(echo: Replica, size: Any, count: int, sentence: str) -> None:
    told = {"name": "x", "datatype": "FP64", "shape": [count], "parameters": {"binary_data_size": size}}
    head = json.dumps({"inputs": [told]}).encode()
    headers = {"inference-header-content-length": str(len(head))}
    assert echo.refused(None, content=head + b"\0" * 16, headers=headers) == sentence


def test_many_texts_that_cannot_be_there_are_refused_before_they_are_made(echo: Replica) -> None:
    told = {"name": "x", "datatype": "BYTES", "shape": [10**11], "parameters": {"binary_data_size": 4}}
    head = json.dumps({"inputs": [told]}).encode()
    headers = {"inference-header-content-length": str(len(head))}
    sentence = echo.refused(None, content=head + struct.pack("<I", 0), headers=headers)
    assert sentence == "'x' has 4 bytes of data, which cannot be 100,000,000,000 texts."


def test_shared_memory_is_refused(echo: Replica) -> None:
    told = {"name": "x", "datatype": "FP64", "shape": [1], "parameters": {"shared_memory_region": "r"}}
    assert echo.refused({"inputs": [told]}) == "Shared memory is not known here; send the data of 'x' with the request."


def _binary(array: Any, kind: str, parameters: Any = None, outputs: Any = None) -> dict[str, Any]:
    raw = to_binary(array, kind)
    told = {"name": "x", "datatype": kind, "shape": list(array.shape), "parameters": {"binary_data_size": len(raw)}}
    asked = {"inputs": [told]} | ({"parameters": parameters} if parameters else {})
    head = json.dumps(asked | ({"outputs": outputs} if outputs else {})).encode()
    return {"content": head + raw, "headers": {"inference-header-content-length": str(len(head))}}
