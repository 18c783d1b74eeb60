"""Which rank failed first, by what ranks of each framework really say when another one is gone."""

from __future__ import annotations

import signal

import pytest

from jupyter_mlops.domain.causes import Cause, Death, cause, first
from jupyter_mlops.domain.runs import CellError

# Recorded: two ranks, of which the other raised or was killed within a collective operation.
LOST = {
    "torch, gloo": (
        "RuntimeError",
        "[/pytorch/third_party/gloo/gloo/transport/tcp/pair.cc:534] Connection closed by peer [127.0.0.1]:63636",
    ),
    "torch, gloo, reset": (
        "RuntimeError",
        "[../third_party/gloo/gloo/transport/tcp/pair.cc:598] Connection reset by peer",
    ),
    "torch, NCCL": (
        "DistBackendError",
        (
            "NCCL error in: ../torch/csrc/distributed/c10d/ProcessGroupNCCL.cpp:1970, remote process exited or there "
            "was a network error, NCCL version 2.20.5\nncclRemoteError: A call failed possibly due to a network "
            "error or a remote process "
            "exiting prematurely.\nLast error:\nsocketProgress: Connection closed by remote peer"
        ),
    ),
    "torch, store": ("DistNetworkError", "failed to recv, got 0 bytes"),
    "torch, barrier": (
        "RuntimeError",
        "Rank 1 successfully reached monitoredBarrier, but received errors while waiting for send/recv from rank 0.",
    ),
    "xgboost": (
        "XGBoostError",
        (
            "[08:03:26] /workspace/src/collective/result.cc:83: [histogram.h:197|08:03:26]: \n\n"
            "- [allreduce.cc:135|08:03:26]: Ring Allreduce failed.\n"
            "- [allreduce.cc:101|08:03:26]: Ring scatter reduce failed, current iteration:0\n"
            "- [socket.h:79|08:03:26]: Poll error condition:Success code:0\nStack trace:\n  [bt] (0) libxgboost.so"
        ),
    ),
    "jax": (
        "ValueError",
        (
            "UNKNOWN: Gloo AllGather failed: [external/gloo/gloo/transport/tcp/pair.cc:534] Connection closed by peer "
            "[127.0.0.1]:29068"
        ),
    ),
    "tensorflow": (
        "UnavailableError",
        (
            "Graph execution error:\n\nDetected at node CollectiveReduceV2 defined at (most recent call last):\n\n"
            "Collective ops is aborted by: Error reported from /job:worker/task:1: The following tasks are unhealthy "
            "(stopped sending heartbeats):\n/job:worker/replica:0/task:1\n"
        ),
    ),
    "tensorflow, gRPC": (
        "UnavailableError",
        (
            "failed to connect to all addresses; last error: UNKNOWN: ipv4:127.0.0.1:2223: Failed to connect to remote "
            "host: Connection refused"
        ),
    ),
    "paddle, gloo": (
        "RuntimeError",
        (
            "[/paddle/third_party/gloo/gloo/transport/tcp/pair.cc:584] TIMEOUT self_rank = 0 pair_rank = 1 peer_str = "
            "[127.0.0.1]:60845"
        ),
    ),
    "python": ("ConnectionResetError", "[Errno 104] Connection reset by peer"),
    "python, pipe": ("BrokenPipeError", "[Errno 32] Broken pipe"),
}
OWN = {
    "bug": ("ValueError", "the true reason"),
    "shape": ("RuntimeError", "mat1 and mat2 shapes cannot be multiplied (32x64 and 10x64)"),
    "memory": ("OutOfMemoryError", "CUDA out of memory. Tried to allocate 20.00 MiB"),
    "file": ("FileNotFoundError", "[Errno 2] No such file or directory: 'data/shard-3.parquet'"),
    "module": ("ModuleNotFoundError", "No module named 'torchvision'"),
    "xgboost": ("XGBoostError", "[08:03:26] /workspace/src/data/data.cc:507: Check failed: valid: Label contains NaN"),
    "tensorflow": ("InvalidArgumentError", "Graph execution error:\n\nIncompatible shapes: [64,10] vs. [64,9]"),
}
ABORTED = """
terminate called after throwing an instance of 'c10::DistBackendError'
  what():  [PG ID 0 Rank 1] Process group watchdog thread terminated with exception: NCCL error: remote process exited
Fatal Python error: Aborted
"""
JAX_ABORTED = (
    "F0000 client.h:80] Terminating process because the JAX distributed service detected fatal errors. This most "
    "likely indicates that another task died; see the other task logs for more details."
)


def error(pair: tuple[str, str]) -> CellError:
    return CellError(type=pair[0], message=pair[1])


@pytest.mark.parametrize("pair", LOST.values(), ids=LOST)
def test_who_lost_another_is_known_by_its_words(pair: tuple[str, str]) -> None:
    assert cause(Death(0, ended=1.0, error=error(pair))) is Cause.LOST_ANOTHER


@pytest.mark.parametrize("pair", OWN.values(), ids=OWN)
def test_who_failed_by_itself_says_something_else(pair: tuple[str, str]) -> None:
    assert cause(Death(0, ended=1.0, error=error(pair))) is Cause.OWN


@pytest.mark.parametrize("tail", [ABORTED, JAX_ABORTED])
def test_libraries_that_give_up_are_known_by_the_log(tail: str) -> None:
    assert cause(Death(0, ended=1.0, signal=signal.SIGABRT, tail=tail)) is Cause.LOST_ANOTHER
    assert cause(Death(0, ended=1.0, signal=signal.SIGSEGV, tail=tail)) is Cause.OWN


def test_what_a_rank_printed_before_its_own_error_does_not_excuse_it() -> None:
    retried = "Connection reset by peer, trying again\nepoch 3"
    assert cause(Death(0, ended=1.0, error=error(OWN["bug"]), tail=retried)) is Cause.OWN


def test_the_one_that_failed_by_itself_is_first_even_if_it_ends_last() -> None:
    lost = Death(0, ended=10.0, failed=9.9, error=error(LOST["torch, gloo"]))
    told = Death(1, ended=10.2, signal=signal.SIGTERM)
    own = Death(2, ended=12.0, signal=signal.SIGKILL)
    assert first([lost, told, own]) == 2


def test_who_raised_before_is_first_even_if_it_still_goes() -> None:
    lost = Death(0, ended=10.0, error=error(LOST["xgboost"]))
    raised = Death(1, failed=9.5, error=error(OWN["bug"]))
    assert first([lost, raised]) == 1


def test_the_earliest_of_those_that_failed_by_themselves_is_first() -> None:
    assert first([Death(0, ended=10.0, signal=9), Death(1, ended=9.0, signal=11)]) == 1


def test_what_fails_long_after_is_no_cause() -> None:
    lost = Death(0, ended=10.0, error=error(LOST["torch, gloo"]))
    assert first([lost, Death(1, ended=20.0, signal=signal.SIGKILL)]) == 0


def test_where_all_lost_another_the_earliest_is_first() -> None:
    lost = [Death(rank, ended=10.0 - rank, error=error(LOST["torch, gloo"])) for rank in range(3)]
    assert first(lost) == 2


def test_nobody_is_first_where_nobody_failed() -> None:
    assert first([]) is None
