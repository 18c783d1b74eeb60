from __future__ import annotations

import errno
import multiprocessing
import os
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_mlops.domain.errors import MlopsError, Unavailable, Unsupported
from jupyter_mlops.store import locks
from jupyter_mlops.store.blobs import Blobs
from jupyter_mlops.store.home import Home, check_locks, default_path, publish_folder

from .conftest import MakeRun

NOBODY = 65534


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def make_old(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


@pytest.fixture
def small_disk() -> Iterator[Path]:
    path = tempfile.mkdtemp(prefix="mlops-small-")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", path], stderr=subprocess.DEVNULL).returncode:
        os.rmdir(path)
        pytest.skip("mounting needs more rights")
    yield Path(path)
    subprocess.run(["umount", path], check=True)
    os.rmdir(path)


def test_a_home_is_made_where_nobody_else_can_read(tmp_path):
    home = Home.open(tmp_path / "a" / "home")
    assert [mode_of(path) for path in (home.path, home.runs, home.tmp, home.blobs)] == [0o700] * 4
    assert [mode_of(home.path / name) for name in ("home.json", "feed")] == [0o600] * 2


def test_a_home_keeps_its_id(tmp_path):
    assert Home.open(tmp_path / "home").id == Home.open(tmp_path / "home").id != Home.open(tmp_path / "other").id


def test_the_variable_says_where_the_home_is(monkeypatch, tmp_path):
    monkeypatch.setenv("JUPYTER_MLOPS_HOME", str(tmp_path / "there"))
    assert Home.open().path == tmp_path / "there"
    monkeypatch.setenv("JUPYTER_MLOPS_HOME", "~/there")
    assert default_path() == Path.home() / "there"


def test_without_the_variable_the_home_is_in_the_users_data(monkeypatch, tmp_path):
    monkeypatch.delenv("JUPYTER_MLOPS_HOME", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_path().name == "jupyter-mlops"


def test_opening_a_named_home_does_not_import_platformdirs(tmp_path):
    code = "import sys; from jupyter_mlops.store.home import Home; Home.open(); print('platformdirs' in sys.modules)"
    environment = os.environ | {"JUPYTER_MLOPS_HOME": str(tmp_path / "home")}
    run = subprocess.run([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True, check=True)
    assert run.stdout == "False\n"


def test_a_folder_that_holds_other_things_keeps_its_mode(tmp_path):
    (tmp_path / "shared").mkdir(mode=0o755)
    (tmp_path / "shared" / "file").touch()
    (tmp_path / "shared").chmod(0o755)
    home = Home.open(tmp_path / "shared")
    assert (mode_of(home.path), mode_of(home.runs)) == (0o755, 0o700)


def test_an_empty_folder_becomes_private(tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home").chmod(0o755)
    assert mode_of(Home.open(tmp_path / "home").path) == 0o700


def open_and_tell(path: Path, queue) -> None:
    queue.put(Home.open(path).id)


def test_many_who_make_one_home_at_once_agree_on_its_id(tmp_path):
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    processes = [context.Process(target=open_and_tell, args=(tmp_path / "home", queue)) for _ in range(4)]
    for process in processes:
        process.start()
    ids = {queue.get(timeout=60) for _ in processes}
    for process in processes:
        process.join()
    queue.close()
    queue.join_thread()
    assert len(ids) == 1


@pytest.mark.parametrize("left", [b"", b"\0" * 50, b'{"id": "abc'])
def test_a_home_file_that_a_power_cut_took_is_made_anew_and_the_runs_stay(home, make_run: MakeRun, left):
    run = make_run()
    (home.path / "home.json").write_bytes(left)
    assert Home.open(home.path).id == Home.open(home.path).id
    assert run.path.exists()


@pytest.mark.parametrize("content", [b'{"format": 2, "id": "x", "created": 1}', b'{"format": 2, "name": {"new": []}}'])
def test_a_home_of_a_newer_version_is_refused_in_one_sentence(home, content):
    (home.path / "home.json").write_bytes(content)
    with pytest.raises(Unsupported, match=r"has format 2, which a newer version .* made; update jupyter-mlops, or set"):
        Home.open(home.path)
    assert (home.path / "home.json").read_bytes() == content


def sentence_as_nobody(path: Path) -> str:
    """Return what an ordinary user is told who opens the home at ``path``."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            told = "opened"
            try:
                Home.open(path).draft()
            except MlopsError as error:
                told = f"{type(error).__name__}: {error}"
            os.write(writer, told.encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as file:
        told = file.read()
    os.waitpid(pid, 0)
    return told


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that an ordinary user can reach."""
    if os.getuid() != 0:
        pytest.skip("becoming an ordinary user needs root")
    with tempfile.TemporaryDirectory(prefix="mlops-") as path:
        os.chmod(path, 0o755)
        yield Path(path)


def test_a_home_that_cannot_be_made_is_refused_in_one_sentence(open_folder):
    told = sentence_as_nobody(open_folder / "home")
    assert told == (
        f"Unavailable: The home {open_folder}/home cannot be used: you may not write there; "
        "mend that, or set JUPYTER_MLOPS_HOME to a folder of yours."
    )


def test_a_home_that_became_unwritable_is_refused_in_one_sentence(open_folder):
    Home.open(open_folder / "home")
    for path in (open_folder / "home").rglob("*"):
        path.chmod(0o755)
    (open_folder / "home").chmod(0o755)
    assert "cannot be used: you may not write there; " in sentence_as_nobody(open_folder / "home")


def test_a_home_that_is_a_file_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "home").touch()
    with pytest.raises(Unavailable, match=r"cannot be used: (it|a part of its path) is a file; "):
        Home.open(tmp_path / "home")


def test_a_full_disk_is_named_in_one_sentence(small_disk):
    with pytest.raises(OSError, match="No space left"), open(small_disk / "ballast", "wb", buffering=0) as file:
        while file.write(b"x" * 512):
            pass
    with pytest.raises(Unavailable, match=r"its disk is full; free some space, or set JUPYTER_MLOPS_HOME"):
        Home.open(small_disk / "home")
    (small_disk / "ballast").unlink()
    assert Home.open(small_disk / "home").draft().is_dir()


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS])
def test_a_file_system_that_refuses_locks_is_named_in_one_sentence(tmp_path, code):
    def refuse(path: Path) -> locks.Lock | None:
        path.touch()
        raise OSError(code, os.strerror(code))

    with pytest.raises(Unavailable, match=r"refuses locks \(.*\), by which runs are kept; set JUPYTER_MLOPS_HOME to"):
        check_locks(tmp_path, refuse)
    assert list(tmp_path.iterdir()) == []


def test_a_draft_is_new_empty_and_private(home):
    one, other = home.draft(), home.draft()
    assert one != other
    assert mode_of(one) == 0o700
    assert list(one.iterdir()) == []


def test_publishing_refuses_a_folder_that_is_there_and_leaves_the_draft(home):
    (home.runs / "x").mkdir()
    (home.runs / "x" / "spec.json").touch()
    draft = home.draft()
    with pytest.raises(FileExistsError):
        publish_folder(draft, home.runs / "x")
    publish_folder(draft, home.runs / "y")
    assert not draft.exists()


def test_of_many_who_publish_under_one_id_one_wins(home):
    drafts = [home.draft() for _ in range(8)]
    for draft in drafts:
        (draft / "spec.json").touch()
    won = []

    def publish(draft: Path) -> None:
        try:
            publish_folder(draft, home.runs / "x")
            won.append(draft)
        except FileExistsError:
            pass

    threads = [threading.Thread(target=publish, args=[draft]) for draft in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert sum(draft.exists() for draft in drafts) == 7


def test_a_sweep_removes_what_nobody_keeps(home):
    free, fresh, bare, young, kept = (home.draft() for _ in range(5))
    for draft in (free, fresh, kept):
        (draft / "keeper.lock").touch()
    for draft in (bare, young):
        (draft / "spec.json").touch()
    make_old(free, 61)
    make_old(bare, 601)
    make_old(young, 61)
    make_old(kept, 10_000)
    (home.tmp / "file.tmp").touch()
    make_old(home.tmp / "file.tmp", 601)
    with locks.try_lock(kept / "keeper.lock") or pytest.fail():
        home.sweep()
    assert set(home.tmp.iterdir()) == {fresh, young, kept}


def test_a_sweep_does_not_touch_published_runs(home, make_run: MakeRun):
    run = make_run()
    make_old(run.path, 1e6)
    home.sweep()
    assert run.path.exists()


def test_a_sweep_follows_no_links_out_of_the_home(home, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").touch()
    (home.tmp / "link").symlink_to(tmp_path / "mine")
    os.utime(home.tmp / "link", (1, 1), follow_symlinks=False)
    draft = home.draft()
    (draft / "link").symlink_to(tmp_path / "mine")
    make_old(draft, 601)
    home.sweep()
    assert list(home.tmp.iterdir()) == []
    assert (tmp_path / "mine" / "file").exists()


def test_a_sweep_collects_old_buffers_that_no_run_has(home):
    digest = Blobs(home.blobs).put(b"abc")
    make_old(Blobs(home.blobs).path_of(digest), 601)
    make_old(home.blobs, 601)
    home.sweep()
    assert not Blobs(home.blobs).path_of(digest).exists()


def test_disk_use_counts_shared_buffers_once(home, make_run: MakeRun):
    before = home.disk_use()
    runs = [make_run(number=number) for number in range(2)]
    for run in runs:
        Blobs(home.blobs).place(b"x" * 1_000_000, run.path / "buffer")
    use = home.disk_use()
    assert 1_000_000 <= use.blobs < 1_100_000
    assert 0 < use.runs - before.runs < 100_000
    assert use.total == use.runs + use.blobs + use.other
    assert use.free > 0


def test_two_who_want_the_home_for_themselves_wait_for_each_other(home):
    order = []

    def second() -> None:
        with home.exclusively():
            order.append("second")

    with home.exclusively():
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(0.1)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
