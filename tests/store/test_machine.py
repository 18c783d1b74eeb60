from __future__ import annotations

import os
import subprocess
import sys

import pytest

from jupyter_mlops.domain.errors import Unsupported
from jupyter_mlops.store import machine


@pytest.mark.parametrize("platform", ["win32", "cygwin"])
def test_windows_is_refused_in_one_sentence(platform):
    with pytest.raises(Unsupported, match=r"^Windows is not supported, because .*; start Jupyter inside WSL 2"):
        machine.check_system(platform)


@pytest.mark.parametrize("platform", ["darwin", "freebsd14"])
def test_a_system_without_the_kernels_means_is_refused_in_one_sentence(platform):
    with pytest.raises(Unsupported, match=r"^This version needs Linux, .*; start Jupyter"):
        machine.check_system(platform)


def test_linux_is_let_through():
    machine.check_system("linux")


def test_a_restart_can_be_simulated(monkeypatch):
    real = machine.boot_id()
    monkeypatch.setenv("JUPYTER_MLOPS_BOOT_ID", "another")
    assert machine.boot_id() == "another"
    assert real not in ("", "another")


def test_the_machine_stays_the_same_over_a_restart(monkeypatch):
    before = machine.machine_id()
    monkeypatch.setenv("JUPYTER_MLOPS_BOOT_ID", "another")
    assert machine.machine_id() == before != ""


def test_a_process_is_known_by_when_it_started():
    with subprocess.Popen(["sleep", "60"]) as child:
        assert (machine.process_started(child.pid) or 0) >= (machine.process_started(os.getpid()) or 0) > 0
        child.kill()
    assert machine.process_started(child.pid) is None


def test_a_process_whose_name_holds_a_parenthesis_is_understood(tmp_path):
    odd = tmp_path / "a) R (b"
    odd.symlink_to("/bin/sleep")
    with subprocess.Popen([odd, "60"]) as child:
        assert machine.process_started(child.pid)
        child.kill()


def test_nothing_but_the_standard_library_is_imported():
    code = (
        "import sys; before = set(sys.modules); import jupyter_mlops.store.machine;"
        "print(*sorted({n.partition('.')[0] for n in set(sys.modules) - before} - sys.stdlib_module_names))"
    )
    run = subprocess.run([sys.executable, "-I", "-c", code], stdout=subprocess.PIPE, text=True, check=True)
    assert run.stdout.split() == ["jupyter_mlops"]
