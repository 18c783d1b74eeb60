"""Who changed: writers touch one file, readers wake up.

A wake-up says only *that* something changed; ``Index.changes`` says what.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watchfiles._rust_notify import RustNotify

POLL_SECONDS = 1.0
_STEP_MS = 10
_DEBOUNCE_MS = 40
_Stamp = tuple[int, int]


def touch(path: Path) -> None:
    """Wake whoever waits for the feed at ``path``, which is made if missing."""
    now = time.time_ns()
    try:
        # An explicit time: the system's own has the coarseness of a clock tick, and two touches would look like one.
        os.utime(path, ns=(now, now))
    except FileNotFoundError:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))


class Feed:
    """Waits for touches of a feed. A touch between two waits is not missed: the next wait returns at once.

    Wakes by inotify. Once a second it looks for itself too: that is all there is where inotify is refused or
    exhausted, and it is how another machine's touch on a network file system is seen. One thread waits at a time.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stop = threading.Event()
        self._waiting = threading.Lock()
        self._seen = self._stamp()
        self._notify: RustNotify | None = None
        self._is_refused = False

    def wait(self, timeout: float) -> bool:
        """Return True as soon as the feed was touched since the last wait, False after ``timeout`` seconds."""
        end = time.monotonic() + timeout
        while not self._stop.is_set():
            if self._has_changed():
                return True
            left = end - time.monotonic()
            if left <= 0:
                return False
            with self._waiting:
                self._sleep(min(left, POLL_SECONDS))
        return False

    async def touches(self) -> AsyncIterator[None]:
        """Yield once per wake-up until ``close``."""
        import asyncio

        while not self._stop.is_set():
            if await asyncio.to_thread(self.wait, POLL_SECONDS):
                yield

    def close(self) -> None:
        """Let waits in other threads return, and give up what is held. Idempotent."""
        self._stop.set()
        with self._waiting:
            notify, self._notify = self._notify, None
            if notify is not None:
                notify.close()

    def __enter__(self) -> Feed:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _has_changed(self) -> bool:
        before, self._seen = self._seen, self._stamp()
        return before != self._seen

    def _sleep(self, seconds: float) -> None:
        if self._stop.is_set():
            return
        notify = self._watcher()
        if notify is None:
            self._stop.wait(seconds)
            return
        # A touch between the look at the stamp and the making of the watcher would be slept through.
        if self._stamp() != self._seen:
            return
        if notify.watch(_DEBOUNCE_MS, _STEP_MS, max(1, round(seconds * 1000)), self._stop) == "signal":
            raise KeyboardInterrupt

    def _watcher(self) -> RustNotify | None:
        if self._notify is None and not self._is_refused:
            self._notify = _make_watcher(self.path)
            self._is_refused = self._notify is None
        return self._notify

    def _stamp(self) -> _Stamp:
        try:
            status = os.stat(self.path)
        except OSError:
            return (0, 0)
        return (status.st_mtime_ns, status.st_ino)


def _make_watcher(path: Path) -> RustNotify | None:
    from watchfiles._rust_notify import RustNotify, WatchfilesRustInternalError

    with contextlib.suppress(OSError, WatchfilesRustInternalError):
        return RustNotify([os.fspath(path)], False, False, 0, False, True)
    return None
