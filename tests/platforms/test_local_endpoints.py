"""What only endpoints of this machine do: processes that die, memory, ports, files, limits."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_mlops.domain.endpoints import Gates, Order, ReplicaEnded, RevisionFact
from jupyter_mlops.domain.errors import Conflict, InvalidOption, MlopsError, Unsupported
from jupyter_mlops.domain.runs import Answered, State
from jupyter_mlops.domain.signatures import Field, Signature
from jupyter_mlops.domain.units import format_size
from jupyter_mlops.platforms.local import leases, members, processes
from jupyter_mlops.platforms.local.deployer import LocalDeployer
from jupyter_mlops.store import machine
from jupyter_mlops.store.endpoints import sockets_of, write_revision
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.watched import Watched
from tests.conftest import end_endpoints, processes_in
from tests.platforms.serving import Crowd, Served, make_version, model, model_path, revision_of, serving


def fact(served: Served, revision: int) -> RevisionFact:
    return next(each for each in served.folder.status().revisions if each.spec.revision == revision)


def pids(served: Served, revision: int = 1) -> list[int]:
    return [replica.pid for replica in fact(served, revision).replicas if replica.state == "ready"]


def keeper_of(served: Served) -> int:
    keeper = served.folder.keeper()
    assert keeper is not None
    return keeper.pid


def marked(served: Served) -> list[int]:
    return members.marked(f"{members.MARK}={served.path}")


def has_replaced(served: Served, count: int, *gone: int) -> bool:
    now = pids(served)
    return len(now) == count and not set(now) & set(gone)


def test_a_stop_loses_no_count(home: Home) -> None:
    with serving(home, 1) as (served, _):
        for _ in range(7):
            assert served.answer() == 1
        served.do("stop")
        with Watched(served.folder.watched) as watched:
            assert sum(each.requests for each in watched.stats(time.time())) == 7


def test_no_request_fails_while_revisions_come_and_go(home: Home) -> None:
    with serving(home, 1, 2, 3) as (served, versions), Crowd(served) as crowd:
        crowd.await_more(50)
        served.deploy(versions[1])
        assert served.answer() == 2
        served.deploy(versions[2], percent=50)
        crowd.await_more(50)
        served.do("promote")
        assert served.answer() == 3
        served.do("scale", least=2, most=2)
        crowd.await_more(50)
        served.do("scale", least=1, most=1)
        served.do("rollback")
        assert served.answer() == 2
        crowd.await_more(50)
        served.await_(lambda: [fact(served, number).state for number in (1, 2, 3)] == ["idle", "ready", "idle"])
    assert crowd.failures == {}
    assert set(crowd.answers) == {"ok 1", "ok 2", "ok 3"}


def test_while_one_of_two_replicas_is_killed_no_request_fails_and_another_takes_its_place(home: Home) -> None:
    with serving(home, 1, least=2, most=2) as (served, _), Crowd(served) as crowd:
        served.await_(lambda: len(pids(served)) == 2)
        crowd.await_more(50)
        victim, other = pids(served)
        os.kill(victim, signal.SIGKILL)
        served.await_(lambda: has_replaced(served, 2, victim))
        assert other in pids(served)
        assert [replica.restarts for replica in fact(served, 1).replicas] == [1, 0]
        crowd.await_more(50)
    assert crowd.failures == {}


def test_what_a_replica_has_started_ends_with_it(home: Home) -> None:
    child = "import subprocess; subprocess.Popen(['sleep', '1000'], start_new_session=True)"
    served = Served(home)
    served.create(make_version(home, 1, model(1, load=child)))
    served.await_ready()
    before = marked(served)
    (replica,) = pids(served)
    os.kill(replica, signal.SIGKILL)
    served.await_(lambda: has_replaced(served, 1, replica))
    assert len(marked(served)) == len(before) == 3
    served.do("stop")
    assert marked(served) == []


def test_a_keeper_that_is_killed_is_replaced_by_one_that_goes_on_with_what_is_there(home: Home) -> None:
    with serving(home, 1) as (served, _), Crowd(served) as crowd:
        before, keeper = marked(served), keeper_of(served)
        os.kill(keeper, signal.SIGKILL)
        served.await_(lambda: keeper_of(served) != keeper and served.folder.status().launches == 2)
        crowd.await_more(50)
        served.do("scale", least=2, most=2)
        assert set(before) < set(marked(served))
    assert crowd.failures == {}


def test_a_router_that_is_killed_comes_again_at_the_same_address_and_port(home: Home) -> None:
    with serving(home, 1) as (served, _):
        served.do("port", port=free_port())
        port, router = served.folder.status().port, served.folder.status().router
        os.kill(router, signal.SIGKILL)
        served.await_(lambda: served.folder.status().router != router)
        served.await_(lambda: answers(served))
        token = (served.path / "token").read_text().strip()
        url = f"http://127.0.0.1:{port}/v2/health/ready"
        asked = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(asked, timeout=10) as response:
            assert response.status == 200
        assert served.do("port", port=0) == "The port is closed."


def test_a_port_that_is_taken_is_refused(home: Home) -> None:
    import socket

    with serving(home, 1) as (served, _), socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Conflict, match=str(port)):
            served.do("port", port=port)
        assert served.folder.status().port == 0


def test_keeper_and_router_killed_in_one_moment_are_replaced_by_whoever_looks(home: Home) -> None:
    with serving(home, 1) as (served, _):
        (replica,) = pids(served)
        for pid in (keeper_of(served), served.folder.status().router):
            os.kill(pid, signal.SIGSTOP)
        for pid in (keeper_of(served), served.folder.status().router):
            os.kill(pid, signal.SIGKILL)
        served.await_(lambda: not served.folder.is_kept())
        served.deployer.settle(served.path)
        served.await_(lambda: answers(served))
        assert pids(served) == [replica]


def test_a_keeper_that_hangs_is_ended_by_who_asks_it(home: Home) -> None:
    with serving(home, 1) as (served, _):
        keeper = keeper_of(served)
        os.kill(keeper, signal.SIGSTOP)
        served.deployer = LocalDeployer(home, hang_seconds=2.0)
        assert served.do("scale", least=1, most=2) == "r1 has 1 to 2 replicas."
        assert keeper_of(served) != keeper


def test_after_a_restart_of_the_machine_what_was_up_comes_up(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(home, 1, 2) as (served, versions):
        served.deploy(versions[1], percent=40)
        cut_the_power(served)
        monkeypatch.setenv("JUPYTER_MLOPS_BOOT_ID", "another")
        served.deployer.settle(served.path)
        served.await_ready()
        served.await_(lambda: len(pids(served, 2)) == 1)
        status = served.folder.status()
        assert (status.stable, status.canary, status.percent, status.leg) == (1, 2, 40, 1)
        assert {served.answer() for _ in range(10)} == {1, 2}


def test_after_a_restart_what_was_stopped_stays_down(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(home, 1) as (served, _):
        served.do("stop")
        monkeypatch.setenv("JUPYTER_MLOPS_BOOT_ID", "another")
        served.deployer.settle(served.path)
        assert served.folder.status().state is State.STOPPED
        assert marked(served) == []


def test_an_endpoint_of_another_machine_is_left_alone(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(home, 1) as (served, _):
        cut_the_power(served)
        monkeypatch.setattr(machine, "machine_id", lambda: "another")
        served.deployer.settle(served.path)
        with pytest.raises(Conflict, match="runs on"):
            served.do("scale", least=2, most=2)
        assert marked(served) == []
        monkeypatch.undo()


def test_a_replica_that_uses_too_much_memory_is_started_anew_and_the_endpoint_says_so(home: Home) -> None:
    call = "self.answer > 0 and self.__dict__.setdefault('hoard', bytearray(b'x') * (200 << 20))"
    version = make_version(home, 1, model(1, call=call))
    served = Served(home)
    served.create(version, memory=150 << 20)
    served.await_ready()
    (before,) = pids(served)
    served.ask()
    served.await_(lambda: has_replaced(served, 1, before))
    ends = [event.why for event in served.folder.events() if isinstance(event, ReplicaEnded)]
    assert len(ends) == 1
    assert ends[0].startswith("it used ")
    assert ends[0].endswith(f"of memory, and may use {format_size(150 << 20)}")
    served.do("stop")


def test_replicas_come_with_requests_in_flight_and_go_when_it_is_calm(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_MLOPS_CALM_SECONDS", "1")
    version = make_version(home, 1, model(1, call="time.sleep(0.05)"))
    served = Served(home)
    served.create(version, least=1, most=2)
    served.await_ready()
    with Crowd(served, clients=12) as crowd:
        served.await_(lambda: len(pids(served)) == 2)
    served.await_(lambda: fact(served, 1).wanted == 1 and len(fact(served, 1).replicas) == 1)
    assert crowd.failures == {}
    texts = [line.text for line in served.folder.status().rollouts]
    assert any(text.startswith("r1 goes from 1 to 2: ") for text in texts)
    assert "r1 goes from 2 to 1: fewer are enough" in texts
    served.do("stop")


@pytest.mark.parametrize(
    ("load", "why"),
    [
        ("raise ValueError('it is cursed')", "it is cursed"),
        ("import no_such_package", "no_such_package'; install it: "),
        ("os._exit(7)", "it ended itself with exit code 7"),
        ("os.kill(os.getpid(), 11)", "it was killed by SIGSEGV"),
    ],
)
def test_a_revision_that_cannot_be_loaded_changes_nothing_and_says_why(home: Home, load: str, why: str) -> None:
    with serving(home, 1) as (served, _):
        with pytest.raises(Conflict) as refusal:
            served.deploy(make_version(home, 2, model(2, load=load)))
        assert why in str(refusal.value)
        assert str(refusal.value).startswith("r2 did not become ready: ")
        assert str(refusal.value).endswith("; r1 answers as before.")
        assert (served.answer(), served.folder.status().stable) == (1, 1)
        assert fact(served, 2).state == "failed"
        assert why in fact(served, 2).why


def test_a_revision_that_is_not_ready_in_time_is_given_up(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_MLOPS_READY_SECONDS", "1.5")
    with serving(home, 1) as (served, _), pytest.raises(Conflict, match=r"it did not answer within 1\.5 s"):
        served.deploy(make_version(home, 2, model(2, load="time.sleep(100)")))


def test_an_endpoint_whose_first_revision_fails_has_failed_and_comes_up_with_the_next(home: Home) -> None:
    served = Served(home)
    served.create(make_version(home, 1, model(1, load="raise ValueError('it is cursed')")))
    assert served.deployer.wait(served.path, 30)
    status = served.folder.status()
    assert (status.state, status.up) == (State.FAILED, False)
    assert "it is cursed" in status.why
    assert marked(served) == []
    assert served.deploy(make_version(home, 2, model(2))) == "r2 answers: digits v2."
    assert (served.answer(), served.folder.status().leg, served.folder.status().state) == (2, 2, State.RUNNING)
    served.do("stop")


def test_a_changed_byte_is_found_before_a_replica_starts(home: Home) -> None:
    with serving(home, 1, 2) as (served, versions):
        change_a_byte(home, 2)
        with pytest.raises(Conflict, match=r"object/model\.pkl is not what was registered"):
            served.deploy(versions[1])
        assert served.answer() == 1


def test_a_replica_is_not_started_again_from_files_that_have_changed(home: Home) -> None:
    with serving(home, 1) as (served, _):
        change_a_byte(home, 1)
        os.kill(pids(served)[0], signal.SIGKILL)
        assert served.deployer.wait(served.path, 30)
        assert "is not what was registered" in served.folder.status().why
        assert served.folder.status().state is State.FAILED


def test_stop_leaves_nothing_and_start_begins_a_new_leg_with_what_was_there(home: Home) -> None:
    with serving(home, 1, 2) as (served, versions):
        served.deploy(versions[1], percent=30)
        served.do("stop")
        assert marked(served) == []
        assert not sockets_of(served.path).exists()
        assert served.deployer.wait(served.path, 5)
        assert served.do("stop") == "digits is stopped already."
        with pytest.raises(Conflict, match="start it first"):
            served.do("scale", least=2, most=2)
        assert served.do("start") == "digits answers: r1, digits v1."
        status = served.folder.status()
        assert (status.leg, status.stable, status.canary, status.percent) == (2, 1, 2, 30)
        assert {served.answer() for _ in range(10)} == {1, 2}


def test_a_stop_cuts_short_what_is_being_done(home: Home) -> None:
    with serving(home, 1) as (served, _):
        version = make_version(home, 2, model(2, load="time.sleep(100)"))
        spec = revision_of(home, version, 2)
        write_revision(served.path, spec)
        request = served.folder.request("deploy", "me", order=Order(revision=2))
        served.await_(lambda: served.folder.status().last == 2)
        served.do("stop")
        answers = {event.request: event for event in served.folder.events() if isinstance(event, Answered)}
        assert answers[request].refused
        assert marked(served) == []


@pytest.mark.parametrize(
    ("verb", "order", "sentence"),
    [
        ("promote", {}, "There is no canary to promote"),
        ("canary", {"percent": 10}, "There is no canary; deploy one"),
        ("rollback", {}, "There is nothing to roll back to: r1"),
        ("rollback", {"revision": 7}, "There is no revision r7; there is r1."),
        ("rollback", {"revision": 1}, "r1 is the stable revision already."),
        ("scale", {"least": 0, "most": 0}, "An endpoint has 1 to 64 replicas"),
        ("scale", {"revision": 9, "least": 1}, "There is no revision r9"),
        ("delete", {"revision": 1}, "r1 cannot be deleted: it is the stable revision."),
        ("deploy", {"revision": 5}, "The endpoint digits has no revision r5."),
        ("deploy", {"revision": 5, "percent": 101}, "A canary is deployed with 1 to 99 percent"),
        ("dance", {}, "An endpoint does not know 'dance'"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(
    up: Served, verb: str, order: dict[str, int], sentence: str
) -> None:
    with pytest.raises(Conflict) as refusal:
        up.do(verb, **order)
    assert str(refusal.value).startswith(sentence)
    assert up.answer() == 1


def test_there_is_one_canary_or_shadow_at_a_time(home: Home) -> None:
    with serving(home, 1, 2, 3) as (served, versions):
        assert served.deploy(versions[1], shadow=True) == "r2 gets a copy of all requests; r1 answers."
        with pytest.raises(Conflict, match="r2 is the shadow already"):
            served.deploy(versions[2], percent=10)
        assert served.do("rollback") == "r2 is dropped; r1 gets all requests."
        assert served.do("delete", revision=2) == "r2 is deleted."
        assert [each.spec.revision for each in served.folder.status().revisions] == [1]
        assert [path.name for path in (served.path / "revisions").iterdir()] == ["1"]


def test_when_its_folder_is_deleted_an_endpoint_ends(home: Home) -> None:
    with serving(home, 1) as (served, _):
        target = home.tmp / "deleted"
        os.rename(served.path, target)
        served.await_(lambda: not marked(served) and not processes_in(target))
        os.rename(target, served.path)
        served.await_(lambda: not served.folder.is_kept())
        served.deployer.settle(served.path)
        served.await_(lambda: answers(served))


def test_a_keeper_ends_strays_when_it_takes_over(home: Home) -> None:
    with serving(home, 1) as (served, _):
        stray = members.Member.start(
            [sys.executable, "-c", "import time; time.sleep(1000)"],
            {members.MARK: str(served.path)},
            "r9-0-unknown",
            str(home.tmp / "stray.log"),
        )
        os.kill(keeper_of(served), signal.SIGKILL)
        served.await_(stray.is_over)
        stray.reap()
        stray.close()
        assert served.answer() == 1


@pytest.mark.parametrize(
    ("other", "error", "sentence"),
    [
        ({"python": "/no/such/python"}, InvalidOption, "'/no/such/python' is not a program"),
        ({"least": 0}, InvalidOption, "0..1 makes no sense"),
        ({"least": 3, "most": 2}, InvalidOption, "3..2 makes no sense"),
        ({"cpus": 4096}, Unsupported, "A replica wants 4096 cores"),
        ({"memory": 1000}, InvalidOption, "is not enough for Python"),
        ({"memory": 1 << 50}, Unsupported, "A replica may use"),
        ({"gpus": 1}, Unsupported, "The replicas want 1 GPUs and this machine has no GPU; leave --gpus out."),
    ],
)
def test_what_cannot_be_served_is_refused_before_anything_starts(
    home: Home, other: dict[str, Any], error: type[MlopsError], sentence: str
) -> None:
    home.change(gpus=0)
    version = make_version(home, 1, model(1))
    with pytest.raises(error) as refusal:
        LocalDeployer(home).check(revision_of(home, version, 1, **other))
    assert sentence in str(refusal.value)


def test_an_interpreter_that_lacks_what_serving_needs_is_refused_with_the_command(home: Home, tmp_path: Path) -> None:
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n')
    bare.chmod(0o700)
    spec = revision_of(home, make_version(home, 1, model(1)), 1, python=str(bare))
    with pytest.raises(Unsupported) as refusal:
        LocalDeployer(home).check(spec)
    assert str(refusal.value).endswith(f"{bare} -m pip install 'jupyter-mlops[serve]'.")
    assert "uvicorn" in str(refusal.value)


def test_a_canary_that_fails_is_rolled_back_by_itself(home: Home) -> None:
    with serving(home, 1) as (served, _):
        served.do("gates", gates=Gates(rollback="errors > 1%"))
        served.deploy(make_version(home, 2, model(2, call="raise ValueError('it is cursed')")), percent=50)
        with Crowd(served) as crowd:
            served.await_(lambda: not served.folder.status().canary)
            crowd.await_more(20)
        (line,) = [line for line in served.folder.status().rollouts if "by itself" in line.text]
        assert line.text.startswith("r2 is rolled back by itself: errors 100")
        assert served.folder.status().stable == 1
        assert crowd.failures != {}


def test_a_canary_that_is_as_good_over_held_out_rows_is_promoted_by_itself(home: Home) -> None:
    with serving(home, 1, 1) as (served, versions):
        judge = served.folder.judge
        judge.mkdir()
        (judge / "judge.json").write_text('{"metric": "accuracy", "data": "X_test", "rows": 2}')
        (judge / "rows.json").write_text("[[1.0], [2.0]]")
        (judge / "truth.json").write_text("[1, 1]")
        served.do("gates", gates=Gates(promote="accuracy >= stable"))
        served.deploy(versions[1], percent=10)
        assert served.do("judge").startswith("r2 is promoted by itself: accuracy 1 ≥ 1")
        assert served.folder.status().stable == 2


def test_a_device_is_held_as_long_as_its_replica_lives_whoever_keeps_it(home: Home) -> None:
    home.change(gpus=1)
    version = make_version(home, 1, model(0, load="self.answer = os.environ['CUDA_VISIBLE_DEVICES']"))
    environment = {"PATH": os.environ["PATH"]}
    served = Served(home)
    served.create(version, gpus=1, environment=environment)
    served.await_ready()
    assert served.answer() == "0"
    keeper = keeper_of(served)
    os.kill(keeper, signal.SIGKILL)
    served.await_(lambda: keeper_of(served) != keeper and served.folder.status().launches == 2)
    assert leases.take_devices(str(home.path), ["0"], 1) is None
    with pytest.raises(Conflict, match="1 of 1 GPUs are wanted, and others have them"):
        served.deploy(version, gpus=1, environment=environment)
    with pytest.raises(Conflict, match="r1 cannot have 2 replicas: 1 of 1 GPUs are wanted, and others have them"):
        served.do("scale", least=2, most=2)
    assert served.answer() == "0"
    served.do("stop")
    (_, lock), *_ = leases.take_devices(str(home.path), ["0"], 1) or []
    lock.release()


def test_a_classifier_of_scikit_learn_answers_and_is_killed_and_answers_again(home: Home) -> None:
    from sklearn.linear_model import LogisticRegression

    classifier = LogisticRegression().fit([[0.0], [2.0]], [0, 1])
    signature = Signature("tensor", [Field("input", "FP64", [1])])
    served = Served(home)
    served.create(make_version(home, 1, classifier, flavor="sklearn"), signature=signature)
    served.await_ready()
    assert served.ask(rows=[[0.1], [1.9]])[1] == 0
    (replica,) = pids(served)
    os.kill(replica, signal.SIGKILL)
    # Held until another one answers.
    assert served.ask(rows=[[1.9]])[1] == 1
    served.await_(lambda: has_replaced(served, 1, replica))
    served.do("stop")


def test_a_long_log_is_cut(tmp_path: Path) -> None:
    log = tmp_path / "r1-0.log"
    log.write_bytes(b"x" * (members.LOG_BYTES + 1))
    sleeper = members.Member.start([sys.executable, "-c", "input()"], {}, "part", str(log))
    sleeper.cut_log()
    assert log.stat().st_size == 0
    assert (tmp_path / "r1-0.log.1").stat().st_size == members.LOG_BYTES + 1
    sleeper.kill()
    while not sleeper.is_over():
        time.sleep(0.01)
    sleeper.reap()
    sleeper.close()


@pytest.fixture(scope="module")
def up() -> Iterator[Served]:
    """An endpoint that several tests ask."""
    with tempfile.TemporaryDirectory(prefix="mlops-") as path:
        home = Home.open(Path(path).resolve())
        try:
            with serving(home, 1) as (served, _):
                yield served
            assert marked(served) == []
        finally:
            end_endpoints(home.path)


def answers(served: Served) -> bool:
    try:
        return served.ask(timeout=10)[0] == 200
    except OSError:
        return False


def change_a_byte(home: Home, version: int) -> None:
    path = model_path(home, version)
    data = bytearray(path.read_bytes())
    data[-2] ^= 1
    path.write_bytes(data)


def cut_the_power(served: Served) -> None:
    """End all processes of an endpoint without a word from any of them."""
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for pid in [keeper_of(served), *marked(served)]:
            processes.kill(pid, number)
    served.await_(lambda: not served.folder.is_kept() and not marked(served))


def free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
