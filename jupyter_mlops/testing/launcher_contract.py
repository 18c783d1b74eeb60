"""The promises of ``platforms.base.Launcher``, one test each. A platform subclasses ``LauncherContract``.

The cells use what every platform has: ``print``, ``report``, ``time.sleep``, ``sys.exit``, ``os.environ``, ``open``.
"""

from __future__ import annotations

import getpass
import itertools
import json
import os
import re
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from jupyter_mlops import wire
from jupyter_mlops.domain import runs as domain
from jupyter_mlops.domain.errors import Conflict, Unsupported
from jupyter_mlops.domain.kinds import (
    Address,
    Job,
    Shape,
    environment,
    is_lasting,
    job_name,
    pods,
    rank_count,
    training_count,
)
from jupyter_mlops.domain.runs import Origin, RunSpec, StacksTaken, State, StateChanged
from jupyter_mlops.platforms.base import Launcher
from jupyter_mlops.store import machine
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.index import Index
from jupyter_mlops.store.records import RunDatabase
from jupyter_mlops.store.runs import RunFolder

PATIENCE_SECONDS = 60.0
_numbers = itertools.count()

FOREVER = "import time\nprint('begun')\nwhile True:\n    time.sleep(0.05)\n"

SHAPES: list[dict[str, Any]] = [
    {"kind": "python", "workers": 2},
    {"kind": "pytorch", "workers": 3},
    {"kind": "tensorflow", "workers": 2, "ps": 1, "evaluator": True},
    {"kind": "tensorflow", "workers": 3, "chief": True},
    {"kind": "xgboost", "workers": 3},
    {"kind": "mxnet", "workers": 2, "servers": 2},
    {"kind": "jax", "workers": 3},
]
"""One run at least of each kind whose pods are the ranks themselves."""

ROLES = """\
import os, sys, time
def pod(name):
    return os.environ["JUPYTER_MLOPS_ROLE"] + "-" + os.environ["JUPYTER_MLOPS_INDEX"] == name
def is_done(name):
    try:
        open(FOLDER + "/" + name).close()
        return True
    except FileNotFoundError:
        return False
def done(name):
    open(FOLDER + "/" + name, "w").close()
def wait_for(name):
    while not is_done(name):
        time.sleep(0.01)
def meet(ranks):
    done("met-" + os.environ["JUPYTER_MLOPS_RANK"])
    for number in range(ranks):
        wait_for("met-" + str(number))
def serve():
    while True:
        time.sleep(0.01)
print("begun")
"""
"""What cells of several roles are made with: pods that wait for each other by files in a folder."""


def of_roles(folder: Path, cell: str) -> str:
    """Return a cell that knows ``pod(name)``, ``done(name)``, ``wait_for(name)`` and the like."""
    return f"FOLDER = {str(folder)!r}\n{ROLES}{cell}"


def make_spec(name: str = "test", **values: Any) -> RunSpec:
    """Return a spec that this interpreter can run."""
    origin = Origin(
        user=getpass.getuser(),
        host=machine.host(),
        machine=machine.machine_id(),
        boot=machine.boot_id(),
        pid=os.getpid(),
    )
    defaults: dict[str, Any] = {
        "id": f"{name}-20260101-000000-{next(_numbers):04d}",
        "name": name,
        "code_hash": "",
        "created": time.time(),
        "python": sys.executable,
        "cwd": str(Path.cwd()),
        "env": {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER_MLOPS_RUN")},
        "origin": origin,
        "platform": "test",
    }
    return RunSpec(**{**defaults, **values})


def write_draft(draft: Path, spec: RunSpec, cell: str) -> None:
    """Fill a draft with a cell that captures nothing."""
    (draft / "spec.json").write_bytes(wire.encode_pretty(spec))
    write_bundle(draft, spec, cell)


def write_bundle(draft: Path, spec: RunSpec, cell: str) -> None:
    """Write what a rank executes."""
    (draft / "bundle").mkdir(mode=0o700)
    (draft / "bundle" / "cell.py").write_text(cell, encoding="utf-8")
    manifest = {
        "format": 1,
        "name": spec.name,
        "prompt": 0,
        "filename": f"Cell ({spec.name})",
        "keep": spec.keep,
        "classes": {},
    }
    (draft / "bundle" / "cell.json").write_bytes(wire.encode_pretty(manifest))


def submit(home: Home, launcher: Launcher, cell: str, **values: Any) -> RunFolder:
    """Submit a cell as services do, and return the run's folder."""
    spec = make_spec(**values)
    launcher.check(spec)
    draft = home.draft()
    prepared = launcher.prepare(draft)
    write_draft(draft, spec, cell)
    prepared.publish(home.runs / spec.id)
    return RunFolder(home.runs / spec.id)


def publish_only(home: Home, cell: str, **values: Any) -> RunFolder:
    """Publish a run that no keeper has ever seen."""
    spec = make_spec(**values)
    draft = home.draft()
    write_draft(draft, spec, cell)
    draft.rename(home.runs / spec.id)
    return RunFolder(home.runs / spec.id)


def log_lines(run: RunFolder, rank: int = 0, attempt: int = 1) -> list[str]:
    """Return what a rank printed, records left out."""
    data = run.log_path(rank, attempt).read_text(encoding="utf-8") if run.log_path(rank, attempt).exists() else ""
    return [line for line in data.split("\n") if line and not line.startswith("\x1e")]


def await_that(is_so: Callable[[], bool], patience: float = PATIENCE_SECONDS) -> None:
    """Return as soon as ``is_so`` holds; fail if it takes too long."""
    deadline = time.monotonic() + patience
    while not is_so():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.01)


