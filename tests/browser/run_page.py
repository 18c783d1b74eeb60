"""The page of a run in the main area, by what it calls itself."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab

TABS = ("Overview", "Curves", "Logs", "Display", "Code", "Files", "Tune")


class RunPage:
    """The page of a run, in front."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.page = lab.page
        self.whole = self.page.locator(".jm-RunPage:not(.lm-mod-hidden)")

    @classmethod
    def open(cls, lab: Lab, run_id: str, tab: str = "Overview") -> RunPage:
        """Open the page of a run."""
        lab.execute("mlops:open-run", id=run_id, tab=tab.lower())
        return cls(lab)

    @property
    def heading(self) -> Locator:
        return self.whole.get_by_role("heading", level=1)

    @property
    def panel(self) -> Locator:
        """What is below the tabs."""
        return self.whole.get_by_role("tabpanel")

    def tab(self, name: str) -> Locator:
        return self.whole.get_by_role("tab", name=re.compile(f"^{name}"))

    def go(self, name: str) -> Locator:
        """Show a tab, and return what is below it."""
        self.tab(name).click()
        expect(self.tab(name)).to_have_attribute("aria-selected", "true")
        expect(self.panel).to_have_accessible_name(re.compile(name))
        return self.panel

    def await_curves(self) -> None:
        """Return when curves are drawn: axes and grids are grey."""
        self.page.wait_for_function(
            """() => [...document.querySelectorAll('.jm-RunPage .jm-Chart canvas')].some(canvas => {
              const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
              let coloured = 0;
              for (let at = 0; at < data.length; at += 4) {
                coloured += data[at + 3] > 128 && Math.abs(data[at] - data[at + 2]) > 40;
              }
              return coloured > 100;
            })"""
        )
