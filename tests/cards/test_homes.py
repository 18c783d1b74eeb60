"""A home in sum."""

from __future__ import annotations

from jupyter_mlops.cards import home_html, home_text
from jupyter_mlops.domain.homes import HomeSummary, Part, Setting
from jupyter_mlops.domain.runs import State
from tests.cards.conftest import Page

HOME = HomeSummary(
    path="/home/ada/<mlops>",
    parts=[Part("runs", 1_230_000_000, 41), Part("index", 230_000)],
    free=120_000_000_000,
    states={State.RUNNING: 2, State.FAILED: 5},
    broken=1,
    slots=2,
    taken=1,
    settings=[Setting("capture", 1 << 30, "1.1 GB"), Setting("detach", True, is_default=False), Setting("gpus", None)],
    notes=["Changes are seen once a second: `/home` is a network file system."],
)


def test_a_home_says_where_it_is_and_what_it_takes() -> None:
    text = Page(home_html(HOME)).text
    assert "/home/ada/<mlops>" in text
    assert "1.2\u202fGB in 41" in text
    assert "120\u202fGB" in text
    assert "1 of 2 slots taken" in text
    assert "Broken1" in text


def test_settings_that_nobody_set_are_marked() -> None:
    lines = [line.split() for line in home_text(HOME).splitlines()]
    assert ["detach", "true"] in lines
    assert ["gpus", "not", "set", "(default)"] in lines
    assert ["settings", "capture", "1.1", "GB", "(default)"] in lines


def test_an_empty_home_has_no_runs_yet() -> None:
    assert "none yet" in home_text(HomeSummary(path="/x"))
    Page(home_html(HomeSummary(path="/x")))
