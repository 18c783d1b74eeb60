"""Comparisons over REST; every answer is held against the OpenAPI document."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from jupyter_mlops import wire
from jupyter_mlops.domain.metrics import Batch, Column, LogState
from jupyter_mlops.domain.runs import MetricSummary, RunRow, Scalar, State
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.index import Index
from jupyter_mlops.store.records import RunDatabase

MANY = 1000


@pytest.fixture
def report(home: Path):
    """Return what lets a run have reported a metric: ``report(run, "loss", [2.0, 1.0])``."""

    def write(run, name, values):
        column = Column(name, "step", 0)
        column.steps = [float(at) for at in range(len(values))]
        column.values, column.times = [*values], [1e6 + at for at in range(len(values))]
        with closing(RunDatabase(run.path / "run.db", writer=True)) as database:
            database.write(1, 0, Batch([column], [], 0), LogState())
        with Index(Home.open(home)) as index:
            index.refresh(run)

    return write


@pytest.fixture
def two(make_run, report):
    runs = [make_run("digits", 1, params={"lr": 0.1}), make_run("digits", 2, params={"lr": 0.5})]
    report(runs[0], "loss", [3.0, 2.0, 1.0])
    report(runs[1], "loss", [3.0, float("nan"), 0.5])
    return runs


async def test_a_name_is_compared_with_its_columns(call, two):
    reply = await call("GET", "/compare", name="digits")
    assert reply.status == 200
    assert [run["row"]["id"] for run in reply.json["runs"]] == [two[1].id, two[0].id]
    columns = {column["key"]: column for column in reply.json["columns"]}
    assert columns["metric:loss"]["best"] == [two[1].id]
    assert (reply.json["metric"], reply.json["better"]) == ("loss", -1)
    assert (reply.json["title"], bool(reply.json["generation"])) == ("digits", True)


async def test_ids_come_in_the_order_in_which_they_are_asked_for_and_what_is_gone_is_left_out(call, two):
    reply = await call("GET", "/compare", run=[two[0].id, "gone-20261124-000000-7f3k", two[1].id, two[0].id])
    assert [run["row"]["id"] for run in reply.json["runs"]] == [two[0].id, two[1].id]


async def test_runs_are_added_to_those_that_fit(call, two, make_run):
    other = make_run("other", 5)
    reply = await call("GET", "/compare", run=other.id, name="digits", where="lr > 0.2")
    assert [run["row"]["id"] for run in reply.json["runs"]] == [other.id, two[1].id]


async def test_trials_are_compared_by_their_sweep(call, make_sweep):
    sweep = make_sweep(runs=3)
    reply = await call("GET", "/compare", sweep=sweep.id, limit=2)
    assert [run["row"]["trial"] for run in reply.json["runs"]] == [3, 2]
    assert reply.json["left_out"] == 1


async def test_nothing_to_compare_is_an_empty_table(call, two):
    reply = await call("GET", "/compare", name="unknown")
    assert (reply.status, reply.json.get("runs", [])) == (200, [])


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"where": "lrr > 1"}, "did you mean 'lr'?"),
        ({"where": "lr >"}, "is not a condition"),
        ({"limit": 0}, "cannot be read"),
        ({"names": "x"}, "There is no 'names' to ask for here"),
    ],
)
async def test_nonsense_gets_one_sentence(call, two, query, sentence):
    reply = await call("GET", "/compare", **query)
    assert reply.status == 400
    assert sentence in reply.json["message"]


async def test_two_runs_are_told_apart(call, two):
    reply = await call("GET", "/compare/differences", a=two[0].id, b=two[1].id)
    assert reply.json["parameters"] == [{"name": "lr", "a": 0.1, "b": 0.5, "delta": 0.4}]
    assert reply.json["metrics"] == [{"name": "loss", "a": 1.0, "b": 0.5, "delta": -0.5}]
    assert reply.json["sentence"] == "`lr` differs (0.1 against 0.5)."


async def test_two_of_which_one_is_gone_are_not_found(call, two):
    reply = await call("GET", "/compare/differences", a=two[0].id, b="gone-20261124-000000-7f3k")
    assert reply.status == 404
    # A name does not do: which run is its latest may change before the question is read.
    assert (await call("GET", "/compare/differences", a="digits", b=two[0].id)).status == 404
    assert (await call("GET", "/compare/differences", a=two[0].id)).status == 400


async def test_values_at_a_step_are_told(call, two):
    reply = await call("GET", "/compare/step", run=[run.id for run in two], metric="loss", step=1.5)
    assert reply.json == {"values": {two[0].id: 2.0, two[1].id: "NaN"}}


async def test_curves_are_laid_over_each_other(call, two, make_run):
    silent = make_run("silent", 9)
    ids = [silent.id, two[0].id, two[1].id]
    reply = await call("GET", "/compare/overlay", run=ids, metric="loss")
    assert list(reply.json["series"]) == [two[0].id, two[1].id]
    assert reply.json["series"][two[1].id]["values"] == [3.0, "NaN", 0.5]
    assert reply.json["starts"] == {two[0].id: 3.0, two[1].id: 4.0}


async def test_long_curves_keep_their_extremes(call, make_run, report):
    run = make_run("long", 1)
    values = [1.0] * 5000
    values[1234], values[4321] = 9.0, -9.0
    report(run, "loss", values)
    reply = await call("GET", "/compare/overlay", run=run.id, metric="loss", most=50)
    series = reply.json["series"][run.id]
    assert (series["thinned"], len(series["values"]) < 150) == (True, True)
    assert (min(series["values"]), max(series["values"])) == (-9.0, 9.0)


async def test_a_broken_run_is_compared_all_the_same(call, two):
    (two[0].path / "events.jsonl").write_text("nonsense\n")
    (two[1].path / "run.db").write_bytes(b"nonsense" * 1000)
    assert (await call("GET", "/compare", name="digits")).status == 200
    assert (await call("GET", "/compare/differences", a=two[0].id, b=two[1].id)).status == 200
    assert (await call("GET", "/compare/overlay", run=two[1].id, metric="loss")).json["series"] == {}


@pytest.fixture
def many(home: Path):
    """A thousand runs with sixty columns, as the index has them, with the files that a comparison reads."""
    opened = Home.open(home)
    names = [f"metric{number}" for number in range(34)]
    curve = [at / 37.3 for at in range(40)]
    with Index(opened) as index:
        for number in range(MANY):
            run_id = f"many-20261124-{number // 3600:02d}{number // 60 % 60:02d}{number % 60:02d}-7f3k"
            params: dict[str, Scalar] = {f"p{at}": (number * at) % 97 / 97 for at in range(18)}
            bundle = opened.runs / run_id / "bundle"
            bundle.mkdir(parents=True)
            text = "".join(f"{name} = {value}\n" for name, value in params.items())
            (bundle / "cell.py").write_text(text + "other = 1\n" + "print(other)\n" * 20)
            (bundle.parent / "spec.json").write_bytes(wire.encode({"code_hash": str(number)}))
            metrics = {name: MetricSummary((number * 7) % 101 / 3, 9, 0, 1, 1, 0, 40, recent=curve) for name in names}
            row = RunRow(run_id, "many", State.SUCCEEDED, params=params, metrics=metrics, created=1e6 + number)
            index.put(row)


async def test_a_thousand_runs_of_sixty_columns_come_at_once_without_the_small_curves_of_lists(many, call):
    reply = await call("GET", "/compare", name="many")
    assert len(reply.json["runs"]) == MANY
    assert len(reply.json["columns"]) >= 57
    assert all(not metric["recent"] for metric in reply.json["runs"][0]["row"]["metrics"].values())
    assert len(reply.body) < 8 << 20
