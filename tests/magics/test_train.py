"""``%%train`` in an IPython shell."""

from __future__ import annotations

import sys

import pytest

from jupyter_mlops.domain.errors import InvalidName, RunFailed
from jupyter_mlops.services import live
from jupyter_mlops.services.run import Run


def test_a_cell_becomes_a_run_that_is_bound_to_its_name(shell):
    said = shell("%%train digits-wide epochs=4\nepochs = 3\nfor e in range(epochs):\n    print(f'loss={1 / (e + 1)}')")
    assert shell.error is None
    run = shell.ip.user_ns["digits_wide"]
    assert run.state == "succeeded"
    assert run.params == {"epochs": 4}
    assert run.metrics == {"loss": 0.25}
    assert "Succeeded  digits-wide" in said


def test_line_one_of_the_code_stands_for_the_magic_so_that_lines_are_the_cells_own(shell):
    shell("%%train digits\nx = 1")
    assert shell.ip.user_ns["digits"].code.splitlines() == ["# %%train digits", "x = 1"]


def test_the_card_knows_the_number_of_its_cell(shell):
    shell("1")
    shell("%%train digits\nx = 1")
    assert shell.ip.user_ns["digits"].spec.origin.prompt == 2


def test_a_failed_run_fails_the_cell_with_one_sentence(shell):
    said = shell("%%train digits\nx = 1\n1 / 0")
    assert isinstance(shell.error, RunFailed)
    assert shell.error.run_id == shell.ip.user_ns["digits"].id
    assert "digits failed: ZeroDivisionError" in said
    assert "jupyter_mlops_magics" not in said


def test_a_run_that_the_user_stopped_fails_nothing(shell, monkeypatch):
    wait = Run.is_finished_within
    monkeypatch.setattr(Run, "is_finished_within", lambda run, seconds: wait(run.stop(), seconds))
    shell("%%train digits\nimport time\nwhile True: time.sleep(0.05)")
    assert shell.error is None
    assert shell.ip.user_ns["digits"].state == "stopped"


def test_detached_the_cell_returns_at_once(shell):
    said = shell("%%train digits --detach\nimport time\nwhile True: time.sleep(0.05)")
    assert shell.error is None
    assert not shell.ip.user_ns["digits"].state.is_finished
    assert "digits.wait()" in said


def test_a_setting_detaches_too(shell):
    shell("%mlops set detach=on")
    shell("%%train digits\nimport time\nwhile True: time.sleep(0.05)")
    assert not shell.ip.user_ns["digits"].state.is_finished


