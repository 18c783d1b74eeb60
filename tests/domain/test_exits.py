"""Exit codes and signals in words."""

from __future__ import annotations

import signal

import pytest

from jupyter_mlops.domain.exits import describe_error, describe_exit, signal_name
from jupyter_mlops.domain.runs import CellError


@pytest.mark.parametrize(
    ("code", "number", "memory", "words"),
    [
        (0, None, "", "succeeded"),
        (3, None, "", "ended itself with exit code 3"),
        (None, None, "", "ended, and nobody was there to see how"),
        (None, 9, "its memory was at 3.9 of 4 GB", "was killed by SIGKILL: its memory was at 3.9 of 4 GB"),
        (None, 9, "", "was killed by SIGKILL"),
        (None, 11, "its memory was at 1 of 4 GB", "was killed by SIGSEGV: it touched memory that is not its own"),
        (None, 99, "", "was killed by signal 99"),
    ],
)
def test_an_end_is_told_in_words(code, number, memory, words):
    assert describe_exit(code, number, memory) == words


def test_a_signal_has_the_name_that_the_system_gives_it():
    assert signal_name(signal.SIGTERM) == "SIGTERM"


def test_an_exception_is_one_line_with_its_place():
    assert (
        describe_error(CellError("IndexError", "out of bounds\nmore", line=6)) == "IndexError: out of bounds (line 6)"
    )
    assert describe_error(CellError("KeyboardInterrupt", " ")) == "KeyboardInterrupt"
