"""The page of a model in the main area, by what it calls itself."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab


class ModelPage:
    """The page of a model, in front."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.page = lab.page
        self.whole = self.page.locator(".jm-RunPage[data-jm-model]:not(.lm-mod-hidden)")

    @classmethod
    def open(cls, lab: Lab, model: str) -> ModelPage:
        """Open the page of a model or a version, and return when it shows a version."""
        lab.execute("mlops:open-model", id=model)
        page = cls(lab)
        page.await_version()
        return page

    def await_version(self, number: int = 0, timeout: float = 15_000) -> None:
        """Return when all of a version is shown."""
        expect(self.whole.get_by_role("heading", name="In a cell")).to_be_visible(timeout=timeout)
        if number:
            expect(self.version).to_have_accessible_name(re.compile(rf" v{number}$"))

    @property
    def heading(self) -> Locator:
        return self.whole.get_by_role("heading", level=1)

    @property
    def versions(self) -> Locator:
        """The table of versions."""
        return self.whole.get_by_role("grid", name=re.compile("^Versions of"))

    def row(self, number: int) -> Locator:
        """Return the row of a version."""
        return self.versions.get_by_role("row", name=re.compile(rf"^v{number}\b"))

    @property
    def version(self) -> Locator:
        """The version that is looked at."""
        return self.whole.locator(".jm-Model-version")

    @property
    def chain(self) -> Locator:
        return self.version.get_by_role("list", name="Where it comes from, where it serves")

    def table(self, name: str) -> Locator:
        """Return a table of the version."""
        return self.version.get_by_role("table", name=name)

    def button(self, name: str) -> Locator:
        return self.whole.get_by_role("button", name=name, exact=True)


def answer(lab: Lab, question: str, button: str) -> None:
    """Answer a question that JupyterLab asks."""
    dialog = lab.page.get_by_role("dialog").filter(has_text=question)
    dialog.get_by_role("button", name=button).click()
    expect(dialog).to_have_count(0)
