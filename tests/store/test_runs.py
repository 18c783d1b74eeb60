from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_mlops import wire
from jupyter_mlops.domain.errors import Broken, Conflict, NotFound, Unsupported
from jupyter_mlops.domain.runs import (
    Answered,
    CellEnded,
    CellError,
    CellFailed,
    Event,
    Launched,
    Made,
    Noted,
    RankExited,
    RankStarted,
    RunNotes,
    RunSpec,
    RunStatus,
    State,
    StateChanged,
    fold,
    row_of,
)
from jupyter_mlops.store import locks
from jupyter_mlops.store.blobs import Blobs
from jupyter_mlops.store.files import complete_lines, repair_tail
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.ingest import LogIngest
from jupyter_mlops.store.records import RunDatabase
from jupyter_mlops.store.runs import RunFolder, delete

from .conftest import MakeRun, write_events

SPEC = RunSpec(
    id="digits-20261124-063012-7f3k",
    name="digits",
    code_hash="c0de",
    created=1_764_000_000.0,
    python="python",
    cwd="/",
    workers=2,
    params={"lr": 0.1, "opt": "adäm"},
)
EVENTS: list[Event] = [
    Launched(time=1, pid=7),
    StateChanged(time=1, state=State.QUEUED, why="2 runs are before it"),
    StateChanged(time=2, state=State.STARTING),
    RankStarted(time=2, rank=0, attempt=1, pid=8),
    RankStarted(time=2, rank=1, attempt=1, pid=9),
    StateChanged(time=3, state=State.RUNNING),
    Noted(time=3, text="Ein Wörtchen."),
    CellFailed(time=4, rank=1, attempt=1, error=CellError(type="ValueError", message="é", line=3)),
    RankExited(time=4, rank=1, attempt=1, code=1),
    RankExited(time=4, rank=0, attempt=1, signal=15),
    StateChanged(time=4, state=State.STARTING, attempt=2),
    CellEnded(time=5, attempt=2, made=[Made(name="model", type="Net")]),
    StateChanged(time=6, state=State.SUCCEEDED, attempt=2),
]
NOTES = RunNotes(note="gut", tags=["beste"])
FILES = {
    "spec.json": wire.encode_pretty(SPEC),
    "events.jsonl": b"".join(map(wire.encode_line, EVENTS)),
    "notes.json": wire.encode_pretty(NOTES),
    "keeper.lock": b'{"pid":7,"started":123,"boot":"b","machine":"m","host":"h"}',
    "requests/1.json": b'{"verb":"stop","who":"me","time":1.5}\n',
}
many = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def write_run(path: Path, **changed: bytes) -> RunFolder:
    folder = path / SPEC.id
    (folder / "requests").mkdir(parents=True, exist_ok=True)
    for name, data in (FILES | changed).items():
        (folder / name).write_bytes(data)
    return RunFolder(folder)


def read_all(folder: RunFolder) -> None:
    for read in (folder.spec, folder.events, folder.status, folder.notes, folder.unanswered):
        try:
            read()
        except Broken as error:
            assert str(error).startswith("The run digits-20261124-063012-7f3k ")
    folder.keeper()
    folder.requests()
    assert not folder.is_kept()


def status_of(events: bytes) -> RunStatus:
    return fold(SPEC, [wire.decode(line, Event) for line in complete_lines(events)])  # type: ignore[arg-type]


def is_broken_or_true(folder: RunFolder, events: bytes = FILES["events.jsonl"]) -> bool:
    row = folder.row()
    if row.broken:
        return row.id == SPEC.id and row.name == "digits" and row.created == pytest.approx(SPEC.created, abs=4e7)
    return row == row_of(SPEC, status_of(events), {}, None, NOTES)


def test_a_whole_folder_gives_the_row_its_files_tell(tmp_path):
    row = write_run(tmp_path).row()
    assert (row.state, row.attempt, row.tags, row.params) == ("succeeded", 2, ["beste"], SPEC.params)
    assert not row.broken


