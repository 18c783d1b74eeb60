"""What a process that was forked from a template makes new, so that it is as one that was started.

Standard library only.
"""

from __future__ import annotations

import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

ROOM = "JUPYTER_MLOPS_ROOM"
"""A variable of no meaning that a template is started with: its place takes the marks of ranks."""


class Room:
    """The place of that variable in what the system shows as this process's environment.

    The system goes on to show what a process was started with, and by that it is known whose it is.
    """

    def __init__(self) -> None:
        self._place, self._size = _find(ROOM)
        os.environ.pop(ROOM, None)

    def write(self, *settings: str) -> None:
        """Let the system show these ``NAME=value``, as far as there is room."""
        import ctypes

        data = b"".join(os.fsencode(each) + b"\0" for each in settings)
        if len(data) <= self._size:
            ctypes.memmove(self._place, data.ljust(self._size, b"\0"), self._size)


def _find(name: str) -> tuple[int, int]:
    import ctypes

    start = name.encode() + b"="
    settings = ctypes.POINTER(ctypes.c_void_p).in_dll(ctypes.CDLL(None), "environ")
    at = 0
    while settings[at]:
        text = ctypes.string_at(settings[at])
        if text.startswith(start):
            return int(settings[at] or 0), len(text)
        at += 1
    return 0, 0


def environment(late: Mapping[str, str], is_late: Any) -> None:
    """Give this process the late variables of its run, and leave what its modules have set when they were imported."""
    for name in list(os.environ):
        if is_late(name) and name not in late:
            del os.environ[name]
    os.environ.update(late)


def modules() -> None:
    """Make new what loaded modules have drawn or read when they were imported.

    ``random`` does so by itself.
    """
    for name, make in _MODULES.items():
        module = sys.modules.get(name)
        if module is not None:
            make(module)


def _seed_numpy(random: Any) -> None:
    random.seed()


def _begin_logging(logging: Any) -> None:
    logging._startTime = time.time_ns() if isinstance(logging._startTime, int) else time.time()


def _draw_key(process: Any) -> None:
    process.current_process().authkey = os.urandom(32)


def _seed_torch(torch: Any) -> None:
    torch.default_generator.seed()


def _name_thread(threading: Any) -> None:
    # After a fork it still has the number that the system gave to the template's.
    threading.current_thread()._set_native_id()


_MODULES = {
    "threading": _name_thread,
    "torch": _seed_torch,
    "numpy.random.mtrand": _seed_numpy,
    "logging": _begin_logging,
    "multiprocessing.process": _draw_key,
}
