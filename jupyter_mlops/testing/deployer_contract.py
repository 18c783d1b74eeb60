"""The promises of ``platforms.deployer.Deployer``, some tests each. A platform subclasses ``DeployerContract``.

The models are a class without any library, which is loaded in a moment and answers a number; requests are KServe's V1,
to the endpoint's address. The tests of a class share one endpoint as far as they leave it as they found it.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_mlops.domain.endpoints import (
    Order,
    ReplicaReady,
    TrafficMoved,
)
from jupyter_mlops.domain.errors import Conflict, InvalidOption, Unavailable
from jupyter_mlops.domain.rollouts import is_legal, ready_replicas
from jupyter_mlops.domain.runs import State, StateChanged
from jupyter_mlops.platforms.deployer import Deployer
from jupyter_mlops.store.endpoints import next_revision, write_revision
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.index import Index
from jupyter_mlops.testing.launcher_contract import await_that
from jupyter_mlops.testing.served import (
    BROKEN,
    NAME,
    REVISION,
    SLOW,
    Served,
    check_sentence,
    crowd,
    failures,
    make_revision,
)


def check_history(served: Served) -> None:
    """Fail unless events came in an order that was promised, and the index says what the folder does."""
    state, ready = State.QUEUED, set[int]()
    for event in served.folder.events():
        if isinstance(event, StateChanged):
            assert is_legal(state, event.state), (state, event.state)
            state = event.state
        elif isinstance(event, ReplicaReady):
            ready.add(event.revision)
        elif isinstance(event, TrafficMoved):
            assert set(_with_traffic(event)) <= ready
    with Index(served.home) as index:
        await_that(lambda: index.endpoints.get(NAME) == served.folder.row())


def _with_traffic(event: TrafficMoved) -> list[int]:
    return [number for number in (event.stable, event.canary, event.shadow) if number]


class DeployerContract:
    """Subclass this, and say how a platform's deployer is made and harmed."""

    def make_deployer(self, home: Home) -> Deployer:
        """Return a deployer. A second one on the same home stands for another process."""
        raise NotImplementedError

    def vanish(self, served: Served) -> None:
        """End the endpoint's keeper without a word; return when it is gone. What answers stays."""
        raise NotImplementedError

    def kill(self, served: Served, revision: int) -> None:
        """End one replica of a revision without a word."""
        raise NotImplementedError

    def restart(self, served: Served) -> None:
        """End all that the endpoint consists of without a word, as a restart of the machine does."""
        raise NotImplementedError

    def clean(self, served: Served) -> None:
        """End whatever is left of an endpoint, whose folder is removed next."""
        raise NotImplementedError

    @pytest.fixture(scope="class")
    @classmethod
    def _shared(cls) -> Iterator[Served]:
        with cls()._home() as served:
            served.create()
            yield served
            check_history(served)
            served.do("stop")

    @pytest.fixture
    def served(self, _shared: Served) -> Served:
        """An endpoint that answers with its stable revision and nothing else; tests leave it so that it can."""
        _shared.reset()
        return _shared

    @pytest.fixture
    def fresh(self) -> Iterator[Served]:
        """An endpoint that is not there yet, alone in its home."""
        with self._home() as served:
            yield served
            if served.path.exists():
                check_history(served)
                if not served.status.state.is_finished:
                    served.do("stop")

    @contextlib.contextmanager
    def _home(self) -> Iterator[Served]:
        path = Path(tempfile.mkdtemp(prefix="mlops-")).resolve()
        home = Home.open(path)
        served = Served(home, self.make_deployer(home))
        try:
            yield served
        finally:
            self.clean(served)
            shutil.rmtree(path, ignore_errors=True)

    # 1: what cannot be served is refused before anything starts

    @pytest.mark.parametrize("values", [{"least": 0}, {"least": 3, "most": 2}, {"least": -1, "most": -1}])
    def test_numbers_that_make_no_sense_are_refused(self, fresh: Served, values: dict[str, int]) -> None:
        spec = make_revision(fresh.home, fresh.version(), 1, **values)
        with pytest.raises(InvalidOption) as refusal:
            fresh.deployer.check(spec)
        check_sentence(str(refusal.value))

    def test_checking_starts_nothing(self, fresh: Served) -> None:
        fresh.deployer.check(make_revision(fresh.home, fresh.version(), 1))
        assert not list(fresh.home.endpoints.iterdir())

    # 2: one folder is served once

    def test_launching_twice_serves_once(self, fresh: Served) -> None:
        fresh.draft().rename(fresh.path)
        deployers = [self.make_deployer(fresh.home) for _ in range(3)]
        threads = [threading.Thread(target=each.launch, args=(fresh.path,)) for each in deployers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        fresh.await_(lambda: fresh.status.state is State.RUNNING)
        fresh.deployer.launch(fresh.path)
        assert fresh.status.launches == 1
        assert len(fresh.fact(1).replicas) == 1
        assert fresh.answers(1)

    def test_a_cancelled_draft_leaves_nothing(self, fresh: Served) -> None:
        draft = fresh.draft()
        fresh.deployer.prepare(draft).cancel()
        await_that(lambda: not draft.exists())
        assert not fresh.path.exists()

    def test_a_name_that_is_taken_is_not_published(self, fresh: Served) -> None:
        fresh.create()
        prepared = fresh.deployer.prepare(draft := fresh.draft())
        with pytest.raises(FileExistsError):
            prepared.publish(fresh.path)
        assert draft.exists()
        prepared.cancel()
        assert fresh.answers(1)

    # 3: ready before traffic

    def test_the_first_revision_is_the_stable_one_when_it_is_ready(self, served: Served) -> None:
        status = served.status
        assert (status.state, status.up, status.why) == (State.RUNNING, True, "")
        fact = served.fact(status.stable)
        assert (fact.role, fact.percent, fact.state) == ("stable", 100, "ready")
        assert len(ready_replicas(fact)) == 1
        assert served.ask() == (200, fact.spec.version, str(status.stable))

    def test_a_new_revision_answers_only_when_it_is_ready(self, served: Served) -> None:
        before = served.stable_version()
        with crowd(served) as answers:
            revision = served.deploy(SLOW)
            now = served.stable_version()
            assert served.answers(now)
        assert set(answers) == {before, now}
        assert served.status.stable == revision

    def test_a_revision_that_cannot_be_loaded_changes_nothing(self, served: Served) -> None:
        before = served.status
        with crowd(served) as answers, pytest.raises(Conflict, match=r"libtree\.so"):
            served.deploy(BROKEN)
        after = served.status
        assert set(answers) == {served.stable_version()}
        assert (after.stable, after.canary, after.state) == (before.stable, 0, State.RUNNING)
        fact = served.fact(after.last)
        assert (fact.state, fact.role) == ("failed", "kept")
        assert "libtree.so" in fact.why
        check_sentence(fact.why)

    def test_a_canary_that_cannot_be_loaded_is_none(self, served: Served) -> None:
        with pytest.raises(Conflict, match=r"libtree\.so"):
            served.deploy(BROKEN, percent=50)
        assert (served.status.canary, served.status.percent) == (0, 0)
        assert set(served.asked(20)) == {served.stable_version()}

    def test_if_the_first_revision_cannot_be_loaded_the_endpoint_has_failed(self, fresh: Served) -> None:
        fresh.create(version=fresh.version(BROKEN))
        status = fresh.status
        assert (status.state, status.stable, status.up) == (State.FAILED, 0, False)
        assert "libtree.so" in status.why
        assert fresh.fact(1).state == "failed"
        assert fresh.deployer.wait(fresh.path, 0)

        with pytest.raises(Conflict):
            fresh.deploy(percent=10)
        fresh.deploy()
        assert fresh.status.state is State.RUNNING
        assert fresh.answers(fresh.stable_version())

    # 4: traffic

    def test_a_canary_gets_its_share(self, served: Served) -> None:
        stable = served.stable_version()
        canary = served.deploy(percent=10)
        version = served.fact(canary).spec.version
        fact = served.fact(canary)
        assert (fact.role, fact.percent, served.fact(served.status.stable).percent) == ("canary", 10, 90)
        _check_share(served.asked(400), stable, version, 10)
        served.do("canary", percent=65)
        assert served.status.percent == 65
        _check_share(served.asked(400), stable, version, 65)

    def test_a_canary_may_get_nothing_or_all(self, served: Served) -> None:
        stable, number = served.stable_version(), served.status.stable
        canary = served.deploy(percent=1)
        served.do("canary", percent=0)
        assert set(served.asked(50)) == {stable}
        assert served.fact(canary).state == "ready"
        served.do("canary", percent=100)
        assert set(served.asked(50)) == {served.fact(canary).spec.version}
        assert (served.status.stable, served.status.canary) == (number, canary)

    def test_a_request_may_name_its_revision(self, served: Served) -> None:
        stable, number = served.stable_version(), served.status.stable
        canary = served.deploy(percent=50)
        version = served.fact(canary).spec.version
        for _ in range(5):
            assert served.ask({REVISION: str(canary)}) == (200, version, str(canary))
            assert served.ask({REVISION: str(number)}) == (200, stable, str(number))

    def test_a_shadow_answers_nobody(self, served: Served) -> None:
        stable = served.stable_version()
        shadow = served.deploy(shadow=True)
        assert (served.status.shadow, served.fact(shadow).role) == (shadow, "shadow")
        assert set(served.asked(50)) == {stable}
        served.do("promote")
        assert (served.status.stable, served.status.shadow) == (shadow, 0)

    def test_a_second_canary_is_refused_and_leaves_no_revision(self, served: Served) -> None:
        canary = served.deploy(percent=50)
        for other in ({"percent": 10}, {"shadow": True}):
            with pytest.raises(Conflict):
                served.deploy(**other)
        assert (served.status.canary, served.status.percent) == (canary, 50)
        assert all(fact.spec.revision <= canary for fact in served.status.revisions)

    @pytest.mark.parametrize("percent", [-1, 101])
    def test_other_percentages_are_refused(self, served: Served, percent: int) -> None:
        served.deploy(percent=50)
        with pytest.raises(Conflict):
            served.do("canary", percent=percent)
        assert served.status.percent == 50

    @pytest.mark.parametrize(("verb", "order"), [("canary", {"percent": 10}), ("promote", {})])
    def test_what_needs_a_canary_is_refused_without_one(self, served: Served, verb: str, order: dict[str, int]) -> None:
        with pytest.raises(Conflict):
            served.do(verb, **order)

    # 5 and 6: what was asked for is true, and no request fails for it

    def test_promoting_makes_the_canary_stable_at_once(self, served: Served) -> None:
        before = served.status.stable
        canary = served.deploy(percent=10)
        said = served.do("promote")
        assert set(served.asked(30)) == {served.fact(canary).spec.version}
        status = served.status
        assert (status.stable, status.canary, status.percent) == (canary, 0, 0)
        assert (served.fact(before).role, status.before[-1]) == ("kept", before)
        assert f"r{canary}" in said
        assert any(line.who == "a test" for line in status.rollouts)

    def test_no_request_fails_while_revisions_come_and_go(self, served: Served) -> None:
        with crowd(served) as answers:
            served.deploy()
            served.deploy(percent=50)
            served.do("promote")
            served.do("scale", least=2, most=2)
            served.do("scale", least=1, most=1)
            served.do("rollback")
        assert failures(answers) == {}

    def test_scaling_returns_when_all_replicas_answer(self, served: Served) -> None:
        stable = served.status.stable
        served.do("scale", least=3, most=3)
        fact = served.fact(stable)
        assert (fact.least, fact.most, len(ready_replicas(fact))) == (3, 3, 3)
        served.do("scale", revision=stable, least=1, most=1)
        served.await_(lambda: len(served.fact(stable).replicas) == 1)

    @pytest.mark.parametrize("order", [{"least": 0}, {"least": -1}, {"least": 1, "revision": 999}])
    def test_what_cannot_be_scaled_is_refused(self, served: Served, order: dict[str, int]) -> None:
        with pytest.raises(Conflict):
            served.do("scale", **order)

    def test_an_unknown_verb_is_refused(self, served: Served) -> None:
        with pytest.raises(Conflict):
            served.do("dance")

    # 7: rolling back

    def test_rolling_back_drops_a_canary(self, served: Served) -> None:
        stable, version = served.status.stable, served.stable_version()
        canary = served.deploy(percent=90)
        served.do("rollback")
        assert set(served.asked(30)) == {version}
        assert (served.status.stable, served.status.canary, served.fact(canary).role) == (stable, 0, "kept")

    def test_rolling_back_goes_to_what_was_stable_before_or_to_what_is_named(self, served: Served) -> None:
        first, version = served.status.stable, served.stable_version()
        second = served.deploy()
        third = served.deploy()
        served.do("rollback")
        assert served.status.stable == second
        served.do("rollback", revision=third)
        assert served.status.stable == third
        served.do("rollback", revision=first)
        assert served.status.stable == first
        assert set(served.asked(10)) == {version}

    def test_there_must_be_something_to_roll_back_to(self, fresh: Served) -> None:
        fresh.create()
        for order in ({}, {"revision": 1}, {"revision": 7}):
            with pytest.raises(Conflict):
                fresh.do("rollback", **order)
        assert fresh.answers(1)

    def test_what_is_deleted_cannot_be_rolled_back_to(self, served: Served) -> None:
        stable = served.status.stable
        with pytest.raises(Conflict):
            served.do("delete", revision=stable)
        now = served.deploy()
        served.do("delete", revision=stable)
        assert all(fact.spec.revision != stable for fact in served.status.revisions)
        with pytest.raises(Conflict):
            served.do("rollback", revision=stable)
        assert served.status.stable == now

    # 8: replicas that end by themselves

    def test_a_replica_that_ends_is_replaced(self, served: Served) -> None:
        stable, version = served.status.stable, served.stable_version()
        (before,) = served.fact(stable).replicas
        self.kill(served, stable)

        def is_replaced() -> bool:
            (now,) = served.fact(stable).replicas
            return now.pid != before.pid and now.state == "ready" and now.restarts > before.restarts

        served.await_(is_replaced)
        served.await_(lambda: served.answers(version))
        assert served.status.state is State.RUNNING

    def test_while_another_replica_is_ready_no_request_fails(self, served: Served) -> None:
        served.do("scale", least=2, most=2)
        stable = served.status.stable
        before = {replica.pid for replica in ready_replicas(served.fact(stable))}
        with crowd(served) as answers:
            self.kill(served, stable)
            served.await_(lambda: len(ready_replicas(served.fact(stable))) == 2 and _pids(served, stable) != before)
        assert failures(answers) == {}

    # 9: stopping and starting

    def test_stopping_ends_all_and_starting_brings_back_what_was_there(self, fresh: Served) -> None:
        fresh.create()
        canary = fresh.deploy(percent=50)
        address = fresh.deployer.address(fresh.path)
        assert not fresh.deployer.wait(fresh.path, 0)

        fresh.do("stop")
        status = fresh.status
        assert (status.state, status.up, status.leg) == (State.STOPPED, False, 1)
        assert "a test" in status.why
        assert all(not fact.replicas for fact in status.revisions)
        assert fresh.ask()[0] == 0
        assert fresh.deployer.wait(fresh.path, 0)
        assert fresh.do("stop")
        with pytest.raises(Conflict):
            fresh.do("promote")
        fresh.deployer.settle(fresh.path)
        assert fresh.status.state is State.STOPPED

        fresh.do("start")
        status = fresh.status
        assert (status.state, status.leg, status.stable) == (State.RUNNING, 2, 1)
        assert (status.canary, status.percent) == (canary, 50)
        assert fresh.deployer.address(fresh.path) == address
        assert set(fresh.asked(20)) == {1, 2}
        assert fresh.do("start")
        assert fresh.status.leg == 2

    def test_deploying_to_what_is_stopped_starts_it(self, fresh: Served) -> None:
        fresh.create()
        fresh.do("stop")
        revision = fresh.deploy()
        assert (fresh.status.state, fresh.status.stable, fresh.status.leg) == (State.RUNNING, revision, 2)
        assert fresh.answers(2)

    # 10: keepers that vanish, machines that restart

    def test_without_its_keeper_an_endpoint_goes_on_answering(self, served: Served) -> None:
        version = served.stable_version()
        with crowd(served) as answers:
            self.vanish(served)
            served.deployer.settle(served.path)
            assert served.folder.is_kept()
        assert set(answers) == {version}
        assert served.status.state is State.RUNNING

    def test_what_is_asked_while_there_is_no_keeper_is_done_by_the_next(self, served: Served) -> None:
        self.vanish(served)
        revision = served.deploy(percent=50)
        self.vanish(served)
        served.do("promote")
        assert served.status.stable == revision
        assert served.answers(served.stable_version())

    def test_a_revision_whose_keeper_vanishes_while_it_starts_becomes_stable_still(self, served: Served) -> None:
        revision = next_revision(served.folder)
        asking = threading.Thread(target=lambda: served.deploy("time.sleep(1)"))
        asking.start()
        served.await_(lambda: served.status.last == revision)
        self.vanish(served)
        asking.join()
        assert served.status.stable == revision
        assert served.answers(served.stable_version())

    def test_after_a_restart_what_was_up_comes_up_with_its_traffic(
        self, fresh: Served, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fresh.create()
        canary = fresh.deploy(percent=50)
        self.restart(fresh)
        monkeypatch.setenv("JUPYTER_MLOPS_BOOT_ID", "another")
        fresh.deployer.settle(fresh.path)
        fresh.await_(lambda: fresh.status.state is State.RUNNING and fresh.fact(canary).state == "ready")
        fresh.await_(lambda: len(ready_replicas(fresh.fact(canary))) == 1)
        status = fresh.status
        assert (status.stable, status.canary, status.percent) == (1, canary, 50)
        fresh.await_(lambda: set(fresh.asked(20)) == {1, 2})

    # asking

    def test_who_does_not_wait_long_enough_is_told_and_it_is_done_all_the_same(self, served: Served) -> None:
        number = next_revision(served.folder)
        write_revision(served.path, make_revision(served.home, served.version("time.sleep(0.5)"), number))
        with pytest.raises(Unavailable):
            served.deployer.do(served.path, "deploy", Order(revision=number), "a test", timeout=0.05)
        served.await_(lambda: served.status.stable == number)
        assert served.answers(served.stable_version())


def _check_share(answers: Counter[Any], stable: int, canary: int, percent: int) -> None:
    assert set(answers) == {stable, canary}
    # Whoever draws lots is off by more than this once in ten thousand times.
    assert abs(100 * answers[canary] / answers.total() - percent) < 10, answers


def _pids(served: Served, revision: int) -> set[int]:
    return {replica.pid for replica in ready_replicas(served.fact(revision))}
