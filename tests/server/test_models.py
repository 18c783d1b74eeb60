"""Models over REST: what a page asks of them, and what it may do to them."""

from __future__ import annotations

import os

import pytest

from jupyter_mlops import wire
from jupyter_mlops.domain.endpoints import EndpointSpec, RevisionAdded, RevisionSpec
from jupyter_mlops.services.submission import Cell

TRAIN = """
C = 1.0
from sklearn.linear_model import LogisticRegression
model = LogisticRegression(C=C).fit(X_train, [0, 1, 0, 1])
other = LogisticRegression(C=C).fit(X_train, [0, 1, 0, 1])
print(f"accuracy={model.score(X_train, [0, 1, 0, 1])}")
"""


async def test_models_are_listed_in_pages_with_how_new_the_page_is(call, make_version):
    make_version("digits", alias="champion")
    make_version("digits", metrics={"accuracy": 0.5})
    make_version("faces", metrics={"accuracy": 0.3})

    reply = await call("GET", "/models", limit=1, sort="accuracy")

    (row,) = reply.json["models"]
    assert (row["name"], row["versions"], row["latest"], row["champion"]) == ("digits", 2, 2, 1)
    assert row["metrics"] == {"accuracy": 0.9}
    assert [version["version"] for version in row["recent"]] == [2, 1]
    assert (reply.json["total"], bool(reply.json["generation"])) == (2, True)


async def test_models_are_found_by_what_their_champion_reached(call, make_version):
    make_version("digits", alias="champion")
    make_version("digits", metrics={"accuracy": 0.5})
    make_version("faces", metrics={"accuracy": 0.3})

    for where in ("accuracy > 0.5", "@champion = 1", "digits", "versions = 2"):
        assert [row["name"] for row in (await call("GET", "/models", where=where)).json["models"]] == ["digits"]
    refused = await call("GET", "/models", where="acuracy > 0.5")
    assert (refused.status, refused.json["message"]) == (
        400,
        "No model has a parameter or a metric 'acuracy'; did you mean 'accuracy'?",
    )


async def test_a_model_is_described_with_its_versions_and_where_its_aliases_pointed(call, make_version):
    make_version(alias="champion")
    make_version(alias="champion", run="digits-20261124-000000-7f3k", run_name="digits")

    reply = await call("GET", "/models/digits")

    assert [(one["version"], one.get("aliases", [])) for one in reply.json["versions"]] == [(2, ["champion"]), (1, [])]
    assert [(one["version"], one.get("before", 0)) for one in reply.json["history"]] == [(2, 1), (1, 0)]
    assert reply.json["history"][0]["who"] == "ada@here"


async def test_a_version_is_described_with_its_files_its_example_and_what_it_is_held_against(call, make_version):
    make_version(alias="champion")
    make_version(params={"lr": 0.1})

    reply = await call("GET", "/models/digits/versions/2")

    assert reply.json["spec"]["params"] == {"lr": 0.1}
    assert reply.json["champion"]["version"] == 1
    assert reply.json["example"] == [{"x": 1.0}]
    assert {file["path"] for file in reply.json["files"]} >= {"model/MLmodel", "model/model.pkl"}
    assert reply.json["lineage"]["links"][-1] | {"details": []} == {
        "kind": "version",
        "id": "digits:2",
        "title": "digits v2",
        "here": True,
        "details": [],
    }
    # The champion itself is held against the version before it.
    assert "champion" not in (await call("GET", "/models/digits/versions/1")).json


