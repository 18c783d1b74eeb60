"""A grid has every point once, and one that cannot be tried says what to write."""

from __future__ import annotations

import pytest

from jupyter_mlops.domain.errors import InvalidSpace
from jupyter_mlops.domain.grids import grid_point, grid_size, values_of
from jupyter_mlops.domain.spaces import Dimension, parse_dimension


def space(**texts: str) -> list[Dimension]:
    found = [parse_dimension(name, text) for name, text in texts.items()]
    return [each for each in found if isinstance(each, Dimension)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("2..4", [2, 3, 4]),
        ("1..10:3", [1, 4, 7, 10]),
        ("0..0.3:0.1", [0.0, 0.1, 0.2, 0.3]),
        ("1..4:log", [1, 2, 3, 4]),
        ("true|none", [True, None]),
    ],
)
def test_a_dimension_has_its_values_in_order(text: str, values: list[object]) -> None:
    assert values_of(space(x=text)[0]) == values


def test_a_grid_has_every_point_once_and_the_last_parameter_changes_first() -> None:
    both = space(x="1..2", y="a|b")
    points = [{"x": 1, "y": "a"}, {"x": 1, "y": "b"}, {"x": 2, "y": "a"}, {"x": 2, "y": "b"}]
    assert [grid_point(both, at) for at in range(4)] == points
    assert grid_size(both) == 4


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1e-5..1e-1:log", r"x=1e-5\.\.0\.1:log, which has no steps; write options, such as x=1e-5\|1e-4\|0\.001"),
        ("0.0..1.0", r"which has no steps; write a step, such as x=0\.0\.\.1\.0:0\.1\."),
    ],
)
def test_a_range_without_steps_is_refused_with_what_to_write(text: str, sentence: str) -> None:
    with pytest.raises(InvalidSpace, match=sentence):
        grid_size(space(x=text))


def test_a_grid_that_is_too_large_is_refused_with_its_size() -> None:
    with pytest.raises(InvalidSpace, match=r"has 1,000,000 points \(1,000 . 1,000\), and at most 10,000 are tried"):
        grid_size(space(x="1..1000", y="1..1000"))
    assert grid_size(space(x="1..100", y="1..100")) == 10_000
