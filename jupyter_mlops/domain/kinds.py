"""What a run's processes are: from kind and numbers to pods, and from a pod to the environment it gets.

A *pod* is what the training operators start as one: it has a role, an index in that role, an address, and one or more
*ranks*, the processes that run the cell. Every variable that the operator of a kind gives its pods is here, by name and
value; nothing else is. ``tests/golden`` has recordings of the real operators, against which a test holds this file.

Standard library only and free of structs: a keeper calls it before it imports anything else.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    Variables = dict[str, str]

CELL, TORCHRUN, PADDLE, MPIRUN, MPI_WORKER = "cell", "torchrun", "paddle", "mpirun", "mpi-worker"
"""What a pod starts: the cell itself, or what the operator's environment is input for; an MPI worker waits for
``mpirun``, which starts the cell in it."""


class Shape:
    """What was asked for of a run's processes.

    Attributes:
        kind: One of ``KINDS``.
        workers: Pods that train.
        slots: Processes in each of them.
        ps: Parameter servers: tensorflow's PS, paddle's Master.
        evaluator: Whether there is one, of tensorflow.
        servers: mxnet's servers.
        chief: Whether the first worker of tensorflow is a Chief.
    """

    def __init__(
        self,
        kind: str = "python",
        workers: int = 1,
        *,
        slots: int = 1,
        ps: int = 0,
        evaluator: bool = False,
        servers: int = 1,
        chief: bool = False,
    ) -> None:
        self.kind, self.workers, self.slots = kind, workers, slots
        self.ps, self.evaluator, self.servers, self.chief = ps, evaluator, servers, chief

    @classmethod
    def of(cls, spec: Mapping[str, Any]) -> Shape:
        """Return the shape that ``spec.json``, as plain JSON, asks for."""
        return cls(
            spec.get("kind", "python"),
            spec.get("workers", 1),
            slots=spec.get("slots", 1),
            ps=spec.get("ps", 0),
            evaluator=spec.get("evaluator", False),
            servers=spec.get("servers", 1),
            chief=spec.get("chief", False),
        )


class Pod:
    """One pod of a run.

    Attributes:
        role: As the operator says it, in lower case: ``master``, ``worker``, ``ps``, …
        index: Zero-based, within the role.
        first: The number of its first rank in the run.
        ranks: How many processes of it run the cell, or 1 for what only serves them.
        starts: What it starts: ``CELL``, ``TORCHRUN``, …
    """

    def __init__(self, role: str, index: int, first: int, ranks: int = 1, starts: str = CELL) -> None:
        self.role, self.index, self.first, self.ranks, self.starts = role, index, first, ranks, starts

    @property
    def name(self) -> str:
        """Return ``worker-0``."""
        return f"{self.role}-{self.index}"

    @property
    def is_wrapped(self) -> bool:
        """Say whether its ranks are started by something else, which itself is none."""
        return self.starts in (TORCHRUN, PADDLE, MPI_WORKER)


class Address:
    """Where a pod can be reached.

    Attributes:
        host: Name or address.
        port: The port that is the pod's own.
    """

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class Files:
    """Where the files lie that the MPI operator mounts.

    Attributes:
        agent: Program that starts a command in a worker; ``/etc/mpi/kubexec.sh`` on a cluster.
        hosts: mpirun's hostfile.
    """

    def __init__(self, agent: str = "/etc/mpi/kubexec.sh", hosts: str = "/etc/mpi/hostfile") -> None:
        self.agent, self.hosts = agent, hosts


class Job:
    """A run as its operator sees it.

    Attributes:
        name: Name of the job.
        shape: What was asked for.
        pods: In the order of ``pods``.
        addresses: One for each pod, in the same order.
        files: Where an MPI launcher finds what it needs.
    """

    def __init__(self, name: str, shape: Shape, addresses: Sequence[Address], files: Files | None = None) -> None:
        self.name, self.shape = name, shape
        self.pods = pods(shape)
        self.addresses = addresses
        self.files = files or Files()

    def of(self, role: str) -> list[Address]:
        """Return the addresses of a role, in the order of its pods."""
        return [address for pod, address in zip(self.pods, self.addresses, strict=True) if pod.role == role]

    def pod_of(self, rank: int) -> Pod:
        """Return the pod that a rank is in."""
        return next(pod for pod in self.pods if pod.first <= rank < pod.first + pod.ranks)

    def address(self, pod: Pod) -> Address:
        """Return the address of one of its pods."""
        return self.of(pod.role)[pod.index]


def pods(shape: Shape) -> list[Pod]:
    """Return the pods of a run in the order of their ranks: those that train, then those that serve them."""
    return _PODS[shape.kind](shape)


def job_name(name: str) -> str:
    """Return what a run of that name is called as a job, and its hosts after it: a label of the domain name system."""
    return name.lower().replace("_", "-").strip("-") or "run"


def rank_count(shape: Shape) -> int:
    """Return how many ranks a run has, those that only serve included."""
    return sum(pod.ranks for pod in pods(shape))


def training_count(shape: Shape) -> int:
    """Return how many processes train together: the world's size."""
    pods = shape.workers + (shape.ps if shape.kind == "paddle" else 0)
    return pods * shape.slots


