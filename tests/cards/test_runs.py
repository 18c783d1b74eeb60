"""The card of one run, as HTML and as a MIME bundle."""

from __future__ import annotations

import json
import re
import time

import msgspec
import pytest

from jupyter_mlops._version import __version__
from jupyter_mlops.cards import MIME_TYPE, run_html, run_mimebundle
from jupyter_mlops.domain.runs import CellError, Made, RankStatus, RankUsage, RunSnapshot, State
from tests.cards.conftest import NOW, Make, Page, every_state, summary

STATES = every_state()


@pytest.fixture(params=STATES, ids=str)
def any_run(request: pytest.FixtureRequest) -> RunSnapshot:
    return STATES[request.param]


def test_every_card_is_whole_and_fetches_nothing(any_run: RunSnapshot) -> None:
    html = run_html(any_run, NOW)
    page = Page(html)
    assert page.names.isdisjoint({"script", "img", "link", "iframe", "a", "use", "image", "foreignobject", "button"})
    assert "url(" not in html
    assert "http" not in html
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert not [attributes for _, attributes in page.tags if attributes.get("tabindex")]


def test_every_card_says_its_state_in_a_word_and_a_shape(any_run: RunSnapshot) -> None:
    page = Page(run_html(any_run, NOW))
    word = page.text.split()[0]
    assert word in ("Waiting", "Starting", "Running", "Detached", "Succeeded", "Stopped", "Failed", "Broken")
    assert page.with_class(f"j-{word.lower()}")
    assert page.with_class("j-icon")


def test_every_card_offers_a_line_of_code(any_run: RunSnapshot) -> None:
    assert re.search(r"digits\.(stop|wait|retry|logs|values)|%runs delete digits", Page(run_html(any_run, NOW)).text)


def test_every_card_is_drawn_within_five_milliseconds(any_run: RunSnapshot) -> None:
    times = []
    for _ in range(20):
        begin = time.perf_counter()
        run_html(any_run, NOW)
        times.append(time.perf_counter() - begin)
    assert min(times) < 0.005


def test_a_running_card_says_how_far_it_is_and_how_long_still(make: Make) -> None:
    text = Page(run_html(make(), NOW)).text
    assert "epoch 3/6" in text
    assert "50\u202f%" in text
    assert "1\u202fmin 48\u202fs" in text
    assert "≈\u202f108\u202fs left" in text


def test_no_estimate_is_given_before_there_is_something_to_judge_by(make: Make) -> None:
    assert "left" not in Page(run_html(make({"started": NOW - 1}), NOW)).text


def test_a_chart_is_an_image_with_a_sentence(make: Make) -> None:
    (chart,) = Page(run_html(make(), NOW)).with_class("j-plot")
    assert chart["role"] == "img"
    assert chart["aria-label"] == "loss by epoch: now 0.250 at 3, best 0.250 at epoch 3."


def test_what_is_planned_is_shaded_up_to_its_end(make: Make) -> None:
    assert Page(run_html(make(), NOW)).with_class("j-future")
    assert not Page(run_html(make({"progress": None}), NOW)).with_class("j-future")


def test_validation_and_training_share_a_chart(make: Make) -> None:
    metrics = {"loss": summary([2.0, 1.0]), "val_loss": summary([2.5, 1.5]), "acc": summary([0.1, 0.9])}
    page = Page(run_html(make({"metrics": metrics}), NOW))
    assert len(page.with_class("j-plot")) == 2
    assert len(page.with_class("j-end")) == 2


def test_the_log_tail_shows_the_last_three_lines_with_their_ranks(make: Make) -> None:
    log = [(0, "first"), (1, "second"), (0, "third"), (1, "\x1b[33mfourth\x1b[0m")]
    page = Page(run_html(make({"workers": 2}, log=log), NOW))
    assert "first" not in page.text
    assert "r1 second\nr0 third\nr1 fourth" in page.text
    assert page.with_class("j-yellow")


def test_a_log_that_stands_rank_by_rank_gives_each_rank_its_share(make: Make) -> None:
    log = [(rank, f"line {line} of {rank}") for rank in range(2) for line in range(5)]
    text = Page(run_html(make({"workers": 2}, log=log), NOW)).text
    assert "r0 line 3 of 0\nr0 line 4 of 0\nr1 line 4 of 1" in text


