"""Whether the system was short of memory and killed something: what the kernel counts, for the machine and for groups.

A container, a job of a batch system or a notebook server's spawner may have put this process into a group of processes
(a cgroup) with a limit of its own, below what the machine has.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from jupyter_mlops.platforms.local.sampling import machine_memory

_GROUPS = "/sys/fs/cgroup"


class Shortage:
    """Remembers how often the system had killed for want of memory when it was made."""

    def __init__(self) -> None:
        self._before = _kills()

    def has_killed(self) -> bool:
        """Say whether the system has killed something since."""
        return _kills() > self._before


def available_memory() -> int:
    """Return the bytes that processes of this one's group may use together: those of the machine, or its limit."""
    return min([machine_memory(), *_limits()])


def _kills() -> int:
    return sum(_counted(path, "oom_kill") for path in ("/proc/vmstat", *_files("memory.events", "memory.oom_control")))


def _limits() -> Iterator[int]:
    for path in _files("memory.max", "memory.limit_in_bytes"):
        text = _read(path).strip()
        # Without a limit the newer kind says "max", the older a number beyond all memory.
        if text.isdecimal():
            yield int(text)


def _files(newer: str, older: str) -> Iterator[str]:
    """Yield the files of this process's group, by how they are called in both kinds of groups."""
    for line in _read("/proc/self/cgroup").splitlines():
        _, controllers, group = line.split(":", 2)
        if not controllers:
            yield from _there(f"{_GROUPS}{group}/{newer}", f"{_GROUPS}/{newer}")
        elif "memory" in controllers.split(","):
            yield from _there(f"{_GROUPS}/memory{group}/{older}", f"{_GROUPS}/memory/{older}")


def _there(*paths: str) -> list[str]:
    """Return the first path that exists: inside a container its own group may be the root of what it sees."""
    return [path for path in paths if os.path.exists(path)][:1]


def _counted(path: str, name: str) -> int:
    found = (line.split() for line in _read(path).splitlines())
    return next((int(words[1]) for words in found if len(words) == 2 and words[0] == name), 0)


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, ValueError):
        return ""
