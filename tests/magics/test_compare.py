"""``%compare`` in an IPython shell."""

from __future__ import annotations

import pytest
from IPython.core.completer import provisionalcompleter

from jupyter_mlops.domain.errors import InvalidInput, InvalidOption, NotFound
from tests.published import publish_sweep

CELL = "lr = 0.1\nprint(f'loss={lr}')"


@pytest.fixture
def runs(shell):
    """Two runs of one name, the later one in the variable ``digits``, and one of another."""
    found = []
    for line in ("digits", "digits lr=0.5", "digits-wide lr=0.2"):
        shell(f"%%train {line}\n{CELL}")
        found.append(shell.ip.user_ns[line.split()[0].replace("-", "_")])
    return found


def test_a_name_means_all_its_runs_though_a_variable_holds_the_last(shell, runs):
    said = shell("%compare digits")
    assert shell.value.runs == [runs[1], runs[0]]
    assert "digits: 2 runs; lr varies" in said


def test_a_variable_of_another_name_means_its_run(shell, runs):
    shell("best = digits")
    shell("%compare best digits_wide")
    assert shell.value.runs == [runs[1], runs[2]]
    assert shell.value.diff().sentence == "`lr` differs (0.5 against 0.2)."


def test_a_list_in_a_variable_means_its_runs(shell, runs):
    shell("some = __import__('jupyter_mlops').connect().runs.list('lr > 0.1')")
    shell("%compare some")
    assert shell.value.runs == [runs[2], runs[1]]


def test_several_names_and_ids_stand_beside_each_other(shell, runs):
    shell(f"%compare digits-wide {runs[0].id}")
    assert shell.value.runs == [runs[2], runs[0]]


def test_conditions_stand_in_quotes(shell, runs):
    shell('%compare --where "lr > 0.3"')
    assert shell.value.runs == [runs[1]]
    shell('%compare digits --where "lr = 0.1" --limit 5')
    assert shell.value.runs == [runs[0]]


def test_a_sweeps_trials_are_meant_by_its_name_its_variable_or_their_numbers(shell, workspace):
    sweep = publish_sweep(workspace.home, "found", runs=3)
    shell("%compare --sweep found")
    assert shell.value.labels == ["found/3", "found/2", "found/1"]
    shell.ip.user_ns["found_sweep"] = workspace.sweeps.get(sweep.id)
    shell("%compare --sweep found_sweep")
    assert len(shell.value) == 3
    shell("%compare found_sweep --limit 2")
    assert len(shell.value) == 2
    shell("%compare found/1 found/3")
    assert shell.value.labels == ["found/1", "found/3"]
    assert "%compare --sweep found" in shell("%compare found")


@pytest.mark.parametrize(
    ("line", "error", "sentence"),
    [
        ("digitz", NotFound, "did you mean 'digits'?"),
        ("digits lr > 0.1", InvalidInput, 'Conditions stand in quotes behind --where: %compare digits --where "lr >'),
        ("--where", InvalidOption, "--where needs a value behind it"),
        ('--where "lr > 7"', NotFound, "There is nothing to compare: no run fits 'lr > 7'."),
        ("--sweep nothing", NotFound, "No sweep has the name or id 'nothing'"),
        ("--limit many", InvalidOption, "--limit"),
        ("--fast", InvalidOption, "has no option --fast"),
    ],
)
def test_nonsense_gets_one_sentence(shell, runs, line, error, sentence):
    said = shell(f"%compare {line}")
    assert sentence in said
    assert isinstance(shell.error, error)
    assert said.strip().count("\n") == 0


def test_names_options_and_sweeps_are_completed(shell, workspace, runs):
    publish_sweep(workspace.home, "found")

    def complete(line):
        with provisionalcompleter():
            found = shell.ip.Completer.completions(line, len(line))
            return {line[: one.start] + one.text for one in found}

    assert complete("%compare digi") == {"%compare digits", "%compare digits-wide"}
    assert complete("%compare digits --wh") == {"%compare digits --where"}
    assert complete("%compare --sweep ") == {"%compare --sweep found"}


def test_its_help_shows_how_it_is_written(shell):
    shell("%compare?")
    assert "--sweep" in shell.ip.magics_manager.magics["line"]["compare"].__doc__
