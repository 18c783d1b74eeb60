"""What answers for a model has ``predict``, whatever the model has."""

from __future__ import annotations

import numpy as np
import pytest

from jupyter_mlops.serving.loading import load, predictor


def test_an_estimator_that_only_transforms_answers_with_that():
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    scaler = preprocessing.MinMaxScaler().fit([[0.0], [4.0]])
    assert predictor(scaler, "sklearn").predict([[1.0]]).tolist() == [[0.25]]


def test_a_function_answers_by_being_called():
    assert predictor(max, "python").predict([1, 3, 2]) == 3


def test_what_predicts_by_itself_stays_itself():
    class Model:
        def predict(self, rows):
            return rows

    model = Model()
    assert predictor(model, "python") is model


def test_a_booster_takes_arrays_by_the_place_of_its_columns():
    xgboost = pytest.importorskip("xgboost")
    rows = np.array([[0.0, 1], [1, 0], [2, 1], [3, 0]])
    data = xgboost.DMatrix(rows, [0, 1, 2, 3], feature_names=["a", "b"])
    booster = xgboost.train({"nthread": 1}, data, 2)
    assert predictor(booster, "xgboost").predict(rows).tolist() == booster.predict(data).tolist()


def test_a_folder_without_a_model_says_which_file_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"model/model\.pkl"):
        load(tmp_path, "sklearn")
