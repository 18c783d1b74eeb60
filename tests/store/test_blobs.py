from __future__ import annotations

import array
import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jupyter_mlops.store.blobs import Blobs


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


def make_old(blobs: Blobs, digest: str) -> None:
    os.utime(blobs.path_of(digest), (1, 1))


def test_an_object_is_named_by_its_content_and_cannot_be_written(blobs):
    digest = blobs.put(b"abc")
    assert digest == hashlib.sha256(b"abc").hexdigest()
    assert blobs.path_of(digest).read_bytes() == b"abc"
    assert blobs.path_of(digest).stat().st_mode & 0o777 == 0o400


def test_the_same_content_is_stored_once(blobs):
    inode = blobs.path_of(blobs.put(b"abc")).stat().st_ino
    assert blobs.path_of(blobs.put(bytearray(b"abc"))).stat().st_ino == inode


def test_any_buffer_is_taken(blobs):
    numbers = array.array("d", range(5))
    assert blobs.path_of(blobs.put(memoryview(numbers))).read_bytes() == numbers.tobytes()
    assert blobs.path_of(blobs.put(b"")).read_bytes() == b""


def test_an_object_that_a_power_cut_emptied_is_written_anew(blobs):
    path = blobs.path_of(blobs.put(b"abc"))
    path.chmod(0o600)
    path.write_bytes(b"")
    blobs.put(b"abc")
    assert path.read_bytes() == b"abc"


def test_a_link_is_the_object_itself(blobs, tmp_path):
    digest = blobs.place(b"abc", tmp_path / "0")
    assert blobs.path_of(digest).samefile(tmp_path / "0")


@pytest.mark.skipif(not os.path.isdir("/dev/shm"), reason="needs a second file system")
def test_where_links_are_refused_the_content_is_copied(blobs):
    target = Path("/dev/shm") / f"jupyter-mlops-test-{os.getpid()}"
    try:
        digest = blobs.place(b"abc", target)
        if target.stat().st_dev == blobs.path_of(digest).stat().st_dev:
            pytest.skip("the temporary folder is on the same file system")
        assert target.read_bytes() == b"abc"
        assert target.stat().st_mode & 0o777 == 0o400
    finally:
        target.unlink(missing_ok=True)


def test_a_link_over_a_file_is_refused(blobs, tmp_path):
    (tmp_path / "0").write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        blobs.place(b"abc", tmp_path / "0")
    assert (tmp_path / "0").read_bytes() == b"mine"


def test_what_nothing_links_to_is_collected(blobs, tmp_path):
    linked, loose = blobs.place(b"linked", tmp_path / "0"), blobs.put(b"loose")
    make_old(blobs, linked)
    make_old(blobs, loose)
    assert blobs.collect() == len(b"loose")
    assert blobs.path_of(linked).exists()
    assert not blobs.path_of(loose).exists()


def test_what_was_just_put_is_spared_also_if_it_was_there_before(blobs):
    digest = blobs.put(b"abc")
    make_old(blobs, digest)
    blobs.put(b"abc")
    assert blobs.collect() == 0
    assert blobs.path_of(digest).exists()


def test_a_store_that_does_not_exist_yet_has_nothing_to_collect(blobs):
    assert blobs.collect() == 0


def test_placing_against_a_merciless_collector_always_succeeds(blobs, tmp_path):
    code = f"""
from pathlib import Path
from jupyter_mlops.store.blobs import Blobs
blobs = Blobs(Path({str(blobs.path)!r}))
print("ready", flush=True)
while True:
    blobs.collect(spared_seconds=-1e9)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as collector:
        assert collector.stdout is not None
        collector.stdout.readline()
        try:
            for number in range(300):
                blobs.place(b"%d" % (number % 3), tmp_path / str(number))
        finally:
            collector.kill()
    assert all((tmp_path / str(number)).read_bytes() == b"%d" % (number % 3) for number in range(300))


@pytest.mark.parametrize("delay_ms", [0, 1, 3, 6, 12])
def test_killed_in_the_middle_of_a_put_an_object_is_whole_or_absent(blobs, delay_ms):
    code = f"""
import sys
from pathlib import Path
from jupyter_mlops.store.blobs import Blobs
blobs, number = Blobs(Path({str(blobs.path)!r})), 0
print("ready", flush=True)
while True:
    number += 1
    blobs.put(number.to_bytes(4, "big") * 1_000_000)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(0.02 + delay_ms / 1000)
        writer.send_signal(signal.SIGKILL)
    for path in blobs.path.glob("*/*"):
        if path.suffix != ".tmp":
            assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name
            continue
        os.utime(path, (1, 1))
    blobs.collect()
    assert not list(blobs.path.glob("*/*.tmp"))
