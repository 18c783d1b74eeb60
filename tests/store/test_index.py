from __future__ import annotations

import math
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_mlops import wire
from jupyter_mlops.domain.errors import InvalidOption, Unavailable, Unsupported
from jupyter_mlops.domain.runs import (
    MetricSummary,
    Noted,
    RankExited,
    RankStarted,
    RunNotes,
    RunRow,
    RunSpec,
    State,
    StateChanged,
)
from jupyter_mlops.domain.where import Condition, Where, parse_where
from jupyter_mlops.store.feed import Feed
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.index import Index
from jupyter_mlops.store.runs import RunFolder, delete

from .conftest import MakeRun, write_events


def metric(last: float) -> MetricSummary:
    return MetricSummary(last=last, step=1.0, min=last, min_step=1.0, max=last, max_step=1.0, count=1)


def ids(rows: list[RunRow]) -> list[str]:
    return [row.id for row in rows]


def texts(rows: list[RunRow]) -> list[str]:
    return [repr(row) for row in rows]


def test_a_row_comes_back_as_it_was_put(index: Index):
    row = RunRow(
        id="a", name="digits", params={"lr": 1e-4, "deep": True, "opt": None, "text": "é\n"}, created=5.25,
        metrics={"loss": metric(math.nan), "val/acc": metric(math.inf)}, tags=["best"], state=State.RUNNING,
    )  # fmt: skip
    index.put(row)
    assert repr(index.get("a")) == repr(row)
    assert index.get("b") is None


def test_a_row_is_what_its_folder_says(index: Index, make_run: MakeRun):
    folder = make_run(state=State.RUNNING)
    assert index.refresh(folder.id) == folder.row() == index.get(folder.id)
    write_events(folder.path, StateChanged(time=9, state=State.FAILED, why="rank 0 ended with exit code 1"))
    assert index.refresh(folder) == folder.row()
    found = index.get(folder.id)
    assert found is not None
    assert (found.state, found.why) == ("failed", "rank 0 ended with exit code 1")


def test_a_run_whose_folder_is_gone_leaves_the_index(home: Home, index: Index, make_run: MakeRun):
    folder = make_run(state=State.FAILED)
    index.refresh(folder)
    delete(home, folder)
    assert index.refresh(folder.id) is None
    assert index.list() == []


def test_the_latest_of_a_name_is_meant_and_trials_are_not(index: Index, make_run: MakeRun):
    for number in (2, 7, 5):
        index.refresh(make_run(number=number))
    index.refresh(make_run(number=9, sweep="s", trial=3))
    index.refresh(make_run("other", 1))
    latest = index.latest("digits")
    assert latest is not None
    assert latest.created == 1_000_007
    assert index.latest("none") is None
    assert index.names() == ["digits", "other"]


def test_unfinished_runs_are_listed_oldest_first(index: Index, make_run: MakeRun):
    made = {state: make_run(number=9 - at, state=state) for at, state in enumerate(State)}
    for folder in made.values():
        index.refresh(folder)
    assert index.unfinished() == [made[state].id for state in (State.RUNNING, State.STARTING, State.QUEUED)]


def test_lists_are_narrowed_sorted_and_paged(index: Index, make_run: MakeRun):
    runs = [
        make_run("digits" if number % 2 else "faces", number, State.FAILED if number == 3 else State.SUCCEEDED,
                 params={"lr": 0.1 * (7 - number)})
        for number in range(6)
    ]  # fmt: skip
    for run in runs:
        index.refresh(run)

    def found(text: str = "", **rest) -> list[int]:
        return [int(row.created) % 100 for row in index.list(Where(parse_where(text, 0), **rest))]

    assert found() == [5, 4, 3, 2, 1, 0]
    assert found("digits") == [5, 3, 1]
    assert found("digits state = failed") == [3]
    assert found("lr > 0.45") == [2, 1, 0]
    assert found(limit=2) == [5, 4]
    assert found(limit=2, offset=3) == [2, 1]
    assert found("digits", limit=1, offset=1) == [3]
    assert found(sort="lr", limit=3) == [0, 1, 2]
    assert found(sort="lr", descending=False) == [5, 4, 3, 2, 1, 0]
    assert found("faces lr < 0.5", limit=5) == [4]
    assert found("state = stopped") == []
    assert index.count(Where(parse_where("digits", 0), limit=1)) == 3


@pytest.mark.parametrize("where", [Where(), Where(parse_where("digits", 0)), Where(sort="name", descending=False)])
def test_a_page_counts_the_states_that_are_not_chosen(index: Index, make_run: MakeRun, where: Where):
    for number, state in enumerate([State.FAILED, State.FAILED, State.STOPPED]):
        index.refresh(make_run(number=number, state=state))

    page = index.page(msgspec.structs.replace(where, states=frozenset({State.FAILED}), limit=1))
    assert [row.state for row in page.rows] == [State.FAILED]
    assert (page.total, page.states) == (2, {State.FAILED: 2, State.STOPPED: 1})


