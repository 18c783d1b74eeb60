"""What cards say of ranks: roles, pace, who is slow, where those are that stand still, and how all began."""

from __future__ import annotations

from jupyter_mlops.cards import words
from jupyter_mlops.cards.ranks import ranks
from jupyter_mlops.cards.runs import run_html, run_text
from jupyter_mlops.cards.transport import small
from jupyter_mlops.domain.runs import (
    Hung,
    Limits,
    Processes,
    RankStack,
    RankStatus,
    RankUsage,
    RunSnapshot,
    State,
    Straggling,
)
from tests.cards.conftest import NOW, Make, Page

ROLES = (("chief", 0), ("worker", 0), ("worker", 1), ("ps", 0), ("ps", 1), ("evaluator", 0))


def in_roles(make: Make, **changes: object) -> RunSnapshot:
    found = [
        RankStatus(rank=rank, role=role, index=index, pid=100 + rank, started=NOW - 110)
        for rank, (role, index) in enumerate(ROLES)
    ]
    return make({"kind": "tensorflow", "workers": 3}, ranks=found, **changes)


def test_a_rank_is_named_by_its_number_and_by_its_role_where_that_does_not_say_it(make: Make) -> None:
    names = [words.rank_name(rank) for rank in in_roles(make).ranks]
    assert names[:4] == ["rank 0 (chief)", "rank 1 (worker 0)", "rank 2 (worker 1)", "rank 3 (ps 0)"]
    assert words.rank_name(RankStatus(rank=1, index=1)) == "rank 1"
    assert words.rank_name(RankStatus(rank=0, role="master")) == "rank 0 (master)"
    assert words.name_of(9, []) == "rank 9"


def test_ranks_have_roles_and_paces_below_each_other_and_more_than_four_are_counted(make: Make) -> None:
    usage = [RankUsage(rank, 90.0, 10**9, rate) for rank, rate in enumerate((12.5, 7.25, 10.0))]
    snapshot = in_roles(make, usage=usage)
    snapshot.ranks[1].restarts = 2
    said = Page(ranks(snapshot)).text
    assert "steps/s" in said
    assert "12.50" in said and "7.25" in said and "10.00" in said
    assert "rank 1 worker 0 (started again 2 times)" in said
    assert "and 2 more" in said


def test_a_straggler_is_shown_although_there_are_many_ranks(make: Make) -> None:
    snapshot = in_roles(make, straggler=Straggling(time=NOW, attempt=1, rank=5, ratio=1.83))
    html = ranks(snapshot)
    assert "Rank 5 (evaluator) is 1.8 times slower than the others." in Page(html).text
    assert "j-odd" in html and "rank 5" in Page(html).text
    assert "Rank 5 (evaluator) is 1.8 times slower than the others." in run_text(snapshot, NOW)


def test_where_nothing_moves_the_card_says_where_each_rank_is(make: Make) -> None:
    stacks = [RankStack(0, "frame of 0", 4), RankStack(1, "frame <b>of 1</b>\x1b[31m", 0)]
    snapshot = in_roles(make, hung=Hung(time=NOW, attempt=1, seconds=300.0, stacks=stacks))
    html = run_html(snapshot, NOW)
    said = Page(html).text
    assert "All ranks have been silent and idle for 5\u202fmin." in said
    assert "rank 0 (chief), line 4: loss = fit(model)" in said
    assert "rank 1 (worker 0), in no line of the cell" in said
    assert "frame <b>of 1</b>" in said and "<b>of 1</b>" not in html
    assert html.count("<details open>") == 1
    assert "All ranks have been silent and idle for 5\u202fmin." in run_text(snapshot, NOW)


def test_one_word_says_how_ranks_began_and_nothing_does_where_nobody_would_ask(make: Make) -> None:
    assert "had imported what the cell imports" in run_html(make(warm=True), NOW)
    cold = make(warm=False, cold="numpy was updated since.")
    assert 'title="numpy was updated since.">cold<' in run_html(cold, NOW)
    assert "cold: numpy was updated since." in run_text(cold, NOW)
    for quiet in (make(), make(warm=False)):
        assert words.warmth(quiet) == ("", "")


def test_what_was_asked_for_names_the_processes_that_a_kind_has(make: Make) -> None:
    snapshot = make(
        {"kind": "tensorflow", "workers": 3, "state": State.QUEUED},
        processes=Processes(ps=2, evaluator=True, chief=True),
        limits=Limits(retries=2, restart="on-failure"),
    )
    assert words.asked(snapshot) == [
        ("kind", "tensorflow"),
        ("workers", "3"),
        ("chief", "the first worker"),
        ("parameter servers", "2"),
        ("evaluator", "1"),
        ("retries", "2"),
        ("started again alone", "after a failure"),
    ]
    assert ("servers", "1") in words.asked(make({"kind": "mxnet"}))
    assert ("processes in each", "2") in words.asked(make({"kind": "mpi"}, processes=Processes(slots=2)))


def test_what_is_saved_of_stacks_is_little(make: Make) -> None:
    stacks = [RankStack(rank, "frame\n" * 20_000, 1) for rank in range(200)]
    saved = small(make(hung=Hung(time=NOW, attempt=1, seconds=300.0, stacks=stacks)))
    assert len(str(saved["hung"])) < 60_000
    assert saved["hung"]["stacks"][0]["text"].startswith("frame")


def test_text_tells_restarts_and_the_last_lines_of_the_rank_that_failed(make: Make) -> None:
    found = [RankStatus(rank=rank, index=rank, pid=1, started=NOW - 9, ended=NOW, code=0) for rank in range(5)]
    found[4].code, found[4].why, found[4].restarts = 3, "ended itself with exit code 3", 2
    found[1].code = found[2].code = None
    found[1].signal = found[2].signal = 15
    found[1].why = found[2].why = "was ended: it ran too long"
    log = [(rank, f"hello from {rank}") for rank in range(4)] + [(4, "-----"), (4, "fatal: no data")]
    row = {"workers": 5, "state": State.FAILED, "failed_rank": 4, "ended": NOW}
    said = run_text(make(row, ranks=found, log=log), NOW)
    assert "started again 2 times" in said
    assert "r4 fatal: no data" in said and "-----" not in said and "hello" not in said
