"""Options mean the same as text of a magic's line and as Python values, and nonsense gets one sentence."""

from __future__ import annotations

import sys

import pytest

from jupyter_mlops.domain.errors import InvalidOption
from jupyter_mlops.domain.runs import Limits, Resources
from jupyter_mlops.services import options


@pytest.mark.parametrize(("text", "value"), [("5m", 300), ("90s", 90.0), ("2h", 7200)])
def test_a_timeout_as_text_is_a_timeout_in_seconds(text, value):
    assert options.limits(text, 0, None, "cut") == options.limits(value, 0, None, "cut") == Limits(timeout=value)


def test_a_memory_as_text_is_bytes():
    assert options.resources("0.5", "4GB", "0") == Resources(cpus=0.5, memory=4_000_000_000)


def test_what_is_not_given_is_the_default():
    assert options.limits(None, 0, None, "cut") == Limits()
    assert options.resources(None, None, 0) == Resources()


@pytest.mark.parametrize("value", ["0", 0, -1, "-1"])
def test_a_run_has_at_least_one_worker(value):
    with pytest.raises(InvalidOption, match="--workers must be at least 1"):
        options.whole("workers", value, least=1)


@pytest.mark.parametrize("value", ["two", 1.5, True, None, ""])
def test_workers_are_a_whole_number(value):
    with pytest.raises(InvalidOption, match="--workers is a whole number"):
        options.whole("workers", value, least=1)


@pytest.mark.parametrize("value", ["0", -1, "many", float("nan"), float("inf"), False])
def test_cpus_are_a_positive_number(value):
    with pytest.raises(InvalidOption, match="--cpus is a number of cores"):
        options.resources(value, None, 0)


@pytest.mark.parametrize("value", [0, -5, "0s", float("inf"), True])
def test_a_timeout_is_more_than_nothing(value):
    with pytest.raises(InvalidOption, match="--timeout is a time such as 90s"):
        options.limits(value, 0, None, "cut")


def test_a_word_is_refused_with_the_nearest():
    with pytest.raises(InvalidOption, match=r"--log-full cannot be 'stopp'; did you mean 'stop'\?$"):
        options.one_of("log_full", "stopp", ("cut", "stop"))


def test_a_word_without_a_neighbour_is_refused_with_what_there_is():
    with pytest.raises(InvalidOption, match=r"--on cannot be 'mars'; there is local and cluster\.$"):
        options.one_of("on", "mars", ("local", "cluster"))


def test_kept_names_are_listed_once_each_from_text_or_iterable():
    assert options.names("model, history,model,") == options.names(["model", "history"]) == ["model", "history"]


def test_kept_names_are_names_of_variables():
    with pytest.raises(InvalidOption, match=r"'model\.weights' is none"):
        options.names("model.weights")


def test_the_interpreter_is_this_one_unless_another_is_named():
    assert options.interpreter(None) == sys.executable


def test_an_interpreter_is_found_by_its_name_alone(monkeypatch):
    monkeypatch.setenv("PATH", "/bin:/usr/bin")
    assert options.interpreter("sh") in ("/bin/sh", "/usr/bin/sh")


def test_an_interpreter_that_is_not_there_is_refused():
    with pytest.raises(InvalidOption, match="there is no interpreter"):
        options.interpreter("/nowhere/python")


@pytest.mark.parametrize("memory", ["1", "4", 512, "100kB"])
def test_a_memory_whose_unit_was_forgotten_is_refused(memory):
    with pytest.raises(InvalidOption, match=r"no Python process fits.*write a number and a unit, such as 500MB or 4GB"):
        options.resources(None, memory, None)
