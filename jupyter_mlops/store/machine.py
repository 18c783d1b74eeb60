"""Which machine and which boot this is, and since when a process lives.

Standard library only: a keeper asks in its first milliseconds.
"""

from __future__ import annotations

import os
import sys

_MACHINE_FILES = ("/etc/machine-id", "/var/lib/dbus/machine-id")
_BOOT_FILE = "/proc/sys/kernel/random/boot_id"


def check_system(platform: str = sys.platform) -> None:
    """Refuse a system that cannot keep the promises of a run.

    Args:
        platform: As ``sys.platform`` spells it.

    Raises:
        Unsupported: it is not Linux.
    """
    if platform == "linux":
        return
    # Not at the head: a keeper imports this file in its first milliseconds.
    from jupyter_mlops.domain.errors import Unsupported

    if platform in ("win32", "cygwin"):
        raise Unsupported(
            "Windows is not supported, because runs are kept by POSIX locks and processes; "
            "start Jupyter inside WSL 2, where everything works."
        )
    raise Unsupported(
        "This version needs Linux, whose kernel ends a run's processes with their keeper (subreapers, pidfd, /proc); "
        "start Jupyter in a Linux container or on a Linux machine."
    )


def boot_id() -> str:
    """Return what is the same until the machine restarts; empty where the system does not say.

    ``$JUPYTER_MLOPS_BOOT_ID`` overrides it, so that a restart can be simulated.
    """
    return os.environ.get("JUPYTER_MLOPS_BOOT_ID") or _first_line(_BOOT_FILE)


def machine_id() -> str:
    """Return what is the same after a restart, and differs between machines and between pods.

    The name of the host is a part of it: pods made from one image share the file ``machine-id``.
    """
    told = next(filter(None, map(_first_line, _MACHINE_FILES)), "")
    return f"{told}@{host()}"


def host() -> str:
    """Return the name of the machine."""
    return os.uname().nodename


def process_started(pid: int) -> int | None:
    """Return when ``pid`` started, in clock ticks since the boot; None if it is gone or the system does not say.

    Together with the boot's id it is a process's identity: the system may reuse the pid alone.
    """
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            data = file.read()
    except OSError:
        return None
    # The second field is the command's name in parentheses, and may itself hold spaces and parentheses.
    return int(data.rpartition(b")")[2].split()[19])


def _first_line(path: str) -> str:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.readline().strip()
    except OSError:
        return ""
