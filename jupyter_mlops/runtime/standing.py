"""Which processes come first when there are more than cores: a notebook that is worked in, before its many runs."""

from __future__ import annotations

import os

BACK = 10
"""How nice a process is that stands back: a tenth of the processor where others want it, all of it where none does."""


def stand_back(pid: int) -> bool:
    """Let a process that leads a session, and all that it will start, come after others; say whether it is done.

    It is not done where the system takes only so many of these wishes a second; then try again.
    """
    try:
        if os.getpriority(os.PRIO_PROCESS, pid) < BACK:
            os.setpriority(os.PRIO_PROCESS, pid, BACK)
        # Where each session is scheduled as one (autogroup), a process is nice to those of its own session only.
        fd = os.open(f"/proc/{pid}/autogroup", os.O_WRONLY)
        try:
            os.write(fd, str(BACK).encode())
        finally:
            os.close(fd)
    except BlockingIOError:
        return False
    except OSError:
        # There are no such groups, or the process is gone.
        pass
    return True
