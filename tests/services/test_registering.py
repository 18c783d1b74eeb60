"""What runs keep, and objects of the notebook, become versions: what is chosen, what is copied, what is refused."""

from __future__ import annotations

import math
import re
import shutil
import tempfile
import venv
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from jupyter_mlops.domain.errors import (
    Conflict,
    InvalidInput,
    InvalidName,
    InvalidOption,
    NotFound,
    Unavailable,
    Uncapturable,
    Unsupported,
)
from jupyter_mlops.domain.runs import Made, State
from jupyter_mlops.services import inputs
from jupyter_mlops.services.registering import register
from jupyter_mlops.services.registrable import Source, kept_models
from jupyter_mlops.services.submission import Cell
from jupyter_mlops.workspace import Workspace, open_workspace
from tests.published import publish_run, publish_version

TRAIN = """
C = 1.0
from sklearn.linear_model import LogisticRegression
model = LogisticRegression(C=C).fit(X_train, y_train)
history = [1.0, 2.0]
print(f"accuracy={model.score(X_train, y_train)} loss=0.25")
"""
PLAIN = """
bias = 0.5
class Fixed:
    n_features_in_ = 3
    def __init__(self, bias): self.bias = bias
    def predict(self, rows): return [self.bias for _ in rows]
model, other = Fixed(bias), Fixed(-bias)
used = [X_train.shape, X_test.shape]
print(f"accuracy={bias} spread={bias}")
"""
X_TRAIN = pd.DataFrame({"a": [0.0, 1.0, 0.0, 1.0], "b": [3.0, 3.0, 4.0, 4.0]})
TABLES = {"X_train": np.zeros((6, 3)), "X_test": np.ones((2, 3))}


@pytest.fixture(scope="module")
def workspace() -> Iterator[Workspace]:
    """A workspace with runs of real processes, which the tests leave as they are."""
    path = Path(tempfile.mkdtemp(prefix="mlops-")).resolve()
    workspace = open_workspace(path)
    values = {"X_train": X_TRAIN, "y_train": np.array([0, 1, 0, 1])}
    runs = [workspace.runs.submit(Cell(TRAIN, values), "digits", keep="model,history")]
    for bias in (0.5, 0.9, 0.7):
        cell = Cell(PLAIN, TABLES)
        runs.append(workspace.runs.submit(cell, "fixed", keep="model", params={"bias": bias}))
    runs.append(workspace.runs.submit(Cell(PLAIN, TABLES), "several", keep="model,other"))
    runs.append(workspace.runs.submit(Cell(PLAIN, TABLES), "bare"))
    sweep = workspace.sweeps.submit(
        Cell(PLAIN, TABLES), "searched", space={"bias": "0.1|0.8"}, objective="accuracy", algorithm="grid", keep="model"
    )
    for run in runs:
        assert run.wait(60) == "succeeded", run.why
    assert sweep.wait(60) == "succeeded", sweep.why
    yield workspace
    workspace.close()
    shutil.rmtree(path)


def latest(workspace, name):
    return workspace.runs.get(name)


# What is copied


def test_a_run_becomes_a_version_with_all_that_it_knew(workspace):
    run = latest(workspace, "digits")
    before = len(workspace.models.list())

    version = workspace.models.register(run, "iris", alias="champion", command="%register digits --as iris")

    spec = version.spec
    assert (version.name, version.aliases, len(workspace.models.list())) == ("iris:1", ("champion",), before + 1)
    assert version.metrics == {"accuracy": pytest.approx(run.metrics["accuracy"]), "loss": 0.25}
    assert (spec.run, spec.run_name, spec.value, spec.code_hash) == (run.id, "digits", "model", run.spec.code_hash)
    assert [one.name for one in spec.datasets] == ["X_train", "y_train"]
    assert spec.datasets == run.datasets.datasets
    assert spec.data == "X_train, 4 rows"
    assert (spec.python, spec.command) == (run.spec.python, "%register digits --as iris")
    assert version.load().predict(X_TRAIN).tolist() == run.values["model"].predict(X_TRAIN).tolist()
    assert version.run == run
    version.verify()


def test_a_name_means_its_latest_run_and_gives_the_model_its_name(workspace):
    version = workspace.models.register("digits")

    assert (version.model, version.spec.run) == ("digits", latest(workspace, "digits").id)


