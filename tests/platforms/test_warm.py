"""A rank that was forked from a template is as one that was started, and what a template is for stands as it was."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_mlops.domain.runs import State
from jupyter_mlops.platforms.local import nest, processes
from jupyter_mlops.platforms.local.launcher import LocalLauncher
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.runs import RunFolder
from jupyter_mlops.testing.launcher_contract import await_that, log_lines, make_spec, submit
from tests.conftest import processes_in, wait_until_empty
from tests.platforms.warming import IMPORTS, finish, warm_home, warm_up

MODES = ("cold", "warm")
# What a process has that code could see, as JSON; what differs between any two runs is left out.
FACTS = r"""
import joblib, numpy
import atexit, ctypes, faulthandler, gc, json, locale, logging, multiprocessing, os, random, resource, signal, socket
import sys, threading, time, warnings
from multiprocessing import resource_tracker

def told(name):
    return name if not name.startswith(("JUPYTER_MLOPS", "PYTEST", "MASTER_PORT")) else ""

def place(fd):
    try:
        return os.readlink(f"/proc/self/fd/{fd}").replace(os.environ["JUPYTER_MLOPS_RUN_DIR"], "RUN")
    except OSError:
        return None

def environ():
    found, at = {}, 0
    settings = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
    while settings[at]:
        name, _, value = os.fsdecode(settings[at]).partition("=")
        found[name] = value
        at += 1
    return found

death = ctypes.c_int()
ctypes.CDLL(None).prctl(2, ctypes.byref(death))
facts = {
    "argv": sys.argv,
    "orig_argv": sys.orig_argv,
    "main": [__name__, os.path.basename(__file__), sys.modules["__main__"].__dict__ is globals(), sorted(globals())],
    "path": sys.path,
    "directory": os.getcwd(),
    "umask": os.umask(0o77),
    "leads": [os.getsid(0) == os.getpid(), os.getpgid(0) == os.getpid()],
    "handlers": {each.name: repr(signal.getsignal(each)).partition(" at ")[0] for each in signal.Signals},
    "mask": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())),
    "pending": sorted(signal.sigpending()),
    "wakeup": signal.set_wakeup_fd(-1),
    "dies_with_its_guardian": death.value,
    "descriptors": {fd: where for fd in os.listdir("/proc/self/fd") if (where := place(fd))},
    "environment": {name: value for name, value in os.environ.items() if told(name)},
    "marked": b"JUPYTER_MLOPS_RUN_DIR=" + os.environ["JUPYTER_MLOPS_RUN_DIR"].encode()
    in open("/proc/self/environ", "rb").read().split(b"\0"),
    "same_for_c": environ() == dict(os.environ),
    "flags": repr(sys.flags),
    "streams": [
        [type(each.buffer).__name__, each.line_buffering, each.encoding, each.errors, each.name, each.fileno()]
        for each in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)
    ],
    "stdin": [sys.stdin.read(), sys.stdin.name],
    "hooks": [each.__module__ + "." + each.__qualname__ for each in (sys.displayhook, sys.excepthook)],
    "warnings": repr(warnings.filters),
    "logging": [logging.getLogger().handlers, logging.getLogger().level, repr(logging.lastResort)],
    "logging_is_new": logging.makeLogRecord({}).relativeCreated < 60_000
    and logging.LogRecord("", 0, "", 0, "", (), None).relativeCreated < 60_000,
    "faulthandler": faulthandler.is_enabled(),
    "collector": [gc.isenabled(), gc.get_threshold(), gc.get_debug(), gc.callbacks],
    "limits": [resource.getrlimit(each) for each in range(16)],
    "nice": os.getpriority(os.PRIO_PROCESS, 0),
    "cores": sorted(os.sched_getaffinity(0)),
    "recursion": sys.getrecursionlimit(),
    "switch": sys.getswitchinterval(),
    "locale": locale.setlocale(locale.LC_ALL),
    "threads": [threading.active_count(), threading.current_thread() is threading.main_thread(),
                threading.main_thread().name, threading.main_thread().native_id == os.getpid()],
    "process": [multiprocessing.current_process().name, multiprocessing.current_process().pid == os.getpid(),
                multiprocessing.parent_process(), multiprocessing.get_start_method(allow_none=True)],
    "tracker": resource_tracker._resource_tracker._pid,
    "timeout": socket.getdefaulttimeout(),
    "numpy": [repr(numpy.geterr()), numpy.random.get_state()[0], numpy.random.get_state()[2:]],
    "time_is_its_own": time.process_time() < 20,
    "children": open(f"/proc/self/task/{os.getpid()}/children").read(),
    "name": open("/proc/self/comm").read(),
}
print(json.dumps(facts, default=repr))
"""
DRAWS = """
import joblib, numpy, random, multiprocessing, os, tempfile, uuid
from multiprocessing import process
print(random.random())
print(numpy.random.random())
print(numpy.random.default_rng().random())
print(process.current_process().authkey.hex())
print(uuid.uuid4(), uuid.uuid1())
print(next(tempfile._get_candidate_names()))
"""


@pytest.fixture(scope="module")
def place() -> Iterator[Home]:
    """A home with a template that has imported numpy and joblib."""
    with warm_home() as home:
        warm_up(home, imports=IMPORTS)
        yield home


@pytest.fixture
def fresh() -> Iterator[Home]:
    """A home in which nothing has been run."""
    with warm_home() as home:
        yield home


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def run(home: Home, mode: str, cell: str, **values: Any) -> RunFolder:
    """Run a cell to its end in one of both modes."""
    values = {"imports": IMPORTS, "cold": mode == "cold", **values}
    for _ in range(3):
        ended = finish(home, textwrap.dedent(cell), **values)
        if bool(ended.status().warm) is (mode == "warm"):
            return ended
        # A machine that is very busy may have been too slow to answer.
        warm_up(home, imports=IMPORTS)
    raise AssertionError(ended.status())


def lines(home: Home, mode: str, cell: str, **values: Any) -> list[str]:
    ended = run(home, mode, cell, **values)
    assert ended.status().state is State.SUCCEEDED, (ended.status(), log_lines(ended))
    return log_lines(ended)


@pytest.fixture(scope="module")
def facts(place: Home) -> dict[str, dict[str, Any]]:
    found = {}
    for mode in MODES:
        (line,) = lines(place, mode, FACTS, cwd=str(place.path))
        found[mode] = json.loads(line)
    return found


# -- what code can see -------------------------------------------------------------------------------------------------

SEEN = """
    argv orig_argv main path directory umask leads handlers mask pending wakeup dies_with_its_guardian descriptors
    environment marked same_for_c flags streams stdin hooks warnings logging logging_is_new faulthandler collector
    limits nice cores recursion switch locale threads process tracker timeout numpy time_is_its_own children name
