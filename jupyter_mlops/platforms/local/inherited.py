"""What a process has of the one that started it, for those that are forked by another in its place.

Standard library only, and light.
"""

from __future__ import annotations

import os
import resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LIMITS = range(16)


def read(umask: int | None = None) -> dict[str, Any]:
    """Return, as plain values, what a child of this process would have: limits, niceness, cores, umask.

    Args:
        umask: What stands for this process's.
    """
    return {
        "limits": [list(resource.getrlimit(limit)) for limit in _LIMITS],
        "nice": os.getpriority(os.PRIO_PROCESS, 0),
        "cores": sorted(os.sched_getaffinity(0)),
        "umask": _umask() if umask is None else umask,
    }


def take(told: dict[str, Any]) -> None:
    """Let this process have what ``read`` told in another.

    Raises:
        OSError, ValueError: it may not.
    """
    for limit, (soft, hard) in zip(_LIMITS, told["limits"], strict=True):
        if resource.getrlimit(limit) != (soft, hard):
            resource.setrlimit(limit, (soft, hard))
    if os.getpriority(os.PRIO_PROCESS, 0) != told["nice"]:
        os.setpriority(os.PRIO_PROCESS, 0, told["nice"])
    if sorted(os.sched_getaffinity(0)) != told["cores"]:
        os.sched_setaffinity(0, told["cores"])
    os.umask(told["umask"])


def _umask() -> int:
    # os.umask would change it for a moment, in a process that may have threads.
    with open("/proc/self/status", encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith("Umask:"):
                return int(line.split()[1], 8)
    return 0o022