def test_a_sweep_means_its_best_trial(workspace):
    sweep = workspace.sweeps.get("searched")

    version = workspace.models.register(sweep, "best")
    by_name = workspace.models.register("searched", "best")
    trial = workspace.models.register("searched/1", "best")

    assert sweep.best_params == {"bias": 0.8}
    assert (version.spec.run, version.spec.sweep) == (by_name.spec.run, by_name.spec.sweep) == (sweep.best.id, sweep.id)
    assert version.spec.trial == sweep.row.best
    assert (trial.spec.trial, trial.spec.params) == (1, workspace.runs.get("searched/1").folder.row().params)
    assert version.remarks == [f"searched/{sweep.row.best} is the best of {sweep.id}."]


def test_the_best_of_a_name_is_chosen_by_a_metric(workspace):
    most = workspace.models.register("fixed", best="accuracy")
    least = workspace.models.register("fixed", best="accuracy:minimize")

    assert (most.spec.params, least.spec.params) == ({"bias": 0.9}, {"bias": 0.5})
    assert most.remarks[0].endswith("is the best of 3 by accuracy: 0.9.")
    for best, error, sentence in (
        ("acuracy", NotFound, "No run of fixed has the metric 'acuracy'.*did you mean 'accuracy'"),
        ("accuracy:up", InvalidOption, "'up' is no direction"),
        ("spread", InvalidOption, "Whether more of 'spread' is better its name does not say"),
    ):
        with pytest.raises(error, match=sentence):
            workspace.models.register("fixed", best=best)


def test_an_object_of_the_notebook_becomes_a_version(workspace):
    model = LogisticRegression().fit(X_TRAIN, [0, 1, 0, 1])

    with pytest.raises(InvalidName, match="has no name yet; say one with --as NAME"):
        workspace.models.register(model)
    version = workspace.models.register(model, "handmade", data=X_TRAIN)

    assert (version.spec.run, version.run, version.metrics) == ("", None, {})
    assert version.spec.data == "the data given, 4 rows"
    assert version.load().predict(X_TRAIN).tolist() == [0, 1, 0, 1]
    assert [link.kind for link in version.lineage.links] == ["version"]


def test_what_has_no_predict_is_refused_and_nothing_is_left(workspace):
    drafts = list(workspace.home.tmp.iterdir())

    with pytest.raises(InvalidInput, match="predict"):
        workspace.models.register([1, 2, 3], "numbers")
    assert "numbers" not in workspace.index.models.names()
    assert list(workspace.home.tmp.iterdir()) == drafts


# Which value


def test_of_several_values_one_must_be_named(workspace):
    with pytest.raises(InvalidInput, match=r"kept model and other; say which with --value model\.$"):
        workspace.models.register("several")

    assert workspace.models.register("several", value="other").load().predict([1]) == [-0.5]
    assert workspace.models.plan("several").values == ["model", "other"]
    with pytest.raises(NotFound, match=r"kept no value 'modle' .*did you mean 'model'"):
        workspace.models.register("several", value="modle")


def test_a_run_that_kept_nothing_says_what_to_write(workspace):
    run = latest(workspace, "bare")
    for ask in (workspace.models.register, workspace.models.plan):
        with pytest.raises(NotFound) as refused:
            ask(run)
        assert str(refused.value) == (
            f"The run {run.id} kept nothing; run the cell again with --keep model, and register that run."
        )
    with pytest.raises(NotFound, match="was not asked to keep it: add --keep model"):
        workspace.models.register(run, value="model")


def test_likely_values_are_told_by_their_classes_alone():
    made = [
        Made("history", "list", 10),
        Made("scaler", "StandardScaler", 10),
        Made("best_model", "Pipeline", 10),
        Made("helper", "function", 10),
        Made("frame", "pandas.DataFrame", 10),
        Made("lost", "Pipeline", None, "a lock cannot be kept"),
    ]

    assert kept_models(made) == ["best_model", "scaler"]
    assert kept_models([Made("predict", "function", 10)]) == ["predict"]