@many
@given(name=st.sampled_from(sorted(FILES)), part=st.floats(0, 1))
def test_any_prefix_of_any_file_is_survived(tmp_path, name, part):
    data = FILES[name][: round(len(FILES[name]) * part)]
    folder = write_run(tmp_path, **{name: data})
    read_all(folder)
    if name == "events.jsonl":
        assert not folder.row().broken
        assert is_broken_or_true(folder, data)
    elif name == "notes.json" and not data:
        assert folder.row().note == ""
    else:
        assert is_broken_or_true(folder)


@many
@given(name=st.sampled_from(sorted(FILES)), part=st.floats(0, 1), nuls=st.integers(1, 5000))
def test_a_tail_of_nuls_is_survived(tmp_path, name, part, nuls):
    data = FILES[name][: round(len(FILES[name]) * part)]
    folder = write_run(tmp_path, **{name: data + b"\0" * nuls})
    read_all(folder)
    if name == "events.jsonl":
        assert is_broken_or_true(folder, data)
    elif data.rstrip(b"\0"):
        assert is_broken_or_true(folder)


@many
@given(name=st.sampled_from(sorted(FILES)), junk=st.binary(min_size=1, max_size=300))
def test_random_bytes_behind_any_file_are_survived(tmp_path, name, junk):
    folder = write_run(tmp_path, **{name: FILES[name] + junk})
    read_all(folder)
    assert is_broken_or_true(folder)


@many
@given(name=st.sampled_from(sorted(FILES)), at=st.floats(0, 1), junk=st.binary(min_size=1, max_size=40))
def test_random_bytes_in_the_middle_of_any_file_never_raise_anything_but_broken(tmp_path, name, at, junk):
    cut = round(len(FILES[name]) * at)
    folder = write_run(tmp_path, **{name: FILES[name][:cut] + junk + FILES[name][cut + len(junk) :]})
    read_all(folder)
    assert folder.row().id == SPEC.id


@many
@given(cuts=st.lists(st.integers(0, len(FILES["events.jsonl"])), max_size=8))
def test_events_read_piece_by_piece_are_the_events_read_at_once(tmp_path, cuts):
    whole = FILES["events.jsonl"]
    folder = write_run(tmp_path, **{"events.jsonl": b""})
    written = 0
    for cut in [*sorted(cuts), len(whole)]:
        with open(folder.path / "events.jsonl", "ab") as file:
            file.write(whole[written:cut])
        written = cut
        assert folder.status() == status_of(whole[:cut])
    assert folder.events() == EVENTS


def test_a_reader_follows_when_the_keeper_cuts_a_torn_tail_and_goes_on(tmp_path):
    torn = wire.encode_line(EVENTS[0]) + b'{"type":"sta\0\0\0'
    folder = write_run(tmp_path, **{"events.jsonl": torn})
    assert folder.events() == EVENTS[:1]
    repair_tail(folder.path / "events.jsonl")
    write_events(folder.path, *EVENTS[1:])
    assert folder.events() == EVENTS


def test_a_status_that_was_handed_out_stays_as_it_was(tmp_path):
    folder = write_run(tmp_path, **{"events.jsonl": b"".join(map(wire.encode_line, EVENTS[:6]))})
    before = folder.status()
    write_events(folder.path, *EVENTS[6:])
    assert folder.status().state is State.SUCCEEDED
    assert before == fold(SPEC, EVENTS[:6])


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("spec.json", b"", "spec.json is damaged"),
        ("spec.json", b"[]", "spec.json is damaged"),
        ("spec.json", b'{"id": "\xff"}', "spec.json is damaged"),
        ("events.jsonl", wire.encode_line(EVENTS[0]) + b"garbage\n" + wire.encode_line(EVENTS[1]), "event 2 "),
        ("events.jsonl", wire.encode_line(RankStarted(time=1, rank=9, attempt=1, pid=1)), "event 1 "),
        ("notes.json", b"{", "damaged notes"),
    ],
)
def test_a_broken_row_says_what_is_broken(tmp_path, name, data, reason):
    row = write_run(tmp_path, **{name: data}).row()
    assert reason in row.broken
    assert (row.id, row.name) == (SPEC.id, "digits")


