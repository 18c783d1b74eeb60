"""``jupyter mlops`` in a terminal."""

from __future__ import annotations

import builtins
import os

import pytest

from jupyter_mlops import workspace as composition
from jupyter_mlops.cli import main
from jupyter_mlops.platforms.local.registry import LocalRegistry
from jupyter_mlops.store.home import Home
from jupyter_mlops.testing.memory import MemoryLauncher
from jupyter_mlops.workspace import Workspace
from tests.published import publish_endpoint, publish_sweep, publish_version


@pytest.fixture
def run(home):
    opened = Home.open(home)
    workspace = Workspace(opened, {"local": MemoryLauncher(opened)}, {}, {"local": LocalRegistry(opened)})
    composition._open[(home, os.getpid())] = workspace
    run = workspace.runs.submit("print('loss=0.5')", name="digits")
    run.wait()
    yield run
    workspace.close()
    del composition._open[(home, os.getpid())]


def test_runs_are_listed(run, capsys):
    assert main(["runs"]) == 0
    assert "digits" in capsys.readouterr().out
    assert main(["runs", "loss > 1"]) == 0
    assert "Succeeded" not in capsys.readouterr().out


def test_a_run_is_shown_with_its_log(run, capsys):
    assert main(["runs", "show", "digits"]) == 0
    assert "Succeeded  digits" in capsys.readouterr().out
    assert main(["runs", "logs", "digits"]) == 0
    assert capsys.readouterr().out == "loss=0.5\n"


def test_a_run_is_stopped_and_retried(run, capsys):
    assert main(["runs", "stop", run.id]) == 0
    assert "is succeeded" in capsys.readouterr().out
    assert main(["runs", "retry", "digits"]) == 0
    assert f"repeats {run.id}" in capsys.readouterr().out
    run._verbs.get("digits").wait()


def test_deleting_asks_once(run, capsys, monkeypatch):
    monkeypatch.setattr(builtins, "input", lambda question: "no")
    assert main(["runs", "delete", "digits"]) == 0
    assert run.path.exists()
    assert main(["runs", "delete", "digits", "--yes"]) == 0
    assert not run.path.exists()


def test_the_index_is_made_anew(run, capsys):
    assert main(["reindex"]) == 0
    assert capsys.readouterr().out == "The index is made anew from 1 run.\n"


def test_sweeps_are_listed_shown_and_deleted(run, home, capsys):
    sweep = publish_sweep(Home.open(home), "faces")
    assert main(["sweeps"]) == main(["sweeps", "best > 0.5"]) == main(["sweeps", "show", "faces"]) == 0
    assert capsys.readouterr().out.count("faces") >= 3
    assert main(["reindex"]) == 0
    assert capsys.readouterr().out == "The index is made anew from 1 run and 1 sweep.\n"
    assert main(["sweeps", "stop", "faces"]) == 0
    assert capsys.readouterr().out == f"{sweep.id} is succeeded.\n"
    assert main(["sweeps", "delete", "faces", "--yes"]) == 0
    assert not sweep.path.exists()
    assert main(["sweeps", "resume"]) == 1
    assert capsys.readouterr().err == "Say which sweep, by its name or its id.\n"


def test_models_are_listed_shown_and_deleted(run, home, capsys):
    for _ in range(2):
        publish_version(Home.open(home), "faces", "champion")
    assert main(["models"]) == main(["models", "accuracy > 0.5"]) == main(["models", "show", "faces"]) == 0
    assert capsys.readouterr().out.count("faces") >= 3
    assert main(["models", "point", "faces", "old", "1"]) == 0
    assert capsys.readouterr().out == "faces@old is faces:1 now.\n"
    assert main(["models", "verify", "faces@old"]) == 0
    assert capsys.readouterr().out == "All 4 files of faces:1 are what was registered.\n"
    assert main(["models", "unalias", "faces", "old"]) == 0
    assert main(["models", "lineage", "faces:1"]) == 0
    assert "faces:1" in capsys.readouterr().out
    assert main(["reindex"]) == 0
    assert capsys.readouterr().out == "The index is made anew from 1 run and 1 model.\n"
    assert main(["models", "delete", "faces:1", "--yes"]) == 0
    assert [path.name for path in (home / "models" / "faces" / "versions").iterdir()] == ["2"]
    assert main(["models", "delete", "faces", "--yes"]) == 0
    assert list((home / "models").iterdir()) == []


def test_what_a_run_kept_nothing_of_cannot_be_registered(run, capsys):
    assert main(["models", "register", "digits", "--as", "faces"]) == 1
    assert "with --keep model" in capsys.readouterr().err
    assert main(["models", "register"]) == 1
    assert capsys.readouterr().err == "Say which run or sweep, by its name or its id: RUN.\n"


def test_an_error_is_one_sentence_and_a_code(run, capsys):
    assert main(["runs", "show", "nobody"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "No run has the name or id 'nobody'.\n"
    assert main(["runs", "stop"]) == 1
    assert capsys.readouterr().err == "Say which run, by its name or its id.\n"


def test_an_unknown_verb_is_refused(capsys):
    with pytest.raises(SystemExit) as left:
        main(["dance"])
    assert left.value.code == 2
    assert "invalid choice: 'dance'" in capsys.readouterr().err


def test_endpoints_are_listed_shown_and_deleted_in_a_terminal(home, capsys):
    publish_endpoint(Home.open(home), "digits")

    assert main(["endpoints", "state", "=", "stopped"]) == 0
    assert "digits" in capsys.readouterr().out
    assert main(["endpoints", "show", "digits"]) == 0
    assert "digits v3" in capsys.readouterr().out
    assert main(["endpoints", "canary", "digits", "101"]) == 1
    assert capsys.readouterr().err == "A canary gets 0 to 100 percent of the requests, not 101.\n"
    assert main(["endpoints", "promote", "digits"]) == 1
    assert "start it first" in capsys.readouterr().err
    assert main(["endpoints", "stop", "digits"]) == 0
    assert capsys.readouterr().out == "digits is stopped.\n"
    assert main(["endpoints", "delete", "digits", "--yes"]) == 0
    assert capsys.readouterr().out.startswith("1 endpoint deleted, ")
    assert main(["endpoints", "show", "digits"]) == 1
    assert capsys.readouterr().err == "There is no endpoint 'digits'.\n"
