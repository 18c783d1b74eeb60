"""Runs beside each other: which are meant, what is read of them, and what users hold."""

from __future__ import annotations

import json
import os
import pickle
import sys

import pandas
import pytest

from jupyter_mlops.domain.errors import InvalidInput, InvalidOption, NotFound, Uncapturable
from jupyter_mlops.domain.runs import MetricSummary, Scalar
from jupyter_mlops.domain.sweeps import Objective
from jupyter_mlops.domain.where import Where
from jupyter_mlops.services.asked import Asked
from jupyter_mlops.services.facts import FactsReader
from tests.published import publish_run, publish_sweep

CODE = """\
lr = 0.1
epochs = 3
from jupyter_mlops import report
for epoch in range(epochs):
    report(epoch=epoch, loss=lr / (epoch + 1), accuracy=1 - lr / (epoch + 1))
"""


@pytest.fixture
def train(workspace):
    """Return what trains: ``train("digits", lr=0.5)``."""

    def run(name="digits", code=CODE, **params):
        run = workspace.runs.submit(code, name, params=params)
        run.wait()
        return run

    return run


@pytest.fixture
def three(train):
    return [train(), train(lr=0.5), train("wide", lr=0.02, epochs=5)]


def test_a_name_means_all_its_runs_the_latest_first(workspace, three):
    assert workspace.compare("digits").runs == [three[1], three[0]]
    assert workspace.compare("digits").facts.title == "digits"


def test_runs_ids_lists_and_names_are_compared_in_the_order_in_which_they_are_named(workspace, three):
    first, second, wide = three
    assert workspace.compare(wide, first.id).runs == [wide, first]
    assert workspace.compare("wide", [second, [first]]).runs == [wide, second, first]
    assert workspace.compare(workspace.runs.list("digits"), first).runs == [second, first]
    assert workspace.compare("wide", first).facts.title == "wide and digits"


def test_nothing_named_is_all_runs(workspace, three):
    assert workspace.compare().runs == [three[2], three[1], three[0]]


def test_a_parameter_that_was_not_set_has_the_value_of_the_cell(workspace, three):
    table = workspace.compare("digits", "wide").table
    assert dict(table["parameters", "lr"]) == {
        f"digits {three[1].id[-4:]}": 0.5,
        f"digits {three[0].id[-4:]}": 0.1,
        "wide": 0.02,
    }
    assert list(table["parameters", "epochs"]) == [3, 3, 5]


def test_conditions_are_met_also_by_parameters_that_were_not_set(workspace, three):
    assert workspace.compare("digits", where="lr = 0.1").runs == [three[0]]
    assert workspace.compare(where="lr < 0.2 state = succeeded").runs == [three[2], three[0]]
    assert workspace.compare(*three, where="accuracy > 0.95").runs == [three[0], three[2]]


def test_the_latest_are_kept_where_there_are_too_many(workspace, three):
    compared = workspace.compare(limit=2)
    assert compared.runs == [three[2], three[1]]
    assert compared.facts.left_out == 1
    assert workspace.compare(*three, limit=1).facts.left_out == 2


@pytest.mark.parametrize(
    ("what", "where", "sentence"),
    [
        (["digitz"], "", "There is nothing to compare: no run has the name 'digitz'; did you mean 'digits'?"),
        ([], "lr > 7", "There is nothing to compare: no run fits 'lr > 7'."),
        (["digits"], "lr > 7", "There is nothing to compare: no run of the name 'digits' fits 'lr > 7'."),
        (["digits-20261124-000000-7f3k"], "", "No run has the id"),
    ],
)
def test_nothing_to_compare_is_one_sentence(workspace, train, what, where, sentence):
    train()
    with pytest.raises(NotFound) as error:
        workspace.compare(*what, where=where)
    assert str(error.value).startswith(sentence)
    assert str(error.value).count("\n") == 0


def test_runs_that_were_deleted_meanwhile_are_nothing_to_compare(workspace, train):
    run = train()
    workspace.runs.delete(run)
    with pytest.raises(NotFound, match="the runs that are meant are not there any more"):
        workspace.compare(run)


def test_an_empty_home_says_how_to_begin(workspace):
    with pytest.raises(NotFound, match="there are no runs yet; a cell that begins with %%train"):
        workspace.compare()


def test_a_condition_on_what_no_run_has_names_the_nearest(workspace, train):
    train()
    with pytest.raises(InvalidOption, match="No run has a parameter or a metric 'lrr'; did you mean 'lr'"):
        workspace.compare(where="lrr > 1")


