"""Sweeps over REST: what a page asks of them, and what it may do to them."""

from __future__ import annotations

import sys

import pytest

from jupyter_mlops.domain.runs import State
from jupyter_mlops.domain.sweeps import Objective


async def test_sweeps_are_listed_in_pages_with_how_new_the_page_is(call, make_sweep):
    make_sweep("digits")
    make_sweep("faces", values=[0.3])

    reply = await call("GET", "/sweeps", limit=1, sort="best", descending=True)

    assert [row["name"] for row in reply.json["sweeps"]] == ["digits"]
    assert (reply.json["total"], reply.json["states"]) == (2, {"succeeded": 2})
    assert reply.json["generation"]
    assert reply.json["seq"] > 0


async def test_sweeps_are_found_by_what_their_best_trial_reached(call, make_sweep):
    make_sweep("digits")
    make_sweep("faces", values=[0.3])

    reply = await call("GET", "/sweeps", where="best > 0.5 accuracy > 0.5 lr < 1", state="succeeded")

    assert [row["name"] for row in reply.json["sweeps"]] == ["digits"]
    assert reply.json["sweeps"][0]["best_values"] == [0.9]


async def test_a_sweep_is_described_with_its_trials_or_without(call, make_sweep):
    sweep = make_sweep()

    with_them = await call("GET", f"/sweeps/{sweep.id}")
    without = await call("GET", f"/sweeps/{sweep.id}", trials=False)

    assert [fact["trial"] for fact in with_them.json["trials"]] == [1, 2, 3]
    assert "trials" not in without.json
    assert with_them.json["row"]["best"] == without.json["row"]["best"] == 2
    assert with_them.json["space"] == [{"name": "lr", "low": 1e-4, "high": 1e-1, "log": True}]


async def test_a_name_is_no_id(call, make_sweep):
    make_sweep("digits")

    reply = await call("GET", "/sweeps/digits")

    assert (reply.status, reply.json["code"]) == (404, "not_found")


async def test_only_the_trials_that_changed_are_sent_again(call, make_sweep):
    sweep = make_sweep()

    every = await call("GET", f"/sweeps/{sweep.id}/trials")
    none = await call("GET", f"/sweeps/{sweep.id}/trials", since=every.json["next"])

    assert [fact["trial"] for fact in every.json["trials"]] == [1, 2, 3]
    assert none.json == {"trials": [], "next": every.json["next"]}


async def test_notes_and_tags_of_a_sweep_are_changed_and_it_is_archived(call, make_sweep):
    sweep = make_sweep()

    reply = await call("PATCH", f"/sweeps/{sweep.id}", {"note": "wide", "tags": ["a", "a"], "archived": True})

    assert (reply.json["note"], reply.json["tags"], reply.json["archived"]) == ("wide", ["a"], True)
    assert (await call("GET", "/sweeps")).json["sweeps"] == []
    assert (await call("GET", "/sweeps", archived="only")).json["total"] == 1


async def test_a_finished_sweep_stays_as_it_is_when_it_is_stopped(call, make_sweep):
    sweep = make_sweep()

    reply = await call("POST", f"/sweeps/{sweep.id}/stop")

    assert (reply.status, reply.json["state"]) == (200, "succeeded")


async def test_a_deleted_sweep_takes_its_trials_along(call, make_sweep, home):
    sweep = make_sweep(runs=3)
    assert len((await call("GET", "/runs", sweep=sweep.id)).json["runs"]) == 3

    reply = await call("DELETE", f"/sweeps/{sweep.id}")

    assert reply.json["freed"] > 0
    assert list((home / "runs").iterdir()) == list((home / "sweeps").iterdir()) == []
    assert (await call("GET", "/runs", sweep=sweep.id)).json["runs"] == []
    assert (await call("GET", "/sweeps")).json["sweeps"] == []


async def test_a_front_is_told_where_there_are_several_objectives(call, make_sweep):
    several = [Objective("accuracy"), Objective("latency", "minimize")]
    sweep = make_sweep(values=[[0.5, 1.0], [0.9, 2.0], [0.7, 2.5]], objectives=several)

    reply = await call("GET", f"/sweeps/{sweep.id}")

    assert reply.json["row"].get("best") is None
    assert reply.json["row"]["front"] == [1, 2]
    assert [each["metric"] for each in reply.json["row"]["objectives"]] == ["accuracy", "latency"]


