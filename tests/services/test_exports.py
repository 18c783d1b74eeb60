"""Runs and sweeps go to MLflow as they are, once each."""

from __future__ import annotations

import pytest

from jupyter_mlops.domain.errors import InvalidInput, InvalidOption, Unavailable
from tests.published import publish_sweep

mlflow = pytest.importorskip("mlflow")

CODE = """\
from jupyter_mlops import report
lr = 0.1
depth = 3
for step in range(3):
    report(step=step, loss=1 / (step + 1), **{"val loss/top-1": step})
"""


@pytest.fixture
def store(tmp_path, monkeypatch):
    # The one store that MLflow's small package can write without a server.
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    return (tmp_path / "store").as_uri()


def write_environment(run):
    """Write what the keeper of a process writes beside it: an export waits for it."""
    (run.path / "environment.json").write_text('{"packages": {}}')


@pytest.fixture
def run(workspace):
    run = workspace.runs.submit(CODE, name="digits", params={"lr": 0.5})
    assert run.wait() == "succeeded", run.why
    write_environment(run)
    # What ``out_dir`` is in a rank.
    (run.path / "files").mkdir(exist_ok=True)
    (run.path / "files" / "note.txt").write_text("kept")
    return run


def only(store, experiment="digits"):
    client = mlflow.MlflowClient(store)
    (found,) = client.search_runs([client.get_experiment_by_name(experiment).experiment_id])
    return client, found


def test_a_run_is_there_with_all_that_it_has(run, store):
    run.note, run.tags = "the best", ("paper",)
    exported = run.export_mlflow(store)
    client, found = only(store)
    assert exported.runs == {run.id: found.info.run_id}
    assert repr(exported) == f"{run.id} is in the experiment 'digits' of {store}."
    assert found.data.params == {"lr": "0.5", "depth": "3"}
    assert (found.info.status, found.info.run_name) == ("FINISHED", "digits")
    assert found.info.start_time == int(run.spec.created * 1000)
    assert found.info.end_time == int(run.status.ended * 1000)
    history = client.get_metric_history(found.info.run_id, "loss")
    assert [(metric.step, metric.value) for metric in history] == [(0, 1.0), (1, 0.5), (2, pytest.approx(1 / 3))]
    assert found.data.metrics["val loss/top-1"] == 2
    tags = found.data.tags
    assert (tags["jupyter_mlops.run"], tags["jupyter_mlops.tags"]) == (run.id, "paper")
    assert (tags["jupyter_mlops.state"], tags["mlflow.note.content"]) == ("succeeded", "the best")
    paths = {file.path for file in client.list_artifacts(found.info.run_id)}
    assert paths == {"note.txt", "jupyter_mlops"}
    assert "jupyter_mlops/cell.py" in {file.path for file in client.list_artifacts(found.info.run_id, "jupyter_mlops")}


def test_exporting_again_makes_nothing_twice(run, store):
    first = run.export_mlflow(store)
    run.note = "found later"
    assert run.export_mlflow(store) == first
    client, found = only(store)
    assert len(client.get_metric_history(found.info.run_id, "loss")) == 3
    assert found.data.tags["mlflow.note.content"] == "found later"


def test_an_export_that_was_interrupted_is_finished(run, store):
    first = run.export_mlflow(store)
    client, found = only(store)
    client.set_tag(found.info.run_id, "jupyter_mlops.state", "running")
    assert run.export_mlflow(store) == first
    client, found = only(store)
    assert len(client.get_metric_history(found.info.run_id, "loss")) == 3
    assert found.data.tags["jupyter_mlops.state"] == "succeeded"


def test_a_run_that_goes_is_exported_as_far_as_it_is(workspace, store):
    code = "import time\nfrom jupyter_mlops import report\nreport(step=0, loss=1.0)\nwhile True:\n    time.sleep(0.05)"
    run = workspace.runs.submit(code, name="going")
    write_environment(run)
    while not run.metrics:
        run.is_finished_within(0.05)
    run.export_mlflow(store)
    client, found = only(store, "going")
    assert (found.info.status, found.data.metrics) == ("RUNNING", {"loss": 1.0})
    run.stop()
    run.export_mlflow(store)
    client, found = only(store, "going")
    assert found.info.status == "KILLED"
    assert len(client.get_metric_history(found.info.run_id, "loss")) == 1


def test_several_runs_go_to_one_experiment(workspace, run, store):
    other = workspace.runs.submit("print('loss=1.0')", name="other")
    write_environment(other)
    other.wait()
    exported = workspace.runs.export([run, "other"], store, "mine")
    assert list(exported.runs) == [run.id, other.id]
    assert repr(exported) == f"2 runs are in the experiment 'mine' of {store}."
    client = mlflow.MlflowClient(store)
    assert len(client.search_runs([client.get_experiment_by_name("mine").experiment_id])) == 2


def test_a_sweep_is_a_run_with_its_trials_below(workspace, store):
    sweep = workspace.sweeps.get(publish_sweep(workspace.home, runs=3).id)
    exported = sweep.export_mlflow(store)
    assert list(exported.runs) == [sweep.id, *(run.id for run in sweep.trials)]
    client = mlflow.MlflowClient(store)
    parent = client.get_run(exported.runs[sweep.id])
    assert parent.data.tags["jupyter_mlops.sweep"] == sweep.id
    assert parent.data.params["algorithm"] == sweep.spec.algorithm
    assert parent.data.metrics == {"best_accuracy": sweep.best_value}
    for trial in sweep.trials:
        child = client.get_run(exported.runs[trial.id])
        assert child.data.tags["mlflow.parentRunId"] == parent.info.run_id
        assert child.data.params["lr"] == str(trial.params["lr"])
    assert sweep.export_mlflow(store) == exported


@pytest.mark.parametrize(
    ("uri", "error", "says"),
    [
        ("nowhere://x", InvalidOption, r"MLflow cannot write to 'nowhere://x': .*[^.]\.$"),
        ("", InvalidOption, "Say where the export goes"),
        ("jupyter-mlops:", InvalidOption, "is where runs are already"),
        (
            "http://127.0.0.1:1",
            Unavailable,
            r"Nobody answers at http://127\.0\.0\.1:1; is the tracking server running\?",
        ),
    ],
)
def test_a_place_where_nothing_can_go_is_refused_in_one_sentence(run, uri, error, says):
    with pytest.raises(error, match=says):
        run.export_mlflow(uri)


def test_no_run_is_refused(workspace, store):
    with pytest.raises(InvalidInput, match="There is no run to export"):
        workspace.runs.export([], store)