def test_an_interrupt_while_waiting_detaches(shell, monkeypatch):
    def interrupt(run, seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(Run, "is_finished_within", interrupt)
    said = shell("%%train digits\nimport time\nwhile True: time.sleep(0.05)")
    assert isinstance(shell.error, KeyboardInterrupt)
    assert "digits goes on; digits.wait() shows it again" in said
    assert "Traceback" not in said
    assert not shell.ip.user_ns["digits"].state.is_finished


def test_an_interrupt_while_values_are_written_is_told_in_one_line(shell):
    shell("class Slow:\n    def __reduce__(self): raise KeyboardInterrupt\nslow = Slow()")
    said = shell("%%train digits\nprint(slow)")
    assert isinstance(shell.error, KeyboardInterrupt)
    assert "digits was not started, and nothing is left of it." in said
    assert "Traceback" not in said
    assert "digits" not in shell.ip.user_ns


def test_a_name_of_ipython_is_not_called_the_users(shell):
    assert "`get_ipython` is IPython's own; try `%%train get_ipython-run`" in shell("%%train get_ipython\nx = 1")


def test_an_offered_name_keeps_the_letters_below_their_accents(shell):
    assert "try 'uber-naive'." in shell("%%train über-naïve\nx = 1")


def test_the_variable_is_bound_before_the_waiting_begins(shell, monkeypatch):
    bound = []
    watch = live.watch

    def look_and_watch(run, ip):
        bound.append(ip.user_ns["digits"])
        return watch(run, ip)

    monkeypatch.setattr(live, "watch", look_and_watch)
    shell("%%train digits\nx = 1")
    assert bound == [shell.ip.user_ns["digits"]]


def test_a_syntax_error_is_shown_as_ipython_shows_it_with_the_cells_lines(shell, workspace):
    theirs = shell("# the first line\nx = 1\ndef f(:\n    pass")
    ours = shell("%%train digits\nx = 1\ndef f(:\n    pass")
    assert ours == theirs.replace("[1]", "[2]")
    assert "line 3" in ours
    assert shell.error is not None
    assert "digits" not in shell.ip.user_ns
    assert workspace.runs.list() == []


@pytest.mark.parametrize(
    ("setup", "name", "offer"),
    [
        ("digits = 5", "digits", "`digits` is your int; try `%%train digits-run`"),
        ("digits_run = digits = 5", "digits", "try `%%train digits-run-2`"),
        ("import json", "json", "`json` is your module; try `%%train json-run`"),
        ("def fit(): pass", "fit", "`fit` is your function"),
        ("", "print", "`print` is Python's own; try `%%train print-run`"),
        ("", "class", "'class' is a Python keyword"),
        ("", "1st", "try 'st'"),
    ],
)
def test_a_name_whose_variable_is_taken_is_refused_and_a_free_one_offered(shell, workspace, setup, name, offer):
    shell(setup)
    before = shell.ip.user_ns.get(name)
    said = shell(f"%%train {name}\nx = 1")
    assert isinstance(shell.error, InvalidName)
    assert offer in said
    assert said.count("\n") <= 1
    assert shell.ip.user_ns.get(name) is before
    assert workspace.runs.list() == []


def test_a_variable_that_holds_a_run_is_bound_anew(shell):
    shell("%%train digits\nx = 1")
    first = shell.ip.user_ns["digits"]
    shell("%%train digits\nx = 1")
    assert shell.ip.user_ns["digits"] != first


@pytest.mark.parametrize("line", ["", "digits --worker 2", "digits --workers 0", "digits nothing=1", "digits x=text"])
def test_bad_lines_start_nothing_and_show_one_line(shell, workspace, line):
    said = shell(f"%%train {line}\nx = 1")
    assert shell.error is not None
    assert said.strip().count("\n") == 0
    assert workspace.runs.list() == []


def test_a_cell_without_code_is_refused(shell):
    assert "empty" in shell("%%train digits\n# nothing")


def test_the_documentation_has_examples_and_every_option(shell):
    doc = shell.ip.find_cell_magic("train").__doc__
    assert "%%train NAME [param=value ...] [options]" in doc
    assert "%%train digits epochs=5" in doc
    for option in ("--workers", "--keep", "--detach", "--timeout", "--retries", "--cpus", "--memory", "--gpus"):
        assert option in doc


def test_explained_a_cell_starts_nothing_and_shows_what_each_rank_would_be_told(shell, workspace):
    said = shell("%%train digits epochs=2 --kind jax --workers 2 --explain\nepochs = 1")

    assert shell.error is None
    assert "digits: 2 ranks of kind jax; nothing is started." in said
    assert [line.split()[1] for line in said.splitlines() if "PROCESS_ID" in line] == ["0", "1"]
    assert "digits" not in shell.ip.user_ns
    assert not workspace.runs.list()


@pytest.mark.parametrize("line", ["digits --check", "--check digits", "--check 10 digits", "digits --check=10s"])
def test_checked_a_cell_is_seen_for_a_moment_and_nothing_is_left(shell, workspace, line):
    said = shell(f"%%train {line}\nimport json\nprint('so far')")

    assert shell.error is None
    assert "Fine  Succeeded after " in said
    assert "so far" in said
    assert "digits" not in shell.ip.user_ns
    assert not workspace.runs.list()


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("digits --kind jax --ps 1 --explain", "--ps is for tensorflow and paddle; a run of kind jax has --workers"),
        ("digits --slots 2", "--slots is for pytorch, mpi and paddle; a run of kind python has --workers"),
        ("digits --kind tensorflow --chief --evaluator --slots 2", "--slots is for pytorch, mpi and paddle"),
        ("digits --restart on-failure", "add --retries 3"),
        ("digits --kind torch", "--kind cannot be 'torch'"),
        ("digits epoch=1 --explain", "no parameter"),
    ],
)
def test_processes_that_make_no_sense_start_nothing(shell, workspace, line, sentence):
    assert sentence in shell(f"%%train {line}\nepochs = 2")
    assert not workspace.runs.list()


def test_a_cell_runs_with_an_interpreter_that_has_a_name(shell, workspace):
    shell(f"%mlops set interpreter.other={sys.executable}")
    shell("%%train digits --python other\nprint(1)")

    assert shell.ip.user_ns["digits"].spec.python == sys.executable
    assert "interpreter.other" in shell("%mlops")
