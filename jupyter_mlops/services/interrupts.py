"""An interrupt that waits until a step that must not be halved is done."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interrupts_later() -> Iterator[None]:
    """Hold back SIGINT and deliver it at the end of the block."""
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        # Only the main thread is ever interrupted, and a handler that is not Python's cannot be put back.
        yield
        return
    held: list[FrameType | None] = []
    signal.signal(signal.SIGINT, lambda _number, frame: held.append(frame))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if held:
            before(signal.SIGINT, held[0])


def interrupted(said: str) -> KeyboardInterrupt:
    """Return what ends a cell as interrupted, and tells what became of the run in one line."""
    interrupt = KeyboardInterrupt(said)
    # IPython asks the exception itself for what it shows; frames of ours would tell nobody anything.
    interrupt._render_traceback_ = lambda: [f"\x1b[0;31mKeyboardInterrupt\x1b[0m: {said}"]  # type: ignore[attr-defined]
    return interrupt
