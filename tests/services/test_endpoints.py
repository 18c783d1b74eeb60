"""The story of an endpoint with real models, as a notebook tells it: deployed, asked, judged, promoted, rolled back."""

from __future__ import annotations

import os
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_iris
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from jupyter_mlops.domain.errors import Conflict, InvalidInput, InvalidOption, NotFound
from jupyter_mlops.domain.observed import Sample
from jupyter_mlops.domain.orders import Order
from jupyter_mlops.domain.runs import Answered
from jupyter_mlops.services.scoreboard import held_out, store_pair
from jupyter_mlops.workspace import Workspace, open_workspace
from tests.conftest import end_endpoints


@pytest.fixture(scope="module")
def iris() -> tuple[pd.DataFrame, pd.Series[Any]]:
    rows, truth = load_iris(return_X_y=True, as_frame=True)
    rows.columns = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
    return rows, truth.map({0: "setosa", 1: "versicolor", 2: "virginica"})


@pytest.fixture(scope="module")
def workspace(iris) -> Iterator[Workspace]:
    """A home with two versions of a model: the first one is poor, the second one good."""
    path = Path(tempfile.mkdtemp(prefix="mlops-")).resolve()
    before = os.environ.get("JUPYTER_MLOPS_HOME")
    os.environ["JUPYTER_MLOPS_HOME"] = str(path)
    opened = open_workspace(path)
    rows, truth = iris
    for strength in (0.001, 1.0):
        model = LogisticRegression(C=strength, max_iter=500).fit(rows, truth)
        opened.models.register(model, "iris", data=rows, alias="champion" if strength < 1 else "")
    yield opened
    for endpoint in opened.endpoints.list(archived=None):
        endpoint.delete(stop=True)
    opened.close()
    end_endpoints(path)
    if before is None:
        del os.environ["JUPYTER_MLOPS_HOME"]
    else:
        os.environ["JUPYTER_MLOPS_HOME"] = before


@pytest.fixture(scope="module")
def deployed(workspace):
    return workspace.endpoints.deploy("iris@champion")


@pytest.fixture
def endpoint(deployed):
    """The endpoint with its first revision alone, and nothing that it does by itself."""
    status = deployed.status
    if status.state.is_finished:
        deployed.start()
    if status.canary or status.shadow:
        deployed.rollback()
    if deployed.revision != 1:
        deployed.rollback(1)
    deployed.gates("", "")
    return deployed


def await_(fact: Callable[[], object], patience: float = 30.0) -> None:
    end = time.monotonic() + patience
    while not fact():
        assert time.monotonic() < end
        time.sleep(0.05)


def readable(samples: list[Sample]) -> list[Sample]:
    return [sample for sample in samples if '"petal_width"' in sample.request]


def test_rows_are_asked_in_whatever_form_they_are(endpoint, workspace, iris):
    rows, _ = iris
    wanted = workspace.models.version("iris:1").load().predict(rows)

    assert endpoint.predict(rows).tolist() == wanted.tolist()
    assert endpoint.predict(rows.to_numpy()).tolist() == wanted.tolist()
    assert endpoint.predict(rows.head(3).to_dict("records")).tolist() == wanted[:3].tolist()
    assert endpoint.predict(rows.head(3).to_dict("list")).tolist() == wanted[:3].tolist()
    assert endpoint.predict(dict(rows.iloc[0])).tolist() == wanted[:1].tolist()
    assert endpoint.predict(rows.iloc[0]).tolist() == wanted[:1].tolist()
    assert endpoint.predict(rows.to_numpy()[:3].tolist()).tolist() == wanted[:3].tolist()
    assert endpoint.predict(rows[rows.columns[::-1]].head()).tolist() == wanted[:5].tolist()


def test_scores_are_those_of_the_model_to_the_last_digit(endpoint, workspace, iris):
    rows, _ = iris
    wanted = workspace.models.version("iris:1").load().predict_proba(rows)
    np.testing.assert_array_equal(endpoint.predict_proba(rows), wanted)
    np.testing.assert_array_equal(endpoint.predict_proba(rows.head(2)), wanted[:2])


def test_what_the_model_does_not_take_is_refused_in_the_endpoints_words(endpoint, iris):
    rows, _ = iris
    with pytest.raises(InvalidInput, match=r"The model has no column 'petal_widht'; did you mean 'petal_width'\?"):
        endpoint.predict(rows.rename(columns={"petal_width": "petal_widht"}))
    with pytest.raises(InvalidInput, match="cannot be sent; give a DataFrame"):
        endpoint.predict(object())
    with pytest.raises(Conflict, match="Revision 9 has no replicas"):
        endpoint.predict(rows, revision=9)


