"""The local platform keeps every promise of a registry, and what only folders have to fear leaves it whole."""

from __future__ import annotations

import hashlib
import shutil
import stat

import pytest

from jupyter_mlops.domain.errors import Broken, Unavailable, Unsupported
from jupyter_mlops.domain.runs import RunNotes
from jupyter_mlops.platforms.local.registry import LocalRegistry
from jupyter_mlops.platforms.registry import Registry
from jupyter_mlops.store import locks
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.models import ModelFolder
from jupyter_mlops.testing.registry_contract import RegistryContract, change, register


class TestLocalRegistry(RegistryContract):
    def make_registry(self, home: Home) -> LocalRegistry:
        return LocalRegistry(home)

    def damage(self, registry: Registry, model: str, version: int, path: str, data: bytes | None) -> None:
        change(registry.folder(model, version) / path, data)


def test_files_of_a_version_are_read_only_and_for_the_user_alone(home):
    path = home.models / "digits" / "versions" / str(register(home, LocalRegistry(home)))

    modes = {stat.S_IMODE(found.stat().st_mode) for found in path.rglob("*") if found.is_file()}
    assert modes == {0o400}
    assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_a_version_without_its_event_is_there_and_the_next_writer_tells_of_it(home):
    registry = LocalRegistry(home)
    register(home, registry)
    events = home.models / "digits" / "events.jsonl"
    before = events.read_bytes()
    register(home, registry)
    events.write_bytes(before)

    assert registry.versions("digits") == [1, 2]
    assert ModelFolder(home.models / "digits").row().latest == 2
    registry.point("digits", "champion", 2, "ada")
    told = ModelFolder(home.models / "digits").told()
    assert (told.versions, told.last, told.sizes[2]) == ([1, 2], 2, registry.read("digits", 2).size)


def test_a_version_that_is_gone_without_its_event_takes_its_alias_along(home):
    registry = LocalRegistry(home)
    register(home, registry)
    register(home, registry)
    registry.point("digits", "champion", 2, "ada")
    (home.models / "digits" / "versions" / "2").rename(home.tmp / "deleting-2")

    assert (registry.versions("digits"), registry.aliases("digits")) == ([1], {})
    assert ModelFolder(home.models / "digits").row().champion == 0
    assert register(home, registry) == 3
    assert [(move.before, move.version) for move in registry.history("digits")] == [(0, 2), (2, 0)]


def test_a_torn_last_event_is_not_read_and_is_cut_off_by_the_next_writer(home):
    registry = LocalRegistry(home)
    register(home, registry)
    registry.point("digits", "champion", 1, "ada")
    events = home.models / "digits" / "events.jsonl"
    with open(events, "ab") as file:
        file.write(b'{"type":"alias","time":1.0,"alias":"cha')

    assert registry.aliases("digits") == {"champion": 1}
    assert register(home, registry) == 2
    assert registry.aliases("digits") == {"champion": 1}
    assert b"\n\n" not in events.read_bytes()
    assert events.read_bytes().count(b"\n") == 3


def test_a_damaged_event_is_said_in_one_sentence_and_nothing_is_written_over_it(home):
    registry = LocalRegistry(home)
    register(home, registry)
    events = home.models / "digits" / "events.jsonl"
    events.write_bytes(b"nonsense\n" + events.read_bytes())

    with pytest.raises(Broken, match="The model digits cannot be read: event 1 in its events"):
        register(home, registry)
    assert events.read_bytes().startswith(b"nonsense\n")
    assert "event 1" in ModelFolder(home.models / "digits").row().broken


@pytest.mark.parametrize("name", ["version.json", "checksums.json"])
def test_what_is_said_of_a_version_is_checked_too(home, name):
    registry = LocalRegistry(home)
    register(home, registry, metrics={"accuracy": 0.9})
    path = home.models / "digits" / "versions" / "1" / name
    data = path.read_bytes().replace(b"0.9", b"1.0").replace(b"model.pkl", b"model.pkL")
    change(path, data)

    with pytest.raises(Broken, match=rf"digits:1 is not what was registered: ({name} has changed|.*pk[lL] is missing)"):
        registry.verify("digits", 1)


def test_a_file_that_was_changed_with_its_checksum_is_found(home):
    registry = LocalRegistry(home)
    register(home, registry)
    path = home.models / "digits" / "versions" / "1"
    told = {file.path: file for file in registry.files("digits", 1)}["model/MLmodel"]
    data = b"flavors: []\n"
    change(path / told.path, data)
    checksums = (path / "checksums.json").read_bytes()
    digest = hashlib.sha256(data).hexdigest().encode()
    change(path / "checksums.json", checksums.replace(told.digest.encode(), digest))

    with pytest.raises(Broken, match=r"digits:1 is not what was registered: checksums\.json has changed"):
        registry.verify("digits", 1)


def test_notes_may_change_without_the_version_being_another_one(home):
    registry = LocalRegistry(home)
    register(home, registry)
    folder = ModelFolder(home.models / "digits")
    folder.write_version_notes(1, RunNotes(note="good"))
    # What a writer that was killed leaves.
    (folder.version_path(1) / "notes.json.77.beef.tmp").write_bytes(b"{")

    registry.verify("digits", 1)
    assert folder.row().recent[0].note == "good"


def test_a_model_that_is_being_written_makes_others_wait(home, monkeypatch):
    registry = LocalRegistry(home)
    register(home, registry)
    monkeypatch.setattr("jupyter_mlops.store.modelkeeping.PATIENCE_SECONDS", 0.05)
    lock = locks.try_lock(home.models / "digits" / "model.lock")
    assert lock is not None
    with lock:
        with pytest.raises(Unavailable, match="The model digits is being written by another process"):
            registry.point("digits", "champion", 1, "ada")
        assert registry.versions("digits") == [1]
    registry.point("digits", "champion", 1, "ada")


def test_a_folder_of_another_version_is_refused(home):
    registry = LocalRegistry(home)
    register(home, registry)
    versions = home.models / "digits" / "versions"
    shutil.copytree(versions / "1", versions / "4")

    with pytest.raises(Broken, match="The folder of digits:4 holds digits:1"):
        registry.read("digits", 4)
    assert registry.read("digits", 1).version == 1
    assert "holds digits:1" in ModelFolder(home.models / "digits").row().recent[0].broken


def test_a_version_of_a_newer_format_is_refused(home):
    registry = LocalRegistry(home)
    register(home, registry)
    path = home.models / "digits" / "versions" / "1" / "version.json"
    change(path, path.read_bytes().replace(b'"model": "digits"', b'"format": 99, "model": "digits"'))

    with pytest.raises(Unsupported, match="digits:1 has format 99, which a newer version"):
        registry.read("digits", 1)
