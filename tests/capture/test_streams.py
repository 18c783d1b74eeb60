"""What the pickles of a bundle tell without being loaded."""

from __future__ import annotations

import collections
import functools
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupyter_mlops.capture.bundle import capture
from jupyter_mlops.capture.streams import MOST_OPCODES, Told, read_values


@pytest.fixture
def told(tmp_path: Path):
    """Return what tells of values: ``told(n=3, s="x")``."""
    count = iter(range(1000))

    def tell(**values: Any) -> dict[str, Told]:
        bundle = tmp_path / f"bundle{next(count)}"
        capture(f"print({', '.join(values)})", values, bundle)
        return read_values(bundle)

    return tell


@pytest.mark.parametrize("value", [5, 70_000, 1 << 80, -0.5, "hello", "", True, False, None])
def test_plain_values_are_told_as_they_are(told, value):
    found = told(x=value)["x"]
    assert found.is_plain
    assert found.value == value
    assert type(found.value) is type(value)


def test_what_is_not_plain_has_only_a_digest(told):
    found = told(x=[5])["x"]
    assert not found.is_plain
    assert (len(found.digest), found.is_exact) == (64, True)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ([1, 2, 3], [1, 2, 4]),
        ({"a": 1}, {"a": 2}),
        ((1, [2]), (1, (2,))),
        (np.arange(10), np.arange(10.0)),
        (np.arange(10), np.arange(1, 11)),
        (["ab", "c"], ["a", "bc"]),
        (collections.OrderedDict(a=1), {"a": 1}),
        (functools.partial(int, base=2), functools.partial(int, base=8)),
    ],
)
def test_other_values_have_other_digests(told, a, b):
    assert told(x=a)["x"].digest != told(x=b)["x"].digest


def test_equal_values_have_one_digest_whatever_stands_before_them_and_whichever_texts_are_one_object(told):
    one, other = b"ab".decode(), b"ab".decode()
    assert one is not other
    shared, apart = [one, one], [one, other]
    alone = told(x={"k": shared})["x"]
    behind = told(first=[1, ["ab", [2]], (3,)], x={"k": apart})["x"]
    assert alone.digest == behind.digest


def test_a_value_that_is_shared_differs_from_two_that_are_equal(told):
    inner = [1]
    assert told(x=[inner, inner])["x"].digest != told(x=[[1], [1]])["x"].digest


def test_large_arrays_are_told_by_their_buffers(told):
    big = np.arange(300_000)
    changed = big.copy()
    changed[-1] = 0
    assert told(x=big)["x"].digest == told(x=big.copy())["x"].digest
    assert told(x=big)["x"].digest != told(x=changed)["x"].digest


def test_a_set_and_code_of_the_notebook_may_be_written_differently(told):
    def function():
        return 1

    function.__module__ = "__main__"
    assert not told(x={"a", "b"})["x"].is_exact
    assert not told(x=frozenset("ab"))["x"].is_exact
    assert not told(x=[function])["x"].is_exact


def test_digests_are_the_same_in_another_process(told, tmp_path):
    code = (
        "import sys; from pathlib import Path\n"
        "from jupyter_mlops.capture.bundle import capture; from jupyter_mlops.capture.streams import read_values\n"
        "capture('print(x)', {'x': {'name': ['a', 1.5, None]}}, Path(sys.argv[1]))\n"
        "print(read_values(Path(sys.argv[1]))['x'].digest)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "other")],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ,
    )
    assert done.stdout.strip() == told(x={"name": ["a", 1.5, None]})["x"].digest


def test_what_is_too_long_is_left_out_with_all_that_follows(told):
    found = told(a=1, long=list(range(MOST_OPCODES)), b=2)
    assert list(found) == ["a"]


def test_a_damaged_stream_keeps_what_comes_before(tmp_path):
    capture("print(a, b)", {"a": 1, "b": [1, 2, 3]}, tmp_path / "bundle")
    path = tmp_path / "bundle" / "values.pickle"
    path.write_bytes(path.read_bytes()[:-4])
    assert list(read_values(tmp_path / "bundle")) == ["a"]
    path.write_bytes(b"\x80\x05nothing")
    assert read_values(tmp_path / "bundle") == {}
    path.unlink()
    assert read_values(tmp_path / "bundle") == {}


def test_nothing_is_loaded(told, tmp_path):
    class Trap:
        def __reduce__(self) -> Any:
            return Path.touch, (tmp_path / "sprung",)

    assert "x" in told(x=Trap())
    assert not (tmp_path / "sprung").exists()
