"""Waiting for what a page shows where Playwright has no expectation for it."""

from __future__ import annotations

import time
from collections.abc import Callable

_PATIENCE_SECONDS = 15.0


def await_equal(look: Callable[[], object], wanted: object) -> None:
    """Return as soon as ``look`` returns ``wanted``; fail with what it returns instead."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while look() != wanted and time.monotonic() < deadline:
        time.sleep(0.05)
    assert look() == wanted
