"""Which table a model was trained with."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from jupyter_mlops.domain.errors import InvalidInput
from jupyter_mlops.services import inputs


@pytest.fixture
def table():
    return pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [3.0, 1.0, 2.0], "day": ["mon", "tue", "wed"]})


@pytest.fixture
def model(table):
    return LinearRegression().fit(table[["a", "b"]], [1.0, 2.0, 3.0])


def test_a_table_with_more_columns_gives_those_of_the_model(table, model):
    found = inputs.given(table, "X_train", model)
    assert list(found.table.columns) == ["a", "b"]
    assert found.words == "X_train, 3 rows"


def test_a_table_that_lacks_a_column_is_refused_with_the_nearest(table, model):
    with pytest.raises(InvalidInput, match=r"X_train has no column 'b', which the model was trained with"):
        inputs.given(table[["a", "day"]], "X_train", model)


def test_two_tables_that_fit_tell_what_it_takes_but_make_no_profile(table, model):
    part = table[["a", "b"]]
    found = inputs._chosen({"left": part, "right": part}, inputs.features_of(model))
    assert found.table is None
    assert list(found.like.columns) == ["a", "b"]
    assert found.words == "left and right fit the model; say which with --data"


def test_arrays_are_found_by_the_number_of_columns():
    model = LinearRegression().fit(np.zeros((4, 2)), np.zeros(4))
    found = inputs._chosen({"X_train": np.zeros((4, 2)), "y": np.zeros((4, 1))}, inputs.features_of(model))
    assert found.words == "X_train, 4 rows"
