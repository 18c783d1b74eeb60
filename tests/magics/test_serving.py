"""``%register``, ``%models``, ``%deploy`` and ``%endpoints`` in an IPython shell, with real models and processes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.completer import provisionalcompleter

from jupyter_mlops import workspace as composition
from jupyter_mlops.domain.errors import Conflict, InvalidInput, InvalidName, InvalidOption, NotFound
from jupyter_mlops.workspace import Workspace, open_workspace

MODEL = """
import numpy as np
class Over:
    def __init__(self, limit):
        self.limit = limit
    def predict(self, rows):
        return (np.asarray(rows)[:, 0] > self.limit).astype(int)
X = np.linspace(0, 1, 40).reshape(20, 2)
y = (X[:, 0] > 0.5).astype(int)
"""


@pytest.fixture
def workspace(home: Path) -> Iterator[Workspace]:
    """What ``connect()`` returns in this test: this machine."""
    opened = open_workspace(home)
    composition._open[(home, os.getpid())] = opened
    yield opened
    for endpoint in opened.endpoints.list(archived=None):
        endpoint.stop()
    opened.close()
    del composition._open[(home, os.getpid())]


def test_a_notebook_tells_the_whole_story(shell):
    shell(MODEL + "early, late = Over(0.2), Over(0.5)")
    said = shell("%register early --as over --alias champion --data X")
    assert shell.error is None, said
    assert "over v1  @champion" in said
    assert shell.ip.user_ns["over_model"].name == "over:1"
    shell("%register late --as over --data X")

    said = shell("%deploy over@champion --judge X,y")
    assert shell.error is None, said
    assert "Ready  over  endpoint" in said
    endpoint = shell.ip.user_ns["over_endpoint"]
    assert endpoint.model == "over:1"
    shell("answers = list(over_endpoint.predict(X[:6]))")
    assert shell.ip.user_ns["answers"] == list((shell.ip.user_ns["X"][:6, 0] > 0.2).astype(int))

    said = shell("%deploy over:2 --canary 20")
    assert shell.error is None, said
    assert "r2 canary 20 %" in said
    said = shell("over_endpoint.scoreboard()")
    assert "r2 canary" in said
    assert "r2 is better by" in said
    said = shell("%endpoints canary over 50")
    assert "r2 canary 50 %" in said
    said = shell("%endpoints promote over")
    assert "r2 stable 100 %" in said
    assert endpoint.model == "over:2"
    shell("%endpoints rollback over")
    assert endpoint.model == "over:1"

    said = shell("%deploy over:2 --canary 20 --promote-if 'accuracy >= stable'")
    assert shell.error is None, said
    assert endpoint.model == "over:2", "the gate promotes by itself"
    shell("%models delete over:1 --yes")
    assert isinstance(shell.error, Conflict)
    assert "the endpoint over" in str(shell.error)
    assert "over is stopped" in shell("%endpoints stop over")
    shell("over_endpoint.predict(X)")
    assert isinstance(shell.error, Conflict)
    assert "1 endpoint deleted" in shell("%endpoints delete over --yes")


def test_a_run_that_kept_a_model_is_registered(shell):
    shell(MODEL)
    shell("%%train over limit=0.25 --keep model\nlimit = 0.5\nmodel = Over(limit)\nprint(f'accuracy={limit}')\nX.sum()")
    said = shell("%register over --alias champion --data X")
    assert shell.error is None, said
    version = shell.ip.user_ns["over_model"]
    assert version.metrics == {"accuracy": 0.25}
    assert version.run.id == shell.ip.user_ns["over"].id
    assert version.run.id in str(version.lineage)
    assert version.load().limit == 0.25


@pytest.mark.parametrize(
    ("line", "kind", "said"),
    [
        ("%register", InvalidInput, "it needs what is registered"),
        ("%register a b", InvalidInput, "one thing"),
        ("%register nothing-there", NotFound, "nothing-there"),
        ("%register early", InvalidName, "--as NAME"),
        ("%register early --as 2x", InvalidName, "try 'x'"),
        ("%register X --as x", InvalidInput, "has no predict"),
        ("%register early --as over --data 3", InvalidInput, "3"),
        ("%register early --as over --alias 7", InvalidInput, "7"),
        ("%models show nothing", NotFound, "nothing"),
        ("%models alias over", InvalidInput, "which alias"),
        ("%models export over", InvalidInput, "Say where"),
        ("%deploy", InvalidInput, "needs a version"),
        ("%deploy nothing", NotFound, "nothing"),
        ("%endpoints show nothing", NotFound, "nothing"),
        ("%endpoints scale over", InvalidInput, "then the value"),
        ("%endpoints list --to r2", InvalidOption, "belongs to %endpoints rollback"),
    ],
)
def test_bad_lines_are_refused_in_one_sentence(shell, line, kind, said):
    shell(MODEL + "early = Over(0.2)")
    shell(line)
    assert isinstance(shell.error, kind), shell.error
    assert said in str(shell.error)


def test_versions_that_are_not_there_and_judges_that_are_wrong(shell):
    shell(MODEL + "early = Over(0.2)")
    shell("%register early --as over --data X --alias champion")
    for line, said in [
        ("%deploy over:7", "the nearest is over:1"),
        ("%deploy over@champoin", "did you mean 'champion'"),
        ("%deploy over --canary 0", "1 to 99"),
        ("%deploy over --canary 101", "1 to 99"),
        ("%deploy over --canary 10", "no stable revision"),
        ("%deploy over --judge Xx,y", "did you mean 'X'"),
        ("%deploy over --judge X", "X_test,y_test"),
        ("%deploy over --replicas 3..1", "makes no sense"),
        ("%deploy over --promote-if 'acuracy > 1'", "did you mean 'accuracy'"),
    ]:
        shell(line)
        assert shell.error is not None, line
        assert said in str(shell.error), line
    assert "No endpoints yet" in shell("%endpoints")
    assert "over" in shell("%models")


def test_what_may_stand_on_a_line_is_completed(shell, monkeypatch):
    shell(MODEL + "early = Over(0.2)")
    shell("%register early --as over --data X --alias champion")
    monkeypatch.setattr(shell.ip.Completer, "use_jedi", False)

    def offered(line):
        with provisionalcompleter():
            return {each.text for each in shell.ip.Completer.completions(line, len(line))}

    assert "over@champion" in offered("%deploy over")
    assert "--canary" in offered("%deploy over --c")
    assert "verify" in offered("%models ver")
    assert "rollback" in offered("%endpoints ro")
