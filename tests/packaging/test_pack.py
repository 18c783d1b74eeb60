"""Models of each kind become files that another process makes the same model of."""

from __future__ import annotations

import json
import threading
from typing import Any

import numpy as np
import pytest

from jupyter_mlops.domain.errors import InvalidInput
from jupyter_mlops.domain.profiles import Profile
from jupyter_mlops.domain.signatures import Field
from jupyter_mlops.store.checksums import check_files, checksums_of
from jupyter_mlops.wire import decode
from tests.packaging import zoo

NAMES = [
    "sklearn",
    "pipeline",
    "lambda",
    "xgboost",
    "xgboost-booster",
    "lightgbm",
    "lightgbm-booster",
    "onnx",
    "class",
    "function",
    "callable",
]
FIT = "sepal length (cm)"


@pytest.mark.parametrize("name", NAMES)
def test_another_process_gets_the_same_model_with_the_same_answers(stored, reloaded, name):
    one = stored[name]
    kind, answer = reloaded["answers"][name]
    assert kind.rpartition(".")[2] == type(one.model).__qualname__
    head = one.table[: zoo.EXAMPLES] if not hasattr(one.table, "columns") else one.table.head(zoo.EXAMPLES)
    expected = one.answer(head)
    if name == "onnx":
        assert set(answer) == {"label", "probabilities"}
        return
    np.testing.assert_allclose(answer, expected)


def test_loading_needs_nothing_of_ours_and_no_mlflow(reloaded):
    assert reloaded["ours"] == []
    assert "mlflow" not in reloaded["modules"]


@pytest.mark.parametrize(
    ("name", "flavor", "folders"),
    [
        ("pipeline", "sklearn", {"mlflow": "model", "sklearn": "model"}),
        ("xgboost", "xgboost", {"mlflow": "model", "xgboost": "model"}),
        ("lightgbm-booster", "lightgbm", {"mlflow": "model", "lightgbm": "bst"}),
        ("onnx", "onnx", {"mlflow": "model", "onnx": "onnx"}),
        ("function", "python", {"mlflow": "model"}),
    ],
)
def test_a_flavor_says_where_servers_look(stored, name, flavor, folders):
    assert stored[name].told.flavor == flavor
    assert stored[name].told.folders == folders


def test_servers_find_one_model_file_each(stored):
    # KServe's servers refuse a folder in which several files end as a model's does.
    def ending(name, folder, *ends):
        return [path for path in stored[name].paths if path.startswith(f"{folder}/") and path.endswith(ends)]

    assert ending("pipeline", "model", ".joblib", ".pkl", ".pickle") == ["model/model.pkl"]
    assert ending("xgboost", "model", ".bst", ".json", ".ubj") == ["model/model.ubj"]
    assert ending("xgboost-booster", "model", ".bst", ".json", ".ubj") == ["model/model.ubj"]
    assert ending("lightgbm", "bst", ".bst") == ["bst/model.bst"]
    assert "onnx/flowers/1/model.onnx" in stored["onnx"].paths


def test_mlflow_loads_what_it_never_saw_being_made(stored):
    mlflow = pytest.importorskip("mlflow")

    table = stored["pipeline"].table.head(3)
    found = mlflow.pyfunc.load_model(str(stored["pipeline"].folder / "model")).predict(table)
    assert found.tolist() == stored["pipeline"].model.predict(table).tolist()
    rows = stored["class"].table[:3]
    found = mlflow.pyfunc.load_model(str(stored["class"].folder / "model")).predict(rows)
    assert found.tolist() == (rows.sum(axis=1) * 2).tolist()


def test_a_table_with_words_and_holes_is_told_by_column(stored):
    signature = stored["pipeline"].told.signature
    assert signature.kind == "table"
    assert signature.inputs[0] == Field(FIT, "FP64")
    assert signature.inputs[-1] == Field("place", "BYTES", [], True)
    assert signature.outputs == [Field("predict", "INT64")]


def test_an_array_is_told_as_a_tensor(stored):
    signature = stored["sklearn"].told.signature
    assert (signature.kind, signature.inputs) == ("tensor", [Field("input", "FP64", [4])])
    assert stored["sklearn"].told.methods == ["predict", "predict_proba", "decision_function"]
    assert stored["sklearn"].told.classes == ["0", "1", "2"]


def test_a_graph_tells_what_it_takes_by_itself(store, stored):
    told = store(stored["onnx"].model).told
    assert told.signature.inputs == [Field("X", "FP32", [4])]
    assert [field.name for field in told.signature.outputs] == ["label", "probabilities"]


