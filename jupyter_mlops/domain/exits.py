"""Exit codes and signals in words."""

from __future__ import annotations

import signal

from jupyter_mlops.domain.runs import CellError

_WORDS: dict[int, str] = {
    signal.SIGSEGV: "it touched memory that is not its own",
    signal.SIGABRT: "it gave up by itself: a native library found an error",
    signal.SIGBUS: "it touched memory that cannot be read, such as a mapped file that was cut",
    signal.SIGFPE: "a native library divided by zero",
    signal.SIGILL: "it met an instruction this processor does not have",
    signal.SIGTERM: "somebody asked it to end",
    signal.SIGINT: "somebody interrupted it",
    signal.SIGXCPU: "it used up its CPU time limit",
    signal.SIGXFSZ: "a file grew over its limit",
}


def signal_name(number: int) -> str:
    """Return ``SIGKILL`` for 9; a number without a name as ``signal 42``."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def describe_exit(code: int | None, number: int | None, memory: str = "") -> str:
    """Return how a process ended, as the end of a sentence: ``ended itself with exit code 3``.

    Args:
        code: Its exit code, where it ended itself.
        number: The signal that killed it, else.
        memory: What is known of its memory at that moment, such as ``its memory was at 3.9 of 4 GB``.
    """
    if number is not None:
        reason = memory if number == signal.SIGKILL else _WORDS.get(number, "")
        return f"was killed by {signal_name(number)}" + (f": {reason}" if reason else "")
    if code is None:
        return "ended, and nobody was there to see how"
    return "succeeded" if code == 0 else f"ended itself with exit code {code}"


def describe_error(error: CellError) -> str:
    """Return an exception on one line: ``IndexError: Target 10 is out of bounds (line 6)``."""
    first = error.message.strip().splitlines()[0] if error.message.strip() else ""
    text = f"{error.type}: {first}" if first else error.type
    return f"{text} (line {error.line})" if error.line else text
