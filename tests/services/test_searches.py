"""What is asked of a search is checked once, and what is worth knowing is said before it starts."""

from __future__ import annotations

import msgspec
import pytest

from jupyter_mlops.domain.errors import InvalidOption, InvalidParameter, InvalidSpace, Unsupported
from jupyter_mlops.domain.runs import RunSpec, Scalar
from jupyter_mlops.domain.spaces import Dimension
from jupyter_mlops.services.searches import Plan, Search, plan_search

RUN = RunSpec(id="digits-20261124-000000-7f3k", name="digits", code_hash="", created=0.0, python="python", cwd="/")
CELL: dict[str, Scalar] = {"lr": 0.1, "depth": 3, "act": "relu", "epochs": 5}
SPACE = {"lr": "1e-4..1e-1:log", "depth": "2..8"}


def plan(*, slots: int = 2, run: RunSpec = RUN, **asked) -> Plan:
    return plan_search(run, CELL, Search(**{"space": SPACE, "objective": "accuracy"} | asked), slots)


def test_text_and_values_mean_the_same():
    typed = plan(space={"lr": "0.001..0.1", "act": "relu|tanh", "epochs": "9"}, trials="7", seed="3", timeout="1h")
    told = plan(
        space={"lr": Dimension("", low=0.001, high=0.1), "act": ["relu", "tanh"], "epochs": 9},
        trials=7,
        seed=3,
        timeout=3600,
    )
    assert typed.spec == told.spec
    assert typed.fixed == told.fixed == {"epochs": 9}


def test_what_the_search_does_not_change_is_told_with_the_fixed_values_put_in():
    found = plan(space={**SPACE, "epochs": 9})
    assert found.spec.base_params == {"act": "relu", "epochs": 9}


def test_a_guessed_direction_is_said_with_how_to_turn_it_round():
    found = plan(objective="accuracy,loss", algorithm="random")
    assert [each.direction for each in found.spec.objectives] == ["maximize", "minimize"]
    assert found.sentences[0] == (
        "accuracy is maximized and loss is minimized, as the name says; accuracy:minimize turns it round."
    )


def test_a_direction_that_was_given_needs_no_words():
    assert not any("as the name says" in sentence for sentence in plan(direction="maximize").sentences)


@pytest.mark.parametrize(
    ("asked", "parallel"),
    [
        ({}, 2),
        ({"slots": 8}, 8),
        ({"slots": 8, "trials": 3}, 3),
        ({"slots": 8, "space": {"act": "relu|tanh"}, "algorithm": "grid"}, 2),
        ({"parallel": 5}, 5),
        ({"parallel": 50, "trials": 5}, 5),
        ({"seed": 1}, 1),
        ({"seed": 1, "algorithm": "random"}, 2),
        ({"seed": 1, "parallel": 4}, 4),
    ],
)
def test_as_many_trials_go_at_once_as_there_is_room_for_unless_a_seed_or_somebody_says_otherwise(asked, parallel):
    assert plan(**asked).spec.parallel == parallel


def test_trials_of_several_workers_share_the_room():
    assert plan(slots=8, run=msgspec.structs.replace(RUN, workers=4)).spec.parallel == 2
    assert plan(slots=2, run=msgspec.structs.replace(RUN, workers=4)).spec.parallel == 1


def test_it_is_said_when_a_seed_does_not_repeat_and_when_it_costs_parallel_trials():
    assert any("does not give the same trials again" in each for each in plan(seed=1, parallel=2).sentences)
    assert any(each.startswith("One trial goes at a time: tpe learns") for each in plan(seed=1).sentences)
    assert not any("seed" in each for each in plan(seed=1, parallel=2, algorithm="sobol").sentences)


@pytest.mark.parametrize(("asked", "trials"), [({}, 6), ({"trials": 4}, 4), ({"trials": 40}, 6)])
def test_a_grid_has_as_many_trials_as_points_at_most(asked, trials):
    found = plan(space={"depth": "2..4", "act": "relu|tanh"}, algorithm="grid", **asked)
    assert found.spec.trials == trials
    assert any("The grid has 6 points" in sentence for sentence in found.sentences)


def test_twenty_trials_are_made_where_nobody_says_how_many():
    found = plan()
    assert found.spec.trials == 20
    assert "20 trials are made; --trials says how many." in found.sentences


def test_the_line_asks_for_the_same():
    found = plan(
        space={**SPACE, "act": ["relu", "a b"], "epochs": 9},
        objective="accuracy",
        direction="minimize",
        algorithm="random",
        trials=7,
        parallel=2,
        prune="median",
        seed=4,
        stop_at=0.125,
        timeout="90m",
    )
    assert found.command == (
        "%tune digits lr=1e-4..0.1:log depth=2..8 act=relu|'a b' epochs=9 --objective accuracy:minimize "
        "--algorithm random --trials 7 --parallel 2 --prune median --seed 4 --stop-at 0.125 --timeout 90m"
    )


@pytest.mark.parametrize(
    ("asked", "error", "sentence"),
    [
        ({"space": {"lrr": "1..2"}}, InvalidParameter, "The cell has no parameter 'lrr'; did you mean 'lr'?"),
        ({"space": {"lr": "1..2", "epoch": 5}}, InvalidParameter, "The cell has no parameter 'epoch'"),
        ({"space": {"act": "1..2"}}, InvalidParameter, "The parameter 'act' is 'relu' in the cell, a text"),
        ({"space": {"lr": "0..1:log"}}, InvalidSpace, "The range of 'lr'"),
        ({"space": {"lr": {}}}, InvalidSpace, "The space of 'lr' is dict; write a text such as"),
        ({"space": {"lr": []}}, InvalidSpace, "The parameter 'lr' has no options"),
        ({"space": {"act": ["a", "a"]}}, InvalidSpace, "The option a stands twice for 'act'"),
        ({"space": {"lr": 0.5}}, InvalidOption, "There is nothing to search"),
        ({"space": {}}, InvalidOption, "There is nothing to search"),
        ({"trials": 0}, InvalidOption, "--trials must be at least 1, not 0"),
        ({"parallel": "two"}, InvalidOption, "--parallel is a whole number, not 'two'"),
        ({"seed": -1}, InvalidOption, "--seed must be at least 0"),
        ({"seed": 1 << 32}, InvalidOption, r"--seed must be less than 2\*\*32"),
        ({"stop_at": "high"}, InvalidOption, "--stop-at is a number such as 0.95, not 'high'"),
        ({"stop_at": True}, InvalidOption, "--stop-at is a number"),
        ({"timeout": "0s"}, InvalidOption, "--timeout is a time such as 90s"),
        ({"algorithm": "tpee"}, InvalidOption, "There is no algorithm 'tpee'; did you mean 'tpe'"),
        ({"algorithm": "grid"}, InvalidSpace, "A grid cannot try all of lr=1e-4..0.1:log"),
        ({"space": {"depth": "0..99999"}, "algorithm": "grid"}, InvalidSpace, "The grid has 100,000 points"),
        ({"objective": "a:maximize,b:maximize", "prune": "median"}, Unsupported, "With several objectives no trial"),
        ({"objective": "speed"}, InvalidOption, "The name 'speed' does not say which way is better"),
    ],
)
def test_what_makes_no_sense_gets_one_sentence(asked, error, sentence):
    with pytest.raises(error, match=sentence):
        plan(**asked)
