"""The processes of this user: which belong to a run, and how to end those.

Standard library only, and light: keepers and guardians use it before anything else is imported.
"""

from __future__ import annotations

import os
import stat
import time

from jupyter_mlops.runtime.processes import (
    adopt_orphans,
    children,
    descendants,
    die_with_parent,
    end_children,
    kill,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

__all__ = [
    "MARK",
    "adopt_orphans",
    "children",
    "descendants",
    "die_with_parent",
    "end_children",
    "end_survivors",
    "kill",
    "own_processes",
    "survivors",
]

MARK = "JUPYTER_MLOPS_RUN_DIR"
"""The variable by which a rank, and what it starts, is known to belong to a run folder."""


def survivors(folder: str) -> list[int]:
    """Return the live processes of this user that belong to the run in ``folder``.

    A process belongs to it by its mark, or by writing to one of its logs: a forked rank shows its parent's environment.
    """
    mark = f"{MARK}={folder}".encode()
    return [pid for pid in own_processes() if pid != os.getpid() and (_has_mark(pid, mark) or _writes_log(pid, folder))]


def end_survivors(
    folder: str, spared: Callable[[], Collection[int]] = frozenset, patience_seconds: float = 10.0
) -> int:
    """Kill what belongs to the run in ``folder`` until nothing is left; return how many there were.

    Args:
        folder: The run's folder.
        spared: Returns what belongs to it and goes on.
        patience_seconds: How long something may take to die.

    Raises:
        TimeoutError: something does not die, such as a process that hangs in the kernel.
    """
    ended: set[int] = set()
    deadline = time.monotonic() + patience_seconds
    while left := _but(survivors(folder), spared):
        for pid in left:
            kill(pid)
        ended.update(left)
        if time.monotonic() > deadline:
            raise TimeoutError(f"process {left[0]} does not end")
        time.sleep(0.005)
    return len(ended)


def _but(pids: list[int], spared: Callable[[], Collection[int]]) -> list[int]:
    # Asked for after the others were found: who is born in between and is to go on is among those.
    goes_on = spared() if pids else ()
    return [pid for pid in pids if pid not in goes_on]


def own_processes() -> Iterator[int]:
    """Return the live processes of this user."""
    uid = os.getuid()
    for name in os.listdir("/proc"):
        if name.isdigit() and _is_alive_and_owned(name, uid):
            yield int(name)


def _is_alive_and_owned(name: str, uid: int) -> bool:
    try:
        if os.stat(f"/proc/{name}").st_uid != uid:
            return False
        with open(f"/proc/{name}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()[0] not in (b"Z", b"X")
    except OSError:
        return False


def _has_mark(pid: int, mark: bytes) -> bool:
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return mark in file.read().split(b"\0")
    except OSError:
        return False


def _writes_log(pid: int, folder: str) -> bool:
    logs = f"{folder}/logs/"
    fds = f"/proc/{pid}/fd"
    try:
        for fd in os.listdir(fds):
            link = f"{fds}/{fd}"
            # The link's own mode tells how the file was opened: whoever only reads a log is no rank.
            if os.readlink(link).startswith(logs) and os.lstat(link).st_mode & stat.S_IWUSR:
                return True
    except OSError:
        pass
    return False
