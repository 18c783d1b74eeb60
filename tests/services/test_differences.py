"""What differs between two runs, as their folders tell it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jupyter_mlops.domain.comparison import Difference
from jupyter_mlops.services.submission import Cell

CODE = """\
lr = 0.1
epochs = 3
print(lr, epochs)
"""


@pytest.fixture
def train(workspace):
    """Return what runs a cell with variables of its notebook: ``train(code, n=3)``."""

    def run(
        code: str = CODE, params: dict[str, Any] | None = None, options: dict[str, Any] | None = None, **variables: Any
    ):
        cell = Cell(code, variables, magic="%%train digits")
        made = workspace.runs.submit(cell, "digits", params=params, **(options or {}))
        made.wait()
        return made

    return run


@pytest.fixture
def differ(workspace):
    return lambda a, b: workspace.comparisons.between(a.folder, b.folder)


def write(run, name: str, **facts: Any) -> None:
    (run.path / name).write_text(json.dumps(facts))


def test_a_run_and_its_like_differ_in_nothing(train, differ):
    found = differ(train(), train())
    assert (found.parameters, found.code, found.values, found.options) == ([], [], [], [])
    assert found.same.parameters == 2
    assert found.sentence.startswith("Nothing that was recorded differs")


def test_a_run_beside_itself_is_called_so(train, differ):
    run = train()
    assert differ(run, run).notes == ["Both are the same run."]


def test_a_value_of_a_parameter_is_no_difference_of_code(train, differ):
    found = differ(train(), train(params={"lr": 0.5}))
    assert found.code == []
    assert found.parameters == [Difference("lr", 0.1, 0.5, 0.4)]
    assert "1 line of the cell differs in nothing but the values of parameters." in found.notes


def test_a_default_that_was_edited_is_a_parameter(train, differ):
    assert differ(train(), train(CODE.replace("epochs = 3", "epochs = 9"))).parameters[0].name == "epochs"


def test_the_cell_is_compared_without_the_magics_line_and_numbered_as_in_the_notebook(train, differ):
    found = differ(train(), train(CODE + "print('more')\n", params={"lr": 0.5}))
    (change,) = found.code
    assert change.name == "cell"
    assert [(line.op, line.text, line.a, line.b) for line in change.lines] == [
        ("same", "lr = 0.1", 2, 2),
        ("same", "epochs = 3", 3, 3),
        ("same", "print(lr, epochs)", 4, 4),
        ("added", "print('more')", 0, 5),
    ]
    assert found.sentence == "`lr` differs (0.1 against 0.5), and 1 line of code."


def test_captured_values_are_told_without_being_unpickled(train, differ):
    code = "print(n, xs, same)"
    found = differ(train(code, n=64, xs=[1, 2], same={"a": 1}), train(code, n=32, xs=[1, 3], same={"a": 1}))
    n, xs = found.values
    assert n == Difference("n", 64, 32, -32.0)
    assert (xs.a.split(",")[0], xs.a != xs.b) == ("list of 2", True)
    assert found.same.values == 1
    assert found.sentence.startswith("`n` differs (64 against 32), and `xs`")


def test_a_value_of_another_kind_or_that_only_one_has_is_told_by_what_it_is(train, differ):
    found = differ(train("print(x, y)", x=[1], y=1), train("print(x)", x={"a": 1}))
    assert [
        (each.name, each.a and str(each.a).split(",")[0], each.b and str(each.b).split(",")[0]) for each in found.values
    ] == [
        ("x", "list of 1", "dict of 1"),
        ("y", "1", None),
    ]


def test_secrets_are_not_shown(train, differ):
    found = differ(
        train("print(api_key)", api_key="sk-first-secret-1"), train("print(api_key)", api_key="sk-other-secret-2")
    )
    assert found.values[0].name == "api_key"
    assert "secret-1" not in str(found.values)
    assert "secret-2" not in str(found.values)


def test_a_retry_has_the_same_values_though_nobody_can_tell_what_they_are(workspace, differ):
    run = workspace.runs.submit(Cell("print(len(s))", {"s": {"a", "b"}}), "digits")
    run.wait()
    again = run.retry()
    again.wait()
    found = differ(run, again)
    assert (found.values, found.same.values) == ([], 1)
    assert not any("cannot be told" in note for note in found.notes)


def test_what_cannot_be_told_is_said(train, differ):
    found = differ(train("print(s)", s={"a", "b", "c"}), train("print(s)", s={"x", "y", "z"}))
    assert found.values == []
    assert any(note.startswith("Whether `s` held the same cannot be told") for note in found.notes)


def test_functions_of_the_notebook_are_compared_as_code(train, differ):
    runs = [train("print(f)"), train("print(f)")]
    for run, body in zip(runs, ("return x", "return x + 1"), strict=True):
        write(run, "bundle/receipt.json", items=[{"name": "f", "what": "function", "size": 10}])
        write(run, "bundle/cells.json", **{"Cell [3]": f"import math\n\ndef f(x):\n    {body}\n"})
    found = differ(*runs)
    (change,) = found.code
    assert change.name == "function f"
    assert [line.op for line in change.lines] == ["same", "removed", "added"]
    assert found.sentence == "1 line of `f` differs."
    assert found.values == []


def test_local_modules_are_compared_and_nothing_outside_of_the_bundle(train, differ, tmp_path):
    secret = tmp_path / "secret.py"
    secret.write_text("password = 1")
    runs = [train(), train()]
    for run, text in zip(runs, ("a = 1\n", "a = 2\n"), strict=True):
        write(run, "bundle/receipt.json", sources=["models.py", str(secret), "../receipt.json", "gone.py"])
        (run.path / "bundle" / "sources").mkdir()
        (run.path / "bundle" / "sources" / "models.py").write_text(text)
    (runs[0].path / "bundle" / "sources" / "gone.py").symlink_to(secret)
    assert [change.name for change in differ(*runs).code] == ["models.py"]


def test_packages_interpreter_host_and_commit_are_told_apart(train, differ):
    runs = [train(), train()]
    git = {"commit": "a" * 40, "dirty": False, "branch": "main"}
    write(runs[0], "environment.json", python="3.11.1", host="x", packages={"torch": "2.8", "numpy": "1"}, git=git)
    write(
        runs[1],
        "environment.json",
        python="3.11.1",
        host="y",
        packages={"torch": "2.9", "numpy": "1"},
        git=git | {"commit": "b" * 40, "dirty": True},
    )
    found = differ(*runs)
    assert found.environment == [Difference("host", "x", "y"), Difference("torch", "2.8", "2.9")]
    assert found.git == [Difference("commit", "a" * 10, "b" * 10), Difference("changed files", "no", "yes")]
    assert found.same.packages == 1
    assert found.sentence == "`torch` differs (2.8 against 2.9)."


def test_what_was_not_written_down_is_said_and_not_called_a_difference(train, differ):
    runs = [train(), train()]
    write(runs[0], "environment.json", python="3.11.1", packages={"torch": "2.8"})
    found = differ(*runs)
    assert (found.environment, found.git) == ([], [])
    assert any(f"what {runs[1].id} ran in was never written down" in note for note in found.notes)


def test_what_was_written_down_of_neither_is_said_once(train, differ):
    notes = [note for note in differ(train(), train()).notes if "Packages" in note]
    assert notes == ["Packages, interpreter and commit could not be compared: what both ran in was never written down."]


def test_options_are_told(train, differ):
    found = differ(train(), train(options={"workers": 2, "timeout": "5m"}))
    assert found.options[0] == Difference("workers", 1, 2, 1.0)
    assert found.options[1].name == "timeout"


def test_variables_of_the_environment_are_named_without_their_values(train, differ, monkeypatch):
    first = train()
    monkeypatch.setenv("SEED_OF_MINE", "visible-value")
    monkeypatch.setenv("TERM_PROGRAM", "noise")
    found = differ(first, train())
    assert "Variables of the environment differ: `SEED_OF_MINE`." in found.notes
    assert "visible-value" not in str(found)


def test_fingerprints_tell_how_tables_differ_and_their_values_are_told_only_there(train, differ):
    runs = [train("print(df)", df=[1]), train("print(df)", df=[2])]
    for run, rows in zip(runs, (10, 12), strict=True):
        told = {"name": "df", "what": "DataFrame", "rows": rows, "schema": "s", "digest": str(rows), "sampled": 5}
        write(run, "datasets.json", datasets=[told])
    found = differ(*runs)
    assert found.data == [Difference("df: rows", 10, 12, 2.0)]
    assert found.values == []
    assert "The content of `df` was told from a sample of 5 rows." in found.notes


def test_fingerprints_that_only_one_run_has_are_said(train, differ):
    runs = [train("print(df)", df=[1]), train("print(df)", df=[1])]
    told = {"what": "DataFrame", "rows": 3, "schema": "s", "digest": "d"}
    write(runs[0], "datasets.json", datasets=[told | {"name": "df"}, told | {"name": "other"}])
    found = differ(*runs)
    assert f"Tables and arrays could not be compared: {runs[1].id} has no fingerprints of its own." in found.notes
    assert found.data == [Difference("other", "DataFrame, 3 rows", None)]
    assert not any("fingerprints" in note for note in differ(runs[1], train("print(df)", df=[1])).notes)


def test_a_run_whose_files_are_damaged_is_compared_as_far_as_it_can_be(train, differ):
    runs = [train(), train()]
    for name in ("bundle/receipt.json", "bundle/cell.py", "environment.json"):
        (runs[0].path / name).write_bytes(b"\0{")
    found = differ(*runs)
    assert any("there is no receipt of" in note for note in found.notes)
