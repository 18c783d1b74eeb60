"""``%runs`` and ``%mlops`` in an IPython shell."""

from __future__ import annotations

import builtins

import pytest

from jupyter_mlops.domain.errors import Conflict, InvalidInput, InvalidOption, NotFound


@pytest.fixture
def digits(shell):
    shell("%%train digits\nlr = 0.1\nprint('loss=0.5')")
    return shell.ip.user_ns["digits"]


def test_runs_are_listed_as_a_table(shell, digits):
    assert "Succeeded  digits" in shell("%runs")
    assert shell.value == [digits]
    assert "digits" in shell.value._repr_html_()


def test_the_list_takes_conditions(shell, digits):
    shell("%runs digits loss < 1")
    assert shell.value == [digits]
    shell("%runs list loss > 1")
    assert shell.value == []


def test_a_misspelled_verb_is_named(shell, digits):
    assert "did you mean 'delete'?" in shell("%runs delte digits")
    assert isinstance(shell.error, InvalidInput)


def test_an_option_of_another_verb_is_refused(shell, digits):
    assert "--yes belongs to %runs delete, not to %runs stop" in shell("%runs stop digits --yes")
    assert isinstance(shell.error, InvalidOption)


def test_a_variable_comes_before_a_name(shell, digits):
    shell("%%train other\nx = 1")
    shell("digits, other = other, digits")
    shell("%runs show digits")
    assert shell.value.name == "other"


def test_deleting_says_what_it_frees_and_asks_once(shell, digits, monkeypatch):
    asked = []

    def refuse(question):
        asked.append(question)
        return "n"

    monkeypatch.setattr(builtins, "input", refuse)
    assert "Nothing was deleted." in shell("%runs delete digits")
    assert len(asked) == 1
    assert digits.id in asked[0]
    assert "frees" in asked[0]
    monkeypatch.setattr(builtins, "input", lambda question: "y")
    assert "1 run deleted" in shell("%runs delete digits")
    assert not digits.path.exists()


def test_where_nobody_can_answer_the_way_without_a_question_is_named(shell, digits, monkeypatch):
    from IPython.core.error import StdinNotImplementedError

    def refuse(question):
        raise StdinNotImplementedError("no input here")

    monkeypatch.setattr(builtins, "input", refuse)
    assert "add --yes" in shell("%runs delete digits")
    assert digits.path.exists()


def test_deleting_with_yes_asks_nothing(shell, digits):
    assert "1 run deleted" in shell("%runs delete digits --yes")


def test_old_runs_are_deleted_by_age(shell, digits):
    assert "There is nothing to delete." in shell("%runs delete --older 30d --yes")
    assert "1 run deleted" in shell("%runs delete --older 0s --yes")


def test_deleting_without_saying_what_is_refused(shell, digits):
    assert "Say which runs to delete" in shell("%runs delete")
    assert digits.path.exists()


def test_nothing_happens_to_any_run_if_one_is_not_found(shell, digits):
    shell("%runs delete digits nobody --yes")
    assert isinstance(shell.error, NotFound)
    assert digits.path.exists()


def test_a_run_is_stopped_by_its_name(shell):
    shell("%%train long --detach\nimport time\nwhile True: time.sleep(0.05)")
    assert "is now stopped" in shell("%runs stop long")
    assert "was already stopped" in shell("%runs stop long")


def test_where_the_ranks_are_is_shown(shell):
    shell("%%train loop --detach\nimport time\ntime.sleep(1000)")
    loop = shell.ip.user_ns["loop"]
    while loop.state != "running" or not loop.stacks()[0].line:
        pass
    shell("%runs stacks loop")
    assert "rank 0, line 3: time.sleep(1000)" in repr(shell.value)
    loop.stop()
    assert "only ranks that run have stacks" in shell("%runs stacks loop")


def test_a_retry_is_bound_to_the_name(shell, digits):
    shell("%runs retry digits")
    again = shell.ip.user_ns["digits"]
    assert again.spec.retry_of == digits.id
    again.wait()


def test_notes_and_tags_are_set(shell, digits):
    shell("%runs note digits best so far")
    shell("%runs tag digits paper")
    assert (digits.note, digits.tags) == ("best so far", ("paper",))


def test_archived_runs_leave_the_list(shell, digits):
    shell("%runs archive digits")
    shell("%runs")
    assert shell.value == []
    shell("%runs --all")
    assert shell.value == [digits]


def test_closing_a_run_of_this_machine_is_refused(shell, digits):
    shell("%runs close digits")
    assert isinstance(shell.error, Conflict)


def test_the_home_is_shown(shell, digits, home):
    said = shell("%mlops")
    assert str(home) in said
    assert "Succeeded" in said
    assert "slots" in shell.value._repr_html_()


def test_settings_are_changed(shell, workspace):
    assert "slots is now 4" in shell("%mlops set slots=4 capture=2GB")
    assert (workspace.settings.slots, workspace.settings.capture) == (4, 2_000_000_000)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("sett slots=4", "did you mean 'set'?"),
        ("set", "Say what to set"),
        ("set slots = 4", "without blanks"),
        ("set slot=4", "did you mean 'slots'?"),
        ("use mars", "--on cannot be 'mars'"),
        ("use", "Say which platform"),
        ("reindex now", "takes nothing behind it"),
        ("--fast", "has no option --fast"),
    ],
)
def test_nonsense_gets_one_sentence(shell, line, sentence):
    said = shell(f"%mlops {line}")
    assert sentence in said
    assert said.strip().count("\n") == 0
    assert shell.error is not None


def test_a_new_index_has_the_same_runs(shell, digits, workspace):
    before = workspace.index.list()
    assert "made anew from 1 run." in shell("%mlops reindex")
    assert workspace.index.list() == before


def test_a_run_is_exported(shell, digits, tmp_path, monkeypatch):
    pytest.importorskip("mlflow")
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    uri = (tmp_path / "store").as_uri()
    assert f"{digits.id} is in the experiment 'paper' of {uri}." in shell(
        f"%runs export digits --to {uri} --experiment paper"
    )
    assert "Say where the export goes" in shell("%runs export digits")
    assert isinstance(shell.error, InvalidOption)
