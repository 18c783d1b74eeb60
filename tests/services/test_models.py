"""Models and versions as a notebook holds them: named, pointed at, annotated, checked, deleted."""

from __future__ import annotations

import pytest

from jupyter_mlops import wire
from jupyter_mlops.domain.endpoints import EndpointSpec, RevisionAdded, RevisionSpec, TrafficMoved
from jupyter_mlops.domain.errors import Broken, Conflict, InvalidInput, InvalidName, InvalidOption, NotFound
from jupyter_mlops.services.models import parsed
from tests.published import publish_version


@pytest.fixture
def make(workspace):
    def made(*told, **fields):
        return workspace.models.version(f"{publish_version(workspace.home, *told, **fields).model}:latest")

    return made


def serve(home, endpoint, model, version, *, is_stable=True):
    """Write the folder of an endpoint that serves a version, or keeps it for a roll back."""
    folder = home.endpoints / endpoint
    (folder / "revisions" / "1").mkdir(parents=True)
    spec = RevisionSpec(endpoint, 1, 1e6, model, version, "sklearn", str(folder))
    (folder / "spec.json").write_bytes(wire.encode_pretty(EndpointSpec(endpoint, endpoint, 1e6)))
    (folder / "revisions" / "1" / "spec.json").write_bytes(wire.encode_pretty(spec))
    events = [RevisionAdded(time=1e6, revision=1), *([TrafficMoved(time=1e6, stable=1)] if is_stable else [])]
    (folder / "events.jsonl").write_bytes(b"".join(map(wire.encode_line, events)))


# Names


def test_a_version_is_named_by_number_by_alias_or_by_its_model_alone(workspace, make):
    make()
    make()
    assert workspace.models.version("digits").number == 2
    workspace.models.point("digits", "champion", 1)

    version = workspace.models.version
    assert version("digits").number == version("digits@champion").number == version("digits:1").number == 1
    assert version("digits:latest").number == version("digits@latest").number == 2
    assert version(version("digits:2")).name == "digits:2"
    model = workspace.models.get("digits")
    assert (model["champion"], model[2]) == (version("digits:1"), version("digits:2"))
    assert [each.number for each in model] == [each.number for each in model.versions] == [2, 1]
    assert len(model) == 2


@pytest.mark.parametrize(
    ("which", "error", "sentence"),
    [
        ("digts", NotFound, "There is no model 'digts'; did you mean 'digits'?"),
        ("digits@champoin", NotFound, "The model digits has no alias 'champoin'; did you mean 'champion'?"),
        ("digits@next", NotFound, "The model digits has no alias 'next'; there is champion."),
        ("digits:9", NotFound, "The model digits has no version 9; the nearest is digits:2."),
        ("digits:0", NotFound, "The model digits has no version 0: numbers begin with 1."),
        ("digits:", InvalidOption, "'' is no number of a version; a version is named as in digits:3,"),
        ("digits:x", InvalidOption, "'x' is no number of a version"),
        ("digits@", InvalidOption, "'digits@' names no alias"),
        ("../digits", NotFound, "There is no model '../digits'"),
        ("", NotFound, "There is no model ''"),
    ],
)
def test_what_is_not_there_is_said_and_the_nearest_named(workspace, make, which, error, sentence):
    make("digits", "champion")
    make("digits", "champion")

    with pytest.raises(error) as refused:
        workspace.models.version(which)
    assert str(refused.value).startswith(sentence)


def test_a_model_without_versions_says_so(workspace, make):
    make().delete()

    with pytest.raises(NotFound, match=r"^The model digits has no version\.$"):
        workspace.models.version("digits")
    with pytest.raises(NotFound, match=r"^The model digits has no version 1: it has none\.$"):
        workspace.models.version("digits:1")
    assert workspace.models.get("digits").versions == []


@pytest.mark.parametrize(
    ("which", "told"),
    [("a", ("a", 0, "")), ("a:3", ("a", 3, "")), ("a@b", ("a", 0, "b")), ("a:latest", ("a", 0, "latest"))],
)
def test_names_are_taken_apart(which, told):
    assert parsed(which) == told


# Aliases


def test_aliases_move_and_keep_their_history(workspace, make):
    first, second = make(), make()
    model = workspace.models.get("digits")

    model.point("champion", 1).point("old", "digits:1").point("champion", second).point("next", "latest")
    second.alias("best")
    assert model.aliases == {"best": 2, "champion": 2, "next": 2, "old": 1}
    model.point("old", "champion")
    model.unalias("next")

    assert (first.aliases, second.aliases) == ((), ("champion", "best", "old"))
    assert [(move.alias, move.before, move.version) for move in model.history] == [
        ("champion", 0, 1),
        ("old", 0, 1),
        ("champion", 1, 2),
        ("next", 0, 2),
        ("best", 0, 2),
        ("old", 1, 2),
        ("next", 2, 0),
    ]
    assert "@" in model.history[0].who
    assert workspace.index.models.get("digits").aliases == model.aliases


@pytest.mark.parametrize(
    ("alias", "version", "error", "sentence"),
    [
        ("latest", 1, InvalidName, "'latest' is no alias: it always means the highest version; try 'current'."),
        ("7", 1, InvalidName, "'7' is no alias: numbers are versions; try 'v7'."),
        ("best one", 1, InvalidName, "try 'best-one'"),
        ("champion", 7, NotFound, "The model digits has no version 7; the nearest is digits:1."),
        ("champion", 0, NotFound, "The model digits has no version 0"),
        ("champion", -1, NotFound, "The model digits has no version -1"),
        ("champion", "next", NotFound, "The model digits has no alias 'next'"),
        ("champion", "faces:1", InvalidInput, "faces:1 is no version of digits"),
    ],
)
def test_an_alias_that_makes_no_sense_is_refused(workspace, make, alias, version, error, sentence):
    make("digits")
    make("faces")

    with pytest.raises(error, match=sentence.replace(".", r"\.")):
        workspace.models.point("digits", alias, version)
    assert workspace.models.get("digits").aliases == {}


