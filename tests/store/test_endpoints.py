"""The folder of an endpoint: read from outside, and written by one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from jupyter_mlops import wire
from jupyter_mlops.domain.endpoints import EndpointSpec, Gates, Order, RevisionSpec
from jupyter_mlops.domain.errors import Broken, Conflict, NotFound
from jupyter_mlops.domain.rollouts import Seen
from jupyter_mlops.domain.runs import Answered, RunNotes, State
from jupyter_mlops.store import deletion
from jupyter_mlops.store.endpointkeeping import KEPT, EndpointKeeper
from jupyter_mlops.store.endpoints import EndpointFolder, make_sockets, next_revision, sockets_of, write_revision
from jupyter_mlops.store.home import Home, publish_folder
from jupyter_mlops.store.index import Index


def revision(number: int, version: int = 0) -> RevisionSpec:
    return RevisionSpec("digits", number, 1.0, "digits", version or number, "python", "/models/digits/versions/1")


@pytest.fixture
def folder(home: Home) -> EndpointFolder:
    """A published endpoint with one revision that nobody has started yet."""
    draft = home.draft()
    (draft / "spec.json").write_bytes(wire.encode_pretty(EndpointSpec("digits", "digits", 1_000_000.0)))
    write_revision(draft, revision(1))
    publish_folder(draft, home.endpoints / "digits")
    return EndpointFolder(home.endpoints / "digits")


@pytest.fixture
def keeper(home: Home, folder: EndpointFolder) -> Iterator[EndpointKeeper]:
    """Its writer, whose clock goes on by a second with each look."""
    ticks = count(10)
    keeper = EndpointKeeper(home, folder.path, clock=lambda: float(next(ticks)))
    yield keeper
    keeper.close()


def serve(keeper: EndpointKeeper, number: int = 1) -> None:
    """Record all that makes a revision the stable one."""
    keeper.added(number)
    keeper.replica_started(number, 0, os.getpid())
    keeper.replica_ready(number, 0, os.getpid(), 0.5)
    keeper.became(number, "ready")
    keeper.moved(number)
    keeper.replica_ended(number, 0, os.getpid())
    keeper.became(number, "idle")


def test_what_the_writer_records_is_what_a_reader_sees(keeper: EndpointKeeper, folder: EndpointFolder) -> None:
    keeper.launched()
    keeper.begin()
    serve(keeper)
    keeper.stands(State.RUNNING)
    assert folder.status() == keeper.status
    assert folder.status().revisions[0].spec == revision(1)


def test_the_index_has_the_row_with_what_was_seen(home: Home, keeper: EndpointKeeper, folder: EndpointFolder) -> None:
    keeper.begin()
    serve(keeper)
    keeper.stands(State.RUNNING)
    keeper.write_seen(Seen(rate=2.5, recent=[1.0, 2.0]))
    with Index(home) as index:
        row = index.endpoints.get("digits")
        assert row is not None
        assert (row.state, row.stable, row.rate, row.recent) == (State.RUNNING, 1, 2.5, [1.0, 2.0])
        assert row == folder.row()
        index.rebuild()
        assert index.endpoints.get("digits") == row


def test_a_change_of_an_endpoint_is_heard_of_by_its_name(home: Home, keeper: EndpointKeeper) -> None:
    with Index(home) as index:
        generation, seq = index.position()
        keeper.begin()
        keeper.publish_row()
        assert index.changes(generation, seq).changed == [("endpoints", "digits")]


def test_an_order_reaches_the_keeper_and_its_refusal_the_asker(keeper: EndpointKeeper, folder: EndpointFolder) -> None:
    request = folder.request("deploy", "me", order=Order(revision=2, percent=10, gates=Gates(promote="p95 < 20 ms")))
    (read,) = keeper.requests()
    assert (read.verb, read.order) == ("deploy", Order(revision=2, percent=10, gates=Gates(promote="p95 < 20 ms")))
    keeper.refuse(read, "No.")
    answer = folder.events()[-1]
    assert isinstance(answer, Answered)
    assert (answer.request, answer.text, answer.refused) == (request, "No.", True)
    assert folder.unanswered() == []
    assert list((folder.path / "requests").iterdir()) == []


def test_the_end_answers_what_is_asked_but_that_it_should_start(keeper: EndpointKeeper, folder: EndpointFolder) -> None:
    keeper.begin()
    for verb in ("scale", "stop", "start"):
        folder.request(verb, "me")
    keeper.finish(State.STOPPED, "Stopped by me.")
    answers = {event.verb: event for event in folder.events() if isinstance(event, Answered)}
    assert (answers["scale"].refused, answers["stop"].refused) == (True, False)
    assert [request.verb for request in folder.unanswered()] == ["start"]
    assert (folder.status().state, folder.status().stopping) == (State.STOPPED, "me")


def test_no_illegal_state_and_no_number_twice_is_written(keeper: EndpointKeeper, folder: EndpointFolder) -> None:
    keeper.begin()
    serve(keeper)
    before = folder.events()
    with pytest.raises(ValueError, match="cannot go"):
        keeper.stands(State.SUCCEEDED)
    with pytest.raises(ValueError, match="cannot add"):
        keeper.added(1)
    with pytest.raises(LookupError):
        keeper.moved(7)
    assert folder.events() == before


def test_only_the_latest_kept_revisions_stay(keeper: EndpointKeeper, folder: EndpointFolder) -> None:
    keeper.begin()
    for number in range(1, KEPT + 4):
        if number > 1:
            write_revision(folder.path, revision(number))
        serve(keeper, number)
        keeper.forget()
    numbers = [fact.spec.revision for fact in folder.status().revisions]
    assert numbers == list(range(3, KEPT + 4))
    assert sorted(int(path.name) for path in (folder.path / "revisions").iterdir()) == numbers
    assert folder.status().before == numbers[:-1]


def test_numbers_of_revisions_are_never_given_twice(keeper: EndpointKeeper, folder: EndpointFolder) -> None:
    write_revision(folder.path, revision(2))
    with pytest.raises(FileExistsError):
        write_revision(folder.path, revision(2))
    assert next_revision(folder) == 3
    keeper.begin()
    serve(keeper, 1)
    serve(keeper, 2)
    keeper.removed(1)
    shutil.rmtree(folder.path / "revisions" / "2")
    assert next_revision(folder) == 3


def test_a_revision_that_is_not_there_or_damaged_is_told(folder: EndpointFolder) -> None:
    with pytest.raises(NotFound, match="no revision r9"):
        folder.revision(9)
    (folder.revision_path(1) / "spec.json").write_text("{")
    with pytest.raises(Broken, match="r1 of digits cannot be read"):
        folder.revision(1)


def test_a_damaged_endpoint_is_shown_with_its_reason(home: Home, folder: EndpointFolder) -> None:
    (folder.path / "events.jsonl").write_text('{"type": "traffic", "time": 1, "stable": "x"}\n')
    row = folder.row()
    assert (row.state, row.up) == (State.FAILED, False)
    assert "event 1 in its events.jsonl is damaged" in row.broken


def test_what_people_write_is_in_the_row(folder: EndpointFolder) -> None:
    folder.write_notes(RunNotes(note="for the demo", tags=["demo"]))
    assert (folder.row().note, folder.row().tags) == ("for the demo", ["demo"])


def test_only_what_has_ended_is_deleted(home: Home, keeper: EndpointKeeper, folder: EndpointFolder) -> None:
    keeper.begin()
    with pytest.raises(Conflict, match="has not finished"):
        deletion.delete(home, folder)
    keeper.finish(State.STOPPED)
    assert deletion.delete(home, folder) > 0
    assert not folder.path.exists()


def test_sockets_are_in_a_short_private_folder(folder: EndpointFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    path = make_sockets(folder.path)
    try:
        assert path == sockets_of(folder.path)
        assert len(os.fsencode(path / "r9999-999.sock")) < 108
        assert [os.stat(each).st_mode & 0o777 for each in (path, path.parent)] == [0o700, 0o700]
    finally:
        shutil.rmtree(path)


def test_whoever_has_another_run_time_folder_finds_the_same_sockets(
    folder: EndpointFolder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    runtime = Path("/tmp") / f"mlops-run-{os.getpid()}"
    runtime.mkdir(mode=0o700)
    try:
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
        path = make_sockets(folder.path)
        assert path.is_relative_to(runtime)
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
        assert sockets_of(folder.path) == path
        assert make_sockets(folder.path) == path
    finally:
        shutil.rmtree(runtime)


def test_a_folder_that_others_may_enter_is_not_used(folder: EndpointFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = Path("/tmp") / f"mlops-tmp-{os.getpid()}"
    (temporary / f"jupyter-mlops-{os.getuid()}").mkdir(parents=True)
    os.chmod(temporary / f"jupyter-mlops-{os.getuid()}", 0o777)
    try:
        monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
        monkeypatch.setenv("TMPDIR", str(temporary))
        path = make_sockets(folder.path)
        assert not path.is_relative_to(temporary / f"jupyter-mlops-{os.getuid()}")
        assert path.stat().st_mode & 0o777 == 0o700
        assert make_sockets(folder.path) == sockets_of(folder.path) == path
        shutil.rmtree(path)
    finally:
        shutil.rmtree(temporary)
