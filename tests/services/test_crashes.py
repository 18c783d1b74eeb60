"""What is left of Python's list of frames when a signal kills a rank."""

from __future__ import annotations

from pathlib import Path

from jupyter_mlops import runtime
from jupyter_mlops.services.crashes import crash

OURS = Path(runtime.__file__).parent
LOG = [
    "epoch 1",
    "Fatal Python error: Segmentation fault",
    "Current thread 0x00007fe5e103ab80 (most recent call first):",
    '  File "/usr/lib/python3.11/ctypes/__init__.py", line 519 in string_at',
    '  File "Cell [3] (segfault)", line 5 in read',
    '  File "Cell [3] (segfault)", line 9 in <module>',
    f'  File "{OURS}/cell.py", line 39 in run',
    f'  File "{OURS}/bootstrap.py", line 63 in _run_to_exit',
    '  File "<string>", line 1 in <module>',
    "Extension modules: numpy._core (total: 1)",
]


def test_the_line_is_the_last_that_ran_of_the_cell() -> None:
    assert crash(LOG)[0] == 5


def test_frames_of_ours_are_left_out() -> None:
    assert crash(LOG)[1] == [*LOG[:6], LOG[-1]]


def test_a_crash_outside_the_cell_has_no_line() -> None:
    assert crash([line for line in LOG if "Cell [" not in line])[0] == 0


def test_what_a_cell_prints_of_files_is_no_crash() -> None:
    printed = ['  File "Cell [3] (x)", line 5 in read', f'  File "{OURS}/cell.py", line 39 in run']
    assert crash(printed) == (0, printed)
