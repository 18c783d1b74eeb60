"""The lock of a journal ends with its holder."""

from __future__ import annotations

import fcntl
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_mlops.tuning.journal import KernelLock, open_storage

HOLDER = """
import sys
from pathlib import Path
from jupyter_mlops.tuning.journal import KernelLock
KernelLock(Path(sys.argv[1])).acquire()
print("held", flush=True)
sys.stdin.read()
"""


def is_free(lock: KernelLock) -> bool:
    try:
        fcntl.flock(lock.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    lock.release()
    return True


def test_the_lock_of_a_killed_process_is_free_at_once(tmp_path: Path) -> None:
    path = tmp_path / "study.journal"
    lock = KernelLock(path)
    arguments = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert not is_free(lock)
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        assert is_free(lock)
    lock.close()
    assert [each.name for each in tmp_path.iterdir()] == ["study.journal"]


def test_a_journal_is_its_owners_alone(tmp_path: Path) -> None:
    journal, _ = open_storage(tmp_path / "study.journal")
    assert (tmp_path / "study.journal").stat().st_mode & 0o777 == 0o600
    journal.lock.close()


@pytest.mark.parametrize("left", [b"", b"\0\0\0", b"{", b"7\n", b"\n\n", b"\xff\xfe\n" * 40000])
def test_what_is_no_entry_at_the_end_is_cut_off(tmp_path: Path, left: bytes) -> None:
    path = tmp_path / "study.journal"
    entry = b'{"op_code":0,"worker_id":"w","study_name":"s","directions":[1]}\n'
    path.write_bytes(entry + left)
    journal, storage = open_storage(path)
    assert path.read_bytes() == entry
    assert [each.study_name for each in storage.get_all_studies()] == ["s"]
    journal.lock.close()
