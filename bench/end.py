"""From the end of the last rank to the return of ``wait()`` on the same machine.

The peer is the least that is possible: a parent that waits for a child of its own.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from bench.tables import new_workspace, print_table, summary
from jupyter_mlops.workspace import Workspace

PAIRS = 30
LIMIT_SECONDS = 0.060
PROGRAM = "import time\ntime.sleep(0.3)\n"


def main() -> int:
    """Print the table, and return 0 if the limit is kept."""
    with new_workspace() as workspace:
        run_seconds(workspace)
        runs, bare = [], []
        for _ in range(PAIRS):
            runs.append(run_seconds(workspace))
            bare.append(bare_seconds())
    ratio = statistics.median(runs) / statistics.median(bare)
    print_table(
        f"End of the last rank to wait() returning, ms, {PAIRS} pairs (limit: {1000 * LIMIT_SECONDS:.0f} ms)",
        ["", "median", "best", "90 %", "ratio"],
        [
            ["waitpid of a child, from its last line", *summary(bare), "1.00"],
            ["run.wait(), from the rank's exit", *summary(runs), f"{ratio:.2f}"],
        ],
    )
    return 0 if statistics.median(runs) <= LIMIT_SECONDS else 1


def run_seconds(workspace: Workspace) -> float:
    """Return the seconds between the rank's exit, as its guardian saw it, and the return of ``wait``."""
    run = workspace.runs.submit(PROGRAM, name="bench")
    run.wait()
    returned = time.time()
    ended = run.ranks[0].ended
    if ended is None:
        raise SystemExit(f"{run.id} is {run.state}: {run.why}")
    return returned - ended


def bare_seconds() -> float:
    """Return the seconds between a child's last line and its parent's knowledge of its end."""
    program = f"{PROGRAM}print(time.time(), flush=True)"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return time.time() - float(done.stdout)


if __name__ == "__main__":
    sys.exit(main())
