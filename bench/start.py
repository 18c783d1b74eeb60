"""From submit to the cell's first line, against ``subprocess.run([python, file])``; the second run and later ones."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.tables import new_workspace, print_table, summary
from jupyter_mlops.workspace import Workspace

PAIRS = 30
LIMIT_SECONDS = 0.080


def main() -> int:
    """Print the table, and return 0 if the limit is kept."""
    with new_workspace() as workspace, tempfile.TemporaryDirectory() as folder:
        stamp = Path(folder, "stamp")
        program = Path(folder, "program.py")
        program.write_text(f"import time\nopen({str(stamp)!r}, 'w').write(repr(time.time()))\n")
        run_seconds(workspace, program, stamp)
        bare_seconds(program, stamp)
        runs, bare = [], []
        for _ in range(PAIRS):
            runs.append(run_seconds(workspace, program, stamp))
            bare.append(bare_seconds(program, stamp))
    more = statistics.median(runs) - statistics.median(bare)
    print_table(
        f"Submit to the cell's first line, ms, {PAIRS} pairs (limit: {1000 * LIMIT_SECONDS:.0f} ms more than the peer)",
        ["", "median", "best", "90 %", "ratio", "more"],
        [
            ["python file", *summary(bare), "1.00", ""],
            ["run", *summary(runs), f"{statistics.median(runs) / statistics.median(bare):.2f}", f"{1000 * more:.1f}"],
        ],
    )
    return 0 if more <= LIMIT_SECONDS else 1


def run_seconds(workspace: Workspace, program: Path, stamp: Path) -> float:
    """Return the seconds from submit to the first line."""
    code = program.read_text()
    began = time.time()
    run = workspace.runs.submit(code, name="bench")
    if run.wait() != "succeeded":
        raise SystemExit(f"{run.id} is {run.state}: {run.why}")
    return take(stamp) - began


def bare_seconds(program: Path, stamp: Path) -> float:
    """Return the seconds that a bare interpreter needs to the same line."""
    began = time.time()
    subprocess.run([sys.executable, str(program)], check=True)
    return take(stamp) - began


def take(stamp: Path) -> float:
    """Return the time that the program wrote down."""
    moment = float(stamp.read_text())
    stamp.unlink()
    return moment


if __name__ == "__main__":
    sys.exit(main())
