"""The pods of one attempt: from what was asked for to guardians with their processes.

Standard library only, on the plain JSON of ``spec.json``: this runs before a keeper imports anything else.
"""

from __future__ import annotations

import os

from jupyter_mlops.domain.kinds import MPIRUN, Address, Job, Pod, Shape, environment, job_name, pods, training_count
from jupyter_mlops.platforms.local import guardian, processes, wrapped
from jupyter_mlops.platforms.local.leases import take_port, usual_slot_count
from jupyter_mlops.platforms.local.starters import Starters
from jupyter_mlops.platforms.local.warm import Templates
from jupyter_mlops.store import plainjson

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from jupyter_mlops.platforms.local.admission import Grant
    from jupyter_mlops.platforms.local.guarded import Guarded

    Spec = dict[str, Any]

ADDRESS = "127.0.0.1"
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
    """Guardians with their pods. The end of this process ends them all.

    Attributes:
        number: Of the attempt, from 1.
        job: The run as its operator would see it.
        guarded: The pods that were started, by their place in ``job.pods``.
        templates: What pods may begin from.
    """

    def __init__(self, work: Work, number: int) -> None:
        shape = Shape.of(work.spec)
        name = job_name(work.spec["name"])
        path = work.spec.get("env", {}).get("PATH")
        self._starters = Starters(work.home, work.spec["python"], logs_path(work.folder, number), path)
        self._ports = [take_port(work.home) for _ in pods(shape)]
        addresses = [Address(ADDRESS, port.number) for port in self._ports]
        files = self._starters.mpi_files(name, shape) if shape.kind == "mpi" else None
        self.number, self.job = number, Job(name, shape, addresses, files)
        self.guarded: dict[int, Guarded] = {}
        self.templates = Templates(work.home, work.spec, work.folder, work.umask)
        self._work = work
        self._lifeline, self._keeper_end = os.pipe()

    @property
    def pods(self) -> list[Pod]:
        """All pods of the run."""
        return self.job.pods

    @property
    def taken(self) -> str:
        """The ports that the pods were given, for people."""
        return ", ".join(str(port.number) for port in self._ports)

    def ranks_of(self, pod: int) -> range:
        """Return the ranks that begin with the start of a pod: with ``mpirun``, which is the last, all of them."""
        of = self.pods[pod]
        return range(0 if of.starts == MPIRUN else of.first, of.first + of.ranks)

    def start(self, pod: int) -> None:
        """Start a pod, for the first time or once more."""
        if pod in self.guarded:
            self._forget_end(pod)
        command = _command(self._work, self.number, self.job, self.pods[pod], self._starters)
        if self.job.shape.kind == "mpi":
            command.env["JUPYTER_MLOPS_MPI"] = self._starters.mpi_place()
        if self.pods[pod].starts == MPIRUN:
            # No rank has it from there; what mpirun keeps while it goes would stay in /tmp when it is killed.
            command.env["TMPDIR"] = self._starters.mpi_place()
        forked = self.templates.start(command, self._lifeline, self.pods[pod].starts)
        self.guarded[pod] = forked or guardian.start(command, self._lifeline)

    def open_ports(self) -> None:
        """Let the pods bind what was held for them."""
        for port in self._ports:
            port.open()

    def close(self) -> None:
        """Cut the lifeline, so that whatever is left ends, and give the ports back."""
        os.close(self._keeper_end)
        os.close(self._lifeline)
        for port in self._ports:
            port.release()
        if self.job.shape.kind == "mpi":
            self._starters.clean()

    def _forget_end(self, pod: int) -> None:
        """Remove what an earlier process of the pod left, so that it is not taken for what the next one says."""
        folder, number = self._work.folder, self.number
        left = [wrapped.starter_exit(folder, number, self.pods[pod].first)]
        for rank in self.ranks_of(pod):
            left += [exit_path(folder, number, rank), wrapped.pid_path(folder, number, rank)]
        for path in filter(os.path.exists, left):
            os.unlink(path)


def read_spec(folder: str) -> Spec:
    """Return ``spec.json`` as plain JSON."""
    with open(f"{folder}/spec.json", "rb") as file:
        spec: Spec = plainjson.loads(file.read())
    return spec


def gpu_count(spec: Spec) -> int:
    """Return how many devices all ranks need together: those that train have some."""
    per_rank: int = spec.get("resources", {}).get("gpus", 0)
    return per_rank * training_count(Shape.of(spec))


def missing_variables(spec: Spec) -> list[str]:
    """Return the variables whose values were not written down and are not set here either."""
    return [name for name in spec.get("withheld", []) if name not in os.environ]


