"""The page of a run: all of its story, in every state, by mouse and keyboard, and again after a reload."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.axe import check_accessible
from tests.browser.gallery import Gallery
from tests.browser.lab import THEMES, Lab, Theme
from tests.browser.run_page import TABS, RunPage
from tests.browser.server import Server


@pytest.fixture
def looking(make_lab: Callable[..., Lab], gallery: Gallery, gallery_server: Server) -> Lab:
    """A tab with the gallery's home."""
    return make_lab(gallery_server).open()


def test_a_page_says_how_its_run_stands(looking: Lab, gallery: Gallery):
    for name in gallery.runs:
        page = RunPage.open(looking, gallery[name].id)
        expect(page.heading).to_have_text(gallery[name].id.rsplit("-", 3)[0])
        expect(page.whole.locator(".jm-PageHead")).to_contain_text(gallery.word(name))


def test_tabs_are_moved_through_by_keyboard(looking: Lab, gallery: Gallery):
    page = RunPage.open(looking, gallery["succeeded"].id)
    page.tab("Overview").focus()
    for name in (*TABS[1:], TABS[0]):
        looking.page.keyboard.press("ArrowRight")
        expect(page.tab(name)).to_be_focused()
        expect(page.panel).to_have_accessible_name(re.compile(name))


def test_pages_come_back_with_the_layout(looking: Lab, gallery: Gallery):
    RunPage.open(looking, gallery["succeeded"].id)
    RunPage.open(looking, gallery["failed"].id, "Code")
    tabs = looking.page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab")
    expect(tabs.filter(has_text=re.compile("digits|ranks"))).to_have_count(2)
    looking.await_layout_saved()
    looking.reload()
    page = RunPage(looking)
    expect(tabs.filter(has_text=re.compile("digits|ranks"))).to_have_count(2)
    expect(page.heading).to_have_text("ranks")
    expect(page.tab("Code")).to_have_attribute("aria-selected", "true")


@pytest.mark.parametrize("theme", THEMES)
def test_pages_have_no_axe_violation(
    make_lab: Callable[..., Lab], gallery: Gallery, gallery_server: Server, theme: Theme
):
    lab = make_lab(gallery_server).open(theme)
    for name in gallery.runs:
        page = RunPage.open(lab, gallery[name].id)
        for tab in TABS if name in ("succeeded", "failed", "running", "waiting") else TABS[:1]:
            page.go(tab)
            expect(page.panel).not_to_be_empty()
            check_accessible(page.whole)
