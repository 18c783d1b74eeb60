"""A model's folder and its row: what lists say of it, from the folder alone."""

from __future__ import annotations

import os
import time

import pytest

from jupyter_mlops.domain.errors import Broken, NotFound
from jupyter_mlops.domain.runs import RunNotes
from jupyter_mlops.domain.where import Where, parse_where
from jupyter_mlops.platforms.local.registry import LocalRegistry
from jupyter_mlops.store.index import Index
from jupyter_mlops.store.models import LISTED, ModelFolder
from tests.published import publish_version


def folder(home, name="digits"):
    return ModelFolder(home.models / name)


def test_a_row_says_what_is_there_and_shows_what_the_champion_reached(home):
    publish_version(home, alias="champion", metrics={"accuracy": 0.9})
    publish_version(home, metrics={"accuracy": 0.5}, flavor="xgboost")

    row = folder(home).row()

    assert (row.id, row.versions, row.latest, row.champion, row.flavor) == ("digits", 2, 2, 1, "sklearn")
    assert (row.metrics, row.aliases) == ({"accuracy": 0.9}, {"champion": 1})
    assert [(one.version, one.aliases, one.metrics) for one in row.recent] == [
        (2, [], {"accuracy": 0.5}),
        (1, ["champion"], {"accuracy": 0.9}),
    ]
    assert row.size == sum(one.size for one in row.recent)


def test_without_a_champion_the_latest_version_is_shown(home):
    publish_version(home, metrics={"accuracy": 0.9})
    publish_version(home, metrics={"accuracy": 0.5})

    assert folder(home).row().metrics == {"accuracy": 0.5}


def test_a_row_shows_the_latest_versions_and_knows_a_champion_that_is_older(home):
    publish_version(home, alias="champion", metrics={"accuracy": 0.9})
    for _ in range(LISTED + 2):
        publish_version(home, metrics={})

    row = folder(home).row()

    assert (row.versions, len(row.recent), row.recent[0].version) == (LISTED + 3, LISTED, LISTED + 3)
    assert row.metrics == {"accuracy": 0.9}
    assert len(folder(home).version_rows()) == LISTED + 3


def test_several_aliases_of_a_version_stand_with_the_champion_first(home):
    spec = publish_version(home, alias="best")
    LocalRegistry(home).point("digits", "champion", spec.version, "ada")
    LocalRegistry(home).point("digits", "a", spec.version, "ada")

    assert folder(home).row().recent[0].aliases == ["champion", "a", "best"]


def test_what_is_read_once_is_read_again_when_it_has_changed(home):
    publish_version(home)
    held = folder(home)
    assert (held.row().versions, held.version(1).metrics) == (1, {"accuracy": 0.9})

    publish_version(home)
    held.write_version_notes(1, RunNotes(note="good"))
    assert (held.row().versions, held.row().recent[1].note) == (2, "good")
    LocalRegistry(home).forget("digits")
    with pytest.raises(NotFound, match="There is no model 'digits'"):
        held.version(1)
    publish_version(home, metrics={"accuracy": 0.1})
    assert held.version(1).metrics == {"accuracy": 0.1}


@pytest.mark.parametrize("name", ["profile.json", "example.json", "checksums.json"])
def test_a_damaged_file_beside_the_model_is_said_in_one_sentence(home, name):
    publish_version(home, content={"model/model.pkl": b"weights", "profile.json": b"{}", "example.json": b"[]"})
    held = folder(home)
    path = held.version_path(1) / name
    path.unlink()
    path.write_bytes(b"\xff{")

    read = {"profile.json": held.profile, "example.json": held.example, "checksums.json": held.files}[name]
    with pytest.raises(Broken, match=f"digits:1 .*{name}"):
        read(1)


def test_damaged_notes_of_a_version_do_not_hide_it(home):
    publish_version(home)
    (folder(home).version_path(1) / "notes.json").write_bytes(b"{")

    row = folder(home).row().recent[0]
    assert row.metrics == {"accuracy": 0.9}
    assert row.broken == "digits:1 has damaged notes: mend or delete its notes.json."


def test_a_model_whose_spec_is_damaged_is_listed_and_says_so(home):
    publish_version(home)
    path = home.models / "digits" / "model.json"
    path.write_bytes(b"{")

    with Index(home) as index:
        row = index.models.refresh("digits")
    assert row is not None
    assert (row.id, row.name) == ("digits", "digits")
    assert row.broken.startswith("The model digits cannot be read: its model.json is damaged")


def test_the_index_lists_models_by_what_they_reached_and_tells_of_changes(home):
    with Index(home) as index:
        generation, seq = index.position()
        publish_version(home, "digits", alias="champion")
        publish_version(home, "faces", metrics={"accuracy": 0.3}, flavor="xgboost")

        def found(text):
            return [row.id for row in index.models.list(Where(conditions=parse_where(text, time.time())))]

        assert index.changes(generation, seq).changed == [("models", "digits"), ("models", "faces")]
        assert found("accuracy > 0.5") == found("@champion = 1") == found("flavor = sklearn") == ["digits"]
        assert index.models.names() == ["faces", "digits"]
        assert index.models.unfinished() == []
        assert index.rebuild() == 2
        assert {row.id for row in index.models.list()} == {"digits", "faces"}


def test_a_version_whose_registrar_was_killed_is_in_the_index_at_the_next_look(home):
    publish_version(home)
    with Index(home) as index:
        later = time.time() + 5
        LocalRegistry(home, lambda: later).point("digits", "champion", 1, "ada")
        os.utime(home.models / "digits" / "events.jsonl", (later, later))
        row = index.models.get("digits")
        assert row is not None
        # Nobody has told the index of it.
        assert row.champion == 0

        assert index.reconcile() == ["digits"]
        row = index.models.get("digits")
        assert row is not None
        assert row.champion == 1
        assert index.reconcile() == []
