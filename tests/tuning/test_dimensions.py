"""Every value of a dimension has its place between 0 and 1, and every place a value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from optuna.distributions import FloatDistribution, IntDistribution

from jupyter_mlops.domain.grids import values_of
from jupyter_mlops.domain.spaces import parse_dimension
from jupyter_mlops.tuning.dimensions import distributions_of, exact, from_unit, to_unit
from tests.tuning.conftest import make_space

TEXTS = ["1e-5..1e-1:log", "2..8", "0.0..1.0", "16..256:16", "0..1:0.1", "1..1024:log", "-5..5", "-1.0..1.0:0.25"]


@pytest.mark.parametrize("text", TEXTS)
@given(at=st.floats(0, 1))
def test_a_place_has_a_value_whose_place_is_near(text: str, at: float) -> None:
    (distribution,) = distributions_of(make_space(f"x={text}")).values()
    assert isinstance(distribution, FloatDistribution | IntDistribution)
    value = from_unit(distribution, at)
    assert isinstance(value, int | float)
    assert distribution._contains(float(value))
    place = to_unit(distribution, value)
    assert 0 <= place <= 1
    assert from_unit(distribution, place) == pytest.approx(value)


@pytest.mark.parametrize("text", ["2..8", "16..256:16", "0..1:0.1", "relu|tanh|elu"])
def test_every_value_has_the_same_share(text: str) -> None:
    (dimension,) = make_space(f"x={text}")
    (distribution,) = distributions_of([dimension]).values()
    values = values_of(dimension)
    found = [
        exact(dimension, from_unit(distribution, (at + 0.5) / (10 * len(values)))) for at in range(10 * len(values))
    ]
    assert found == [value for value in values for _ in range(10)]


def test_steps_are_as_people_write_them() -> None:
    dimension = parse_dimension("x", "0..1:0.1")
    assert [exact(dimension, at * 0.1) for at in range(4)] == [0.0, 0.1, 0.2, 0.3]  # type: ignore[arg-type]
