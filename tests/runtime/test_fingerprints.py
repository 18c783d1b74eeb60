"""A fingerprint tells what a table holds: not the order of its rows, but all else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlops.capture.tables import TABLES as CAPTURED
from jupyter_mlops.capture.tables import holds_table
from jupyter_mlops.runtime.fingerprints import fingerprint, parts_of
from jupyter_mlops.runtime.fingerprints.kinds import TABLES
from jupyter_mlops.runtime.fingerprints.objects import Unfit

pd = pytest.importorskip("pandas")

WORDS = st.text(max_size=20)
CELLS = {
    "int64": st.integers(-(2**63), 2**63 - 1),
    "uint8": st.integers(0, 255),
    "float64": st.floats(),
    "float32": st.floats(width=32),
    "bool": st.booleans(),
    "text": WORDS | st.none(),
    "moment": st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)),
    "anything": st.one_of(st.none(), st.integers(), WORDS, st.tuples(st.integers(), WORDS), st.binary(max_size=9)),
}


def digest(value):
    return fingerprint(value)["digest"]


def column(kind: str, cells: list):
    if kind == "text":
        return pd.Series(cells, dtype=object)
    if kind == "moment":
        return pd.Series(np.array(cells, dtype="datetime64[us]"))
    if kind == "anything":
        return pd.Series([*cells, "x"], dtype=object).iloc[:-1]
    return pd.Series(np.array(cells, dtype=kind))


@st.composite
def frames(draw, fewest=1):
    count = draw(st.integers(fewest, 12))
    kinds = draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=4))
    columns = [column(kind, draw(st.lists(CELLS[kind], min_size=count, max_size=count))) for kind in kinds]
    return pd.concat(columns, axis=1, keys=[f"c{number}" for number in range(len(columns))])


@given(frames(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(frame, chance):
    order = list(range(len(frame)))
    chance.shuffle(order)
    shuffled = fingerprint(frame.iloc[order])
    assert shuffled == {**fingerprint(frame), "size": shuffled["size"]}


@given(frames(fewest=2), st.data())
def test_a_row_that_is_there_twice_counts_twice(frame, data):
    twice = pd.concat([frame, frame.iloc[:1]], ignore_index=True)
    other = pd.concat([frame, frame.iloc[1:2]], ignore_index=True)
    assert digest(twice) != digest(frame)
    assert (digest(twice) == digest(other)) == (row_bytes(frame, 0) == row_bytes(frame, 1))


def row_bytes(frame, row):
    return digest(frame.iloc[row : row + 1])


@given(frames(), st.randoms(use_true_random=False))
def test_the_order_of_columns_and_their_names_count(frame, chance):
    width = frame.shape[1]
    turned = frame[[f"c{number}" for number in reversed(range(width))]]
    assert (digest(turned) == digest(frame)) == (width == 1)
    renamed = frame.rename(columns={"c0": "d0"})
    assert digest(renamed) != digest(frame)
    assert fingerprint(renamed)["columns"][0]["digest"] == fingerprint(frame)["columns"][0]["digest"]


@given(st.lists(st.integers(-(2**62), 2**62), min_size=1, max_size=20), st.data())
def test_one_other_cell_is_another_table(cells, data):
    frame = pd.DataFrame({"a": cells, "b": range(len(cells))})
    row = data.draw(st.integers(0, len(cells) - 1))
    before = fingerprint(frame)
    frame.loc[row, "a"] += data.draw(st.sampled_from([-1, 1, 2**32, -(2**61)]))
    after = fingerprint(frame)
    assert after["digest"] != before["digest"]
    assert after["schema"] == before["schema"]
    assert after["columns"][0]["digest"] != before["columns"][0]["digest"]
    assert after["columns"][1] == before["columns"][1]


def test_two_cells_of_a_column_that_change_places_are_another_table():
    frame = pd.DataFrame({"a": [1, 2, 3], "b": [1.0, 2.0, 3.0]})
    torn = pd.DataFrame({"a": [2, 1, 3], "b": [1.0, 2.0, 3.0]})
    assert digest(torn) != digest(frame)
    assert fingerprint(torn)["columns"] == fingerprint(frame)["columns"]


def test_signs_that_change_in_two_columns_are_seen():
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]})
    assert digest(-frame) != digest(frame)
    assert digest(-frame.to_numpy()) != digest(frame.to_numpy())


def test_another_type_is_another_table():
    seen = {digest(pd.DataFrame({"a": np.array([0, 1], dtype=kind)})) for kind in ("i8", "i4", "u8", "f8", "f4", "?")}
    assert len(seen) == 6


def test_zeros_and_nans_have_one_face():
    other = np.array([0x7FF8000000000001], dtype="u8").view("f8")[0]
    assert digest(np.array([0.0, np.nan])) == digest(np.array([-0.0, other]))
    assert digest(pd.Series([0.0, np.nan])) == digest(pd.Series([-0.0, other]))
    assert digest(np.array([0j, complex(np.nan, 0)])) == digest(np.array([-0.0 - 0j, complex(other, -0.0)]))


@pytest.mark.parametrize("kind", ["i2", "i4", "u8", "f2", "f4", "f8", "c8", "c16", "M8[s]", "m8[ms]", "U4"])
def test_the_order_of_bytes_is_no_content(kind):
    values = np.array([1, 2, 300]).astype(kind)
    turned = values.astype(values.dtype.newbyteorder(">"))
    assert digest(turned) == digest(values)
    assert digest(turned.reshape(3, 1)) == digest(values.reshape(3, 1))


def test_how_an_array_lies_in_memory_is_no_content():
    values = np.arange(60.0).reshape(20, 3)
    assert digest(np.asfortranarray(values)) == digest(values) == digest(np.repeat(values, 2, axis=1)[:, ::2])
    assert digest(values.reshape(20, 3, 1)) != digest(values)


@given(st.integers(1, 200), st.integers(0, 40), st.sampled_from(["u1", "i2", "f4", "f8", "c16", "?", "U3", "O", "g"]))
def test_rows_of_an_array_may_stand_in_any_order(rows, width, kind):
    rng = np.random.default_rng(rows * 41 + width)
    values = rng.integers(0, 9, (rows, width)).astype(kind)
    assert digest(rng.permutation(values)) == digest(values)
    if width:
        before = digest(values)
        changed = values.copy()
        is_zero = str(values[rows // 2, width // 2]) in ("0", "0.0", "0j", "False")
        changed[rows // 2, width // 2] = np.array([int(is_zero)]).astype(kind)[0]
        assert (digest(changed) == before) == bool((changed == values).all())


def test_missing_values_are_no_values():
    values = np.ma.masked_array([1, 2, 3], mask=[False, True, False])
    assert digest(values) == digest(np.ma.masked_array([1, 9, 3], mask=[False, True, False]))
    assert digest(values) != digest(np.ma.masked_array([1, 2, 3], mask=[False, False, False]))
    numbers = pd.Series([1, None, 3], dtype="Int64")
    assert digest(numbers) != digest(pd.Series([1, 0, 3], dtype="Int64"))


def test_one_content_is_one_fingerprint_however_pandas_holds_it():
    assert digest(pd.Series([1, 2], dtype="Int64")) == digest(pd.Series([1, 2], dtype="int64"))
    assert digest(pd.Series([1.5, None], dtype="Float64")) == digest(pd.Series([1.5, np.nan]))
    texts = ["a", None, "ü" * 300, ""]
    found = {digest(pd.Series(texts, dtype=kind)) for kind in (object, "string[python]", "str")}
    assert len(found) == 1


@pytest.mark.parametrize("unit", ["s", "ms", "ns"])
def test_the_unit_of_a_moment_is_no_content(unit):
    moments = pd.Series(np.array(["2026-01-01", "NaT", "1969-07-20T20:17:40"], "M8[us]"))
    assert digest(moments.astype(f"datetime64[{unit}]")) == digest(moments)
    zoned = moments.dt.tz_localize("Europe/Berlin")
    assert digest(zoned.dt.as_unit(unit)) == digest(zoned)
    assert len({digest(moments), digest(zoned), digest(zoned.dt.tz_convert("UTC"))}) == 3


def test_categories_count_by_what_they_stand_for():
    values = pd.Series(["b", "a", None, "b"])
    plain = values.astype(pd.CategoricalDtype(["a", "b"]))
    other = values.astype(pd.CategoricalDtype(["b", "c", "a"]))
    assert digest(plain) == digest(other)
    assert digest(plain) != digest(values)
    assert digest(plain.cat.as_ordered()) != digest(other.cat.as_ordered())


def test_an_index_counts_if_it_says_more_than_the_number_of_a_row():
    frame = pd.DataFrame({"a": [1, 2, 3, 4]})
    assert digest(frame.set_axis([7, 5, 11, 9])) == digest(frame)
    assert digest(frame.set_axis([7, 5, 11, 10])) != digest(frame)
    assert digest(frame.set_axis([7, 5, 5, 11])) != digest(frame)
    for kind, few in (("int8", [-120, 120, -40, 40]), ("uint64", [2**64 - 1, 2**64 - 3, 2**64 - 2, 2**64 - 4])):
        assert digest(frame.set_axis(pd.Index(few, dtype=kind))) == digest(frame)
    assert digest(frame.set_axis([-(2**63), 2**63 - 1, 0, 1])) != digest(frame)
    assert digest(frame.set_axis(["w", "x", "y", "z"])) != digest(frame)
    assert digest(frame.rename_axis("id")) != digest(frame)
    two = frame.set_axis(pd.MultiIndex.from_product([[1, 2], ["x", "y"]], names=["n", "s"]))
    assert [column["name"] for column in fingerprint(two)["columns"]] == ["index / n", "index / s", "a"]
    assert digest(two.iloc[::-1]) == digest(two)


def test_objects_count_by_what_they_say():
    values = [1, "1", None, (1, 2), {"b": 1, "a": [2]}, date(2026, 1, 1), Decimal("1.0"), {3, 1}, b"1"]
    series = pd.Series(values, dtype=object)
    again = pd.Series([1, "1", np.nan, (1, 2), {"a": [2], "b": 1}, date(2026, 1, 1), Decimal("1.0"), {1, 3}, b"1"])
    assert digest(series) == digest(again.astype(object))
    cells = fingerprint(series.iloc[:2])["columns"][0]["digest"], fingerprint(pd.Series([1, 1]))["columns"][0]["digest"]
    assert cells[0] != cells[1]


def test_what_does_not_say_what_it_holds_is_refused():
    class Net:
        pass

    with pytest.raises(Unfit, match="objects of type Net, which do not say what they hold"):
        fingerprint(pd.Series([Net()], dtype=object))


@pytest.mark.parametrize("form", ["csc", "coo", "lil", "dok", "bsr"])
def test_a_sparse_matrix_is_what_it_holds(form):
    sparse = pytest.importorskip("scipy.sparse")
    dense = np.array([[0.0, 1, 0], [2, 0, 0], [0, 0, 0], [0, 3, 4]])
    matrix = sparse.csr_array(dense)
    with_zero = matrix.copy()
    with_zero.data[0] = 0
    assert digest(matrix.asformat(form)) == digest(matrix) == digest(sparse.csr_matrix(dense[::-1]))
    assert digest(with_zero) == digest(sparse.csr_array(np.where(dense == 1, 0, dense))) != digest(matrix)
    assert with_zero.nnz == 4, "it is looked at, not changed"
    assert digest(sparse.csr_array(dense[:, [1, 0, 2]])) != digest(matrix)


@pytest.mark.parametrize("library", ["polars", "pyarrow"])
def test_a_table_is_the_same_in_every_library(library):
    module = pytest.importorskip(library)
    frame = pd.DataFrame(
        {
            "n": pd.array([1, 2, None], dtype="Int32"),
            "x": [0.5, np.nan, -0.0],
            "s": ["a", None, "ü" * 40],
            "b": [True, False, True],
            "t": pd.to_datetime(["2026-01-01", None, "1969-12-31"]).astype("datetime64[us]"),
            "z": pd.to_datetime(["2026-01-01", None, "1969-12-31"]).astype("datetime64[us]").tz_localize("Asia/Tokyo"),
            "c": pd.Categorical(["u", None, "v"]),
        }
    )
    if library == "polars":
        other = module.DataFrame(
            {
                "n": module.Series([1, 2, None], dtype=module.Int32),
                "x": [0.5, None, 0.0],
                "s": ["a", None, "ü" * 40],
                "b": [True, False, True],
                "t": [datetime(2026, 1, 1), None, datetime(1969, 12, 31)],
                "z": module.Series([datetime(2025, 12, 31, 15), None, datetime(1969, 12, 30, 15)])
                .dt.replace_time_zone("UTC")
                .dt.convert_time_zone("Asia/Tokyo"),
                "c": module.Series(["u", None, "v"], dtype=module.Categorical),
            }
        )
        shuffled = other[[2, 0, 1]]
    else:
        other = module.Table.from_pandas(frame, preserve_index=False)
        shuffled = other.take([2, 0, 1])
        arrow = frame.convert_dtypes(dtype_backend="pyarrow").drop(columns=["c", "x"])
        assert digest(arrow) == digest(frame.drop(columns=["c", "x"]))
    mine, theirs = fingerprint(frame), fingerprint(other)
    assert [part["digest"] for part in theirs["columns"]] == [part["digest"] for part in mine["columns"]]
    assert theirs["digest"] == mine["digest"] == digest(shuffled)


def test_many_rows_are_sampled_by_what_they_hold():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.integers(0, 50, (20_000, 30)))
    found = fingerprint(frame, large=100_000)
    assert 0 < found["sampled"] < 4_000
    assert fingerprint(frame.sample(frac=1, random_state=1), large=100_000)["digest"] == found["digest"]
    array = fingerprint(frame.to_numpy(), large=100_000)
    assert 0 < array["sampled"] < 4_000
    assert fingerprint(rng.permutation(frame.to_numpy()), large=100_000)["digest"] == array["digest"]
    frame.iloc[3, 2] = 51
    assert fingerprint(frame, large=100_000)["digest"] != found["digest"], "the columns that choose are read whole"


def test_rows_that_begin_alike_are_told_apart_by_more_columns():
    rng = np.random.default_rng(0)
    values = rng.integers(0, 1000, (20_000, 30))
    values[:, :12] = 7
    assert 0 < fingerprint(values, large=100_000)["sampled"] < 4_000
    values[:] = 7
    assert fingerprint(values, large=100_000)["sampled"] == 0


def test_tables_are_found_in_what_holds_them():
    array, frame = np.zeros(3), pd.DataFrame({"a": [1]})
    assert [place for place, _ in parts_of((array, [array], frame, 1))] == ["[0]", "[2]"]
    assert [place for place, _ in parts_of({"x": array, "y": 2})] == ["['x']"]
    assert [place for place, _ in parts_of(array)] == [""]
    assert not list(parts_of([1, np.float64(3), np.array(3)]))
    assert holds_table((1, array))
    assert holds_table(frame)
    assert not holds_table("text")
    assert CAPTURED == TABLES


def test_a_bunch_is_told_by_its_parts():
    bunch = pytest.importorskip("sklearn.datasets").load_digits()
    assert [place for place, _ in parts_of(bunch)] == [".data", ".target", ".target_names", ".images"]


PROGRAM = """
import json, numpy as np, pandas as pd, datetime
from jupyter_mlops.runtime.fingerprints import fingerprint
texts = ["a", None, "long " * 90]
frame = pd.DataFrame({"s": texts, "o": [{"b", "a"}, {"k": {1, 2}}, frozenset("xyz")], "n": [1, 2, 3]})
array = np.arange(12.0).reshape(4, 3)
text = pd.Series(["x", "y"], dtype="category")
print(json.dumps([fingerprint(value)["digest"] for value in (frame, array, text)]))
"""
# They are compared with those of runs that are years old.
KNOWN = ["910736d125fe8fbdae7717afea4257ad", "f1d45b013d0999b4b59f06e1a4db58c7", "9918dba2b9d326a0381b5fd7f73cbeb4"]


@pytest.mark.parametrize("seed", ["0", "1", "random"])
def test_fingerprints_are_the_same_in_every_process(seed):
    env = {**os.environ, "PYTHONHASHSEED": seed}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=env, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == KNOWN


def test_empty_tables_have_fingerprints():
    values = [np.zeros((0, 3)), np.zeros((3, 0)), pd.DataFrame(), pd.DataFrame({"a": []}), pd.DataFrame(index=[1, 2])]
    assert len({digest(value) for value in values}) == len(values)


def test_fields_of_a_structured_array_are_columns():
    values = np.array([(1, 2.0), (3, 4.0)], dtype=[("n", "i4"), ("x", "f8")])
    found = fingerprint(values)
    assert [column["name"] for column in found["columns"]] == ["n", "x"]
    assert digest(values[::-1]) == found["digest"]


def test_a_tensor_is_told_as_an_array():
    torch = pytest.importorskip("torch")
    values = np.arange(12, dtype=np.float32).reshape(4, 3)
    found = fingerprint(torch.from_numpy(values))
    assert (found["what"], found["shape"]) == ("tensor", [4, 3])
    assert found["digest"] == digest(values) == digest(torch.nn.Parameter(torch.from_numpy(values[::-1].copy())))
