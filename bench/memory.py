"""Memory of a keeper, at rest and in a flood of metrics, and of a guardian: what would be free if it ended (USS)."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from bench.tables import new_workspace, print_table
from jupyter_mlops.services.run import Run
from jupyter_mlops.workspace import Workspace

LIMITS_MB = {"keeper at rest": 13.0, "keeper in a flood": 20.0, "guardian": 1.0}
REST = "import time\ntime.sleep(60)\n"
FLOOD = """
from jupyter_mlops import report
step = 0
while True:
    step += 1
    report(step=step, loss=1 / step, accuracy=1 - 1 / step)
"""


def main() -> int:
    """Print the table, and return 0 if the limits are kept."""
    with new_workspace() as workspace:
        keeper, guardian, bare = at_rest(workspace)
        found = {"keeper at rest": keeper, "keeper in a flood": in_flood(workspace), "guardian": guardian}
    rows = [["bare python", f"{bare:.1f}", "", "1.00"]]
    rows += [[name, f"{used:.1f}", f"{LIMITS_MB[name]:.0f}", f"{used / bare:.2f}"] for name, used in found.items()]
    print_table("Memory, USS in MB", ["", "used", "limit", "ratio"], rows)
    return 0 if all(used <= LIMITS_MB[name] for name, used in found.items()) else 1


def at_rest(workspace: Workspace) -> tuple[float, float, float]:
    """Return what keeper, guardian and a bare interpreter use while the cell sleeps."""
    with subprocess.Popen([sys.executable, "-c", REST]) as bare:
        run = start(workspace, REST)
        time.sleep(4)
        keeper = keeper_of(run)
        try:
            guardians = [child for child in children(keeper) if children(child)]
            return used(keeper), max(map(used, guardians)), used(bare.pid)
        finally:
            run.stop()
            bare.kill()


def in_flood(workspace: Workspace, seconds: float = 10) -> float:
    """Return the most that a keeper uses while a rank reports as fast as it can."""
    run = start(workspace, FLOOD)
    keeper = keeper_of(run)
    most, end = 0.0, time.monotonic() + seconds
    while time.monotonic() < end:
        most = max(most, used(keeper))
        time.sleep(0.1)
    run.stop()
    return most


def start(workspace: Workspace, code: str) -> Run:
    """Return a run whose cell has begun."""
    run = workspace.runs.submit(code, name="bench")
    while run.state != "running":
        if run.state.is_finished:
            raise SystemExit(f"{run.id} is {run.state}: {run.why}")
        time.sleep(0.05)
    return run


def keeper_of(run: Run) -> int:
    """Return the process that keeps ``run``."""
    keeper = run.folder.keeper()
    if keeper is None:
        raise SystemExit(f"{run.id} has no keeper")
    return keeper.pid


def children(pid: int) -> list[int]:
    """Return the processes that ``pid`` has started and that still live."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def used(pid: int) -> float:
    """Return the memory that only ``pid`` uses, in MB of 2**20 bytes."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


if __name__ == "__main__":
    sys.exit(main())