def test_an_order_by_what_no_run_has_names_the_nearest(index: Index, make_run: MakeRun):
    index.refresh(make_run(params={"learning_rate": 0.1}))
    index.refresh(make_run("other", 1))
    with pytest.raises(InvalidOption, match=r"'learnin_rate'; did you mean 'learning_rate'"):
        index.list(Where(sort="learnin_rate"))
    assert len(index.list(Where(parse_where("other", 0), sort="learning_rate"))) == 1


def test_a_condition_on_what_no_run_has_names_the_nearest(index: Index, make_run: MakeRun):
    index.refresh(make_run(params={"learning_rate": 0.1}))
    with pytest.raises(InvalidOption, match=r"No run has a parameter or a metric 'learnin_rate'; did you mean 'learni"):
        index.list(Where((Condition("learnin_rate", ">", 1.0),)))
    assert index.list(Where((Condition("learning_rate", ">", 1.0),))) == []


def test_changes_are_told_once_and_in_order(home: Home, index: Index, make_run: MakeRun):
    one, two = make_run(number=1), make_run(number=2)
    index.refresh(one)
    start = index.changes()
    assert start.is_reset
    assert start.changed == [("runs", one.id)]
    index.refresh(two)
    write_events(one.path, Noted(time=1, text="x"), StateChanged(time=2, state=State.FAILED))
    index.refresh(one)
    next_ = index.changes(start.generation, start.seq)
    assert (next_.changed, next_.is_reset) == ([("runs", two.id), ("runs", one.id)], False)
    assert index.changes(next_.generation, next_.seq).changed == []
    delete(home, one)
    index.refresh(one.id)
    assert index.changes(next_.generation, next_.seq).changed == [("runs", one.id)]


def test_a_row_that_says_the_same_wakes_nobody(home: Home, index: Index, make_run: MakeRun):
    folder = make_run()
    index.refresh(folder)
    before = index.changes()
    with Feed(home.feed) as feed:
        index.refresh(folder)
        index.put(folder.row())
        index.remove("none")
        assert not feed.wait(0)
        index.remove(folder.id)
        assert feed.wait(0)
    assert index.changes(before.generation, before.seq).changed == [("runs", folder.id)]


def test_a_rebuild_gives_the_same_rows_under_another_generation(index: Index, make_run: MakeRun):
    for at, state in enumerate(State):
        index.refresh(make_run(number=at, state=state, params={"at": at}))
    before, rows = index.changes(), texts(index.list())
    assert index.rebuild() == len(State)
    assert texts(index.list()) == rows
    after = index.changes(before.generation, before.seq)
    assert after.is_reset
    assert after.generation != before.generation
    assert len(after.changed) == len(State)


def test_a_broken_folder_among_good_ones_is_shown_as_broken(index: Index, make_run: MakeRun):
    good, bad = make_run(number=1), make_run(number=2)
    (bad.path / "spec.json").write_bytes(b"{")
    assert index.rebuild() == 2
    assert ids([row for row in index.list() if row.broken]) == [bad.id]
    assert index.unfinished() == [good.id]


def test_what_a_crash_left_out_is_reconciled(home: Home, index: Index, make_run: MakeRun):
    known, unknown, gone = (make_run(number=number, state=State.FAILED) for number in range(3))
    for folder in (known, gone):
        index.refresh(folder)
    delete(home, gone)
    (home.runs / "file").touch()
    (home.runs / ".hidden").mkdir()
    assert index.reconcile() == [unknown.id, gone.id]
    assert ids(index.list()) == [unknown.id, known.id]
    assert index.reconcile() == []


def test_the_index_is_private(home: Home, index: Index, make_run: MakeRun):
    index.refresh(make_run())
    assert {path.stat().st_mode & 0o777 for path in home.path.glob("index.sqlite*")} == {0o600}


def test_a_new_index_holds_the_runs_that_are_there(home: Home, make_run: MakeRun):
    folder = make_run()
    with Index(home) as index:
        assert ids(index.list()) == [folder.id]


def test_an_index_of_a_newer_version_is_refused_in_one_sentence(home: Home, index: Index):
    index.close()
    with sqlite3.connect(home.index) as connection:
        connection.execute("UPDATE meta SET format = 4")
    connection.close()
    with pytest.raises(Unsupported, match=r"has format 4, which a newer version of jupyter-mlops made; update"):
        Index(home)