"""


def test_all_facts_are_looked_at(facts: dict[str, dict[str, Any]]) -> None:
    assert sorted(facts["cold"]) == sorted(facts["warm"]) == sorted(SEEN.split())


@pytest.mark.parametrize("fact", SEEN.split())
def test_a_forked_rank_sees_what_a_started_one_sees(facts: dict[str, dict[str, Any]], fact: str) -> None:
    assert facts["warm"][fact] == facts["cold"][fact]


def test_marks_and_memory_of_the_environment_are_right_in_both(facts: dict[str, dict[str, Any]]) -> None:
    for mode in MODES:
        assert facts[mode]["marked"] and facts[mode]["same_for_c"] and facts[mode]["logging_is_new"]
        assert sorted(facts[mode]["descriptors"]) == ["0", "1", "2"] + [
            fd for fd, where in sorted(facts[mode]["descriptors"].items()) if where.endswith((".stacks", "/fd"))
        ]


def test_whatever_is_drawn_is_drawn_anew(place: Home, mode: str) -> None:
    draws = [lines(place, mode, DRAWS) for _ in range(2)]
    pair = run(place, mode, DRAWS, workers=2)
    draws += [log_lines(pair, rank) for rank in range(2)]
    for drawn in zip(*draws, strict=True):
        assert len(set(drawn)) == 4, drawn


def test_the_cell_has_the_modules_that_the_template_has(place: Home) -> None:
    loaded = lines(place, "warm", "import sys; print('numpy' in sys.modules, 'joblib' in sys.modules)")
    assert loaded == ["True True"]


# -- how it ends -------------------------------------------------------------------------------------------------------

ENDS = [
    ("import sys; sys.exit(3)", 3, None),
    ("import sys; sys.exit('no data')", 1, None),
    ("raise SystemExit", 0, None),
    ("1 / 0", 1, None),
    ("import os; os._exit(4)", 4, None),
    ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", None, signal.SIGKILL),
    ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", None, signal.SIGTERM),
    ("import ctypes; ctypes.string_at(0)", None, signal.SIGSEGV),
    ("import os; os.abort()", None, signal.SIGABRT),
    ("import os, signal; os.kill(os.getpid(), signal.SIGINT); import time; time.sleep(9)", 130, None),
]


@pytest.mark.parametrize(("cell", "code", "number"), ENDS, ids=[cell[-24:] for cell, _, _ in ENDS])
def test_it_ends_as_it_would(place: Home, cell: str, code: int | None, number: int | None) -> None:
    ends = [run(place, mode, cell).status() for mode in MODES]
    assert [(end.ranks[0].code, end.ranks[0].signal) for end in ends] in ([(code, number)] * 2, [(1, None)] * 2)
    # How much memory it had is told with a signal, and is another one each time.
    cold, warm = (re.sub(r"[\d.]+\s[kMG]?B", "", f"{end.state} {end.why} {end.ranks[0].why}") for end in ends)
    assert warm == cold


def test_what_is_registered_for_the_end_runs_once_and_last(place: Home, mode: str) -> None:
    cell = """
        import atexit, os, threading, time
        atexit.register(print, "first registered")
        atexit.register(print, "last registered")
        def work():
            time.sleep(0.1)
            print("thread")
        threading.Thread(target=work).start()
        print("cell")
    """
    assert lines(place, mode, cell) == ["cell", "thread", "last registered", "first registered"]


def test_a_daemon_thread_does_not_hold_it_up(place: Home, mode: str) -> None:
    cell = "import threading, time; threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()"
    assert run(place, mode, cell).status().state is State.SUCCEEDED


# -- what it starts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_workers_of_every_kind_do_the_cells_work(place: Home, mode: str, method: str) -> None:
    cell = f"""
        import multiprocessing, os
        def square(x):
            return x * x
        with multiprocessing.get_context({method!r}).Pool(2) as pool:
            print(pool.map(square, range(5)))
    """
    assert lines(place, mode, cell) == ["[0, 1, 4, 9, 16]"]


def test_joblib_and_executors_do_the_cells_work(place: Home, mode: str) -> None:
    cell = """
        import os
        from concurrent.futures import ProcessPoolExecutor
        import joblib
        class Square:
            def __call__(self, x):
                return x * x
        print(joblib.Parallel(n_jobs=2)(joblib.delayed(Square())(x) for x in range(4)))
        with ProcessPoolExecutor(2) as pool:
            print(list(pool.map(Square(), range(4))))
    """
    assert lines(place, mode, cell) == ["[0, 1, 4, 9]"] * 2


def test_programs_have_its_environment_and_nothing_else(place: Home, mode: str) -> None:
    cell = """
        import os, subprocess, sys
        os.environ["NEW"] = "1"
        code = "import os; print(os.environ['NEW'], os.environ['JUPYTER_MLOPS_RANK'], len(os.listdir('/proc/self/fd')))"
        print(subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True).stdout.strip())
        print(subprocess.run(["env"], capture_output=True, text=True).stdout.count("JUPYTER_MLOPS_ROOM"))
    """
    assert lines(place, mode, cell) == ["1 0 4", "0"]


def test_everything_that_it_started_ends_with_it(place: Home, mode: str) -> None:
    cell = "import subprocess; subprocess.Popen(['sleep', '1000'], start_new_session=True)"
    ended = run(place, mode, cell)
    assert not wait_until_empty(lambda: processes_in(ended.path))


def test_a_rank_whose_keeper_and_guardian_are_killed_is_found_by_who_takes_over(place: Home, mode: str) -> None:
    launcher = LocalLauncher(place)
    cell = "import os, time; print(os.getpid(), os.getppid()); time.sleep(1000)"
    going = submit(place, launcher, cell, imports=IMPORTS, cold=mode == "cold")
    await_that(lambda: bool(log_lines(going)))
    rank, guardian = map(int, log_lines(going)[0].split())
    keeper = going.keeper()
    assert keeper is not None
    os.kill(keeper.pid, signal.SIGSTOP)
    os.kill(guardian, signal.SIGKILL)
    processes.kill(keeper.pid)
    assert launcher.wait(going.path, 30)
    assert going.status().state is State.FAILED
    assert not processes.survivors(str(going.path))
    await_that(lambda: not Path(f"/proc/{rank}").exists())


# -- what a template is for --------------------------------------------------------------------------------------------


def test_who_asks_for_a_cold_start_gets_one_and_is_told_so(place: Home) -> None:
    assert run(place, "cold", "pass").status().cold == "--cold asks for it."


def test_a_home_that_is_set_so_starts_cold(place: Home) -> None:
    place.change(warm=False)
    try:
        status = finish(place, "pass", imports=IMPORTS).status()
    finally:
        place.change(warm=True)
    assert (bool(status.warm), status.cold) == (False, "")


def test_threads_and_devices_are_part_of_what_a_template_is_for(place: Home) -> None:
    env = {**make_spec().env, "OMP_NUM_THREADS": "7"}
    assert not finish(place, "pass", imports=IMPORTS, env=env).status().warm


def test_a_template_serves_runs_of_other_ranks_ports_and_notebooks(place: Home) -> None:
    env = {**make_spec().env, "JPY_SESSION_NAME": "other.ipynb", "TERM": "dumb", "RANK": "9"}
    cell = "import os; print(os.environ['JPY_SESSION_NAME'], os.environ['TERM'], os.environ['RANK'])"
    assert lines(place, "warm", cell, env=env) == ["other.ipynb dumb 0"]


def test_a_module_of_the_working_directory_goes_before_the_templates(place: Home, tmp_path: Path) -> None:
    (tmp_path / "joblib.py").write_text("WHOSE = 'mine'\n")
    ended = run(place, "cold", "import joblib; print(joblib.WHOSE)", cwd=str(tmp_path), cold=False)
    assert log_lines(ended) == ["mine"]
    assert ended.status().cold == f"{tmp_path} has a module 'joblib' of its own."


def test_a_file_that_only_has_a_modules_name_is_no_module(place: Home, tmp_path: Path) -> None:
    (tmp_path / "joblib.csv").write_text("")
    (tmp_path / "numpy").mkdir()
    assert lines(place, "warm", "import numpy; print(numpy.ones(1))", cwd=str(tmp_path)) == ["[1.]"]


def test_a_working_directory_that_is_gone_is_told_as_it_would_be(place: Home, tmp_path: Path) -> None:
    ends = []
    for mode in MODES:
        folder = tmp_path / mode
        folder.mkdir()
        spec = make_spec(imports=IMPORTS, cold=mode == "cold", cwd=str(folder))
        launcher = LocalLauncher(place)
        draft = place.draft()
        prepared = launcher.prepare(draft)
        from jupyter_mlops.testing.launcher_contract import write_draft

        write_draft(draft, spec, "pass")
        folder.rmdir()
        prepared.publish(place.runs / spec.id)
        ended = RunFolder(place.runs / spec.id)
        launcher.wait(ended.path, 30)
        ends.append((ended.status().state, ended.status().ranks[0].code, log_lines(ended)[0].replace(mode, "")))
    assert ends[0] == ends[1]


def test_a_package_that_changes_ends_its_template(fresh: Home, tmp_path: Path) -> None:
    package = tmp_path / "site-packages" / "mlopsprobe.py"
    package.parent.mkdir()
    package.write_text("VALUE = 1\n")
    values = {"imports": ["mlopsprobe"], "env": {**make_spec().env, "PYTHONPATH": str(package.parent)}}
    warm_up(fresh, **values)
    cell = "import mlopsprobe; print(mlopsprobe.VALUE)"
    assert log_lines(finish(fresh, cell, **values)) == ["1"]
    package.write_text("VALUE = 22\n")
    changed = finish(fresh, cell, **values)
    assert log_lines(changed) == ["22"]
    assert changed.status().cold == f"{package} changed since it had imported them."
    warm_up(fresh, **values)
    assert log_lines(finish(fresh, cell, **values)) == ["22"]


def test_a_run_waits_for_a_template_that_is_just_importing(fresh: Home, tmp_path: Path) -> None:
    package, begun = tmp_path / "site-packages" / "mlopsslow.py", tmp_path / "begun"
    package.parent.mkdir()
    # Ranks that start cold do not wait.
    wait = f"import pathlib, time\npathlib.Path({str(begun)!r}).touch()\ntime.sleep(1.5)\n"
    package.write_text(
        f"import sys\nif 'jupyter_mlops.runtime.template' in sys.modules:\n{textwrap.indent(wait, '    ')}"
    )
    values = {"imports": ["mlopsslow"], "env": {**make_spec().env, "PYTHONPATH": str(package.parent)}}

    def is_importing() -> bool:
        finish(fresh, "pass", **values)
        return begun.exists()

    await_that(is_importing)
    assert finish(fresh, "pass", **values).status().warm


def test_what_cannot_be_imported_is_left_to_the_cell(fresh: Home) -> None:
    imports = ["joblib", "no_such_package", "joblib.no_such_module"]
    warm_up(fresh, imports=imports)
    ended = finish(fresh, "import no_such_package", imports=imports)
    assert ended.status().warm and "no_such_package" in ended.status().why


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("import threading, time; threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()", "a thread"),
        ("import subprocess; child = subprocess.Popen(['sleep', '1000'])", "a process"),
        ("import mmap; shared = mmap.mmap(-1, 4096)", "shares memory"),
    ],
)
def test_a_package_that_does_not_survive_a_fork_has_no_template(
    fresh: Home, tmp_path: Path, source: str, why: str
) -> None:
    package = tmp_path / "site-packages" / "mlopsprobe.py"
    package.parent.mkdir()
    package.write_text(source)
    values = {"imports": ["mlopsprobe"], "env": {**make_spec().env, "PYTHONPATH": str(package.parent)}}

    def is_told() -> bool:
        status = finish(fresh, "pass", **values).status()
        assert not status.warm
        return why in status.cold

    await_that(is_told)


def test_there_are_two_templates_at_most_and_the_least_used_ends(fresh: Home) -> None:
    for imports in (["joblib"], ["cloudpickle"]):
        warm_up(fresh, imports=imports)
    warm_up(fresh, imports=["joblib"])
    warm_up(fresh, imports=["msgspec"])
    state = nest.ask_zygote(str(fresh.path), {"verb": "state"}, 5.0)
    assert len(state["templates"]) == 2
    assert finish(fresh, "pass", imports=["joblib"]).status().warm
    assert "others were used since" in finish(fresh, "pass", imports=["cloudpickle"]).status().cold


def test_runs_one_after_the_other_leave_nothing_behind(place: Home) -> None:
    warm_up(place, imports=IMPORTS)
    state = nest.ask_zygote(str(place.path), {"verb": "state"}, 5.0)
    pids = [state["pid"], *state["templates"].values()]
    before = [len(os.listdir(f"/proc/{pid}/fd")) for pid in pids]
    for _ in range(10):
        run(place, "warm", "pass")
    assert [len(os.listdir(f"/proc/{pid}/fd")) for pid in pids] == before
    assert not wait_until_empty(lambda: processes_in(place.runs))
    for pid in pids:
        assert not wait_until_empty(lambda pid=pid: dict.fromkeys(children_but(pid, pids), ""))  # type: ignore[misc]


def children_but(pid: int, known: list[int]) -> list[int]:
    return [child for child in processes.children(pid) if child not in known]


def test_a_zygote_that_was_killed_is_done_without_and_comes_back(fresh: Home) -> None:
    warm_up(fresh)
    killed = nest.ask_zygote(str(fresh.path), {"verb": "state"}, 5.0)["pid"]
    processes.kill(killed)
    assert finish(fresh, "pass").status().state is State.SUCCEEDED
    warm_up(fresh)
    assert nest.ask_zygote(str(fresh.path), {"verb": "state"}, 5.0)["pid"] != killed


def test_everything_ends_with_the_home(fresh: Home) -> None:
    warm_up(fresh)
    state = nest.ask_zygote(str(fresh.path), {"verb": "state"}, 5.0)
    pids = [state["pid"], *state["templates"].values()]
    # At once, whatever still writes there.
    gone = fresh.path.rename(f"{fresh.path}-gone")
    await_that(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))
    assert not os.path.exists(nest.folder(str(fresh.path)))
    shutil.rmtree(gone)
