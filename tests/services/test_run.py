"""The run object: every attribute is read from the folder when it is looked at."""

from __future__ import annotations

import pickle

import pandas
import pytest

from jupyter_mlops.domain.errors import NotFound, Uncapturable
from jupyter_mlops.domain.runs import State

CODE = """\
from jupyter_mlops import report
for step in range(3):
    report(step=step, loss=1 / (step + 1))
print('done')
"""


@pytest.fixture
def run(workspace):
    run = workspace.runs.submit(CODE, name="digits")
    run.wait()
    return run


def test_a_state_is_the_plain_word(run):
    assert run.state == "succeeded"
    assert run.state is State.SUCCEEDED


def test_it_says_what_it_is(run):
    assert (run.name, run.kind, run.platform, run.why) == ("digits", "python", "local", "")
    assert run.id.startswith("digits-")
    assert [rank.code for rank in run.ranks] == [0]


def test_metrics_are_the_last_values_and_the_history_is_a_table(run):
    assert run.metrics == {"loss": pytest.approx(1 / 3)}
    history = run.history("loss")
    assert isinstance(history, pandas.DataFrame)
    assert list(history["step"]) == [0, 1, 2]
    assert list(history.columns) == ["step", "value", "time"]


def test_the_history_is_rows_where_pandas_is_missing(run, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    assert run.history("loss")[0][:2] == (0, 1)


def test_a_metric_that_is_not_there_is_answered_with_the_nearest(run):
    with pytest.raises(NotFound, match=r"no metric 'los' \(it has loss\); did you mean 'loss'\?$"):
        run.history("los")


def test_the_log_reads_as_a_terminal_shows_it_and_hides_records(run):
    assert run.logs() == "done"
    assert repr(run.logs()) == "done"


def test_a_rank_that_is_not_there_is_refused(run):
    with pytest.raises(NotFound, match="has no rank 2; it has 1"):
        run.logs(2)


def test_code_and_receipt_are_what_ran(run):
    assert run.code.startswith("from jupyter_mlops import report")
    assert run.receipt.items == []


def test_notes_and_tags_are_kept_and_found(run, workspace):
    run.note = "best so far"
    run.tags = ["baseline", "paper", "paper"]
    again = workspace.runs.get(run.id)
    assert (again.note, again.tags) == ("best so far", ("baseline", "paper"))
    assert workspace.runs.list("tag = paper") == [run]


def test_its_repr_is_its_card(run):
    assert "Succeeded" in repr(run)
    bundle = run._repr_mimebundle_()
    assert set(bundle) == {"application/vnd.jupyter-mlops.run+json", "text/html", "text/plain"}


def test_it_cannot_travel(run):
    with pytest.raises(Uncapturable, match="A run cannot travel"):
        pickle.dumps(run)


def test_the_same_run_is_equal_wherever_it_comes_from(run, workspace):
    assert workspace.runs.get(run.id) == run
    assert len({run, workspace.runs.get(run.id)}) == 1


def test_waiting_ends_after_its_timeout(workspace):
    run = workspace.runs.submit("import time\nwhile True: time.sleep(0.05)", name="long")
    assert not run.wait(timeout=0.1).is_finished


def test_a_value_that_was_not_kept_says_how_to_keep_it(run):
    assert list(run.values) == []
    assert run.values.get("model") is None
    with pytest.raises(KeyError, match="The run kept no value 'model'"):
        run.values["model"]


def test_files_are_found_by_their_path_below_the_folder(run):
    (run.path / "files/deep").mkdir(parents=True)
    (run.path / "files/deep/a.txt").write_text("a")
    assert list(run.files) == ["deep/a.txt"]
    assert run.files["deep/a.txt"].read_text() == "a"
    with pytest.raises(KeyError, match="left no file"):
        run.files["b.txt"]


def test_it_has_no_environment_until_somebody_wrote_it(run):
    assert isinstance(run.environment, dict)