def test_a_run_without_spec_is_broken(tmp_path):
    folder = write_run(tmp_path)
    (folder.path / "spec.json").unlink()
    assert folder.row().broken == f"The run {SPEC.id} cannot be read: its spec.json is missing."
    assert folder.row().state is State.FAILED


def test_broken_notes_leave_the_state_true(tmp_path):
    row = write_run(tmp_path, **{"notes.json": b"{"}).row()
    assert (row.state, row.why) == ("succeeded", "")


def test_a_folder_that_is_gone_is_not_found(tmp_path):
    with pytest.raises(NotFound):
        RunFolder(tmp_path / SPEC.id).row()


def test_a_folder_under_another_name_is_broken(tmp_path):
    folder = write_run(tmp_path)
    copy = folder.path.rename(tmp_path / "digits copy")
    row = RunFolder(copy).row()
    assert (row.id, row.name) == ("digits copy", "digits copy")
    assert "holds the run 'digits-20261124-063012-7f3k'" in row.broken


def test_a_folder_whose_name_is_no_text_can_still_be_shown(tmp_path):
    path = tmp_path / os.fsdecode(b"run-\xff")
    path.mkdir()
    assert wire.encode(RunFolder(path).row())


@pytest.mark.parametrize("spec", [b'{"format": 2}', wire.encode(SPEC).replace(b'"workers":2', b'"format":2')])
def test_a_newer_folder_is_refused_in_one_sentence_and_shown_as_broken(tmp_path, spec):
    folder = write_run(tmp_path, **{"spec.json": spec})
    with pytest.raises(Unsupported, match=r"has format 2, which a newer version of jupyter-mlops wrote; update"):
        folder.spec()
    assert "update jupyter-mlops" in folder.row().broken


def test_notes_are_what_was_written_last(tmp_path):
    folder = write_run(tmp_path)
    folder.write_notes(RunNotes(note="one"))
    RunFolder(folder.path).write_notes(RunNotes(note="two", archived=True))
    assert folder.notes() == RunNotes(note="two", archived=True)


def test_requests_come_in_the_order_they_were_made_until_they_are_answered(make_run: MakeRun):
    folder = make_run()
    first, second = folder.request("stop", "me"), folder.request("stop", "you")
    (folder.path / "requests" / "zzz.json").write_bytes(b"garbage")
    (folder.path / "requests" / "000.json.77.tmp").write_bytes(b"{}")
    assert [(request.id, request.who) for request in folder.requests()] == [(first, "me"), (second, "you")]
    write_events(folder.path, Answered(time=1, request=first, verb="stop"))
    assert [request.id for request in folder.unanswered()] == [second]


def test_a_request_to_a_run_that_is_gone_is_not_found(tmp_path):
    with pytest.raises(NotFound):
        RunFolder(tmp_path / "gone").request("stop", "me")


def test_the_keeper_is_who_wrote_the_lock(tmp_path):
    folder = write_run(tmp_path)
    keeper = folder.keeper()
    assert keeper is not None
    assert (keeper.pid, keeper.boot, keeper.host) == (7, "b", "h")
    assert keeper.seen == os.stat(folder.path / "keeper.lock").st_mtime
    with locks.try_lock(folder.path / "keeper.lock") or pytest.fail():
        assert folder.is_kept()
    assert not folder.is_kept()


def test_attempts_and_logs_are_found(tmp_path):
    folder = write_run(tmp_path)
    for attempt in (10, 2):
        folder.log_path(0, attempt).parent.mkdir(parents=True)
    assert folder.attempts() == [2, 10]


def test_an_unfinished_run_cannot_be_deleted(home: Home, make_run: MakeRun):
    folder = make_run(state=State.RUNNING)
    with pytest.raises(Conflict, match="has not finished"):
        delete(home, folder)
    assert folder.row().state is State.RUNNING


