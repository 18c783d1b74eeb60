"""What differs between two runs, and what is said of it."""

from __future__ import annotations

import math
from typing import Any

from jupyter_mlops.domain.comparison import CodeChange, Difference, Differences
from jupyter_mlops.domain.datasets import Datasets, Fingerprint, TableColumn
from jupyter_mlops.domain.differences import delta, differing, of_data, of_metrics, sentence
from jupyter_mlops.domain.runs import MetricSummary, RunRow
from jupyter_mlops.domain.textdiff import Text, diff

ROW = RunRow(id="r", name="digits")


def table(digest: str, *columns: TableColumn, rows: int = 10, name: str = "df") -> Datasets:
    return Datasets([Fingerprint(name, "DataFrame", rows, "s", digest, columns=list(columns))])


def said(**fields: Any) -> str:
    return sentence(Differences(ROW, ROW, **fields))


def test_what_is_the_same_is_counted_and_what_is_not_is_told():
    found = differing({"lr": 0.01, "epochs": 3, "old": 1}, {"lr": 0.008, "epochs": 3, "new": "x"})
    assert found.differences == [
        Difference("lr", 0.01, 0.008, -0.002),
        Difference("old", 1, None),
        Difference("new", None, "x"),
    ]
    assert found.same == 1


def test_a_delta_needs_two_finite_numbers():
    assert delta(1, 3) == 2.0
    assert delta(0.1, 0.3) == 0.2
    assert delta(True, 3) is None
    assert delta("1", 3) is None
    assert delta(math.inf, 1.0) is None
    assert delta(10**400, 1.0) is None


def test_metrics_are_told_also_where_they_are_the_same():
    summary = MetricSummary(0.5, 1, 0.5, 1, 0.5, 1, 1)
    odd = MetricSummary("NaN", 1, "NaN", 1, "NaN", 1, 1)
    found = of_metrics({"loss": summary, "f1": odd}, {"loss": summary}, ["loss", "f1"])
    assert found == [Difference("loss", 0.5, 0.5, 0.0), Difference("f1", "NaN", None)]


def test_equal_digests_are_the_same_data():
    found = of_data(table("d"), table("d", rows=10))
    assert (found.differences, found.same) == ([], 1)


def test_a_table_tells_its_rows_and_which_columns_went_came_or_changed():
    a = table("1", TableColumn("age", "int64", "x"), TableColumn("sex", "object", "y"))
    b = table("2", TableColumn("age", "float64", "x"), TableColumn("fare", "float64", "z"), rows=12)
    assert of_data(a, b).differences == [
        Difference("df: rows", 10, 12, 2.0),
        Difference("df: column age", "int64", "float64"),
        Difference("df: column sex", "object", None),
        Difference("df: column fare", None, "float64"),
    ]


def test_content_and_order_of_columns_are_told_apart():
    age, sex = TableColumn("age", "int64", "1" * 64), TableColumn("sex", "object", "y")
    other = TableColumn("age", "int64", "2" * 64)
    assert of_data(table("1", age, sex), table("2", other, sex)).differences == [
        Difference("df: column age", "int64, content 11111111", "int64, content 22222222")
    ]
    assert of_data(table("1", age, sex), table("2", sex, age)).differences == [
        Difference("df: order of columns", "age, sex", "sex, age")
    ]
    assert of_data(table("1" * 64), table("2" * 64)).differences == [Difference("df: content", "1" * 8, "2" * 8)]


def test_a_table_that_only_one_run_had_is_told_as_a_whole():
    array = Datasets([Fingerprint("x", "array", 3, "s", "d", shape=[3, 4])])
    assert of_data(array, table("1")).differences == [
        Difference("x", "array 3 \N{MULTIPLICATION SIGN} 4", None),
        Difference("df", None, "DataFrame, 10 rows"),
    ]


def test_the_likeliest_reason_comes_first():
    code = [CodeChange("cell", diff(Text.of("a\nb\nc"), Text.of("x1\ny2\nz3")))]
    lr = Difference("lr", 0.01, 0.008, -0.002)
    assert said(parameters=[lr], code=code) == "`lr` differs (0.01 against 0.008), and 3 lines of code."
    assert said(code=code) == "3 lines of code differ."
    torch = Difference("torch", "2.8.0", "2.9.0")
    assert said(parameters=[lr], code=code, environment=[torch]) == (
        "`lr` differs (0.01 against 0.008), 3 lines of code and `torch` (2.8.0 against 2.9.0)."
    )


def test_many_differences_are_counted():
    params = [Difference(name, 1, 2, 1.0) for name in "abcde"]
    assert said(parameters=params) == "`a`, `b` and 3 more parameters differ."


def test_data_that_differs_is_named_once_with_its_rows():
    data = [Difference("df: rows", 84_922, 85_760, 838.0), Difference("df: column age", "int64", "float64")]
    assert said(data=data) == "The data `df` differs (84,922 against 85,760 rows)."


def test_a_commit_is_a_reason_only_where_there_is_no_other():
    git = [Difference("commit", "abc", "def")]
    assert said(git=git) == "`commit` differs (abc against def)."
    assert "commit" not in said(git=git, parameters=[Difference("lr", 1, 2, 1.0)])


def test_where_nothing_differs_it_is_said():
    assert said(environment=[Difference("host", "a", "b")]).startswith("Nothing that was recorded differs")
