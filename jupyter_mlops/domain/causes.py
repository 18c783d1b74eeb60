"""Which rank failed first: a pure rule on how ranks ended, and on what they said.

When a rank dies those that train with it die too: their connections break, or what started them ends them. They may be
gone before the one that failed is, which still writes its traceback or leaves its libraries. So the order of the ends
alone says nothing: a rank that has lost another one failed because of that one.
"""

from __future__ import annotations

import re
import signal
from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from jupyter_mlops.domain.runs import CellError

NEAR_SECONDS = 3.0
"""How far apart a cause and what it causes lie at most: what heartbeats find later has been decided before."""

_CRASHES = frozenset({signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGABRT})

# What processes say that have lost another one, by who says it.
_WORDS = (
    # The system, and whatever passes on what it said.
    r"connection (?:reset|closed|aborted|refused)|broken pipe|socket closed|transport endpoint is not connected",
    r"software caused connection abort|peer (?:closed|reset|has gone|is down)",
    # gloo, below torch, JAX and Paddle.
    r"gloo/transport/|connect timeout|gloo.*timed out",
    # NCCL, and torch's watchdog of it.
    r"ncclRemoteError|ncclSystemError|remote process exited|NCCL communicator was aborted",
    r"watchdog caught collective operation timeout",
    # The store of torch, and its monitored barrier.
    r"DistNetworkError|failed to recv, got 0 bytes|TCPStore.*(?:recv|connection)|sendBytes failed",
    r"store is no longer available|client socket has (?:timed out|failed)|monitoredBarrier",
    # XGBoost's and LightGBM's collectives.
    r"(?:allreduce|allgather|broadcast|reduce-?scatter)(?: failed|\.cc:\d+)|src/collective/|socket recv error",
    # gRPC, below TensorFlow and JAX, and their coordination service.
    r"failed to connect to all addresses|UNAVAILABLE:|recvmsg:|coordination.?service|heartbeat timeout",
    r"^UnavailableError|collective ops is aborted|tasks are unhealthy|distributed service detected fatal errors",
    r"another task|other tasks? (?:has|have) (?:failed|died)",
    # MPI.
    r"MPI_ABORT was invoked|MPI_ERR_PROC_FAILED|communication with peer|btl_tcp|ORTE has lost communication",
    # ps-lite, below MXNet.
    r"ps-lite|van\.(?:cc|h):\d+",
)
_LOST = re.compile("|".join(_WORDS), re.IGNORECASE)


class Death(NamedTuple):
    """How a rank came to its end, or to the error that will be its end.

    Attributes:
        rank: Which.
        ended: When its process ended, in seconds since the epoch; None if it still goes.
        failed: When an exception left the cell; None if none did.
        signal: The signal that killed it; None if none did.
        error: That exception.
        tail: The last lines of its log.
    """

    rank: int
    ended: float | None = None
    failed: float | None = None
    signal: int | None = None
    error: CellError | None = None
    tail: str = ""

    @property
    def time(self) -> float:
        """When it failed."""
        known = [time for time in (self.failed, self.ended) if time is not None]
        return min(known, default=float("inf"))


class Cause(Enum):
    """Whose fault the death of a rank is."""

    OWN = "own"
    LOST_ANOTHER = "lost another"
    TOLD_TO_END = "told to end"


def cause(death: Death) -> Cause:
    """Return whose fault a death is, by what the rank has said; of one rank alone nobody can know."""
    if death.error is not None:
        said = f"{death.error.type}: {death.error.message}"
        return Cause.LOST_ANOTHER if _LOST.search(said) else Cause.OWN
    if death.signal in (signal.SIGTERM, signal.SIGINT):
        return Cause.TOLD_TO_END
    # A library of C gives up by itself when it loses another process; what the kernel or a person kills says nothing.
    if death.signal in (None, signal.SIGABRT) and _LOST.search(death.tail):
        return Cause.LOST_ANOTHER
    return Cause.OWN


def first(deaths: Iterable[Death]) -> int | None:
    """Return the rank that failed first; None if none has failed.

    One that failed by itself comes before those that have lost another rank, or were told to end, shortly before or
    after; else the earliest is the first.
    """
    by_time = sorted(deaths, key=lambda death: (death.time, death.rank))
    if not by_time:
        return None
    near = [death for death in by_time if death.time <= by_time[0].time + NEAR_SECONDS]
    return next((death.rank for death in near if cause(death) is Cause.OWN), by_time[0].rank)


def is_crash(number: int | None) -> bool:
    """Say whether a signal tells of a fault of the process itself, even where it has been told to end meanwhile."""
    return number in _CRASHES
