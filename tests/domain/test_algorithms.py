"""Algorithms are found by the names that people write, and say what they lack."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from jupyter_mlops.domain.algorithms import (
    ALGORITHMS,
    PRUNERS,
    Algorithm,
    Need,
    check_search,
    find_algorithm,
    find_pruner,
    missing,
    pruner_of,
)
from jupyter_mlops.domain.errors import InvalidOption, InvalidSpace, Unsupported
from jupyter_mlops.domain.runs import RunSpec
from jupyter_mlops.domain.spaces import Dimension
from jupyter_mlops.domain.sweeps import Objective, SweepSpec

KATIB = {"random", "grid", "tpe", "multivariate-tpe", "bayesianoptimization", "cmaes", "sobol", "hyperband"}
WHOLE = Dimension("x", low=1, high=5, whole=True)


def make_spec(**values: Any) -> SweepSpec:
    run = RunSpec(id="s", name="s", code_hash="", created=0.0, python="", cwd="")
    given = {"space": [WHOLE], "objectives": [Objective("loss", "minimize")], **values}
    return SweepSpec(id="s", name="s", created=0.0, run=run, **given)


def test_the_names_are_those_of_katib() -> None:
    assert set(ALGORITHMS) == KATIB


@pytest.mark.parametrize(
    ("word", "name"),
    [("tpe", "tpe"), ("TPE", "tpe"), ("bayesian", "bayesianoptimization"), ("multivariate_tpe", "multivariate-tpe")],
)
def test_an_algorithm_is_found_by_what_people_write(word: str, name: str) -> None:
    assert find_algorithm(word).name == name


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("gird", r"no algorithm 'gird'; did you mean 'grid'\?"),
        ("simplex", r"no algorithm 'simplex'; there is: random, grid, "),
        ("darts", r"'darts' is Katib's own"),
    ],
)
def test_an_unknown_algorithm_is_refused_with_what_there_is(word: str, sentence: str) -> None:
    with pytest.raises(InvalidOption, match=sentence):
        find_algorithm(word)


def test_an_unknown_pruner_is_refused_with_what_there_is() -> None:
    assert find_pruner("Median") is PRUNERS["median"]
    with pytest.raises(InvalidOption, match=r"no 'mediam'; did you mean 'median'\?"):
        find_pruner("mediam")


def test_an_algorithm_says_which_packages_it_lacks_and_how_they_are_installed() -> None:
    nowhere = Need("no_such_module", "no-such-package")
    assert missing(Algorithm("odd", "", needs=(Need("sys", "sys"), nowhere))) == (
        "The algorithm odd needs the package no-such-package, not installed here; "
        '%pip install "jupyter-mlops[tune]" installs it.'
    )
    assert "packages no-such-package and no-such-package" in missing(Algorithm("odd", "", needs=(nowhere, nowhere)))
    assert missing(Algorithm("odd", "", needs=(nowhere,)), "pip install").count("; pip install") == 1
    assert not missing(Algorithm("odd", "", needs=(Need("no_such_module", "x", instead="json"),)))


def test_what_an_algorithm_needs_is_looked_for_and_not_imported() -> None:
    program = (
        "import sys\n"
        "from jupyter_mlops.domain.algorithms import ALGORITHMS, missing\n"
        "print([missing(each) for each in ALGORITHMS.values() if missing(each)])\n"
        "print(sorted({'optuna', 'scipy', 'cmaes', 'sklearn', 'torch', 'numpy'} & set(sys.modules)))\n"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said == "[]\n[]\n"


def test_hyperband_brings_its_pruner() -> None:
    assert pruner_of(make_spec(algorithm="hyperband")) == "hyperband"
    assert pruner_of(make_spec(prune="median")) == "median"


@pytest.mark.parametrize(
    "values",
    [
        {"function": "fn", "space": []},
        {"algorithm": "grid"},
        {"objectives": [Objective("loss"), Objective("f1")]},
        {"algorithm": "hyperband", "prune": "hyperband"},
    ],
)
def test_what_can_be_searched_is_not_refused(values: dict[str, Any]) -> None:
    check_search(make_spec(**values))


@pytest.mark.parametrize(
    ("values", "error", "sentence"),
    [
        ({"space": []}, InvalidOption, r"nothing to search"),
        ({"trials": 0}, InvalidOption, r"at least one trial"),
        ({"algorithm": "hyperband", "prune": "median"}, InvalidOption, r"leave --prune median out"),
        ({"algorithm": "grid", "function": "fn"}, Unsupported, r"grid cannot use the function 'fn'"),
        ({"algorithm": "grid", "space": [Dimension("x", low=0.0, high=1.0)]}, InvalidSpace, r"has no steps"),
        (
            {"algorithm": "cmaes", "objectives": [Objective("a"), Objective("b")]},
            Unsupported,
            r"cmaes has one objective",
        ),
        ({"prune": "median", "objectives": [Objective("a"), Objective("b")]}, Unsupported, r"no trial can be pruned"),
        ({"stop_at": 1.0, "objectives": [Objective("a"), Objective("b")]}, InvalidOption, r"--stop-at"),
    ],
)
def test_what_cannot_be_searched_is_refused(values: dict[str, Any], error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        check_search(make_spec(**values))