def test_a_canary_is_judged_and_promoted_by_itself_and_rolled_back(endpoint, workspace, iris):
    rows, truth = iris
    workspace.endpoints.deploy("iris:2", canary=20)
    with pytest.raises(Conflict, match="beside its stable revision already; promote it or roll it back first"):
        workspace.endpoints.deploy("iris:2", canary=5)
    board = endpoint.scoreboard(rows, truth)

    assert (endpoint.revision, endpoint.status.percent) == (1, 20)
    frame = board.frame()
    stable, canary = f"r{board.board.stable}", f"r{board.board.canary}"
    assert frame.loc["accuracy", canary] > frame.loc["accuracy", stable]
    assert board.board.verdict == "good"
    assert board.sentence.startswith(f"Both gates pass: {canary} is better by ")
    differing = board.disagreements
    assert len(differing) == board.differing > 0
    assert list(differing.columns) == [*rows.columns, "true", stable, canary]
    first = differing.iloc[0]
    assert first["true"] == truth[differing.index[0]]
    assert first[stable] != first[canary]

    endpoint.gates(promote_if="accuracy >= stable and errors <= stable")
    assert endpoint.revision == 1
    endpoint.scoreboard()
    assert endpoint.revision == board.board.canary
    said = endpoint.snapshot().rollouts[0]
    assert said.text.startswith(f"{canary} is promoted by itself: accuracy ")

    endpoint.rollback()
    assert endpoint.revision == 1
    assert [revision.role for revision in endpoint.revisions] == ["kept", "stable"]


def test_a_canary_that_fails_its_gate_is_dropped_by_itself(endpoint, workspace, iris):
    rows, truth = iris
    endpoint.rollback(2)
    workspace.endpoints.deploy("iris:1", canary=10)
    endpoint.gates(rollback_if="accuracy < stable")
    board = endpoint.scoreboard(rows, truth)

    assert board.board.verdict == "bad"
    assert (endpoint.revision, endpoint.status.canary) == (2, 0)
    assert "is rolled back by itself: accuracy " in endpoint.snapshot().rollouts[0].text


def test_a_metric_of_the_notebook_is_measured_here_and_says_so(endpoint, iris):
    rows, truth = iris

    def share_of_setosa(_truth, answers):
        return (answers == "setosa").mean()

    board = endpoint.scoreboard(rows, truth, share_of_setosa)
    assert board.frame().loc["share_of_setosa", "r1"] == pytest.approx(1 / 3, abs=0.2)
    assert board.sentence.startswith("share_of_setosa is a function of this notebook, so a click cannot replay it")


@pytest.mark.parametrize(
    ("rows", "truth", "metric", "sentence"),
    [
        (3, 2, "", "There are 3 rows and 2 true answers; give one for each row."),
        (3, 3, "acuracy", "No metric is called 'acuracy'; did you mean 'accuracy'?"),
        (0, 0, "", "There are no rows to replay."),
    ],
)
def test_held_out_rows_that_make_no_sense_are_refused(endpoint, iris, rows, truth, metric, sentence):
    with pytest.raises(InvalidInput) as told:
        endpoint.scoreboard(iris[0].head(rows), iris[1].head(truth), metric)
    assert str(told.value) == sentence


def test_what_was_seen_of_the_requests_is_told_with_the_column_that_moved(endpoint, iris):
    rows, _ = iris
    for _ in range(4):
        endpoint.predict(rows.assign(petal_width=rows["petal_width"] + 2))
    # Requests in quick succession are not all remembered.
    await_(lambda: len(endpoint.predict(rows.head(1))) and readable(endpoint.samples()))
    await_(lambda: endpoint.drift().rows >= 600)
    drift, samples = endpoint.drift(), endpoint.samples()

    assert drift.sentence.startswith("`petal_width` has moved: its median was 1.4 and is ")
    assert drift.columns[0].verdict == "moved"
    assert '"setosa"' in readable(samples)[0].answer
    stats = next(stats for stats in endpoint.stats() if stats.revision == 1)
    assert stats.requests >= 5
    assert stats.p95 > 0


def test_a_snapshot_has_what_a_card_shows(endpoint, workspace):
    snapshot = workspace.endpoints.snapshot("iris")

    assert (snapshot.row.state, snapshot.row.stable) == ("running", 1)
    assert snapshot.revisions[-1].spec.revision == 1
    assert len(snapshot.example) > 0
    assert "iris:1" in str(snapshot.lineage)
    assert str(endpoint.lineage) == str(snapshot.lineage)
    assert Path(snapshot.address).is_socket()