@pytest.mark.parametrize(
    ("method", "path", "sentence"),
    [
        ("GET", "/models/digts", "There is no model 'digts'; did you mean 'digits'?"),
        ("GET", "/models/%2e%2e", "There is no model '..'."),
        ("GET", "/models/digits/versions/7", "The model digits has no version 7; the nearest is digits:1."),
        ("GET", "/models/digits/versions/0", "The model digits has no version 0: numbers begin with 1."),
        ("GET", "/models/digits/versions/champion", "'champion' is no number of a version of digits."),
        ("DELETE", "/models/digits/versions/7", "The model digits has no version 7; the nearest is digits:1."),
        (
            "DELETE",
            "/models/digits/aliases/champoin",
            "The model digits has no alias 'champoin'; did you mean 'champion'?",
        ),
        ("POST", "/models/digits/versions/7/verify", "The model digits has no version 7; the nearest is digits:1."),
    ],
)
async def test_what_is_not_there_is_not_found_and_the_nearest_named(call, make_version, method, path, sentence):
    make_version(alias="champion")

    reply = await call(method, path)

    assert (reply.status, reply.json) == (404, {"code": "not_found", "message": sentence})


async def test_an_alias_is_moved_and_removed(call, make_version):
    make_version(alias="champion")
    make_version()

    moved = await call("PUT", "/models/digits/aliases/champion", {"version": 2})
    removed = await call("DELETE", "/models/digits/aliases/champion")

    assert moved.json["row"]["champion"] == 2
    assert "aliases" not in removed.json["row"]
    assert [one["version"] for one in removed.json["history"]] == [0, 2, 1]


@pytest.mark.parametrize(
    ("alias", "version", "status"), [("latest", 1, 400), ("2", 1, 400), ("a b", 1, 400), ("champion", 9, 404)]
)
async def test_an_alias_that_makes_no_sense_is_refused(call, make_version, alias, version, status):
    make_version()

    reply = await call("PUT", f"/models/digits/aliases/{alias.replace(' ', '%20')}", {"version": version})

    assert reply.status == status
    assert "aliases" not in (await call("GET", "/models/digits")).json["row"]


async def test_notes_and_tags_of_model_and_version_are_changed(call, make_version):
    make_version()

    model = await call("PATCH", "/models/digits", {"note": "for the shop", "tags": ["a", "a"]})
    version = await call("PATCH", "/models/digits/versions/1", {"note": "wide", "tags": ["b"]})
    refused = await call("PATCH", "/models/digits/versions/1", {"archived": True})

    assert (model.json["note"], model.json["tags"]) == ("for the shop", ["a"])
    assert (version.json["note"], version.json["tags"]) == ("wide", ["b"])
    assert refused.status == 400
    assert (await call("GET", "/models")).json["models"][0]["recent"][0]["note"] == "wide"
    await call("PATCH", "/models/digits", {"archived": True})
    assert (await call("GET", "/models")).json["total"] == 0
    assert (await call("POST", "/models/digits/versions/1/verify")).json["sound"]


async def test_a_byte_that_changed_is_said_in_one_sentence(call, make_version, home):
    make_version()
    sound = await call("POST", "/models/digits/versions/1/verify")
    weights = home / "models" / "digits" / "versions" / "1" / "model" / "model.pkl"
    weights.chmod(0o600)
    weights.write_bytes(b"weightS")

    broken = await call("POST", "/models/digits/versions/1/verify")

    assert sound.json == {"sound": True, "sentence": "All 4 files of digits:1 are what was registered."}
    assert broken.json == {
        "sound": False,
        "sentence": "digits:1 is not what was registered: model/model.pkl has changed.",
    }


async def test_a_version_is_deleted_and_then_the_model(call, make_version, home):
    make_version(alias="champion")
    make_version()

    one = await call("DELETE", "/models/digits/versions/1")
    assert one.json["freed"] > 0
    left = (await call("GET", "/models/digits")).json
    assert [version["version"] for version in left["versions"]] == [2]
    assert "aliases" not in left["row"]

    await call("DELETE", "/models/digits")
    assert (await call("GET", "/models/digits")).status == 404
    assert list((home / "models").iterdir()) == []


async def test_what_an_endpoint_keeps_is_not_deleted_and_says_so(call, make_version, home):
    make_version()
    make_version()
    serve(home, "shop", "digits", 1)

    for path in ("/models/digits/versions/1", "/models/digits"):
        reply = await call("DELETE", path)
        assert (reply.status, reply.json["code"]) == (409, "conflict")
        assert "digits:1 cannot be deleted: the endpoint shop keeps it as r1" in reply.json["message"]
    assert (await call("DELETE", "/models/digits/versions/2")).status == 200
    (row,) = (await call("GET", "/models")).json["models"]
    assert [use["endpoint"] for use in row["recent"][0]["uses"]] == ["shop"]


