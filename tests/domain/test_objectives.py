"""What a search is for is read from what people type."""

from __future__ import annotations

import pytest

from jupyter_mlops.domain.errors import InvalidOption
from jupyter_mlops.domain.objectives import parse_objectives, text_of
from jupyter_mlops.domain.sweeps import Objective


@pytest.mark.parametrize(
    ("text", "direction", "objectives"),
    [
        ("accuracy", "", [Objective("accuracy", "maximize", guessed=True)]),
        ("val_loss", "", [Objective("val_loss", "minimize", guessed=True)]),
        ("loss:maximize", "", [Objective("loss", "maximize")]),
        ("latency", "minimize", [Objective("latency", "minimize")]),
        ("accuracy, latency:minimize", "maximize", [Objective("accuracy"), Objective("latency", "minimize")]),
        ("train:rmse:minimize", "", [Objective("train:rmse", "minimize")]),
    ],
)
def test_objectives_are_read(text: str, direction: str, objectives: list[Objective]) -> None:
    assert parse_objectives(text, direction) == objectives


def test_what_is_written_of_objectives_is_read_as_the_same() -> None:
    objectives = parse_objectives("accuracy,latency:minimize")
    assert text_of(objectives) == "accuracy,latency:minimize"
    assert parse_objectives(text_of(objectives)) == objectives


@pytest.mark.parametrize(
    ("text", "direction", "sentence"),
    [
        ("latency", "", r"'latency' does not say which way is better; write latency:maximize or latency:minimize\."),
        ("loss:minimise", "", r"'minimise' in 'loss:minimise' is no direction; did you mean 'minimize'\?"),
        ("loss:down", "", r"no direction; write maximize or minimize\."),
        ("loss", "up", r"'up' in '--direction up' is no direction"),
        ("loss,loss:maximize", "", r"objective 'loss' stands twice"),
        ("loss,,f1", "", r"objective is missing in 'loss,,f1'"),
        ("", "", r"objective is missing"),
        (":minimize", "", r"objective is missing"),
    ],
)
def test_what_is_no_objective_is_refused_in_one_sentence(text: str, direction: str, sentence: str) -> None:
    with pytest.raises(InvalidOption, match=sentence) as caught:
        parse_objectives(text, direction)
    assert "\n" not in str(caught.value)


def test_two_ways_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(InvalidOption, match="leave one out"):
        parse_objectives("accuracy:maximize", "minimize")
    assert parse_objectives("accuracy:maximize", "maximize")[0].direction == "maximize"
