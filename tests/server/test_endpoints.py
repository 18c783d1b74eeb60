"""Endpoints over REST: what a page asks of them, and what it may do to them."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from jupyter_mlops.domain.runs import State
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.watched import Watched
from tests.published import publish_endpoint


@pytest.fixture
def make_endpoint(home):
    """Return what writes an endpoint that was stopped."""
    return partial(publish_endpoint, Home.open(home))


async def test_endpoints_are_listed_in_pages_with_how_new_the_page_is(call, make_endpoint):
    make_endpoint("digits")
    make_endpoint("faces", State.FAILED)

    page = await call("GET", "/endpoints", limit=1, sort="name", descending=False)
    failed = await call("GET", "/endpoints", state="failed")
    found = await call("GET", "/endpoints", where="digits version = 3 state = stopped")

    assert [row["name"] for row in page.json["endpoints"]] == ["digits"]
    assert (page.json["total"], page.json["states"]) == (2, {"stopped": 1, "failed": 1})
    assert page.json["generation"]
    assert [row["name"] for row in failed.json["endpoints"]] == ["faces"]
    assert [row["name"] for row in found.json["endpoints"]] == ["digits"]


async def test_an_endpoint_is_described_with_its_revisions_and_what_happened(call, make_endpoint):
    make_endpoint()

    reply = await call("GET", "/endpoints/digits")

    assert reply.json["row"]["model"] == "digits"
    assert [fact["spec"]["revision"] for fact in reply.json["revisions"]] == [1]
    assert reply.json["rollouts"][0]["text"] == "Stopped by ada."
    assert reply.json["lineage"]["links"][-1]["id"] == "digits/r1"


async def test_notes_and_tags_of_an_endpoint_are_changed_and_it_is_archived(call, make_endpoint):
    make_endpoint()

    reply = await call("PATCH", "/endpoints/digits", {"note": "ours", "tags": ["a", "a"], "archived": True})

    assert (reply.json["note"], reply.json["tags"], reply.json["archived"]) == ("ours", ["a"], True)
    assert (await call("GET", "/endpoints")).json["endpoints"] == []
    assert (await call("GET", "/endpoints", archived="only")).json["total"] == 1


async def test_slices_of_time_and_samples_are_told(call, make_endpoint):
    folder, now = make_endpoint(), time.time()
    counted = {"requests": 4, "errors": 1, "buckets": [4, *[0] * 23]}
    sample = {"time": now, "revision": 1, "milliseconds": 1.5, "status": 200, "request": "{}", "answer": "[1]"}
    with Watched(folder.watched, writer=True) as watched:
        watched.take(now, {"boot": "1", "revisions": {"1": counted}, "samples": [sample], "last": 1})

    points = await call("GET", "/endpoints/digits/points", seconds=600, most=10)
    samples = await call("GET", "/endpoints/digits/samples")

    assert sum(point.get("requests", 0) for point in points.json["points"]) == 4
    assert samples.json == {"samples": [sample]}


async def test_the_end_of_a_log_is_told_with_the_names_of_all(call, make_endpoint):
    folder = make_endpoint()
    (folder.path / "logs" / "r1-0.log").write_text("0123456789")

    replica = await call("GET", "/endpoints/digits/logs", source="r1/0", most=4)
    nothing = await call("GET", "/endpoints/digits/logs", source="../../spec")

    assert replica.json == {"source": "r1/0", "text": "6789", "sources": ["r1/0", "router"]}
    assert nothing.status == 404
    assert "it has r1/0, router" in nothing.json["message"]


async def test_a_stopped_endpoint_is_asked_in_vain_and_can_be_deleted(call, make_endpoint, home):
    make_endpoint()

    for path, sent in (("predict", {"rows": [{"x": 1, "n": 2}]}), ("canary", {"percent": 5}), ("promote", None)):
        reply = await call("POST", f"/endpoints/digits/{path}", sent)
        assert (reply.status, reply.json["code"]) == (409, "conflict")
        assert "start" in reply.json["message"]
    assert (await call("POST", "/endpoints/digits/stop")).json["state"] == "stopped"
    assert (await call("DELETE", "/endpoints/digits")).json["freed"] > 0
    assert list((home / "endpoints").iterdir()) == []


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("GET", "", None),
        ("PATCH", "", {"note": "x"}),
        ("DELETE", "", None),
        ("GET", "/points", None),
        ("GET", "/samples", None),
        ("GET", "/logs", None),
        ("POST", "/predict", {"rows": [[1]]}),
        ("POST", "/replay", None),
        ("POST", "/gates", {}),
        ("POST", "/port", {"port": 0}),
        ("POST", "/scale", {"replicas": "2"}),
        ("POST", "/start", None),
    ],
)
async def test_what_is_not_there_is_not_found_and_the_nearest_is_named(call, make_endpoint, method, path, sent):
    make_endpoint("digits")

    reply = await call(method, f"/endpoints/digts{path}", sent)

    assert (reply.status, reply.json["message"]) == (404, "There is no endpoint 'digts'; did you mean 'digits'?")


@pytest.mark.parametrize(
    ("told", "status", "sentence"),
    [
        ({"model": "digits:9"}, 404, "The model digits has no version 9; the nearest is digits:1."),
        ({"canary": 0}, 400, "A canary gets 1 to 99 percent of the requests, not 0."),
        ({"canary": 10}, 409, "digits has no stable revision yet"),
        ({"replicas": "4..2"}, 400, "--replicas 4..2 makes no sense"),
        ({"memory": "lots"}, 400, "'lots' is not a size"),
        ({"promote_if": "acuracy > 1"}, 400, "--promote-if knows no measure 'acuracy'; did you mean 'accuracy'?"),
        ({"endpoint": "no name"}, 400, "'no name' is not a name"),
    ],
)
async def test_what_makes_no_sense_is_told_in_one_sentence_and_starts_nothing(
    call, make_version, home, told, status, sentence
):
    make_version()

    for check in (True, False):
        reply = await call("POST", "/endpoints", {"model": "digits"} | told | {"check": check})
        assert (reply.status, reply.json["message"][: len(sentence)]) == (status, sentence)
    assert not (home / "endpoints").exists() or list((home / "endpoints").iterdir()) == []


@pytest.fixture
def iris(workspace):
    """Two versions of a model, the second one of which is better."""
    random = np.random.default_rng(5)
    rows = random.normal(size=(120, 2))
    truth = np.where(rows[:, 0] + rows[:, 1] > 0, "up", "down")
    for model in (LogisticRegression().fit(rows, truth[::-1]), LogisticRegression().fit(rows, truth)):
        workspace.models.register(model, "iris", data=rows)
    return rows, truth


async def test_an_endpoint_is_deployed_asked_judged_promoted_and_deleted(call, workspace, iris):
    looked = await call("POST", "/endpoints", {"model": "iris:1", "check": True})
    assert (looked.status, looked.json["row"], looked.json["command"]) == (200, None, "%deploy iris:1")
    started = await call("POST", "/endpoints", {"model": "iris:1"})
    assert started.status == 201, started.json
    assert (started.status, started.json["row"]["state"], started.json["row"]["stable"]) == (201, "running", 1)

    canary = await call("POST", "/endpoints", {"model": "iris:2", "canary": 10})
    assert (canary.status, canary.json["row"]["canary"], canary.json["row"]["percent"]) == (201, 2, 10)
    assert (await call("POST", "/endpoints/iris/canary", {"percent": 25})).json["percent"] == 25

    tried = await call("POST", "/endpoints/iris/predict", {"rows": [[3.0, 3.0], [-3.0, -3.0]], "revision": 2})
    assert (tried.status, tried.json["revision"]) == (200, 2)
    assert tried.json["answers"]["predict"] == ["up", "down"]
    assert [len(row) for row in tried.json["answers"]["predict_proba"]] == [2, 2]
    senseless: list[list[Any]] = [[[1.0]], [["a", "b"]], [[1.0, 2.0], {"x": 1}], [[[1.0, 2.0]]], [None], [{}]]
    for rows in senseless:
        refused = await call("POST", "/endpoints/iris/predict", {"rows": rows})
        assert (refused.status, refused.json["code"][:7]) == (400, "invalid"), rows
    assert (await call("POST", "/endpoints/iris/predict", {"rows": [[1.0, 2.0]], "revision": 7})).status == 404

    nothing = await call("POST", "/endpoints/iris/replay")
    assert (nothing.status, "No held-out rows are stored" in nothing.json["message"]) == (409, True)
    workspace.endpoints.get("iris").scoreboard(*iris)
    gates = await call("POST", "/endpoints/iris/gates", {"promote_if": "accuracy > stable"})
    assert gates.json["gates"] == {"promote": "accuracy > stable"}
    replayed = await call("POST", "/endpoints/iris/replay")
    assert replayed.json["scoreboard"]["verdict"] == "good"
    assert (replayed.json["row"]["stable"], replayed.json["row"].get("canary", 0)) == (2, 0)
    assert replayed.json["judged"] == "held-out rows, 120 rows"

    assert (await call("POST", "/endpoints/iris/rollback", {"to": 1})).json["stable"] == 1
    refused = await call("DELETE", "/endpoints/iris")
    assert (refused.status, "stop it first" in refused.json["message"]) == (409, True)
    assert (await call("DELETE", "/endpoints/iris", stop=True)).json["freed"] > 0
    assert (await call("GET", "/endpoints")).json["endpoints"] == []