# Notes


def test_notes_and_tags_change_and_the_version_does_not(workspace, make):
    version = make(metrics={"accuracy": 0.5})
    model = workspace.models.get("digits")

    version.note, version.tags = "good", ["a", "b", "a"]
    model.note, model.tags = "for the shop", "shop"

    again = workspace.models.version("digits")
    assert (again.note, again.tags, again.metrics) == ("good", ("a", "b"), {"accuracy": 0.5})
    assert [found.name for found in workspace.models.list("tag = shop")] == ["digits"]
    assert workspace.models.list().rows[0].recent[0].note == "good"
    version.verify()
    workspace.models.archive("digits")
    assert workspace.models.list() == []
    assert [found.name for found in workspace.models.list(archived=True)] == ["digits"]


# Checks


def test_a_changed_byte_is_found_before_anything_is_loaded_or_exported(workspace, make, tmp_path):
    version = make()
    weights = version.path / "model" / "model.pkl"
    weights.chmod(0o600)
    weights.write_bytes(b"Weights")

    for ask in (version.verify, version.load, lambda: version.export(tmp_path / "there")):
        with pytest.raises(Broken, match=r"digits:1 is not what was registered: model/model\.pkl has changed\."):
            ask()
    assert not (tmp_path / "there").exists()


def test_a_broken_version_is_listed_and_others_stay_usable(workspace, make):
    make()
    broken = make()
    (broken.path / "version.json").unlink()

    rows = workspace.models.snapshot("digits").versions
    assert rows[0].broken == "digits:2 cannot be used: its version.json is missing."
    assert (rows[1].broken, workspace.models.version("digits:1").spec.version) == ("", 1)
    assert workspace.models.delete("digits:2") > 0


# Deleting


def test_what_an_endpoint_names_is_not_deleted(workspace, make):
    make()
    make()
    make()
    serve(workspace.home, "shop", "digits", 1)
    serve(workspace.home, "old-shop", "digits", 2, is_stable=False)

    for which, sentence in (
        ("digits:1", "digits:1 cannot be deleted: the endpoint shop serves it as r1; deploy another version there"),
        ("digits:2", "digits:2 cannot be deleted: the endpoint old-shop keeps it as r1 for a roll back"),
        ("digits", "cannot be deleted: the endpoint"),
    ):
        with pytest.raises(Conflict, match=sentence):
            workspace.models.delete(which)
    assert workspace.models.version("digits:3").delete() > 0
    assert [version.number for version in workspace.models.get("digits").versions] == [2, 1]


def test_a_revision_that_is_written_but_not_started_keeps_its_version(workspace, make):
    make()
    make()
    serve(workspace.home, "shop", "digits", 1)
    coming = workspace.home.endpoints / "shop" / "revisions" / "2"
    coming.mkdir()
    spec = RevisionSpec("shop", 2, 1e6, "digits", 2, "sklearn", "")
    (coming / "spec.json").write_bytes(wire.encode_pretty(spec))

    with pytest.raises(Conflict, match="shop keeps it as r2"):
        workspace.models.delete("digits:2")


def test_a_deleted_model_is_gone_and_its_name_free(workspace, make):
    version = make("digits", "champion")
    model = workspace.models.get("digits")

    assert model.delete() > 0
    assert (workspace.models.list(), workspace.index.models.get("digits")) == ([], None)
    for ask in (model.delete, version.delete, lambda: version.path, lambda: version.row, version.snapshot):
        with pytest.raises(NotFound, match="digits"):
            ask()
    assert make("digits").number == 1


# What is shown


def test_a_snapshot_has_what_a_card_shows(workspace, make):
    make("digits", "champion", metrics={"accuracy": 0.9})
    make(metrics={"accuracy": 0.8})
    make(metrics={"accuracy": 0.95}, notes=["scikit-learn 1.9.1 loads it"])
    serve(workspace.home, "shop", "digits", 3)
    version = workspace.models.version("digits:3")
    version.variable = "mine"

    snapshot = version.snapshot()

    assert (snapshot.champion.version, snapshot.variable, snapshot.home) == (1, "mine", workspace.home.id)
    assert [(use.endpoint, use.revision, use.role) for use in snapshot.row.uses] == [("shop", 1, "stable")]
    assert snapshot.model.name == "digits"
    assert snapshot.example == [{"x": 1.0}]
    assert {file.path for file in snapshot.files} == {
        "model/MLmodel",
        "model/model.pkl",
        "example.json",
        "version.json",
    }
    assert workspace.models.version("digits:1").snapshot().champion is None
    assert workspace.models.version("digits:2").snapshot().champion.version == 1
    workspace.models.unalias("digits", "champion")
    assert workspace.models.version("digits:3").snapshot().champion.version == 2


def test_models_are_told_apart_by_name_and_versions_by_number(workspace, make):
    first, second = make(), make()

    assert len({first, second, workspace.models.version("digits:1")}) == 2
    assert workspace.models.get("digits") == workspace.models.get("digits")
    assert workspace.models.get("digits") != make("faces")
