"""What a search learns about its parameters, reckoned beside it: it takes seconds, and no trial waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from jupyter_mlops.domain.sweeps import Importance

_SHARE = 10.0
"""How many times as long as the last answer took must pass until the next one is asked for."""


class Learning:
    """Asks for the importance of parameters now and then, in a thread.

    Args:
        reckon: Returns the importance; called in the thread.
    """

    def __init__(self, reckon: Callable[[], list[Importance]]) -> None:
        self._reckon = reckon
        self._thread: threading.Thread | None = None
        self._found: list[Importance] = []
        self._known = 0
        self._due = 0.0

    def take(self, complete: int) -> list[Importance]:
        """Return what was found since the last time, which may be nothing; ask again if it is time to.

        Args:
            complete: How many trials are complete, by which it is known whether there is something to learn.
        """
        if self._thread is not None and not self._thread.is_alive():
            self._thread = None
            found, self._found = self._found, []
            return found
        if self._thread is None and complete > self._known and time.monotonic() >= self._due:
            self._ask(complete)
        return []

    def finish(self, complete: int, seconds: float, look: Callable[[], bool]) -> list[Importance]:
        """Return what all complete trials teach; nothing if that is known, or is not found within ``seconds``.

        Args:
            complete: How many there are.
            seconds: How long that may take.
            look: Says a few times a second whether anybody still wants to know.
        """
        end = time.monotonic() + seconds
        while time.monotonic() < end and look():
            if self._thread is None and complete > self._known:
                self._ask(complete)
            if self._thread is None:
                break
            self._thread.join(0.05)
            if not self._thread.is_alive():
                self._thread = None
        found, self._found = self._found, []
        return found

    def _ask(self, complete: int) -> None:
        self._known = complete
        self._thread = threading.Thread(target=self._work, name="jupyter-mlops-importance", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        began = time.monotonic()
        found = self._reckon()
        now = time.monotonic()
        self._found, self._due = found, now + _SHARE * (now - began)