@pytest.fixture
def base(make_run):
    run = make_run("digits", 7, State.SUCCEEDED, python=sys.executable)
    (run.path / "bundle").mkdir()
    (run.path / "bundle" / "cell.py").write_text("lr = 0.1\ndepth = 3\nact = 'relu'\nprint('accuracy=', lr)\n")
    return run


async def test_the_parameters_of_a_run_are_what_a_search_may_change(call, base):
    reply = await call("GET", f"/runs/{base.id}/parameters")

    assert reply.json == {"parameters": {"lr": 0.1, "depth": 3, "act": "relu"}}


async def test_a_run_without_tables_has_no_datasets(call, base):
    assert (await call("GET", f"/runs/{base.id}/datasets")).json.get("datasets", []) == []


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"space": {"lrr": "1..2"}}, "The cell has no parameter 'lrr'; did you mean 'lr'?"),
        ({"space": {"lr": "2..1"}}, "The range of 'lr' starts above its end; write 1..2."),
        ({"space": {"act": "1..2"}}, "The parameter 'act' is 'relu' in the cell, a text; 1 is a whole number."),
        ({"space": {"lr": "0.5"}}, "There is nothing to search"),
        ({"objective": "foo"}, "The name 'foo' does not say which way is better"),
        ({"algorithm": "tpee"}, "There is no algorithm 'tpee'; did you mean 'tpe'?"),
        ({"algorithm": "grid"}, "A grid cannot try all of lr=0.001..1.0, which has no steps"),
        ({"prune": "medain"}, "--prune knows no 'medain'; did you mean 'median'?"),
        ({"timeout": "soon"}, "'soon' is not a duration"),
        ({"name": "no name"}, "'no name' is not a name"),
    ],
)
async def test_what_makes_no_sense_is_told_in_one_sentence_and_starts_nothing(call, base, home, told, sentence):
    asked = {"run": base.id, "space": {"lr": "0.001..1.0"}, "objective": "accuracy", "check": True} | told

    for check in (True, False):
        reply = await call("POST", "/sweeps", asked | {"check": check})
        assert (reply.status, reply.json["message"][: len(sentence)]) == (400, sentence)
    assert list((home / "sweeps").iterdir()) == []


async def test_a_search_is_looked_at_without_being_started(call, base, home):
    asked = {"run": base.id, "space": {"lr": "0.001..1.0:log", "depth": "4"}, "objective": "accuracy", "check": True}

    reply = await call("POST", "/sweeps", asked)

    assert reply.status == 200
    assert reply.json["row"] is None
    assert reply.json["sentences"][0] == "accuracy is maximized, as the name says; accuracy:minimize turns it round."
    assert reply.json["command"] == "%tune digits lr=0.001..1.0:log depth=4 --objective accuracy"
    assert list((home / "sweeps").iterdir()) == []


async def test_a_search_is_started_from_a_run_and_given_more_trials(call, workspace):
    base = workspace.runs.submit("lr = 0.1\nprint(f'accuracy={lr}')", "digits")
    base.wait()
    asked = {"run": base.id, "space": {"lr": "0.001..1.0:log"}, "objective": "accuracy", "trials": 2, "parallel": 1}

    started = await call("POST", "/sweeps", asked)
    sweep = workspace.sweeps.get(started.json["row"]["id"])

    assert (started.status, started.json["row"]["wanted"]) == (201, 2)
    assert sweep.wait(60) == "succeeded", sweep.why
    assert sweep.spec.base == base.id
    nothing = await call("POST", f"/sweeps/{sweep.id}/resume", {})
    assert (nothing.status, nothing.json["code"]) == (409, "conflict")
    more = await call("POST", f"/sweeps/{sweep.id}/resume", {"trials": 1})
    assert (more.status, more.json["wanted"]) == (200, 3)
    assert sweep.wait(60) == "succeeded", sweep.why
    assert len(sweep.trials) == 3


async def test_a_search_of_a_run_that_is_not_there_is_not_found(call):
    asked = {"run": "gone-20261124-000000-7f3k", "space": {"lr": "1..2"}, "objective": "accuracy"}

    assert (await call("POST", "/sweeps", asked)).status == 404