def test_trials_are_compared_by_their_sweep_and_told_by_their_numbers(workspace):
    sweep = publish_sweep(workspace.home, "digits", runs=3)
    assert workspace.compare(sweep="digits").labels == ["digits/3", "digits/2", "digits/1"]
    assert workspace.compare(sweep="digits").facts.title == "trials of digits"
    assert workspace.compare(workspace.sweeps.get(sweep.id)).facts.columns[0].key == "parameter:lr"
    assert workspace.compare("digits/2", "digits/1").labels == ["digits/2", "digits/1"]
    with pytest.raises(NotFound, match="but a sweep has; %compare --sweep digits compares its trials"):
        workspace.compare("digits")


def test_of_a_sweep_the_objective_tells_most_and_says_what_is_better(workspace):
    sweep = publish_sweep(workspace.home, "odd", runs=2, objectives=[Objective("speed", "minimize")])
    for row, speed in zip(workspace.index.list(Where(sweep=sweep.id)), (3.0, 1.0), strict=True):
        row.metrics = {name: MetricSummary(speed, 1, speed, 1, speed, 1, 1) for name in ("speed", "accuracy")}
        workspace.index.put(row)
    compared = workspace.compare(sweep="odd")
    assert (compared.metric, compared.facts.better) == ("speed", -1)
    assert compared.best.id.endswith("t1")


def test_the_best_goes_by_the_metric_that_tells_most(workspace, three):
    compared = workspace.compare("digits", "wide")
    assert compared.metric == "accuracy"
    assert compared.best == three[2]


def test_where_nobody_knows_what_is_better_no_run_is_best(workspace, train):
    train("odd", "from jupyter_mlops import report\nreport(speed=1)")
    with pytest.raises(NotFound, match="No run is best: which way of 'speed' is not known"):
        workspace.compare("odd").best  # noqa: B018
    train("silent", "pass")
    with pytest.raises(NotFound, match="share no metric"):
        workspace.compare("silent").best  # noqa: B018


def test_the_table_is_a_frame_with_groups_of_columns(workspace, three):
    table = workspace.compare("digits").table
    assert isinstance(table, pandas.DataFrame)
    assert table.index.name == "run"
    assert set(table.columns.get_level_values(0)) == {"parameters", "metrics", "facts"}
    assert str(table["facts", "created"].dt.tz) == "UTC"
    assert list(table["metrics", "loss"]) == pytest.approx([0.5 / 3, 0.1 / 3])


