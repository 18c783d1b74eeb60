"""The page of an endpoint in the main area, by what it calls itself."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab


class EndpointPage:
    """The page of an endpoint, in front."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.page = lab.page
        self.whole = self.page.locator(".jm-RunPage[data-jm-endpoint]:not(.lm-mod-hidden)")

    @classmethod
    def open(cls, lab: Lab, name: str) -> EndpointPage:
        """Open the page of an endpoint, and return when it knows its endpoint."""
        lab.execute("mlops:open-endpoint", id=name)
        page = cls(lab)
        expect(page.heading).to_have_text(name)
        return page

    @property
    def heading(self) -> Locator:
        return self.whole.get_by_role("heading", level=1)

    @property
    def head(self) -> Locator:
        return self.whole.locator(".jm-PageHead")

    @property
    def slider(self) -> Locator:
        """The handle between stable and canary."""
        return self.whole.get_by_role("slider", name="Share of the canary")

    @property
    def revisions(self) -> Locator:
        return self.whole.get_by_role("table", name="Revisions")

    def revision(self, number: int) -> Locator:
        """Return the row of a revision."""
        return self.revisions.get_by_role("row").filter(has=self.page.get_by_text(f"r{number}", exact=True))

    @property
    def board(self) -> Locator:
        return self.whole.get_by_role("table", name="Scoreboard")

    @property
    def form(self) -> Locator:
        """The form that tries it."""
        return self.whole.get_by_role("form", name="Try it")

    @property
    def answers(self) -> Locator:
        return self.whole.get_by_role("table", name="Answers")

    @property
    def rollouts(self) -> Locator:
        return self.whole.get_by_role("region", name="Rollouts")

    @property
    def question(self) -> Locator:
        return self.page.get_by_role("dialog")

    def press(self, name: str) -> None:
        """Press a button of the page."""
        self.whole.get_by_role("button", name=name, exact=True).click()

    def accept(self, name: str) -> None:
        """Say yes to what is asked, by the words of its button."""
        self.question.get_by_role("button", name=name, exact=True).click()
        expect(self.question).to_have_count(0)