def test_a_run_that_still_goes_is_refused(home):
    with closing(open_workspace(home)) as workspace:
        run = workspace.runs.get(publish_run(workspace.home, state=State.RUNNING).id)
        run._keeping = Settled()
        with pytest.raises(Conflict, match="is still running; what it keeps can be registered when it has ended"):
            workspace.models.register(run)


# Which data


def test_the_captured_table_that_fits_is_used_and_else_it_is_said_why_not(workspace):
    version = workspace.models.register("fixed", "tabled")

    # Both fit, and one is called what training data is called.
    assert version.spec.data == "X_train, 6 rows"
    assert workspace.models.register("fixed", "tabled", data="X_test").spec.data == "X_test, 2 rows"
    assert workspace.models.register("fixed", "tabled", data=np.zeros((9, 3))).spec.data == "the data given, 9 rows"
    with pytest.raises(NotFound, match=r"captured no table 'X_tset' .*did you mean 'X_test'"):
        workspace.models.register("fixed", "tabled", data="X_tset")
    with pytest.raises(NotFound, match="captured no table 'X_tset'"):
        workspace.models.plan("fixed", data="X_tset")


def test_a_model_without_data_says_that_it_has_no_profile(workspace):
    version = workspace.models.register(LogisticRegression().fit(X_TRAIN, [0, 1, 0, 1]), "handmade")

    assert version.profile is None
    assert version.spec.data == "none: no data was given"
    assert version.spec.notes[-1] == "There is no profile: no data was given."


class Told:
    def __init__(self, names=None, number=None):
        if names is not None:
            self.feature_names_in_ = np.array(names)
        if number is not None:
            self.n_features_in_ = number


@pytest.mark.parametrize(
    ("model", "tables", "words"),
    [
        (Told(["a", "b"]), {"X": X_TRAIN}, "X, 4 rows"),
        (Told(["a", "b"]), {"df": X_TRAIN.assign(y=1)}, "df, 4 rows"),
        (Told(["a", "b"]), {"df": X_TRAIN.assign(y=1), "X": X_TRAIN}, "X, 4 rows"),
        (
            Told(["a", "b"]),
            {"X": X_TRAIN[["b", "a"]].rename(columns={"b": "c"})},
            "no captured table has the model's 2 columns",
        ),
        (Told(["a", "b"]), {"X": X_TRAIN, "Z": X_TRAIN}, "X and Z fit the model; say which with --data"),
        (Told(["a", "b"]), {"X_training": X_TRAIN, "Z": X_TRAIN}, "X_training, 4 rows"),
        (Told(number=2), {"X": X_TRAIN.to_numpy(), "y": np.zeros(4)}, "X, 4 rows"),
        (Told(number=7), {"X": X_TRAIN.to_numpy()}, "no captured table has the model's 7 columns"),
    ],
)
def test_a_table_fits_by_its_columns(model, tables, words):
    found = inputs._chosen(tables, inputs.features_of(model))

    assert found.words == words
    assert found.table is None or list(found.table.shape)[1:] == [2]


# Interpreters


def test_a_process_of_its_own_registers_what_this_one_must_not_unpickle(workspace):
    version = workspace.models.register("fixed", "aside", alias="champion", aside=True)
    again = workspace.models.register("fixed", "aside", alias="champion", aside=True)

    assert (version.name, again.name) == ("aside:1", "aside:2")
    assert workspace.models.get("aside").aliases == {"champion": 2}
    assert again.remarks[-1] == "@champion points at it now; before, it pointed at aside:1."
    assert version.load().predict([1]) == [0.7]
    with pytest.raises(InvalidInput, match="data of this notebook cannot travel"):
        workspace.models.register("fixed", "aside", data=np.zeros((9, 3)), aside=True)
    with pytest.raises(Unsupported, match="Only what a run has kept"):
        workspace.models.register(LogisticRegression(), "aside", aside=True)
    # What the other one refuses is refused here, in the same words.
    with pytest.raises(NotFound, match="captured no table 'X_tset'"):
        register(
            workspace.models,
            workspace.models._source("fixed", "", ""),
            name="aside",
            alias="",
            data="X_tset",
            command="",
            aside=True,
        )