def test_a_run_that_is_kept_cannot_be_deleted(home: Home, make_run: MakeRun):
    folder = make_run(state=State.FAILED)
    with locks.try_lock(folder.path / "keeper.lock") or pytest.fail(), pytest.raises(Conflict, match="being kept"):
        delete(home, folder)
    assert not folder.row().broken


def test_a_broken_run_can_be_deleted(home: Home, make_run: MakeRun):
    folder = make_run()
    (folder.path / "spec.json").write_bytes(b"")
    delete(home, folder)
    assert not folder.path.exists()
    with pytest.raises(NotFound):
        delete(home, folder)


def test_deleting_says_what_it_frees_and_leaves_what_others_share(home: Home, make_run: MakeRun):
    blobs = Blobs(home.blobs)
    one, other = make_run(number=1, state=State.SUCCEEDED), make_run(number=2, state=State.SUCCEEDED)
    own, shared = os.urandom(3_000_000), os.urandom(2_000_000)
    for run, data in ((one, own), (one, shared), (other, shared)):
        (run.path / "bundle/buffers").mkdir(parents=True, exist_ok=True)
        blobs.place(data, run.path / "bundle/buffers" / str(len(data)))
    promised = one.frees()
    assert 3_000_000 <= promised < 4_000_000
    assert delete(home, one) == promised
    assert (other.path / "bundle/buffers/2000000").read_bytes() == shared
    assert list(home.tmp.iterdir()) == []


def test_a_deletion_that_was_killed_is_finished_by_the_next_sweep(home: Home, make_run: MakeRun):
    folder = make_run(state=State.FAILED)
    (folder.path / "files").mkdir()
    for number in range(20):
        (folder.path / "files" / str(number)).write_bytes(b"x")
    code = f"""
import os, signal, sys
from pathlib import Path
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.runs import RunFolder, delete
left = 10
def die_in_the_middle(event, args):
    global left
    if event == "os.remove":
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(die_in_the_middle)
home = Home.open(Path({str(home.path)!r}))
delete(home, RunFolder(home.runs / {folder.id!r}))
"""
    assert subprocess.run([sys.executable, "-c", code]).returncode == -signal.SIGKILL
    assert not folder.path.exists()
    assert len(list(home.tmp.iterdir())) == 1
    home.sweep()
    assert list(home.tmp.iterdir()) == []


@pytest.fixture(scope="module")
def recorded(tmp_path_factory) -> bytes:
    """The bytes of a real ``run.db``."""
    folder = tmp_path_factory.mktemp("recorded")
    log = folder / "0.log"
    log.write_text("".join(f"epoch {step} loss={1 / step} accuracy={step}\n" for step in range(1, 200)))
    database = RunDatabase(folder / "run.db", writer=True)
    with contextlib.closing(LogIngest(database, log, 2, 0)) as ingest:
        while ingest.read():
            pass
    database.close()
    return (folder / "run.db").read_bytes()


def test_the_row_has_what_was_recorded_in_the_last_attempt(tmp_path, recorded):
    row = write_run(tmp_path, **{"run.db": recorded}).row()
    assert row.metrics["accuracy"].last == 199
    assert not row.broken


@many
@given(part=st.floats(0, 1), nuls=st.integers(0, 5000), junk=st.binary(max_size=300), at=st.floats(0, 1))
def test_a_run_database_that_is_damaged_anywhere_never_hides_the_run(tmp_path, recorded, part, nuls, junk, at):
    data = bytearray(recorded[: round(len(recorded) * part)] + b"\0" * nuls)
    start = round(len(data) * at)
    data[start : start + len(junk)] = junk
    row = write_run(tmp_path, **{"run.db": bytes(data)}).row()
    assert (row.id, row.state, row.tags) == (SPEC.id, "succeeded", ["beste"])
    assert wire.encode(row)