def test_of_many_ranks_those_in_trouble_are_shown_and_the_rest_is_counted(make: Make) -> None:
    ranks = [RankStatus(rank=rank, index=rank, started=NOW - 9) for rank in range(64)]
    ranks[60].ended, ranks[60].code = NOW - 1, 1
    text = Page(run_html(make({"workers": 64}, ranks=ranks), NOW)).text
    assert "rank 60" in text
    assert "and 60 more" in text


def test_a_waiting_card_gives_the_reason_first() -> None:
    text = Page(run_html(STATES["waiting"], NOW)).text
    assert "1st in line" in text
    assert text.index("2 of 2 slots are taken.") < text.index("It starts by itself")


def test_a_failed_card_marks_the_failing_line_among_the_cells_own() -> None:
    page = Page(run_html(STATES["failed"], NOW))
    assert "ValueError loss is not finite" in page.text
    assert "Rank 1 failed first, in cell [4], line 4" in page.text
    assert "▸ 4      loss = fit(model)" in page.text
    assert len(page.with_class("j-mark")) == 1


def test_a_failed_card_says_what_became_of_each_rank_and_what_to_do() -> None:
    text = Page(run_html(STATES["failed"], NOW)).text
    assert "rank 1 raised the error and ended itself with exit code 1." in text
    assert "rank 0 was stopped" in text
    assert "rank 2 had ended well." in text
    assert "digits.logs(rank=1)" in text
    assert "digits.retry()" in text


def test_a_missing_module_is_answered_with_its_installation(make: Make) -> None:
    error = CellError("ModuleNotFoundError", "No module named 'xgboost.core'", line=2)
    snapshot = make({"state": State.FAILED}, error=error, install="/opt/py/bin/python -m pip install xgboost")
    assert "!/opt/py/bin/python -m pip install xgboost " in Page(run_html(snapshot, NOW)).text


def test_an_error_line_beyond_the_cell_marks_nothing(make: Make) -> None:
    error = CellError("ValueError", "x", line=4000)
    assert not Page(run_html(make({"state": State.FAILED}, error=error), NOW)).with_class("j-mark")


def test_a_rank_killed_without_an_exception_shows_the_end_of_its_log() -> None:
    page = Page(run_html(STATES["killed"], NOW))
    assert "Rank 0 was killed by SIGKILL." in page.text
    assert "four" in page.text


def test_a_succeeded_card_names_what_came_back_and_what_would() -> None:
    text = Page(run_html(STATES["succeeded"], NOW)).text
    assert 'kept model Net, 1.2\u202fMB: digits.values["model"]' in text
    assert "made history: --keep history brings it back" in text


def test_a_succeeded_card_shows_what_was_printed_last() -> None:
    text = Page(run_html(STATES["succeeded"], NOW)).text
    assert "two" in text
    assert "four" in text


@pytest.mark.parametrize("state", ["succeeded", "stopped", "detached"])
def test_a_card_that_was_tall_keeps_its_height(state: str) -> None:
    assert Page(run_html(STATES[state], NOW, is_tall=True)).with_class("j-body")
    assert not Page(run_html(STATES[state], NOW)).with_class("j-body")


def test_a_tall_card_of_a_run_that_succeeded_says_the_same() -> None:
    text = Page(run_html(STATES["succeeded"], NOW, is_tall=True)).text
    assert 'digits.values["model"] brings it back' in text
    assert "--keep history brings it back" in text
    assert "four" in text


def test_only_a_card_that_is_not_final_says_when_it_was_true(any_run: RunSnapshot) -> None:
    is_final = any_run.row.state.is_finished or bool(any_run.row.broken)
    assert ("as of " in Page(run_html(any_run, NOW)).text) is not is_final


def test_a_rank_that_does_much_less_than_the_others_is_named(make: Make) -> None:
    usage = [RankUsage(0, 91.0), RankUsage(1, 92.0), RankUsage(2, 34.0)]
    page = Page(run_html(make({"workers": 3}, usage=usage), NOW))
    assert "Rank 2 is at 34\u202f% CPU, the others are at about 92\u202f%." in page.text
    assert len(page.with_class("j-odd")) == 1
    assert not Page(run_html(make({"workers": 3}, usage=usage[:2]), NOW)).with_class("j-odd")


def test_the_first_card_of_a_kernel_says_what_jupyterlab_lacks_only_there(any_run: RunSnapshot) -> None:
    [said] = Page(run_html(any_run, NOW, is_first=True)).with_class("j-lacks")
    assert "hidden" in said
    assert said["style"] == "display:none"
    assert not Page(run_html(any_run, NOW)).with_class("j-lacks")


