"""The Runs panel in the left side bar, by what it calls itself."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab


class RunsPanel:
    """The panel of a lab, shown."""

    def __init__(self, lab: Lab) -> None:
        self.page = lab.page
        self.lab = lab
        lab.execute("mlops:show-runs")
        self.whole = self.page.locator(".jm-Panel")
        expect(self.whole).to_be_visible()

    @property
    def grid(self) -> Locator:
        return self.whole.get_by_role("grid", name=re.compile("^Runs"))

    @property
    def filter(self) -> Locator:
        return self.whole.get_by_role("textbox", name="Filter runs")

    @property
    def rows(self) -> Locator:
        return self.grid.get_by_role("row")

    def row(self, name: str, state: str = "") -> Locator:
        """Return the row of a run of that name, in that state."""
        return self.grid.get_by_role("row", name=re.compile(rf"^{re.escape(name)}\b.*{state}", re.IGNORECASE)).first

    def chip(self, name: str) -> Locator:
        return self.whole.get_by_role("group", name="States that are shown").get_by_role("button", name=name)
