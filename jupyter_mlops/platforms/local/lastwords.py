"""Why a replica ended, in one sentence: from its last words and from how it ended."""

from __future__ import annotations

from jupyter_mlops.domain.exits import describe_exit
from jupyter_mlops.domain.missing import install_line, module_of

_TAIL_BYTES = 1 << 14
_LONGEST = 400


def sentence(python: str, log: str, since: int, exit_code: int | None) -> str:
    """Return why a process has ended, without a full stop.

    Args:
        python: The interpreter that it ran in.
        log: What it wrote.
        since: Where its own words begin in the log.
        exit_code: As ``os.waitstatus_to_exitcode`` says it; None if nobody knows.
    """
    was_killed = exit_code is not None and exit_code < 0
    words = "" if was_killed else last_error(log, since)
    if module := module_of(words):
        top = module.partition(".")[0]
        return f"{python} has no module {top!r}; install it: {install_line(python, module)}"
    return words or by_exit(exit_code)


def by_exit(exit_code: int | None) -> str:
    """Return how a process has ended, without a full stop."""
    is_signal = exit_code is not None and exit_code < 0
    number = -exit_code if is_signal and exit_code is not None else None
    return f"it {describe_exit(None if is_signal else exit_code, number)}"


def last_error(log: str, since: int) -> str:
    """Return the last line that was written, which in a traceback is the error; empty if nothing was."""
    try:
        with open(log, "rb") as file:
            end = file.seek(0, 2)
            file.seek(max(since if since <= end else 0, end - _TAIL_BYTES))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    lines = [line.strip() for line in text.splitlines()]
    said = next((line for line in reversed(lines) if line), "")
    return said[:_LONGEST].rstrip(".")