def logs_path(folder: str, attempt: int) -> str:
    """Return the folder of an attempt's logs."""
    return f"{folder}/logs/{attempt}"


def log_path(folder: str, attempt: int, rank: int) -> str:
    """Return where a rank writes both its streams."""
    return f"{folder}/logs/{attempt}/{rank}.log"


def exit_path(folder: str, attempt: int, rank: int) -> str:
    """Return where a guardian tells how its rank ended."""
    return f"{folder}/logs/{attempt}/{rank}.exit"


def clean(home: str, folder: str) -> None:
    """Remove what the attempts of a run, whose keeper could not, have left outside of its folder."""
    spec = read_spec(folder)
    if spec.get("kind") == "mpi":
        for attempt in os.listdir(f"{folder}/logs") if os.path.isdir(f"{folder}/logs") else []:
            Starters(home, spec["python"], f"{folder}/logs/{attempt}", None).clean()


def start_attempt(work: Work, number: int) -> Attempt:
    """Start every pod of attempt ``number``."""
    for folder in (f"{work.folder}/logs", logs_path(work.folder, number)):
        if not os.path.isdir(folder):
            os.mkdir(folder, mode=0o700)
    attempt = Attempt(work, number)
    attempt.open_ports()
    for pod in range(len(attempt.pods)):
        attempt.start(pod)
    return attempt


def _command(work: Work, attempt: int, job: Job, pod: Pod, starters: Starters) -> guardian.RankCommand:
    return guardian.RankCommand(
        argv=starters.argv(job.shape, pod),
        env=_environment(work, attempt, job, pod),
        cwd=work.spec["cwd"],
        log=(wrapped.starter_log if pod.is_wrapped else log_path)(work.folder, attempt, pod.first),
        exit=(wrapped.starter_exit if pod.is_wrapped else exit_path)(work.folder, attempt, pod.first),
        cores=_cores(work, job.shape, pod),
        umask=work.umask,
        # A limit that was lifted lets more runs go than there are cores, and the notebook is to answer meanwhile.
        stands_back=work.grant.number >= usual_slot_count(),
    )


def _environment(work: Work, attempt: int, job: Job, pod: Pod) -> dict[str, str]:
    spec = work.spec
    env = dict(spec.get("env", {}))
    env.update({name: os.environ[name] for name in spec.get("withheld", []) if name in os.environ})
    env.update(environment(job, pod))
    env.update(own_variables(work.folder, spec["id"], attempt, job, pod))
    return {**env, **_limits(work, job.shape, pod)}


def own_variables(folder: str, run_id: str, attempt: int, job: Job, pod: Pod) -> dict[str, str]:
    """Return what a pod is told here beside what its operator would tell it."""
    return {
        processes.MARK: folder,
        "JUPYTER_MLOPS_RUN": run_id,
        "JUPYTER_MLOPS_ATTEMPT": str(attempt),
        "JUPYTER_MLOPS_RANK": str(pod.first),
        "JUPYTER_MLOPS_WORLD_SIZE": str(training_count(job.shape)),
        "JUPYTER_MLOPS_LOCAL_RANK": "0",
        "JUPYTER_MLOPS_ROLE": pod.role,
        "JUPYTER_MLOPS_INDEX": str(pod.index),
    }


def thread_variables(cpus: float | None) -> dict[str, str]:
    """Return what tells libraries how many threads a process may use."""
    return dict.fromkeys(_THREADS, str(max(1, int(cpus)))) if cpus else {}


def _limits(work: Work, shape: Shape, pod: Pod) -> dict[str, str]:
    resources = work.spec.get("resources", {})
    env = thread_variables(resources.get("cpus"))
    if count := resources.get("gpus", 0):
        last = min(pod.first + pod.ranks, training_count(shape))
        mine = work.grant.devices[pod.first * count : last * count]
        env["CUDA_VISIBLE_DEVICES"] = ",".join(index for index, _ in mine)
    return env


def _cores(work: Work, shape: Shape, pod: Pod) -> frozenset[int]:
    """Choose cores so that pods, and runs in other slots, start at different ones."""
    cpus = work.spec.get("resources", {}).get("cpus")
    if not cpus:
        return frozenset()
    allowed = sorted(os.sched_getaffinity(0))
    width = int(-(-cpus // 1))
    first = (work.grant.number * training_count(shape) + pod.first) * width
    return frozenset(allowed[(first + offset) % len(allowed)] for offset in range(width * pod.ranks))
