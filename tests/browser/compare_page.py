"""The page of a comparison in the main area, by what it calls itself."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab


class ComparePage:
    """A comparison, in front."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.page = lab.page
        self.whole = self.page.locator(".jm-RunPage:not(.lm-mod-hidden)", has=self.page.locator(".jm-Compare"))

    @classmethod
    def open(cls, lab: Lab, **question: Any) -> ComparePage:
        """Open a comparison: ``runs``, ``name``, ``sweep`` or ``where``."""
        lab.execute("mlops:open-comparison", **question)
        return cls(lab)

    @property
    def grid(self) -> Locator:
        return self.whole.get_by_role("grid")

    @property
    def rows(self) -> Locator:
        """The rows of runs that are drawn, from the top."""
        return self.grid.locator("[data-id]")

    @property
    def filter(self) -> Locator:
        return self.whole.get_by_role("searchbox", name="Filter")

    @property
    def differences(self) -> Locator:
        return self.whole.get_by_role("region", name="Differences")

    def row(self, run_id: str) -> Locator:
        return self.grid.locator(f'[data-id="{run_id}"]')

    def column(self, name: str) -> Locator:
        return self.grid.get_by_role("columnheader", name=name, exact=True)

    def figure(self, name: str | re.Pattern[str]) -> Locator:
        return self.whole.get_by_role("figure", name=name)

    def order(self) -> list[str]:
        """Return the ids of the runs that are drawn, from the top."""
        places = self.rows.evaluate_all("rows => rows.map(row => [Number(row.dataset.place), row.dataset.id])")
        return [run_id for _, run_id in sorted(places)]

    def says(self, text: str | re.Pattern[str]) -> None:
        expect(self.whole.locator(".jm-PageHead")).to_contain_text(text)

    def await_curves(self) -> None:
        """Return when curves are drawn: axes and grids are grey."""
        self.page.wait_for_function(
            """() => [...document.querySelectorAll('.jm-Compare .jm-Chart canvas')].some(canvas => {
              const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
              let coloured = 0;
              for (let at = 0; at < data.length; at += 4) {
                coloured += data[at + 3] > 128 && Math.abs(data[at] - data[at + 2]) > 40;
              }
              return coloured > 100;
            })"""
        )