def environment(job: Job, pod: Pod) -> Variables:
    """Return the variables that the operator gives a pod."""
    return _ENVIRONMENTS[job.shape.kind](job, pod)


def deciding(shape: Shape) -> list[Pod]:
    """Return the pods that must all end well for the run to have succeeded; the others do not count then.

    As the operators have it: the Master of pytorch and xgboost, the Chief of tensorflow, else its first worker, the
    launcher of mpi, the scheduler of mxnet, the Master of paddle; every worker where none of these is there.
    """
    found = pods(shape)
    if shape.kind == "mxnet":
        # The scheduler ends when the workers have left it, as they do when they fail: a moment before that is seen.
        return [pod for pod in found if pod.role != "server"]
    for role in _DECIDING.get(shape.kind, ()):
        if there := [pod for pod in found if pod.role == role]:
            return there[:1] if (shape.kind, role) == ("tensorflow", "worker") else there
    return [pod for pod in found if pod.role == "worker"]


def is_lasting(shape: Shape, pod: Pod) -> bool:
    """Say whether a pod serves the others for ever, and is ended when they are done.

    Servers of mxnet and parameter servers of paddle are none: they end by themselves when those that train say so.
    """
    # A Chief with parameter servers hands out the work, and the workers are servers, too.
    serves_a_chief = shape.kind == "tensorflow" and pod.role == "worker" and shape.chief and shape.ps > 0
    return serves_a_chief or (shape.kind, pod.role) in _LASTING


def starters(shape: Shape) -> list[str]:
    """Return what the pods of a run are started with beside the cell: ``TORCHRUN``, ``PADDLE``, ``MPIRUN``."""
    found = {pod.starts for pod in pods(shape)}
    return [each for each in (TORCHRUN, PADDLE, MPIRUN) if each in found]


_DECIDING = {
    "pytorch": ("master",),
    "xgboost": ("master",),
    "tensorflow": ("chief", "worker"),
    "mpi": ("launcher",),
    "paddle": ("master",),
}

_LASTING = {
    ("tensorflow", "ps"),
    ("tensorflow", "evaluator"),
    ("mpi", "worker"),
}


def _row(role: str, count: int, first: int, ranks: int = 1, starts: str = CELL) -> list[Pod]:
    return [Pod(role, index, first + index * ranks, ranks, starts) for index in range(count)]


def _workers(shape: Shape) -> list[Pod]:
    return _row("worker", shape.workers, 0, shape.slots)


def _with_a_master(shape: Shape) -> list[Pod]:
    starts = TORCHRUN if shape.slots > 1 else CELL
    return [
        *_row("master", 1, 0, shape.slots, starts),
        *_row("worker", shape.workers - 1, shape.slots, shape.slots, starts),
    ]


