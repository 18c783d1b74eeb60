"""Runs over REST, on the real local platform."""

from __future__ import annotations

import json
import math

from jupyter_mlops.domain.runs import Origin, State

CODE = """
from jupyter_mlops import report
for step in range(3):
    report(step=step, loss=1 / (step + 1))
"""
ODD = """
from jupyter_mlops import report
for value in (1.0, float("nan"), float("inf"), float("-inf")):
    report(loss=value)
"""
LONG = "import time\nprint('begun', flush=True)\ntime.sleep(600)\n"


async def test_a_run_is_listed_and_described(call, workspace):
    run = workspace.runs.submit(CODE, "first", params={})
    run.wait()

    page = (await call("GET", "/runs")).json
    assert [row["id"] for row in page["runs"]] == [run.id]
    assert page["total"] == 1
    detail = (await call("GET", f"/runs/{run.id}")).json
    assert detail["row"]["state"] == "succeeded"
    assert detail["home"] == workspace.home.id
    assert "env" not in detail["spec"]


async def test_code_receipt_environment_snapshot_metrics_and_points(call, workspace):
    run = workspace.runs.submit(CODE, "whole")
    run.wait()

    assert "report(step=step" in (await call("GET", f"/runs/{run.id}/code")).json["code"]
    assert (await call("GET", f"/runs/{run.id}/receipt")).json["size"] >= 0
    assert (await call("GET", f"/runs/{run.id}/environment")).json["environment"] == run.environment
    assert (await call("GET", f"/runs/{run.id}/snapshot")).json["row"]["id"] == run.id
    metrics = (await call("GET", f"/runs/{run.id}/metrics")).json
    assert metrics["metrics"]["loss"]["count"] == 3
    assert metrics["ranks"] == {"loss": [0]}
    points = (await call("GET", f"/runs/{run.id}/points", name="loss")).json
    assert points["series"]["loss"]["steps"] == [0, 1, 2]
    later = (await call("GET", f"/runs/{run.id}/points", name="loss", since=points["series"]["loss"]["next"])).json
    assert later["series"]["loss"]["values"] == []
    assert (await call("GET", f"/runs/{run.id}/points", name="nothing")).json["series"] == {}
    assert (await call("GET", f"/runs/{run.id}/samples")).status == 200
    assert (await call("GET", f"/runs/{run.id}/display")).json["items"] == []


async def test_what_is_no_number_survives(call, workspace):
    run = workspace.runs.submit(ODD, "odd")
    run.wait()

    series = (await call("GET", f"/runs/{run.id}/points", name="loss")).json["series"]["loss"]
    assert series["values"] == [1.0, "NaN", "Infinity", "-Infinity"]
    assert math.isinf(float((await call("GET", f"/runs/{run.id}")).json["row"]["metrics"]["loss"]["last"]))


async def test_a_run_is_stopped_repeated_and_deleted(call, workspace):
    run = workspace.runs.submit(LONG, "long")
    refused = await call("DELETE", f"/runs/{run.id}")
    assert (refused.status, refused.json["code"]) == (409, "conflict")

    assert (await call("POST", f"/runs/{run.id}/stop")).json["state"] == "stopped"
    assert (await call("POST", f"/runs/{run.id}/stop")).json["state"] == "stopped"
    again = await call("POST", f"/runs/{run.id}/retry")
    assert (again.status, again.json["retry_of"]) == (201, run.id)
    assert (await call("DELETE", f"/runs/{again.json['id']}", stop=True)).json["freed"] > 0
    assert (await call("GET", f"/runs/{again.json['id']}")).status == 404
    assert (await call("DELETE", f"/runs/{run.id}")).status == 200
    assert (await call("GET", "/runs")).json["runs"] == []


async def test_note_tags_and_archive_are_written_one_by_one(call, make_run):
    run = make_run()

    assert (await call("PATCH", f"/runs/{run.id}", {"note": "good <b>"})).json["note"] == "good <b>"
    row = (await call("PATCH", f"/runs/{run.id}", {"tags": ["best", "best", "x"], "archived": True})).json
    assert (row["note"], row["tags"], row["archived"]) == ("good <b>", ["best", "x"], True)
    assert (await call("GET", "/runs")).json["runs"] == []
    assert (await call("GET", "/runs", archived="only")).json["total"] == 1
    wrongs: tuple[object, ...] = ({"notes": "x"}, {"tags": "x"}, {"tags": [""]}, [], 3)
    for wrong in wrongs:
        assert (await call("PATCH", f"/runs/{run.id}", wrong)).json["code"] == "invalid"


async def test_a_list_is_filtered_sorted_and_paged(call, make_run):
    for number in range(6):
        make_run("even" if number % 2 == 0 else "odd", number, params={"lr": number / 10})

    async def listed(**query):
        return [row["params"]["lr"] for row in (await call("GET", "/runs", **query)).json["runs"]]

    assert await listed(where="even") == [0.4, 0.2, 0.0]
    assert await listed(where="lr >= 0.4") == [0.5, 0.4]
    assert await listed(sort="lr", descending=False, limit=2) == [0.0, 0.1]
    assert await listed(limit=2, offset=1) == [0.4, 0.3]
    page = (await call("GET", "/runs", where="odd", limit=1)).json
    assert (len(page["runs"]), page["total"]) == (1, 3)


async def test_states_are_chosen_and_counted(call, make_run):
    for number, state in enumerate([State.FAILED, State.FAILED, State.STOPPED, State.SUCCEEDED]):
        make_run("digits" if number else "faces", number, state)

    page = (await call("GET", "/runs", state=["failed", "stopped"], limit=2)).json
    assert [row["state"] for row in page["runs"]] == ["stopped", "failed"]
    assert (page["total"], page["states"]) == (3, {"failed": 2, "stopped": 1, "succeeded": 1})
    page = (await call("GET", "/runs", state="failed", where="digits")).json
    assert (page["total"], page["states"]) == (1, {"failed": 1, "stopped": 1, "succeeded": 1})
    assert (await call("GET", "/runs", state="running")).json["runs"] == []


