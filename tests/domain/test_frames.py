"""Which of Python's frames are shown, and which line of the cell they tell."""

from __future__ import annotations

from jupyter_mlops.domain.frames import cell_line, is_ours, stacks

MAIN = """Current thread 0x00007fd006612b80 (most recent call first):
  File "/usr/lib/python3.11/threading.py", line 327 in wait
  File "Cell [3] (digits)", line 5 in wait_for_peer
  File "Cell [3] (digits)", line 9 in <module>
  File "/opt/venv/lib/python3.11/site-packages/jupyter_mlops/runtime/cell.py", line 39 in run
  File "/opt/venv/lib/python3.11/site-packages/jupyter_mlops/runtime/bootstrap.py", line 63 in _run_to_exit
  File "<string>", line 1 in <module>
"""
HELPER = """Thread 0x00007fd005bab6c0 [tqdm_monitor] (most recent call first):
  File "/usr/lib/python3.11/threading.py", line 331 in wait
  File "/usr/lib/python3.11/site-packages/tqdm/_monitor.py", line 60 in run
"""
NATIVE = """Thread 0x00007fd005bab6c1 (most recent call first):
  <no Python frame>
"""


def test_the_thread_in_the_cell_comes_first_and_tells_the_line() -> None:
    line, text = stacks(f"{HELPER}\n{MAIN}")
    assert line == 5
    assert text.index("Current thread") < text.index("tqdm_monitor")


def test_frames_of_ours_and_threads_without_frames_are_left_out() -> None:
    _, text = stacks(f"{NATIVE}\n{MAIN}")
    assert text.splitlines() == MAIN.splitlines()[:4]


def test_a_thread_of_the_cell_tells_the_line_where_the_main_thread_is_elsewhere() -> None:
    main = MAIN.replace("Cell [3] (digits)", "/home/me/train.py")
    helper = HELPER.replace("/usr/lib/python3.11/site-packages/tqdm/_monitor.py", "Cell (digits)")
    assert stacks(f"{helper}\n{main}")[0] == 60


def test_another_cell_is_not_the_cell() -> None:
    assert cell_line(['  File "Cell [2]", line 7 in helper', '  File "Cell [3] (x)", line 4 in <module>']) == 4


def test_a_list_that_was_cut_off_is_shown_as_far_as_it_goes() -> None:
    assert stacks(MAIN[:120])[1].count("File") == 1


def test_what_is_no_list_of_frames_is_nothing() -> None:
    assert stacks("") == (0, "")
    assert stacks("hello\nworld") == (0, "")


def test_many_threads_are_counted() -> None:
    _, text = stacks("\n".join([HELPER] * 30))
    assert text.endswith("and 10 more threads")


def test_the_folder_of_a_copied_runtime_is_ours_too() -> None:
    assert is_ours('  File "/home/me/mlops/shim/1/jupyter_mlops/runtime/wrapper.py", line 3 in main')
    assert not is_ours('  File "/home/me/runtime/wrapper.py", line 3 in main')
