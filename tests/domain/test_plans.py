"""The end of a run that its parameters name."""

from __future__ import annotations

import pytest

from jupyter_mlops.domain.plans import planned, with_plan
from jupyter_mlops.domain.runs import Progress


@pytest.mark.parametrize(
    ("unit", "params", "total"),
    [
        ("epoch", {"epochs": 5}, 5.0),
        ("step", {"max_steps": 100}, 100.0),
        ("epoch", {"n_epochs": 5.0}, 5.0),
        ("epoch", {"steps": 5}, None),
        ("epoch", {"epochs": "5"}, None),
        ("epoch", {"epochs": True}, None),
        ("epoch", {"epochs": 2}, None),
        ("", {"s": 5}, None),
    ],
)
def test_a_parameter_names_the_end(unit: str, params: dict[str, object], total: float | None) -> None:
    found = with_plan(Progress(done=3, unit=unit), params)  # type: ignore[arg-type]
    assert found is not None
    assert found.total == total


def test_a_known_end_stays() -> None:
    assert with_plan(Progress(done=3, total=7, unit="epoch"), {"epochs": 5}) == Progress(done=3, total=7, unit="epoch")
    assert with_plan(None, {"epochs": 5}) is None


def test_of_all_parameters_only_those_that_may_name_an_end_are_kept() -> None:
    assert planned({"epochs": 5, "lr": 0.1, "max_steps": 100, "seed": 7}) == {"epochs": 5, "max_steps": 100}
