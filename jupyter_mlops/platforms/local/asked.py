"""Whether a keeper has been asked to end (SIGTERM), from its first moment to its last.

One handler for all phases: whoever replaces a handler by another loses the signal that comes between the two, or that
the first noted just before nobody looked any more.
"""

from __future__ import annotations

import os

from jupyter_mlops.platforms.local import signals


class Asked:
    """Notes SIGTERM from now on. Only the main thread can make one.

    Attributes:
        to_end: Whether somebody has asked.
    """

    def __init__(self) -> None:
        self.to_end = False
        self._is_told = False
        self._ends_at_once = False
        signals.signal(signals.SIGTERM, lambda number, frame: self._note())

    def news(self) -> bool:
        """Say once that somebody has asked."""
        is_news = self.to_end and not self._is_told
        self._is_told = self.to_end
        return is_news

    def end_at_once(self) -> None:
        """Let this process end when somebody asks; now, if somebody has. Nothing may need it any more."""
        # In this order, and the other way round in the handler: one of the two sees what the other did.
        self._ends_at_once = True
        if self.to_end:
            os._exit(0)

    def _note(self) -> None:
        self.to_end = True
        if self._ends_at_once:
            os._exit(0)
