"""A hundred trivial runs, one after the other: the time from submit to the known end, and what is left of them."""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path
from typing import NamedTuple

from bench.tables import new_workspace, print_table, summary
from jupyter_mlops.workspace import Workspace

BEFORE, RUNS = 20, 100
LIMIT_SECONDS = 0.060
MOST_GROWTH_MB = 1.0
CELL = "print(40 + 2)"


class Load(NamedTuple):
    """What lives of a home, and what it holds.

    Attributes:
        processes: Those that belong to the home, this one included.
        descriptors: Open in all of them.
        memory: Used by them alone, in MB of 2**20 bytes.
    """

    processes: int
    descriptors: int
    memory: float


def main() -> int:
    """Print the tables, and return 0 if the limits are kept."""
    with new_workspace() as workspace:
        for _ in range(BEFORE):
            run_seconds(workspace)
        before = settled(workspace)
        seconds = [run_seconds(workspace) for _ in range(RUNS)]
        after = settled(workspace)
        warm = sum(run.status.warm is True for run in workspace.runs.list())
    median = statistics.median(seconds)
    print_table(
        f"{RUNS} trivial runs, one after the other, ms (limit: {1000 * LIMIT_SECONDS:.0f} ms)",
        ["", "median", "best", "90 %", "warm"],
        [["submit to the end", *summary(seconds), f"{warm}"]],
    )
    rows = [["before", *_cells(before)], [f"after {RUNS} runs", *_cells(after)]]
    print_table("What the kernel, and what waits for its runs, hold", ["", "processes", "descriptors", "USS, MB"], rows)
    has_grown = (
        after.processes > before.processes
        or after.descriptors > before.descriptors
        or after.memory > before.memory + MOST_GROWTH_MB
    )
    return 1 if median > LIMIT_SECONDS or has_grown else 0


def run_seconds(workspace: Workspace) -> float:
    """Return the seconds from submit until the end is known."""
    began = time.perf_counter()
    run = workspace.runs.submit(CELL, name="bench")
    if run.wait() != "succeeded":
        raise SystemExit(f"{run.id} is {run.state}: {run.why}")
    return time.perf_counter() - began


def settled(workspace: Workspace) -> Load:
    """Return what there is once the keepers of finished runs have gone."""
    home = str(workspace.home.path)
    end = time.monotonic() + 20
    last = look(home)
    while time.monotonic() < end:
        time.sleep(0.5)
        now = look(home)
        if now[:2] == last[:2] and not any(map(_is_keeper, members(home))):
            return now
        last = now
    return last


def look(home: str) -> Load:
    """Return what belongs to ``home`` now."""
    found = [_held(pid) for pid in (*members(home), os.getpid())]
    there = [held for held in found if held is not None]
    return Load(len(there), sum(count for count, _ in there), sum(memory for _, memory in there))


def members(home: str) -> list[int]:
    """Return the processes, this one left out, that have to do with ``home``."""
    return [
        int(name)
        for name in os.listdir("/proc")
        if name.isdigit() and int(name) != os.getpid() and _belongs(int(name), home.encode())
    ]


def _belongs(pid: int, home: bytes) -> bool:
    try:
        if home in Path(f"/proc/{pid}/cmdline").read_bytes():
            return True
        links = (os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd"))
        return any(link.startswith(os.fsdecode(home)) for link in links)
    except OSError:
        return False


def _is_keeper(pid: int) -> bool:
    try:
        links = [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")]
    except OSError:
        return False
    return any("/runs/" in link for link in links)


def _held(pid: int) -> tuple[int, float] | None:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        memory = sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024
        return len(os.listdir(f"/proc/{pid}/fd")), memory
    except OSError:
        return None


def _cells(load: Load) -> list[str]:
    return [str(load.processes), str(load.descriptors), f"{load.memory:.1f}"]


if __name__ == "__main__":
    sys.exit(main())
