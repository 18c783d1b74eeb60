"""How much of the machine a rank's tree uses, from ``/proc``."""

from __future__ import annotations

import os
from typing import NamedTuple

from jupyter_mlops.domain.hangs import Demand
from jupyter_mlops.platforms.local import processes

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Use(NamedTuple):
    """What a tree of processes uses.

    Attributes:
        cpu: Seconds of CPU time since its start, ended children included.
        memory: Bytes: the proportional set size, so that what processes share counts once.
    """

    cpu: float
    memory: int


def tree_use(guardian: int) -> Use:
    """Return what everything below ``guardian`` uses; the guardian itself does not count."""
    pids = processes.descendants(guardian)
    return Use(sum(map(_cpu, pids)), sum(map(memory_of, pids)))


def tree_demand(guardian: int) -> Demand:
    """Return the CPU time that everything below ``guardian`` has used, and that it has waited for while others ran."""
    pids = processes.descendants(guardian)
    return Demand(sum(map(_cpu, pids)), sum(map(_delayed, pids)))


def memory_of(pid: int) -> int:
    """Return the bytes of a process's memory, what it shares counted in proportion; 0 if it is gone."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as file:
            for line in file:
                if line.startswith(b"Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def machine_memory() -> int:
    """Return the bytes of memory of this machine."""
    return os.sysconf("SC_PHYS_PAGES") * _PAGE


def _delayed(pid: int) -> float:
    """Return for how long the threads of a process could have run and did not."""
    delayed = 0
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/schedstat", "rb") as file:
                delayed += int(file.read().split()[1])
    except (OSError, IndexError):
        # It is gone, or the system does not count it.
        pass
    return delayed / 1e9


def _cpu(pid: int) -> float:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / _TICKS