async def test_a_version_whose_file_is_damaged_is_listed_and_says_so(call, make_version, home):
    make_version()
    make_version()
    spec = home / "models" / "digits" / "versions" / "2" / "version.json"
    os.unlink(spec)
    spec.write_text("{")

    reply = await call("GET", "/models/digits")
    one = await call("GET", "/models/digits/versions/2")

    assert "its version.json is damaged" in reply.json["versions"][0]["broken"]
    assert "broken" not in reply.json["versions"][1]
    assert (one.status, one.json["code"]) == (500, "broken")


async def test_what_a_run_kept_is_registered_by_a_process_of_its_interpreter(call, workspace):
    values = {"X_train": pytest.importorskip("numpy").arange(8.0).reshape(4, 2)}
    run = workspace.runs.submit(Cell(TRAIN, values), "digits", keep=["model", "other"])
    run.wait()

    looked = await call("POST", "/models", {"run": run.id, "check": True, "alias": "champion"})
    assert (looked.status, looked.json["row"], workspace.index.models.count()) == (200, None, 0)
    assert looked.json["values"] == ["model", "other"]
    assert looked.json["tables"] == ["X_train"]
    assert looked.json["command"] == f"%register {run.id} --value model --alias champion"

    ambiguous = await call("POST", "/models", {"run": run.id})
    assert (ambiguous.status, ambiguous.json["message"]) == (
        400,
        f"The run {run.id} kept model and other; say which with --value model.",
    )

    made = await call("POST", "/models", {"run": run.id, "value": "model", "alias": "champion"})
    assert made.status == 201, made.json
    assert (made.json["row"]["model"], made.json["row"]["version"]) == ("digits", 1)
    assert made.json["row"]["aliases"] == ["champion"]
    assert workspace.models.version("digits").load().predict(values["X_train"]).tolist()
    lineage = (await call("GET", f"/runs/{run.id}/lineage")).json["links"]
    assert [link["kind"] for link in lineage] == ["data", "code", "run", "version"]


@pytest.mark.parametrize(
    ("asked", "status", "sentence"),
    [
        ({}, 400, "Say what is to be registered: the id of a run, or that of a sweep."),
        ({"run": "gone-20261124-000000-7f3k"}, 404, "No run has the id 'gone-20261124-000000-7f3k'."),
        ({"sweep": "gone-20261124-000000-7f3k"}, 404, "No sweep has the id 'gone-20261124-000000-7f3k'"),
    ],
)
async def test_what_cannot_be_registered_is_said(call, asked, status, sentence):
    for check in (True, False):
        reply = await call("POST", "/models", asked | {"check": check})
        assert (reply.status, reply.json["message"][: len(sentence)]) == (status, sentence)


async def test_a_run_that_kept_nothing_says_what_to_write(call, make_run):
    run = make_run()

    reply = await call("POST", "/models", {"run": run.id})

    assert (reply.status, reply.json["message"]) == (
        404,
        f"The run {run.id} kept nothing; run the cell again with --keep model, and register that run.",
    )


def serve(home, endpoint, model, version):
    """Write the folder of an endpoint that serves a version."""
    folder = home / "endpoints" / endpoint
    (folder / "revisions" / "1").mkdir(parents=True)
    spec = RevisionSpec(endpoint, 1, 1e6, model, version, "sklearn", str(folder))
    (folder / "spec.json").write_bytes(wire.encode_pretty(EndpointSpec(endpoint, endpoint, 1e6)))
    (folder / "revisions" / "1" / "spec.json").write_bytes(wire.encode_pretty(spec))
    (folder / "events.jsonl").write_bytes(wire.encode_line(RevisionAdded(time=1e6, revision=1)))
