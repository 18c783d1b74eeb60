"""Two ranks of torch's DistributedDataParallel, from submit to the first all-reduce done, against torchrun.

Both run the same script, in the environment that ``tools/frameworks.sh`` makes.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.environments import Missing, framework, plain
from bench.start import take
from bench.tables import new_workspace, print_table, summary
from jupyter_mlops.workspace import Workspace

PAIRS = 8
MOST_RATIO = 0.5
PATIENCE_SECONDS = 120.0
SCRIPT = """
import os, time
import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

dist.init_process_group("gloo")
torch.manual_seed(0)
model = DistributedDataParallel(torch.nn.Linear(4, 1))
model(torch.full((8, 4), float(dist.get_rank() + 1))).mean().backward()
assert model.module.weight.grad.tolist() == [[1.5] * 4], model.module.weight.grad
if dist.get_rank() == 0:
    with open({stamp!r} + ".draft", "w") as file:
        file.write(repr(time.time()))
    os.rename({stamp!r} + ".draft", {stamp!r})
dist.destroy_process_group()
"""


def main() -> int:
    """Print the table, and return 0 if the limit is kept, or torch is not to be had."""
    try:
        python = framework("pytorch")
    except Missing as missing:
        print(f"torch is left out: {missing}")
        return 0
    with tempfile.TemporaryDirectory() as folder, new_workspace() as workspace:
        stamp = Path(folder, "stamp")
        script = Path(folder, "script.py")
        script.write_text(SCRIPT.format(stamp=str(stamp)))
        # Once each for what the first time costs anybody: the disk's cache; and the template.
        torchrun_seconds(python, script, stamp)
        warm_up(workspace, python, script, stamp)
        warm, cold, theirs = [], [], []
        for _ in range(PAIRS):
            warm.append(run_seconds(workspace, python, script, stamp, cold=False))
            cold.append(run_seconds(workspace, python, script, stamp, cold=True))
            theirs.append(torchrun_seconds(python, script, stamp))
        count = sum(run.status.warm is True for run in workspace.runs.list())
    peer = statistics.median(theirs)
    ratio = statistics.median(warm) / peer
    print_table(
        f"Two ranks of torch: submit to the first all-reduce done, ms, {PAIRS} each, {count} warm "
        f"(limit: {MOST_RATIO} of torchrun)",
        ["", "median", "best", "90 %", "ratio"],
        [
            ["torchrun --nproc-per-node 2", *summary(theirs), "1.00"],
            ["run, cold", *summary(cold), f"{statistics.median(cold) / peer:.2f}"],
            ["run, warm", *summary(warm), f"{ratio:.2f}"],
        ],
    )
    return 0 if ratio < MOST_RATIO else 1


def warm_up(workspace: Workspace, python: Path, script: Path, stamp: Path) -> None:
    """Run until a run begins warm: a template is made in the background, as fast as the machine allows."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        run_seconds(workspace, python, script, stamp, cold=False)
        if workspace.runs.list()[0].status.warm:
            return
        time.sleep(1)
    raise SystemExit("No template was made.")


def run_seconds(workspace: Workspace, python: Path, script: Path, stamp: Path, *, cold: bool) -> float:
    """Return the seconds from submit to the first all-reduce done."""
    began = time.time()
    run = workspace.runs.submit(script.read_text(), name="bench", kind="pytorch", workers=2, python=python, cold=cold)
    if run.wait() != "succeeded":
        raise SystemExit(f"{run.id} is {run.state}: {run.why}")
    return take(stamp) - began


def torchrun_seconds(python: Path, script: Path, stamp: Path) -> float:
    """Return the seconds that torchrun needs to the same line."""
    began = time.time()
    command = [str(python), "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", str(script)]
    # It would say so in a warning, and do it: one thread each.
    subprocess.run(command, check=True, env={**plain(), "OMP_NUM_THREADS": "1"})
    return take(stamp) - began


if __name__ == "__main__":
    sys.exit(main())
