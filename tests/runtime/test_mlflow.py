"""What a cell logs with MLflow is recorded into its run, by MLflow's own calls in real ranks."""

from __future__ import annotations

import json
import os
import textwrap

import pytest

from jupyter_mlops.runtime.tracking.saying import plain
from jupyter_mlops.services.submission import Cell
from jupyter_mlops.store.records import RunDatabase
from jupyter_mlops.workspace import connect

pytest.importorskip("mlflow")

GRID = """
import mlflow
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

mlflow.autolog()
rng = np.random.default_rng(0)
X = rng.normal(size=(60, 3))
y = (X[:, 0] > 0).astype(int)
search = GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2).fit(X, y)
"""


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)


def train(home, code, **options):
    run = connect(home).runs.submit(Cell(textwrap.dedent(code)), name="logged", **options)
    assert run.wait() == "succeeded", run.logs()
    return run


def points(run, name, rank=0):
    database = RunDatabase(run.folder.path / "run.db")
    try:
        return [(point.step, point.value) for point in database.history(name, rank=rank)]
    finally:
        database.close()


def params(run):
    row = connect(run.folder.path.parent.parent).index.get(run.id)
    assert row is not None
    return row.params


def test_what_is_logged_is_recorded(home):
    code = """
        import mlflow
        lr = 0.5
        with mlflow.start_run(run_name="first", description="Tried once."):
            mlflow.log_params({"lr": lr, "depth": 3, "name": "a b", "deep": True, "zip": "007"})
            mlflow.set_tag("team", "vision")
            for step in range(3):
                mlflow.log_metric("loss", 1 / (step + 1), step=step)
            mlflow.log_metrics({"acc": 0.5, "val/acc": float("nan")}, step=7)
            for value in (3, 2, 1):
                mlflow.log_metric("counted", value)
    """
    run = train(home, code, params={"lr": 0.25})
    assert points(run, "loss") == [(0, 1.0), (1, 0.5), (2, pytest.approx(1 / 3))]
    assert points(run, "acc") == [(7, 0.5)]
    assert points(run, "counted") == [(0, 3), (1, 2), (2, 1)]
    assert str(run.metrics["val/acc"]) == "nan"
    assert params(run) == {"lr": 0.25, "team": "vision", "depth": 3, "name": "a b", "deep": True, "zip": "007"}
    assert list(params(run)) == ["lr", "depth", "name", "deep", "zip", "team"], "what was set stands first"
    assert "Tried once." in run.folder.status().notes
    assert not run.logs(), "records are hidden"


def test_what_was_set_wins_over_what_was_logged(home):
    code = "import mlflow\nlr = 0.5\nmlflow.log_param('lr', 'something else')\nmlflow.log_param('x', 1)"
    run = train(home, code, params={"lr": 0.25})
    assert params(run) == {"lr": 0.25, "x": 1}
    assert run.folder.status().logged == {"lr": "something else", "x": 1}


def test_files_that_are_logged_are_files_of_the_run(home):
    code = """
        import mlflow, pathlib, tempfile
        note = pathlib.Path(tempfile.mkdtemp(), "note.txt")
        note.write_text("kept")
        mlflow.log_artifact(str(note), "notes")
        mlflow.log_dict({"a": 1}, "a.json")
        print(sorted(file.path for file in mlflow.artifacts.list_artifacts(run_id=mlflow.active_run().info.run_id)))
    """
    run = train(home, code)
    assert sorted(map(str, run.files)) == ["a.json", "notes/note.txt"]
    assert run.logs() == "['a.json', 'notes']"


def test_autolog_records_without_the_model(home):
    pytest.importorskip("sklearn")
    run = train(home, GRID)
    assert 0.5 < run.metrics["best_cv_score"] <= 1
    assert run.metrics["training_score"] > 0.5
    assert params(run)["best_C"] in (0.1, 1.0)
    assert params(run)["estimator_name"] == "GridSearchCV"
    files = list(map(str, run.files))
    assert "cv_results.csv" in files
    assert not [file for file in files if "MLmodel" in file or file.endswith(".pkl")]
    assert not [name for name in run.metrics if "/" in name]
    assert any("autolog began below this one are left out" in note for note in run.folder.status().notes)


def test_a_model_is_logged_where_that_is_asked_for(home):
    pytest.importorskip("sklearn")
    run = train(home, GRID.replace("mlflow.autolog()", "mlflow.sklearn.autolog(log_models=True)"))
    assert any(str(file).endswith("MLmodel") for file in run.files)
    assert run.metrics["training_score"] > 0.5


