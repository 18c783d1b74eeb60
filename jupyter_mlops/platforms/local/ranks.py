"""The ranks of one attempt: from what was asked for to guardians with their processes.

Standard library only, on the plain JSON of ``spec.json``: this runs before a keeper imports anything else.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from jupyter_mlops.domain.kinds import rank_environment
from jupyter_mlops.platforms.local import guardian, processes
from jupyter_mlops.platforms.local.admission import Grant
from jupyter_mlops.platforms.local.leases import take_port

Spec = dict[str, Any]

ADDRESS = "127.0.0.1"
_BOOTSTRAP = "from jupyter_mlops.runtime.bootstrap import main; main()"
_THREADS = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


class Attempt:
    """Guardians with their ranks. The end of this process ends them all."""

    def __init__(self, number: int, guardians: dict[int, int], lifeline: int, port: int) -> None:
        self.number = number
        self.guardians = guardians
        self.port = port
        self._lifeline = lifeline

    def terminate(self, rank: int) -> None:
        """Ask a rank to end."""
        processes.kill(self.guardians[rank], signal.SIGTERM)

    def kill(self, rank: int) -> None:
        """End a rank now."""
        processes.kill(self.guardians[rank], signal.SIGUSR1)

    def rank_pid(self, rank: int) -> int:
        """Return the pid of a rank, 0 while its guardian has not started it or after its end."""
        below = processes.children(self.guardians[rank])
        return below[0] if below else 0

    def close(self) -> None:
        """Cut the lifeline: whatever is left ends."""
        os.close(self._lifeline)


def read_spec(folder: Path) -> Spec:
    """Return ``spec.json`` as plain JSON."""
    with open(folder / "spec.json", "rb") as file:
        spec: Spec = json.load(file)
    return spec


def gpu_count(spec: Spec) -> int:
    """Return how many devices all ranks need together."""
    per_rank: int = spec.get("resources", {}).get("gpus", 0)
    return per_rank * int(spec.get("workers", 1))


def missing_variables(spec: Spec) -> list[str]:
    """Return the variables whose values were not written down and are not set here either."""
    return [name for name in spec.get("withheld", []) if name not in os.environ]


def log_path(folder: Path, attempt: int, rank: int) -> Path:
    """Return where a rank writes both its streams."""
    return folder / "logs" / str(attempt) / f"{rank}.log"


def exit_path(folder: Path, attempt: int, rank: int) -> Path:
    """Return where a guardian tells how its rank ended."""
    return folder / "logs" / str(attempt) / f"{rank}.exit"


def start_attempt(home: Path, folder: Path, spec: Spec, number: int, grant: Grant) -> Attempt:
    """Start every rank of attempt ``number``."""
    log_path(folder, number, 0).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    port = take_port(home)
    lifeline, keeper_end = os.pipe()
    commands = [
        _command(home, folder, spec, number, rank, grant, port.number) for rank in range(spec.get("workers", 1))
    ]
    port.open()
    guardians = {rank: guardian.start(command, lifeline) for rank, command in enumerate(commands)}
    os.close(lifeline)
    return Attempt(number, guardians, keeper_end, port.number)


def _command(
    home: Path, folder: Path, spec: Spec, attempt: int, rank: int, grant: Grant, port: int
) -> guardian.RankCommand:
    return guardian.RankCommand(
        argv=[spec["python"], "-c", _bootstrap(home, spec)],
        env=_environment(folder, spec, attempt, rank, grant, port),
        cwd=spec["cwd"],
        log=str(log_path(folder, attempt, rank)),
        exit=str(exit_path(folder, attempt, rank)),
        cores=_cores(spec, rank, grant.number),
    )


def _bootstrap(home: Path, spec: Spec) -> str:
    if spec["python"] == sys.executable:
        return _BOOTSTRAP
    from jupyter_mlops.platforms.local.shim import shim_dir

    return f"import sys; sys.path.append({str(shim_dir(home))!r}); {_BOOTSTRAP}"


def _environment(folder: Path, spec: Spec, attempt: int, rank: int, grant: Grant, port: int) -> dict[str, str]:
    env = dict(spec.get("env", {}))
    env.update({name: os.environ[name] for name in spec.get("withheld", []) if name in os.environ})
    env.update(rank_environment(spec.get("kind", "python"), rank, spec.get("workers", 1), ADDRESS, port))
    env.update(
        {
            processes.MARK: str(folder),
            "JUPYTER_MLOPS_RUN": spec["id"],
            "JUPYTER_MLOPS_ATTEMPT": str(attempt),
            "JUPYTER_MLOPS_RANK": str(rank),
        }
    )
    resources = spec.get("resources", {})
    if cpus := resources.get("cpus"):
        env.update(dict.fromkeys(_THREADS, str(max(1, int(cpus)))))
    if count := resources.get("gpus", 0):
        mine = grant.devices[rank * count : (rank + 1) * count]
        env["CUDA_VISIBLE_DEVICES"] = ",".join(index for index, _ in mine)
    return env


def _cores(spec: Spec, rank: int, slot: int) -> frozenset[int]:
    """Choose cores so that ranks, and runs in other slots, start at different ones."""
    cpus = spec.get("resources", {}).get("cpus")
    if not cpus:
        return frozenset()
    allowed = sorted(os.sched_getaffinity(0))
    width = -(-cpus // 1)
    first = int((slot * spec.get("workers", 1) + rank) * width)
    return frozenset(allowed[(first + offset) % len(allowed)] for offset in range(int(width)))
