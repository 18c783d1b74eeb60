"""What the events of an endpoint come to."""

from __future__ import annotations

import itertools

import pytest

from jupyter_mlops.domain.endpoints import (
    EndpointEvent,
    EndpointSpec,
    EndpointStatus,
    Gates,
    GatesSet,
    PortOpened,
    ReplicaEnded,
    ReplicaReady,
    ReplicaStarted,
    RevisionAdded,
    RevisionChanged,
    RevisionRemoved,
    RevisionSpec,
    RouterStarted,
    Scaled,
    TrafficMoved,
)
from jupyter_mlops.domain.rollouts import ROLLOUTS, Seen, fold, is_legal, row_of
from jupyter_mlops.domain.runs import Launched, RunNotes, State, StateChanged


def spec_of(revision: int) -> RevisionSpec | None:
    return RevisionSpec("digits", revision, 1.0, "digits", revision, "python", f"/models/digits/versions/{revision}")


def told(*events: EndpointEvent) -> EndpointStatus:
    return fold(events, spec_of)


def first() -> list[EndpointEvent]:
    """What is written until the first revision answers."""
    return [
        Launched(1, pid=10),
        StateChanged(1, state=State.STARTING),
        RevisionAdded(1, revision=1, model="digits", version=1),
        RouterStarted(1, pid=11, ticks=5),
        ReplicaStarted(1, revision=1, replica=0, pid=12, ticks=6),
        ReplicaReady(2, revision=1, replica=0, pid=12, seconds=0.7),
        RevisionChanged(2, revision=1, state="ready"),
        TrafficMoved(2, stable=1),
        StateChanged(2, state=State.RUNNING),
    ]


def second(*, percent: int = 0, shadow: bool = False) -> list[EndpointEvent]:
    """What is written until a second revision is ready."""
    return [
        RevisionAdded(3, revision=2, model="digits", version=2, percent=percent, shadow=shadow),
        ReplicaStarted(3, revision=2, replica=0, pid=13),
        ReplicaReady(4, revision=2, replica=0, pid=13, seconds=0.5),
        RevisionChanged(4, revision=2, state="ready"),
    ]


def texts(status: EndpointStatus) -> list[str]:
    return [line.text for line in status.rollouts]


def test_an_endpoint_that_nothing_happened_to_waits() -> None:
    status = told()
    assert (status.state, status.up, status.revisions) == (State.QUEUED, True, [])


def test_the_first_revision_that_is_ready_is_stable() -> None:
    status = told(*first())
    (fact,) = status.revisions
    assert (status.state, status.stable, status.started) == (State.RUNNING, 1, 2)
    assert (fact.role, fact.percent, fact.state, fact.took) == ("stable", 100, "ready", 0.7)
    assert [(each.pid, each.state) for each in fact.replicas] == [(12, "ready")]
    assert (status.router, status.router_ticks) == (11, 5)
    assert texts(status) == [
        "r1 starts: digits v1",
        "r1 is ready after 0.7 s: digits v1",
        "r1 gets all requests",
    ]


def test_a_canary_gets_its_share_and_the_stable_revision_the_rest() -> None:
    status = told(*first(), *second(percent=10), TrafficMoved(5, stable=1, canary=2, percent=10))
    assert [(fact.role, fact.percent) for fact in status.revisions] == [("stable", 90), ("canary", 10)]
    assert texts(status)[-1] == "canary r2 to 10 %"


def test_what_is_replaced_can_be_rolled_back_to() -> None:
    events = [*first(), *second(percent=10), TrafficMoved(5, stable=1, canary=2, percent=10), TrafficMoved(6, stable=2)]
    status = told(*events)
    assert (status.stable, status.canary, status.before) == (2, 0, [1])
    assert (texts(status)[-1], status.rollouts[-1].tone) == ("r2 is promoted", "good")
    status = told(*events, TrafficMoved(7, stable=1, who="me"))
    assert (status.stable, status.before) == (1, [])
    assert [(fact.role, fact.since) for fact in status.revisions] == [("stable", 7), ("kept", 7)]
    assert (texts(status)[-1], status.rollouts[-1].tone, status.rollouts[-1].who) == ("back to r1", "bad", "me")


def test_a_dropped_canary_is_kept() -> None:
    events = [*first(), *second(percent=10), TrafficMoved(5, stable=1, canary=2, percent=10), TrafficMoved(6, stable=1)]
    status = told(*events)
    assert [fact.role for fact in status.revisions] == ["stable", "kept"]
    assert (texts(status)[-1], status.rollouts[-1].tone) == ("canary r2 is dropped", "bad")