def test_an_alias_that_moves_is_told_and_changes_nothing(endpoint, workspace):
    workspace.models.point("iris", "champion", 2)
    try:
        said = workspace.endpoints.snapshot("iris").notes[-1]
    finally:
        workspace.models.point("iris", "champion", 1)
    assert said == "@champion points at iris:2 by now, and iris serves iris:1; %deploy iris@champion moves it."
    assert endpoint.model == "iris:1"


def test_it_is_scaled_and_each_replica_is_told(endpoint):
    endpoint.scale(2)
    ready = [replica for replica in endpoint.replicas if replica.revision == 1 and replica.state == "ready"]
    assert [replica.number for replica in ready] == [0, 1]
    assert len({replica.pid for replica in ready}) == 2
    endpoint.scale("1")
    await_(lambda: len([each for each in endpoint.replicas if each.revision == 1]) == 1)


def test_another_workspace_finds_it_as_it_is(endpoint, workspace, iris):
    other = open_workspace(workspace.home.path)
    try:
        found = other.endpoints.get("iris")
        assert found == endpoint
        assert found.predict(iris[0].head(1)).tolist() == ["setosa"]
        assert [row.name for row in other.endpoints.list("iris state = running").rows] == ["iris"]
    finally:
        other.close()


def test_it_is_stopped_refuses_and_is_started_again(endpoint, iris):
    endpoint.stop()
    assert endpoint.state == "stopped"
    with pytest.raises(Conflict, match=r"iris is stopped \(.*\); %endpoints start iris brings it up\."):
        endpoint.predict(iris[0])
    endpoint.start()
    assert endpoint.predict(iris[0].head(1)).tolist() == ["setosa"]


def test_one_that_is_up_is_not_deleted_by_the_way(endpoint, workspace):
    with pytest.raises(Conflict, match="stop it first"):
        endpoint.delete()
    with pytest.raises(Conflict, match="the endpoint iris serves it as r1"):
        workspace.models.delete("iris:1")
    assert endpoint.state == "running"


@pytest.mark.parametrize(
    ("what", "asked", "error", "sentence"),
    [
        ("iris:7", {}, NotFound, "The model iris has no version 7; the nearest is iris:2."),
        ("irs", {}, NotFound, "There is no model 'irs'; did you mean 'iris'?"),
        ("iris", {"canary": 0}, InvalidOption, "A canary gets 1 to 99 percent of the requests, not 0."),
        ("iris", {"canary": 101}, InvalidOption, "A canary gets 1 to 99 percent of the requests, not 101."),
        ("iris", {"canary": 10, "endpoint": "new"}, Conflict, "new has no stable revision yet"),
        ("iris", {"replicas": "4..1"}, InvalidOption, "--replicas 4..1 makes no sense"),
        ("iris", {"replicas": "many"}, InvalidOption, "--replicas is a number, or bounds as in 1..4, not 'many'."),
        ("iris", {"memory": "lots"}, InvalidOption, "'lots' is not a size"),
        ("iris", {"promote_if": "acuracy > 1"}, InvalidOption, "--promote-if knows no measure 'acuracy'"),
        ("iris", {"gpus": 64}, Exception, "The replicas want 64 GPUs"),
        ("iris", {"replica": 2}, InvalidOption, "deploy has no option 'replica'; did you mean 'replicas'?"),
        ("iris", {"endpoint": "no name"}, InvalidInput, "'no name' is not a name"),
        ("iris", {"port": 70000}, InvalidOption, "--port 70000: ports end at 65535"),
    ],
)
def test_what_makes_no_sense_is_told_in_one_sentence_and_changes_nothing(
    endpoint, workspace, what, asked, error, sentence
):
    before = endpoint.status
    for verb in (workspace.endpoints.plan, workspace.endpoints.deploy):
        with pytest.raises(error) as told:
            verb(what, **asked)
        assert str(told.value).startswith(sentence)
    assert endpoint.status == before
    assert [each.name for each in workspace.endpoints.list(archived=None)] == ["iris"]


def test_what_would_be_deployed_is_told_with_the_line_that_does_it(endpoint, workspace):
    plan = workspace.endpoints.plan("iris:2", canary=10, replicas="1..2", promote_if="accuracy >= stable")
    assert plan.command == '%deploy iris:2 --replicas 1..2 --canary 10 --promote-if "accuracy >= stable"'
    assert plan.sentences[0].endswith("gets 10 % of the requests, r1 the rest.")
    assert (plan.spec.least, plan.spec.most) == (1, 2)


