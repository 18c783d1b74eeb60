"""Where a process stands among those that train together: in a run, on a cluster, or anywhere else.

``from jupyter_mlops import distributed``. In a run its own variables tell. Elsewhere those of the framework do, so that
a cell says the same where an operator, torchrun or mpirun has started it; a process that nobody else knows is alone.
Nothing is set up here: that is the framework's part.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["is_chief", "local_rank", "rank", "role", "world_size"]

_RANKS = (
    "JUPYTER_MLOPS_RANK",
    "OMPI_COMM_WORLD_RANK",
    "PADDLE_TRAINER_ID",
    "RANK",
    "PROCESS_ID",
    "JAX_PROCESS_ID",
)
_SIZES = (
    "JUPYTER_MLOPS_WORLD_SIZE",
    "OMPI_COMM_WORLD_SIZE",
    "PADDLE_TRAINERS_NUM",
    "WORLD_SIZE",
    "NUM_PROCESSES",
    "JAX_NUM_PROCESSES",
)
_LOCAL_RANKS = (
    "LOCAL_RANK",
    "JUPYTER_MLOPS_LOCAL_RANK",
    "OMPI_COMM_WORLD_LOCAL_RANK",
    "PADDLE_RANK_IN_NODE",
)
_TRAINING = ("chief", "master", "worker")
_ORDER = (*_TRAINING, "ps", "server", "scheduler", "evaluator")


def rank() -> int:
    """Return the number of this process, from 0: those that train come first, then those that serve them."""
    number = _first_of(_RANKS)
    return _of_cluster()[0] if number is None else number


def world_size() -> int:
    """Return how many processes train together."""
    number = _first_of(_SIZES)
    return _of_cluster()[1] if number is None else number


def local_rank() -> int:
    """Return the number of this process among those of its pod or machine, from 0."""
    return _first_of(_LOCAL_RANKS) or 0


def is_chief() -> bool:
    """Say whether this is rank 0, which saves checkpoints and prints what one process should print."""
    return rank() == 0


def role() -> str:
    """Return what this process is: ``master``, ``chief``, ``worker``, ``ps``, ``server``, ``evaluator``, and so on."""
    return os.environ.get("JUPYTER_MLOPS_ROLE") or _of_cluster()[2]


def _first_of(names: tuple[str, ...]) -> int | None:
    for name in names:
        value = os.environ.get(name)
        if value:
            return int(value)
    return None


def _of_cluster() -> tuple[int, int, str]:
    """Return rank, number of processes that train, and role, as TensorFlow, MXNet or PyTorch are told."""
    for name in ("TF_CONFIG", "MX_CONFIG"):
        if os.environ.get(name):
            import json

            return _in_order(json.loads(os.environ[name]))
    if os.environ.get("DMLC_ROLE"):
        workers = int(os.environ.get("DMLC_NUM_WORKER") or 1)
        is_worker = os.environ["DMLC_ROLE"] == "worker"
        number = int(os.environ.get("DMLC_WORKER_ID") or 0)
        return (number if is_worker else workers), workers, os.environ["DMLC_ROLE"]
    is_master = bool(os.environ.get("MASTER_ADDR")) and os.environ.get("RANK") == "0"
    return 0, 1, "master" if is_master else "worker"


def _in_order(told: dict[str, Any]) -> tuple[int, int, str]:
    cluster, task = told.get("cluster", {}), told.get("task", {})
    mine, index = str(task.get("type", "worker")), int(task.get("index", 0))
    order = [each for each in _ORDER if each in cluster]
    before = sum(len(cluster[each]) for each in order[: order.index(mine)]) if mine in order else 0
    return before + index, sum(len(cluster[each]) for each in order if each in _TRAINING) or 1, mine
