"""What the local platform does beyond what every platform promises."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from jupyter_mlops.domain.errors import InvalidOption, Unsupported
from jupyter_mlops.domain.runs import Limits, Resources, State
from jupyter_mlops.platforms.local import leases, processes
from jupyter_mlops.platforms.local.launcher import LocalLauncher
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.records import RunDatabase
from jupyter_mlops.store.runs import RunFolder
from jupyter_mlops.testing.launcher_contract import (
    FOREVER,
    PATIENCE_SECONDS,
    await_state,
    await_that,
    check_history,
    log_lines,
    make_spec,
    publish_only,
    submit,
)


@pytest.fixture
def launcher(home: Home) -> LocalLauncher:
    return LocalLauncher(home)


def finish(launcher: LocalLauncher, run: RunFolder) -> None:
    assert launcher.wait(run.path, PATIENCE_SECONDS)


def test_ranks_find_each_other_by_their_environment(home: Home, launcher: LocalLauncher) -> None:
    names = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")
    run = submit(home, launcher, f"import os, json\nprint(json.dumps([os.environ[n] for n in {names}]))", workers=2)
    finish(launcher, run)
    first, second = (json.loads(log_lines(run, rank)[0]) for rank in (0, 1))
    assert first[:5] == ["0", "2", "0", "2", "127.0.0.1"]
    assert second[:5] == ["1", "2", "1", "2", "127.0.0.1"]
    assert first[5] == second[5]


def test_the_leased_port_can_be_bound_by_rank_zero(home: Home, launcher: LocalLauncher) -> None:
    cell = "import os, socket\nsocket.create_server(('127.0.0.1', int(os.environ['MASTER_PORT'])))\nprint('bound')"
    run = submit(home, launcher, cell)
    finish(launcher, run)
    assert log_lines(run) == ["bound"]


def test_a_rank_that_dies_of_a_taken_port_is_started_again_on_another(home: Home, launcher: LocalLauncher) -> None:
    cell = """
        import os
        print(os.environ["MASTER_PORT"])
        if os.environ["JUPYTER_MLOPS_ATTEMPT"] == "1":
            raise OSError(98, "Address already in use")
    """
    run = submit(home, launcher, textwrap.dedent(cell))
    finish(launcher, run)
    assert (run.status().state, run.status().attempt) == (State.SUCCEEDED, 2)
    assert log_lines(run, attempt=1)[0] != log_lines(run, attempt=2)[0]


def test_stopping_ends_children_in_sessions_of_their_own(home: Home, launcher: LocalLauncher) -> None:
    cell = "import subprocess\nsubprocess.Popen(['sleep', '1000'], start_new_session=True)\n" + FOREVER
    run = submit(home, launcher, cell)
    await_that(lambda: "begun" in log_lines(run))
    assert len(processes.survivors(str(run.path))) == 2
    launcher.stop(run.path, "a test")
    assert processes.survivors(str(run.path)) == []


def test_a_cell_that_is_stopped_may_save_its_work_and_is_stopped_whatever_its_exit_code(
    home: Home, launcher: LocalLauncher
) -> None:
    cell = """
        import signal, sys, time
        def save(*_):
            print("saved")
            sys.exit(1)
        signal.signal(signal.SIGTERM, save)
        print("begun")
        time.sleep(1000)
    """
    run = submit(home, launcher, textwrap.dedent(cell))
    await_that(lambda: "begun" in log_lines(run))
    launcher.stop(run.path, "a test")
    assert run.status().state is State.STOPPED
    assert "saved" in log_lines(run)


def test_a_killed_rank_is_told_by_its_signal(home: Home, launcher: LocalLauncher) -> None:
    run = submit(home, launcher, "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)")
    finish(launcher, run)
    assert "killed by SIGSEGV" in run.status().why


def test_a_rank_over_its_memory_is_killed_and_the_run_says_at_what(home: Home, launcher: LocalLauncher) -> None:
    cell = "import time\nhog = []\nwhile True:\n    hog.append(bytearray(8 << 20))\n    time.sleep(0.01)\n"
    run = submit(home, launcher, cell, resources=Resources(memory=100_000_000))
    finish(launcher, run)
    why = run.status().why
    assert run.status().state is State.FAILED
    assert "SIGKILL" in why
    assert "over its limit of 100\u202fMB (--memory)" in why


def test_cpus_limit_cores_and_threads(home: Home, launcher: LocalLauncher) -> None:
    cell = "import os\nprint(len(os.sched_getaffinity(0)), os.environ['OMP_NUM_THREADS'])"
    run = submit(home, launcher, cell, resources=Resources(cpus=1))
    finish(launcher, run)
    assert log_lines(run) == ["1 1"]


def test_more_cores_than_there_are_is_refused(launcher: LocalLauncher) -> None:
    with pytest.raises(Unsupported, match="this machine has"):
        launcher.check(make_spec(resources=Resources(cpus=4096)))


def test_devices_are_dealt_to_ranks_and_no_other_run_gets_them(home: Home, launcher: LocalLauncher) -> None:
    home.change(gpus=3)
    cell = "import os\nprint(os.environ['CUDA_VISIBLE_DEVICES'])\n"
    first = submit(home, launcher, cell + FOREVER, workers=2, resources=Resources(gpus=1))
    await_state(first, State.RUNNING)
    second = submit(home, launcher, cell, resources=Resources(gpus=1))
    finish(launcher, second)
    await_that(lambda: bool(log_lines(first, 1)))
    assert [log_lines(first, 0)[0], log_lines(first, 1)[0], log_lines(second)[0]] == ["0", "1", "2"]
    third = submit(home, launcher, cell, resources=Resources(gpus=2))
    await_that(lambda: bool(launcher.place(third.path)))
    launcher.stop(first.path, "a test")
    finish(launcher, third)
    assert log_lines(third) == ["0,1"]


def test_devices_that_the_machine_does_not_have_are_refused(home: Home, launcher: LocalLauncher) -> None:
    home.change(gpus=0)
    with pytest.raises(Unsupported, match="has no GPU"):
        launcher.check(make_spec(resources=Resources(gpus=1), env={}))


def test_waiting_runs_start_in_the_order_of_their_submission(home: Home, launcher: LocalLauncher) -> None:
    home.change(slots=1)
    first = submit(home, launcher, FOREVER)
    await_state(first, State.RUNNING)
    others = [submit(home, launcher, "import time\nprint(time.time())") for _ in range(4)]
    await_that(lambda: all(launcher.place(run.path) for run in others))
    assert "Next in line" in launcher.place(others[0].path)
    assert launcher.place(others[2].path).startswith("2 runs are ahead")
    launcher.stop(first.path, "a test")
    for run in others:
        finish(launcher, run)
    times = [float(log_lines(run)[0]) for run in others]
    assert times == sorted(times)


def test_a_run_is_stopped_while_it_waits(home: Home, launcher: LocalLauncher) -> None:
    home.change(slots=1)
    first = submit(home, launcher, FOREVER)
    await_state(first, State.RUNNING)
    waiting = submit(home, launcher, "print('never')")
    await_that(lambda: bool(launcher.place(waiting.path)))
    launcher.stop(waiting.path, "a test")
    assert waiting.status().state is State.STOPPED
    assert "before it started" in waiting.status().why
    assert log_lines(waiting) == []
    launcher.stop(first.path, "a test")


def test_a_waiting_run_that_is_stopped_says_the_reason(home: Home, launcher: LocalLauncher) -> None:
    home.change(slots=1)
    first = submit(home, launcher, FOREVER)
    await_state(first, State.RUNNING)
    waiting = submit(home, launcher, "print('never')")
    launcher.stop(waiting.path, "a test", "the search is over")
    assert (waiting.status().state, waiting.status().why) == (State.STOPPED, "the search is over")
    launcher.stop(first.path, "a test")


def test_a_keeper_that_hangs_is_ended_by_who_asks_it(home: Home, launcher: LocalLauncher) -> None:
    run = submit(home, launcher, FOREVER)
    await_state(run, State.RUNNING)
    keeper = run.keeper()
    assert keeper is not None
    os.kill(keeper.pid, signal.SIGSTOP)
    launcher.stop(run.path, "a test")
    assert run.status().state is State.STOPPED
    assert "did not answer" in run.status().why
    assert processes.survivors(str(run.path)) == []


def test_a_keeper_that_is_asked_to_end_stops_its_run(home: Home, launcher: LocalLauncher) -> None:
    run = submit(home, launcher, FOREVER)
    await_state(run, State.RUNNING)
    keeper = run.keeper()
    assert keeper is not None
    os.kill(keeper.pid, signal.SIGTERM)
    finish(launcher, run)
    assert run.status().state is State.STOPPED


SUBMITTER = """
import os, sys, time
from pathlib import Path
from jupyter_mlops.platforms.local.launcher import LocalLauncher
from jupyter_mlops.store.home import Home
from jupyter_mlops.testing.launcher_contract import make_spec, write_draft
home = Home.open(Path(sys.argv[1]))
draft = home.draft()
prepared = LocalLauncher(home).prepare(draft)
spec = make_spec(id=sys.argv[2])
write_draft(draft, spec, "print('done')")
"""


def run_submitter(home: Home, run_id: str, then: str) -> None:
    argv = [sys.executable, "-c", SUBMITTER + then, str(home.path), run_id]
    assert subprocess.run(argv, check=False).returncode == -signal.SIGKILL


def test_the_draft_of_a_submitter_that_was_killed_is_removed(home: Home) -> None:
    run_submitter(home, "x-20260101-000000-aaaa", "os.kill(os.getpid(), 9)")
    await_that(lambda: not list(home.tmp.iterdir()))
    assert not list(home.runs.iterdir())


def test_a_run_goes_on_whose_submitter_was_killed_between_publishing_and_saying_so(
    home: Home, launcher: LocalLauncher
) -> None:
    run_submitter(
        home,
        "x-20260101-000000-aaaa",
        "os.read(prepared._ready, 1); os.rename(draft, home.runs / spec.id); os.kill(os.getpid(), 9)",
    )
    run = RunFolder(home.runs / "x-20260101-000000-aaaa")
    finish(launcher, run)
    assert log_lines(run) == ["done"]


def test_a_bystander_that_the_submitter_forked_holds_nothing_up(home: Home, launcher: LocalLauncher) -> None:
    fork = "pid = os.fork() or (time.sleep(30), os._exit(0))\nPath(sys.argv[1], 'bystander').write_text(str(pid))\n"
    run_submitter(home, "x-20260101-000000-aaaa", fork + "os.kill(os.getpid(), 9)")
    try:
        await_that(lambda: not list(home.tmp.iterdir()), patience=5)
    finally:
        processes.kill(int((home.path / "bystander").read_text()))


def test_after_a_restart_of_the_machine_a_run_is_failed_and_a_queued_one_is_launched(
    home: Home, launcher: LocalLauncher, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = submit(home, launcher, FOREVER)
    await_state(run, State.RUNNING)
    keeper = run.keeper()
    assert keeper is not None
    processes.kill(keeper.pid)
    await_that(lambda: not run.is_kept())
    await_that(lambda: not processes.survivors(str(run.path)))
    # All pids of the old boot now mean something else: here, this very process.
    told = json.loads((run.path / "keeper.lock").read_bytes())
    (run.path / "keeper.lock").write_text(json.dumps({**told, "pid": os.getpid()}))
    queued = publish_only(home, "print('after')")
    monkeypatch.setenv("JUPYTER_MLOPS_BOOT_ID", "another boot")
    launcher.settle(run.path)
    finish(launcher, run)
    assert run.status().state is State.FAILED
    assert "restarted" in run.status().why
    finish(launcher, queued)
    assert log_lines(queued) == ["after"]


def test_a_keeper_whose_folder_has_vanished_ends_everything(home: Home, launcher: LocalLauncher) -> None:
    run = submit(home, launcher, FOREVER)
    await_state(run, State.RUNNING)
    gone = home.path / "gone"
    run.path.rename(gone)
    await_that(lambda: not processes.survivors(str(run.path)) and not processes.survivors(str(gone)))
    await_that(lambda: not RunFolder(gone).is_kept())


def test_a_withheld_variable_is_filled_from_who_launches_and_a_missing_one_is_named(
    home: Home, launcher: LocalLauncher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_TOKEN", "secret")
    cell = "import os\nprint(os.environ.get('MY_TOKEN'), os.environ.get('NO_TOKEN'))\n" + FOREVER
    env = {name: value for name, value in os.environ.items() if name != "MY_TOKEN"}
    run = submit(home, launcher, cell, env=env, withheld=["MY_TOKEN", "NO_TOKEN"])
    await_that(lambda: bool(log_lines(run)))
    assert log_lines(run)[0] == "secret None"
    assert any("NO_TOKEN" in getattr(event, "why", "") for event in run.events())
    assert b"secret" not in (run.path / "spec.json").read_bytes()
    launcher.stop(run.path, "a test")


def test_a_log_over_its_limit_loses_its_middle_and_keeps_its_points(home: Home, launcher: LocalLauncher) -> None:
    cell = "import time\nfor i in range(40_000):\n    print(f'step={i} loss={i}')\ntime.sleep(1.5)\nprint('the end')"
    run = submit(home, launcher, cell, limits=Limits(log=400_000))
    finish(launcher, run)
    assert run.status().state is State.SUCCEEDED
    log = run.log_path(0, 1)
    assert log.stat().st_blocks * 512 < 450_000 < log.stat().st_size
    assert log_lines(run)[-1] == "the end"
    database = RunDatabase(run.path / "run.db")
    assert len(database.history("loss")) == 40_000
    assert database.gaps(1, 0)
    database.close()
    assert any("cut out" in note for note in run.status().notes)


def test_a_log_that_is_written_fast_is_within_its_limit_at_the_end(home: Home, launcher: LocalLauncher) -> None:
    run = submit(home, launcher, "for i in range(60_000):\n    print(i, 'x' * 40)", limits=Limits(log=1_000_000))
    finish(launcher, run)
    assert run.log_path(0, 1).stat().st_blocks * 512 < 1_100_000
    assert log_lines(run)[-1].startswith("59999 ")


def test_a_log_over_its_limit_ends_the_run_where_that_was_asked_for(home: Home, launcher: LocalLauncher) -> None:
    cell = "import time\nwhile True:\n    print('x' * 1000)\n    time.sleep(0.0001)"
    run = submit(home, launcher, cell, limits=Limits(log=200_000, full="stop"))
    finish(launcher, run)
    assert run.status().state is State.FAILED
    assert "grew over their limit" in run.status().why


def test_what_a_run_ran_in_is_written_down(home: Home, launcher: LocalLauncher) -> None:
    run = submit(home, launcher, "print('x')")
    finish(launcher, run)
    await_that(lambda: (run.path / "environment.json").exists())
    facts = json.loads((run.path / "environment.json").read_bytes())
    assert facts["executable"] == sys.executable
    assert "msgspec" in facts["packages"]


def test_a_run_that_goes_has_no_zombie(home: Home, launcher: LocalLauncher) -> None:
    run = submit(home, launcher, FOREVER)
    await_state(run, State.RUNNING)
    await_that(lambda: (run.path / "environment.json").exists())
    keeper = run.keeper()
    assert keeper is not None
    # What is left is the guardian of the one rank.
    await_that(lambda: len(processes.children(keeper.pid)) == 1, patience=10)
    launcher.stop(run.path, "a test")


def test_an_interpreter_that_is_not_there_is_refused(launcher: LocalLauncher) -> None:
    with pytest.raises(InvalidOption, match="--python"):
        launcher.check(make_spec(python="/no/python"))


def test_samples_tell_what_the_ranks_use(home: Home, launcher: LocalLauncher) -> None:
    cell = "import time\nend = time.time() + 1.5\nwhile time.time() < end:\n    pass"
    run = submit(home, launcher, cell)
    finish(launcher, run)
    database = RunDatabase(run.path / "run.db")
    samples = database.samples()
    database.close()
    assert samples
    assert max(sample.cpu for sample in samples) > 0.3
    assert all(sample.memory > 1 << 20 for sample in samples)


def test_forty_runs_at_once_all_end_well(home: Home, launcher: LocalLauncher) -> None:
    runs = [submit(home, launcher, f"print({number})") for number in range(40)]
    for number, run in enumerate(runs):
        assert launcher.wait(run.path, 120)
        assert log_lines(run) == [str(number)]
        check_history(run)


def test_a_hundred_runs_leave_no_process_descriptor_or_file(home: Home, launcher: LocalLauncher) -> None:
    finish(launcher, submit(home, launcher, "print('warm')"))
    await_that(lambda: not list(home.tmp.iterdir()))
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(100):
        finish(launcher, submit(home, launcher, "pass"))
    assert not list(home.tmp.iterdir())
    assert not list((home.path / "queue").iterdir())
    await_that(lambda: len(os.listdir("/proc/self/fd")) <= before)
    await_that(lambda: not processes.children(os.getpid()))


def test_a_slot_is_free_as_soon_as_its_run_has_ended(home: Home, launcher: LocalLauncher) -> None:
    home.change(slots=1)
    finish(launcher, submit(home, launcher, "pass"))
    assert leases.take_slot(str(home.path)) is not None


def test_a_run_over_a_full_disk_still_says_how_it_ended(tmp_path: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("mounting a small disk needs root")
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], check=False).returncode:
        pytest.skip("this system does not let its root mount a tmpfs")
    try:
        home = Home.open(disk / "home")
        launcher = LocalLauncher(home)
        fill = "import os\nwith open(os.environ['FILL'], 'wb') as file:\n"
        fill += "    while True:\n        file.write(b'x' * 4096)\n        file.flush()"
        run = submit(home, launcher, fill, env={**os.environ, "FILL": str(disk / "fill")})
        finish(launcher, run)
        assert run.status().state is State.FAILED
        assert "disk of the home is full" in run.status().why
        assert not processes.survivors(str(run.path))
        await_that(lambda: not run.is_kept())
    finally:
        time.sleep(0.2)
        subprocess.run(["umount", "-l", disk], check=True)