def await_state(run: RunFolder, state: State) -> None:
    """Return as soon as the run is in ``state``; fail if it ends in another."""

    def is_there() -> bool:
        status = run.status()
        assert status.state is state or not status.state.is_finished, (status.state, status.why)
        return status.state is state

    await_that(is_there)


def check_history(run: RunFolder) -> None:
    """Fail unless the run's states were legal and its end came once."""
    states = [event.state for event in run.events() if isinstance(event, StateChanged)]
    before: State | None = State.QUEUED
    for state in states:
        assert domain.is_legal(before, state), states
        before = state
    assert sum(state.is_finished for state in states) == 1, states


class LauncherContract:
    """Subclasses fill in what raises, and offer a fixture ``home`` that yields an empty ``Home``."""

    def make_launcher(self, home: Home) -> Launcher:
        """Return a launcher on ``home``, as a new process would."""
        raise NotImplementedError

    def vanish(self, launcher: Launcher, run: RunFolder) -> None:
        """End the keeper of ``run`` so that it cannot write a word more."""
        raise NotImplementedError

    def publish_with_vanishing_keepers(self, home: Home, cell: str, times: int) -> RunFolder:
        """Publish a run whose first ``times`` keepers vanish with its lock taken and no rank started."""
        raise NotImplementedError

    @pytest.fixture
    def launcher(self, home: Home) -> Launcher:
        return self.make_launcher(home)

    # 1. What cannot be done is refused before anything starts.

    def test_an_unknown_kind_is_refused_in_one_sentence(self, launcher: Launcher) -> None:
        with pytest.raises(Unsupported, match=r"no kind 'perl'.*python"):
            launcher.check(make_spec(kind="perl"))

    # 2. Launching one folder twice starts one run.

    def test_a_folder_launched_by_many_at_once_runs_once(self, home: Home) -> None:
        run = publish_only(home, "print('once')")
        launchers = [self.make_launcher(home) for _ in range(4)]
        threads = [threading.Thread(target=each.launch, args=(run.path,)) for each in launchers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert launchers[0].wait(run.path, PATIENCE_SECONDS)
        assert log_lines(run) == ["once"]
        check_history(run)

    def test_launching_a_finished_run_changes_nothing(self, home: Home, launcher: Launcher) -> None:
        run = submit(home, launcher, "print('once')")
        assert launcher.wait(run.path, PATIENCE_SECONDS)
        await_that(lambda: not run.is_kept())
        before = run.events()
        launcher.launch(run.path)
        await_that(lambda: not run.is_kept())
        assert run.events() == before

    def test_publishing_onto_another_run_is_refused_and_may_be_tried_again(
        self, home: Home, launcher: Launcher
    ) -> None:
        first = submit(home, launcher, "print('first')")
        spec = make_spec()
        draft = home.draft()
        prepared = launcher.prepare(draft)
        write_draft(draft, spec, "print('second')")
        with pytest.raises(FileExistsError):
            prepared.publish(first.path)
        prepared.publish(home.runs / spec.id)
        second = RunFolder(home.runs / spec.id)
        assert launcher.wait(first.path, PATIENCE_SECONDS)
        assert launcher.wait(second.path, PATIENCE_SECONDS)
        assert (log_lines(first), log_lines(second)) == (["first"], ["second"])

    def test_a_cancelled_draft_leaves_nothing(self, home: Home, launcher: Launcher) -> None:
        prepared = launcher.prepare(home.draft())
        prepared.cancel()
        await_that(lambda: not list(home.tmp.iterdir()))
        assert not list(home.runs.iterdir())

    # 3. A run's state follows the legal transitions and ends exactly once.

    def test_a_cell_that_ends_well_succeeds(self, home: Home, launcher: Launcher) -> None:
        run = submit(home, launcher, "print('hello')")
        assert launcher.wait(run.path, PATIENCE_SECONDS)
        status = run.status()
        assert (status.state, status.why) == (State.SUCCEEDED, "")
        assert status.started is not None
        assert [rank.code for rank in status.ranks] == [0]
        check_history(run)

    def test_running_begins_with_the_first_line_of_the_cell(self, home: Home, launcher: Launcher) -> None:
        run = submit(home, launcher, FOREVER)
        await_state(run, State.RUNNING)
        assert not launcher.wait(run.path, 0.05)
        launcher.stop(run.path, "a test")
        check_history(run)

    def test_an_exit_code_is_told_in_words(self, home: Home, launcher: Launcher) -> None:
        run = submit(home, launcher, "import sys\nsys.exit(3)")
        assert launcher.wait(run.path, PATIENCE_SECONDS)
        assert run.status().state is State.FAILED
        assert "ended itself with exit code 3" in run.status().why
        check_history(run)

    def test_exit_code_zero_is_success(self, home: Home, launcher: Launcher) -> None:
        run = submit(home, launcher, "import sys\nsys.exit(0)")
        assert launcher.wait(run.path, PATIENCE_SECONDS)
        assert run.status().state is State.SUCCEEDED

    def test_an_exception_is_told_with_its_line(self, home: Home, launcher: Launcher) -> None:
        run = submit(home, launcher, "x = 1\nx / 0\n")
        assert launcher.wait(run.path, PATIENCE_SECONDS)
        status = run.status()
        assert status.error is not None
        assert (status.error.type, status.error.line) == ("ZeroDivisionError", 2)
        assert "ZeroDivisionError" in status.why
        assert "line 2" in status.why

    def test_a_failed_attempt_is_started_again(self, home: Home, launcher: Launcher) -> None:
        run = submit(home, launcher, "print('try')\n1 / 0", limits=domain.Limits(retries=2))
        assert launcher.wait(run.path, PATIENCE_SECONDS)
        assert run.status().attempt == 3
        assert [log_lines(run, attempt=number)[:1] for number in (1, 2, 3)] == [["try"]] * 3
        check_history(run)

    def test_a_run_over_its_time_limit_fails_and_says_so(self, home: Home, launcher: Launcher) -> None:
        run = submit(home, launcher, FOREVER, limits=domain.Limits(timeout=0.5))
        assert launcher.wait(run.path, PATIENCE_SECONDS)
        assert run.status().state is State.FAILED
        assert "longer than its limit" in run.status().why

    def test_a_run_that_goes_or_has_ended_has_no_place_in_line(self, home: Home, launcher: Launcher) -> None:
        run = submit(home, launcher, FOREVER)
        await_state(run, State.RUNNING)
        assert launcher.place(run.path) == ""
        launcher.stop(run.path, "a test")
        assert launcher.place(run.path) == ""

    # 4. Every line that a rank wrote is in its log exactly once, in order; every point once.

    def test_every_line_of_every_rank_is_kept_in_order(self, home: Home, launcher: Launcher) -> None:
        cell = "import os\nfor i in range(500):\n    print(os.environ['RANK'], i)\n"
        run = submit(home, launcher, cell, workers=2)
        assert launcher.wait(run.path, PATIENCE_SECONDS)
        for rank in (0, 1):
            assert log_lines(run, rank) == [f"{rank} {i}" for i in range(500)]

    def test_every_point_is_recorded_once(self, home: Home, launcher: Launcher) -> None:
        cell = "from jupyter_mlops import report\nfor i in range(300):\n    report(step=i, loss=1 / (i + 1))\n"
        run = submit(home, launcher, cell)
        assert launcher.wait(run.path, PATIENCE_SECONDS)
        database = RunDatabase(run.path / "run.db", writer=False)
        assert [point[0] for point in database.history("loss")] == list(range(300))
        database.close()

    def test_the_index_shows_the_end(self, home: Home, launcher: Launcher) -> None:
        cell = "from jupyter_mlops import report\nreport(step=1, loss=0.5)\n"
        run = submit(home, launcher, cell, name="seen")
        assert launcher.wait(run.path, PATIENCE_SECONDS)
        await_that(lambda: not run.is_kept())
        with Index(home) as index:
            row = index.get(run.id)
        assert row is not None
        assert row == run.row()
        assert (row.state, row.metrics["loss"].last) == (State.SUCCEEDED, 0.5)

    # 5. Stop ends the whole tree; the end is written when the tree is gone.

    def test_a_stopped_run_says_who_stopped_it(self, home: Home, launcher: Launcher) -> None:
        run = submit(home, launcher, FOREVER, workers=2)
        await_state(run, State.RUNNING)
        launcher.stop(run.path, "a test")
        assert run.status().state is State.STOPPED
        assert "a test" in run.status().why
        assert not run.unanswered()
        check_history(run)

    def test_a_reason_to_stop_is_what_the_run_says(self, home: Home, launcher: Launcher) -> None:
        run = submit(home, launcher, FOREVER)
        await_state(run, State.RUNNING)
        launcher.stop(run.path, "a test", "pruned at step 12: 0.71, the median is 0.83")
        assert run.status().state is State.STOPPED
        assert run.status().why == "pruned at step 12: 0.71, the median is 0.83"

    def test_a_reason_to_stop_that_nobody_read_is_kept_by_who_takes_over(self, home: Home, launcher: Launcher) -> None:
        run = submit(home, launcher, FOREVER)
        await_state(run, State.RUNNING)
        self.vanish(launcher, run)
        run.request("stop", "a test", "enough is known")
        self.make_launcher(home).settle(run.path)
        await_that(lambda: run.status().state.is_finished)
        assert (run.status().state, run.status().why) == (State.STOPPED, "enough is known")

    def test_who_asks_where_the_ranks_are_is_told_and_the_run_goes_on(self, home: Home, launcher: Launcher) -> None:
        run = submit(home, launcher, FOREVER, workers=2)
        await_that(lambda: all("begun" in log_lines(run, rank) for rank in (0, 1)))
        request = run.request("stacks", "ada@lab")
        await_that(lambda: not run.requests())
        [taken] = [event for event in run.events() if isinstance(event, StacksTaken)]
        assert taken.request == request
        assert [(stack.rank, 3 <= stack.line <= 4) for stack in taken.stacks] == [(0, True), (1, True)]
        assert run.status().state is State.RUNNING
        launcher.stop(run.path, "ada@lab")

    def test_stopping_a_finished_run_changes_nothing(self, home: Home, launcher: Launcher) -> None:
        run = submit(home, launcher, "print('done')")
        assert launcher.wait(run.path, PATIENCE_SECONDS)
        before = run.events()
        launcher.stop(run.path, "a test")
        assert run.events() == before
        assert run.status().state is State.SUCCEEDED

    def test_a_run_is_stopped_by_a_launcher_that_did_not_start_it(self, home: Home, launcher: Launcher) -> None:
        run = submit(home, launcher, FOREVER)
        await_state(run, State.RUNNING)
        self.make_launcher(home).stop(run.path, "another process")
        assert run.status().state is State.STOPPED

    # 6. If one rank fails, the others are stopped and the run names the first.

    def test_one_failing_rank_ends_the_others_and_is_named(self, home: Home, launcher: Launcher) -> None:
        cell = f"import os\nif os.environ['RANK'] == '1':\n    raise KeyError('shard')\n{FOREVER}"
        run = submit(home, launcher, cell, workers=3)
        assert launcher.wait(run.path, PATIENCE_SECONDS)
        status = run.status()
        assert (status.state, status.failed_rank) == (State.FAILED, 1)
        assert "rank 1" in status.why.lower()
        assert "KeyError" in status.why
        assert all(rank.ended is not None for rank in status.ranks)
        check_history(run)

    # 7. A keeper may vanish at any time; who looks next finds a true state.

    def test_a_run_whose_keeper_vanished_is_ended_with_the_reason(self, home: Home, launcher: Launcher) -> None:
        run = submit(home, launcher, FOREVER)
        await_state(run, State.RUNNING)
        self.vanish(launcher, run)
        self.make_launcher(home).settle(run.path)
        await_that(lambda: run.status().state.is_finished)
        assert run.status().state is State.FAILED
        assert "keeper was killed" in run.status().why
        assert log_lines(run) == ["begun"]
        check_history(run)

    def test_who_waits_for_a_run_learns_that_its_keeper_vanished(self, home: Home, launcher: Launcher) -> None:
        run = submit(home, launcher, FOREVER)
        await_state(run, State.RUNNING)
        threading.Timer(0.2, self.vanish, (launcher, run)).start()
        assert self.make_launcher(home).wait(run.path, PATIENCE_SECONDS)
        assert run.status().state is State.FAILED

    def test_a_stop_that_nobody_read_is_kept_by_who_takes_over(self, home: Home, launcher: Launcher) -> None:
        run = submit(home, launcher, FOREVER)
        await_state(run, State.RUNNING)
        self.vanish(launcher, run)
        run.request("stop", "a test")
        self.make_launcher(home).settle(run.path)
        await_that(lambda: run.status().state.is_finished)
        assert run.status().state is State.STOPPED

    def test_a_run_that_no_keeper_has_seen_is_launched_by_who_looks(self, home: Home, launcher: Launcher) -> None:
        run = publish_only(home, "print('late')")
        launcher.settle(run.path)
        assert launcher.wait(run.path, PATIENCE_SECONDS)
        assert (run.status().state, log_lines(run)) == (State.SUCCEEDED, ["late"])

    def test_a_run_whose_keeper_vanished_before_a_rank_is_launched_again(self, home: Home) -> None:
        run = self.publish_with_vanishing_keepers(home, "print('again')", times=2)
        assert self.make_launcher(home).wait(run.path, PATIENCE_SECONDS)
        assert (run.status().state, log_lines(run)) == (State.SUCCEEDED, ["again"])

    def test_after_three_launches_without_a_rank_the_run_fails(self, home: Home) -> None:
        run = self.publish_with_vanishing_keepers(home, "print('never')", times=3)
        assert self.make_launcher(home).wait(run.path, PATIENCE_SECONDS)
        assert run.status().state is State.FAILED
        assert "3 keepers" in run.status().why
        assert log_lines(run) == []

    def test_a_run_of_another_machine_is_left_alone(self, home: Home, launcher: Launcher) -> None:
        origin = Origin(host="elsewhere", machine="another machine", boot="another boot")
        run = publish_only(home, "print('not here')", origin=origin)
        launcher.settle(run.path)
        assert not launcher.wait(run.path, 0.3)
        assert run.status().state is State.QUEUED
        assert msgspec.structs.asdict(run.status())["launches"] == 0
        with pytest.raises(Conflict, match=f"%runs close {run.id}"):
            launcher.stop(run.path, "a test")

    # 8. Each rank has the role and the environment that the operator of its kind gives its pods.

    @pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: "-".join(map(str, shape.values())))
    def test_every_pod_has_the_environment_of_its_role(
        self, home: Home, launcher: Launcher, tmp_path: Path, shape: dict[str, Any]
    ) -> None:
        write = (
            "import json\nwith open(FOLDER + '/' + os.environ['JUPYTER_MLOPS_RANK'], 'w') as file:\n"
            f"    json.dump(dict(os.environ), file)\nmeet({rank_count(Shape(**shape))})\n"
        )
        run = submit(home, launcher, of_roles(tmp_path, write), name="Many_kinds", **shape)
        assert launcher.wait(run.path, PATIENCE_SECONDS)
        spec, status = run.spec(), run.status()
        assert status.state is State.SUCCEEDED
        told = [json.loads((tmp_path / str(number)).read_text()) for number in range(spec.rank_count)]
        job = Job(job_name(spec.name), spec.shape, [Address("127.0.0.1", 10001 + at) for at in range(spec.rank_count)])
        for rank, (pod, env) in enumerate(zip(job.pods, told, strict=True)):
            wanted = environment(job, pod)
            assert {name: _without_ports(env.get(name, "")) for name in wanted} == {
                name: _without_ports(value) for name, value in wanted.items()
            }
            assert (status.ranks[rank].role, status.ranks[rank].index) == (pod.role, pod.index)
            # Those that serve the others are ended when these are done, perhaps in the midst of their own end.
            assert is_lasting(spec.shape, pod) or status.ranks[rank].code == 0
            ours = [env[f"JUPYTER_MLOPS_{name}"] for name in ("RUN", "ATTEMPT", "RANK", "LOCAL_RANK", "ROLE", "INDEX")]
            assert ours == [run.id, "1", str(rank), "0", pod.role, str(pod.index)]
            assert env["JUPYTER_MLOPS_WORLD_SIZE"] == str(training_count(spec.shape))
        check_history(run)

    def test_all_pods_know_the_same_addresses_and_no_two_share_one(
        self, home: Home, launcher: Launcher, tmp_path: Path
    ) -> None:
        cell = of_roles(tmp_path, "print(os.environ['TF_CONFIG'])\nmeet(4)")
        run = submit(home, launcher, cell, kind="tensorflow", workers=2, ps=2)
        assert launcher.wait(run.path, PATIENCE_SECONDS)
        clusters = [json.loads(log_lines(run, rank)[1])["cluster"] for rank in range(4)]
        assert all(cluster == clusters[0] for cluster in clusters)
        addresses = [address for role in clusters[0].values() for address in role]
        assert len(set(addresses)) == 4

    # 9. A run has succeeded when the pods that decide have ended well, as the operators see it.

    def test_servers_that_last_for_ever_are_ended_when_the_training_is_done(
        self, home: Home, launcher: Launcher, tmp_path: Path
    ) -> None:
        cell = of_roles(tmp_path, "if pod('ps-0') or pod('evaluator-0'):\n    serve()\nprint('trained')")
        run = submit(home, launcher, cell, kind="tensorflow", workers=2, ps=1, evaluator=True)
        assert launcher.wait(run.path, PATIENCE_SECONDS)
        status = run.status()
        assert (status.state, status.why, status.failed_rank) == (State.SUCCEEDED, "", None)
        assert [rank.code for rank in status.ranks[:2]] == [0, 0]
        assert all(rank.ended is not None and rank.code is None for rank in status.ranks[2:])
        assert not status.notes
        check_history(run)

    @pytest.mark.parametrize(
        ("shape", "names"),
        [
            ({"kind": "pytorch", "workers": 2}, ("master-0", "worker-0")),
            ({"kind": "xgboost", "workers": 2}, ("master-0", "worker-0")),
            ({"kind": "tensorflow", "workers": 2, "chief": True}, ("chief-0", "worker-0")),
            ({"kind": "tensorflow", "workers": 2}, ("worker-0", "worker-1")),
            ({"kind": "mxnet", "workers": 1}, ("scheduler-0", "server-0")),
        ],
        ids=lambda value: value["kind"] if isinstance(value, dict) else value[0],
    )
    def test_others_may_come_to_their_own_end_when_the_deciding_pod_is_done(
        self, home: Home, launcher: Launcher, tmp_path: Path, shape: dict[str, Any], names: tuple[str, str]
    ) -> None:
        decides, other = names
        body = f"if pod({other!r}):\n    wait_for('go')\n    print('saved')\n"
        run = submit(home, launcher, of_roles(tmp_path, body), **shape)
        numbers = {pod.name: pod.first for pod in pods(run.spec().shape)}
        await_that(lambda: bool(run.status().ranks) and run.status().ranks[numbers[decides]].code == 0)
        assert not run.status().state.is_finished
        (tmp_path / "go").touch()
        assert launcher.wait(run.path, PATIENCE_SECONDS)
        assert run.status().state is State.SUCCEEDED
        assert log_lines(run, numbers[other])[-1] == "saved"

    def test_a_failure_after_the_success_is_noted_and_changes_nothing(
        self, home: Home, launcher: Launcher, tmp_path: Path
    ) -> None:
        body = "if pod('worker-0'):\n    wait_for('go')\n    sys.exit(7)\n"
        run = submit(home, launcher, of_roles(tmp_path, body), kind="pytorch", workers=2)
        await_that(lambda: bool(run.status().ranks) and run.status().ranks[0].code == 0)
        (tmp_path / "go").touch()
        assert launcher.wait(run.path, PATIENCE_SECONDS)
        status = run.status()
        assert (status.state, status.why, status.failed_rank) == (State.SUCCEEDED, "", None)
        assert (status.ranks[1].code, len(status.notes)) == (7, 1)
        assert "Rank 1 ended itself with exit code 7" in status.notes[0]

    @pytest.mark.parametrize(
        ("shape", "failing"),
        [
            ({"kind": "pytorch", "workers": 3}, "worker-1"),
            ({"kind": "tensorflow", "workers": 2, "ps": 1}, "ps-0"),
            ({"kind": "mxnet", "workers": 2}, "server-0"),
            ({"kind": "jax", "workers": 2}, "worker-1"),
        ],
        ids=lambda value: value.get("kind") if isinstance(value, dict) else value,
    )
    def test_any_pod_that_fails_before_fails_the_run(
        self, home: Home, launcher: Launcher, tmp_path: Path, shape: dict[str, Any], failing: str
    ) -> None:
        run = submit(home, launcher, of_roles(tmp_path, f"if pod({failing!r}):\n    sys.exit(5)\nserve()"), **shape)
        [rank] = [pod.first for pod in pods(run.spec().shape) if pod.name == failing]
        assert launcher.wait(run.path, PATIENCE_SECONDS)
        status = run.status()
        assert (status.state, status.failed_rank) == (State.FAILED, rank)
        assert f"Rank {rank} ended itself with exit code 5" in status.why
        assert all(each.ended is not None for each in status.ranks)
        check_history(run)

    def test_every_worker_counts_where_there_is_no_master(self, home: Home, launcher: Launcher, tmp_path: Path) -> None:
        run = submit(
            home, launcher, of_roles(tmp_path, "if pod('worker-1'):\n    wait_for('go')"), kind="jax", workers=2
        )
        await_that(lambda: bool(run.status().ranks) and run.status().ranks[0].code == 0)
        assert not launcher.wait(run.path, 0.1)
        (tmp_path / "go").touch()
        assert launcher.wait(run.path, PATIENCE_SECONDS)
        assert run.status().state is State.SUCCEEDED

    # 10. With a restart policy what failed is started again alone; it keeps its number and its log.

    def test_a_pod_that_may_be_restarted_is_started_again_alone(
        self, home: Home, launcher: Launcher, tmp_path: Path
    ) -> None:
        body = (
            "if pod('worker-0'):\n    if not is_done('first'):\n        done('first')\n        sys.exit(130)\n"
            "    done('second')\nwait_for('second')\nprint('trained')\n"
        )
        limits = domain.Limits(retries=2, restart="exit-code")
        run = submit(home, launcher, of_roles(tmp_path, body), kind="pytorch", workers=2, limits=limits)
        assert launcher.wait(run.path, PATIENCE_SECONDS)
        status = run.status()
        assert (status.state, status.attempt) == (State.SUCCEEDED, 1)
        assert [rank.restarts for rank in status.ranks] == [0, 1]
        assert [rank.code for rank in status.ranks] == [0, 0]
        assert log_lines(run, 0) == ["begun", "trained"]
        assert log_lines(run, 1) == ["begun", "begun", "trained"]
        check_history(run)

    def test_a_permanent_exit_code_is_no_reason_to_restart(
        self, home: Home, launcher: Launcher, tmp_path: Path
    ) -> None:
        limits = domain.Limits(retries=2, restart="exit-code")
        run = submit(home, launcher, of_roles(tmp_path, "sys.exit(3)"), kind="jax", workers=1, limits=limits)
        assert launcher.wait(run.path, PATIENCE_SECONDS)
        status = run.status()
        assert (status.state, status.ranks[0].code, status.ranks[0].restarts) == (State.FAILED, 3, 0)

    def test_a_pod_is_restarted_as_often_as_retries_says_and_not_more(
        self, home: Home, launcher: Launcher, tmp_path: Path
    ) -> None:
        limits = domain.Limits(retries=2, restart="on-failure")
        run = submit(home, launcher, of_roles(tmp_path, "sys.exit(3)"), kind="jax", workers=1, limits=limits)
        assert launcher.wait(run.path, PATIENCE_SECONDS)
        status = run.status()
        assert (status.state, status.attempt, status.ranks[0].restarts) == (State.FAILED, 1, 2)
        assert log_lines(run) == ["begun"] * 3
        check_history(run)


def _without_ports(text: str) -> str:
    return re.sub(r"\b\d{4,5}\b", "PORT", text)