async def test_a_filter_or_an_order_that_is_not_understood_says_what_would_be(call, make_run):
    make_run(params={"learning_rate": 0.1})

    async def said(**query):
        reply = await call("GET", "/runs", **query)
        assert (reply.status, reply.json["code"]) == (400, "invalid_option")
        return reply.json["message"]

    assert "there is queued, starting" in await said(where="state = bogus")
    assert "is no number; write it as in: loss > 0.5" in await said(where="loss > abc")
    assert "did you mean 'learning_rate'?" in await said(sort="learnin_rate")
    assert "did you mean 'learning_rate'?" in await said(where="learnin_rate > 3")
    assert "did you mean 'created'?" in await said(sort="creatd")
    assert "'faild'" in await said(state="faild")


async def test_questions_that_make_no_sense_are_refused_in_one_sentence(call, make_run):
    make_run()
    for query in (
        {"limit": 0}, {"limit": "many"}, {"where": "((("}, {"offset": -1}, {"limits": 3}, {"where": "nothing = 3"},
        {"offset": 10**400}, {"archived": "maybe"}, {"descending": "perhaps"},
    ):  # fmt: skip
        reply = await call("GET", "/runs", **query)
        assert reply.status == 400, query
        assert reply.json["code"] == "invalid_option"
    assert (await call("GET", "/runs", **{"1732435200123": ""})).status == 200


async def test_only_a_run_of_another_machine_is_closed_by_hand(call, make_run, workspace):
    over = make_run("over")
    refused = await call("POST", f"/runs/{over.id}/close")
    assert (refused.status, refused.json["code"]) == (409, "conflict")

    origin = Origin(host="node-7", machine="another machine", boot="another boot")
    away = make_run("away", 1, State.RUNNING, origin=origin)
    workspace.index.refresh(away)
    assert "on node-7" in (await call("GET", f"/runs/{away.id}/snapshot")).json["elsewhere"]
    closed = (await call("POST", f"/runs/{away.id}/close")).json
    assert closed["state"] == "stopped"
    assert closed["why"].startswith("Closed by hand by ")


async def test_a_band_has_every_rank(call, workspace):
    code = (
        "import os\nfrom jupyter_mlops import report\nfor step in range(3):\n    report(loss=int(os.environ['RANK']))"
    )
    run = workspace.runs.submit(code, "band", workers=2)
    run.wait()

    band = (await call("GET", f"/runs/{run.id}/bands", name=["loss", "nothing"])).json["bands"]
    assert list(band) == ["loss"]
    assert (band["loss"]["low"], band["loss"]["mean"], band["loss"]["high"]) == ([0] * 3, [0.5] * 3, [1] * 3)
    assert band["loss"]["ranks"] == 2


async def test_ids_that_lead_elsewhere_find_nothing(call, make_run, home):
    make_run()
    (home / "runs" / "secret.txt").write_text("x")
    for run_id in (
        "..", "%2e%2e", "..%2f..", "%2e%2e%2fhome.json", "digits", "digits%00", "a" * 5000, "secret.txt", "%20",
        "digits-20261124-000000-7f3k%2f..", "-", "%F0%9F%8E%89", "'%20OR%201=1", "{run_id}",
    ):  # fmt: skip
        for ending in ("", "/logs", "/files", "/files/spec.json", "/code"):
            reply = await call("GET", f"/runs/{run_id}{ending}")
            assert reply.status == 404, (run_id, ending)
            assert str(home) not in reply.body.decode()


async def test_a_broken_run_is_listed_with_the_reason(call, make_run):
    run = make_run()
    (run.path / "spec.json").write_text("{")

    await call("GET", "/runs")
    reply = await call("GET", f"/runs/{run.id}")
    assert (reply.status, reply.json["code"]) == (500, "broken")
    assert (await call("DELETE", f"/runs/{run.id}")).status == 200


async def test_an_error_of_ours_nobody_expects_leaks_nothing(call, make_run, monkeypatch):
    run = make_run()

    def fail(*_):
        raise ZeroDivisionError("the secret")

    monkeypatch.setattr("jupyter_mlops.server.runs._detail", fail)
    reply = await call("GET", f"/runs/{run.id}")
    assert (reply.status, reply.json["code"]) == (500, "error")
    assert b"secret" not in reply.body


async def test_home_and_version(call, make_run, home):
    make_run(state=State.FAILED)

    summary = (await call("GET", "/home")).json
    assert (summary["path"], summary["states"]) == (str(home), {"failed": 1})
    version = (await call("GET", "/version")).json
    assert version["sentence"] == ""
    other = (await call("GET", "/version", kernel="9.0.1")).json["sentence"]
    assert other.startswith("The kernel has jupyter-mlops 9.0.1 and the Jupyter server has ")
    assert other.endswith("in a terminal, then restart the Jupyter server.")
    assert "%pip install" in (await call("GET", "/version", kernel="0.0.1")).json["sentence"]
    assert f"JUPYTER_MLOPS_HOME={home}`" in (await call("GET", "/version", home="0000")).json["sentence"]
    assert (await call("GET", "/version", home=version["home"], kernel=version["version"])).json["sentence"] == ""


async def test_the_document_is_served(call):
    found = await call("GET", "/openapi.json")
    assert found.json["openapi"] == "3.1.0"
    assert json.dumps(found.json)
