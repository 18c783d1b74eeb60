"""Where a rank is, told to whoever sends it a signal: the stacks of all its threads, written beside its log.

``faulthandler`` answers in the moment in which the signal comes, whatever the process does: also while it waits in a
library of C and holds Python's lock.
"""

from __future__ import annotations

import faulthandler
import os
from _signal import SIGRTMIN  # type: ignore[import-not-found]  # typeshed does not know it

from jupyter_mlops.runtime.records import RUN_DIR, number_of_attempt, number_of_rank

SIGNAL = int(SIGRTMIN) + 5


def tell_on_signal() -> None:
    """Let ``SIGNAL`` write the stacks of this process, which is a rank, from now on.

    The descriptor is this process's own: one that came from a template would make all its ranks write to one file.
    """
    try:
        fd = os.open(_path(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        faulthandler.register(SIGNAL, fd, all_threads=True, chain=False)
    except OSError:
        # A full disk or a vanished folder must not keep the rank from its work.
        pass


def _path() -> str:
    return f"{os.environ[RUN_DIR]}/logs/{number_of_attempt()}/{number_of_rank()}.stacks"