def test_a_rank_killed_at_a_known_line_shows_that_line(make: Make) -> None:
    killed = STATES["killed"]
    page = Page(run_html(make(msgspec.structs.asdict(killed.row), ranks=killed.ranks, line=4), NOW))
    assert "Rank 0 failed, in cell [4], line 4" in page.text
    assert len(page.with_class("j-mark")) == 1


def test_a_value_that_could_not_be_kept_says_why(make: Make) -> None:
    made = [Made("loader", "Loader", why="it holds an open file")]
    assert (
        "loader could not be kept: it holds an open file"
        in Page(run_html(make({"state": State.SUCCEEDED}, made=made), NOW)).text
    )


def test_a_detached_card_says_how_the_run_is_reached() -> None:
    text = Page(run_html(STATES["detached"], NOW)).text
    assert "The run goes on without this cell" in text
    assert "digits.wait()" in text
    assert "digits.stop()" in text


def test_a_detached_run_that_waits_still_gives_its_reason(make: Make) -> None:
    text = Page(run_html(make({"state": State.QUEUED, "why": "2 of 2 slots are taken"}, detached=True), NOW)).text
    assert text.startswith("Waiting")
    assert "2 of 2 slots are taken. It starts by itself" in text


def test_a_broken_run_says_why_and_how_it_is_removed() -> None:
    text = Page(run_html(STATES["broken"], NOW)).text
    assert "This run's folder cannot be read: spec.json is empty." in text
    assert "%runs delete digits-20261124-144053-7f3k" in text


def test_code_in_a_note_is_shown_as_code(make: Make) -> None:
    html = run_html(make(notes=["An earlier run still goes: `digits.stop()` ends it."]), NOW)
    assert "<code>digits.stop()</code>" in html


def test_a_run_whose_name_is_a_keyword_is_reached_by_its_id(make: Make) -> None:
    text = Page(run_html(make({"name": "class", "id": "class-20261124-144053-7f3k"}), NOW)).text
    assert 'connect().runs.get("class-20261124-144053-7f3k").stop()' in text


def test_a_clock_that_went_back_shows_no_negative_time(make: Make) -> None:
    text = Page(run_html(make({"created": NOW + 500, "started": NOW + 600}), NOW)).text
    assert "0\u202fms" in text


def test_the_bundle_holds_facts_html_and_text(any_run: RunSnapshot) -> None:
    bundle = run_mimebundle(any_run, NOW)
    assert set(bundle) == {MIME_TYPE, "text/html", "text/plain"}
    assert bundle[MIME_TYPE]["id"] == any_run.row.id
    assert bundle[MIME_TYPE]["snapshot"]["row"]["name"] == "digits"
    assert bundle[MIME_TYPE]["version"] == __version__
    assert bundle[MIME_TYPE]["time"] == NOW


def test_the_largest_run_fits_into_a_notebook(make: Make) -> None:
    curve = [(float(step), 1 / (1 + step)) for step in range(20_000)]
    metrics = {f"metric_{place}_loss": summary([float(value) for value in range(40)]) for place in range(200)}
    big = make(
        {
            "metrics": metrics,
            "workers": 512,
            "why": "x" * 100_000,
            "params": {f"p{n}": "v" * 5_000 for n in range(200)},
        },
        ranks=[RankStatus(rank=rank, why="y" * 500) for rank in range(512)],
        curves=dict.fromkeys(metrics, curve),
        log=[(0, "z" * 1_000_000)] * 12,
        code="x = 1\n" * 50_000,
        error=CellError("E" * 5_000, "m" * 5_000, 3, "t" * 1_000_000),
        notes=["n" * 5_000] * 50,
        made=[Made(f"m{n}", "T" * 500) for n in range(500)],
    )
    assert len(json.dumps(run_mimebundle(big, NOW))) < 100_000


def test_values_that_json_does_not_have_survive_as_json(make: Make) -> None:
    nan = float("nan")
    curves = {"loss": [(0.0, nan), (1.0, float("inf")), (2.0, 0.5)]}
    bundle = run_mimebundle(make({"metrics": {"loss": summary([nan, nan])}}, curves=curves), NOW)
    json.dumps(bundle, allow_nan=False)
    Page(bundle["text/html"])
