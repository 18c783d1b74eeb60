"""One pod of a run under its guardian, as its keeper holds it: asked to end, waited for, reaped.

Standard library only, and light: a keeper starts its ranks before it imports anything else.
"""

from __future__ import annotations

import os

from jupyter_mlops.platforms.local import processes, signals


class Guarded:
    """A pod that was started.

    Args:
        pid: Its guardian.
        fd: A descriptor of that process (pidfd), which becomes readable when it has ended.
        is_child: Whether the guardian is a child of this process, which then must reap it.
    """

    def __init__(self, pid: int, fd: int, *, is_child: bool = True) -> None:
        self.pid, self.fd, self.is_child = pid, fd, is_child

    @property
    def pod_pid(self) -> int:
        """The pod's own process; 0 while its guardian has not started it, or after its end."""
        below = processes.children(self.pid)
        return below[0] if below else 0

    def terminate(self) -> None:
        """Ask the pod to end."""
        self._signal(signals.SIGTERM)

    def kill(self) -> None:
        """End the pod now."""
        self._signal(signals.SIGUSR1)

    def reap(self) -> None:
        """Let go of the guardian, which has ended."""
        if self.is_child:
            os.waitpid(self.pid, 0)
        os.close(self.fd)

    def _signal(self, number: int) -> None:
        try:
            signals.pidfd_send_signal(self.fd, number)
        except ProcessLookupError:
            pass
