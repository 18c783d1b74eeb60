"""What the tests of all kinds run: the ranks of a run find each other and sum something."""

from __future__ import annotations

from pathlib import Path

ENVIRONMENTS = Path(__file__).parents[2] / ".bench" / "frameworks"
EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"

KINDS = ("pytorch", "tensorflow", "xgboost", "mpi", "paddle", "mxnet", "jax")

MODULES = {
    "pytorch": "torch",
    "tensorflow": "tensorflow",
    "xgboost": "xgboost",
    "mpi": "mpi4py",
    "paddle": "paddle",
    "mxnet": "mxnet",
    "jax": "jax",
}
"""What each is imported as."""

TOGETHER = {
    "pytorch": """\
import time
import torch
import torch.distributed as dist
dist.init_process_group("gloo")
number, count = dist.get_rank(), dist.get_world_size()
def total(value):
    held = torch.tensor([float(value)])
    dist.all_reduce(held)
    return held.item()
def leave():
    # Gloo's thread may still hold a tensor, and then waits for Python's lock while this one waits for the thread.
    dist.barrier()
    time.sleep(0.3)
    dist.destroy_process_group()
""",
    "tensorflow": """\
import tensorflow as tf
strategy = tf.distribute.MultiWorkerMirroredStrategy()
number, count = strategy.cluster_resolver.task_id, strategy.num_replicas_in_sync
@tf.function
def summed(value):
    return strategy.reduce("SUM", strategy.run(lambda: value), axis=None)
def total(value):
    return float(summed(tf.constant(float(value))))
def leave():
    pass
""",
    "xgboost": """\
import os
import numpy as np
from xgboost import collective
from xgboost.tracker import RabitTracker
number, count = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
host, port = os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"])
if number == 0:
    tracker = RabitTracker(count, host_ip=host, port=port)
    tracker.start()
collective.init(dmlc_tracker_uri=host, dmlc_tracker_port=port, dmlc_task_id=str(number))
def total(value):
    return collective.allreduce(np.array([float(value)]), collective.Op.SUM)[0]
def leave():
    collective.finalize()
    if number == 0:
        tracker.wait_for()
""",
    "mpi": """\
from mpi4py import MPI
number, count = MPI.COMM_WORLD.Get_rank(), MPI.COMM_WORLD.Get_size()
def total(value):
    return MPI.COMM_WORLD.allreduce(float(value))
def leave():
    pass
""",
    "paddle": """\
import paddle
import paddle.distributed as dist
dist.init_parallel_env()
number, count = dist.get_rank(), dist.get_world_size()
def total(value):
    held = paddle.to_tensor([float(value)])
    dist.all_reduce(held)
    return float(held[0])
def leave():
    pass
""",
    "mxnet": """\
import itertools
import os
import mxnet as mx
store = mx.kv.create("dist_sync")
# The store numbers workers as they come.
number, count = int(os.environ["DMLC_WORKER_ID"]), store.num_workers
keys = itertools.count()
def total(value):
    key, held = next(keys), mx.nd.array([float(value)])
    store.init(key, mx.nd.zeros(1))
    store.push(key, held)
    store.pull(key, held)
    return held.asscalar()
def leave():
    pass
""",
    "jax": """\
import os
import jax
import numpy as np
from jax.experimental.multihost_utils import process_allgather
jax.config.update("jax_cpu_collectives_implementation", "gloo")
address = os.environ["COORDINATOR_ADDRESS"] + ":" + os.environ["COORDINATOR_PORT"]
jax.distributed.initialize(address, int(os.environ["NUM_PROCESSES"]), int(os.environ["PROCESS_ID"]))
number, count = jax.process_index(), jax.process_count()
def total(value):
    return float(process_allgather(np.array([float(value)])).sum())
def leave():
    jax.distributed.shutdown()
""",
}
"""By kind, what defines the rank's ``number``, the ``count`` of them, ``total(value)`` over all, and ``leave()``."""


def python_of(kind: str) -> str:
    """Return the interpreter of a framework."""
    return str(ENVIRONMENTS / kind / "bin" / "python")