def _tensorflow_pods(shape: Shape) -> list[Pod]:
    chiefs = int(shape.chief)
    return [
        *_row("chief", chiefs, 0),
        *_row("worker", shape.workers - chiefs, chiefs),
        *_row("ps", shape.ps, shape.workers),
        *_row("evaluator", int(shape.evaluator), shape.workers + shape.ps),
    ]


def _mpi_pods(shape: Shape) -> list[Pod]:
    processes = training_count(shape)
    return [
        *_row("worker", shape.workers, 0, shape.slots, MPI_WORKER),
        *_row("launcher", 1, processes, starts=MPIRUN),
    ]


def _paddle_pods(shape: Shape) -> list[Pod]:
    # Its launcher starts a trainer in every pod, and with a Master a server besides.
    return [
        *_row("master", shape.ps, 0, shape.slots, PADDLE),
        *_row("worker", shape.workers, shape.ps * shape.slots, shape.slots, PADDLE),
    ]


def _mxnet_pods(shape: Shape) -> list[Pod]:
    return [
        *_row("worker", shape.workers, 0),
        *_row("server", shape.servers, shape.workers),
        *_row("scheduler", 1, shape.workers + shape.servers),
    ]


def _python(job: Job, pod: Pod) -> Variables:
    """What processes of no framework find each other by: the names that most of them know."""
    master = job.addresses[0]
    return {
        "RANK": str(pod.index),
        "WORLD_SIZE": str(job.shape.workers),
        "LOCAL_RANK": str(pod.index),
        "LOCAL_WORLD_SIZE": str(job.shape.workers),
        "MASTER_ADDR": master.host,
        "MASTER_PORT": str(master.port),
    }


def _pytorch(job: Job, pod: Pod) -> Variables:
    master, shape = job.addresses[0], job.shape
    # RANK counts pods, WORLD_SIZE processes: with several in a pod only torchrun makes sense of them, from PET_*.
    number = str(_number(pod))
    return {
        "PYTHONUNBUFFERED": "1",
        "MASTER_ADDR": master.host,
        "MASTER_PORT": str(master.port),
        "PET_MASTER_ADDR": master.host,
        "PET_MASTER_PORT": str(master.port),
        "WORLD_SIZE": str(training_count(shape)),
        "RANK": number,
        "PET_NODE_RANK": number,
        "PET_NPROC_PER_NODE": str(shape.slots) if shape.slots > 1 else "auto",
        "PET_NNODES": str(shape.workers),
    }


def _xgboost(job: Job, pod: Pod) -> Variables:
    [master], workers = job.of("master"), job.of("worker")
    variables = {
        "PYTHONUNBUFFERED": "1",
        "MASTER_ADDR": master.host,
        "MASTER_PORT": str(master.port),
        "WORLD_SIZE": str(job.shape.workers),
        "RANK": str(_number(pod)),
    }
    if workers:
        variables["WORKER_PORT"] = str(workers[0].port)
        variables["WORKER_ADDRS"] = ",".join(worker.host for worker in workers)
    return variables


def _tensorflow(job: Job, pod: Pod) -> Variables:
    if len(job.pods) == 1:
        return {}
    roles = ("chief", "evaluator", "ps", "worker")
    hosts = {role: _quoted(map(str, job.of(role))) for role in roles}
    cluster = ",".join(f'"{role}":[{each}]' for role, each in hosts.items() if each)
    return {"TF_CONFIG": f'{{"cluster":{{{cluster}}},"task":{_task(pod)},"environment":"cloud"}}'}


