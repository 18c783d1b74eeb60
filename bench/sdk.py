"""One trivial cell, against the local process backend of the Kubeflow SDK: one process, and a new venv for each run.

The SDK is given what suits it best: a runtime that asks for no packages. Its own default runtime wants torchrun, so
each run would install torch first.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.environments import Missing, environment, plain
from bench.start import run_seconds
from bench.tables import new_workspace, print_table, summary

OURS, THEIRS = 30, 5
LEAST_RATIO = 20.0
SDK = "kubeflow==0.5.0"
# A function, for the SDK takes no cell; the same statement is our cell.
_PEER = """
import sys, time
from pathlib import Path
from kubeflow.trainer import CustomTrainer, LocalProcessBackendConfig, Runtime, RuntimeTrainer, TrainerClient
from kubeflow.trainer.types.types import TrainerType

stamp = Path(sys.argv[1])
client = TrainerClient(LocalProcessBackendConfig())

def train(parameters):
    import time
    open(parameters["stamp"], 'w').write(repr(time.time()))

def seconds():
    known = client.get_runtime("torch-distributed")
    bare = RuntimeTrainer(trainer_type=TrainerType.CUSTOM_TRAINER, framework="python", image="local")
    runtime = Runtime(name=known.name, kind=known.kind, trainer=bare)
    began = time.time()
    job = client.train(runtime=runtime, trainer=CustomTrainer(func=train, func_args={"stamp": str(stamp)}))
    client.wait_for_job_status(job, {"Complete", "Failed"}, polling_interval=1)
    if not stamp.exists():
        raise SystemExit("\\n".join(client.get_job_logs(job)))
    moment = float(stamp.read_text())
    stamp.unlink()
    return moment - began

for _ in range(int(sys.argv[2])):
    print(seconds(), flush=True)
"""


def main() -> int:
    """Print the table, and return 0 if the limit is kept, or the SDK is not to be had."""
    try:
        python = environment("kubeflow-sdk", SDK)
    except Missing as missing:
        print(f"The Kubeflow SDK is left out: {missing}")
        return 0
    with tempfile.TemporaryDirectory() as folder, new_workspace() as workspace:
        stamp = Path(folder, "stamp")
        cell = Path(folder, "cell.py")
        cell.write_text(f"import time\nopen({str(stamp)!r}, 'w').write(repr(time.time()))\n")
        run_seconds(workspace, cell, stamp)
        ours = [run_seconds(workspace, cell, stamp) for _ in range(OURS)]
        theirs = sdk_seconds(python, Path(folder))
    ratio = statistics.median(theirs) / statistics.median(ours)
    print_table(
        f"Submit to the cell's first line, ms, {OURS} and {THEIRS} times (limit: the SDK takes {LEAST_RATIO:.0f} x)",
        ["", "median", "best", "90 %", "ratio"],
        [["run", *summary(ours), "1.00"], ["Kubeflow SDK 0.5, local process", *summary(theirs), f"{ratio:.0f}"]],
    )
    return 0 if ratio >= LEAST_RATIO else 1


def sdk_seconds(python: Path, folder: Path) -> list[float]:
    """Return the seconds from ``train`` to the function's first line, of each time."""
    program = folder / "peer.py"
    program.write_text(_PEER)
    env = plain()
    # It takes whatever ``python`` is on the path to make its environments with.
    env["PATH"] = f"{python.parent}:{env['PATH']}"
    command = [str(python), str(program), str(folder / "peer-stamp"), str(THEIRS)]
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=True)
    return [float(line) for line in done.stdout.split()]


if __name__ == "__main__":
    sys.exit(main())
