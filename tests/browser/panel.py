"""The panel in the left side bar, by what it calls itself."""

from __future__ import annotations

import re
from typing import Literal

from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab

Section = Literal["Runs", "Sweeps", "Models"]


class RunsPanel:
    """The panel of a lab, shown, with the keys among its runs."""

    section: Section = "Runs"

    def __init__(self, lab: Lab) -> None:
        self.page = lab.page
        self.lab = lab
        lab.execute(f"mlops:show-{self.section.lower()}")
        self.whole = self.page.locator(".jm-Panel")
        expect(self.whole).to_be_visible()

    @property
    def part(self) -> Locator:
        """The section."""
        return self.whole.get_by_role("region", name=self.section)

    @property
    def grid(self) -> Locator:
        # What has other rows below it is a tree.
        return self.whole.get_by_role(
            "treegrid" if self.section == "Models" else "grid", name=re.compile(f"^{self.section}")
        )

    @property
    def filter(self) -> Locator:
        return self.whole.get_by_role("textbox", name=f"Filter {self.section.lower()}")

    @property
    def rows(self) -> Locator:
        return self.grid.get_by_role("row")

    @property
    def selected(self) -> Locator:
        return self.grid.get_by_role("row", selected=True)

    @property
    def selection(self) -> Locator:
        """What can be done with the selected rows."""
        return self.whole.get_by_role("group", name=f"Selected {self.section.lower()}")

    def row(self, name: str, state: str = "") -> Locator:
        """Return the row of that name, in that state."""
        return self.grid.get_by_role("row", name=re.compile(rf"^{re.escape(name)}\b.*{state}", re.IGNORECASE)).first

    def chip(self, name: str) -> Locator:
        return self.whole.get_by_role("group", name=re.compile("that are shown$")).get_by_role("button", name=name)

    def head(self, section: Section) -> Locator:
        """Return the head that folds a section."""
        return self.whole.get_by_role("button", name=re.compile(f"^{section}"))

    def verb(self, name: str) -> Locator:
        """Return an item of the menu that is open."""
        return self.page.get_by_role("menuitem", name=re.compile(f"^{name}"))


class SweepsPanel(RunsPanel):
    """The same, with the keys among its sweeps."""

    section: Section = "Sweeps"


class ModelsPanel(RunsPanel):
    """The same, with the keys among its models and their versions."""

    section: Section = "Models"
