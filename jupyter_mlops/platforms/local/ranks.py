"""The ranks of one attempt: from what was asked for to guardians with their processes.

Standard library only, on the plain JSON of ``spec.json``: this runs before a keeper imports anything else.
"""

from __future__ import annotations

import os
import sys

from jupyter_mlops.domain.kinds import Address, Job, Shape, environment, pods
from jupyter_mlops.platforms.local import guardian, processes, signals
from jupyter_mlops.platforms.local.leases import Port, take_port
from jupyter_mlops.store import plainjson

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from jupyter_mlops.platforms.local.admission import Grant

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


class Work:
    """What a keeper has to do, and what it was given for it.

    Attributes:
        home: The home of the run.
        folder: The run's folder.
        spec: ``spec.json`` as it is.
        grant: Slot and devices.
        umask: The submitter's, which the ranks have.
    """

    def __init__(self, home: str, folder: str, spec: Spec, grant: Grant, umask: int) -> None:
        self.home, self.folder, self.spec = home, folder, spec
        self.grant, self.umask = grant, umask


class Attempt:
    """Guardians with their ranks. The end of this process ends them all."""

    def __init__(self, number: int, guardians: dict[int, int], lifeline: int, port: Port) -> None:
        self.number = number
        self.guardians = guardians
        self.port = port.number
        self._port = port
        self._lifeline = lifeline

    def terminate(self, rank: int) -> None:
        """Ask a rank to end."""
        processes.kill(self.guardians[rank], signals.SIGTERM)

    def kill(self, rank: int) -> None:
        """End a rank now."""
        processes.kill(self.guardians[rank], signals.SIGUSR1)

    def rank_pid(self, rank: int) -> int:
        """Return the pid of a rank, 0 while its guardian has not started it or after its end."""
        below = processes.children(self.guardians[rank])
        return below[0] if below else 0

    def close(self) -> None:
        """Cut the lifeline, so that whatever is left ends, and give the port back."""
        os.close(self._lifeline)
        self._port.release()


def read_spec(folder: str) -> Spec:
    """Return ``spec.json`` as plain JSON."""
    with open(f"{folder}/spec.json", "rb") as file:
        spec: Spec = plainjson.loads(file.read())
    return spec


def gpu_count(spec: Spec) -> int:
    """Return how many devices all ranks need together."""
    per_rank: int = spec.get("resources", {}).get("gpus", 0)
    return per_rank * int(spec.get("workers", 1))


def missing_variables(spec: Spec) -> list[str]:
    """Return the variables whose values were not written down and are not set here either."""
    return [name for name in spec.get("withheld", []) if name not in os.environ]


def log_path(folder: str, attempt: int, rank: int) -> str:
    """Return where a rank writes both its streams."""
    return f"{folder}/logs/{attempt}/{rank}.log"


def exit_path(folder: str, attempt: int, rank: int) -> str:
    """Return where a guardian tells how its rank ended."""
    return f"{folder}/logs/{attempt}/{rank}.exit"


def start_attempt(work: Work, number: int) -> Attempt:
    """Start every rank of attempt ``number``."""
    for folder in (f"{work.folder}/logs", f"{work.folder}/logs/{number}"):
        if not os.path.isdir(folder):
            os.mkdir(folder, mode=0o700)
    port = take_port(work.home)
    lifeline, keeper_end = os.pipe()
    commands = [_command(work, number, rank, port.number) for rank in range(work.spec.get("workers", 1))]
    port.open()
    guardians = {rank: guardian.start(command, lifeline) for rank, command in enumerate(commands)}
    os.close(lifeline)
    return Attempt(number, guardians, keeper_end, port)


def program(home: str, python: str, code: str) -> str:
    """Return ``code``, which imports from the runtime, for the interpreter ``python``, which may not have it."""
    if python == sys.executable:
        return code
    from pathlib import Path

    from jupyter_mlops.platforms.local.shim import shim_dir

    return f"import sys; sys.path.append({str(shim_dir(Path(home)))!r}); {code}"


def _command(work: Work, attempt: int, rank: int, port: int) -> guardian.RankCommand:
    return guardian.RankCommand(
        argv=[work.spec["python"], "-c", program(work.home, work.spec["python"], _BOOTSTRAP)],
        env=_environment(work, attempt, rank, port),
        cwd=work.spec["cwd"],
        log=log_path(work.folder, attempt, rank),
        exit=exit_path(work.folder, attempt, rank),
        cores=_cores(work, rank),
        umask=work.umask,
    )


def _environment(work: Work, attempt: int, rank: int, port: int) -> dict[str, str]:
    spec = work.spec
    env = dict(spec.get("env", {}))
    env.update({name: os.environ[name] for name in spec.get("withheld", []) if name in os.environ})
    shape = Shape.of(spec)
    job = Job(spec["name"], shape, [Address(ADDRESS, port) for _ in pods(shape)])
    env.update(environment(job, job.pods[rank]))
    env.update(
        {
            processes.MARK: work.folder,
            "JUPYTER_MLOPS_RUN": spec["id"],
            "JUPYTER_MLOPS_ATTEMPT": str(attempt),
            "JUPYTER_MLOPS_RANK": str(rank),
        }
    )
    return {**env, **_limits(work, rank)}


def _limits(work: Work, rank: int) -> dict[str, str]:
    resources = work.spec.get("resources", {})
    env = {}
    if cpus := resources.get("cpus"):
        env.update(dict.fromkeys(_THREADS, str(max(1, int(cpus)))))
    if count := resources.get("gpus", 0):
        mine = work.grant.devices[rank * count : (rank + 1) * count]
        env["CUDA_VISIBLE_DEVICES"] = ",".join(index for index, _ in mine)
    return env


def _cores(work: Work, rank: int) -> frozenset[int]:
    """Choose cores so that ranks, and runs in other slots, start at different ones."""
    cpus = work.spec.get("resources", {}).get("cpus")
    if not cpus:
        return frozenset()
    allowed = sorted(os.sched_getaffinity(0))
    width = int(-(-cpus // 1))
    first = (work.grant.number * work.spec.get("workers", 1) + rank) * width
    return frozenset(allowed[(first + offset) % len(allowed)] for offset in range(width))
