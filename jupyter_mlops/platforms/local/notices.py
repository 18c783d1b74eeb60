"""Tells when somebody has asked for something, without looking at the folder all the time."""

from __future__ import annotations

import ctypes
import os
import time
from pathlib import Path

_IN_MOVED_TO, _IN_CREATE = 0x80, 0x100
_FLAGS = os.O_NONBLOCK | os.O_CLOEXEC
_LOOK_SECONDS = 1.0
"""How often the folder is looked at all the same: another machine's files make no notice."""

_libc = ctypes.CDLL(None, use_errno=True)


class Notices:
    """Of one folder, which is made.

    Attributes:
        fd: What becomes readable when something has come; -1 where the system tells nothing.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        self.fd = _libc.inotify_init1(_FLAGS)
        if self.fd >= 0:
            _libc.inotify_add_watch(self.fd, os.fsencode(folder), _IN_MOVED_TO | _IN_CREATE)
        self._next = 0.0

    def has_come(self) -> bool:
        """Say whether it is worth looking into the folder."""
        now = time.monotonic()
        if self._is_told() or now >= self._next:
            self._next = now + _LOOK_SECONDS
            return True
        return False

    def _is_told(self) -> bool:
        try:
            return self.fd >= 0 and bool(os.read(self.fd, 1 << 12))
        except BlockingIOError:
            return False