def test_example_and_profile_lie_beside_the_model(stored):
    one = stored["pipeline"]
    rows = json.loads((one.folder / "example.json").read_text())
    assert len(rows) == 5 and rows[3]["place"] is None and rows[0][FIT] == 5.1
    profile = decode((one.folder / "profile.json").read_bytes(), Profile)
    place = profile.columns[-1]
    assert (place.kind, place.values, place.counts, place.missing) == ("category", ["south", "north"], [99, 50, 0], 1)
    length = profile.columns[0]
    assert sum(length.counts) == profile.rows == 150
    assert len(length.edges) == len(length.counts) - 1
    assert not any("example" in path for path in one.paths if path.startswith("model/"))


def test_requirements_name_what_the_model_is_made_of(stored):
    names = [each.partition("==")[0] for each in stored["pipeline"].told.requirements]
    assert {"scikit-learn", "pandas", "numpy", "cloudpickle"} <= set(names)
    assert "xgboost-cpu" in [each.partition("==")[0] for each in stored["xgboost"].told.requirements]


def test_without_data_what_it_takes_is_told_by_the_model(store, stored):
    told = store(stored["xgboost"].model).told
    assert told.signature.inputs[0] == Field(FIT, "FP64")
    assert store(stored["class"].model).told.notes == ["What it takes is not known, so requests are not checked."]
    # Columns of a table of words are no numbers, whatever a model knows of their names.
    assert store(stored["pipeline"].model).told.signature is None


def test_a_changed_byte_is_found(store, stored):
    one = store(stored["sklearn"].model)
    files = checksums_of(one.folder)
    check_files(one.folder, files, "flowers:1")
    path = one.folder / "model" / "model.pkl"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(Exception, match=r"model/model\.pkl has changed"):
        check_files(one.folder, files, "flowers:1")


def test_what_is_not_fitted_is_refused(store):
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from xgboost import XGBRegressor

    for model in (LogisticRegression(), make_pipeline(LogisticRegression()), XGBRegressor()):
        with pytest.raises(InvalidInput, match="was not fitted; call fit before"):
            store(model)


def test_what_cannot_predict_is_refused(store):
    with pytest.raises(InvalidInput, match="An object of type dict has no predict"):
        store({"a": 1})
    with pytest.raises(InvalidInput, match=r"Doubler is a class; register an object of it: Doubler\(...\)"):
        store(zoo.Doubler)


def test_what_cannot_be_pickled_is_named(store):
    model: Any = zoo.Doubler()
    model.lock = threading.Lock()
    with pytest.raises(InvalidInput, match=r"Doubler cannot be stored: .*\(\.lock, lock\)"):
        store(model)


def test_data_that_is_no_table_is_refused(store, stored):
    with pytest.raises(InvalidInput, match="cannot be read as a table"):
        store(stored["sklearn"].model, [[1, 2], [3]])


def test_very_wide_data_has_no_profile_and_says_so(store):
    one = store(zoo.Doubler(), np.zeros((3, 1001)))
    assert one.told.notes == ["Its input has no columns, or more than 1,000, so there is no profile of it."]
    assert "profile.json" not in one.paths and "example.json" in one.paths


def test_categories_and_numbers_that_may_be_missing_keep_their_types(store):
    import pandas as pd

    table = pd.DataFrame(
        {
            "n": pd.array([1, None, 3], dtype="Int64"),
            "c": pd.Categorical(["a", "b", None]),
            "t": pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-03"]),
            "f": [1.0, float("nan"), float("inf")],
            "b": [True, False, True],
        }
    )
    one = store(lambda rows: rows["f"], table)
    fields = {field.name: (field.type, field.optional) for field in one.told.signature.inputs}
    assert fields == {
        "n": ("INT64", True),
        "c": ("BYTES", True),
        "t": ("BYTES", False),
        "f": ("FP64", True),
        "b": ("BOOL", False),
    }
    assert json.loads((one.folder / "example.json").read_text())[2] == {
        "n": 3,
        "c": None,
        "t": "2026-01-03 00:00:00",
        "f": None,
        "b": True,
    }


def test_a_sparse_matrix_is_an_array(store):
    from scipy.sparse import eye

    one = store(zoo.Callable(), eye(200, 4, format="coo"))
    profile = decode((one.folder / "profile.json").read_bytes(), Profile)
    assert (profile.rows, len(profile.columns)) == (200, 4)


def test_storing_leaves_the_pickler_as_it_was(stored):
    import cloudpickle

    assert stored
    assert cloudpickle.list_registry_pickle_by_value() == set()
