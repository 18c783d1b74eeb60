"""The card of a comparison, and what it says of two runs."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from jupyter_mlops import wire
from jupyter_mlops.cards.compare import COMPARISON_MIME_TYPE, Shown, compare_html, compare_mimebundle, compare_text
from jupyter_mlops.cards.diff import differences_html, differences_text
from jupyter_mlops.cards.metrics import in_order
from jupyter_mlops.domain.columns import columns, telling
from jupyter_mlops.domain.comparison import CodeChange, Compared, Comparison, Difference, Differences, Same
from jupyter_mlops.domain.directions import direction
from jupyter_mlops.domain.runs import RunRow, State
from jupyter_mlops.domain.textdiff import Text, diff
from tests.cards.conftest import NOW, Page, summary

HOSTILE = '<script>alert(1)</script>"\x1b[31m\u202e\udc80'


def run(number: int, lr: float = 0.1, loss: float = 1.0, **changes: Any) -> Compared:
    row = RunRow(
        id=f"digits-20261124-1440{number:02d}-7f3k",
        name="digits",
        state=State.SUCCEEDED,
        params={"epochs": 6, "lr": lr},
        metrics={"loss": summary([2.0, loss]), "accuracy": summary([0.1, 1 - loss / 10])},
        created=NOW - 100 + number,
        started=NOW - 90,
        ended=NOW - 80,
    )
    return Compared(msgspec.structs.replace(row, **changes), code="c0de")


def shown(*runs: Compared, differences: Differences | None = None, **changes: Any) -> Shown:
    made = columns(runs, direction, in_order)
    told = telling(made)
    comparison = Comparison(
        "digits", list(runs), made, metric=told.name if told else "", better=told.better if told else 0
    )
    curves = {one.row.id: [(0.0, 0.1), (1.0, 0.9)] for one in runs[:8]}
    return Shown(msgspec.structs.replace(comparison, **changes), curves, "epoch", differences, "h1")


def two(**fields: Any) -> Differences:
    code = [CodeChange("cell", diff(Text.of("a\nb\nopt = SGD(lr)\nc"), Text.of("a\nb\nopt = Adam(lr)\nc")))]
    told: dict[str, Any] = {
        "parameters": [Difference("lr", 0.01, 0.008, -0.002)],
        "metrics": [Difference("loss", 1.0, 0.5, -0.5)],
        "environment": [Difference("torch", "2.8", "2.9")],
        "code": code,
        "same": Same(3, 1, 189),
        "notes": ["One note."],
        "sentence": "`lr` differs (0.01 against 0.008), and 1 line of code.",
    }
    return Differences(run(1).row, run(2).row, **(told | fields))


def test_what_varies_stands_in_the_table_and_what_does_not_beside_the_curves():
    page = Page(compare_html(shown(run(1), run(2, lr=0.5), run(3, lr=0.2)), NOW))
    assert "ParametersMetrics" in page.text
    assert page.text.index("lr") < page.text.index("The same in all") < page.text.index("epochs")
    assert page.with_class("j-plot")


def test_the_best_is_told_by_a_star_by_weight_and_in_words():
    page = Page(compare_html(shown(run(1, loss=2.0), run(2, loss=1.0), run(3, loss=1.5)), NOW))
    assert len(page.with_class("j-bestof")) == 2
    assert page.text.count("best: ") == 2
    assert "best is the most of accuracy" in page.text


def test_the_best_run_comes_first_but_two_stand_as_their_differences_are_told():
    rows = shown(run(1, loss=2.0), run(2, loss=1.0), run(3, loss=1.5))
    html = compare_html(rows, NOW)
    assert html.index("144002") < html.index("144003") < html.index("144001")
    html = compare_html(shown(run(1, loss=2.0), run(2, loss=1.0), differences=two()), NOW)
    assert html.index("144001") < html.index("144002")


def test_many_runs_are_cut_and_counted():
    rows = shown(*(run(number, lr=number, name=f"n{number}") for number in range(30)), left_out=70)
    assert "and 88 more runs" in Page(compare_html(rows, NOW)).text
    assert "and 80 more" in compare_text(rows)


def test_two_runs_are_told_apart_below_the_table():
    rows = shown(run(1), run(2, lr=0.5), differences=two())
    page = Page(compare_html(rows, NOW))
    assert "lr differs (0.01 against 0.008), and 1 line of code." in page.text
    assert len(page.with_class("j-row")) == 5
    assert "One note." in page.text
    assert "- opt = SGD(lr)" in compare_text(rows)


def test_text_is_aligned_and_marks_the_best():
    text = compare_text(shown(run(1, loss=2.0, name="wide"), run(2, loss=1.0, lr=0.5), run(3, loss=1.5, name="x")))
    lines = text.splitlines()
    assert lines[0].split() == ["run", "state", "lr", "accuracy", "loss", "duration"]
    assert lines[1].split()[:5] == ["digits", "Succeeded", "0.5", "*0.900", "*1"]
    assert len({len(line) for line in lines[:4]}) == 1
    assert lines[-1] == "digits: 3 runs; lr varies"


@pytest.mark.parametrize("count", [1, 2, 3])
def test_runs_without_anything_to_tell_make_a_card(count):
    bare = [Compared(RunRow(f"r{number}", "digits")) for number in range(count)]
    rows = Shown(Comparison("x", bare, columns(bare, direction, in_order)))
    assert "Compare" in Page(compare_html(rows, NOW)).text
    assert compare_text(rows)


def test_differences_alone_make_a_card_and_text():
    page = Page(differences_html(two()))
    assert "Differences" in page.text
    assert "4\N{NO-BREAK SPACE}" not in page.text
    text = differences_text(two())
    assert "lr  0.01 → 0.008  \N{MINUS SIGN}0.00200" in text
    assert "same        3 parameters, 1 captured value, 189 packages" in text
    assert "+ opt = Adam(lr)" in text


def test_unchanged_lines_far_from_a_change_are_passed_over():
    a = [f"line {number}" for number in range(100)]
    b = [*a[:50], "new", *a[50:]]
    code = [CodeChange("cell", diff(Text.of("\n".join(a)), Text.of("\n".join(b))))]
    page = Page(differences_html(two(code=code)))
    assert "line 49" in page.text
    assert "line 40" not in page.text
    assert "⋯" in page.text


def test_a_bundle_has_what_asks_for_the_same_and_text_and_html():
    bundle = compare_mimebundle(shown(run(1), run(2)), {"name": "digits"}, NOW)
    facts = bundle[COMPARISON_MIME_TYPE]
    assert (facts["query"], facts["home"]) == ({"name": "digits"}, "h1")
    back = wire.decode(json.dumps(facts["comparison"]).encode(), Comparison)
    assert [each.row.id for each in back.runs] == [run(1).row.id, run(2).row.id]
    assert set(bundle) == {COMPARISON_MIME_TYPE, "text/html", "text/plain"}


def test_a_saved_comparison_is_small_and_keeps_the_best():
    params = {f"parameter{number}": "x" * 500 for number in range(40)}
    many = [
        run(number % 60, loss=number / 100, id=f"r{number}", params=params | {"lr": number}, note="n" * 5000)
        for number in range(300)
    ]
    facts = compare_mimebundle(shown(*many), {}, NOW)[COMPARISON_MIME_TYPE]
    assert len(json.dumps(facts)) < 48_000
    kept = [each["row"]["id"] for each in facts["comparison"]["runs"]]
    assert kept[0] == "r0"
    assert facts["comparison"]["left_out"] == 300 - len(kept)
    assert all(set(column.get("best", [])) <= set(kept) for column in facts["comparison"]["columns"])


def test_a_pruned_trial_is_called_so():
    pruned = run(1, state=State.STOPPED, sweep="s", trial=1, why="pruned at step 12: 0.71, the median is 0.83")
    stopped = run(2, state=State.STOPPED, sweep="s", trial=2, why="stopped by ada")
    rows = shown(pruned, stopped)
    assert "Pruned" in compare_text(rows)
    assert Page(compare_html(rows, NOW)).with_class("j-pruned")
    assert "Stopped" in compare_text(rows)


def test_hostile_runs_are_shown_as_text():
    odd = run(1, name=HOSTILE, note=HOSTILE, params={HOSTILE: HOSTILE, "lr": float("nan")}, tags=[HOSTILE])
    differences = two(
        parameters=[Difference(HOSTILE, HOSTILE, None)],
        notes=[HOSTILE],
        sentence=HOSTILE,
        code=[CodeChange(HOSTILE, diff(Text.of(HOSTILE), Text.of(HOSTILE + "x")))],
    )
    rows = shown(odd, run(2), differences=differences, title=HOSTILE)
    page = Page(compare_html(rows, NOW))
    assert "script" not in page.names
    assert "\u202e" not in page.text
    for text in (compare_text(rows), differences_text(differences)):
        assert "\x1b" not in text
        assert "\u202e" not in text
    json.dumps(compare_mimebundle(rows, {}, NOW)[COMPARISON_MIME_TYPE])