def _mpi(job: Job, pod: Pod) -> Variables:
    if pod.role != "launcher":
        return {}
    return {
        "OMPI_MCA_plm_rsh_agent": job.files.agent,
        "OMPI_MCA_orte_default_hostfile": job.files.hosts,
        "NVIDIA_VISIBLE_DEVICES": "",
        "NVIDIA_DRIVER_CAPABILITIES": "",
        "I_MPI_HYDRA_BOOTSTRAP": "rsh",
        "I_MPI_HYDRA_BOOTSTRAP_EXEC": job.files.agent,
    }


def _paddle(job: Job, pod: Pod) -> Variables:
    chief = (job.of("master") or job.of("worker"))[0]
    variables = {
        "PYTHONUNBUFFERED": "1",
        "PADDLE_JOB_ID": job.name,
        "PADDLE_NNODES": str(len(job.pods)),
        "PADDLE_MASTER": str(chief),
    }
    if job.address(pod) is chief:
        variables["POD_IP_DUMMY"] = chief.host
    if job.shape.ps:
        variables["PADDLE_SERVER_NUM" if pod.role == "master" else "PADDLE_TRAINER_NUM"] = "1"
    return variables


def _mxnet(job: Job, pod: Pod) -> Variables:
    [scheduler] = job.of("scheduler")
    roles = ("scheduler", "server", "worker")
    cluster = ",".join(f'"{role}":[{",".join(map(_url, job.of(role)))}]' for role in roles if job.of(role))
    labels = ",".join(f'"{role}":""' for role in roles if job.of(role))
    variables = {
        "MX_CONFIG": f'{{"cluster":{{{cluster}}},"labels":{{{labels}}},"task":{_task(pod)}}}',
        "DMLC_PS_ROOT_URI": scheduler.host,
        "DMLC_PS_ROOT_PORT": str(scheduler.port),
        "DMLC_NUM_SERVER": str(job.shape.servers),
        "DMLC_NUM_WORKER": str(job.shape.workers),
        "DMLC_ROLE": pod.role,
        "DMLC_USE_KUBERNETES": "1",
    }
    if pod.role == "worker":
        variables["DMLC_WORKER_ID"] = str(pod.index)
    return variables


def _jax(job: Job, pod: Pod) -> Variables:
    first = job.addresses[0]
    return {
        "PYTHONUNBUFFERED": "1",
        "COORDINATOR_ADDRESS": first.host,
        "COORDINATOR_PORT": str(first.port),
        "NUM_PROCESSES": str(job.shape.workers),
        "PROCESS_ID": str(pod.index),
    }


def _number(pod: Pod) -> int:
    """Return the number of a pod where the Master is the first of all."""
    return 0 if pod.role == "master" else pod.index + 1


def _quoted(texts: map[str]) -> str:
    return ",".join(f'"{text}"' for text in texts)


def _task(pod: Pod) -> str:
    return f'{{"type":"{pod.role}","index":{pod.index}}}'


def _url(address: Address) -> str:
    return f'{{"url":"{address.host}","port":{address.port}}}'


_PODS: dict[str, Callable[[Shape], list[Pod]]] = {
    "python": _workers,
    "pytorch": _with_a_master,
    "tensorflow": _tensorflow_pods,
    "xgboost": _with_a_master,
    "mpi": _mpi_pods,
    "paddle": _paddle_pods,
    "mxnet": _mxnet_pods,
    "jax": _workers,
}

_ENVIRONMENTS: dict[str, Callable[[Job, Pod], Variables]] = {
    "python": _python,
    "pytorch": _pytorch,
    "tensorflow": _tensorflow,
    "xgboost": _xgboost,
    "mpi": _mpi,
    "paddle": _paddle,
    "mxnet": _mxnet,
    "jax": _jax,
}

KINDS = tuple(_PODS)

OPTIONS: dict[str, tuple[str, ...]] = {
    "pytorch": ("slots",),
    "tensorflow": ("ps", "evaluator", "chief"),
    "mpi": ("slots",),
    "paddle": ("slots", "ps"),
    "mxnet": ("servers",),
}
"""What of a ``Shape`` a kind knows beside its workers."""
