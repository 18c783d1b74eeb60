"""The keeper's own JSON agrees with the standard library's."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlops.store import plainjson

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@given(values)
def test_what_it_writes_is_read_alike(value: object) -> None:
    assert json.loads(plainjson.dumps(value)) == value


@given(values)
def test_what_json_writes_it_reads(value: object) -> None:
    assert plainjson.loads(json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass")) == value


@pytest.mark.parametrize("text", [b"", b"{", b"{} x", b"nope", b'{"a":}', b"\xff"])
def test_what_is_no_json_is_a_value_error(text: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        plainjson.loads(text)
