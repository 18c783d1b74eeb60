"""What all tests share: a home of their own, and the certainty that nothing is left running."""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

# What stays for the next run would be left running; tests of warm starts switch it on, and end it.
os.environ["JUPYTER_MLOPS_WARM"] = "0"

# Property tests take the same examples everywhere unless a seed is given, so that a failure can be repeated:
# pytest prints the seed or the example, and `--hypothesis-seed=N` explores others.
hypothesis.settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.register_profile("exploring", deadline=None, print_blob=True)
hypothesis.settings.load_profile("exploring" if os.environ.get("JUPYTER_MLOPS_EXPLORE") else "repeatable")


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A new, empty home that this process and its children use; short, since socket paths have a limit.

    When the test is over nothing may be left that runs in it.
    """
    path = Path(tempfile.mkdtemp(prefix="mlops-")).resolve()
    monkeypatch.setenv("JUPYTER_MLOPS_HOME", str(path))
    try:
        yield path
        end_endpoints(path)
        left = wait_until_empty(lambda: processes_in(path))
        assert not left, f"still running in {path}: {left}"
    finally:
        end_endpoints(path)
        shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def no_leak(home: Path) -> Callable[[], None]:
    """A check that may be made in the middle of a test: no process of the home is left."""

    def check() -> None:
        left = wait_until_empty(lambda: processes_in(home))
        assert not left, f"still running in {home}: {left}"

    return check


def wait_until_empty(look: Callable[[], dict[int, str]], timeout: float = 45.0) -> dict[int, str]:
    """Return what ``look`` still finds after ``timeout`` seconds; as soon as it finds nothing, an empty dict.

    A search that has ended still reckons what its parameters mattered, for half a minute at most.
    """
    end = time.monotonic() + timeout
    while (found := look()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def end_endpoints(home: Path) -> None:
    """Kill what an endpoint that was left up consists of: it is meant to outlive whoever started it."""
    deadline = time.monotonic() + 10
    for folder in home.glob("endpoints/*"):
        # A router that has lost its keeper starts another one.
        while (left := processes_in(folder)) and time.monotonic() < deadline:
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)
        with contextlib.suppress(OSError):
            shutil.rmtree((folder / "sockets").read_text().strip(), ignore_errors=True)


def processes_in(folder: Path) -> dict[int, str]:
    """Return the processes, this one left out, that carry ``folder`` in their environment or hold a file below it.

    A process that merely inherits JUPYTER_MLOPS_HOME, such as a test's kernel, is not meant: what the tests of
    a run look for is the mark of a run or an endpoint, or an open file.
    """
    found = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit() and int(entry) != os.getpid() and _belongs_to(int(entry), str(folder)):
            found[int(entry)] = _command(int(entry))
    return found


def _belongs_to(pid: int, folder: str) -> bool:
    try:
        environment = Path(f"/proc/{pid}/environ").read_bytes()
        marks = [f"{mark}={folder}".encode() for mark in ("JUPYTER_MLOPS_RUN_DIR", "JUPYTER_MLOPS_ENDPOINT")]
        if any(word == mark or word.startswith(mark + b"/") for word in environment.split(b"\0") for mark in marks):
            return True
        return any(_target(f"/proc/{pid}/fd/{fd}").startswith(folder + "/") for fd in os.listdir(f"/proc/{pid}/fd"))
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False


def _target(link: str) -> str:
    try:
        return os.readlink(link)
    except OSError:
        return ""


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")[:200]
    except OSError:
        return ""


def pytest_unconfigure() -> None:
    """Let the process end at once: each shell that tests have made would go through all garbage once more."""
    gc.freeze()