def test_runs_below_the_run_stand_under_their_names(home):
    code = """
        import mlflow
        with mlflow.start_run():
            mlflow.log_metric("loss", 1.0)
            for fold in range(2):
                with mlflow.start_run(run_name=f"fold-{fold}", nested=True):
                    mlflow.log_metric("loss", 10.0 + fold)
                    mlflow.log_param("fold", fold)
        with mlflow.start_run(run_name="again"):
            mlflow.log_metric("loss", 5.0)
        print(len(mlflow.search_runs(output_format="list", order_by=["metrics.loss DESC"])))
        print(mlflow.search_runs(output_format="list", filter_string="metrics.loss > 10")[0].info.run_name)
    """
    run = train(home, code)
    assert run.metrics == {"loss": 1.0, "fold-0/loss": 10.0, "fold-1/loss": 11.0, "again/loss": 5.0}
    assert params(run) == {"fold-0/fold": 0, "fold-1/fold": 1}
    assert run.logs().splitlines()[0] == "4"
    assert run.logs().splitlines()[1] == "fold-1"
    assert len(run.folder.status().notes) == 2


def test_an_experiment_is_a_name(home):
    code = """
        import mlflow
        mlflow.set_experiment("digits")
        mlflow.log_metric("loss", 1.0)
        print(mlflow.get_experiment(mlflow.active_run().info.experiment_id).name)
    """
    run = train(home, code)
    assert run.logs().splitlines()[-1] == "digits"
    assert run.metrics == {"loss": 1.0}


def test_each_rank_says_its_metrics_and_the_first_all_else(home):
    code = """
        import mlflow, os
        mlflow.log_param("rank", os.environ["RANK"])
        mlflow.log_metric("loss", float(os.environ["RANK"]))
        mlflow.log_text("x", "x.txt")
    """
    run = train(home, code, workers=2)
    assert points(run, "loss", 0) == [(0, 0.0)]
    assert points(run, "loss", 1) == [(0, 1.0)]
    assert params(run) == {"rank": 0}
    assert sorted(map(str, run.files)) == ["rank-1/x.txt", "x.txt"]


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_processes_that_the_cell_starts_log_to_the_same_run(home, start):
    code = f"""
        import mlflow, multiprocessing
        def work(run_id):
            mlflow.MlflowClient().log_metric(run_id, "loss", 0.5, step=1)
        with mlflow.start_run() as active:
            process = multiprocessing.get_context({start!r}).Process(target=work, args=(active.info.run_id,))
            process.start()
            process.join()
            assert process.exitcode == 0
    """
    run = train(home, code)
    assert points(run, "loss") == [(1, 0.5)]


def test_another_place_that_the_user_named_stays(home, tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    place = (tmp_path / "elsewhere").as_uri()
    in_code = f"import mlflow\nmlflow.set_tracking_uri({place!r})\nmlflow.log_metric('loss', 1.0)"
    assert train(home, in_code).metrics == {}
    monkeypatch.setenv("MLFLOW_TRACKING_URI", place)
    assert train(home, "import mlflow\nmlflow.log_metric('loss', 1.0)").metrics == {}
    assert len(list((tmp_path / "elsewhere").glob("0/*/metrics/loss"))) == 2


def test_a_cell_that_does_not_import_mlflow_pays_nothing(home):
    code = "import os, sys\nprint(os.environ.get('MLFLOW_TRACKING_URI'), 'mlflow' in sys.modules)"
    assert train(home, code).logs() == "None False"


def test_an_interpreter_without_our_package_records_too(home, tmp_path):
    import subprocess
    import sys
    from pathlib import Path

    import mlflow

    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    (site,) = (tmp_path / "venv" / "lib").glob("python3*/site-packages")
    for entry in os.listdir(Path(mlflow.__file__).parents[1]):
        if "jupyter_mlops" not in entry and not entry.endswith(".pth"):
            (site / entry).symlink_to(Path(mlflow.__file__).parents[1] / entry)
    run = train(home, "import mlflow\nmlflow.log_metric('loss', 1.0, step=2)", python=python)
    assert points(run, "loss") == [(2, 1.0)]


def test_too_many_names_get_one_sentence(home):
    code = "import mlflow\nmlflow.log_params({f'p{number}': number for number in range(99)})\n"
    code += "mlflow.log_params({f'q{number}': number for number in range(99)})\n"
    code += "mlflow.log_params({f'r{number}': 'x' * 400 for number in range(99)})\n"
    run = train(home, code)
    found = params(run)
    assert len(found) == 200
    assert len(found["r0"]) == 250
    assert [note for note in run.folder.status().notes if "more than 200" in note]


def test_nothing_is_logged_outside_a_run(home):
    import mlflow

    with pytest.raises(mlflow.exceptions.MlflowException, match="log from a cell with %%train"):
        mlflow.MlflowClient("jupyter-mlops:").create_run("0")


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1), ("007", "007"), ("1e-05", 1e-05), ("0.10", "0.10"), ("True", True), ("None", None), ("nan", "nan")],
)
def test_texts_are_the_numbers_that_they_say(text, value):
    assert json.dumps(plain(text)) == json.dumps(value)