def test_interrupting_ends_the_waiting_and_the_endpoint_goes_on(endpoint, workspace, monkeypatch):
    # Where the waiting is interrupted does not depend on chance: in the first look at the new endpoint.
    def interrupt(_folder):
        raise KeyboardInterrupt

    monkeypatch.setattr(workspace.endpoints, "_begun", interrupt)
    with pytest.raises(KeyboardInterrupt) as told:
        workspace.endpoints.deploy("iris:1", endpoint="second")
    second = workspace.endpoints.get("second")
    try:
        assert str(told.value).startswith("second goes on with r1; ")
        await_(lambda: second.state == "running")
        assert second.revision == 1
    finally:
        second.delete(stop=True)


def test_an_endpoint_that_is_not_there_is_not_found(workspace, endpoint):
    with pytest.raises(NotFound, match=r"There is no endpoint 'iriss'; did you mean 'iris'\?"):
        workspace.endpoints.get("iriss")


def test_held_out_rows_that_the_model_does_not_take_change_nothing(endpoint, workspace, iris):
    rows, truth = iris
    endpoint.scoreboard(rows.head(30), truth.head(30))
    workspace.endpoints.deploy("iris:2", canary=10, rollback_if="errors > 50%")
    with pytest.raises(InvalidInput, match="no column 'petal_widht'"):
        endpoint.scoreboard(rows.rename(columns={"petal_width": "petal_widht"}), truth)
    assert endpoint.status.canary, "a typo rolls nobody back"
    assert endpoint.scoreboard().board.rows == 30, "what was stored is still there"


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"judge": True, "metric": "wat"}, "No metric is called 'wat'"),
        ({"metric": "f1"}, "name them: --judge"),
        ({"judge": True, "promote_if": "rmse <= stable"}, "the held-out rows measure accuracy"),
        ({"port": True}, r"Port \d+ cannot be opened \(Address already in use\)"),
    ],
)
def test_what_is_refused_is_refused_before_traffic_moves(endpoint, workspace, iris, asked, sentence):
    before = [(fact.spec.revision, fact.role) for fact in endpoint.revisions]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = {**asked, **({"judge": iris} if asked.get("judge") else {})}
        told |= {"port": taken.getsockname()[1]} if asked.get("port") else {}
        with pytest.raises((Conflict, InvalidOption), match=sentence):
            workspace.endpoints.deploy("iris:2", **told)
    assert [(fact.spec.revision, fact.role) for fact in endpoint.revisions] == before


class _Slow:
    def predict(self, rows):
        import time

        time.sleep(0.5 * len(rows))
        return [0] * len(rows)


def test_a_replay_gives_way_to_who_wants_to_roll_back(workspace):
    rows = np.zeros((60, 2))
    workspace.models.register(_Slow(), "slow", data=rows)
    slow = workspace.endpoints.deploy("slow:1")
    store_pair(slow.path, held_out(rows, [0] * 60, "", None))
    request = slow.folder.request("judge", "a test", order=Order())
    began = time.monotonic()
    slow.scale(1)
    assert time.monotonic() - began < 10
    answer = next(each for each in slow.folder.events() if isinstance(each, Answered) and each.request == request)
    assert (answer.refused, answer.text) == (True, "The replay gave way to what was asked meanwhile (scale).")
    slow.delete(stop=True)


def test_whole_numbers_that_a_model_answers_with_fractions_are_no_classes(workspace):
    rows = np.arange(40.0).reshape(20, 2)
    truth = [1, 2] * 10
    workspace.models.register(LinearRegression().fit(rows, truth), "line", data=rows)
    line = workspace.endpoints.deploy("line", judge=(rows, truth))
    assert line.scoreboard().board.metric == "rmse"
    line.delete(stop=True)


def test_a_row_whose_text_is_missing_is_asked_as_it_is(workspace):
    rows = pd.DataFrame({"city": ["a", None, "b", "a"] * 5, "age": [1.0, 2.0, None, 4.0] * 5})
    model = make_pipeline(
        ColumnTransformer(
            [("city", OneHotEncoder(handle_unknown="ignore"), ["city"]), ("age", SimpleImputer(), ["age"])]
        ),
        LogisticRegression(),
    ).fit(rows, [0, 1] * 10)
    workspace.models.register(model, "cities", data=rows)
    cities = workspace.endpoints.deploy("cities")
    assert len(cities.predict({"city": None, "age": None})) == 1
    assert len(cities.predict(rows.iloc[[1]])) == 1
    assert cities.predict(rows).tolist() == model.predict(rows).tolist()
    board = cities.scoreboard(rows, [0, 1] * 10).board
    assert next(row.stable for row in board.measures if row.name == "errors") == 0
    cities.delete(stop=True)