def test_the_interpreter_that_made_a_model_stores_it(workspace, tmp_path):
    other = another_interpreter(tmp_path)
    run = workspace.runs.submit(Cell(PLAIN, TABLES), "elsewhere", keep="model", python=other)
    assert run.wait(60) == "succeeded", run.why

    version = workspace.models.register(run, alias="champion")

    assert (version.spec.python, version.spec.data) == (other, "X_train, 6 rows")
    assert version.aliases == ("champion",)
    assert version.profile is not None
    assert version.load().predict([1, 2]) == [0.5, 0.5]


def test_an_interpreter_that_cannot_register_says_what_it_lacks(workspace, tmp_path):
    venv.create(tmp_path / "bare", with_pip=False)
    bare = str(tmp_path / "bare" / "bin" / "python")
    for python, error, sentence in (
        (bare, Unsupported, f'lacks msgspec; {bare} -m pip install "jupyter-mlops'),
        ("/nowhere/python", Unavailable, "The interpreter /nowhere/python, which made it, does not answer"),
    ):
        run = publish_run(workspace.home, "bare-made", python=python)
        source = Source(lambda: None, "digits", workspace.runs.get(run.id), "model")
        with pytest.raises(error, match=re.escape(sentence)):
            register(workspace.models, source, name="", alias="", data=None, command="")
        workspace.runs.delete(run.id)


# What is refused


@pytest.mark.parametrize(
    ("what", "asked", "error", "sentence"),
    [
        ("fixd", {}, NotFound, "No run or sweep has the name or id 'fixd'; did you mean 'fixed'"),
        ("fixed", {"name": "two words"}, InvalidName, "try 'two-words'"),
        ("fixed", {"alias": "latest"}, InvalidName, "'latest' is no alias"),
        ("fixed", {"alias": "3"}, InvalidName, "'3' is no alias"),
        ("fixed/3", {}, NotFound, "fixed"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_registered(workspace, what, asked, error, sentence):
    before = {model.name: len(model) for model in workspace.models.list()}

    for ask in (workspace.models.register, workspace.models.plan):
        with pytest.raises(error, match=sentence):
            ask(what, **asked)
    assert {model.name: len(model) for model in workspace.models.list()} == before


def test_what_is_ours_but_no_run_is_refused(workspace):
    version = workspace.models.register("fixed", "ours")

    for thing, sentence in ((version, "ours:1 is a version already"), (workspace.models.get("ours"), "one model")):
        with pytest.raises((InvalidInput, Unsupported), match=sentence):
            workspace.models.register(thing, "other")
    with pytest.raises(Uncapturable, match=r"version\.load\(\)"):
        version.__reduce__()


def test_a_run_does_not_register_its_own_model(workspace, monkeypatch):
    monkeypatch.setenv("JUPYTER_MLOPS_RUN_DIR", "/somewhere")

    with pytest.raises(Unsupported, match="name it with --keep, and register the run"):
        workspace.models.register(LogisticRegression(), "inside")


def test_a_plan_says_what_would_be_and_does_nothing(workspace):
    workspace.models.register("fixed", "planned", alias="champion")

    plan = workspace.models.plan("fixed", "planned", alias="champion")

    run = latest(workspace, "fixed")
    assert (plan.name, plan.value, plan.tables) == ("planned", "model", ["X_train", "X_test"])
    assert plan.sentences == ["@champion moves to it from planned:1."]
    assert plan.command == f"%register {run.id} --as planned --alias champion"
    assert len(workspace.models.get("planned")) == 1


def test_metrics_that_are_no_numbers_travel(home):
    with closing(open_workspace(home)) as workspace:
        publish_version(workspace.home, metrics={"loss": "NaN", "accuracy": "Infinity"})
        version = workspace.models.version("digits")
        assert math.isnan(version.metrics["loss"])
        assert version.metrics["accuracy"] == math.inf


def another_interpreter(folder):
    """Return an environment of its own that has what this one has, but for us."""
    venv.create(folder / "venv", with_pip=False)
    site = next((folder / "venv" / "lib").glob("python*/site-packages"))
    here = Path(np.__file__).parents[1]
    (site / "all.pth").write_text(f"{here}\n")
    return str(folder / "venv" / "bin" / "python")


class Settled:
    """A service that finds everything true."""

    def settle(self, folder):
        del folder

    def annotate(self, folder, notes):
        del folder, notes