def test_an_index_of_an_older_version_is_rebuilt(home: Home, index: Index, make_run: MakeRun):
    folder = make_run()
    index.close()
    with sqlite3.connect(home.index) as connection:
        connection.executescript("DROP TABLE runs; UPDATE meta SET format = 0; CREATE TABLE old (x)")
    connection.close()
    with Index(home) as again:
        assert ids(again.list()) == [folder.id]


def damage(path: Path, how: str) -> None:
    data = path.read_bytes()
    if how == "garbage":
        path.write_bytes(os.urandom(len(data)))
    elif how == "truncated":
        path.write_bytes(data[: len(data) // 2])
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "middle":
        path.write_bytes(data[:5000] + os.urandom(len(data) - 5000))
    elif how == "text":
        path.write_bytes(b"this is not a database" * 100)
    elif how == "missing":
        path.unlink()
    elif how == "rows":
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE runs SET row = x'c1'")
        connection.close()
    elif how == "tables":
        with sqlite3.connect(path) as connection:
            connection.execute("DROP TABLE changes")
        connection.close()


DAMAGES = ["garbage", "truncated", "empty", "middle", "text", "missing", "rows", "tables"]


@pytest.mark.parametrize("how", DAMAGES)
def test_a_damaged_index_is_moved_aside_and_rebuilt(home: Home, make_run: MakeRun, how):
    with Index(home) as index:
        for number in range(200):
            index.refresh(make_run(number=number))
        rows = texts(index.list())
    damage(home.index, how)
    with Index(home) as again:
        assert texts(again.list()) == rows
        again.refresh(make_run(number=200))
        assert len(again.changes().changed) == 201
        assert len(again.list()) == 201


@pytest.mark.parametrize("how", DAMAGES)
def test_an_index_that_is_damaged_while_it_is_open_is_rebuilt(home: Home, make_run: MakeRun, how):
    with Index(home) as mine, Index(home) as other:
        for number in range(50):
            mine.refresh(make_run(number=number))
        other.list()
        mine.close()
        other.close()
        other.list()
        damage(home.index, how)
        late = make_run(number=60)
        mine.refresh(late)
        assert len(mine.list()) == 51
        other.refresh(make_run(number=61))
        assert ids(mine.list()) == ids(other.list())
        assert len(mine.list()) == 52


def test_a_writer_that_still_has_the_old_file_spoils_nothing(home: Home, make_run: MakeRun):
    with Index(home) as new:
        new.refresh(make_run(number=1))
        old = sqlite3.connect(home.index, isolation_level=None)
        old.execute("UPDATE meta SET seq = 1000")
        os.replace(home.index, home.tmp / "aside")
        for number in range(2, 20):
            new.refresh(make_run(number=number))
        old.execute("UPDATE meta SET seq = 2000")
        old.close()
        assert new.changes().seq == 19
        new.close()
        assert len(new.list()) == 19


def test_an_index_that_was_replaced_under_an_open_one_is_noticed(home: Home, index: Index, make_run: MakeRun):
    index.refresh(make_run(number=1))
    os.replace(home.index, home.tmp / "aside")
    index.refresh(make_run(number=2))
    with Index(home) as other:
        assert len(other.list()) == 2


def test_after_a_fork_the_child_opens_its_own(home: Home, index: Index, make_run: MakeRun):
    index.refresh(make_run(number=1))
    folder = make_run(number=2)
    pid = os.fork()
    if pid == 0:
        index.refresh(folder)
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
    index.refresh(make_run(number=3))
    assert len(index.list()) == 3


def test_several_threads_may_use_one_index(index: Index, make_run: MakeRun):
    folders = [make_run(number=number) for number in range(40)]
    threads = [
        threading.Thread(target=lambda part=part: [index.refresh(f) for f in folders[part::4]]) for part in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(index.list()) == 40


def keep_writing(path: Path, run_id: str, count: int) -> None:
    home = Home.open(path)
    folder = RunFolder(home.runs / run_id)
    with Index(home) as index:
        for number in range(count):
            write_events(folder.path, StateChanged(time=number, state=State.RUNNING, why=str(number)))
            index.refresh(folder)


def test_many_processes_write_at_once_and_every_row_is_the_folders(home: Home, index: Index, make_run: MakeRun):
    folders = [make_run(number=number, state=State.RUNNING) for number in range(8)]
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=keep_writing, args=(home.path, folder.id, 60)) for folder in folders]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        index.rebuild()
        index.list()
        index.refresh(folders[0].id)
        time.sleep(0.01)
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    rows = index.list()
    assert texts(rows) == texts([RunFolder(folder.path).row() for folder in reversed(folders)])
    assert {row.why for row in rows} == {"59"}
    index.rebuild()
    assert texts(index.list()) == texts(rows)


def test_two_who_refresh_one_run_leave_its_latest_row(home: Home, index: Index, make_run: MakeRun):
    folder = make_run(state=State.RUNNING)
    context = multiprocessing.get_context("spawn")
    writer = context.Process(target=keep_writing, args=(home.path, folder.id, 300))
    writer.start()
    while writer.is_alive():
        index.refresh(folder.id)
    writer.join()
    found = index.get(folder.id)
    assert found is not None
    assert found.why == "299"


@pytest.mark.parametrize("delay_ms", [1, 4, 9, 17])
def test_a_writer_that_is_killed_leaves_a_sound_index(home: Home, index: Index, make_run: MakeRun, delay_ms):
    folder = make_run(state=State.RUNNING)
    code = f"""
from pathlib import Path
from jupyter_mlops.domain.runs import RunRow
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.index import Index
home = Home.open(Path({str(home.path)!r}))
index, number = Index(home), 0
print("ready", flush=True)
while True:
    number += 1
    index.update(lambda: RunRow(id={folder.id!r}, name="digits", why="x" * 10_000 + str(number)))
    if number % 10 == 0:
        index.rebuild()
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(0.02 + delay_ms / 1000)
        writer.send_signal(signal.SIGKILL)
    assert index.refresh(folder) == folder.row()
    index.close()
    with sqlite3.connect(home.index) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    assert not list(home.tmp.iterdir())


def test_an_index_that_cannot_be_written_is_refused_in_one_sentence(home: Home):
    home.index.mkdir()
    with pytest.raises(
        Unavailable, match=r"^The index .* cannot be used \(.*\); see to it that you may write there\.$"
    ):
        Index(home)


def test_on_a_network_file_system_there_is_no_wal(home: Home, make_run: MakeRun, monkeypatch):
    monkeypatch.setattr("jupyter_mlops.store.mounts.is_local", lambda path: False)
    with Index(home) as index:
        index.refresh(make_run())
        assert not home.index.with_name("index.sqlite-wal").exists()
        assert len(index.list()) == 1


scalars = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(max_size=5)
events = st.one_of(
    st.builds(StateChanged, time=st.floats(0, 1e9), state=st.sampled_from(State), why=st.text(max_size=20),
              attempt=st.integers(1, 3), rank=st.none() | st.integers(0, 1)),
    st.builds(Noted, time=st.floats(0, 1e9), text=st.text(max_size=20)),
    st.builds(RankStarted, time=st.floats(0, 1e9), rank=st.integers(0, 3), attempt=st.integers(1, 2), pid=st.just(7)),
    st.builds(RankExited, time=st.floats(0, 1e9), rank=st.integers(0, 3), attempt=st.integers(1, 2), code=st.just(3)),
)  # fmt: skip
folders = st.lists(
    st.tuples(
        st.dictionaries(st.text(min_size=1, max_size=5), scalars, max_size=3),
        st.lists(events, max_size=6),
        st.none() | st.builds(RunNotes, note=st.text(max_size=5), tags=st.lists(st.text(max_size=5), max_size=2)),
        st.binary(max_size=20),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=60)
@given(told=folders)
def test_a_rebuild_equals_the_live_rows_whatever_the_folders_hold(told):
    with tempfile.TemporaryDirectory() as path:
        home = Home.open(Path(path) / "home")
        with Index(home) as index:
            for number, (params, happened, notes, tail) in enumerate(told):
                spec = RunSpec(id=f"run-20261124-00000{number}-aaaa", name="run", code_hash="", created=number,
                               python="", cwd="", workers=2, params=params)  # fmt: skip
                folder = RunFolder(home.runs / spec.id)
                folder.path.mkdir()
                (folder.path / "spec.json").write_bytes(wire.encode_pretty(spec))
                for event in happened:
                    write_events(folder.path, event)
                    index.refresh(folder)
                with open(folder.path / "events.jsonl", "ab") as file:
                    file.write(tail)
                if notes is not None:
                    folder.write_notes(notes)
                index.refresh(folder)
            live = texts(index.list())
            index.rebuild()
            assert texts(index.list()) == live


def test_many_runs_are_read_without_the_small_curves_of_their_metrics(home):
    metric = MetricSummary(0.5, 9, 0.1, 3, "Infinity", 4, 40, "epoch", recent=[0.25, 0.5])
    row = RunRow("digits-20261124-000000-aaaa", "digits", params={"lr": 0.1}, metrics={"loss": metric})
    (home.runs / row.id).mkdir()
    with Index(home) as index:
        index.put(row)
        (light,) = index.without_curves.list(Where(sort="loss"))
        assert light == index.without_curves.get(row.id)
        assert index.get(row.id) == row
    expected = msgspec.structs.replace(row, metrics={"loss": msgspec.structs.replace(metric, recent=[])})
    assert light == expected