def test_a_replica_that_ends_by_itself_counts_its_restarts_and_one_that_was_asked_to_is_gone() -> None:
    status = told(
        *first(),
        ReplicaEnded(5, revision=1, replica=0, pid=12, why="It was killed by SIGKILL."),
        ReplicaStarted(6, revision=1, replica=0, pid=20),
        ReplicaReady(7, revision=1, replica=0, pid=20, seconds=0.4),
    )
    (replica,) = status.revisions[0].replicas
    assert (replica.pid, replica.restarts, replica.state, replica.why) == (20, 1, "ready", "")
    assert status.revisions[0].took == 0.7
    assert texts(status)[-1] == "a replica of r1 has ended: It was killed by SIGKILL"
    status = told(*first(), ReplicaEnded(5, revision=1, replica=0, pid=12))
    assert status.revisions[0].replicas == []


def test_scaling_port_gates_and_removal_are_told() -> None:
    status = told(
        *first(),
        *second(),
        TrafficMoved(5, stable=2),
        Scaled(6, revision=2, least=1, most=3, wanted=1, who="me"),
        Scaled(7, revision=2, least=1, most=3, wanted=2, why="9 requests in flight"),
        PortOpened(8, port=8080),
        GatesSet(9, gates=Gates(promote="accuracy >= stable", rollback="errors > 1%")),
        RevisionRemoved(10, revision=1),
    )
    assert texts(status)[-5:] == [
        "r2 is scaled to 1..3",
        "r2 goes from 1 to 2: 9 requests in flight",
        "port 8080 is open",
        "promote if accuracy >= stable; roll back if errors > 1%",
        "r1 is deleted",
    ]
    assert (status.port, status.before, [fact.spec.revision for fact in status.revisions]) == (8080, [], [2])
    assert (status.revisions[0].least, status.revisions[0].most, status.revisions[0].wanted) == (1, 3, 2)


def test_a_revision_that_fails_says_why_and_changes_no_traffic() -> None:
    status = told(
        *first(),
        RevisionAdded(3, revision=2, model="digits", version=2),
        RevisionChanged(4, revision=2, state="failed", why="It lacks xgboost."),
    )
    assert (status.stable, status.revisions[1].state, status.revisions[1].role) == (1, "failed", "kept")
    assert (texts(status)[-1], status.rollouts[-1].tone) == ("r2 has failed: It lacks xgboost.", "bad")


def test_an_endpoint_that_is_started_again_is_in_its_second_leg() -> None:
    stopped = [*first(), StateChanged(5, state=State.STOPPED, why="Stopped by me.")]
    status = told(*stopped)
    assert (status.up, status.ended, status.state) == (False, 5, State.STOPPED)
    assert status.revisions[0].replicas == []
    status = told(*stopped, StateChanged(6, state=State.STARTING, attempt=2))
    assert (status.up, status.ended, status.started, status.leg) == (True, None, None, 2)
    assert status.stable == 1


def test_the_history_is_bounded() -> None:
    moves = [TrafficMoved(5, stable=1, canary=2, percent=each % 100 + 1) for each in range(2 * ROLLOUTS)]
    assert len(told(*first(), *second(percent=1), *moves).rollouts) == ROLLOUTS


def test_a_number_is_given_once() -> None:
    with pytest.raises(LookupError):
        told(*first(), RevisionAdded(3, revision=1))


def test_the_spec_of_a_revision_whose_folder_is_gone_is_what_the_event_says() -> None:
    status = fold([RevisionAdded(1, revision=1, model="digits", version=7)], lambda revision: None)
    assert (status.revisions[0].spec.model, status.revisions[0].spec.version) == ("digits", 7)


@pytest.mark.parametrize(("before", "after"), list(itertools.product(State, State)))
def test_only_what_has_ended_must_start_again(before: State, after: State) -> None:
    if before.is_finished:
        assert is_legal(before, after) is (after is State.STARTING)
    else:
        assert is_legal(before, after) is (before is after or after not in (State.QUEUED, State.SUCCEEDED))


def test_a_row_says_what_serves_and_what_was_seen() -> None:
    status = told(*first(), *second(percent=10), TrafficMoved(5, stable=1, canary=2, percent=10))
    seen = Seen(rate=3.0, p95=4.0, errors=0.0, drifting=["width"], recent=[1.0])
    row = row_of(EndpointSpec("digits", "digits", 1.0), status, RunNotes(tags=["best"]), seen)
    assert (row.id, row.model, row.version, row.stable, row.canary, row.percent) == ("digits", "digits", 1, 1, 2, 10)
    assert (row.ready, row.wanted, row.rate, row.drifting, row.tags) == (2, 2, 3.0, ["width"], ["best"])
    assert [(each.revision, each.role, each.ready) for each in row.revisions] == [(1, "stable", 1), (2, "canary", 1)]