def test_the_table_is_dictionaries_where_pandas_is_missing(workspace, three, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    table = workspace.compare("wide").table
    assert table[0]["run"] == "wide"
    assert table[0]["parameters"] == {"lr": 0.02, "epochs": 5}
    assert "note" not in table[0]["facts"]


def test_a_history_has_a_column_for_each_run(workspace, three):
    history = workspace.compare("digits", "wide").history("loss")
    assert history.index.name == "epoch"
    assert list(history["wide"]) == pytest.approx([0.02 / step for step in (1, 2, 3, 4, 5)])
    assert history[f"digits {three[0].id[-4:]}"].isna().sum() == 2
    with pytest.raises(NotFound, match=r"has the metric 'los' .*did you mean 'loss'"):
        workspace.compare("digits").history("los")


def test_a_history_is_points_where_pandas_is_missing(workspace, three, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    assert workspace.compare("wide").history("loss")["wide"][0] == (0, pytest.approx(0.02))


def test_values_at_a_step_are_the_last_ones_reported_until_then(workspace, three):
    ids = [run.id for run in three]
    found = workspace.comparisons.at_step([*ids, "gone"], "loss", 1.5)
    assert found == {ids[0]: pytest.approx(0.05), ids[1]: pytest.approx(0.25), ids[2]: pytest.approx(0.01)}
    assert workspace.comparisons.at_step(ids, "loss", 99)[ids[2]] == pytest.approx(0.02 / 5)
    assert workspace.comparisons.at_step(ids, "loss", -1) == {}
    assert workspace.comparisons.at_step(ids, "unknown", 1) == {}


def test_curves_over_each_other_have_their_starts(workspace, three):
    curves = workspace.comparisons.overlay([run.id for run in three], "loss", 4)
    assert [curve.series.thinned for curve in curves.values()] == [False, False, True]
    assert [len(curve.series.steps) for curve in curves.values()][:2] == [3, 3]
    assert curves[three[0].id].start == three[0].status.started


def test_two_are_told_apart_without_being_named(workspace, three):
    found = workspace.compare("digits").diff()
    assert found.sentence == "`lr` differs (0.1 against 0.5)."
    assert found.parameters[0].delta == pytest.approx(0.4)
    assert workspace.compare(three[1], three[0]).diff().sentence == "`lr` differs (0.5 against 0.1)."
    assert "lr" in repr(found)
    assert "<article" in found._repr_html_()


def test_of_more_than_two_those_that_are_meant_are_named(workspace, three):
    compared = workspace.compare(*three)
    with pytest.raises(InvalidInput, match="Say which two of the 3 runs"):
        compared.diff()
    by_label = compared.diff("wide", f"digits {three[0].id[-4:]}")
    assert by_label == compared.diff(2, 0) == compared.diff(three[2], three[0].id) == compared.diff(-1, 0)
    with pytest.raises(NotFound, match="none of the runs that are compared; did you mean 'wide'"):
        compared.diff("wade", 0)
    with pytest.raises(NotFound):
        compared.diff(3, 0)


def test_one_run_has_nothing_beside_it(workspace, three):
    assert "there is nothing beside it" in repr(workspace.compare("wide"))
    assert "nothing beside it" in workspace.compare("wide")._repr_mimebundle_()["text/html"]


def test_it_does_not_travel(workspace, three):
    with pytest.raises(Uncapturable, match=r"table = comparison\.table"):
        pickle.dumps(workspace.compare("digits"))


def test_what_files_say_is_read_again_when_the_folder_changes(workspace, train):
    run = train()
    assert workspace.comparisons.of(Asked(name="digits")).runs[0].commit == ""
    facts = {"git": {"commit": "0123456789", "dirty": True}, "packages": {}}
    draft = run.path / "environment.json.draft"
    draft.write_text(json.dumps(facts))
    os.replace(draft, run.path / "environment.json")
    assert workspace.comparisons.of(Asked(name="digits")).runs[0].commit == "01234567+"


def test_datasets_are_columns(workspace, train):
    fingerprint = {"name": "train", "what": "DataFrame", "rows": 3, "schema": "s", "digest": "0123456789ab"}
    for run in (train(), train()):
        (run.path / "datasets.json").write_text(json.dumps({"datasets": [fingerprint], "format": 1}))
    compared = workspace.compare("digits")
    assert list(compared.table["facts", "data train"]) == ["01234567", "01234567"]


def test_code_is_the_same_where_only_values_of_parameters_differ(workspace, three, train):
    other = train("digits", CODE + "print('more')\n")
    found = workspace.comparisons.of(Asked([run.id for run in (*three, other)]))
    assert len({run.code for run in found.runs}) == 2


def test_trials_that_set_other_parameters_have_those_of_the_cell_besides(workspace):
    reader = FactsReader()
    sweep = publish_sweep(workspace.home, "conditional", values=())
    wanted: list[dict[str, Scalar]] = [{"lr": 0.5}, {"depth": 7}, {"lr": 0.25, "depth": 9}]
    for trial, params in enumerate(wanted, 1):
        run = publish_run(
            workspace.home,
            "conditional",
            trial,
            id=f"{sweep.id}t{trial}",
            params=params,
            sweep=sweep.id,
            trial=trial,
            code_hash=str(trial),
        )
        (run.path / "bundle").mkdir()
        (run.path / "bundle" / "cell.py").write_text(
            f"lr = {params.get('lr', 0.1)}\ndepth = {params.get('depth', 3)}\n"
        )
    found = [
        reader.read(workspace.home.runs / f"{sweep.id}t{trial}", workspace.index.get(f"{sweep.id}t{trial}"))
        for trial in (1, 2, 3)
    ]
    assert [facts.params for facts in found] == [
        {"lr": 0.5, "depth": 3},
        {"lr": 0.1, "depth": 7},
        {"lr": 0.25, "depth": 9},
    ]
    assert len({facts.code for facts in found}) == 1


@pytest.mark.parametrize("damage", ["", "{", "\0\0", '{"format": 99}'])
def test_damaged_files_leave_columns_empty(workspace, train, damage):
    run = train()
    for name in ("environment.json", "datasets.json", "bundle/cell.py"):
        (run.path / name).write_text(damage)
    os.utime(run.path)
    compared = workspace.compare("digits")
    assert len(compared) == 1
    assert "commit" not in [column.name for column in compared.facts.columns]
