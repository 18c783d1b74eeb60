"""Completion, through IPython's own completer."""

from __future__ import annotations

import sys

import pytest


@pytest.fixture
def complete(shell):
    shell("%%train digits-wide\nlr = 0.1")

    def complete(line, body=""):
        text = f"{line}\n{body}"
        found = shell.ip.Completer.completions(text, len(line))
        return {text[: one.start] + one.text for one in found}

    return complete


@pytest.fixture(autouse=True)
def _provisional():
    from IPython.core.completer import provisionalcompleter

    with provisionalcompleter():
        yield


def test_options_are_completed(complete):
    assert complete("%%train digits --wo") == {"%%train digits --workers"}
    assert complete("%%train digits --log-f") == {"%%train digits --log-full"}


def test_an_option_that_stands_there_is_not_offered_again(complete):
    assert "%%train digits --detach --detach" not in complete("%%train digits --detach --de")


def test_parameters_of_the_cell_are_completed(complete):
    body = "learning_rate = 0.1\nepochs = 3\nmodel = fit()"
    assert complete("%%train digits ep", body) == {"%%train digits epochs="}
    assert {"%%train digits learning_rate=", "%%train digits epochs="} <= complete("%%train digits ", body)


def test_a_parameter_that_is_set_is_not_offered_again(complete):
    assert complete("%%train digits epochs=5 ep", "epochs = 3") == set()


def test_names_that_the_cell_makes_are_completed_behind_keep(complete):
    body = "model = fit()\nmean = 3"
    assert complete("%%train digits --keep mo", body) == {"%%train digits --keep model"}
    assert complete("%%train digits --keep model,m", body) == {"%%train digits --keep model,mean"}


def test_words_of_an_option_are_completed(complete):
    assert complete("%%train digits --log-full s") == {"%%train digits --log-full stop"}


def test_names_of_runs_are_completed(complete):
    assert complete("%%train di") == {"%%train digits-wide"}
    assert complete("%runs stop di") == {"%runs stop digits-wide"}


def test_verbs_are_completed(complete):
    assert complete("%runs del") == {"%runs delete"}
    assert complete("%mlops re") == {"%mlops reindex"}


def test_settings_are_completed(complete):
    assert complete("%mlops set sl") == {"%mlops set slots="}


def test_other_lines_are_left_alone(complete):
    assert "import json" in complete("import jso")


def test_completion_of_a_cell_that_is_half_written_does_not_fail(complete):
    assert complete("%%train digits ep", "epochs = (") == set()


def test_a_search_is_completed(complete):
    assert complete("%%tune digits --objec") == {"%%tune digits --objective"}
    assert "%%tune digits --algorithm tpe" in complete("%%tune digits --algorithm ")
    assert complete("%%tune digits --prune med") == {"%%tune digits --prune median"}
    assert complete("%%tune digits ep", "epochs = 3") == {"%%tune digits epochs="}
    assert "%sweeps resume" in complete("%sweeps re")


def test_only_options_that_the_kind_has_are_offered_once_it_is_known(complete):
    assert complete("%%train digits --kind tensorflow --c") >= {
        "%%train digits --kind tensorflow --chief",
        "%%train digits --kind tensorflow --cpus",
    }
    assert "%%train digits --kind jax --chief" not in complete("%%train digits --kind jax --c")
    assert "%%train digits --chief" in complete("%%train digits --c")


def test_words_of_options_are_completed(complete):
    assert complete("%%train digits --kind x") == {"%%train digits --kind xgboost"}
    assert complete("%%train digits --restart on") == {"%%train digits --restart on-failure"}


def test_names_of_interpreters_are_completed(complete, shell):
    shell(f"%mlops set interpreter.other={sys.executable}")

    assert complete("%%train digits --python ot") == {"%%train digits --python other"}
    assert complete("%mlops set inter") == {"%mlops set interpreter."}


def test_behind_an_option_that_needs_no_value_all_may_stand(complete):
    assert "%%train digits --check --workers" in complete("%%train digits --check --wo")
