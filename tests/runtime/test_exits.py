import signal
import time

import pytest


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("pass", 0),
        ("import sys; sys.exit(0)", 0),
        ("import sys; sys.exit()", 0),
        ("exit()", 0),
        ("quit(0)", 0),
        ("import sys; sys.exit(3)", 3),
        ("raise SystemExit(4)", 4),
        ("import os; os._exit(5)", 5),
        ("1/0", 1),
        ("raise KeyboardInterrupt", 130),
        ("await_me = 1\nimport asyncio, sys\nawait asyncio.sleep(0)\nsys.exit(6)", 6),
    ],
)
def test_a_rank_ends_with_the_code_of_its_cell(run, cell, code):
    assert run(cell).code == code


def test_exit_with_a_text_prints_it_and_fails(run):
    ended = run("import sys\nsys.exit('no data')")
    assert ended.code == 1
    assert ended.text == "no data\n"
    assert ended.only("error") == []


def test_a_successful_exit_still_says_what_was_made(run):
    assert run("import sys\nx = [1]\nsys.exit(0)").made == {"x": "list"}
    assert run("import sys\nx = [1]\nsys.exit(3)").only("made") == []


def test_the_end_is_that_of_any_python_process(run):
    ended = run(
        "import atexit, threading, time, sys\natexit.register(print, 'at exit')\n"
        "def late():\n    time.sleep(0.2)\n    print('thread')\nthreading.Thread(target=late).start()\n"
        "sys.stdout.write('no line feed')"
    )
    assert ended.text == "no line feedthread\nat exit\n"


def test_sigterm_kills_as_it_kills_python(rank):
    it = rank("import time\nprint('ready')\ntime.sleep(60)")
    process = it.start()
    _wait_for(it, "ready")
    process.terminate()
    assert it.end(process).code == -signal.SIGTERM


def test_a_handler_of_the_cell_gets_sigterm(rank):
    it = rank(
        "import signal, sys, time\ndef save(*_):\n    print('saved')\n    sys.exit(7)\n"
        "signal.signal(signal.SIGTERM, save)\nprint('ready')\ntime.sleep(60)"
    )
    process = it.start()
    _wait_for(it, "ready")
    process.terminate()
    ended = it.end(process)
    assert (ended.code, "saved" in ended.text) == (7, True)


@pytest.mark.parametrize("unbuffered", [{}, {"PYTHONUNBUFFERED": "1"}])
def test_printed_lines_are_in_the_log_at_once(rank, unbuffered):
    it = rank("import time\nfor i in range(10):\n    print('line', i)\nprint('ready')\ntime.sleep(60)", env=unbuffered)
    process = it.start()
    _wait_for(it, "ready")
    process.kill()
    assert it.end(process).text.count("line") == 10


@pytest.mark.parametrize("unbuffered", [{}, {"PYTHONUNBUFFERED": "1"}])
def test_lines_of_threads_and_children_are_not_torn(run, unbuffered):
    ended = run(
        "import multiprocessing, threading\n"
        "def talk(who):\n    for i in range(500):\n        print(who, i, 'x' * (20_000 if i % 100 == 0 else 50))\n"
        "workers = [threading.Thread(target=talk, args=(f'thread{n}',)) for n in range(2)]\n"
        "workers += [multiprocessing.get_context(m).Process(target=talk, args=(m,)) for m in ('fork', 'spawn')]\n"
        "[w.start() for w in workers]\n[w.join() for w in workers];\n",
        env=unbuffered,
    )
    lines = ended.text.splitlines()
    assert len(lines) == 2000
    assert {len(line.split()) for line in lines} == {3}
    assert {line.split()[2] for line in lines} == {"x" * 50, "x" * 20_000}


def test_what_c_code_prints_is_in_the_log_at_once(rank):
    it = rank(
        "import ctypes, time\nlibc = ctypes.CDLL(None)\nlibc.puts(b'from C')\nprint('ready')\ntime.sleep(60)",
    )
    process = it.start()
    _wait_for(it, "ready")
    process.kill()
    assert "from C" in it.end(process).text


def test_output_is_utf8_in_any_locale(run):
    ended = run("print('grün \\ud800')", env={"LC_ALL": "C", "PYTHONIOENCODING": "latin-1"})
    assert ended.text == "grün \\ud800\n"


@pytest.mark.parametrize("call", ["input('name? ')", "breakpoint()", "import pdb; pdb.set_trace()"])
def test_questions_get_one_sentence(run, call):
    ended = run(call)
    assert ended.error["type"] == "NobodyToAsk"
    assert "a run goes on without its notebook" in ended.error["message"]
    assert ended.error["line"] == 2


def test_getpass_gets_one_sentence(run):
    assert "environment variable" in run("from getpass import getpass\ngetpass()").error["message"]


def test_breakpoints_that_are_switched_off_stay_off(run):
    assert run("breakpoint()", env={"PYTHONBREAKPOINT": "0"}).code == 0


def _wait_for(it, text):
    deadline = time.monotonic() + 30
    while text not in (it.folder / "log").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.01)
